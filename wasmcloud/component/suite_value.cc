#include <algorithm>

#include "wasmcloud/component/suite.h"

namespace wasmcloud::component::suite {

namespace {

using Kind = Value::Kind;

struct FloatFormat {
  std::uint64_t exponent;
  std::uint64_t quiet;
  std::uint64_t mantissa;
};

constexpr FloatFormat kF32{0x7f80'0000, 0x0040'0000, 0x007f'ffff};
constexpr FloatFormat kF64{0x7ff0'0000'0000'0000, 0x0008'0000'0000'0000, 0x000f'ffff'ffff'ffff};

// nan:canonical is the quiet bit alone, of either sign; nan:arithmetic has it among others.
bool matches_float(const Value& expected, const Value& actual) {
  if (expected.text.empty()) {
    return expected.bits == actual.bits;
  }
  const FloatFormat& format = expected.kind == Kind::f32 ? kF32 : kF64;
  if ((actual.bits & format.exponent) != format.exponent) {
    return false;
  }
  if (expected.text == "nan:canonical") {
    return (actual.bits & format.mantissa) == format.quiet;
  }
  return (actual.bits & format.quiet) != 0;
}

bool matches_all(const std::vector<Value>& expected, const std::vector<Value>& actual) {
  return std::ranges::equal(expected, actual, matches);
}

bool matches_record(const Value& expected, const Value& actual) {
  if (expected.names.size() != actual.names.size()) {
    return false;
  }
  for (std::size_t i = 0; i < expected.names.size(); ++i) {
    const auto found = std::ranges::find(actual.names, expected.names[i]);
    if (found == actual.names.end() ||
        !matches(expected.items[i],
                 actual.items[static_cast<std::size_t>(found - actual.names.begin())])) {
      return false;
    }
  }
  return true;
}

bool same_set(std::vector<std::string> left, std::vector<std::string> right) {
  std::ranges::sort(left);
  std::ranges::sort(right);
  return left == right;
}

std::string join(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> to_strings(const std::vector<Value>& values) {
  std::vector<std::string> texts;
  for (const Value& value : values) {
    texts.push_back(to_string(value));
  }
  return texts;
}

std::string record_to_string(const Value& value) {
  std::vector<std::string> fields = to_strings(value.items);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    fields[i] = fmt::format("{}: {}", value.names[i], fields[i]);
  }
  return fmt::format("record{{{}}}", join(fields));
}

std::string_view number_name(Kind kind) {
  constexpr std::string_view kNames[] = {"bool", "s8",  "u8",  "s16", "u16", "s32", "u32",
                                         "s64",  "u64", "i32", "i64", "f32", "f64"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

bool matches(const Value& expected, const Value& actual) {
  if (expected.kind != actual.kind) {
    return false;
  }
  switch (expected.kind) {
    case Kind::f32:
    case Kind::f64:
      return matches_float(expected, actual);
    case Kind::record:
      return matches_record(expected, actual);
    case Kind::flags:
      return same_set(expected.names, actual.names);
    default:
      return expected.bits == actual.bits && expected.text == actual.text &&
             matches_all(expected.items, actual.items);
  }
}

std::string to_string(const Value& value) {
  switch (value.kind) {
    case Kind::boolean:
      return value.bits != 0 ? "true" : "false";
    case Kind::s8:
    case Kind::s16:
    case Kind::s32:
    case Kind::s64:
    case Kind::i32:
    case Kind::i64:
      return fmt::format("{} {}", number_name(value.kind), static_cast<std::int64_t>(value.bits));
    case Kind::u8:
    case Kind::u16:
    case Kind::u32:
    case Kind::u64:
      return fmt::format("{} {}", number_name(value.kind), value.bits);
    case Kind::f32:
    case Kind::f64:
      return value.text.empty() ? fmt::format("{} {:#x}", number_name(value.kind), value.bits)
                                : value.text;
    case Kind::character:
      return fmt::format("'{}'", value.text);
    case Kind::string:
      return fmt::format("\"{}\"", value.text);
    case Kind::list:
      return fmt::format("[{}]", join(to_strings(value.items)));
    case Kind::tuple:
      return fmt::format("({})", join(to_strings(value.items)));
    case Kind::record:
      return record_to_string(value);
    case Kind::variant:
    case Kind::result:
      return fmt::format("{}({})", value.text, join(to_strings(value.items)));
    case Kind::enumeration:
    case Kind::other:
      return value.text;
    case Kind::option:
      return value.items.empty() ? "none" : fmt::format("some({})", to_string(value.items[0]));
    case Kind::flags:
      return fmt::format("flags{{{}}}", join(value.names));
  }
  return "?";
}

}  // namespace wasmcloud::component::suite
