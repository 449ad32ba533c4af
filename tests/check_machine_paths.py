#!/usr/bin/env python3
"""Checks that no tracked file names a path of someone's machine or the host of a package registry: what is committed
works wherever it is cloned, and says 'Debian' or 'crates.io' where it means a registry.

    tests/check_machine_paths.py [ROOT]
"""

import pathlib
import re
import subprocess
import sys

# In pieces, so that this file passes its own check.
HOSTS = ["deb" r"\.debian\.org", "security" r"\.debian\.org", "static" r"\.crates\.io", "index" r"\.crates\.io",
         "pypi" r"\.org", "files" r"\.pythonhosted\.org", "proxy" r"\.golang\.org", "sum" r"\.golang\.org",
         "registry" r"\.npmjs\.org", "repo1?" r"\.maven\.org", "repo" r"\.maven\.apache\.org"]
PATHS = ["(?<![\\w./}])/wor" r"k/[\w.-]+", "(?<![\\w./}])/roo" r"t/[\w.-]+", "(?<![\\w./}])/hom" r"e/(?!u/|you/|me/)[\w.-]+",
         "(?<![\\w./}])/Use" r"rs/[\w.-]+"]
PATTERN = re.compile("|".join(PATHS + HOSTS))
# Written by a tool that names its source (not an address that anyone fetches by hand).
SKIPPED = {"third_party/Cargo.lock"}


def tracked(root):
    listing = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True).stdout
    return [name for name in listing.decode().split("\0") if name and name not in SKIPPED]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    if not (root / ".git").exists():
        print("SKIPPED: not a git checkout")
        return
    strays = 0
    for name in tracked(root):
        path = root / name
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        for number, line in enumerate(data.decode("utf-8", errors="replace").splitlines(), start=1):
            if found := PATTERN.search(line):
                print(f"{name}:{number}: {found.group(0)}")
                strays += 1
    if strays:
        sys.exit(f"{strays} lines name a machine's path or a registry's host")


if __name__ == "__main__":
    main()
