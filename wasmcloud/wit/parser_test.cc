#include "wasmcloud/wit/parser.h"

#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/wit/printer.h"
#include "wasmcloud/wit/source_testing.h"

namespace wasmcloud::wit {
namespace {

syntax::Document parsed(std::string_view text) {
  auto document = parse(text, "t.wit");
  EXPECT_TRUE(document) << document.error().describe();
  return document ? *std::move(document) : syntax::Document{};
}

// What an interface holds that has `items` in it.
syntax::Interface interface_of(std::string_view items) {
  const auto document = parsed("interface i {\n" + std::string(items) + "\n}");
  return document.items.empty() ? syntax::Interface{}
                                : std::get<syntax::Interface>(document.items.at(0));
}

syntax::World world_of(std::string_view items) {
  const auto document = parsed("world w {\n" + std::string(items) + "\n}");
  return document.items.empty() ? syntax::World{} : std::get<syntax::World>(document.items.at(0));
}

syntax::TypeDefinition definition_of(std::string_view text) {
  return std::get<syntax::TypeDefinition>(interface_of(text).items.at(0));
}

// The type as it is printed, after it was parsed.
std::string type(std::string_view text) {
  const auto definition = definition_of("type t = " + std::string(text) + ";");
  return print(std::get<syntax::Alias>(definition.body).type);
}

// The error of an interface with `items`, which begin on line 2.
std::string error_in_interface(std::string_view items) {
  return error_of("interface i {\n" + std::string(items) + "\n}");
}

std::string error_in_world(std::string_view items) {
  return error_of("world w {\n" + std::string(items) + "\n}");
}

TEST(Parser, AFileMayBeEmpty) {
  const auto document = parsed(" // nothing\n");
  EXPECT_FALSE(document.package);
  EXPECT_TRUE(document.items.empty());
  EXPECT_EQ(document.file, "t.wit");
}

TEST(Parser, ThePackageHasNameVersionAndDocs) {
  const auto document = parsed("/// Clocks.\npackage wasi:clocks@0.2.0-rc.1+b2;");
  ASSERT_TRUE(document.package);
  const syntax::PackageName& name = document.package->name;
  EXPECT_EQ(document.package->docs, "Clocks.");
  EXPECT_EQ(name.namespace_.text, "wasi");
  EXPECT_EQ(name.name.text, "clocks");
  EXPECT_EQ(name.version->value.to_string(), "0.2.0-rc.1+b2");
}

TEST(Parser, VersionsAreThoseOfSemVer) {
  for (const std::string_view version :
       {"1.0.0", "1.0.1--", "1.0.1-a+a", "1.0.1-1+1", "1.0.1-1a+1a", "1.0.0-11-a", "1.0.0-a1.1-a",
        "1.0.0-11ab"}) {
    const auto document = parsed("package a:b@" + std::string(version) + ";");
    ASSERT_TRUE(document.package) << version;
    EXPECT_EQ(document.package->name.version->value.to_string(), version);
  }
  EXPECT_EQ(error_of("package a:b@1.0;"),
            "t.wit:1:13: version \"1.0\": expected '.' and the patch number at the end\n"
            "    1 | package a:b@1.0;\n"
            "      |             ^^^");
  EXPECT_EQ(error_of("package a:b@1.0.0-x_y;"),
            "t.wit:1:13: version \"1.0.0-x_y\": character 7: expected the end of the version, "
            "found '_'\n"
            "    1 | package a:b@1.0.0-x_y;\n"
            "      |             ^^^^^^^^^");
  EXPECT_EQ(error_of("package a:b@v1;"),
            "t.wit:1:13: expected a version, found `v1`\n"
            "    1 | package a:b@v1;\n"
            "      |             ^^");
}

TEST(Parser, NestedPackagesHoldItemsOfTheirOwn) {
  const auto document = parsed(
      "package a:root;\n"
      "/// Docs.\npackage a:b@1.0.0 { interface i {} world w {} use c:d/e; }\n"
      "package a:c {}");
  ASSERT_EQ(document.items.size(), 2U);
  const auto& nested = std::get<syntax::NestedPackage>(document.items[0]);
  EXPECT_EQ(nested.declaration.docs, "Docs.");
  EXPECT_EQ(nested.declaration.name.name.text, "b");
  ASSERT_EQ(nested.items.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<syntax::FileUse>(nested.items[2]));
  EXPECT_TRUE(std::get<syntax::NestedPackage>(document.items[1]).items.empty());
}

TEST(Parser, APackageCannotStandInAnother) {
  EXPECT_EQ(error_of("package a:b {\n  package a:c {}\n}"),
            "t.wit:2:3: a package cannot stand in another one\n"
            "    2 |   package a:c {}\n"
            "      |   ^^^^^^^");
}

TEST(Parser, OnlyTheFirstItemNamesTheFilesPackage) {
  EXPECT_EQ(
      error_of("interface i {}\npackage a:b;"),
      "t.wit:2:12: expected `{` (only the first item of a file names its package), found `;`\n"
      "    2 | package a:b;\n"
      "      |            ^");
}

TEST(Parser, FilesUseInterfacesOfOthers) {
  const auto document = parsed("use a; use b as c; use d:e/f@1.2.3 as g;");
  ASSERT_EQ(document.items.size(), 3U);
  EXPECT_EQ(std::get<syntax::FileUse>(document.items[0]).path.name.text, "a");
  EXPECT_EQ(std::get<syntax::FileUse>(document.items[1]).as->text, "c");
  const auto& path = std::get<syntax::FileUse>(document.items[2]).path;
  EXPECT_EQ(print(path), "d:e/f@1.2.3");
  EXPECT_EQ(path.package->name.text, "e");
}

TEST(Parser, TypesAreThoseOfTheSpecification) {
  for (const std::string_view text : {"bool",
                                      "s8",
                                      "u8",
                                      "s16",
                                      "u16",
                                      "s32",
                                      "u32",
                                      "s64",
                                      "u64",
                                      "f32",
                                      "f64",
                                      "char",
                                      "string",
                                      "error-context",
                                      "name",
                                      "%list",
                                      "own<r>",
                                      "borrow<r>",
                                      "list<u8>",
                                      "list<list<u8, 4>, 4294967295>",
                                      "option<string>",
                                      "tuple<>",
                                      "tuple<u8, u16>",
                                      "result",
                                      "result<u8>",
                                      "result<_, u8>",
                                      "result<u8, u16>",
                                      "map<string, f32>",
                                      "stream",
                                      "stream<u8>",
                                      "future",
                                      "future<list<u8>>"}) {
    EXPECT_EQ(type(text), text);
  }
  EXPECT_EQ(type("tuple<u8,>"), "tuple<u8>");
  EXPECT_EQ(type("%string"), "%string");
  EXPECT_EQ(type("%foo"), "foo");
}

TEST(Parser, WhatIsNoTypeIsShown) {
  EXPECT_EQ(error_in_interface("type t = list<;"),
            "t.wit:2:15: expected a type, found `;`\n"
            "    2 | type t = list<;\n"
            "      |               ^");
  EXPECT_EQ(error_in_interface("type t = record;"),
            "t.wit:2:10: expected a type, found the keyword `record`\n"
            "    2 | type t = record;\n"
            "      |          ^^^^^^");
  EXPECT_EQ(error_in_interface("type t = list;"),
            "t.wit:2:14: expected `<`, found `;`\n"
            "    2 | type t = list;\n"
            "      |              ^");
  EXPECT_EQ(error_in_interface("type t = result<_>;"),
            "t.wit:2:18: expected `,`, found `>`\n"
            "    2 | type t = result<_>;\n"
            "      |                  ^");
  EXPECT_EQ(error_in_interface("type t = borrow<u8>;"),
            "t.wit:2:17: expected the name of a resource, found the keyword `u8` (a name, if "
            "written with `%` before it)\n"
            "    2 | type t = borrow<u8>;\n"
            "      |                 ^^");
}

TEST(Parser, AListsLengthIsAPositiveNumber) {
  for (const std::string_view length : {"0", "04", "4294967296", "99999999999999999999"}) {
    const std::string carets(length.size(), '^');
    EXPECT_EQ(error_in_interface("type t = list<u8, " + std::string(length) + ">;"),
              "t.wit:2:19: a list's length is a number from 1 to 4294967295 without leading zeros\n"
              "    2 | type t = list<u8, " +
                  std::string(length) + ">;\n      |                   " + carets);
  }
  EXPECT_EQ(error_in_interface("type t = list<u8, n>;"),
            "t.wit:2:19: expected the length of the list, found `n`\n"
            "    2 | type t = list<u8, n>;\n"
            "      |                   ^");
}

TEST(Parser, AMapsKeyHasAnOrder) {
  for (const std::string_view key : {"f32", "error-context", "k", "list<u8>"}) {
    EXPECT_EQ(error_in_interface("type t = map<" + std::string(key) + ", u8>;"),
              "t.wit:2:14: a map's key must be an integer type, bool, char or string\n"
              "    2 | type t = map<" +
                  std::string(key) + ", u8>;\n      |              " +
                  std::string(key.size(), '^'));
  }
}

TEST(Parser, RecordsHaveFieldsWithDocs) {
  const auto definition = definition_of("record r { /// First.\n a: u8, %type: t, }");
  EXPECT_EQ(definition.name.text, "r");
  const auto& fields = std::get<syntax::Record>(definition.body).fields;
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].docs, "First.");
  EXPECT_EQ(fields[0].name.text, "a");
  EXPECT_EQ(fields[1].name.text, "type");
  EXPECT_EQ(print(fields[1].type), "t");
  EXPECT_TRUE(std::get<syntax::Record>(definition_of("record r {}").body).fields.empty());
}

TEST(Parser, VariantsHaveCasesWithAndWithoutTypes) {
  const auto definition = definition_of("variant v { /// None.\n a, b(list<u8>) }");
  const auto& cases = std::get<syntax::Variant>(definition.body).cases;
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].docs, "None.");
  EXPECT_FALSE(cases[0].type);
  EXPECT_EQ(print(*cases[1].type), "list<u8>");
}

TEST(Parser, EnumsAndFlagsHaveNames) {
  const auto definition = definition_of("enum e { a, /// B.\n b, }");
  const auto& cases = std::get<syntax::Enum>(definition.body).cases;
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[1].docs, "B.");
  EXPECT_EQ(std::get<syntax::Flags>(definition_of("flags f { a, b }").body).flags.size(), 2U);
}

TEST(Parser, AVariantOrEnumHasACase) {
  EXPECT_EQ(error_in_interface("variant v {}"),
            "t.wit:2:9: `v` has no case\n"
            "    2 | variant v {}\n"
            "      |         ^");
  EXPECT_EQ(error_in_interface("enum e {}"),
            "t.wit:2:6: `e` has no case\n"
            "    2 | enum e {}\n"
            "      |      ^");
}

TEST(Parser, ResourcesHaveFunctions) {
  const auto definition = definition_of(
      "resource r {\n"
      "  constructor(a: u8) -> result<r>;\n"
      "  /// Method.\n  @since(version = 1.0.0)\n  m: func() -> u8;\n"
      "  s: static async func(a: u8, b: u8,);\n"
      "}");
  const auto& functions = std::get<syntax::Resource>(definition.body).functions;
  ASSERT_EQ(functions.size(), 3U);
  EXPECT_EQ(functions[0].kind, syntax::ResourceFunctionKind::constructor);
  EXPECT_EQ(print(*functions[0].function.type.result), "result<r>");
  EXPECT_EQ(functions[1].kind, syntax::ResourceFunctionKind::method);
  EXPECT_EQ(functions[1].function.attributes.docs, "Method.");
  EXPECT_TRUE(functions[1].function.attributes.since);
  EXPECT_EQ(functions[2].kind, syntax::ResourceFunctionKind::static_);
  EXPECT_TRUE(functions[2].function.type.async);
  EXPECT_EQ(functions[2].function.type.params.size(), 2U);
  EXPECT_TRUE(std::get<syntax::Resource>(definition_of("resource r;").body).functions.empty());
}

TEST(Parser, WhatIsNoFunctionOfAResourceIsShown) {
  EXPECT_EQ(error_in_interface("resource r {\n  x: async static func();\n}"),
            "t.wit:3:12: expected `func`, found the keyword `static`\n"
            "    3 |   x: async static func();\n"
            "      |            ^^^^^^");
  EXPECT_EQ(error_in_interface("resource r {\n  interface i {}\n}"),
            "t.wit:3:3: expected `constructor`, the name of a function or `}`, found the keyword "
            "`interface` (a name, if written with `%` before it)\n"
            "    3 |   interface i {}\n"
            "      |   ^^^^^^^^^");
  EXPECT_EQ(error_in_interface("resource r"),
            "t.wit:3:1: expected `;` or `{`, found `}`\n"
            "    3 | }\n"
            "      | ^");
}

TEST(Parser, InterfacesHaveUsesTypesAndFunctions) {
  const auto interface = interface_of(
      "use a:b/c@1.0.0-rc.{d, e as f,};\n"
      "type t = u8;\n"
      "f: async func(a: t, %list: u8) -> t;");
  ASSERT_EQ(interface.items.size(), 3U);
  const auto& use = std::get<syntax::Use>(interface.items[0]);
  EXPECT_EQ(print(use.from), "a:b/c@1.0.0-rc");
  ASSERT_EQ(use.names.size(), 2U);
  EXPECT_FALSE(use.names[0].as);
  EXPECT_EQ(use.names[1].as->text, "f");
  const auto& function = std::get<syntax::Function>(interface.items[2]);
  EXPECT_EQ(function.name.text, "f");
  EXPECT_TRUE(function.type.async);
  EXPECT_EQ(function.type.params.at(1).name.text, "list");
  EXPECT_EQ(print(*function.type.result), "t");
}

TEST(Parser, WhatIsNoItemOfAnInterfaceIsShown) {
  EXPECT_EQ(error_in_interface("import a;"),
            "t.wit:2:1: expected a function, a type, `use` or `}`, found the keyword `import`\n"
            "    2 | import a;\n"
            "      | ^^^^^^");
  EXPECT_EQ(error_in_interface("f: func() -> ();"),
            "t.wit:2:14: expected a type, found `(`\n"
            "    2 | f: func() -> ();\n"
            "      |              ^");
  EXPECT_EQ(error_in_interface("f: func(a);"),
            "t.wit:2:10: expected `:`, found `)`\n"
            "    2 | f: func(a);\n"
            "      |          ^");
  EXPECT_EQ(error_in_interface("f: func(a: u8 b: u8);"),
            "t.wit:2:15: expected `,` or `)`, found `b`\n"
            "    2 | f: func(a: u8 b: u8);\n"
            "      |               ^");
  EXPECT_EQ(error_in_interface("use a.{b c};"),
            "t.wit:2:10: expected `,` or `}`, found `c`\n"
            "    2 | use a.{b c};\n"
            "      |          ^");
}

TEST(Parser, AnUnfinishedFileIsShownAtItsEnd) {
  EXPECT_EQ(error_of("interface i {\n  f: func()\n\n"),
            "t.wit:2:12: expected `;`, found the end of the file\n"
            "    2 |   f: func()\n"
            "      |            ^");
}

TEST(Parser, WorldsHaveImportsAndExports) {
  const auto world = world_of(
      "import a;\n"
      "import b:c/d@1.0.0;\n"
      "import e: a;\n"
      "import f: b:c/d;\n"
      "export g: func();\n"
      "export h: async func();\n"
      "export i: interface { j: func(); }");
  ASSERT_EQ(world.items.size(), 7U);
  const auto external = [&](std::size_t at) { return std::get<syntax::Extern>(world.items[at]); };
  const auto path = [&](std::size_t at) {
    return print(std::get<syntax::UsePath>(external(at).what));
  };
  EXPECT_EQ(external(0).direction, syntax::Direction::import);
  EXPECT_FALSE(external(0).name);
  EXPECT_EQ(path(0), "a");
  EXPECT_FALSE(external(1).name);
  EXPECT_EQ(path(1), "b:c/d@1.0.0");
  EXPECT_EQ(external(2).name->text, "e");
  EXPECT_EQ(path(2), "a");
  EXPECT_EQ(external(3).name->text, "f");
  EXPECT_EQ(path(3), "b:c/d");
  EXPECT_EQ(external(4).direction, syntax::Direction::export_);
  EXPECT_FALSE(std::get<syntax::FuncType>(external(4).what).async);
  EXPECT_TRUE(std::get<syntax::FuncType>(external(5).what).async);
  EXPECT_EQ(std::get<syntax::InlineInterface>(external(6).what).items.size(), 1U);
}

TEST(Parser, WorldsHaveUsesTypesAndIncludes) {
  const auto world = world_of(
      "use a.{b};\n"
      "resource r;\n"
      "include c;\n"
      "include d:e/f@1.0.0 with { g as h, i as j, }\n"
      "include k with { l as m };");
  ASSERT_EQ(world.items.size(), 5U);
  EXPECT_TRUE(std::get<syntax::Include>(world.items[2]).names.empty());
  const auto& include = std::get<syntax::Include>(world.items[3]);
  EXPECT_EQ(print(include.from), "d:e/f@1.0.0");
  ASSERT_EQ(include.names.size(), 2U);
  EXPECT_EQ(include.names[1].name.text, "i");
  EXPECT_EQ(include.names[1].as.text, "j");
}

TEST(Parser, WhatIsNoItemOfAWorldIsShown) {
  EXPECT_EQ(error_in_world("f: func();"),
            "t.wit:2:1: expected `import`, `export`, `include`, `use`, a type or `}`, found `f`\n"
            "    2 | f: func();\n"
            "      | ^");
  EXPECT_EQ(error_in_world("import a: 1;"),
            "t.wit:2:11: expected `func`, `interface` or the name of an interface, found `1`\n"
            "    2 | import a: 1;\n"
            "      |           ^");
  EXPECT_EQ(error_in_world("include a with { b };"),
            "t.wit:2:20: expected `as`, found `}`\n"
            "    2 | include a with { b };\n"
            "      |                    ^");
  EXPECT_EQ(error_in_world("include a"),
            "t.wit:3:1: expected `;` or `with`, found `}`\n"
            "    3 | }\n"
            "      | ^");
}

TEST(Parser, APackageCannotBeImported) {
  EXPECT_EQ(error_in_world("import a:b;"),
            "t.wit:2:8: a package cannot be imported or exported; write `/` and the name of an "
            "interface behind it, or a space behind `:` to give an interface a name\n"
            "    2 | import a:b;\n"
            "      |        ^^^");
}

TEST(Parser, WhatIsNoItemOfAFileIsShown) {
  EXPECT_EQ(error_of("record r {}"),
            "t.wit:1:1: expected `interface`, `world`, `use` or `package`, found the keyword "
            "`record`\n"
            "    1 | record r {}\n"
            "      | ^^^^^^");
  EXPECT_EQ(error_of("use a:b;"),
            "t.wit:1:8: expected `/`, found `;`\n"
            "    1 | use a:b;\n"
            "      |        ^");
}

TEST(Parser, NamesAreInKebabCase) {
  for (const std::string_view name : {"a", "a1", "a-1b", "foo-BAR-b4z", "%a-b", "XML"}) {
    EXPECT_EQ(error_of("interface " + std::string(name) + " {}"), "no error");
  }
  for (const std::string_view name :
       {"a_b", "aB", "a--b", "a-", "%", "%1", "%-a", "caf\xc3\xa9", "_a"}) {
    EXPECT_TRUE(
        error_of("interface " + std::string(name) + " {}").contains("a name is words joined by"))
        << name;
  }
  EXPECT_EQ(error_of("interface a_b {}"),
            "t.wit:1:11: a name is words joined by `-`, each all in lower case or all in upper "
            "case, with digits but for the first character\n"
            "    1 | interface a_b {}\n"
            "      |           ^^^");
}

TEST(Parser, AKeywordIsNoName) {
  EXPECT_EQ(error_of("interface list {}"),
            "t.wit:1:11: expected the name of the interface, found the keyword `list` (a name, if "
            "written with `%` before it)\n"
            "    1 | interface list {}\n"
            "      |           ^^^^");
}

TEST(Parser, GatesAreKept) {
  const auto interface = interface_of(
      "/// Docs.\n@since(version = 0.2.1)\n/// More.\n@deprecated(version = 0.2.2)\n/// Yet more.\n"
      "f: func();\n"
      "@unstable(feature = fancy)\n@external-id(\"a/b\") g: func();");
  const auto& first = std::get<syntax::Function>(interface.items.at(0)).attributes;
  EXPECT_EQ(first.docs, "Docs.\nMore.\nYet more.");
  EXPECT_EQ(first.since->value.to_string(), "0.2.1");
  EXPECT_EQ(first.deprecated->value.to_string(), "0.2.2");
  EXPECT_FALSE(first.unstable);
  const auto& second = std::get<syntax::Function>(interface.items.at(1)).attributes;
  EXPECT_EQ(second.unstable->text, "fancy");
  EXPECT_EQ(second.external_id, "a/b");
}

TEST(Parser, GatesMustFitTogether) {
  EXPECT_EQ(error_in_interface("@since(version = 1.0.0) @unstable(feature = x)\nf: func();"),
            "t.wit:2:45: an item is either `@since` a version or `@unstable`, not both\n"
            "    2 | @since(version = 1.0.0) @unstable(feature = x)\n"
            "      |                                             ^");
  EXPECT_EQ(error_in_interface("@deprecated(version = 1.0.0)\nf: func();"),
            "t.wit:2:23: `@deprecated` wants `@since` or `@unstable` beside it\n"
            "    2 | @deprecated(version = 1.0.0)\n"
            "      |                       ^^^^^");
  EXPECT_EQ(error_in_interface("@unstable(feature = x) @unstable(feature = y)\nf: func();"),
            "t.wit:2:25: `@unstable` stands here twice\n"
            "    2 | @unstable(feature = x) @unstable(feature = y)\n"
            "      |                         ^^^^^^^^");
  EXPECT_EQ(error_in_interface("@stable f: func();"),
            "t.wit:2:2: there is no attribute `@stable`; expected `@since`, `@unstable`, "
            "`@deprecated` or `@external-id`\n"
            "    2 | @stable f: func();\n"
            "      |  ^^^^^^");
  EXPECT_EQ(error_in_interface("@since(feature = x) f: func();"),
            "t.wit:2:8: expected `version`, found `feature`\n"
            "    2 | @since(feature = x) f: func();\n"
            "      |        ^^^^^^^");
  EXPECT_EQ(error_in_interface("@external-id(a) f: func();"),
            "t.wit:2:14: expected a string, found `a`\n"
            "    2 | @external-id(a) f: func();\n"
            "      |              ^");
}

TEST(Parser, AttributesStandOnlyWhereTheyMean) {
  EXPECT_EQ(error_of("@unstable(feature = x) package a:b {}"),
            "t.wit:1:24: a package takes no attributes\n"
            "    1 | @unstable(feature = x) package a:b {}\n"
            "      |                        ^^^^^^^");
  EXPECT_EQ(error_of("@since(version = 1.0.0) use a;"),
            "t.wit:1:25: a `use` outside of interfaces and worlds takes no attributes\n"
            "    1 | @since(version = 1.0.0) use a;\n"
            "      |                         ^^^");
  EXPECT_EQ(error_of("@external-id(\"x\") world w {}"),
            "t.wit:1:19: a world takes no `@external-id`\n"
            "    1 | @external-id(\"x\") world w {}\n"
            "      |                   ^^^^^");
}

TEST(Parser, SpansSayWhereThingsStand) {
  const std::string text = "interface i {\n  f: func(a: list<u8>);\n}";
  const auto document = parsed(text);
  const auto& function =
      std::get<syntax::Function>(std::get<syntax::Interface>(document.items.at(0)).items.at(0));
  const auto at = [&](Span span) { return text.substr(span.begin, span.end - span.begin); };
  EXPECT_EQ(at(function.name.span), "f");
  EXPECT_EQ(at(function.type.params.at(0).type.span), "list<u8>");
}

TEST(Parser, EqualityIgnoresWhereThingsStand) {
  EXPECT_EQ(parsed("interface i {}"), parsed("\n\n// x\ninterface   i{ }"));
  EXPECT_NE(parsed("interface i {}"), parsed("interface j {}"));
  EXPECT_NE(parsed("package a:b@1.0.0+x;"), parsed("package a:b@1.0.0+y;"));
  EXPECT_NE(parsed("/// x\ninterface i {}"), parsed("interface i {}"));
}

TEST(Parser, FilesHaveALargestSize) {
  ParseLimits limits;
  limits.file_bytes = 10;
  EXPECT_EQ(error_of("// 4567890", limits), "no error");
  const auto refused = parse("// 45678901", "t.wit", limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
  EXPECT_EQ(refused.error().describe(),
            "t.wit: 11 bytes are more than a file of WIT may have (10)");
}

TEST(Parser, TypesNestToALimit) {
  const auto nested = [](std::size_t depth) {
    std::string text = "interface i { type t = ";
    for (std::size_t i = 1; i < depth; ++i) {
      text += "list<";
    }
    return text + "u8" + std::string(depth - 1, '>') + "; }";
  };
  EXPECT_EQ(error_of(nested(100)), "no error");
  const auto refused = parse(nested(101), "t.wit");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
  EXPECT_TRUE(refused.error().describe().contains("types are nested more than 100 deep"));
  EXPECT_FALSE(parse(nested(100'000), "t.wit"));
}

TEST(Parser, CommentsNestWithoutALimit) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) {
    text += "/*";
  }
  EXPECT_TRUE(error_of(text).contains("this comment is not closed"));
}

TEST(Parser, AFileSaysOnlySoMuch) {
  ParseLimits limits;
  limits.nodes = 4;
  EXPECT_EQ(error_of("interface i { enum e { a, b } }", limits), "no error");
  const auto refused = parse("interface i { enum e { a, b, c } }", "t.wit", limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
  EXPECT_EQ(refused.error().describe(),
            "t.wit:1:30: the file says more than 4 things\n"
            "    1 | interface i { enum e { a, b, c } }\n"
            "      |                              ^");
}

}  // namespace
}  // namespace wasmcloud::wit
