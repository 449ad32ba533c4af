#include "wasmcloud/wrpc/scanner.h"

#include <gtest/gtest.h>

#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::Bytes;
using testing::from_hex;
using testing::type_of;
using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

const std::string kOverLimit = "exhausted";

// How many bytes are taken of `hex`, or the kind of the error.
std::string scanned(Scanner& scanner, std::string_view hex) {
  const auto taken = scanner.feed(from_hex(hex));
  return taken ? std::to_string(*taken) : std::string(to_string(taken.error().kind()));
}

TEST(Scanner, NoValuesAreCompleteAtOnce) {
  Scanner scanner({});
  EXPECT_TRUE(scanner.complete());
  EXPECT_EQ(scanned(scanner, "00"), "0");
}

TEST(Scanner, TupleEndsWithItsLastValue) {
  Scanner scanner({type_of("string"), type_of("option<u16>"), type_of("list<result>")});
  EXPECT_EQ(scanned(scanner, "01 61 01 ac"), "4");
  EXPECT_FALSE(scanner.complete());
  EXPECT_EQ(scanned(scanner, "02 02 00 01 ff ff"), "4");
  EXPECT_TRUE(scanner.complete());
  EXPECT_EQ(scanner.size(), 8U);
  EXPECT_EQ(scanned(scanner, "00"), "0");
}

TEST(Scanner, MapsAndFixedLists) {
  Scanner map({type_of("map<u8, string>")});
  EXPECT_EQ(scanned(map, "02 07 01 61 08 00 00"), "6");
  EXPECT_TRUE(map.complete());
  Scanner fixed({type_of("list<bool, 2>"), type_of("list<u8, 3>")});
  EXPECT_EQ(scanned(fixed, "00 01 ff ff ff 00"), "5");
  EXPECT_TRUE(fixed.complete());
}

// wrpc.md 7.1, 164 to 168
TEST(Scanner, ChunksUpToTheEmptyOne) {
  struct Row {
    std::string stream;
    std::string bytes;
    std::vector<std::uint32_t> counts;
  };

  const Row rows[] = {
      {"stream<u8>", "04 74 65 73 74 00", {4, 0}},
      {"stream<u8>", "02 61 62 03 63 64 65 00", {2, 3, 0}},
      {"stream<u8>", "00", {0}},
      {"stream<string>", "02 01 61 02 62 63 01 01 64 00", {2, 1, 0}},
      {"stream<list<string>>", "02 01 03 66 6f 6f 02 03 62 61 72 03 62 61 7a 00", {2, 0}},
      {"stream", "05 ff ff ff ff 0f 80 00", {5, 0xffffffff, 0}},
  };
  for (const Row& row : rows) {
    Scanner scanner = Scanner::chunk(type_of(row.stream));
    std::vector<std::uint32_t> counts;
    for (const std::uint8_t byte : from_hex(row.bytes)) {
      EXPECT_EQ(scanner.feed({&byte, 1}).value_or(99), 1U);
      if (scanner.complete()) {
        counts.push_back(scanner.chunk_count());
        scanner.restart();
      }
    }
    EXPECT_EQ(counts, row.counts) << row.stream;
    EXPECT_EQ(scanner.size(), 0U) << "bytes after the last chunk";
  }
}

TEST(Scanner, CountIsOfTheChunkNotOfWhatIsInIt) {
  Scanner scanner = Scanner::chunk(type_of("stream<list<string>>"));
  EXPECT_EQ(scanned(scanner, "01 03 00 00 00"), "5");
  EXPECT_EQ(scanner.chunk_count(), 1U);
}

TEST(Scanner, LimitHoldsAtTheByteThatBreaksIt) {
  const auto within = [](std::string_view type, std::size_t limit, std::string_view hex) {
    Scanner scanner({type_of(type)}, {.bytes = limit});
    return scanned(scanner, hex) + (scanner.complete() ? "" : ", incomplete");
  };
  EXPECT_EQ(within("tuple<u8, u8>", 2, "00 00"), "2");
  EXPECT_EQ(within("tuple<u8, u8>", 1, "00"), "1, incomplete");
  EXPECT_EQ(within("tuple<u8, u8>", 1, "00 00"), kOverLimit + ", incomplete");
  EXPECT_EQ(within("f64", 4, "00*8"), kOverLimit + ", incomplete");
  // By the length, before what it announces is there.
  EXPECT_EQ(within("string", 4, "03"), "1, incomplete");
  EXPECT_EQ(within("string", 4, "04"), kOverLimit + ", incomplete");
  EXPECT_EQ(within("list<string>", 4, "04"), kOverLimit + ", incomplete");
  EXPECT_EQ(within("list<f64>", 16, "02"), kOverLimit + ", incomplete");
  EXPECT_EQ(within("own<r>", 4, "ff ff ff ff 0f"), kOverLimit + ", incomplete");
}

TEST(Scanner, ErrorsStay) {
  Scanner scanner({type_of("bool"), type_of("bool")});
  EXPECT_EQ(scanned(scanner, "02"), "invalid");
  EXPECT_EQ(scanned(scanner, "01 01"), "invalid");
  EXPECT_FALSE(scanner.complete());
  scanner.restart();
  EXPECT_EQ(scanned(scanner, "01 01"), "2");
  EXPECT_TRUE(scanner.complete());
}

TEST(Scanner, WhatHasNoFormIsRefused) {
  Scanner context({type_of("u8"), ValueType::of(Kind::error_context)});
  EXPECT_EQ(scanned(context, "00"), "unsupported");
  Scanner empty(
      {wit::testing::made({.kind = Kind::fixed_list, .parts = {type_of("u8")}, .length = 0})});
  EXPECT_FALSE(empty.complete());
  EXPECT_EQ(scanned(empty, ""), "unsupported");
}

TEST(Scanner, DeepTypesNeedNoStack) {
  ValueTypePtr type = type_of("u8");
  for (std::uint32_t i = 1; i < ValueType::kMaxDepth; ++i) {
    type = wit::testing::made({.kind = Kind::list, .parts = {type}});
  }
  Scanner scanner({type});
  EXPECT_EQ(scanned(scanner, "01*99 07 00"), "100");
  EXPECT_TRUE(scanner.complete());
}

// A scanner that looked at what it has again with each message would need hours for this.
TEST(Scanner, ByteForByteTakesNoLongerThanAtOnce) {
  Bytes bytes = from_hex("80 80 80 01");
  bytes.resize(bytes.size() + (std::size_t{1} << 21U), 1);
  Scanner scanner({type_of("list<bool>")});
  for (const std::uint8_t& byte : bytes) {
    ASSERT_FALSE(scanner.complete());
    ASSERT_TRUE(scanner.feed({&byte, 1}));
  }
  EXPECT_TRUE(scanner.complete());
}

}  // namespace
}  // namespace wasmcloud::wrpc
