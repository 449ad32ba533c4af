#include "wasmcloud/wit/resolver.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wit {
namespace {

namespace fs = std::filesystem;

std::string in_interface(std::string_view items) {
  return resolve_error("package a:b;\ninterface i {\n" + std::string(items) + "\n}");
}

std::vector<std::string> type_names(const Graph& graph, std::string_view interface) {
  std::vector<std::string> names;
  for (const TypeId type : graph[graph.find_interface(interface).value()].types) {
    names.push_back(graph[type].name);
  }
  return names;
}

TEST(Resolver, KeepsDocsAndOrder) {
  const Graph graph = graph_of(R"(/// Package.
package a:b;
/// World.
world w {}
/// Interface.
interface i {
  /// Record.
  record r {
    /// Field.
    f: u8,
  }
  /// Function.
  g: async func(a: r, b: string) -> r;
  h: func();
}
interface j {}
)");
  const Package& package = graph[graph.main_package()];
  EXPECT_EQ(package.docs, "Package.");
  ASSERT_EQ(package.interfaces.size(), 2U);
  EXPECT_EQ(graph[package.worlds.at(0)].docs, "World.");
  const Interface& interface = graph[package.interfaces[0]];
  EXPECT_EQ(interface.docs, "Interface.");
  const TypeDefinition& record = graph[interface.types.at(0)];
  EXPECT_EQ(record.docs, "Record.");
  EXPECT_EQ(std::get<InterfaceId>(record.owner), package.interfaces[0]);
  EXPECT_EQ(std::get<types::Record>(record.body).fields.at(0).docs, "Field.");
  const Function& function = graph[interface.functions.at(0)];
  EXPECT_EQ(function.docs, "Function.");
  EXPECT_TRUE(function.async);
  EXPECT_EQ(function.params.at(1).type, TypeRef(Primitive::string));
  EXPECT_EQ(function.result, TypeRef(interface.types[0]));
  EXPECT_EQ(graph[interface.functions.at(1)].name, "h");
}

TEST(Resolver, TypesMayBeUsedBeforeTheyAreDefined) {
  const Graph graph =
      graph_of("package a:b; interface i { type a = list<b>; type b = c; record c {} }");
  EXPECT_EQ(type_names(graph, "a:b/i"), (std::vector<std::string>{"c", "b", "a"}));
}

TEST(Resolver, InterfacesUseTypesOfEachOther) {
  const Graph graph = graph_of(R"(package a:b;
use d as e;
interface c { use e.{t, u as v}; f: func(t: t) -> v; }
interface d { resource t; type u = u8; }
)");
  const InterfaceId d = *graph.find_interface("a:b/d");
  const InterfaceId c = *graph.find_interface("a:b/c");
  EXPECT_LT(d, c);
  EXPECT_EQ(graph[c].dependencies, std::vector<InterfaceId>{d});
  EXPECT_EQ(type_names(graph, "a:b/c"), (std::vector<std::string>{"t", "v"}));
  const auto& alias = std::get<types::Alias>(graph[type_in(graph, "a:b/c", "t")].body);
  EXPECT_EQ(alias.type, TypeRef(type_in(graph, "a:b/d", "t")));
  EXPECT_EQ(graph.describe(graph[graph[c].functions.at(0)].params.at(0).type), "own<t>");
}

TEST(Resolver, APackageMayHaveSeveralFilesAndDependencies) {
  const Graph graph = graph_of({
      {.path = "a.wit", .text = "use c:d/types@1.0.0 as x; interface i { use x.{t}; }"},
      {.path = "b.wit", .text = "package a:b; interface j { use i.{t}; use e:f/g.{h}; }"},
      {.path = "deps/c/types.wit", .text = "package c:d@1.0.0; interface types { type t = u8; }"},
      {.path = "deps/c/more.wit", .text = "interface more { use types.{t}; }"},
      {.path = "deps/e.wit", .text = "package e:f; interface g { use c:d/more@1.0.0.{t as h}; }"},
      {.path = "deps/readme.md", .text = "not WIT"},
      {.path = "deps/c/deps/x.wit", .text = "nor looked at"},
      {.path = "other/x.wit", .text = "nor this"},
  });
  EXPECT_EQ(graph[graph.main_package()].full_name(), "a:b");
  EXPECT_EQ(graph.package_count(), 3U);
  EXPECT_LT(*graph.find_package("c:d@1.0.0"), *graph.find_package("e:f"));
  EXPECT_LT(*graph.find_package("e:f"), graph.main_package());
  EXPECT_EQ(type_names(graph, "a:b/j"), (std::vector<std::string>{"t", "h"}));
}

TEST(Resolver, NestedPackagesAreDependencies) {
  const Graph graph = graph_of(R"(package a:b;
interface i { use c:d/e@0.1.0.{t}; }
package c:d@0.1.0 {
  use f as g;
  interface e { use g.{t}; }
  interface f { type t = u8; }
}
)");
  EXPECT_TRUE(graph.find_interface("c:d/f@0.1.0"));
  EXPECT_EQ(graph[graph.find_interface("a:b/i").value()].dependencies.size(), 1U);
}

TEST(Resolver, SeveralVersionsOfAPackageStandSideBySide) {
  const Graph graph = graph_of(R"(package a:b;
interface i { use c:d/e@1.0.0.{t}; use c:d/e@1.0.0+x.{t as u}; use c:d/e.{t as v}; }
package c:d@1.0.0 { interface e { type t = u8; } }
package c:d@1.0.0+x { interface e { type t = u16; } }
package c:d { interface e { type t = u32; } }
)");
  EXPECT_EQ(graph.package_count(), 4U);
  EXPECT_EQ(graph[*graph.find_interface("a:b/i")].dependencies.size(), 3U);
}

TEST(Resolver, APackageMayComeTwiceIfItIsTheSame) {
  const SourceFile main{.path = "a.wit", .text = "package a:b;"};
  const SourceFile once{.path = "deps/c.wit", .text = "package c:d;\ninterface e { f: func(); }"};
  const SourceFile same{.path = "deps/d.wit", .text = "package c:d; interface e{f:func();}"};
  const SourceFile other{.path = "deps/d.wit", .text = "package c:d;\ninterface e { g: func(); }"};
  EXPECT_EQ(resolve_error({main, once, same}), "no error");
  EXPECT_EQ(resolve_error({main, once, other}),
            "deps/d.wit:1:9: package c:d is also in deps/c.wit, and not the same there\n"
            "    1 | package c:d;\n"
            "      |         ^^^");
}

TEST(Resolver, APackageIsNamedByOneOfItsFiles) {
  EXPECT_EQ(resolve_error("interface i {}"),
            "t.wit: no file names the package that it is a part of (`package a:b;`)");
  EXPECT_EQ(resolve_error({{.path = "a.wit", .text = "package a:b;"},
                           {.path = "deps/c/d.wit", .text = "package c:d {}"}}),
            "deps/c: no file names the package that it is a part of (`package a:b;`)");
  EXPECT_EQ(resolve_error({{.path = "a.wit", .text = "package a:b;"},
                           {.path = "b.wit", .text = "package a:b@1.0.0;"}}),
            "b.wit:1:9: this is package a:b@1.0.0, but a.wit says that it is a:b\n"
            "    1 | package a:b@1.0.0;\n"
            "      |         ^^^^^^^^^");
  EXPECT_EQ(resolve_error(std::vector<SourceFile>{}), "there is no .wit file for the main package");
}

TEST(Resolver, UnknownNamesAreShown) {
  EXPECT_EQ(in_interface("type t = list<u>;"),
            "t.wit:3:15: there is no type `u` here\n"
            "    3 | type t = list<u>;\n"
            "      |               ^");
  EXPECT_EQ(in_interface("use j.{t};"),
            "t.wit:3:5: neither this file nor package a:b has an interface or world `j`\n"
            "    3 | use j.{t};\n"
            "      |     ^");
  EXPECT_EQ(in_interface("use c:d/e@1.0.0.{t};"),
            "t.wit:3:5: package c:d@1.0.0 is not there; there are a:b\n"
            "    3 | use c:d/e@1.0.0.{t};\n"
            "      |     ^^^^^^^^^^^");
  EXPECT_EQ(in_interface("use a:b/j.{t};"),
            "t.wit:3:5: package a:b has no interface or world `j`\n"
            "    3 | use a:b/j.{t};\n"
            "      |     ^^^^^");
  EXPECT_EQ(in_interface("use j.{t}; } interface j {"),
            "t.wit:3:8: interface a:b/j has no type `t`\n"
            "    3 | use j.{t}; } interface j {\n"
            "      |        ^");
  EXPECT_EQ(in_interface("use j.{f}; } interface j { f: func();"),
            "t.wit:3:8: `f` is a function; only types can be used\n"
            "    3 | use j.{f}; } interface j { f: func();\n"
            "      |        ^");
  EXPECT_EQ(in_interface("use w.{f}; } world w {"),
            "t.wit:3:5: `w` is a world, and an interface is expected\n"
            "    3 | use w.{f}; } world w {\n"
            "      |     ^");
  EXPECT_EQ(in_interface("f: func(); g: func(x: f);"),
            "t.wit:3:23: `f` is a function, not a type\n"
            "    3 | f: func(); g: func(x: f);\n"
            "      |                       ^");
}

TEST(Resolver, NamesOfOtherFilesAreTheirs) {
  EXPECT_EQ(resolve_error({{.path = "a.wit", .text = "package a:b; use i as j; interface i {}"},
                           {.path = "b.wit", .text = "interface k { use j.{}; }"}}),
            "b.wit:1:19: neither this file nor package a:b has an interface or world `j`\n"
            "    1 | interface k { use j.{}; }\n"
            "      |                   ^");
  EXPECT_EQ(resolve_error("package a:b; interface i {}\nuse i as j; use j as k;"),
            "t.wit:2:17: neither this file nor package a:b has an interface or world `j`\n"
            "    2 | use i as j; use j as k;\n"
            "      |                 ^");
}

TEST(Resolver, CyclesAreToldAsTheyRun) {
  EXPECT_EQ(in_interface("type t = list<u>;\nrecord u { x: v }\ntype v = t;"),
            "t.wit:3:6: type `t` is made of itself: t -> u -> v -> t\n"
            "    3 | type t = list<u>;\n"
            "      |      ^");
  EXPECT_EQ(resolve_error("package a:b;\ninterface i { use j.{t}; }\ninterface j { use i.{t}; }"),
            "t.wit:2:11: interface `i` uses itself: i -> j -> i\n"
            "    2 | interface i { use j.{t}; }\n"
            "      |           ^");
  EXPECT_EQ(resolve_error("package a:b;\nworld w { include w; }"),
            "t.wit:2:7: world `w` uses itself: w -> w\n"
            "    2 | world w { include w; }\n"
            "      |       ^");
  EXPECT_EQ(resolve_error("package a:b;\ninterface i { use c:d/e.{}; }\n"
                          "package c:d { interface e {} interface f { use a:b/g.{}; } }\n"
                          "interface g {}"),
            "t.wit:1:9: package a:b uses itself: a:b -> c:d -> a:b\n"
            "    1 | package a:b;\n"
            "      |         ^^^");
}

TEST(Resolver, NamesDifferInMoreThanCase) {
  EXPECT_EQ(in_interface("type t = u8;\nT: func();"),
            "t.wit:4:1: `T` is defined twice\n"
            "    4 | T: func();\n"
            "      | ^");
  EXPECT_EQ(in_interface("record r { a: u8, A: u8 }"),
            "t.wit:3:19: `A` is here twice\n"
            "    3 | record r { a: u8, A: u8 }\n"
            "      |                   ^");
  EXPECT_EQ(in_interface("f: func(a: u8, a: u8);"),
            "t.wit:3:16: `a` is here twice\n"
            "    3 | f: func(a: u8, a: u8);\n"
            "      |                ^");
  for (const std::string_view items :
       {"variant v { a, A }", "enum e { a, A }", "flags f { a, A }",
        "resource r { a: func(); A: static func(); }", "resource r { m: func(self: u8); }"}) {
    EXPECT_TRUE(in_interface(items).contains("is here twice")) << items;
  }
  EXPECT_EQ(in_interface("type T = u8; type u = t;"),
            "t.wit:3:23: there is no type `t` here\n"
            "    3 | type T = u8; type u = t;\n"
            "      |                       ^");
  EXPECT_EQ(resolve_error("package a:b; interface i {}\nworld I {}"),
            "t.wit:2:7: package a:b has another interface or world `I`\n"
            "    2 | world I {}\n"
            "      |       ^");
  EXPECT_EQ(resolve_error("package a:b; interface i {} interface j {}\nuse i as j;"),
            "t.wit:2:10: this file has another `j`\n"
            "    2 | use i as j;\n"
            "      |          ^");
}

TEST(Resolver, HandlesAreOfResources) {
  EXPECT_EQ(in_interface("type t = u8; type u = borrow<t>;"),
            "t.wit:3:30: `t` is no resource\n"
            "    3 | type t = u8; type u = borrow<t>;\n"
            "      |                              ^");
  EXPECT_EQ(in_interface("resource r; type t = own<r>; type u = own<t>;"),
            "t.wit:3:43: `t` is no resource\n"
            "    3 | resource r; type t = own<r>; type u = own<t>;\n"
            "      |                                           ^");
}

TEST(Resolver, BorrowedHandlesAreNotReturned) {
  EXPECT_EQ(in_interface("resource r; type b = list<borrow<r>>;\nf: func() -> option<b>;"),
            "t.wit:4:14: `f` returns a type with a `borrow` in it, which is lent for the length of "
            "a call only\n"
            "    4 | f: func() -> option<b>;\n"
            "      |              ^^^^^^^^^");
}

TEST(Resolver, ConstructorsReturnTheirResource) {
  EXPECT_EQ(in_interface("resource r { constructor() -> result<own<r>, u8>; }"), "no error");
  for (const std::string_view result : {"u8", "r", "result", "result<u8>", "result<_, r>"}) {
    EXPECT_EQ(in_interface("resource r {\nconstructor() -> " + std::string(result) + ";\n}"),
              "t.wit:4:18: a constructor of `r` returns nothing, which means `r`, or `result<r>`, "
              "with or without an error type\n"
              "    4 | constructor() -> " +
                  std::string(result) + ";\n      |                  " +
                  std::string(result.size(), '^'));
  }
  EXPECT_EQ(in_interface("resource r { constructor(); constructor(); }"),
            "t.wit:3:29: resource `r` has another constructor\n"
            "    3 | resource r { constructor(); constructor(); }\n"
            "      |                             ^^^^^^^^^^^");
}

TEST(Resolver, TypesNestToALimitAlsoThroughNames) {
  const auto chain = [](int length) {
    std::string text = "package a:b; interface i { type t1 = list<u8>;\n";
    for (int i = 2; i <= length; ++i) {
      text += "type t" + std::to_string(i) + " = list<t" + std::to_string(i - 1) + ">;\n";
    }
    return text + "}";
  };
  EXPECT_EQ(resolve_error(chain(100)), "no error");
  EXPECT_EQ(resolve_error(chain(101)),
            "t.wit:101:6: types are nested more than 100 deep\n"
            "  101 | type t101 = list<t100>;\n"
            "      |      ^^^^");
}

TEST(Resolver, TypesHaveALargestSize) {
  std::string text = "package a:b; interface i { type t0 = u8;\n";
  for (int i = 1; i < 40; ++i) {
    const std::string used = "t" + std::to_string(i - 1);
    text += "type t" + std::to_string(i) + " = tuple<" + used + ", " + used + ">;\n";
  }
  const std::vector<SourceFile> files{{.path = "t.wit", .text = text + "}"}};
  const auto refused = resolve(files);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
  EXPECT_TRUE(refused.error().describe().contains("a type has more than 1000000 parts"));
}

TEST(Resolver, WorkAndSizeHaveLimits) {
  ResolveOptions options;
  options.limits.steps = 3;
  EXPECT_EQ(resolve_error("package a:b; interface i { type a = u8; type b = u8; }", options),
            "no error");
  EXPECT_EQ(
      resolve_error("package a:b; interface i { type a = u8; type b = u8; f: func(); }", options),
      "t.wit:1:54: resolving takes more than 3 steps\n"
      "    1 | package a:b; interface i { type a = u8; type b = u8; f: func(); }\n"
      "      |                                                      ^");
  options.limits.bytes = 10;
  EXPECT_EQ(resolve_error("package a:b;", options),
            "12 bytes of WIT are more than may be read at once (10)");
}

SourceFile file(const fs::path& path, std::string name) {
  std::ifstream content(path, std::ios::binary);
  return {.path = std::move(name), .text = {std::istreambuf_iterator<char>(content), {}}};
}

// WASI's packages as `deps`.
std::vector<SourceFile> wasi() {
  std::vector<SourceFile> files;
  for (const auto& entry : fs::directory_iterator(WC_WASI_WIT_DIR)) {
    files.push_back(file(entry.path(), "deps/" + entry.path().filename().string()));
  }
  return files;
}

TEST(Resolver, WasiResolves) {
  std::vector<SourceFile> files = wasi();
  ASSERT_EQ(files.size(), 7U);
  files.push_back({.path = "main.wit", .text = "package a:b;"});
  const Graph graph = graph_of(files);
  EXPECT_EQ(graph.package_count(), 8U);
  const auto proxy = graph.select_world("wasi:http/proxy");
  ASSERT_TRUE(proxy);
  const World& world = graph[*proxy];
  const std::string version = "@" + graph[world.package].version->to_string();
  std::vector<std::string> imports = names_of(world.imports);
  ASSERT_EQ(imports.size(), 11U);
  EXPECT_EQ(imports.front(), "wasi:io/poll" + version);
  EXPECT_EQ(names_of(world.exports),
            std::vector<std::string>{"wasi:http/incoming-handler" + version});
  const TypeId fields = type_in(graph, "wasi:http/types" + version, "fields");
  EXPECT_EQ(std::get<types::Resource>(graph[fields].body).functions.size(), 9U);
}

TEST(Resolver, TheExamplesResolve) {
  std::size_t worlds = 0;
  for (const auto& example : fs::directory_iterator(WC_EXAMPLES_DIR)) {
    const fs::path wit = example.path() / "wit";
    if (!fs::is_directory(wit)) {
      continue;
    }
    std::vector<SourceFile> files = wasi();
    for (const auto& entry : fs::directory_iterator(wit)) {
      files.push_back(file(entry.path(), entry.path().filename()));
    }
    EXPECT_TRUE(graph_of(files).select_world("")) << wit;
    ++worlds;
  }
  EXPECT_GE(worlds, 2U);
}

}  // namespace
}  // namespace wasmcloud::wit
