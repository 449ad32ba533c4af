#include "wasmcloud/wit/value_type.h"

#include <gtest/gtest.h>

#include "wasmcloud/wit/value_testing.h"

namespace wasmcloud::wit {
namespace {

using testing::made;
using testing::record_of;
using Kind = ValueType::Kind;

const ValueTypePtr kU8 = ValueType::of(Kind::u8);
const ValueTypePtr kString = ValueType::of(Kind::string);

std::string why_not(const Value& value, const ValueTypePtr& type) {
  const Result<> fit = fits(value, *type);
  return fit ? "" : fit.error().message();
}

TEST(ValueType, IsDescribedAsWitWritesIt) {
  const auto pair = made({.kind = Kind::tuple, .parts = {kU8, kString}});
  EXPECT_EQ(made({.kind = Kind::list, .parts = {pair}})->describe(), "list<tuple<u8, string>>");
  EXPECT_EQ(made({.kind = Kind::fixed_list, .parts = {kU8}, .length = 4})->describe(),
            "list<u8, 4>");
  EXPECT_EQ(made({.kind = Kind::map, .parts = {kString, kU8}})->describe(), "map<string, u8>");
  EXPECT_EQ(record_of({{"a", kU8}, {"b-2", pair}})->describe(),
            "record { a: u8, b-2: tuple<u8, string> }");
  EXPECT_EQ(made({.kind = Kind::variant, .names = {"a", "b"}, .parts = {kU8, nullptr}})->describe(),
            "variant { a(u8), b }");
  EXPECT_EQ(made({.kind = Kind::enumeration, .names = {"a", "b"}})->describe(), "enum { a, b }");
  EXPECT_EQ(made({.kind = Kind::flags, .names = {"a", "b"}})->describe(), "flags { a, b }");
  EXPECT_EQ(made({.kind = Kind::option, .parts = {kU8}})->describe(), "option<u8>");
  EXPECT_EQ(made({.kind = Kind::result, .parts = {nullptr, nullptr}})->describe(), "result");
  EXPECT_EQ(made({.kind = Kind::result, .parts = {kU8, nullptr}})->describe(), "result<u8>");
  EXPECT_EQ(made({.kind = Kind::result, .parts = {nullptr, kU8}})->describe(), "result<_, u8>");
  EXPECT_EQ(made({.kind = Kind::own, .names = {"file"}})->describe(), "own<file>");
  EXPECT_EQ(made({.kind = Kind::borrow})->describe(), "borrow");
  EXPECT_EQ(made({.kind = Kind::stream, .parts = {kU8}})->describe(), "stream<u8>");
  EXPECT_EQ(made({.kind = Kind::future, .parts = {nullptr}})->describe(), "future");
  EXPECT_EQ(ValueType::of(Kind::error_context)->describe(), "error-context");
  EXPECT_EQ(ValueType::of(Kind::boolean)->describe(), "bool");
  EXPECT_EQ(ValueType::of(Kind::character)->describe(), "char");
}

// Written out, this type has 2^60 parts.
TEST(ValueType, DescriptionOfAHugeTypeIsCut) {
  ValueTypePtr type = kU8;
  for (int i = 0; i < 60; ++i) {
    type = made({.kind = Kind::tuple, .parts = {type, type}});
  }
  const std::string text = type->describe(100);
  EXPECT_EQ(text.size(), 103U);
  EXPECT_TRUE(text.ends_with("...")) << text;
}

TEST(ValueType, RefusesWhatIsNoType) {
  const auto message = [](ValueType::Shape shape) {
    auto type = ValueType::create(std::move(shape));
    return type ? "" : type.error().message();
  };
  EXPECT_EQ(message({.kind = Kind::record}), "type record: it must not be empty");
  EXPECT_EQ(message({.kind = Kind::enumeration, .names = {"a", "b", "a"}}),
            "type enum: `a` comes twice");
  EXPECT_EQ(message({.kind = Kind::flags, .names = {"a_b"}}), "type flags: `a_b` is no label");
  EXPECT_EQ(message({.kind = Kind::tuple}), "type tuple: 0 parts are not what it is made of");
  EXPECT_EQ(message({.kind = Kind::record, .names = {"a"}, .parts = {nullptr}}),
            "type record: a part is missing");
  EXPECT_EQ(message({.kind = Kind::u8, .parts = {kU8}}),
            "type u8: 1 parts are not what it is made of");
}

TEST(ValueType, RefusesToNestTooDeep) {
  ValueTypePtr type = kU8;
  for (std::uint32_t i = 1; i < ValueType::kMaxDepth; ++i) {
    type = made({.kind = Kind::list, .parts = {type}});
  }
  const auto deeper = ValueType::create({.kind = Kind::list, .parts = {type}});
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().kind(), ErrorKind::exhausted);
}

TEST(ValueType, KnowsLabels) {
  for (const auto* const label : {"a", "a1", "two-words", "HTTP3", "method-GET", "a-42"}) {
    EXPECT_TRUE(is_label(label)) << label;
  }
  for (const auto* const text :
       {"", "-", "a-", "-a", "a--b", "aB", "1a", "a_b", "%a", "\xc3\xa9"}) {
    EXPECT_FALSE(is_label(text)) << text;
  }
}

TEST(Fits, ValueOfEachKind) {
  EXPECT_EQ(why_not({true}, ValueType::of(Kind::boolean)), "");
  EXPECT_EQ(why_not({std::int8_t{-1}}, ValueType::of(Kind::s8)), "");
  EXPECT_EQ(why_not({1.5F}, ValueType::of(Kind::f32)), "");
  EXPECT_EQ(why_not({U'x'}, ValueType::of(Kind::character)), "");
  EXPECT_EQ(why_not({std::string("x")}, kString), "");
  EXPECT_EQ(why_not({List{{std::uint8_t{1}}}}, made({.kind = Kind::list, .parts = {kU8}})), "");
  EXPECT_EQ(why_not({Tuple{{{std::uint8_t{1}}}}}, made({.kind = Kind::tuple, .parts = {kU8}})), "");
  EXPECT_EQ(why_not({Record{{"a"}, {{std::uint8_t{1}}}}}, record_of({{"a", kU8}})), "");
  EXPECT_EQ(why_not({EnumCase{"b"}}, made({.kind = Kind::enumeration, .names = {"a", "b"}})), "");
  EXPECT_EQ(why_not({FlagSet{{"b"}}}, made({.kind = Kind::flags, .names = {"a", "b"}})), "");
  EXPECT_EQ(why_not({Option{}}, made({.kind = Kind::option, .parts = {kU8}})), "");
  EXPECT_EQ(
      why_not({ResultValue{false, {}}}, made({.kind = Kind::result, .parts = {kU8, nullptr}})), "");
  EXPECT_EQ(why_not({Case{"a", {{std::uint8_t{1}}}}},
                    made({.kind = Kind::variant, .names = {"a"}, .parts = {kU8}})),
            "");
  const Value entry{Tuple{{{std::string("k")}, {std::uint8_t{1}}}}};
  EXPECT_EQ(why_not({List{entry}}, made({.kind = Kind::map, .parts = {kString, kU8}})), "");
}

TEST(Fits, HandleIsOnlyKnownToBeOne) {
  const auto own = made({.kind = Kind::own, .names = {"file"}});
  EXPECT_EQ(why_not({Handle{}}, own), "");
  EXPECT_EQ(why_not({Handle{}}, made({.kind = Kind::borrow})), "");
  EXPECT_EQ(why_not({std::uint32_t{1}}, own), "expected own<file>, found u32");
  EXPECT_EQ(why_not({Handle{}}, kU8), "expected u8, found a handle");
}

TEST(Fits, MismatchTellsTheWayToIt) {
  const auto list = made({.kind = Kind::list, .parts = {kU8}});
  const Value bytes{List{{std::uint8_t{1}}, {std::string("2")}}};
  EXPECT_EQ(why_not(bytes, list), "item 1: expected u8, found string");
  EXPECT_EQ(why_not({Record{{"x"}, {bytes}}}, record_of({{"x", list}})),
            "field `x`, item 1: expected u8, found string");
  EXPECT_EQ(why_not({ResultValue{false, {{Option{{bytes}}}}}},
                    made({.kind = Kind::result,
                          .parts = {nullptr, made({.kind = Kind::option, .parts = {list}})}})),
            "err, some, item 1: expected u8, found string");
  EXPECT_EQ(
      why_not({Case{"a", {bytes}}}, made({.kind = Kind::variant, .names = {"a"}, .parts = {list}})),
      "case `a`, item 1: expected u8, found string");
  const Value entry{Tuple{{{std::string("k")}, {std::string("v")}}}};
  EXPECT_EQ(why_not({List{entry}}, made({.kind = Kind::map, .parts = {kString, kU8}})),
            "item 0, value: expected u8, found string");
}

TEST(Fits, RefusesWhatTheTypeDoesNotHave) {
  EXPECT_EQ(why_not({1.0}, ValueType::of(Kind::f32)), "expected f32, found f64");
  EXPECT_EQ(why_not({char32_t{0xd800}}, ValueType::of(Kind::character)),
            "expected a Unicode scalar value, found 0xd800");
  EXPECT_EQ(why_not({std::string("\xff")}, kString), "expected UTF-8");
  EXPECT_EQ(why_not({List{}}, made({.kind = Kind::fixed_list, .parts = {kU8}, .length = 2})),
            "expected 2 items, found 0");
  EXPECT_EQ(why_not({Tuple{}}, made({.kind = Kind::tuple, .parts = {kU8}})),
            "expected 1 items, found 0");
  const auto record = record_of({{"a", kU8}, {"b", kU8}});
  const Value one{std::uint8_t{1}};
  EXPECT_EQ(why_not({Record{{"a"}, {one}}}, record), "expected a field `b`, found none");
  EXPECT_EQ(why_not({Record{{"b", "a"}, {one, one}}}, record), "expected the field `a`, found `b`");
  EXPECT_EQ(why_not({Record{{"a", "b", "c"}, {one, one, one}}}, record), "expected no field `c`");
  EXPECT_EQ(why_not({Record{{"a"}, {}}}, record), "a record of 1 names and 0 values");
  const auto flags = made({.kind = Kind::flags, .names = {"a", "b"}});
  EXPECT_EQ(why_not({FlagSet{{"c"}}}, flags), "expected flags { a, b }, found flag `c`");
  EXPECT_EQ(why_not({FlagSet{{"b", "a"}}}, flags),
            "flag `a` does not stand in the order of its type");
  EXPECT_EQ(why_not({FlagSet{{"a", "a"}}}, flags),
            "flag `a` does not stand in the order of its type");
  const auto variant = made({.kind = Kind::variant, .names = {"a", "b"}, .parts = {kU8, nullptr}});
  EXPECT_EQ(why_not({Case{"c", {}}}, variant), "expected variant { a(u8), b }, found case `c`");
  EXPECT_EQ(why_not({Case{"a", {}}}, variant), "case `a`: expected a payload, u8");
  EXPECT_EQ(why_not({Case{"b", {one}}}, variant), "case `b`: expected no payload");
  EXPECT_EQ(why_not({Option{{one, one}}}, made({.kind = Kind::option, .parts = {kU8}})),
            "some: expected a payload, u8");
  EXPECT_EQ(why_not(one, made({.kind = Kind::stream, .parts = {kU8}})),
            "type stream<u8> has no values");
}

}  // namespace
}  // namespace wasmcloud::wit
