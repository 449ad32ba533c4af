#include "wasmcloud/component/component_wit.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/component/component_wit_testing.h"
#include "wasmcloud/wit/graph_syntax.h"
#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/text_testing.h"

namespace wasmcloud::component {
namespace {

namespace fs = std::filesystem;
using testing::all_features;
using testing::everything;
using testing::main_package;
using testing::Raw;
using testing::text_of;
using testing::wasi_files;
using testing::wasi_package;
using testing::WithFolder;
using wit::testing::without_empty_lines;

std::string text_of_wat(const std::string& wat) { return text_of(testing::check(wat).bytes); }

using WitOfComponents = WithFolder;

// Components that other toolchains have made.
TEST_F(WitOfComponents, IsWhatToolsSay) {
  const char* const named = std::getenv("WASMCLOUD_COMPONENTS_DIR");
  const fs::path folder = named != nullptr ? named : WC_COMPONENTS_DIR;
  if (!fs::exists(folder)) {
    GTEST_SKIP() << "no real components";
  }
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".wasm") {
      const Raw bytes = testing::read_file(entry.path());
      EXPECT_EQ(without_empty_lines(text_of(bytes)), told_by_tools(bytes)) << entry.path();
      ++seen;
    }
  }
  EXPECT_GT(seen, 0);
}

using WitOfPackages = WithFolder;

TEST_F(WitOfPackages, WasiIsTheSameFromBinaryAndFromText) {
  for (const fs::path& main : wasi_files()) {
    const std::vector<wit::SourceFile> files = wasi_package(main);
    write(files);
    const Raw bytes = encoded();
    const std::string text = text_of(bytes);
    EXPECT_EQ(without_empty_lines(text), told_by_tools(bytes)) << main;
    const auto graph = wit::resolve(files, all_features());
    ASSERT_TRUE(graph) << graph.error().describe();
    const std::string from_text = wit::print(*graph).value();
    EXPECT_EQ(main_package(text), main_package(from_text)) << main;
  }
}

TEST_F(WitOfPackages, EverythingComesBack) {
  write(everything());
  const Raw bytes = encoded();
  const std::string text = text_of(bytes);
  EXPECT_EQ(without_empty_lines(text), told_by_tools(bytes));
  EXPECT_TRUE(text.contains("package d:e@1.0.0 {\n  interface i {\n    type t = u8;")) << text;
  EXPECT_TRUE(text.contains("package d:e@2.0.0 {\n  interface i {\n    type t = u16;")) << text;
  EXPECT_TRUE(text.contains("  import lab: more;\n")) << text;
  const std::vector<wit::SourceFile> files{{.path = "t.wit", .text = text}};
  const auto again = wit::resolve(files, all_features());
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(wit::print(*again).value(), text);
}

TEST_F(WitOfPackages, TheGraphKeepsTheOrderOfUse) {
  write(everything());
  const auto graph = wit_of(encoded());
  ASSERT_TRUE(graph) << graph.error().describe();
  EXPECT_EQ((*graph)[graph->main_package()].full_name(), "t:a@1.2.3");
  for (std::uint32_t i = 0; i < graph->interface_count(); ++i) {
    for (const wit::InterfaceId used : (*graph)[wit::InterfaceId{i}].dependencies) {
      EXPECT_LT(static_cast<std::uint32_t>(used), i);
    }
  }
  const auto again2 = graph->find_interface("t:a/again2@1.2.3");
  ASSERT_TRUE(again2);
  const auto used = (*graph)[*again2].dependencies;
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(graph->name_of(used[0]), "t:a/more@1.2.3");
  EXPECT_TRUE(graph->select_world("w"));
}

// What tools print, but for the one with two interfaces of one type, which they refuse.

TEST(WitOf, AComponentWithoutImportsAndExportsIsAnEmptyWorld) {
  EXPECT_EQ(text_of_wat("(component)"), "package root:component;\n\nworld root {\n}\n");
}

TEST(WitOf, AnotherNameOfAResourceIsAnAlias) {
  EXPECT_EQ(text_of_wat(R"((component (import "a:b/i" (instance
                (export "r" (type $r (sub resource)))
                (export "t" (type $t (eq $r)))
                (export "u" (type (eq $t)))
                (export "f" (func (param "a" (own $r)) (param "b" (borrow $t))))))))"),
            "package root:component;\n\nworld root {\n  import a:b/i;\n}\n\n"
            "package a:b {\n  interface i {\n    resource r;\n\n    type t = r;\n\n"
            "    type u = t;\n\n    f: func(a: r, b: borrow<t>);\n  }\n}\n");
}

TEST(WitOf, TwoInterfacesOfOneTypeAreTwo) {
  const std::string text = text_of_wat(R"((component
      (type $it (instance (type $rec (record (field "x" u8))) (export "rec" (type $e (eq $rec)))
                          (export "f" (func (param "a" $e)))))
      (import "a:b/i@1.0.0" (instance (type $it)))
      (import "a:b/i@2.0.0" (instance (type $it)))))");
  EXPECT_TRUE(
      text.contains("package a:b@2.0.0 {\n  interface i {\n    record rec {\n      x: u8,\n"
                    "    }\n\n    f: func(a: rec);\n"))
      << text;
}

TEST(WitOf, AnInstanceOfWhatIsAtHandUsesIt) {
  const std::string text = text_of_wat(R"((component
      (import "a:b/i" (instance $i (export "r" (type (sub resource)))))
      (alias export $i "r" (type $r))
      (instance $out (export "s" (type $r)))
      (export "c:d/o" (instance $out))))");
  EXPECT_TRUE(text.contains("  interface o {\n    use a:b/i.{r as s};\n")) << text;
}

TEST(WitOf, ModulesAndComponentsAreNoPartOfWit) {
  EXPECT_EQ(text_of_wat(R"((component (import "m" (core module)) (import "c" (component))))"),
            "package root:component;\n\nworld root {\n}\n");
}

// What is valid, and WIT has no words for.

TEST(WitOf, TypesMustHaveANameWhereTheyAreMentioned) {
  EXPECT_EQ(text_of_wat(R"((component
                (import "a:b/i" (instance $i (export "r" (type (sub resource)))))
                (alias export $i "r" (type $r))
                (import "f" (func (param "x" (own $r))))))"),
            "import `f`: parameter `x`: type `r` of elsewhere is mentioned without a name here, as "
            "WIT wants it");
}

TEST(WitOf, TypesThatNeedNoNameAreWrittenOut) {
  const std::string text = text_of_wat(R"((component
      (import "a:b/i" (instance $i (type $l (list u8)) (export "t" (type (eq $l)))))
      (alias export $i "t" (type $t))
      (import "f" (func (param "x" $t)))))");
  EXPECT_TRUE(text.contains("import f: func(x: list<u8>);")) << text;
}

TEST(WitOf, TypesWithinAWorldCannotBeUsedElsewhere) {
  EXPECT_EQ(text_of_wat(R"((component
                (import "a" (instance $i (export "r" (type (sub resource)))))
                (alias export $i "r" (type $r))
                (import "b" (instance (alias outer 1 $r (type $q)) (export "s" (type (eq $q)))))))"),
            "import `b`: interface `b`: type `s`: it is the type `r` of an interface within a "
            "world, which cannot be used elsewhere in WIT");
}

TEST(WitOf, WorldsExportNoTypes) {
  EXPECT_EQ(text_of_wat(R"((component (type $r (record (field "x" u8))) (export "t" (type $r))))"),
            "export `t`: it is a type, and worlds of WIT export no types");
}

TEST(WitOf, AnInterfaceMustSayTheSameEverywhere) {
  const std::string one = R"((import "a:b/i" (instance (export "f" (func (param "x" u8))))))";
  const auto exported = [&](std::string_view type) {
    return text_of_wat(fmt::format(
        R"((component {} (import "g" (func $g (param "x" {})))
             (instance $i (export "f" (func $g))) (export "a:b/i" (instance $i))))",
        one, type));
  };
  EXPECT_TRUE(exported("u8").contains("  export a:b/i;\n"));
  EXPECT_EQ(exported("u16"),
            "export `a:b/i`: interface `a:b/i`: function `f`: it has another type here than "
            "elsewhere");
}

TEST(WitOf, NamesDifferByMoreThanCase) {
  EXPECT_EQ(text_of_wat(R"((component (import "a:b/i" (instance (export "f" (func))))
                (import "g" (func $g))
                (instance $i (export "F" (func $g)))
                (export "a:b/i" (instance $i))))"),
            "export `a:b/i`: interface `a:b/i`: function `F`: another name here differs only in "
            "case, which is the same in WIT");
  EXPECT_EQ(text_of_wat(R"((component (import "root:component/root" (instance))))"),
            "import `root:component/root`: package `root:component` has another interface or world "
            "`root`, or one that differs only in case");
}

TEST(WitOf, InterfacesCannotUseEachOther) {
  EXPECT_EQ(text_of_wat(R"((component
        (import "a:b/i" (instance $i (export "r" (type (sub resource)))))
        (alias export $i "r" (type $r))
        (import "a:b/j" (instance $j (alias outer 1 $r (type $q)) (export "s" (type (eq $q)))))
        (alias export $j "s" (type $s))
        (instance $out (export "t" (type $s)))
        (export "a:b/i" (instance $out))))"),
            "interfaces `a:b/i` and `a:b/j` use types of each other, by whatever way; in WIT no "
            "interface "
            "may use itself");
}

TEST(WitOf, LimitsHold) {
  const Raw bytes = testing::check(R"((component (import "a:b/i" (instance
      (type $u u8) (export "a" (type $a (eq $u))) (export "b" (type $b (eq $a))) (export "c" (type (eq $b)))))))")
                        .bytes;
  EXPECT_EQ(text_of(bytes, {.type_depth = 2}), "types are nested more than 2 deep");
  const auto few = wit_of(bytes, {.steps = 10});
  ASSERT_FALSE(few);
  EXPECT_EQ(few.error().kind(), ErrorKind::exhausted);
}

// The section `package-docs`.

Raw with_docs(std::string_view content) {
  Raw bytes = testing::check(R"((component
      (type (component (export "a:b/i" (instance (type $e (enum "x")) (export "e" (type (eq $e)))
                                                 (export "f" (func))))))
      (export "i" (type 0))))")
                  .bytes;
  const std::string body =
      "\x0c"
      "package-docs" +
      std::string(content);
  bytes.push_back(0);
  bytes.push_back(static_cast<std::uint8_t>(body.size()));
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

TEST(PackageDocs, AreDocsAndGates) {
  EXPECT_EQ(text_of(with_docs("\x01"
                              R"({"docs":"P","interfaces":{"i":{"docs":"I","stability":{"stable":)"
                              R"({"since":"1.0.0"}}}}})")),
            "/// P\npackage a:b;\n\n/// I\n@since(version = 1.0.0)\ninterface i {\n  enum e {\n"
            "    x,\n  }\n\n  f: func();\n}\n");
  EXPECT_TRUE(text_of(with_docs("\x01"
                                R"({"interfaces":{"i":{"types":{"e":{"items":{"x":"X"}}}}}})"))
                  .contains("    /// X\n    x,\n"));
  const std::string first_version = R"({"interfaces":{"i":{"funcs":{"f":"F"}}}})";
  EXPECT_TRUE(
      text_of(with_docs(std::string(1, '\0') + first_version)).contains("  /// F\n  f: func();\n"));
}

TEST(PackageDocs, WhatIsWrongIsTold) {
  EXPECT_EQ(text_of(with_docs("\x02{}")),
            "section `package-docs`: expected version 0 or 1, found 2");
  EXPECT_EQ(text_of(with_docs("\x01[]")), "section `package-docs`: expected a JSON object");
  EXPECT_EQ(text_of(with_docs("\x01{")), "section `package-docs`: expected a JSON object");
  EXPECT_EQ(text_of(with_docs("\x01{\"interfaces\":{\"z\":{}}}")),
            "section `package-docs`: interface `z`: it is not there");
  // In WIT nothing is deprecated that has no other gate.
  EXPECT_EQ(text_of(with_docs("\x01"
                              R"({"interfaces":{"i":{"stability":{"stable":{"deprecated":)"
                              R"("1.0.0"}}}}})")),
            "section `package-docs`: interface `i`: expected the version since which it is stable");
  EXPECT_EQ(text_of(with_docs("\x01{\"docs\":7}")),
            "section `package-docs`: expected docs as a string, found number");
  EXPECT_EQ(text_of(with_docs("\x01{\"docs\":\"a\\u0007\"}")),
            "section `package-docs`: docs have the character U+0007, which WIT forbids: a control "
            "character");
}

}  // namespace
}  // namespace wasmcloud::component
