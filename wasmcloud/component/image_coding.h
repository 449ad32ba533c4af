// C++ values as bytes and back, for files that only this program reads (program_image.h). Numbers
// are as the machine has them; a struct is its parts in order, listed once for both ways.
// Internal to the module.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace wasmcloud::component::image {

// How a T is written and read: `write(out, value)` and `read(in)`.
template <typename T>
struct Coding;

class Writer {
 public:
  template <typename T>
  void put(this auto& self, const T& value) {
    Coding<T>::write(self, value);
  }

  void append(const void* data, std::size_t size) {
    text_.append(static_cast<const char*>(data), size);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// After a failure everything read is zero or empty.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}

  template <typename T>
  T get(this auto& self) {
    return Coding<T>::read(self);
  }

  // Empty if there are not so many.
  std::string_view take(std::size_t size) {
    if (size > left_.size()) {
      failed_ = true;
      left_ = {};
      return {};
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }

  // Of things of a byte or more each.
  std::size_t count() {
    const auto count = get<std::uint32_t>();
    failed_ |= count > left_.size();
    return failed_ ? 0 : count;
  }

  // Whether there was too little.
  bool lacking() const noexcept { return failed_; }

  // Whether there was too little, or something is left.
  bool failed() const noexcept { return failed_ || !left_.empty(); }

  void fail() noexcept { failed_ = true; }

 private:
  std::string_view left_;
  bool failed_ = false;
};

template <typename T>
  requires std::is_arithmetic_v<T> || std::is_enum_v<T>
struct Coding<T> {
  static void write(auto& out, T value) { out.append(&value, sizeof value); }

  static T read(auto& in) {
    T value{};
    if (const std::string_view bytes = in.take(sizeof value); !bytes.empty()) {
      std::memcpy(&value, bytes.data(), sizeof value);
    }
    return value;
  }
};

template <>
struct Coding<std::string> {
  static void write(auto& out, const std::string& value) {
    out.put(static_cast<std::uint32_t>(value.size()));
    out.append(value.data(), value.size());
  }

  static std::string read(auto& in) { return std::string(in.take(in.count())); }
};

// Of containers, in their own order.
template <typename Container, typename Element>
struct ListCoding {
  static void write(auto& out, const Container& value) {
    out.put(static_cast<std::uint32_t>(value.size()));
    for (const Element& each : value) {
      out.put(each);
    }
  }

  static Container read(auto& in) {
    Container value;
    const std::size_t count = in.count();
    if constexpr (requires { value.reserve(count); }) {
      value.reserve(count);
    }
    for (std::size_t i = 0; i < count; ++i) {
      value.insert(value.end(), in.template get<Element>());
    }
    return value;
  }
};

template <typename T>
struct Coding<std::vector<T>> : ListCoding<std::vector<T>, T> {};

template <typename T>
struct Coding<std::deque<T>> : ListCoding<std::deque<T>, T> {};

template <typename K, typename V, typename Less>
struct Coding<std::map<K, V, Less>>
    : ListCoding<std::map<K, V, Less>, typename std::map<K, V, Less>::value_type> {};

template <typename A, typename B>
struct Coding<std::pair<A, B>> {
  static void write(auto& out, const std::pair<A, B>& value) {
    out.put(value.first);
    out.put(value.second);
  }

  static std::pair<A, B> read(auto& in) {
    auto first = in.template get<std::remove_const_t<A>>();
    return {std::move(first), in.template get<B>()};
  }
};

template <typename T>
struct Coding<std::optional<T>> {
  static void write(auto& out, const std::optional<T>& value) {
    out.put(value.has_value());
    if (value) {
      out.put(*value);
    }
  }

  static std::optional<T> read(auto& in) {
    return in.template get<bool>() ? std::optional<T>(in.template get<T>()) : std::nullopt;
  }
};

template <typename T>
struct Coding<std::unique_ptr<T>> {
  static void write(auto& out, const std::unique_ptr<T>& value) { out.put(*value); }

  static std::unique_ptr<T> read(auto& in) { return std::make_unique<T>(in.template get<T>()); }
};

template <typename... Ts>
struct Coding<std::variant<Ts...>> {
  using Variant = std::variant<Ts...>;

  static void write(auto& out, const Variant& value) {
    out.put(static_cast<std::uint8_t>(value.index()));
    std::visit([&](const auto& each) { out.put(each); }, value);
  }

  static Variant read(auto& in) {
    auto which = in.template get<std::uint8_t>();
    if (which >= sizeof...(Ts)) {
      in.fail();
      which = 0;
    }
    return read_at(in, which, std::index_sequence_for<Ts...>());
  }

 private:
  template <std::size_t... I>
  static Variant read_at(auto& in, std::size_t which, std::index_sequence<I...>) {
    std::optional<Variant> read;
    (void)((which == I && (read.emplace(std::in_place_index<I>, in.template get<Ts>()), true)) ||
           ...);
    return *std::move(read);
  }
};

// What is kept of a struct: pointers to its members, in order. Those left out are worked out anew.
template <typename T>
constexpr auto kParts = nullptr;

template <typename T>
  requires(!std::is_null_pointer_v<std::remove_const_t<decltype(kParts<T>)>>)
struct Coding<T> {
  static void write(auto& out, const T& value) {
    std::apply([&](auto... part) { (out.put(value.*part), ...); }, kParts<T>);
  }

  static T read(auto& in) {
    return std::apply(
        [&](auto... part) {
          if constexpr (std::is_default_constructible_v<T>) {
            T value;
            (read_part(in, value.*part), ...);
            return value;
          } else {  // all members are listed
            return T{in.template get<std::remove_cvref_t<decltype(std::declval<T>().*part)>>()...};
          }
        },
        kParts<T>);
  }

  template <typename Part>
  static void read_part(auto& in, Part& part) {
    part = in.template get<Part>();
  }
};

}  // namespace wasmcloud::component::image
