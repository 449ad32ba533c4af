// Worlds as the resolver fills them.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wit {
namespace {

using Names = std::vector<std::string>;

// Three interfaces of which each uses the one before.
constexpr std::string_view kChain =
    "package a:b;\n"
    "interface a { type t = u8; }\n"
    "interface b { use a.{t}; type u = list<t>; }\n"
    "interface c { use b.{u}; use a.{t}; f: func(u: u) -> t; }\n";

const World& world_of(const Graph& graph, std::string_view name) {
  const auto world = graph.select_world(name);
  EXPECT_TRUE(world) << world.error().describe();
  return graph[*world];
}

// With a world `w` of these items, which begin on line 6, column 1.
Graph with_world(std::string_view items, std::string_view before = kChain) {
  return graph_of(std::string(before) + "world w {\n" + std::string(items) + "\n}");
}

std::string error_in_world(std::string_view items, std::string_view before = kChain) {
  return resolve_error(std::string(before) + "world w {\n" + std::string(items) + "\n}");
}

TEST(Worlds, ImportsAndExportsHaveTheirNames) {
  const Graph graph = with_world(
      "/// Docs.\n@external-id(\"x\") import a;\nimport f: func();\nimport p: a;\n"
      "export f: async func();\nexport g: interface { use a.{t}; h: func(t: t); }");
  const World& world = world_of(graph, "w");
  EXPECT_EQ(names_of(world.imports), (Names{"a:b/a", "p", "f"}));
  EXPECT_EQ(names_of(world.exports), (Names{"f", "g"}));
  EXPECT_EQ(world.imports[0].docs, "Docs.");
  EXPECT_EQ(world.imports[0].external_id, "x");
  EXPECT_EQ(world.imports[0].what, world.imports[1].what);
  EXPECT_TRUE(graph[std::get<FunctionId>(world.exports[0].what)].async);
  const InterfaceId inline_interface = std::get<InterfaceId>(world.exports[1].what);
  EXPECT_EQ(graph[inline_interface].world, graph.find_world("a:b/w"));
  EXPECT_EQ(graph.name_of(inline_interface), "g");
  EXPECT_EQ(graph[inline_interface].functions.size(), 1U);
  EXPECT_FALSE(graph.find_interface("a:b/g"));
}

TEST(Worlds, WhatImportsUseIsImported) {
  const Graph graph = with_world("import c;");
  EXPECT_EQ(names_of(world_of(graph, "w").imports),
            (Names{"a:b/a (implied)", "a:b/b (implied)", "a:b/c"}));
}

TEST(Worlds, InterfacesStandBeforeTypesAndTheseBeforeFunctions) {
  const Graph graph = with_world(
      "import f: func(v: v);\ntype v = tuple<u, r>;\nresource r;\nuse b.{u};\nimport c;");
  EXPECT_EQ(names_of(world_of(graph, "w").imports),
            (Names{"a:b/a (implied)", "a:b/b (implied)", "a:b/c", "u", "r", "v", "f"}));
}

TEST(Worlds, WhatExportsUseIsExportedOrElseImported) {
  const Graph all = with_world("export a; export b; export c;");
  EXPECT_EQ(names_of(world_of(all, "w").imports), Names{});
  const Graph last = with_world("export c;");
  EXPECT_EQ(names_of(world_of(last, "w").imports), (Names{"a:b/a (implied)", "a:b/b (implied)"}));
  const Graph some = with_world("export b; export c;");
  EXPECT_EQ(names_of(world_of(some, "w").imports), Names{"a:b/a (implied)"});
  const Graph both = with_world("import a; export a;");
  EXPECT_EQ(names_of(world_of(both, "w").imports), Names{"a:b/a"});
}

TEST(Worlds, AnExportCannotUseAnInterfaceTwofold) {
  for (const std::string_view order : {"export a;\nexport c;", "export c;\nexport a;"}) {
    EXPECT_TRUE(error_in_world(order).contains(
        "exporting `a:b/c` imports `a:b/b`, which uses types of `a:b/a`; but `a:b/a` is exported, "
        "and there would be two of it. Export what lies between as well\n"))
        << order;
  }
  EXPECT_TRUE(error_in_world("export a;\nexport c;")
                  .ends_with("    7 | export c;\n"
                             "      |        ^"));
}

TEST(Worlds, NamesAreImportedOnce) {
  EXPECT_EQ(error_in_world("import f: func();\nimport F: interface {}"),
            "t.wit:7:8: `F` is imported twice\n"
            "    7 | import F: interface {}\n"
            "      |        ^");
  EXPECT_EQ(error_in_world("export a;\nexport a:b/a;"),
            "t.wit:7:8: `a:b/a` is exported twice\n"
            "    7 | export a:b/a;\n"
            "      |        ^^^^^");
  EXPECT_EQ(error_in_world("import t: func();\ntype t = u8;"),
            "t.wit:6:8: `t` is imported twice\n"
            "    6 | import t: func();\n"
            "      |        ^");
}

TEST(Worlds, OnlyInterfacesAreImportedAndOnlyWorldsIncluded) {
  EXPECT_EQ(error_in_world("import w;"),
            "t.wit:6:8: `w` is a world, and an interface is expected\n"
            "    6 | import w;\n"
            "      |        ^");
  EXPECT_EQ(error_in_world("include a;"),
            "t.wit:6:9: `a` is an interface, and a world is expected\n"
            "    6 | include a;\n"
            "      |         ^");
}

TEST(Worlds, IncludedInterfacesBecomeOne) {
  const Graph graph = with_world(
      "include x; include y; import b;\n} world x { import b; export c; } world y { import a; "
      "export c;");
  const World& world = world_of(graph, "w");
  EXPECT_EQ(names_of(world.imports), (Names{"a:b/a", "a:b/b"}));
  EXPECT_EQ(names_of(world.exports), Names{"a:b/c"});
}

constexpr std::string_view kIncluded = R"(package a:b;
world v {
  resource r { constructor(); m: func(x: list<s>) -> option<r>; }
  type s = tuple<r, u8>;
  import f: func(s: s);
  export g: func(r: borrow<r>) -> string;
}
)";

TEST(Worlds, IncludedTypesAndFunctionsAreTheWorldsOwn) {
  const Graph graph = with_world("include v with { r as q, g as h }", kIncluded);
  const WorldId id = *graph.find_world("a:b/w");
  const World& world = graph[id];
  EXPECT_EQ(names_of(world.imports), (Names{"q", "s", "f"}));
  EXPECT_EQ(names_of(world.exports), Names{"h"});
  const TypeId q = std::get<TypeId>(world.imports[0].what);
  EXPECT_EQ(std::get<WorldId>(graph[q].owner), id);
  EXPECT_EQ(graph[q].name, "q");
  const TypeId s = std::get<TypeId>(world.imports[1].what);
  const auto& tuple = std::get<types::Tuple>(graph[s].body);
  EXPECT_EQ(graph.describe(tuple.types.at(0)), "own<q>");
  const Function& f = graph[std::get<FunctionId>(world.imports[2].what)];
  EXPECT_EQ(f.params.at(0).type, TypeRef(s));
  const Function& h = graph[std::get<FunctionId>(world.exports[0].what)];
  EXPECT_EQ(h.name, "h");
  EXPECT_EQ(graph.describe(h.params.at(0).type), "borrow<q>");
  const auto& functions = std::get<types::Resource>(graph[q].body).functions;
  ASSERT_EQ(functions.size(), 2U);
  EXPECT_EQ(graph.name_of(functions[1]), "[method]q.m");
  EXPECT_EQ(graph.describe(graph[functions[1]].params.at(0).type), "borrow<q>");
  const auto& list = std::get<types::List>(
      graph[std::get<TypeId>(graph[functions[1]].params.at(1).type.rep)].body);
  EXPECT_EQ(list.element, TypeRef(s));
  EXPECT_EQ(graph.describe(*graph[functions[1]].result), "option<own<q>>");
  // The other world is as it was.
  EXPECT_EQ(names_of(world_of(graph, "v").imports), (Names{"r", "s", "f"}));
}

TEST(Worlds, LabelsMustNotMeet) {
  EXPECT_EQ(resolve_error(std::string(kIncluded) + "world w {\nimport F: func();\ninclude v;\n}"),
            "t.wit:10:9: `f` would be imported twice; give it another name: `with { f as ... }`\n"
            "   10 | include v;\n"
            "      |         ^");
}

TEST(Worlds, OnlyLabelsThatAreThereAreRenamed) {
  EXPECT_EQ(resolve_error(std::string(kIncluded) + "world w { include v with { x as y } }"),
            "t.wit:8:28: world `v` neither imports nor exports `x` (what goes by the name of an "
            "interface cannot be renamed)\n"
            "    8 | world w { include v with { x as y } }\n"
            "      |                            ^");
  EXPECT_TRUE(error_in_world("include v with { a as x }\n} world v { import a;")
                  .contains("neither imports nor exports `a`"));
  EXPECT_TRUE(error_in_world("include v with { f as x, f as y }\n} world v { import f: func();")
                  .contains("`f` is renamed twice"));
}

TEST(Worlds, WhatIsIncludedIsPaidFor) {
  // Each world includes all before it: without a limit the last ones would take hours.
  std::string text = "package a:b;\nworld w0 {";
  for (int i = 0; i < 2000; ++i) {
    text += "import fn" + std::to_string(i) + ": func();\n";
  }
  text += "}\n";
  for (int i = 1; i < 5000; ++i) {
    text += "world w" + std::to_string(i) + " { include w" + std::to_string(i - 1) + "; }\n";
  }
  const std::vector<SourceFile> files{{.path = "t.wit", .text = text}};
  const auto refused = resolve(files);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
}

}  // namespace
}  // namespace wasmcloud::wit
