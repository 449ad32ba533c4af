// Structs from JSON and to JSON by one description of their fields. Internal to the module.
//
// A struct is described once, by `template <typename Io> void fields(Io& io, S& s)`, which calls
// the functions below for each field in the order in which it is written.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "wasmcloud/base/result.h"

namespace wasmcloud::lattice::json {

using Json = nlohmann::ordered_json;

// Errors: `invalid`, with the position of what is not JSON, or the key that stands twice;
// `exhausted` for what is larger or nested deeper than allowed.
Result<Json> parse_text(std::string_view body);
// Bytes that are no UTF-8 are replaced.
std::string to_text(const Json& value);

// "a string", "null", ...: for messages.
std::string_view kind_of(const Json& value) noexcept;
Error wrong_type(std::string_view wanted, const Json& found);

Result<> read(const Json& value, std::string& out);
Result<> read(const Json& value, bool& out);
Result<> read(const Json& value, std::uint64_t& out);
Result<> read(const Json& value, std::uint32_t& out);
Result<> read(const Json& value, std::uint8_t& out);
Result<> read(const Json& value, std::int32_t& out);

template <typename T>
Result<> read(const Json& value, std::vector<T>& out);
template <typename T>
Result<> read(const Json& value, std::map<std::string, T>& out);
// null is nothing.
template <typename T>
Result<> read(const Json& value, std::optional<T>& out);

inline Json write(const std::string& value) { return value; }

inline Json write(bool value) { return value; }

inline Json write(std::uint64_t value) { return value; }

inline Json write(std::uint32_t value) { return value; }

inline Json write(std::uint8_t value) { return value; }

inline Json write(std::int32_t value) { return value; }

template <typename T>
Json write(const std::vector<T>& values);
template <typename T>
Json write(const std::map<std::string, T>& values);

// --- descriptions ---

class Reader;

template <typename T>
concept Described = requires(Reader& reader, T& value) { fields(reader, value); };

template <Described T>
Result<> read(const Json& value, T& out);
template <Described T>
Json write(const T& value);

class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  template <typename T>
  void required(std::string_view name, T& value) {
    if (!take(name, value) && outcome_) {
      outcome_ = Error(ErrorKind::invalid, "missing field `{}`", name);
    }
  }

  // Absent: as it was.
  template <typename T>
  void optional(std::string_view name, T& value) {
    take(name, value);
  }

  // The same; an older or other name counts as well.
  template <typename T>
  void optional(std::string_view name, std::string_view alias, T& value) {
    take(object_.contains(name) ? name : alias, value);
  }

  template <typename T>
  void required(std::string_view name, std::string_view alias, T& value) {
    required(object_.contains(name) ? name : alias, value);
  }

  // Absent and null are nothing. They differ in writing: left out, or null.
  template <typename T>
  void maybe(std::string_view name, std::optional<T>& value) {
    take(name, value);
  }

  template <typename T>
  void nullable(std::string_view name, std::optional<T>& value) {
    take(name, value);
  }

  Result<> outcome() && { return std::move(outcome_); }

 private:
  template <typename T>
  bool take(std::string_view name, T& value) {
    const auto found = object_.find(name);
    if (found == object_.end()) {
      return false;
    }
    if (outcome_) {
      if (Result<> done = read(*found, value); !done) {
        outcome_ = std::move(done).error().with_context(fmt::format("field `{}`", name));
      }
    }
    return true;
  }

  const Json& object_;
  Result<> outcome_;
};

class Writer {
 public:
  template <typename T>
  void required(std::string_view name, const T& value) {
    object_[std::string(name)] = write(value);
  }

  template <typename T>
  void required(std::string_view name, std::string_view /*alias*/, const T& value) {
    required(name, value);
  }

  template <typename T>
  void optional(std::string_view name, const T& value) {
    required(name, value);
  }

  template <typename T>
  void optional(std::string_view name, std::string_view /*alias*/, const T& value) {
    required(name, value);
  }

  template <typename T>
  void maybe(std::string_view name, const std::optional<T>& value) {
    if (value) {
      required(name, *value);
    }
  }

  template <typename T>
  void nullable(std::string_view name, const std::optional<T>& value) {
    object_[std::string(name)] = value ? write(*value) : Json();
  }

  Json take() && { return std::move(object_); }

 private:
  Json object_ = Json::object();
};

template <Described T>
Result<> read(const Json& value, T& out) {
  if (!value.is_object()) {
    return wrong_type("an object", value);
  }
  Reader reader(value);
  fields(reader, out);
  return std::move(reader).outcome();
}

template <Described T>
Json write(const T& value) {
  Writer writer;
  // The description is the same for both directions; a Writer only looks.
  fields(writer, const_cast<T&>(value));
  return std::move(writer).take();
}

// --- containers ---

template <typename T>
Result<> read(const Json& value, std::vector<T>& out) {
  if (!value.is_array()) {
    return wrong_type("an array", value);
  }
  out.clear();
  for (const Json& each : value) {
    T item{};
    WC_CHECK(read(each, item), "item {}", out.size());
    out.push_back(std::move(item));
  }
  return {};
}

template <typename T>
Result<> read(const Json& value, std::map<std::string, T>& out) {
  if (!value.is_object()) {
    return wrong_type("an object", value);
  }
  out.clear();
  for (const auto& [key, each] : value.items()) {
    T item{};
    WC_CHECK(read(each, item), "`{}`", key);
    out.emplace(key, std::move(item));
  }
  return {};
}

template <typename T>
Result<> read(const Json& value, std::optional<T>& out) {
  if (value.is_null()) {
    out.reset();
    return {};
  }
  return read(value, out.emplace());
}

template <typename T>
Json write(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& each : values) {
    array.push_back(write(each));
  }
  return array;
}

template <typename T>
Json write(const std::map<std::string, T>& values) {
  Json object = Json::object();
  for (const auto& [key, each] : values) {
    object[key] = write(each);
  }
  return object;
}

}  // namespace wasmcloud::lattice::json
