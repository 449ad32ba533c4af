#include "wasmcloud/component/decoder.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace wasmcloud::component {
namespace {

using Raw = std::vector<std::uint8_t>;

Raw operator+(Raw left, const Raw& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

const Raw kComponentHeader{0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00};
const Raw kModuleHeader{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};

// A section whose content takes less than 128 bytes, or any number with a padded size.
Raw section(std::uint8_t id, const Raw& content) {
  const auto size = content.size();
  return Raw{id, static_cast<std::uint8_t>((size & 0x7f) | 0x80),
             static_cast<std::uint8_t>(((size >> 7) & 0x7f) | 0x80),
             static_cast<std::uint8_t>(size >> 14)} +
         content;
}

Raw component(std::initializer_list<Raw> sections) {
  Raw bytes = kComponentHeader;
  for (const Raw& part : sections) {
    bytes = std::move(bytes) + part;
  }
  return bytes;
}

Raw module(std::initializer_list<Raw> sections) {
  Raw bytes = kModuleHeader;
  for (const Raw& part : sections) {
    bytes = std::move(bytes) + part;
  }
  return bytes;
}

std::string failure(const auto& result) { return result ? "no failure" : result.error().message(); }

// The message of decoding `bytes`, which must fail; without the offset.
std::string complaint(const Raw& bytes) {
  const auto result = decode(bytes);
  const std::string message = failure(result);
  const auto colon = message.find(": ");
  return message.starts_with("offset 0x") ? message.substr(colon + 2) : message;
}

std::string type_complaint(const Raw& type) {
  return complaint(component({section(7, Raw{1} + type)}));
}

std::string canon_complaint(const Raw& canon) {
  return complaint(component({section(8, Raw{1} + canon)}));
}

std::string import_complaint(const Raw& type) {
  return complaint(component({section(10, Raw{1, 0x00, 1, 'x'} + type)}));
}

// --- Preamble and sections ---

TEST(Preamble, TellsComponentsFromModules) {
  EXPECT_TRUE(is_component(kComponentHeader));
  EXPECT_FALSE(is_component(kModuleHeader));
  EXPECT_TRUE(is_core_module(kModuleHeader));
  EXPECT_FALSE(is_core_module(Raw{0x00, 0x61}));
  EXPECT_FALSE(is_component(Raw{}));
}

TEST(Preamble, AnEmptyComponentHasNoDefinitions) {
  const auto decoded = decode(kComponentHeader);
  ASSERT_TRUE(decoded) << failure(decoded);
  EXPECT_TRUE((*decoded)->definitions.empty());
}

TEST(Preamble, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(complaint({}), "unexpected end-of-file");
  EXPECT_EQ(complaint({0x00, 0x61, 0x73}), "unexpected end-of-file");
  EXPECT_EQ(complaint({0xff, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00}),
            "magic header not detected: bad magic number");
  EXPECT_EQ(complaint({0x00, 0x61, 0x73, 0x6d, 0x0c, 0x00, 0x01, 0x00}),
            "unknown binary version 0xc of layer 0x1");
  EXPECT_EQ(
      failure(decode(kModuleHeader)),
      "offset 0x0: expected a version header for a component: these are a core module's bytes");
}

TEST(Sections, RefuseWhatDoesNotFitTheirSize) {
  EXPECT_EQ(complaint(kComponentHeader + Raw{0x0d, 0x00}), "malformed section id: 0xd");
  EXPECT_EQ(complaint(kComponentHeader + Raw{0x07, 0x03, 0x00}), "unexpected end-of-file");
  EXPECT_EQ(complaint(kComponentHeader + Raw{0x07, 0x02, 0x00, 0x73}),
            "section size mismatch: unexpected data at the end of the section");
  EXPECT_EQ(complaint(kComponentHeader + Raw{0x07, 0x81, 0x80, 0x80, 0x80, 0x70, 0x00}),
            "integer too large");
}

TEST(Sections, CustomOnesAreSkippedButNeedAName) {
  EXPECT_TRUE(decode(component({section(0, {0x01, 'n', 0xff, 0xfe})})));
  EXPECT_EQ(complaint(component({section(0, {0x02, 0xff, 0xfe})})), "malformed UTF-8 encoding");
}

TEST(Sections, KeepTheOrderOfDefinitions) {
  const Raw bytes = component({section(7, {1, 0x73}), section(1, kModuleHeader),
                               section(4, kComponentHeader), section(7, {1, 0x7d})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  const auto& definitions = (*decoded)->definitions;
  ASSERT_EQ(definitions.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<ast::Type>(definitions[0]));
  const auto* core = std::get_if<std::unique_ptr<CoreModule>>(&definitions[1]);
  ASSERT_TRUE(core);
  EXPECT_EQ((*core)->bytes.size(), 8U);
  const auto* nested = std::get_if<std::unique_ptr<ast::Component>>(&definitions[2]);
  ASSERT_TRUE(nested);
  EXPECT_EQ((*nested)->bytes.data(), bytes.data() + (*nested)->offset);
  EXPECT_TRUE(std::holds_alternative<ast::Type>(definitions[3]));
}

TEST(Sections, NestedOnesMustBeOfTheirLayer) {
  EXPECT_TRUE(complaint(component({section(1, kComponentHeader)}))
                  .starts_with("expected a version header for a module"));
  EXPECT_TRUE(complaint(component({section(4, kModuleHeader)}))
                  .starts_with("expected a version header for a component"));
}

TEST(Sections, StartAndValuesAreRead) {
  const Raw bytes =
      component({section(9, {0x05, 2, 0x00, 0x01, 0x01}), section(12, {1, 0x7d, 1, 0x2a})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  const auto& start = std::get<ast::Start>((*decoded)->definitions[0]);
  EXPECT_EQ(start.func, 5U);
  EXPECT_EQ(start.args, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(start.results, 1U);
  EXPECT_EQ(std::get<ast::ValueDef>((*decoded)->definitions[1]).bytes.front(), 0x2a);
}

// --- Limits ---

TEST(Limits, NestingOfComponentsIsBounded) {
  Raw bytes = kComponentHeader;
  for (int i = 0; i < 100; ++i) {
    bytes = component({section(4, bytes)});
  }
  EXPECT_TRUE(decode(bytes));
  EXPECT_EQ(complaint(component({section(4, bytes)})), "component nesting is too deep");
}

TEST(Limits, NestingOfTypesIsBounded) {
  Raw type{0x42, 0x00};
  for (int i = 0; i < 99; ++i) {
    type = Raw{0x42, 0x01, 0x01} + type;
  }
  EXPECT_EQ(type_complaint(type), "no failure");
  EXPECT_EQ(type_complaint(Raw{0x42, 0x01, 0x01} + type), "type nesting is too deep");
}

TEST(Limits, AnAnnouncedCountCostsNothing) {
  EXPECT_EQ(complaint(component({section(7, {0xbf, 0x84, 0x3d, 0x73})})), "unexpected end-of-file");
  EXPECT_EQ(complaint(component({section(7, {0xff, 0xff, 0xff, 0xff, 0x0f})})),
            "type count of 4294967295 exceeds the limit of 1000000");
}

TEST(Limits, TheTreeHasABudget) {
  const Raw many = component({section(8, Raw{100} + Raw(100, 0x05))});
  EXPECT_TRUE(decode(many));
  const DecodeLimits small{.component_bytes = 1000, .nesting = 100, .tree_bytes = 1000};
  const auto refused = decode(many, small);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
  const DecodeLimits tiny{.component_bytes = 10, .nesting = 100, .tree_bytes = 1000};
  EXPECT_EQ(decode(many, tiny).error().kind(), ErrorKind::exhausted);
}

// Each import has a copy of its function type, so that few bytes can ask for much memory.
TEST(Limits, CopiesOfCoreSignaturesAreCharged) {
  Raw type{1, 0x60, 0xe7, 0x07};  // 999 parameters
  type = type + Raw(999, 0x7f) + Raw{0x00};
  Raw exports{100};
  for (std::uint8_t i = 0; i < 100; ++i) {
    exports = exports + Raw{1, i, 0x00, 0x00};
  }
  const Raw bytes = component(
      {section(1, module({section(1, type), section(3, {1, 0x00}), section(7, exports)}))});
  EXPECT_TRUE(decode(bytes));
  const DecodeLimits limits{.component_bytes = 10'000, .nesting = 100, .tree_bytes = 1 << 20};
  EXPECT_EQ(decode(bytes, limits).error().kind(), ErrorKind::exhausted);
}

// --- Types ---

template <typename T>
T defined(const Raw& type) {
  const Raw bytes = component({section(7, Raw{1} + type)});
  auto decoded = decode(bytes);
  EXPECT_TRUE(decoded) << failure(decoded);
  auto& body = std::get<ast::Type>((*decoded)->definitions.at(0)).body;
  return std::get<T>(std::get<ast::DefinedType>(body));
}

TEST(Types, PrimitivesInTheirCodes) {
  EXPECT_EQ(defined<Primitive>({0x7f}), Primitive::boolean);
  EXPECT_EQ(defined<Primitive>({0x77}), Primitive::u64);
  EXPECT_EQ(defined<Primitive>({0x74}), Primitive::character);
  EXPECT_EQ(defined<Primitive>({0x73}), Primitive::string);
  EXPECT_EQ(defined<Primitive>({0x64}), Primitive::error_context);
}

TEST(Types, ConstructorsWithTheirParts) {
  EXPECT_EQ(defined<ast::Record>({0x72, 2, 1, 'a', 0x7f, 1, 'b', 0x05}).fields.at(1).type,
            ast::ValType(5U));
  const auto variant = defined<ast::Variant>({0x71, 2, 1, 'a', 0, 0, 1, 'b', 1, 0x79, 0});
  EXPECT_FALSE(variant.cases.at(0).type);
  EXPECT_EQ(variant.cases.at(1).type, ast::ValType(Primitive::u32));
  EXPECT_EQ(defined<ast::FixedList>({0x67, 0x7d, 0x20}).length, 32U);
  EXPECT_EQ(defined<ast::Flags>({0x6e, 0}).names.size(), 0U) << "empty is for the validator";
  EXPECT_EQ(defined<ast::Tuple>({0x6f, 1, 0x80, 0x01}).types.at(0), ast::ValType(128U));
  const auto result = defined<ast::ResultType>({0x6a, 0, 1, 0x73});
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.err, ast::ValType(Primitive::string));
  EXPECT_EQ(defined<ast::Borrow>({0x68, 0x07}).resource, 7U);
  EXPECT_FALSE(defined<ast::Stream>({0x66, 0}).element);
  EXPECT_EQ(defined<ast::Map>({0x63, 0x73, 0x7d}).value, ast::ValType(Primitive::u8));
}

TEST(Types, RefuseUnknownCodes) {
  EXPECT_EQ(type_complaint({0x3e}), "invalid leading byte (0x3e) for component defined type");
  EXPECT_EQ(type_complaint({0x6c}), "invalid leading byte (0x6c) for component defined type");
  EXPECT_EQ(type_complaint({0x70, 0x40}), "invalid leading byte (0x40) for component value type");
  EXPECT_EQ(type_complaint({0x71, 1, 1, 'c', 0, 1}),
            "invalid leading byte (0x1) for zero byte required");
  EXPECT_EQ(type_complaint({0x40, 0, 1, 1}), "invalid leading byte (0x1) for number of results");
  EXPECT_EQ(type_complaint({0x40, 0, 2}),
            "invalid leading byte (0x2) for component function results");
  EXPECT_EQ(type_complaint({0x3f, 0x7d}),
            "invalid leading byte (0x7d) for resource representation");
}

TEST(Types, FunctionsAndResources) {
  const Raw bytes = component({section(7, {2, 0x43, 1, 1, 'p', 0x7f, 0, 0x73, 0x3f, 0x7e, 1, 4})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  const auto& func =
      std::get<ast::FuncType>(std::get<ast::Type>((*decoded)->definitions.at(0)).body);
  EXPECT_TRUE(func.async);
  EXPECT_EQ(func.params.at(0).name, "p");
  EXPECT_EQ(func.result, ast::ValType(Primitive::string));
  const auto& resource =
      std::get<ast::ResourceType>(std::get<ast::Type>((*decoded)->definitions.at(1)).body);
  EXPECT_TRUE(resource.rep64);
  EXPECT_EQ(resource.destructor, 4U);
}

TEST(Types, InstanceTypesDoNotImport) {
  EXPECT_EQ(type_complaint({0x41, 1, 0x03, 0x00, 1, 'a', 0x03, 0x01}), "no failure");
  EXPECT_EQ(type_complaint({0x42, 1, 0x03, 0x00, 1, 'a', 0x03, 0x01}),
            "invalid leading byte (0x3) for component or instance type declaration");
  EXPECT_EQ(type_complaint({0x42, 1, 0x04, 0x00, 1, 'a', 0x01, 0x00}), "no failure");
}

// --- Core types and instances ---

TEST(CoreTypes, ModuleTypesHaveDeclarations) {
  const Raw bytes = component(
      {section(3, {1, 0x50, 4, 0x01, 0x60, 0,    0,    0x02, 0x10, 0x01, 0x01, 0x02, 0x00,
                   1, 'm',  1, 'n',  0x02, 0x01, 0x01, 0x02, 0x03, 1,    'e',  0x00, 0x00})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  const auto& type = std::get<ast::CoreType>((*decoded)->definitions.at(0));
  const auto& decls = std::get<std::unique_ptr<ast::ModuleType>>(type.body)->decls;
  ASSERT_EQ(decls.size(), 4U);
  EXPECT_EQ(std::get<ast::AliasOuter>(decls[1].body).index, 2U);
  const auto& import = std::get<ast::ModuleImportDecl>(decls[2].body);
  EXPECT_EQ(std::get<CoreMemoryType>(import.desc.type).limits.max, 2U);
  EXPECT_EQ(std::get<ast::ModuleExportDecl>(decls[3].body).desc.sort, Sort::core_func);
}

TEST(CoreTypes, OpenSubtypesHaveAPrefixOutsideOfModuleTypes) {
  const Raw bytes = component({section(3, {2, 0x00, 0x50, 0, 0x60, 0, 0,  //
                                           0x4e, 2, 0x60, 0, 0, 0x5f, 1, 0x78, 1})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  EXPECT_TRUE(std::holds_alternative<CoreFuncType>(
      std::get<ast::CoreType>((*decoded)->definitions.at(0)).body));
  EXPECT_EQ(
      std::get<ast::CoreType::Opaque>(std::get<ast::CoreType>((*decoded)->definitions.at(1)).body)
          .count,
      2U);
  EXPECT_TRUE(complaint(component({section(3, {1, 0x50, 1, 0x01, 0x50, 1, 0x01})}))
                  .starts_with("unexpected end-of-file"))
      << "in a module type, 0x50 is a subtype";
}

TEST(CoreInstances, TakeInstancesOnly) {
  EXPECT_EQ(complaint(component({section(2, {1, 0x00, 0, 1, 1, 'i', 0x00, 0})})),
            "invalid leading byte (0x0) for instantiation arg kind");
  EXPECT_EQ(complaint(component({section(2, {1, 0x02})})),
            "invalid leading byte (0x2) for core instance");
  EXPECT_EQ(complaint(component({section(5, {1, 0x02})})),
            "invalid leading byte (0x2) for instance");
}

// --- Names, aliases, imports, exports ---

TEST(Names, CarryAttributes) {
  const Raw bytes = component(
      {section(10, {1, 0x02, 1, 'x', 2, 0x00, 3, 'a', ':', 'b', 0x02, 1, 'e', 0x05, 0x00})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  const auto& name = std::get<ast::Import>((*decoded)->definitions.at(0)).name;
  EXPECT_EQ(name.name, "x");
  EXPECT_EQ(name.implements, "a:b");
  EXPECT_EQ(name.external_id, "e");
  EXPECT_FALSE(name.version_suffix);
  EXPECT_EQ(complaint(component({section(10, {1, 0x03, 1, 'a', 0x01, 0})})),
            "invalid leading byte (0x3) for component name");
  EXPECT_EQ(complaint(component({section(10, {1, 0x02, 1, 'a', 1, 0x03, 1, 'x', 0x01, 0})})),
            "invalid leading byte (0x3) for name option");
  EXPECT_EQ(complaint(component(
                {section(10, {1, 0x02, 1, 'a', 2, 0x00, 1, 'x', 0x00, 1, 'y', 0x01, 0})})),
            "duplicate 'implements' option in name `a`");
}

TEST(Externs, RefuseUnknownKindsAndBounds) {
  EXPECT_EQ(import_complaint({0x06, 0}), "invalid leading byte (0x6) for component external kind");
  EXPECT_EQ(import_complaint({0x00, 0x00}),
            "invalid leading byte (0x0) for component external kind");
  EXPECT_EQ(import_complaint({0x03, 0x02}), "invalid leading byte (0x2) for type bound");
  EXPECT_EQ(import_complaint({0x02, 0x02}), "invalid leading byte (0x2) for value bound");
  EXPECT_EQ(import_complaint({0x02, 0x01, 0x7f}), "no failure");
  EXPECT_EQ(complaint(component({section(11, {1, 0x00, 1, 'x', 0x01, 0, 0x02})})),
            "invalid leading byte (0x2) for optional component export type");
}

TEST(Aliases, NameOnlyWhatTheirTargetHas) {
  const auto alias = [](const Raw& bytes) {
    return complaint(component({section(6, Raw{1} + bytes)}));
  };
  EXPECT_EQ(alias({0x00, 0x11, 0x00, 0, 1, 'm'}), "no failure");
  EXPECT_EQ(alias({0x00, 0x02, 0x01, 0, 1, 'm'}), "no failure");
  EXPECT_EQ(alias({0x00, 0x10, 0x02, 0, 0}), "no failure");
  EXPECT_EQ(alias({0x03, 0x03, 0, 0}), "invalid leading byte (0x3) for alias");
  EXPECT_EQ(alias({0x05, 0x02, 0, 0}), "invalid leading byte (0x5) for component outer alias kind");
  EXPECT_EQ(alias({0x00, 0x13, 0x02, 0, 0}),
            "invalid leading byte (0x13) for component outer alias kind");
  EXPECT_EQ(alias({0x00, 0x00, 0x00, 0, 1, 'm'}),
            "invalid leading byte (0x0) for component external kind");
  EXPECT_EQ(alias({0x01, 0x01, 0, 1, 'm'}),
            "invalid leading byte (0x1) for core instance export kind");
}

// --- Canonical definitions ---

TEST(Canon, LiftAndLowerWithOptions) {
  const Raw bytes = component({section(
      8, {2, 0x00, 0x00, 3, 5, 0x01, 0x03, 1, 0x04, 2, 0x05, 4, 0x06, 9, 0x01, 0x00, 7, 0})});
  const auto decoded = decode(bytes);
  ASSERT_TRUE(decoded) << failure(decoded);
  const auto& lift = std::get<ast::Canon>((*decoded)->definitions.at(0));
  EXPECT_EQ(lift.op, ast::CanonOp::lift);
  EXPECT_EQ(lift.func, 3U);
  EXPECT_EQ(lift.type, 9U);
  EXPECT_EQ(lift.options.encodings.at(0), ast::StringEncoding::utf16);
  EXPECT_EQ(lift.options.memory.at(0), 1U);
  EXPECT_EQ(lift.options.realloc.at(0), 2U);
  EXPECT_EQ(lift.options.post_return.at(0), 4U);
  EXPECT_EQ(lift.options.async, 1U);
  EXPECT_EQ(std::get<ast::Canon>((*decoded)->definitions.at(1)).func, 7U);
}

TEST(Canon, RefusesUnknownCodes) {
  for (const std::uint8_t op : Raw{0x07, 0x08, 0x2e, 0x3f, 0x43, 0xff}) {
    EXPECT_EQ(canon_complaint({op}),
              fmt::format("invalid leading byte ({:#x}) for canonical function", op));
  }
  EXPECT_EQ(canon_complaint({0x00, 0x01}),
            "invalid leading byte (0x1) for canonical function lift");
  EXPECT_EQ(canon_complaint({0x01, 0x01}),
            "invalid leading byte (0x1) for canonical function lower");
  EXPECT_EQ(canon_complaint({0x01, 0x00, 0, 1, 0x0a}),
            "invalid leading byte (0xa) for canonical option");
  EXPECT_TRUE(canon_complaint({0x0c, 0x02}).starts_with("invalid boolean value"));
}

// One of each built-in, with its immediates.
std::vector<Raw> built_ins() {
  return {{0x02, 1},
          {0x03, 1},
          {0x04, 1},
          {0x05},
          {0x06, 1},
          {0x09, 1, 0, 0},
          {0x09, 0, 0x73, 1, 0x03, 0},
          {0x0a, 0x7f, 0},
          {0x0b, 0x7e, 1},
          {0x0c, 0},
          {0x0d},
          {0x0e, 1},
          {0x0f, 1, 0},
          {0x10, 1, 0},
          {0x11, 1, 0},
          {0x12, 1, 1},
          {0x13, 1},
          {0x14, 1},
          {0x15, 1},
          {0x16, 1, 0},
          {0x17, 1, 0},
          {0x18, 1, 0},
          {0x19, 1, 0},
          {0x1a, 1},
          {0x1b, 1},
          {0x1c, 0},
          {0x1d, 0},
          {0x1e},
          {0x1f},
          {0x20, 0, 0},
          {0x21, 1, 0},
          {0x22},
          {0x23},
          {0x24},
          {0x25},
          {0x26},
          {0x27, 0, 0},
          {0x28},
          {0x29, 0},
          {0x2a, 1},
          {0x2b, 0},
          {0x2c, 0},
          {0x2d, 0},
          {0x40, 0, 1},
          {0x41, 1, 0, 0},
          {0x42, 0}};
}

// Every built-in has exactly the immediates that the grammar gives it: with one byte less, or one
// more, the section does not decode.
TEST(Canon, EveryBuiltInTakesItsImmediates) {
  for (const Raw& canon : built_ins()) {
    const auto decoded = decode(component({section(8, Raw{1} + canon)}));
    ASSERT_TRUE(decoded) << failure(decoded);
    const auto op = std::get<ast::Canon>((*decoded)->definitions.at(0)).op;
    EXPECT_EQ(static_cast<std::uint8_t>(op), canon.front());
    EXPECT_NE(to_string(op), "unknown built-in");
    EXPECT_TRUE(canon_complaint(canon + Raw{0}).starts_with("section size mismatch"));
    EXPECT_EQ(canon_complaint(Raw(canon.begin(), canon.end() - 1)), "unexpected end-of-file");
  }
}

// --- Real files ---

std::filesystem::path folder(const char* variable, const char* fallback) {
  const char* chosen = std::getenv(variable);
  return chosen != nullptr ? chosen : fallback;
}

Raw read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Raw(std::istreambuf_iterator<char>(file), {});
}

TEST(RealComponents, AreDecoded) {
  const auto components = folder("WASMCLOUD_COMPONENTS_DIR", WC_COMPONENTS_DIR);
  if (!std::filesystem::is_directory(components)) {
    GTEST_SKIP() << components << " is absent; WASMCLOUD_COMPONENTS_DIR names another";
  }
  for (const auto& entry : std::filesystem::directory_iterator(components)) {
    if (entry.path().extension() != ".wasm") {
      continue;
    }
    const Raw bytes = read_file(entry.path());
    const auto decoded = decode(bytes);
    ASSERT_TRUE(decoded) << entry.path() << ": " << failure(decoded);
    std::size_t modules = 0;
    for (const auto& definition : (*decoded)->definitions) {
      if (const auto* core = std::get_if<std::unique_ptr<CoreModule>>(&definition)) {
        ++modules;
        EXPECT_FALSE((*core)->exports.empty() && (*core)->imports.empty()) << entry.path();
      }
    }
    EXPECT_GT(modules, 0U) << entry.path();
  }
}

// Whatever a file is cut down to, it is refused or decoded, but never read past its end (asan).
TEST(RealComponents, CanBeTruncatedAnywhere) {
  const auto file = folder("WASMCLOUD_COMPONENTS_DIR", WC_COMPONENTS_DIR) / "hello_c.wasm";
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << file << " is absent; WASMCLOUD_COMPONENTS_DIR names another folder";
  }
  const Raw whole = read_file(file);
  for (std::size_t size = 8; size < whole.size(); size += 97) {
    const Raw part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const auto decoded = decode(part);
    EXPECT_TRUE(decoded || failure(decoded).starts_with("offset 0x")) << size;
  }
}

TEST(Suite, EveryFileIsDecodedOrRefusedWithItsOffset) {
  const auto suites = folder("WASMCLOUD_SUITES_DIR", WC_SUITES_DIR);
  if (!std::filesystem::is_directory(suites)) {
    GTEST_SKIP() << suites << " is absent; WASMCLOUD_SUITES_DIR names another";
  }
  std::size_t decoded = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(suites)) {
    if (entry.path().extension() != ".wasm") {
      continue;
    }
    const Raw bytes = read_file(entry.path());
    const auto result = decode(bytes);
    decoded += result ? 1 : 0;
    EXPECT_TRUE(result || failure(result).starts_with("offset 0x")) << entry.path();
  }
  EXPECT_GT(decoded, 0U);
}

}  // namespace
}  // namespace wasmcloud::component
