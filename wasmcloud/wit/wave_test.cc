#include "wasmcloud/wit/wave.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "wasmcloud/wit/value_testing.h"

namespace wasmcloud::wit {
namespace {

using testing::made;
using testing::record_of;
using Kind = ValueType::Kind;

const ValueTypePtr kU8 = ValueType::of(Kind::u8);
const ValueTypePtr kF32 = ValueType::of(Kind::f32);
const ValueTypePtr kF64 = ValueType::of(Kind::f64);
const ValueTypePtr kChar = ValueType::of(Kind::character);
const ValueTypePtr kString = ValueType::of(Kind::string);

ValueTypePtr list_of(ValueTypePtr element) {
  return made({.kind = Kind::list, .parts = {std::move(element)}});
}

ValueTypePtr option_of(ValueTypePtr element) {
  return made({.kind = Kind::option, .parts = {std::move(element)}});
}

ValueTypePtr result_of(ValueTypePtr ok, ValueTypePtr err) {
  return made({.kind = Kind::result, .parts = {std::move(ok), std::move(err)}});
}

std::string first_line(const Error& error) {
  const std::string text = error.describe();
  return "error: " + text.substr(0, text.find('\n'));
}

// What `text` means, as it is printed again; or the first line of the error.
std::string reads(std::string_view text, const ValueTypePtr& type) {
  const auto value = parse_wave(text, *type);
  if (!value) {
    return first_line(value.error());
  }
  const auto printed = to_wave(*value, *type);
  return printed ? *printed : "does not fit: " + printed.error().describe();
}

template <typename T>
T read_as(std::string_view text, const ValueTypePtr& type) {
  const auto value = parse_wave(text, *type);
  EXPECT_TRUE(value) << value.error().describe();
  return value ? std::get<T>(value->rep) : T{};
}

TEST(Wave, Bools) {
  const auto type = ValueType::of(Kind::boolean);
  EXPECT_TRUE(read_as<bool>("true", type));
  EXPECT_FALSE(read_as<bool>(" false ", type));
  EXPECT_EQ(reads("%true", type), "error: 1:1: expected bool, found `%true`");
  EXPECT_EQ(reads("1", type), "error: 1:1: expected bool, found `1`");
}

TEST(Wave, IntegersToTheirEnds) {
  EXPECT_EQ(reads("-128", ValueType::of(Kind::s8)), "-128");
  EXPECT_EQ(reads("255", kU8), "255");
  EXPECT_EQ(reads("-32768", ValueType::of(Kind::s16)), "-32768");
  EXPECT_EQ(reads("65535", ValueType::of(Kind::u16)), "65535");
  EXPECT_EQ(reads("-2147483648", ValueType::of(Kind::s32)), "-2147483648");
  EXPECT_EQ(reads("4294967295", ValueType::of(Kind::u32)), "4294967295");
  EXPECT_EQ(reads("-9223372036854775808", ValueType::of(Kind::s64)), "-9223372036854775808");
  EXPECT_EQ(reads("18446744073709551615", ValueType::of(Kind::u64)), "18446744073709551615");
  EXPECT_EQ(reads("-0", ValueType::of(Kind::s8)), "0");
}

TEST(Wave, IntegersOutOfRangeTellTheRange) {
  EXPECT_EQ(reads("256", kU8), "error: 1:1: expected u8, from 0 to 255");
  EXPECT_EQ(reads("-129", ValueType::of(Kind::s8)), "error: 1:1: expected s8, from -128 to 127");
  EXPECT_EQ(reads("18446744073709551616", ValueType::of(Kind::u64)),
            "error: 1:1: expected u64, from 0 to 18446744073709551615");
}

TEST(Wave, WhatIsNoIntegerIsRefused) {
  for (const auto* const text : {"", "-", "-1", "1.0", "1e2", "0x10", "01", "1_000", "+1", "1a",
                                 "\"1\"", "nan", "1 2", "--1"}) {
    EXPECT_TRUE(reads(text, kU8).starts_with("error: ")) << text;
  }
}

TEST(Wave, FloatsReadAndPrintShortest) {
  EXPECT_EQ(reads("[0, 0.0, 0e0, 0.0e0, 0e-1, 0e+1, 0.000e100, -0.0e-0]", list_of(kF32)),
            "[0, 0, 0, 0, 0, 0, 0, -0]");
  EXPECT_EQ(reads("[-3.1415, -100000, 6.022e+23]", list_of(kF64)), "[-3.1415, -1e+5, 6.022e+23]");
  EXPECT_EQ(reads("[nan, inf, -inf]", list_of(kF64)), "[nan, inf, -inf]");
  EXPECT_EQ(reads("1e-5", kF64), "1e-5");
  EXPECT_EQ(reads("1e-05", kF64), "1e-5");
  EXPECT_EQ(reads("3.4028234664123e38", kF32), "3.4028235e+38");
  EXPECT_EQ(reads("3.4028234664e39", kF32), "inf");
  EXPECT_EQ(reads("-0.00034028234664e43", kF32), "-inf");
  EXPECT_EQ(reads("1.4012984643e-45", kF32), "1e-45");
  EXPECT_EQ(reads("1.4012984643e-46", kF32), "0");
  EXPECT_EQ(reads("-1000000e-400", kF64), "-0");
  EXPECT_EQ(reads("1e99999999999999999999", kF64), "inf");
  EXPECT_EQ(reads("1e-99999999999999999999", kF64), "0");
  EXPECT_EQ(reads("0e99999999999999999999", kF64), "0");
  EXPECT_EQ(reads("5e-324", kF64), "5e-324");
  EXPECT_EQ(reads("1.7976931348623157e308", kF64), "1.7976931348623157e+308");
}

TEST(Wave, WhatIsNoFloatIsRefused) {
  for (const auto* const text : {"-nan", "NaN", "Inf", "infinity", "-infinity", "1.", ".5", "1e",
                                 "00", "0x1p3", "1.5.2", "%nan", "nan-x"}) {
    EXPECT_TRUE(reads(text, kF32).starts_with("error: ")) << text << reads(text, kF32);
  }
}

TEST(Wave, Chars) {
  EXPECT_EQ(read_as<char32_t>("'x'", kChar), U'x');
  EXPECT_EQ(read_as<char32_t>("'🌊'", kChar), U'\U0001f30a');
  EXPECT_EQ(read_as<char32_t>("'☃'", kChar), U'\u2603');
  EXPECT_EQ(read_as<char32_t>("'é'", kChar), U'\u00e9');
  EXPECT_EQ(read_as<char32_t>("'\"'", kChar), U'"');
  EXPECT_EQ(read_as<char32_t>(R"('\u{10ffff}')", kChar), U'\U0010ffff');
  EXPECT_EQ(reads(R"(['\\', '\'', '\"', '\t', '\n', '\r', '\u{0}', '\u{000078}', '\u{2603}'])",
                  list_of(kChar)),
            R"(['\\', '\'', '"', '\t', '\n', '\r', '\u{0}', 'x', '☃'])");
}

TEST(Wave, WhatIsNoCharIsRefused) {
  for (const auto* const text : {"''",
                                 "'ab'",
                                 "'☃☃'",
                                 R"('\n\n')",
                                 R"('\z')",
                                 R"('\x1f')",
                                 R"('\u1f')",
                                 R"('\u{1f')",
                                 R"('\u{}')",
                                 R"('\u{x}')",
                                 R"('\u{0000001}')",
                                 R"('\u{110000}')",
                                 R"('\u{D800}')",
                                 R"('\u{DFFF}')",
                                 "'",
                                 "x'",
                                 "'x",
                                 R"('\')",
                                 "'''",
                                 "'\n'",
                                 R"('\)",
                                 R"('\u)"}) {
    EXPECT_TRUE(reads(text, kChar).starts_with("error: ")) << text;
  }
}

TEST(Wave, Strings) {
  EXPECT_EQ(read_as<std::string>(R"("")", kString), "");
  EXPECT_EQ(read_as<std::string>(R"("WAVE🌊")", kString), "WAVE🌊");
  EXPECT_EQ(read_as<std::string>(R"("\\\'\"\t\n\r'\u{27}☃\u{2603}\u{002603}")", kString),
            "\\'\"\t\n\r''☃☃☃");
  EXPECT_EQ(read_as<std::string>(R"("\u{e9}\u{7ff}\u{ffff}\u{10000}")", kString),
            "\u00e9\u07ff\uffff\U00010000");
  EXPECT_EQ(read_as<std::string>("\"// no comment\"", kString), "// no comment");
}

TEST(Wave, StringsPrintOnOneLineWithNothingHidden) {
  const auto print = [](std::string text) { return to_wave(Value{std::move(text)}); };
  EXPECT_EQ(print("a\tb\nc\rd\"e\\f'g"), R"("a\tb\nc\rd\"e\\f'g")");
  EXPECT_EQ(print(std::string("\0\x1b\x7f", 3)), R"("\u{0}\u{1b}\u{7f}")");
  EXPECT_EQ(print("\u202e\u2066\u2028\ufeff\u0085"), R"("\u{202e}\u{2066}\u{2028}\u{feff}\u{85}")");
  EXPECT_EQ(print("☃🌊é"), "\"☃🌊é\"");
  EXPECT_EQ(print("a\xff\xe2\x98"), "\"a\ufffd\ufffd\ufffd\"");
  EXPECT_EQ(to_wave(Value{char32_t{0xd800}}), "'\ufffd'");
}

TEST(Wave, WhatIsNoStringIsRefused) {
  for (const auto* const text : {R"(")",
                                 R"("\")",
                                 "\"\n\"",
                                 R"("\u{d800}")",
                                 R"("\u{110000}")",
                                 R"("\u{ffffffff}")",
                                 R"("\u{-1}")",
                                 R"("\u{+1}")",
                                 R"("\j")",
                                 "'a'",
                                 "a",
                                 R"("""""")",
                                 R"(""" """)",
                                 "\"\"\"\"\n\"\"\"",
                                 "\"\"\"\n\"\"",
                                 "\"\"\"\n\"\"\"\"",
                                 "\"\"\"extra\n\"\"\"",
                                 "\"\"\"\nextra\"\"\"",
                                 "\"\"\"\n  \"\"\"\n  \"\"\"",
                                 "\"\"\"\n  a \"\"\" b\n  \"\"\"",
                                 "\"\"\"\na\\\"\"\"\n\"\"\"",
                                 "\"\"\"\n\\u{d800}\n\"\"\"",
                                 "\"\"\"\n\\j\n\"\"\"",
                                 "\"\"\"\n a\n  \"\"\"",
                                 "\"\"\"\n  a\n\n  \"\"\"",
                                 "\"\"\"\na\n\t\"\"\""}) {
    EXPECT_TRUE(reads(text, kString).starts_with("error: ")) << text;
  }
}

TEST(Wave, StringsOfManyLines) {
  const auto read = [](std::string_view text) { return read_as<std::string>(text, kString); };
  EXPECT_EQ(read("\"\"\"\n\"\"\""), "");
  EXPECT_EQ(read("\"\"\"\n    \"\"\""), "");
  EXPECT_EQ(read("\"\"\"\nA single line\n\"\"\""), "A single line");
  EXPECT_EQ(read("\"\"\"\n    Indent\n  by the\n      end\n  \"\"\""), "  Indent\nby the\n    end");
  EXPECT_EQ(read("\"\"\"\n\nEmpty lines stay\n\n\"\"\""), "\nEmpty lines stay\n");
  EXPECT_EQ(read("\"\"\"\r\na\r\nb\r\n\"\"\""), "a\nb");
  EXPECT_EQ(read("\"\"\"\na\\r\nb\rc\n\"\"\""), "a\r\nb\rc");
  EXPECT_EQ(read("\"\"\"\n  Quotes: \"\"\\\"\" and \\\\\\'\\\"\\t\\u{2603}'\n  \"\"\""),
            "Quotes: \"\"\"\" and \\'\"\t☃'");
}

TEST(Wave, ListsAndTuples) {
  EXPECT_EQ(reads("[ ]", list_of(kU8)), "[]");
  EXPECT_EQ(reads("[1,2 , 3,]", list_of(kU8)), "[1, 2, 3]");
  const auto pair = made({.kind = Kind::tuple, .parts = {kU8, kString}});
  EXPECT_EQ(reads("( 1 , \"x\" , )", pair), R"((1, "x"))");
  EXPECT_EQ(reads("[1, 2]", made({.kind = Kind::fixed_list, .parts = {kU8}, .length = 2})),
            "[1, 2]");
  EXPECT_EQ(reads(R"([("a", 1), ("b", 2,),])", made({.kind = Kind::map, .parts = {kString, kU8}})),
            R"([("a", 1), ("b", 2)])");
}

TEST(Wave, ListsAndTuplesThatAreNone) {
  const std::string at = "error: ";
  EXPECT_EQ(reads("[,]", list_of(kU8)), at + "1:2: expected u8, found `,`");
  EXPECT_EQ(reads("[1,,]", list_of(kU8)), at + "1:4: expected u8, found `,`");
  EXPECT_EQ(reads("[1)", list_of(kU8)), at + "1:3: expected `,` or `]`, found `)`");
  EXPECT_EQ(reads("[1", list_of(kU8)), at + "1:3: expected `,` or `]`, found the end of the text");
  EXPECT_EQ(reads("(1)", list_of(kU8)), at + "1:1: expected list<u8>, found `(`");
  EXPECT_EQ(reads("[1]", made({.kind = Kind::fixed_list, .parts = {kU8}, .length = 2})),
            at + "1:1: expected list<u8, 2>, found 1 items");
  const auto pair = made({.kind = Kind::tuple, .parts = {kU8, kU8}});
  EXPECT_EQ(reads("()", pair), at + "1:2: expected u8, found `)`");
  EXPECT_EQ(reads("(1)", pair), at + "1:3: expected `,`, found `)`");
  EXPECT_EQ(reads("(1, 2, 3)", pair), at + "1:8: expected `)`, found `3`");
  EXPECT_EQ(reads("(1, 2) 3", pair), at + "1:8: expected the end of the text, found `3`");
  EXPECT_EQ(reads("[1]", made({.kind = Kind::map, .parts = {kU8, kU8}})),
            at + "1:2: expected a tuple of key and value, found `1`");
}

TEST(Wave, RecordsInAnyOrderWithOptionsLeftOut) {
  const auto type = record_of({{"must", kU8}, {"may-be", option_of(kU8)}});
  for (const auto* const text :
       {"{must: 1}", "{must: 1, may-be: none}", "{ may-be : none , must : 1 , }", "{%must: 1,}"}) {
    EXPECT_EQ(reads(text, type), "{must: 1}") << text;
  }
  EXPECT_EQ(reads("{may-be: 2, must: 1}", type), "{must: 1, may-be: some(2)}");
  const auto optional = record_of({{"a", option_of(kU8)}, {"b", option_of(kU8)}});
  for (const auto* const text : {"{:}", "{ : }", "{a: none}", "{b: none, a: none,}"}) {
    EXPECT_EQ(reads(text, optional), "{:}") << text;
  }
}

TEST(Wave, FieldsMayBeKeywords) {
  const auto type = record_of({{"true", ValueType::of(Kind::boolean)},
                               {"none", option_of(kU8)},
                               {"ok", result_of(nullptr, nullptr)},
                               {"nan", kF32}});
  EXPECT_EQ(reads("{true: true, none: none, ok: ok, nan: nan}", type),
            "{true: true, ok: ok, nan: nan}");
}

TEST(Wave, RecordsThatAreNone) {
  const auto type = record_of({{"must", kU8}, {"may-be", option_of(kU8)}});
  const std::string at = "error: ";
  EXPECT_EQ(reads("{may-be: 1}", type), at + "1:1: expected a field `must` of type u8");
  EXPECT_EQ(reads("{:}", type), at + "1:1: expected a field `must` of type u8");
  EXPECT_EQ(reads("{must: 1, must: 1}", type), at + "1:11: field `must` comes twice");
  EXPECT_EQ(reads("{other: 1}", type),
            at + "1:2: expected a field of record { must: u8, may-be: option<u8> },"
                 " found `other`");
  for (const auto* const text :
       {"{}", "{must: 1,,}", "{,must: 1}", "{must 1}", "{must: 1 may-be: 2}", "{must: 1",
        "{must: 1, :}", "{:, must: 1}", "{", "(must: 1)"}) {
    EXPECT_TRUE(reads(text, type).starts_with(at)) << text;
  }
}

TEST(Wave, Flags) {
  const auto type = made({.kind = Kind::flags, .names = {"read", "write", "none"}});
  EXPECT_EQ(reads("{}", type), "{}");
  EXPECT_EQ(reads("{ write , read , }", type), "{read, write}");
  EXPECT_EQ(reads("{%none, %read}", type), "{read, none}");
  EXPECT_EQ(reads("{read, read}", type), "error: 1:8: flag `read` comes twice");
  EXPECT_EQ(reads("{execute}", type),
            "error: 1:2: expected a flag of flags { read, write, none }, "
            "found `execute`");
  for (const auto* const text : {"{:}", "{,}", "{read write}", "{read: true}", "[read]", "{"}) {
    EXPECT_TRUE(reads(text, type).starts_with("error: ")) << text;
  }
}

TEST(Wave, VariantsAndEnums) {
  const auto variant = made({.kind = Kind::variant,
                             .names = {"empty", "body", "err"},
                             .parts = {nullptr, list_of(kU8), kString}});
  EXPECT_EQ(reads("empty", variant), "empty");
  EXPECT_EQ(reads("%empty", variant), "empty");
  EXPECT_EQ(reads("body ( [79, 75] )", variant), "body([79, 75])");
  EXPECT_EQ(reads("%err(\"oops\")", variant), "%err(\"oops\")");
  const auto hand = made({.kind = Kind::enumeration, .names = {"left", "HTTP3-x", "some"}});
  EXPECT_EQ(reads("left", hand), "left");
  EXPECT_EQ(reads("HTTP3-x", hand), "HTTP3-x");
  EXPECT_EQ(reads("%some", hand), "%some");
}

TEST(Wave, CasesThatAreNone) {
  const auto type =
      made({.kind = Kind::variant, .names = {"a", "b", "ok"}, .parts = {kU8, nullptr, kU8}});
  const std::string at = "error: ";
  EXPECT_EQ(reads("a", type), at + "1:2: expected `a(u8)`, found the end of the text");
  EXPECT_EQ(reads("a()", type), at + "1:3: expected u8, found `)`");
  EXPECT_EQ(reads("a(1, 2)", type), at + "1:4: expected `)`, found `,`");
  EXPECT_EQ(reads("b(1)", type), at + "1:2: expected no payload of `b`, found `(`");
  EXPECT_EQ(reads("c", type), at + "1:1: expected variant { a(u8), b, ok(u8) }, found `c`");
  EXPECT_EQ(reads("ok(1)", type),
            at + "1:1: expected variant { a(u8), b, ok(u8) }, found the keyword "
                 "`ok`: the case is `%ok`");
  const auto keywords =
      made({.kind = Kind::enumeration,
            .names = {"true", "false", "some", "none", "ok", "err", "inf", "nan"}});
  for (const std::string& keyword : keywords->names()) {
    EXPECT_TRUE(reads(keyword, keywords).starts_with(at)) << keyword;
    EXPECT_EQ(reads("%" + keyword, keywords), "%" + keyword);
  }
}

TEST(Wave, OptionsAndResultsMayStandBare) {
  EXPECT_EQ(reads("123", option_of(kU8)), "some(123)");
  EXPECT_EQ(reads("some ( 123 )", option_of(kU8)), "some(123)");
  EXPECT_EQ(reads("none", option_of(kU8)), "none");
  EXPECT_EQ(reads("\"x\"", option_of(kString)), "some(\"x\")");
  EXPECT_EQ(reads("7", result_of(kU8, nullptr)), "ok(7)");
  EXPECT_EQ(reads("ok(7)", result_of(kU8, nullptr)), "ok(7)");
  EXPECT_EQ(reads("ok", result_of(nullptr, kString)), "ok");
  EXPECT_EQ(reads("err(\"oops\")", result_of(nullptr, kString)), "err(\"oops\")");
  EXPECT_EQ(reads("err", result_of(kU8, nullptr)), "err");
  const auto cases = made({.kind = Kind::enumeration, .names = {"none", "a"}});
  EXPECT_EQ(reads("[none, %none, a]", list_of(option_of(cases))), "[none, some(%none), some(a)]");
  EXPECT_EQ(reads("[none, some(none), some(some(1)), some(1)]", list_of(option_of(option_of(kU8)))),
            "[none, some(none), some(some(1)), some(some(1))]");
}

TEST(Wave, OptionsAndResultsThatAreNone) {
  const std::string at = "error: ";
  for (const auto* const text :
       {"some", "some()", "some(some(0))", "none()", "none(0)", "some(none)"}) {
    EXPECT_TRUE(reads(text, option_of(kU8)).starts_with(at)) << text;
  }
  for (const auto* const text : {"ok", "ok()", "o(0)", "err(0)", "err()"}) {
    EXPECT_TRUE(reads(text, result_of(kU8, nullptr)).starts_with(at)) << text;
  }
  for (const auto* const text : {"ok()", "ok(0)", "err()", "err(0)", "0"}) {
    EXPECT_TRUE(reads(text, result_of(nullptr, nullptr)).starts_with(at)) << text;
  }
  // What is inside is itself an option or result: then the outer one is written.
  EXPECT_TRUE(reads("1", option_of(option_of(kU8))).starts_with(at));
  EXPECT_TRUE(reads("ok(1)", option_of(result_of(kU8, nullptr))).starts_with(at));
  EXPECT_TRUE(reads("some(1)", result_of(option_of(kU8), nullptr)).starts_with(at));
}

TEST(Wave, Comments) {
  EXPECT_EQ(reads("// one\n[ // two\n 1, // three ]\n // four\n]// five", list_of(kU8)), "[1]");
  EXPECT_TRUE(reads("[1 // ]", list_of(kU8)).starts_with("error: 1:8: "));
  EXPECT_TRUE(reads("[1 / 2]", list_of(kU8)).starts_with("error: 1:4: "));
}

TEST(Wave, ErrorShowsTheLineAndTheColumn) {
  const auto type = record_of({{"name", kString}, {"age", kU8}});
  const auto value = parse_wave("{\n  name: \"☃\",\tage: old,\n}", *type);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind(), ErrorKind::invalid);
  EXPECT_EQ(value.error().message(),
            "2:19: expected u8, found `old`\n"
            "    2 |   name: \"☃\",\tage: old,\n"
            "      |             \t     ^");
}

TEST(Wave, ErrorShowsPartOfALongLine) {
  const std::string text = "[" + std::string(10000, ' ') + "☃" + std::string(10000, ' ') + "]";
  const auto value = parse_wave(text, *list_of(kU8));
  ASSERT_FALSE(value);
  const std::string message(value.error().message());
  EXPECT_TRUE(message.starts_with("1:10002: expected u8, found `☃`\n")) << message;
  EXPECT_LT(message.size(), 350U);
}

TEST(Wave, HandlesHaveNoText) {
  const auto value = parse_wave("x", *made({.kind = Kind::own, .names = {"file"}}));
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind(), ErrorKind::unsupported);
  EXPECT_EQ(value.error().message(), "type own<file> has no text form");
  EXPECT_EQ(to_wave(Value{Handle{}}), "<handle>");
  const auto printed = to_wave(Value{Handle{}}, *made({.kind = Kind::borrow}));
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().kind(), ErrorKind::unsupported);
}

TEST(Wave, TextThatIsNotUtf8IsRefused) {
  EXPECT_EQ(reads("\"\xff\"", kString), "error: the text is not UTF-8");
}

TEST(Wave, TypedPrintingRefusesWhatDoesNotFit) {
  const auto printed = to_wave(Value{std::uint8_t{1}}, *kString);
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().message(), "expected string, found u8");
}

TEST(WaveLimits, TextIsLimited) {
  const auto value =
      parse_wave("[1, 2, 3]", *list_of(kU8), {.text_bytes = 8, .value_bytes = 10000});
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind(), ErrorKind::exhausted);
}

// Three bytes of text for each record of a hundred fields.
TEST(WaveLimits, ValueIsLimited) {
  std::vector<std::pair<std::string, ValueTypePtr>> fields;
  for (int i = 0; i < 100; ++i) {
    fields.emplace_back(fmt::format("f{}", i), option_of(kU8));
  }
  const auto type = list_of(record_of(std::move(fields)));
  std::string text = "[";
  for (int i = 0; i < 200; ++i) {
    text += "{:},";
  }
  text += "]";
  const WaveLimits limits{.text_bytes = 10000, .value_bytes = 1000000};
  const auto value = parse_wave(text, *type, limits);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().kind(), ErrorKind::exhausted);
  EXPECT_TRUE(parse_wave("[{:}]", *type, limits));
}

TEST(WaveLimits, NestingEndsWithTheType) {
  ValueTypePtr type = kU8;
  while (type->depth() < ValueType::kMaxDepth) {
    type = list_of(type);
  }
  EXPECT_EQ(reads(std::string(99, '[') + "1" + std::string(99, ']'), type),
            std::string(99, '[') + "1" + std::string(99, ']'));
  EXPECT_TRUE(reads(std::string(1000000, '['), type).starts_with("error: 1:100: "));
}

// Each of these took time that grows with the square of the text, at some place where a line's or
// the text's end is looked for.
TEST(WaveLimits, LongLinesAreReadInOneGo) {
  constexpr int kMany = 1000000;
  std::string strings = "[";
  std::string lines = "\"\"\"\n";
  for (int i = 0; i < kMany; ++i) {
    strings += "\"\",";
    lines += "a\n";
  }
  strings += "]";
  lines += "\"\"\"";
  EXPECT_EQ(read_as<List>(strings, list_of(kString)).size(), std::size_t{kMany});
  EXPECT_EQ(read_as<std::string>(lines, kString).size(), std::size_t{2 * kMany - 1});
}

FuncSignature signature() {
  return {
      .params = {{"name", kString}, {"age", option_of(kU8)}, {"tags", option_of(list_of(kString))}},
      .result = nullptr};
}

std::string calls(std::string_view text) {
  const auto call = parse_wave_call(text, [](std::string_view name) -> Result<FuncSignature> {
    if (name == "nullary") {
      return FuncSignature{};
    }
    if (name == "unknown") {
      return Error(ErrorKind::not_found, "no function `{}`", name);
    }
    return signature();
  });
  if (!call) {
    return first_line(call.error());
  }
  std::string shown = call->name;
  for (const Value& argument : call->args) {
    shown += " " + to_wave(argument);
  }
  return shown;
}

TEST(WaveCall, ArgumentsInOrderWithOptionsLeftOffTheEnd) {
  EXPECT_EQ(calls("nullary()"), "nullary");
  EXPECT_EQ(calls(" nullary ( ) // nothing"), "nullary");
  EXPECT_EQ(calls("f(\"x\")"), "f \"x\" none none");
  EXPECT_EQ(calls("f(\"x\", 7,)"), "f \"x\" some(7) none");
  EXPECT_EQ(calls("f(\"x\", none, [\"a\"])"), "f \"x\" none some([\"a\"])");
  EXPECT_EQ(calls("ui:tests/ui.f@0.1.0(\"x\")"), "ui:tests/ui.f@0.1.0 \"x\" none none");
}

TEST(WaveCall, CallsThatAreNone) {
  EXPECT_EQ(calls(""),
            "error: 1:1: expected the name of a function, found "
            "the end of the text");
  EXPECT_EQ(calls("(1)"), "error: 1:1: expected the name of a function, found `(`");
  EXPECT_EQ(calls("f"),
            "error: 1:2: expected `(` after the function's "
            "name, found the end of the text");
  EXPECT_EQ(calls("unknown()"), "error: no function `unknown`");
  EXPECT_EQ(calls("f()"),
            "error: call of `f`: 1:3: expected an argument "
            "`name` of type string");
  EXPECT_EQ(calls("f(\"x\", \"y\")"),
            "error: call of `f`: argument `age`: 1:8: expected u8, found a string");
  EXPECT_EQ(calls("nullary(1)"), "error: call of `nullary`: 1:9: expected 0 arguments, found `1`");
  EXPECT_EQ(calls("nullary() x"), "error: 1:11: expected the end of the text, found `x`");
  EXPECT_TRUE(calls("f(,)").starts_with("error: call of `f`"));
}

}  // namespace
}  // namespace wasmcloud::wit
