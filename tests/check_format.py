#!/usr/bin/env python3
"""Checks that all tracked C++ files are as clang-format 19 leaves them, and those of the Rust workspaces as cargo fmt does, where
they are installed. Prints 'SKIPPED' without the first.

    tests/check_format.py [ROOT]        to mend: clang-format-19 -i FILE, cargo fmt
"""

import pathlib
import shutil
import subprocess
import sys


def tracked(root, *patterns):
    listing = subprocess.run(["git", "-C", root, "ls-files", "-z", "--", *patterns], check=True, capture_output=True)
    return [name for name in listing.stdout.decode().split("\0") if name and (root / name).is_file()]


def check_rust(root):
    """Of a workspace that says by its rustfmt.toml how wide its lines are."""
    formatter = shutil.which("rustfmt")
    if formatter is None or subprocess.run([formatter, "--version"], capture_output=True).returncode != 0:
        return
    for config in tracked(root, "*rustfmt.toml"):
        sources = tracked(root, str(pathlib.PurePath(config).parent / "*.rs"))
        check = subprocess.run([formatter, "--check", "--edition", "2021", *sources], cwd=root, capture_output=True, text=True)
        if check.returncode != 0:
            sys.exit(f"not formatted; run cargo fmt beside {config}:\n{check.stdout}")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    formatter = shutil.which("clang-format-19")
    if formatter is None or not (root / ".git").exists():
        print("SKIPPED: no clang-format-19, or not a git checkout")
        return
    names = tracked(root, "*.h", "*.cc")
    wrong = []
    for name in names:
        formatted = subprocess.run([formatter, "--style=file", name], cwd=root, check=True, capture_output=True).stdout
        if formatted != (root / name).read_bytes():
            wrong.append(name)
    if wrong:
        sys.exit("not formatted; run: clang-format-19 -i " + " ".join(wrong))
    check_rust(root)
    print(f"{len(names)} files are formatted")


if __name__ == "__main__":
    main()
