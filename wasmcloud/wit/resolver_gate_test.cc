// Feature gates as the resolver applies them.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wit {
namespace {

using Names = std::vector<std::string>;

ResolveOptions with_feature(std::string feature) {
  ResolveOptions options;
  options.features.insert(std::move(feature));
  return options;
}

constexpr std::string_view kGated = R"(package a:b@1.2.0;
interface i {
  @since(version = 1.0.0)
  @deprecated(version = 1.2.0)
  type t = u8;
  @unstable(feature = x)
  type u = t;
  @unstable(feature = x)
  f: func(u: u);
  resource r {
    @unstable(feature = x)
    constructor();
    m: func();
  }
}
@unstable(feature = x)
interface j {}
@unstable(feature = x)
world v {}
world w {
  @unstable(feature = x)
  use i.{t};
  @unstable(feature = x)
  import j;
  @unstable(feature = y)
  export i;
  @unstable(feature = x)
  include v;
}
)";

TEST(Gates, UnstableItemsAreLeftOut) {
  const Graph graph = graph_of(kGated);
  const Interface& interface = graph[*graph.find_interface("a:b/i@1.2.0")];
  EXPECT_EQ(interface.types.size(), 2U);
  EXPECT_TRUE(interface.functions.empty());
  const TypeId resource = type_in(graph, "a:b/i@1.2.0", "r");
  EXPECT_EQ(std::get<types::Resource>(graph[resource].body).functions.size(), 1U);
  EXPECT_FALSE(graph.find_interface("a:b/j@1.2.0"));
  EXPECT_FALSE(graph.find_world("a:b/v@1.2.0"));
  EXPECT_EQ(graph[graph.main_package()].interfaces.size(), 1U);
  const World& world = graph[*graph.select_world("w")];
  EXPECT_EQ(names_of(world.imports), Names{});
  EXPECT_EQ(names_of(world.exports), Names{});
}

TEST(Gates, AnEnabledFeatureBringsItsItems) {
  const Graph graph = graph_of(kGated, with_feature("x"));
  const Interface& interface = graph[*graph.find_interface("a:b/i@1.2.0")];
  EXPECT_EQ(interface.types.size(), 3U);
  EXPECT_EQ(graph[interface.functions.at(0)].stability.unstable, "x");
  const TypeId resource = type_in(graph, "a:b/i@1.2.0", "r");
  EXPECT_EQ(std::get<types::Resource>(graph[resource].body).functions.size(), 2U);
  const World& world = graph[*graph.select_world("w")];
  EXPECT_EQ(names_of(world.imports), (Names{"a:b/j@1.2.0", "a:b/i@1.2.0 (implied)", "t"}));
  EXPECT_EQ(names_of(world.exports), Names{});
}

TEST(Gates, AllFeaturesCanBeEnabled) {
  ResolveOptions options;
  options.all_features = true;
  const Graph graph = graph_of(kGated, options);
  EXPECT_EQ(names_of(graph[*graph.select_world("w")].exports), Names{"a:b/i@1.2.0"});
}

TEST(Gates, WhatTheySayIsKept) {
  const Graph graph = graph_of(kGated);
  const Stability& stability = graph[type_in(graph, "a:b/i@1.2.0", "t")].stability;
  EXPECT_EQ(stability.since->to_string(), "1.0.0");
  EXPECT_EQ(stability.deprecated->to_string(), "1.2.0");
  EXPECT_FALSE(stability.unstable);
}

TEST(Gates, WhatIsLeftOutCannotBeReferredTo) {
  EXPECT_EQ(resolve_error("package a:b; interface i {\n@unstable(feature = x) type t = u8;\n"
                          "type u = t;\n}"),
            "t.wit:3:10: `t` is there only with feature `x`\n"
            "    3 | type u = t;\n"
            "      |          ^");
  EXPECT_EQ(resolve_error("package a:b; interface i { @unstable(feature = x) type t = u8; }\n"
                          "interface j { use i.{t}; }"),
            "t.wit:2:22: `t` is there only with feature `x`\n"
            "    2 | interface j { use i.{t}; }\n"
            "      |                      ^");
  EXPECT_EQ(resolve_error("package a:b; interface i { type t = u8; }\n"
                          "interface j { @unstable(feature = x) use i.{t};\ntype u = t; }"),
            "t.wit:3:10: `t` is there only with feature `x`\n"
            "    3 | type u = t; }\n"
            "      |          ^");
  EXPECT_EQ(resolve_error("package a:b; @unstable(feature = x) interface i {}\n"
                          "world w { import i; }"),
            "t.wit:2:18: `i` is there only with feature `x`\n"
            "    2 | world w { import i; }\n"
            "      |                  ^");
  EXPECT_EQ(resolve_error("package a:b; @unstable(feature = x) world v {}\n"
                          "world w { include v; }"),
            "t.wit:2:19: `v` is there only with feature `x`\n"
            "    2 | world w { include v; }\n"
            "      |                   ^");
}

TEST(Gates, NamesOfWhatIsLeftOutAreTaken) {
  EXPECT_TRUE(resolve_error("package a:b; interface i { @unstable(feature = x) type t = u8; "
                            "type t = u8; }")
                  .contains("`t` is defined twice"));
}

TEST(Gates, VersionsAreThoseOfThePackage) {
  EXPECT_EQ(resolve_error("package a:b; interface i {\n@since(version = 1.0.0) f: func(); }"),
            "t.wit:2:18: a gate names a version, but package a:b has none\n"
            "    2 | @since(version = 1.0.0) f: func(); }\n"
            "      |                  ^^^^^");
  EXPECT_EQ(resolve_error("package a:b@1.0.0;\n@since(version = 1.0.1) world w {}"),
            "t.wit:2:18: version 1.0.1 is yet to come for package a:b@1.0.0\n"
            "    2 | @since(version = 1.0.1) world w {}\n"
            "      |                  ^^^^^");
}

TEST(Gates, WhatALeftOutItemUsesNeedNotBeThere) {
  EXPECT_EQ(resolve_error("package a:b; world w { @unstable(feature = x) import c:d/e; }"),
            "no error");
  EXPECT_NE(resolve_error("package a:b; world w { @unstable(feature = x) import c:d/e; }",
                          with_feature("x")),
            "no error");
}

// As existing tools have it: the package that includes may have no such version, or none at all.
TEST(Gates, OfInterfacesThatAnotherPackageIncludesAreLeftBehind) {
  const std::vector<SourceFile> files{
      {.path = "t.wit", .text = "package t:t; world w { include o:o/v@2.0.0; }"},
      {.path = "deps/o.wit",
       .text = "package o:o@2.0.0; interface i {} interface j {} world v {\n"
               "@since(version = 2.0.0) import i; @unstable(feature = f) import j;\n"
               "@since(version = 2.0.0) import lab: i; }\nworld near { include v; }"}};
  const Graph graph = graph_of(files, {.features = {"f"}});
  const auto gates_of = [&](std::string_view world) {
    std::string gates;
    for (const WorldItem& item : graph[graph.find_world(world).value()].imports) {
      gates += item.name + (item.stability.since ? " since" : "") +
               (item.stability.unstable ? " unstable" : "") + "\n";
    }
    return gates;
  };
  EXPECT_EQ(gates_of("t:t/w"), "o:o/i@2.0.0\no:o/j@2.0.0 unstable\nlab since\n");
  EXPECT_EQ(gates_of("o:o/near@2.0.0"), "o:o/i@2.0.0 since\no:o/j@2.0.0 unstable\nlab since\n");
}

}  // namespace
}  // namespace wasmcloud::wit
