// For tests and fuzz targets: any type, any value of it, and whether two values are the same. Pure.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/wit/characters.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::wrpc::testing {

// Makes choices of bytes; when they are used up, always the first choice.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint8_t byte() {
    if (bytes_.empty()) {
      return 0;
    }
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }

  std::size_t below(std::size_t count) { return byte() % count; }

  // Of any size, small ones often.
  std::uint64_t number() {
    std::uint64_t made = 0;
    for (std::size_t i = below(9); i > 0; --i) {
      made = made << 8U | byte();
    }
    return below(4) == 0 ? ~made : made;
  }

  std::span<const std::uint8_t> rest() const { return bytes_; }

 private:
  std::span<const std::uint8_t> bytes_;
};

namespace internal {

using Kind = wit::ValueType::Kind;

inline std::vector<std::string> labels(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back("n" + std::to_string(i));
  }
  return names;
}

}  // namespace internal

// Of all kinds but error-context.
inline wit::ValueTypePtr random_type(Choices& choices, int depth) {
  using internal::Kind;
  const auto kind = static_cast<Kind>(choices.below(static_cast<std::size_t>(Kind::error_context)));
  if (kind <= Kind::string) {
    return wit::ValueType::of(kind);
  }
  if (depth == 0) {
    return wit::ValueType::of(static_cast<Kind>(choices.below(std::size_t(Kind::string) + 1)));
  }
  wit::ValueType::Shape shape{.kind = kind};
  const auto parts = [&](std::size_t count, bool may_lack) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool lacks = may_lack && choices.below(3) == 0;
      shape.parts.push_back(lacks ? nullptr : random_type(choices, depth - 1));
    }
  };
  const std::size_t count = 1 + choices.below(4);
  switch (kind) {
    case Kind::record:
      shape.names = internal::labels(count);
      [[fallthrough]];
    case Kind::tuple:
      parts(count, false);
      break;
    case Kind::variant:
      shape.names = internal::labels(count);
      parts(count, true);
      break;
    case Kind::enumeration:
    case Kind::flags:
      shape.names = internal::labels(1 + choices.below(2) * 130 + choices.below(40));
      break;
    case Kind::map:
      parts(2, false);
      break;
    case Kind::result:
      parts(2, true);
      break;
    case Kind::stream:
    case Kind::future:
      parts(1, true);
      break;
    case Kind::own:
    case Kind::borrow:
      break;
    default:
      shape.length = kind == Kind::fixed_list ? static_cast<std::uint32_t>(count) : 0;
      parts(1, false);
  }
  auto made = wit::ValueType::create(std::move(shape));
  WC_ASSERT(made);
  return *std::move(made);
}

inline wit::Value random_value(Choices& choices, const wit::ValueType& type);

namespace internal {

inline std::vector<wit::Value> random_parts(Choices& choices, const wit::ValueType& type) {
  std::vector<wit::Value> values;
  for (const wit::ValueTypePtr& part : type.parts()) {
    values.push_back(random_value(choices, *part));
  }
  return values;
}

inline std::vector<wit::Value> random_payload(Choices& choices, const wit::ValueTypePtr& type) {
  std::vector<wit::Value> values;
  if (type != nullptr) {
    values.push_back(random_value(choices, *type));
  }
  return values;
}

inline wit::List random_list(Choices& choices, const wit::ValueType& type) {
  const std::size_t count = type.kind() == Kind::fixed_list
                                ? type.length()
                                : choices.below(4) + 140 * (choices.below(40) == 39 ? 1U : 0U);
  wit::List list;
  for (std::size_t i = 0; i < count; ++i) {
    list.push_back(type.kind() == Kind::map ? wit::Value{wit::Tuple{random_parts(choices, type)}}
                                            : random_value(choices, type.element()));
  }
  return list;
}

inline char32_t random_character(Choices& choices) {
  const auto code = static_cast<char32_t>(choices.number() & 0x1fffffU);
  return wit::is_scalar(code) ? code : U'x';
}

inline std::string random_text(Choices& choices) {
  std::string text;
  for (std::size_t i = choices.below(20); i > 0; --i) {
    wit::append_utf8(text, random_character(choices));
  }
  return text;
}

inline wit::Value random_number(Choices& choices, Kind kind) {
  const std::uint64_t bits = choices.number();
  switch (kind) {
    case Kind::s8:
      return {static_cast<std::int8_t>(bits)};
    case Kind::u8:
      return {static_cast<std::uint8_t>(bits)};
    case Kind::s16:
      return {static_cast<std::int16_t>(bits)};
    case Kind::u16:
      return {static_cast<std::uint16_t>(bits)};
    case Kind::s32:
      return {static_cast<std::int32_t>(bits)};
    case Kind::u32:
      return {static_cast<std::uint32_t>(bits)};
    case Kind::s64:
      return {static_cast<std::int64_t>(bits)};
    case Kind::u64:
      return {bits};
    case Kind::f32:
      return {std::bit_cast<float>(static_cast<std::uint32_t>(bits))};
    default:
      return {std::bit_cast<double>(bits)};
  }
}

inline wit::Value random_handle(Choices& choices, Kind kind) {
  if (kind == Kind::stream || kind == Kind::future) {
    return {wit::Handle{std::make_shared<AsyncPart>()}};
  }
  std::vector<std::uint8_t> name(choices.below(20));
  std::ranges::generate(name, [&] { return choices.byte(); });
  return {wit::Handle{std::make_shared<RemoteResource>(std::move(name))}};
}

}  // namespace internal

inline wit::Value random_value(Choices& choices, const wit::ValueType& type) {
  using internal::Kind;
  const std::size_t which = type.names().empty() ? 0 : choices.below(type.names().size());
  switch (type.kind()) {
    case Kind::boolean:
      return {choices.below(2) == 1};
    case Kind::character:
      return {internal::random_character(choices)};
    case Kind::string:
      return {internal::random_text(choices)};
    case Kind::list:
    case Kind::fixed_list:
    case Kind::map:
      return {internal::random_list(choices, type)};
    case Kind::tuple:
      return {wit::Tuple{internal::random_parts(choices, type)}};
    case Kind::record:
      return {wit::Record{type.names(), internal::random_parts(choices, type)}};
    case Kind::variant:
      return {
          wit::Case{type.names()[which], internal::random_payload(choices, type.parts()[which])}};
    case Kind::enumeration:
      return {wit::EnumCase{type.names()[which]}};
    case Kind::option:
      return {wit::Option{internal::random_payload(
          choices, choices.below(2) == 1 ? type.parts().front() : nullptr)}};
    case Kind::result: {
      const bool ok = choices.below(2) == 1;
      return {wit::ResultValue{ok, internal::random_payload(choices, type.parts()[ok ? 0 : 1])}};
    }
    case Kind::flags: {
      wit::FlagSet flags;
      std::ranges::copy_if(type.names(), std::back_inserter(flags.names),
                           [&](const std::string&) { return choices.below(2) == 1; });
      return {std::move(flags)};
    }
    case Kind::own:
    case Kind::borrow:
    case Kind::stream:
    case Kind::future:
      return internal::random_handle(choices, type.kind());
    default:
      return internal::random_number(choices, type.kind());
  }
}

// A NaN is the same as any NaN, a handle as one that stands for the same; of a stream or future
// only that it is there.
inline bool same(const wit::Value& a, const wit::Value& b);

struct Same {
  bool operator()(float a, float b) const {
    return a != a ? b != b : std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  }

  bool operator()(double a, double b) const {
    return a != a ? b != b : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  }

  bool operator()(const wit::List& a, const wit::List& b) const {
    return std::ranges::equal(a, b, same);
  }

  bool operator()(const wit::Tuple& a, const wit::Tuple& b) const {
    return (*this)(a.items, b.items);
  }

  bool operator()(const wit::Record& a, const wit::Record& b) const {
    return a.names == b.names && (*this)(a.values, b.values);
  }

  bool operator()(const wit::Case& a, const wit::Case& b) const {
    return a.name == b.name && (*this)(a.payload, b.payload);
  }

  bool operator()(const wit::Option& a, const wit::Option& b) const {
    return (*this)(a.payload, b.payload);
  }

  bool operator()(const wit::ResultValue& a, const wit::ResultValue& b) const {
    return a.ok == b.ok && (*this)(a.payload, b.payload);
  }

  bool operator()(const wit::Handle& a, const wit::Handle& b) const {
    const auto* const left = dynamic_cast<const RemoteResource*>(a.resource.get());
    const auto* const right = dynamic_cast<const RemoteResource*>(b.resource.get());
    if (left == nullptr || right == nullptr) {
      return left == right && dynamic_cast<const AsyncPart*>(a.resource.get()) != nullptr &&
             dynamic_cast<const AsyncPart*>(b.resource.get()) != nullptr;
    }
    return std::ranges::equal(left->name(), right->name());
  }

  template <typename T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }

  template <typename A, typename B>
  bool operator()(const A& /*a*/, const B& /*b*/) const {
    return false;
  }
};

inline bool same(const wit::Value& a, const wit::Value& b) {
  return std::visit(Same{}, a.rep, b.rep);
}

}  // namespace wasmcloud::wrpc::testing
