#!/usr/bin/env python3
"""Prints the slowest compile steps that a .ninja_log records.

    tools/slowest_steps.py build/release/.ninja_log [COUNT]
"""

import sys


def steps(path):
    """Output -> milliseconds, of the newest build of each output."""
    found = {}
    with open(path, encoding="utf-8") as log:
        for line in log:
            fields = line.rstrip("\n").split("\t")
            if len(fields) >= 4 and fields[3].endswith(".o"):
                found[fields[3]] = int(fields[1]) - int(fields[0])
    return found


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    try:
        found = steps(sys.argv[1])
    except FileNotFoundError:
        print(f"slowest steps: no {sys.argv[1]}, nothing was built with Ninja")
        return
    slowest = sorted(found.items(), key=lambda item: -item[1])[:count]
    print(f"The {len(slowest)} slowest of {len(found)} compile steps (with ccache's hits):")
    for output, milliseconds in slowest:
        print(f"{milliseconds / 1000:8.1f} s  {output}")


if __name__ == "__main__":
    main()
