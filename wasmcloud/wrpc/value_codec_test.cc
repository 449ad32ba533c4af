#include "wasmcloud/wrpc/value_codec.h"

#include <random>

#include <gtest/gtest.h>

#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/random_testing.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::Bytes;
using testing::from_hex;
using testing::same;
using testing::to_hex;
using testing::type_of;
using testing::value_of;
using wit::Value;
using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// "0.1 stream<u8>" for each; with " = 2" if two elements came with it.
std::vector<std::string> described(const std::vector<PartAt>& parts) {
  std::vector<std::string> all;
  for (const PartAt& part : parts) {
    const Chunk* const contents = part.part->contents();
    all.push_back(fmt::format("{} {}{}", fmt::join(part.path, "."), part.type->describe(),
                              contents == nullptr ? "" : fmt::format(" = {}", contents->count)));
  }
  return all;
}

using Lines = std::vector<std::string>;

// The parts of a value whose path is [0].
Lines encoded_parts(std::string_view type_text, std::string_view value,
                    std::string_view declarations = "") {
  const ValueTypePtr type = type_of(type_text, declarations);
  WireWriter out;
  ValueEncoder encoder(out);
  EXPECT_TRUE(encoder.value(value_of(value, type), type, {0}));
  return described(encoder.take_parts());
}

Lines decoded_parts(std::string_view type, std::string_view hex) {
  const Bytes bytes = from_hex(hex);
  WireReader in(bytes);
  ValueDecoder decoder(in);
  decoder.value(type_of(type), {0});
  EXPECT_TRUE(in.status()) << in.status().error().describe();
  EXPECT_EQ(in.remaining(), 0U);
  return described(decoder.take_parts());
}

TEST(AsyncParts, HaveThePathsOfTheirChannels) {
  EXPECT_EQ(encoded_parts("stream<u8>", "pending"), Lines{"0 stream<u8>"});
  EXPECT_EQ(encoded_parts("list<stream<u8>>", "[pending, pending]"),
            (Lines{"0.0 stream<u8>", "0.1 stream<u8>"}));
  EXPECT_EQ(encoded_parts("result<tuple<u8, stream<u8>>, future>", "ok((1, pending))"),
            Lines{"0.1 stream<u8>"});
  EXPECT_EQ(encoded_parts("result<u8, future>", "err(pending)"), Lines{"0 future"});
  EXPECT_EQ(encoded_parts("v", "c(some({a: 1, b: pending}))",
                          "record both { a: u8, b: future } variant v { x, c(option<both>) }"),
            Lines{"0.1 future"});
  EXPECT_EQ(encoded_parts("list<tuple<u8, future>, 2>", "[(1, pending), (2, pending)]"),
            (Lines{"0.0.1 future", "0.1.1 future"}));
}

TEST(AsyncParts, AreDecodedWithTheirPaths) {
  EXPECT_EQ(decoded_parts("stream<u8>", "00"), Lines{"0 stream<u8>"});
  EXPECT_EQ(decoded_parts("list<tuple<u8, future>>", "02 07 00 07 00"),
            (Lines{"0.0.1 future", "0.1.1 future"}));
  EXPECT_EQ(decoded_parts("map<u8, future>", "02 07 00 08 00"),
            (Lines{"0.0.1 future", "0.1.1 future"}));
  EXPECT_EQ(decoded_parts("result<u8, option<future>>", "01 01 00"), Lines{"0 future"});
}

// wrpc.md 7.1, 158 to 163
TEST(AsyncParts, MayComeWhole) {
  EXPECT_EQ(decoded_parts("stream<u8>", "02 68 69"), Lines{"0 stream<u8> = 2"});
  EXPECT_EQ(decoded_parts("stream", "05"), Lines{"0 stream = 5"});
  EXPECT_EQ(decoded_parts("future<bool>", "01 01"), Lines{"0 future<bool> = 1"});
  EXPECT_EQ(decoded_parts("future<string>", "01 01 78"), Lines{"0 future<string> = 1"});
  EXPECT_EQ(decoded_parts("future", "01"), Lines{"0 future = 1"});
  EXPECT_EQ(decoded_parts("future<option<list<tuple<string, list<list<u8>>>>>>", "01 00"),
            Lines{"0 future<option<list<tuple<string, list<list<u8>>>>>> = 1"});
  // What is in them may be pending in turn.
  EXPECT_EQ(decoded_parts("stream<stream<u8>>", "02 01 61 00"),
            (Lines{"0.0 stream<u8> = 1", "0.1 stream<u8>", "0 stream<stream<u8>> = 2"}));
  EXPECT_EQ(decoded_parts("future<stream<u8>>", "01 00"),
            (Lines{"0 stream<u8>", "0 future<stream<u8>> = 1"}));
}

TEST(AsyncParts, KeepWhatCameWhole) {
  const Bytes bytes = from_hex("02 68 69");
  WireReader in(bytes);
  ValueDecoder decoder(in);
  const Value value = decoder.value(type_of("stream<u8>"), {});
  const auto part = decoder.take_parts().at(0).part;
  EXPECT_EQ(std::get<wit::Handle>(value.rep).resource, part);
  ASSERT_NE(part->contents(), nullptr);
  EXPECT_EQ(part->contents()->items, (wit::List{{std::uint8_t{0x68}}, {std::uint8_t{0x69}}}));
}

TEST(AsyncParts, EncoderGivesBackThePartOfTheHandle) {
  const auto part = std::make_shared<AsyncPart>(Chunk{.count = 1, .items = {{std::uint8_t{1}}}});
  const ValueTypePtr type = type_of("stream<u8>");
  WireWriter out;
  ValueEncoder encoder(out);
  const Value values[] = {{wit::Handle{part}}};
  EXPECT_TRUE(encoder.tuple(values, std::vector{type}));
  EXPECT_EQ(to_hex(out.view()), "00");  // pending, whatever it holds
  const auto parts = encoder.take_parts();
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].part, part);
  EXPECT_EQ(parts[0].path, Path{0});
  EXPECT_EQ(parts[0].type, type);
  EXPECT_TRUE(encoder.take_parts().empty());
}

// A channel's bytes, chunk for chunk, as "2 1 0" with the counts and the paths of parts in them.
std::string read_stream(std::string_view type_text, std::string_view hex) {
  const ValueTypePtr type = type_of(type_text);
  const Bytes bytes = from_hex(hex);
  WireReader in(bytes);
  ValueDecoder decoder(in);
  std::string counts;
  std::uint32_t received = 0;
  for (Chunk chunk{.count = 1, .items = {}}; chunk.count != 0 && !in.failed();) {
    chunk = decoder.chunk(type, {4}, received);
    received += chunk.count;
    counts += std::to_string(chunk.count) + " ";
  }
  EXPECT_FALSE(in.failed());
  EXPECT_EQ(in.remaining(), 0U);
  return counts + fmt::format("{}", fmt::join(described(decoder.take_parts()), ", "));
}

// wrpc.md 7.1, 164 to 168
TEST(StreamChunks, AreDecodedUpToTheEmptyOne) {
  EXPECT_EQ(read_stream("stream<u8>", "04 74 65 73 74 00"), "4 0 ");
  EXPECT_EQ(read_stream("stream<u8>", "02 61 62 03 63 64 65 00"), "2 3 0 ");
  EXPECT_EQ(read_stream("stream<u8>", "00"), "0 ");
  EXPECT_EQ(read_stream("stream<string>", "02 01 61 02 62 63 01 01 64 00"), "2 1 0 ");
  EXPECT_EQ(read_stream("stream<list<string>>", "02 01 03 66 6f 6f 02 03 62 61 72 03 62 61 7a 00"),
            "2 0 ");
  EXPECT_EQ(read_stream("stream", "05 ff ff ff ff 0f 00"), "5 4294967295 0 ");
}

TEST(StreamChunks, ElementsAreCountedOverTheWholeStream) {
  EXPECT_EQ(read_stream("stream<future>", "02 00 00 01 00 00"),
            "2 1 0 4.0 future, 4.1 future, 4.2 future");
}

TEST(StreamChunks, AreEncoded) {
  const ValueTypePtr type = type_of("stream<string>");
  const ValueTypePtr list = type_of("list<string>");
  WireWriter out;
  ValueEncoder encoder(out);
  const auto send = [&](std::string_view items) {
    Chunk chunk{.count = 0, .items = std::get<wit::List>(value_of(items, list).rep)};
    chunk.count = static_cast<std::uint32_t>(chunk.items.size());
    EXPECT_TRUE(encoder.chunk(chunk, type, {0}, 0));
  };
  send(R"(["a", "bc"])");
  send("[]");  // not the end
  send(R"(["d"])");
  ValueEncoder::end_of_stream(out);
  EXPECT_EQ(to_hex(out.view()), "02 01 61 02 62 63 01 01 64 00");
}

TEST(StreamChunks, OfNoType) {
  WireWriter out;
  ValueEncoder encoder(out);
  EXPECT_TRUE(encoder.chunk({.count = 300, .items = {}}, type_of("stream"), {0}, 0));
  EXPECT_EQ(to_hex(out.view()), "ac 02");
  EXPECT_FALSE(encoder.chunk({.count = 1, .items = {}}, type_of("stream<u8>"), {0}, 0));
}

TEST(StreamChunks, PathsOfWhatIsSentInThem) {
  const ValueTypePtr type = type_of("stream<future>");
  WireWriter out;
  ValueEncoder encoder(out);
  const Value future{wit::Handle{std::make_shared<AsyncPart>()}};
  EXPECT_TRUE(encoder.chunk({.count = 2, .items = {future, future}}, type, {1}, 7));
  EXPECT_EQ(described(encoder.take_parts()), (Lines{"1.7 future", "1.8 future"}));
}

// wrpc.md 7.1, 169 to 173: what a future's channel carries is its value.
TEST(FutureContents, AreValuesAndWhatFollowsThem) {
  const auto decoded = [](std::string_view type_text, std::string_view hex,
                          std::string_view value) {
    const ValueTypePtr type = type_of(type_text);
    const Bytes bytes = from_hex(hex);
    WireReader in(bytes);
    ValueDecoder decoder(in);
    EXPECT_TRUE(same(decoder.value(type, {0}), value_of(value, type))) << hex;
    EXPECT_EQ(in.remaining(), 0U);
  };
  decoded("result<_, string>", "00", "ok");
  decoded("result<_, string>", "01 02 69 6f", R"v(err("io"))v");
  decoded("option<list<tuple<string, list<list<u8>>>>>", "00", "none");
  decoded("option<list<tuple<string, list<list<u8>>>>>", "01 01 03 78 2d 74 01 01 31",
          R"v(some([("x-t", [[49]])]))v");
}

TEST(FutureContents, StreamFollowsOnTheSameChannel) {
  const Bytes bytes = from_hex("00 04 74 65 73 74 00");
  WireReader in(bytes);
  ValueDecoder decoder(in);
  const ValueTypePtr future = type_of("future<stream<u8>>");
  decoder.value(future->parts().front(), {0});
  const auto parts = decoder.take_parts();
  ASSERT_EQ(described(parts), Lines{"0 stream<u8>"});
  EXPECT_EQ(decoder.chunk(parts[0].type, parts[0].path, 0).count, 4U);
  EXPECT_EQ(decoder.chunk(parts[0].type, parts[0].path, 4).count, 0U);
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ValueDecoder, TupleLeavesWhatFollows) {
  const Bytes bytes = from_hex("07 01 61 ff");
  WireReader in(bytes);
  ValueDecoder decoder(in);
  const auto values = decoder.tuple(std::vector{type_of("u8"), type_of("string")});
  EXPECT_EQ(values, (std::vector<Value>{{std::uint8_t{7}}, {std::string("a")}}));
  EXPECT_EQ(in.remaining(), 1U);
}

TEST(ValueDecoder, MemoryHasALimit) {
  const Bytes bytes = from_hex("80 80 04 00*65536");
  const auto kind = [&](std::string_view type, std::size_t limit, std::string_view declared = "") {
    WireReader in(bytes);
    ValueDecoder(in, {.value_bytes = limit}).value(type_of(type, declared), {});
    EXPECT_FALSE(in.incomplete());
    return in.failed() ? to_string(in.status().error().kind()) : "ok";
  };
  EXPECT_EQ(kind("list<u8>", 65'537 * sizeof(Value)), "ok");
  EXPECT_EQ(kind("list<u8>", 65'536 * sizeof(Value)), "exhausted");
  EXPECT_EQ(kind("string", sizeof(Value) + 65'536), "ok");
  EXPECT_EQ(kind("string", sizeof(Value) + 65'535), "exhausted");
  EXPECT_EQ(kind("list<option<u8>>", 1000), "exhausted");
  EXPECT_EQ(kind("list<map<u8, u8>>", 1000), "exhausted");
  EXPECT_EQ(kind("own<r>", sizeof(Value) + 65'536), "exhausted");
  EXPECT_EQ(kind("list<future>", 80 * 65'536), "exhausted");
  // Each value has the names of its type.
  const std::string name(1000, 'n');
  EXPECT_EQ(kind("list<e>", 65'537 * sizeof(Value), "enum e { " + name + " }"), "exhausted");
}

TEST(ValueDecoder, WhatHasNoFormIsRefused) {
  const Bytes bytes = from_hex("00 00");
  for (const ValueTypePtr& type :
       {ValueType::of(Kind::error_context),
        wit::testing::made({.kind = Kind::fixed_list, .parts = {type_of("u8")}, .length = 0})}) {
    WireReader in(bytes);
    ValueDecoder(in).value(type, {});
    EXPECT_EQ(in.status().error().kind(), ErrorKind::unsupported);
    WireWriter out;
    EXPECT_EQ(ValueEncoder(out).value({wit::List{}}, type, {}).error().kind(),
              ErrorKind::unsupported);
  }
}

std::string why_not(const Value& value, const ValueTypePtr& type) {
  WireWriter out;
  const auto encoded = ValueEncoder(out).value(value, type, {});
  return encoded ? "it was encoded" : encoded.error().describe();
}

TEST(ValueEncoder, RefusesWhatDoesNotFit) {
  const Value one{std::uint8_t{1}};
  EXPECT_EQ(why_not(one, type_of("u16")), "expected u16, found u8");
  EXPECT_EQ(why_not({wit::List{one, {std::string("2")}}}, type_of("list<u8>")),
            "item 1: expected u8, found string");
  EXPECT_EQ(why_not({std::string("\xff")}, type_of("string")), "string of 1 bytes: expected UTF-8");
  EXPECT_EQ(why_not({wit::List{one}}, type_of("list<u8, 2>")),
            "expected list<u8, 2>, found 1 items");
  EXPECT_EQ(why_not({wit::Tuple{{one}}}, type_of("tuple<u8, u8>")),
            "expected tuple<u8, u8>, found 1 items");
  EXPECT_EQ(why_not(one, type_of("option<u8>")), "expected option<u8>, found u8");
  EXPECT_EQ(why_not(one, type_of("result")), "expected result, found u8");
  EXPECT_EQ(why_not({wit::ResultValue{true, {one}}}, type_of("result")),
            "expected result, found 1 payloads in its case 0");
  EXPECT_EQ(why_not({wit::List{one}}, type_of("map<u8, u8>")),
            "expected map<u8, u8>, found an item 0 that is no pair");
  EXPECT_EQ(why_not({wit::List{{wit::Tuple{{one, {true}}}}}}, type_of("map<u8, u8>")),
            "item 0: item 1: expected u8, found bool");
}

TEST(ValueEncoder, RefusesNamesThatAreNotTheTypes) {
  constexpr std::string_view kDeclared =
      "record p { x: u8, y: u8 } variant v { a(u8) } enum e { a } flags f { a }";
  const Value one{std::uint8_t{1}};
  EXPECT_EQ(why_not({wit::Record{{"y", "x"}, {one, one}}}, type_of("p", kDeclared)),
            "expected record { x: u8, y: u8 }, found fields y, x");
  EXPECT_EQ(why_not({wit::Record{{"x", "y"}, {one, {true}}}}, type_of("p", kDeclared)),
            "field `y`: expected u8, found bool");
  EXPECT_EQ(why_not({wit::Case{"b", {}}}, type_of("v", kDeclared)),
            "expected variant { a(u8) }, found case `b`");
  EXPECT_EQ(why_not({wit::Case{"a", {}}}, type_of("v", kDeclared)),
            "expected variant { a(u8) }, found 0 payloads in its case 0");
  EXPECT_EQ(why_not({wit::Case{"a", {{true}}}}, type_of("v", kDeclared)),
            "case `a`: expected u8, found bool");
  EXPECT_EQ(why_not({wit::EnumCase{"b"}}, type_of("e", kDeclared)),
            "expected enum { a }, found case `b`");
  EXPECT_EQ(why_not({wit::Case{"a", {}}}, type_of("e", kDeclared)),
            "expected enum { a }, found variant");
  EXPECT_EQ(why_not({wit::FlagSet{{"b"}}}, type_of("f", kDeclared)),
            "expected flags { a }, found flag `b`");
}

TEST(ValueEncoder, RefusesHandlesOfOthers) {
  const auto own = wit::testing::made({.kind = wit::ValueType::Kind::own});  // of no name
  const Value part{wit::Handle{std::make_shared<AsyncPart>()}};
  const Value remote{wit::Handle{std::make_shared<RemoteResource>(Bytes{1})}};
  EXPECT_EQ(why_not(part, own), "expected own, found a handle that is no peer's");
  EXPECT_EQ(why_not({wit::Handle{}}, own), "expected own, found a handle that is no peer's");
  EXPECT_EQ(why_not(remote, type_of("stream<u8>")), "expected stream<u8>, found no handle of one");
  EXPECT_EQ(why_not({true}, type_of("future")), "expected future, found no handle of one");
  EXPECT_EQ(why_not({true}, own), "expected own, found bool");
}

TEST(ValueEncoder, TupleNeedsAValueForEachType) {
  WireWriter out;
  ValueEncoder encoder(out);
  const auto types = std::vector{type_of("u8"), type_of("u8")};
  const Value one{std::uint8_t{1}};
  EXPECT_EQ(encoder.tuple(std::vector{one}, types).error().describe(),
            "expected 2 values, found 1");
  EXPECT_EQ(encoder.tuple(std::vector{one, Value{true}}, types).error().describe(),
            "value 1: expected u8, found bool");
}

Bytes random_bytes(std::mt19937_64& random, std::size_t count) {
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(random());
  }
  return bytes;
}

// Each part has a channel, and the type tells of it.
void expect_known(const std::vector<PartAt>& parts, const std::vector<ValueTypePtr>& types) {
  for (const PartAt& part : parts) {
    const auto known = channel_types(types, part.path);
    EXPECT_TRUE(std::ranges::find(known, part.type) != known.end()) << part.type->describe();
  }
}

TEST(RandomValues, ComeBackAsTheyWere) {
  std::mt19937_64 random(20260601);
  for (int i = 0; i < 3000; ++i) {
    const Bytes chosen = random_bytes(random, 600);
    testing::Choices choices(chosen);
    const std::vector types = {testing::random_type(choices, 4)};
    SCOPED_TRACE(types[0]->describe());
    const std::vector values = {testing::random_value(choices, *types[0])};
    WireWriter out;
    ValueEncoder encoder(out);
    const auto encoded = encoder.tuple(values, types);
    ASSERT_TRUE(encoded) << encoded.error().describe();

    WireReader in(out.view());
    ValueDecoder decoder(in);
    const auto decoded = decoder.tuple(types);
    ASSERT_TRUE(in.status()) << in.status().error().describe();
    EXPECT_EQ(in.remaining(), 0U);
    EXPECT_TRUE(same(decoded.at(0), values[0]));
    const auto parts = decoder.take_parts();
    EXPECT_EQ(described(parts), described(encoder.take_parts()));
    expect_known(parts, types);

    Scanner scanner(types);
    for (std::size_t at = 0; at < out.size(); at += 3) {
      ASSERT_FALSE(scanner.complete());
      ASSERT_TRUE(scanner.feed(out.view().subspan(at, std::min<std::size_t>(3, out.size() - at))));
    }
    EXPECT_TRUE(scanner.complete());
    EXPECT_EQ(scanner.size(), out.size());
  }
}

}  // namespace
}  // namespace wasmcloud::wrpc
