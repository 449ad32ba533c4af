// For tests: types as WIT writes them, values as WAVE does, bytes as the sheet of vectors does.
// Needs a main of GoogleTest.
#pragma once

#include <charconv>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/graph_values.h"
#include "wasmcloud/wit/resolver_testing.h"
#include "wasmcloud/wit/value_testing.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::wrpc::testing {

using Bytes = std::vector<std::uint8_t>;

// "ac 02 00*300": the last byte 300 times.
inline Bytes from_hex(std::string_view text) {
  Bytes bytes;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    std::uint8_t byte = 0;
    std::from_chars(word.data(), word.data() + 2, byte, 16);
    const std::size_t times = word.size() > 2 ? std::stoul(std::string(word.substr(3))) : 1;
    bytes.insert(bytes.end(), times, byte);
  }
  return bytes;
}

inline std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", byte);
  }
  return text;
}

// "list<thing>", where `declarations` say what a thing is; `r` is a resource.
inline wit::ValueTypePtr type_of(std::string_view text, std::string_view declarations = "") {
  const wit::Graph graph = wit::graph_of(fmt::format(
      "package a:b; interface i {{ resource r; {} type wanted-type = {}; }}", declarations, text));
  auto type = wit::value_type_of(graph, wit::type_in(graph, "a:b/i", "wanted-type"));
  EXPECT_TRUE(type) << type.error().describe();
  return type ? *std::move(type) : nullptr;
}

// WAVE has no text for handles. In a value's text the handle of a resource is a list of its bytes,
// and a stream or future is `pending`: values of the stand-in's type.
inline wit::ValueTypePtr stand_in(const wit::ValueTypePtr& type) {
  using Kind = wit::ValueType::Kind;
  if (type == nullptr) {
    return nullptr;
  }
  wit::ValueType::Shape shape{
      .kind = type->kind(), .names = type->names(), .parts = {}, .length = type->length()};
  switch (type->kind()) {
    case Kind::own:
    case Kind::borrow:
      return wit::testing::made({.kind = Kind::list, .parts = {wit::ValueType::of(Kind::u8)}});
    case Kind::stream:
    case Kind::future:
      return wit::testing::made({.kind = Kind::enumeration, .names = {"pending"}});
    default:
      break;
  }
  for (const wit::ValueTypePtr& part : type->parts()) {
    shape.parts.push_back(stand_in(part));
  }
  return wit::testing::made(std::move(shape));
}

inline void put_handles(wit::Value& value, const wit::ValueType& type);

struct PutHandles {
  const wit::ValueType& type;

  void all(std::vector<wit::Value>& values) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
      put_handles(values[i], *type.parts()[i]);
    }
  }

  void one(std::vector<wit::Value>& payload, std::size_t which) const {
    if (!payload.empty()) {
      put_handles(payload.front(), *type.parts()[which]);
    }
  }

  void operator()(wit::List& list) const {
    for (wit::Value& each : list) {
      put_handles(each, type.element());
    }
  }

  void operator()(wit::Tuple& tuple) const { all(tuple.items); }

  void operator()(wit::Record& record) const { all(record.values); }

  void operator()(wit::Case& held) const { one(held.payload, *type.index_of(held.name)); }

  void operator()(wit::Option& option) const { one(option.payload, 0); }

  void operator()(wit::ResultValue& result) const { one(result.payload, result.ok ? 0 : 1); }

  template <typename T>
  void operator()(T& /*plain*/) const {}
};

inline void put_handles(wit::Value& value, const wit::ValueType& type) {
  using Kind = wit::ValueType::Kind;
  if (type.kind() == Kind::stream || type.kind() == Kind::future) {
    value.rep = wit::Handle{std::make_shared<AsyncPart>()};
  } else if (type.kind() == Kind::own || type.kind() == Kind::borrow) {
    Bytes name;
    for (const wit::Value& byte : std::get<wit::List>(value.rep)) {
      name.push_back(std::get<std::uint8_t>(byte.rep));
    }
    value.rep = wit::Handle{std::make_shared<RemoteResource>(std::move(name))};
  } else if (type.kind() != Kind::map) {
    std::visit(PutHandles{type}, value.rep);
  }
}

inline wit::Value value_of(std::string_view text, const wit::ValueTypePtr& type) {
  auto value = wit::parse_wave(text, *stand_in(type));
  EXPECT_TRUE(value) << value.error().describe();
  if (!value) {
    return {};
  }
  put_handles(*value, *type);
  return *std::move(value);
}

}  // namespace wasmcloud::wrpc::testing
