// read_core_module(): what a core module shows to the outside.
#include <initializer_list>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/component/decoder.h"

namespace wasmcloud::component {
namespace {

using Raw = std::vector<std::uint8_t>;

Raw module(std::initializer_list<Raw> sections) {
  Raw bytes{0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00};
  for (const Raw& section : sections) {
    bytes.insert(bytes.end(), section.begin(), section.end());
  }
  return bytes;
}

Raw section(std::uint8_t id, const Raw& content) {
  Raw bytes{id, static_cast<std::uint8_t>(content.size())};
  bytes.insert(bytes.end(), content.begin(), content.end());
  return bytes;
}

std::string complaint(const Raw& bytes) {
  const auto result = read_core_module(bytes, 0);
  return result ? "no failure" : result.error().message();
}

const Raw kNoFunc = section(1, {1, 0x60, 0, 0});

TEST(CoreModuleReader, ResolvesImportsAndExports) {
  const Raw bytes = module({
      section(1, {2, 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7e}),
      section(2, {2, 1, 'm', 1, 'f', 0x00, 1, 1, 'm', 1, 't', 0x01, 0x70, 0x00, 1}),
      section(3, {1, 0}),
      section(4, {1, 0x40, 0x00, 0x63, 0x70, 0x01, 1, 2, 0xd0, 0x70, 0x0b}),
      section(5, {2, 0x00, 1, 0x07, 1, 2}),
      section(13, {1, 0x00, 0}),
      section(6, {1, 0x7f, 0x01, 0x41, 0x2a, 0x0b}),
      section(7, {6, 1,   'a',  0x00, 0, 1,   'b',  0x00, 1, 1,   'c',  0x01, 1,
                  1, 'd', 0x02, 1,    1, 'e', 0x03, 0,    1, 'g', 0x04, 0}),
      section(10, {1, 2, 0, 0x0b}),
  });
  const auto read = read_core_module(bytes, 0x100);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->offset, 0x100U);
  ASSERT_EQ(read->imports.size(), 2U);
  EXPECT_EQ(std::get<CoreFuncType>(read->imports[0].type).params.size(), 1U);
  ASSERT_EQ(read->exports.size(), 6U);
  EXPECT_EQ(std::get<CoreFuncType>(read->exports[0].type).results.at(0).code,
            CoreValType::Code::i64);
  EXPECT_TRUE(std::get<CoreFuncType>(read->exports[1].type).params.empty());
  EXPECT_EQ(std::get<CoreTableType>(read->exports[2].type).limits.max, 2U);
  const auto& memory = std::get<CoreMemoryType>(read->exports[3].type);
  EXPECT_TRUE(memory.is64 && memory.shared);
  EXPECT_TRUE(std::get<CoreGlobalType>(read->exports[4].type).mutable_);
  EXPECT_TRUE(std::get<CoreTagType>(read->exports[5].type).type.params.empty());
}

TEST(CoreModuleReader, ReadsReferenceTypes) {
  const Raw bytes =
      module({section(2, {3,    0,    1,    'a', 0x03, 0x70, 0x00, 0,    1,    'b', 0x03,
                          0x64, 0x6f, 0x01, 0,   1,    'c',  0x03, 0x63, 0x05, 0x00})});
  const auto read = read_core_module(bytes, 0);
  ASSERT_TRUE(read) << read.error().message();
  using Code = CoreValType::Code;
  EXPECT_EQ(std::get<CoreGlobalType>(read->imports[0].type).type,
            (CoreValType{.code = Code::ref, .nullable = true, .heap = -16}));
  EXPECT_EQ(std::get<CoreGlobalType>(read->imports[1].type).type,
            (CoreValType{.code = Code::ref, .nullable = false, .heap = -17}));
  EXPECT_EQ(std::get<CoreGlobalType>(read->imports[2].type).type,
            (CoreValType{.code = Code::ref, .nullable = true, .heap = 5}));
}

// A rec group of a struct, an array and a function takes three places.
TEST(CoreModuleReader, CountsTheTypesOfRecGroups) {
  const Raw types = section(1, {2,    0x4e, 3,    0x50, 0,    0x5f, 2,    0x78, 0x00, 0x64, 0x00,
                                0x01, 0x4f, 1,    0x00, 0x5e, 0x77, 0x01, 0x60, 0,    0,  //
                                0x60, 1,    0x7f, 0});
  EXPECT_EQ(complaint(module({types, section(2, {1, 0, 0, 0x00, 3})})), "no failure");
  EXPECT_EQ(complaint(module({types, section(2, {1, 0, 0, 0x00, 2})})), "no failure");
  EXPECT_EQ(complaint(module({types, section(2, {1, 0, 0, 0x00, 0})})),
            "offset 0x28: type index 0 is not a function type");
  EXPECT_EQ(complaint(module({types, section(2, {1, 0, 0, 0x00, 4})})),
            "offset 0x28: unknown type 4: type index out of bounds");
}

TEST(CoreModuleReader, FindsTheEndOfConstantExpressions) {
  const std::vector<Raw> expressions{
      {0x42, 0xff, 0xff, 0x7f, 0x0b},
      {0x43, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b},
      {0x44, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b, 0x0b},
      {0x41, 1, 0x41, 2, 0x6a, 0x0b},
      {0x23, 0x0b, 0x42, 3, 0x7e, 0x0b},
      {0xd2, 0x0b, 0x0b},
      {0xd0, 0x0b, 0x0b},
      {0x41, 0, 0xfb, 0x1c, 0x0b},
      {0xfb, 0x08, 0x0b, 0x0b, 0x0b},
      {0xfb, 0x01, 0x0b, 0xfb, 0x1b, 0x0b},
      {0xfd, 0x0c, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 0x0b},
  };
  for (const Raw& expression : expressions) {
    Raw content{1, 0x7f, 0x00};
    content.insert(content.end(), expression.begin(), expression.end());
    EXPECT_EQ(complaint(module({section(6, content)})), "no failure") << int{expression[0]};
  }
  EXPECT_EQ(complaint(module({section(6, {1, 0x7f, 0x00, 0x10, 0x00, 0x0b})})),
            "offset 0xd: constant expression required: opcode 0x10 is not constant");
}

TEST(CoreModuleReader, KnowsTheOrderOfSections) {
  const Raw global = section(6, {0});
  const Raw code = section(10, {0});
  const Raw data_count = section(12, {0});
  EXPECT_EQ(complaint(module({section(5, {0}), section(13, {0}), global})), "no failure");
  EXPECT_EQ(complaint(module({section(9, {0}), data_count, code, section(11, {0})})), "no failure");
  EXPECT_EQ(complaint(module({global, section(13, {0})})), "offset 0xb: section out of order: 0xd");
  EXPECT_EQ(complaint(module({code, data_count})), "offset 0xb: section out of order: 0xc");
  EXPECT_EQ(complaint(module({kNoFunc, kNoFunc})), "offset 0xe: section out of order: 0x1");
  EXPECT_EQ(complaint(module({section(14, {0})})), "offset 0x8: malformed section id: 0xe");
  EXPECT_EQ(complaint(module({code, section(0, {1, 'x', 9})})), "no failure");
}

TEST(CoreModuleReader, RefusesDuplicates) {
  EXPECT_EQ(complaint(module({kNoFunc, section(2, {2, 1, 'm', 1, 'n', 0x00, 0,  //
                                                   1, 'm', 1, 'n', 0x00, 0})})),
            "offset 0x17: duplicate import name `m:n`");
  EXPECT_EQ(complaint(module({kNoFunc, section(2, {2, 1, 'm', 1, 'n', 0x00, 0,  //
                                                   2, 'm', 'n', 0, 0x00, 0})})),
            "no failure");
  EXPECT_EQ(
      complaint(module({section(5, {1, 0, 0}), section(7, {2, 1, 'm', 0x02, 0, 1, 'm', 0x02, 0})})),
      "offset 0x14: duplicate export name `m` already defined");
}

TEST(CoreModuleReader, RefusesImpossibleLimits) {
  const auto memory = [](const Raw& type) {
    Raw content{1};
    content.insert(content.end(), type.begin(), type.end());
    return complaint(module({section(5, content)}));
  };
  EXPECT_EQ(memory({0x00, 0x80, 0x80, 0x04}), "no failure");
  EXPECT_EQ(memory({0x00, 0x81, 0x80, 0x04}),
            "offset 0xb: memory size must be at most 65536 pages of 2**16 bytes, not 65537");
  EXPECT_EQ(memory({0x01, 0x02, 0x01}),
            "offset 0xc: size minimum (2) must not be greater than maximum (1)");
  EXPECT_EQ(memory({0x02, 0x02}), "offset 0xb: a shared memory must have a maximum size");
  EXPECT_EQ(memory({0x08, 0x81, 0x80, 0x04, 0x00}), "no failure");
  EXPECT_TRUE(memory({0x08, 0x01, 0x0c}).contains("invalid custom page size"));
  EXPECT_TRUE(memory({0x10, 0x01}).contains("invalid memory limits flags"));
  EXPECT_EQ(memory({0x04, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40}), "no failure");
}

TEST(CoreModuleReader, RefusesExportsOfNothing) {
  EXPECT_EQ(complaint(module({section(7, {1, 1, 'f', 0x00, 3})})),
            "offset 0xd: unknown function 3: exported function index out of bounds");
  EXPECT_EQ(complaint(module({section(7, {1, 1, 'f', 0x05, 3})})),
            "offset 0xd: invalid leading byte (0x5) for external kind");
}

}  // namespace
}  // namespace wasmcloud::component
