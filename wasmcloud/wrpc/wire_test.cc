#include "wasmcloud/wrpc/wire.h"

#include <cmath>

#include <gtest/gtest.h>

#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::Bytes;
using testing::from_hex;
using testing::to_hex;

template <typename T>
std::string written(T value, WireOptions options = {}) {
  WireWriter out(options);
  out.integer(value);
  return to_hex(out.view());
}

template <typename T>
void expect_round_trip(T value) {
  for (const bool mask : {false, true}) {
    WireWriter out(WireOptions{.mask_long_negatives = mask});
    out.integer(value);
    WireReader in(out.view());
    EXPECT_EQ(in.integer<T>(), value) << +value << (mask ? ", masked" : "");
    EXPECT_EQ(in.remaining(), 0U);
    EXPECT_FALSE(in.failed());
  }
}

template <typename T>
void expect_all_round_trips() {
  for (unsigned shift = 0; shift < 8 * sizeof(T); ++shift) {
    for (const int near : {-1, 0, 1}) {
      const auto value =
          static_cast<T>((std::uint64_t{1} << shift) + static_cast<std::uint64_t>(near));
      expect_round_trip(value);
      expect_round_trip(static_cast<T>(~value));
    }
  }
}

TEST(Wire, IntegersComeBack) {
  expect_all_round_trips<std::uint8_t>();
  expect_all_round_trips<std::int8_t>();
  expect_all_round_trips<std::uint16_t>();
  expect_all_round_trips<std::int16_t>();
  expect_all_round_trips<std::uint32_t>();
  expect_all_round_trips<std::int32_t>();
  expect_all_round_trips<std::uint64_t>();
  expect_all_round_trips<std::int64_t>();
}

// wrpc.md 1.3: only negatives of the greatest length differ.
TEST(Wire, LongNegativesAreMaskedForOldPeers) {
  const WireOptions masked{.mask_long_negatives = true};
  EXPECT_EQ(written(std::int16_t{-8193}, masked), "ff bf 03");
  EXPECT_EQ(written(std::int16_t{-8192}, masked), "80 40");
  EXPECT_EQ(written(std::int16_t{32767}, masked), "ff ff 01");
  EXPECT_EQ(written(std::numeric_limits<std::int32_t>::min(), masked), "80 80 80 80 08");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min(), masked),
            "80 80 80 80 80 80 80 80 80 01");
  EXPECT_EQ(written(std::int16_t{-8193}), "ff bf 7f");
}

TEST(Wire, NansAreWrittenInOneForm) {
  WireWriter out;
  out.f32(std::bit_cast<float>(0xffa00001U));
  out.f64(std::bit_cast<double>(0x7ff0000000000001U));
  const float list[] = {1.0F, std::bit_cast<float>(0xffffffffU)};
  out.list(std::span<const float>(list));
  EXPECT_EQ(to_hex(out.view()), "00 00 c0 7f 00 00 00 00 00 00 f8 7f 02 00 00 80 3f 00 00 c0 7f");
}

TEST(Wire, ListsOfRawElements) {
  WireWriter out;
  const std::int8_t small[] = {1, -1};
  const double wide[] = {-1.0};
  out.list(std::span<const std::int8_t>(small));
  out.list(std::span<const double>(wide));
  EXPECT_EQ(to_hex(out.view()), "02 01 ff 01 00 00 00 00 00 00 f0 bf");
  WireReader in(out.view());
  EXPECT_EQ(in.list<std::int8_t>(), (std::vector<std::int8_t>{1, -1}));
  EXPECT_EQ(in.list<double>(), std::vector<double>{-1.0});
  EXPECT_FALSE(in.failed());
}

TEST(Wire, ListBeyondTheEndAllocatesNothing) {
  const Bytes bytes = from_hex("ff ff ff ff 0f 00 00");
  WireReader in(bytes);
  EXPECT_TRUE(in.list<double>().empty());
  EXPECT_TRUE(in.incomplete());
  EXPECT_EQ(in.missing(), 8 * std::size_t{0xffffffff} - 2);
}

TEST(Wire, FlagsOfBits) {
  WireWriter out;
  out.flags(0b101, 3);
  out.flags(std::uint64_t{1} << 32U, 33);
  out.flags(std::uint64_t{1} << 63U, 64);
  EXPECT_EQ(to_hex(out.view()), "05 00 00 00 00 01 00 00 00 00 00 00 00 80");
  WireReader in(out.view());
  EXPECT_EQ(in.flag_bits(3), 0b101U);
  EXPECT_EQ(in.flag_bits(33), std::uint64_t{1} << 32U);
  EXPECT_EQ(in.flag_bits(64), std::uint64_t{1} << 63U);
}

TEST(Wire, StringOfManyBytesIsChecked) {
  const std::string plain(100, 'x');
  for (const auto* const tail : {"", "\xc3\xa9", "\xff", "\xe2\x82"}) {
    const std::string text = plain + tail;
    WireWriter out;
    out.string(text);
    const bool good = std::string_view(tail).empty() || std::string_view(tail) == "\xc3\xa9";
    EXPECT_EQ(out.failed(), !good) << tail;
    WireWriter unchecked;
    unchecked.byte_list({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    WireReader in(unchecked.view());
    EXPECT_EQ(in.string(), good ? text : "") << tail;
    EXPECT_EQ(in.failed(), !good) << tail;
    EXPECT_FALSE(in.incomplete());
  }
}

TEST(Wire, WriterKeepsItsFirstFailure) {
  WireWriter out;
  out.character(0xd800);
  out.string("\xff");
  EXPECT_TRUE(out.failed());
  EXPECT_EQ(out.status().error().describe(), "char 0xd800: expected a Unicode scalar value");
}

TEST(Wire, WriterGrows) {
  WireWriter out;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    out.u8(static_cast<std::uint8_t>(i));
    expected.push_back(static_cast<char>(i));
  }
  out.raw(std::as_bytes(std::span(expected)));
  EXPECT_EQ(out.size(), 20'000U);
  EXPECT_EQ(out.take(), expected + expected);
  EXPECT_EQ(out.size(), 0U);
  out.u8(7);
  EXPECT_EQ(out.take(), "\7");
}

TEST(Wire, FailedReaderGivesZeroes) {
  const Bytes bytes = from_hex("02 05 05 05");
  WireReader in(bytes, 10);
  EXPECT_FALSE(in.boolean());
  EXPECT_EQ(in.integer<std::uint8_t>(), 0);
  EXPECT_EQ(in.integer<std::uint64_t>(), 0U);
  EXPECT_EQ(in.string(), "");
  EXPECT_TRUE(in.byte_list().empty());
  EXPECT_TRUE(in.flags(3).empty());
  EXPECT_EQ(in.character(), 0U);
  EXPECT_EQ(in.f64(), 0.0);
  EXPECT_TRUE(in.failed());
  EXPECT_FALSE(in.incomplete());
  EXPECT_EQ(in.remaining(), 0U);
  EXPECT_EQ(in.status().error().describe(), "offset 10: bool byte 2: expected 0 or 1");
}

TEST(Wire, IncompleteSaysHowMuchIsMissing) {
  const auto missing = [](std::string_view hex, auto read) {
    const Bytes bytes = from_hex(hex);
    WireReader in(bytes);
    read(in);
    EXPECT_TRUE(in.incomplete());
    return in.missing();
  };
  EXPECT_EQ(missing("", [](WireReader& in) { in.boolean(); }), 1U);
  EXPECT_EQ(missing("80 80", [](WireReader& in) { in.integer<std::uint32_t>(); }), 1U);
  EXPECT_EQ(missing("00 00 00", [](WireReader& in) { in.f64(); }), 5U);
  EXPECT_EQ(missing("05 61", [](WireReader& in) { in.string(); }), 4U);
  EXPECT_EQ(missing("04 00", [](WireReader& in) { in.byte_list(); }), 3U);
  EXPECT_EQ(missing("f0", [](WireReader& in) { in.character(); }), 3U);
  EXPECT_EQ(missing("00", [](WireReader& in) { in.flags(33); }), 4U);
}

}  // namespace
}  // namespace wasmcloud::wrpc
