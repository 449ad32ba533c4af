#!/usr/bin/env python3
"""Holds the include rules: which module may include which (tests/include_rules.json), and which libraries stay in one.

    tests/check_includes.py [ROOT]          checks the tree, prints each stray as FILE:LINE: what is wrong
    tests/check_includes.py --self-test     checks that strays are seen
"""

import json
import pathlib
import re
import sys
import tempfile

RULES = pathlib.Path(__file__).with_name("include_rules.json")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SOURCES = {".h", ".hh", ".hpp", ".cc", ".cpp", ".c"}
TEST_FILE = re.compile(r"(_test|_bench|_fuzz|_testing)\.(h|cc)$|(^|/)(testing|testdata)/")


def includes(path):
    """(line number, included path) of each #include in the file."""
    with open(path, encoding="utf-8", errors="replace") as source:
        for number, line in enumerate(source, start=1):
            if found := INCLUDE.match(line):
                yield number, found.group(1) or found.group(2)


def owner(relative):
    """The module that a file belongs to, or None for one outside wasmcloud/ (apps, tests, bench)."""
    parts = relative.parts
    return parts[1] if len(parts) > 2 and parts[0] == "wasmcloud" else None


def sub_provider(path):
    """wasmcloud/providers/<name>/...: each is a module of its own, closed to the others."""
    return path.parts[2] if len(path.parts) > 3 and path.parts[1] == "providers" else None


def check_file(root, path, rules):
    relative = path.relative_to(root)
    module = owner(relative)
    modules = rules["modules"]
    if module is not None and module not in modules:
        yield relative, 1, f"module '{module}' is not in {RULES.name}"
        return
    allowed = set(modules.get(module, modules)) | {module}
    if module and TEST_FILE.search(relative.as_posix()):
        allowed |= set(rules["also_in_tests"]["modules"].get(module, []))

    for number, header in includes(path):
        if header.startswith("wasmcloud/"):
            included = pathlib.PurePosixPath(header)
            target = included.parts[1]
            if target not in modules:
                yield relative, number, f"{header}: no such module in {RULES.name}"
            elif target not in allowed:
                may = ", ".join(modules[module]) or "no other module"
                yield relative, number, f"{header}: '{module}' may include {may}"
            elif module == target == "providers" and sub_provider(included) != sub_provider(relative):
                yield relative, number, f"{header}: one provider may not include another"
        elif ".." in pathlib.PurePosixPath(header).parts:
            yield relative, number, f"{header}: includes are from the repository's root"
        for library in rules["libraries"]:
            place = module or relative.parts[0]
            if re.match(library["headers"], header) and place not in library["only_in"]:
                where = ", ".join(library["only_in"]) or "no module"
                yield relative, number, f"{header}: {library['name']} is included in {where} and nowhere else"


def check_tree(root):
    rules = json.loads(RULES.read_text(encoding="utf-8"))
    for top in ("wasmcloud", "apps", "tests", "bench"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCES and path.is_file():
                yield from check_file(root, path, rules)


def self_test():
    """Each of these has one stray; the last has none."""
    cases = {
        "wasmcloud/base/a.h": '#include "wasmcloud/wit/parser.h"',
        "wasmcloud/component/a.cc": '#include "wasmcloud/http/server.h"',
        "wasmcloud/nope/a.h": "",
        "wasmcloud/wasi/a.cc": "#  include <wasmtime.h>",
        "wasmcloud/wrpc/a.cc": "#include <nats/nats.h>",
        "wasmcloud/wasi/http.cc": "#include <boost/beast/http.hpp>",
        "wasmcloud/wasi/b.cc": '#include "../base/error.h"',
        "wasmcloud/providers/redis/a.cc": '#include "wasmcloud/providers/nats_kv/b.h"',
        "apps/wash/main.cc": '#include "wasmcloud/nope/main.h"',
        "tests/system/a.cc": "#include <wasmtime/store.h>",
        "wasmcloud/component/engine.cc": '#include <wasmtime.h>\n#include "wasmcloud/wit/types.h"\n#include "wasmcloud/component/ast.h"',
    }
    for name, text in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True)
            path.write_text(text + "\n", encoding="utf-8")
            found = len(list(check_tree(pathlib.Path(folder))))
            expected = 0 if name == "wasmcloud/component/engine.cc" else 1
            if found != expected:
                sys.exit(f"self-test: {name}: expected {expected} strays, found {found}")
    print(f"self-test: {len(cases)} cases as expected")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]).resolve()
    strays = list(check_tree(root))
    for relative, number, message in strays:
        print(f"{relative}:{number}: {message}")
    if strays:
        sys.exit(f"{len(strays)} includes break the rules")


if __name__ == "__main__":
    main()
