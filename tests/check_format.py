#!/usr/bin/env python3
"""Checks that all tracked C++ files are as clang-format 19 leaves them. Prints 'SKIPPED' where it is not installed.

    tests/check_format.py [ROOT]        to mend: clang-format-19 -i FILE
"""

import pathlib
import shutil
import subprocess
import sys


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    formatter = shutil.which("clang-format-19")
    if formatter is None or not (root / ".git").exists():
        print("SKIPPED: no clang-format-19, or not a git checkout")
        return
    listing = subprocess.run(["git", "-C", root, "ls-files", "-z", "--", "*.h", "*.cc"], check=True, capture_output=True)
    names = [name for name in listing.stdout.decode().split("\0") if name and (root / name).is_file()]
    wrong = []
    for name in names:
        formatted = subprocess.run([formatter, "--style=file", name], cwd=root, check=True, capture_output=True).stdout
        if formatted != (root / name).read_bytes():
            wrong.append(name)
    if wrong:
        sys.exit("not formatted; run: clang-format-19 -i " + " ".join(wrong))
    print(f"{len(names)} files are formatted")


if __name__ == "__main__":
    main()
