#include "wasmcloud/wrpc/codec.h"

#include <random>

#include <gmock/gmock.h>

#include "wasmcloud/wrpc/codec_testing.h"
#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::Bytes;
using testing::CodecTypes;
using testing::Colour;
using testing::Few;
using testing::from_hex;
using ::testing::HasSubstr;
using testing::Nine;
using testing::Point;
using testing::SameAsDynamic;
using testing::Shape;
using testing::to_hex;

template <typename Tuple>
struct AsTypes;

template <typename... Ts>
struct AsTypes<std::tuple<Ts...>> {
  using type = ::testing::Types<Ts...>;
};

template <typename T>
class CodecOf : public ::testing::Test {
 public:
  // Bytes of a value that the dynamic form has made up.
  static Bytes random_bytes(std::mt19937& random) {
    Bytes seed(400);
    std::ranges::generate(seed, [&] { return static_cast<std::uint8_t>(random()); });
    testing::Choices choices(seed);
    const std::array values{testing::random_value(choices, *wire_type<T>())};
    const std::array types{wire_type<T>()};
    WireWriter out;
    EXPECT_TRUE(ValueEncoder(out).tuple(values, types));
    return {out.view().begin(), out.view().end()};
  }

  static void check(std::span<const std::uint8_t> bytes) {
    static const SameAsDynamic kSame([](const std::string& what) { ADD_FAILURE() << what; });
    kSame.check<T>(bytes);
    if (::testing::Test::HasFailure()) {
      FAIL() << wire_type<T>()->describe() << ": " << to_hex(bytes);
    }
  }
};

using Types = AsTypes<CodecTypes>::type;
TYPED_TEST_SUITE(CodecOf, Types);

TYPED_TEST(CodecOf, ReadsAndWritesTheBytesOfTheDynamicForm) {
  std::mt19937 random(1);
  for (int i = 0; i < 50; ++i) {
    const Bytes bytes = TestFixture::random_bytes(random);
    ASSERT_NO_FATAL_FAILURE(TestFixture::check(bytes));
    // As for the value: it must be whole.
    WireReader in(bytes);
    Decoder decoder(in);
    Codec<TypeParam>::decode(decoder);
    ASSERT_TRUE(in.status()) << in.status().error().describe();
    ASSERT_EQ(in.remaining(), 0U);
  }
}

TYPED_TEST(CodecOf, WantsMoreOfWhatIsCutShort) {
  std::mt19937 random(2);
  for (int i = 0; i < 10; ++i) {
    const Bytes bytes = TestFixture::random_bytes(random);
    for (std::size_t length = 0; length < std::min<std::size_t>(bytes.size(), 200); ++length) {
      ASSERT_NO_FATAL_FAILURE(TestFixture::check(std::span(bytes).first(length)));
    }
  }
}

TYPED_TEST(CodecOf, RefusesWhatTheDynamicFormRefuses) {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    Bytes bytes = TestFixture::random_bytes(random);
    for (int changes = 0; !bytes.empty() && changes < 3; ++changes) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    ASSERT_NO_FATAL_FAILURE(TestFixture::check(bytes));
    Bytes noise(random() % 40);
    std::ranges::generate(noise, [&] { return static_cast<std::uint8_t>(random()); });
    ASSERT_NO_FATAL_FAILURE(TestFixture::check(noise));
  }
}

// --- C++ values by the vectors of the sheet (wrpc.md 7.1) ---

template <typename T>
void expect_bytes(const T& value, std::string_view hex) {
  Encoder to;
  Codec<T>::encode(to, value);
  const auto made = to.take();
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(to_hex(as_u8(made->bytes)), hex);
  const Bytes bytes = from_hex(hex);
  WireReader in(bytes);
  Decoder from(in);
  EXPECT_EQ(Codec<T>::decode(from), value);
  EXPECT_TRUE(in.status());
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(Codec, ValuesStandAsTheSheetHasThem) {
  expect_bytes<std::int32_t>(-123456, "c0 bb 78");
  expect_bytes<char32_t>(U'€', "e2 82 ac");
  expect_bytes<std::vector<std::uint16_t>>({1, 300}, "02 01 ac 02");
  expect_bytes<std::vector<bool>>({true, false, true}, "03 01 00 01");
  expect_bytes<std::optional<std::string>>("hi", "01 02 68 69");
  expect_bytes<std::expected<bool, std::string>>(true, "00 01");
  expect_bytes<std::expected<bool, std::string>>(std::unexpected("no"), "01 02 6e 6f");
  expect_bytes<std::expected<void, std::string>>({}, "00");
  expect_bytes<std::expected<std::uint64_t, Unit>>(std::unexpected(Unit{}), "01");
  expect_bytes<std::tuple<std::uint8_t, std::uint32_t>>({0x42, 0x42}, "42 42");
  expect_bytes<Point>({.x = -1, .y = 64}, "7f c0 00");
  expect_bytes<Shape>({}, "00");
  expect_bytes<Shape>({std::string("x")}, "03 01 78");
  expect_bytes<Colour>(Colour::blue, "02");
  expect_bytes<Handle<testing::Bucket>>({"h1"}, "02 68 31");
  expect_bytes<std::array<std::uint8_t, 3>>({1, 2, 255}, "01 02 ff");
}

TEST(Codec, FlagsOfAnyWidth) {
  const auto bytes_of = [](const auto& flags) {
    Encoder to;
    Codec<std::remove_cvref_t<decltype(flags)>>::encode(to, flags);
    return to_hex(as_u8(to.take()->bytes));
  };
  EXPECT_EQ(bytes_of(Few{0b101}), "05");
  EXPECT_EQ(bytes_of(Few{0xff}), "07") << "bits without a label";
  EXPECT_EQ(bytes_of(Nine{1U | 1U << 8}), "01 01");
  EXPECT_EQ(bytes_of(testing::Exact{std::uint64_t{1} << 63}), "00 00 00 00 00 00 00 80");
  testing::Many many;
  many.bits.set(66);
  many.bits.set(1);
  EXPECT_EQ(bytes_of(many), "02 00 00 00 00 00 00 00 04");
}

TEST(Codec, ViewsAreWrittenAsWhatTheyAreOf) {
  const std::vector<std::string> names{"a", "bc"};
  Encoder to;
  Codec<std::string_view>::encode(to, "x");
  Codec<std::span<const std::string>>::encode(to, names);
  Codec<std::span<const float>>::encode(to, std::array{1.0F});
  EXPECT_EQ(to_hex(as_u8(to.take()->bytes)), "01 78 02 01 61 02 62 63 01 00 00 80 3f");
}

TEST(Codec, WhatIsNoValueIsNotSent) {
  Encoder to;
  Codec<Colour>::encode(to, static_cast<Colour>(3));
  const auto made = to.take();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().describe(), "enum case 3: expected one below 3");
  Encoder text;
  Codec<std::string>::encode(text, "\xff");
  EXPECT_THAT(text.take().error().describe(), HasSubstr("expected UTF-8"));
}

// A count says little of how much comes, but an element is wide in memory.
TEST(Codec, ValuesMayNotTakeMoreMemoryThanIsAllowed) {
  Bytes bytes = from_hex("a0 8d 06");  // 100 000
  bytes.resize(100'003);
  WireReader in(bytes);
  Decoder from(in, {.value_bytes = 1'000'000});
  Codec<std::vector<std::optional<testing::Person>>>::decode(from);
  ASSERT_FALSE(in.status());
  EXPECT_EQ(in.status().error().kind(), ErrorKind::exhausted);

  bytes[0] = 0xff;
  WireReader again(std::span(bytes).first(4));
  Decoder few(again);
  const auto none = Codec<std::vector<Point>>::decode(few);
  EXPECT_TRUE(again.incomplete());
  EXPECT_LE(none.capacity(), 4U);
}

TEST(Codec, OnlyTypesWithStreamsAreMoved) {
  static_assert(!Codec<testing::Person>::kAsync);
  static_assert(Codec<testing::Upload>::kAsync);
  static_assert(Codec<std::expected<void, testing::Either>>::kAsync);
  static_assert(Codec<std::vector<std::optional<Future<Unit>>>>::kAsync);
}

}  // namespace
}  // namespace wasmcloud::wrpc
