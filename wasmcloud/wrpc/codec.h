// How C++ types stand on the wire of wRPC: Codec<T> writes and reads them with no value in between,
// and knows the WIT type that T stands for. The bytes are those of the dynamic form
// (value_codec.h).
//
//   WIT                     C++
//   bool, u8 .. s64         bool, std::uint8_t .. std::int64_t
//   f32, f64, char          float, double, char32_t
//   string                  std::string; to be sent also std::string_view
//   list<T>                 std::vector<T>; to be sent also std::span<const T>
//   list<T, N>, map<K, V>   std::array<T, N>, std::vector<std::tuple<K, V>>
//   option<T>               std::optional<T>
//   result<T, E>            std::expected<T, E>; nothing is void or Unit as T, Unit as E
//   tuple<A, B>             std::tuple<A, B>
//   record, variant,        as wit/native.h describes them: WC_WIT_RECORD, WC_WIT_VARIANT,
//   enum, flags             WC_WIT_ENUM, WC_WIT_FLAGS
//   own<R>, borrow<R>       Handle<R>, R being any type that tells resources apart
//   stream<T>, future<T>    Stream<T>, Future<T> (stream.h); Unit as T where WIT has no type
//
// What holds a stream or future is moved into the encoder, all else may be copied.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wit/native.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/coder.h"
#include "wasmcloud/wrpc/typed.h"

namespace wasmcloud::wrpc {

// Each specialisation gives:
//   kAsync                          whether it may hold streams or futures
//   void encode(Encoder&, value)    T&& or const T&
//   T decode(Decoder&)
//   ValueTypePtr type()
template <typename T>
struct Codec;

// Made once.
template <typename T>
const wit::ValueTypePtr& wire_type() {
  static const wit::ValueTypePtr type = Codec<T>::type();
  return type;
}

namespace codec {
using Kind = wit::ValueType::Kind;

template <typename T>
inline constexpr bool kNothing = std::is_void_v<T> || std::same_as<T, Unit>;

// Unit is where a type has no value.
template <typename T>
constexpr bool is_async() {
  if constexpr (kNothing<T>) {
    return false;
  } else {
    return Codec<T>::kAsync;
  }
}

template <typename T>
wit::ValueTypePtr type_or_none() {
  if constexpr (kNothing<T>) {
    return nullptr;
  } else {
    return wire_type<T>();
  }
}

template <typename T, typename U>
void encode_payload(Encoder& to, U&& value) {
  if constexpr (!kNothing<T>) {
    Codec<T>::encode(to, std::forward<U>(value));
  }
}

template <typename T>
T decode_payload(Decoder& from) {
  if constexpr (kNothing<T>) {
    return T{};
  } else {
    return Codec<T>::decode(from);
  }
}

// Goes down one step of the path while `body` runs, if anything below has a path.
template <typename T, typename Coder, typename F>
auto at_item(Coder& coder, std::size_t index, F&& body) {
  if constexpr (is_async<T>()) {
    struct Step {
      ~Step() { coder.path().pop_back(); }

      Coder& coder;
    };

    coder.path().push_back(static_cast<std::uint32_t>(index));
    const Step step{coder};
    return body();
  } else {
    return body();
  }
}

template <typename T, typename U>
void encode_item(Encoder& to, std::size_t index, U&& value) {
  at_item<T>(to, index, [&] { encode_payload<T>(to, std::forward<U>(value)); });
}

template <typename T>
T decode_item(Decoder& from, std::size_t index) {
  return at_item<T>(from, index, [&] { return decode_payload<T>(from); });
}

// An rvalue's elements are moved, if they have to be.
template <typename T, typename U>
void encode_items(Encoder& to, U&& values, std::size_t first) {
  if constexpr (is_async<T>()) {
    static_assert(!std::is_lvalue_reference_v<U>, "move what holds streams or futures");
    for (auto& each : values) {
      encode_item<T>(to, first++, std::move(each));
    }
  } else {
    for (const auto& each : values) {
      Codec<T>::encode(to, each);
    }
  }
}

template <typename T>
std::vector<T> decode_items(Decoder& from, std::uint32_t count, std::size_t first) {
  std::vector<T> values;
  values.reserve(from.room_for<T>(count));
  for (std::uint32_t i = 0; i < count && !from.in().failed(); ++i) {
    if (from.spend(sizeof(T))) {
      values.push_back(decode_item<T>(from, first + i));
    }
  }
  return values;
}

inline wit::ValueTypePtr type_of_parts(Kind kind, std::vector<wit::ValueTypePtr> parts) {
  return internal::made_type({.kind = kind, .names = {}, .parts = std::move(parts), .length = 0});
}

template <typename Names>
wit::ValueTypePtr type_of_names(Kind kind, const Names& names,
                                std::vector<wit::ValueTypePtr> parts) {
  return internal::made_type({.kind = kind,
                              .names = {names.begin(), names.end()},
                              .parts = std::move(parts),
                              .length = 0});
}

template <typename T, Kind K>
struct Plain {
  static constexpr bool kAsync = false;

  static wit::ValueTypePtr type() { return wit::ValueType::of(K); }
};

template <typename T, Kind K>
struct Integer : Plain<T, K> {
  static void encode(Encoder& to, T value) { to.out().integer(value); }

  static T decode(Decoder& from) { return from.in().template integer<T>(); }
};
}  // namespace codec

// --- without parts ---

template <>
struct Codec<std::uint8_t> : codec::Integer<std::uint8_t, codec::Kind::u8> {};

template <>
struct Codec<std::int8_t> : codec::Integer<std::int8_t, codec::Kind::s8> {};

template <>
struct Codec<std::uint16_t> : codec::Integer<std::uint16_t, codec::Kind::u16> {};

template <>
struct Codec<std::int16_t> : codec::Integer<std::int16_t, codec::Kind::s16> {};

template <>
struct Codec<std::uint32_t> : codec::Integer<std::uint32_t, codec::Kind::u32> {};

template <>
struct Codec<std::int32_t> : codec::Integer<std::int32_t, codec::Kind::s32> {};

template <>
struct Codec<std::uint64_t> : codec::Integer<std::uint64_t, codec::Kind::u64> {};

template <>
struct Codec<std::int64_t> : codec::Integer<std::int64_t, codec::Kind::s64> {};

template <>
struct Codec<bool> : codec::Plain<bool, codec::Kind::boolean> {
  static void encode(Encoder& to, bool value) { to.out().boolean(value); }

  static bool decode(Decoder& from) { return from.in().boolean(); }
};

template <>
struct Codec<float> : codec::Plain<float, codec::Kind::f32> {
  static void encode(Encoder& to, float value) { to.out().f32(value); }

  static float decode(Decoder& from) { return from.in().f32(); }
};

template <>
struct Codec<double> : codec::Plain<double, codec::Kind::f64> {
  static void encode(Encoder& to, double value) { to.out().f64(value); }

  static double decode(Decoder& from) { return from.in().f64(); }
};

template <>
struct Codec<char32_t> : codec::Plain<char32_t, codec::Kind::character> {
  static void encode(Encoder& to, char32_t value) { to.out().character(value); }

  static char32_t decode(Decoder& from) { return from.in().character(); }
};

template <>
struct Codec<std::string_view> : codec::Plain<std::string_view, codec::Kind::string> {
  static void encode(Encoder& to, std::string_view text) { to.out().string(text); }
};

template <>
struct Codec<std::string> : Codec<std::string_view> {
  static std::string decode(Decoder& from) {
    const std::string_view text = from.in().string();
    return from.spend(text.size()) ? std::string(text) : std::string();
  }
};

template <typename R>
struct Codec<Handle<R>> {
  static constexpr bool kAsync = false;

  static void encode(Encoder& to, const Handle<R>& handle) {
    to.out().byte_list(as_u8(handle.bytes));
  }

  static Handle<R> decode(Decoder& from) {
    const auto bytes = from.in().byte_list("handle");
    return {from.spend(bytes.size()) ? std::string(as_text(bytes)) : std::string()};
  }

  static wit::ValueTypePtr type() { return internal::made_type({.kind = codec::Kind::own}); }
};

template <wit::NativeEnum T>
struct Codec<T> {
  static constexpr bool kAsync = false;
  static constexpr auto& kNames = wit::EnumTraits<T>::kNames;

  static void encode(Encoder& to, T value) {
    const auto index = static_cast<std::uint32_t>(value);
    if (index >= kNames.size()) [[unlikely]] {
      to.out().fail(
          Error(ErrorKind::invalid, "enum case {}: expected one below {}", index, kNames.size()));
    }
    to.out().discriminant(index);
  }

  static T decode(Decoder& from) {
    return static_cast<T>(from.in().discriminant(kNames.size(), "enum"));
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_names(codec::Kind::enumeration, kNames, {});
  }
};

// Bits without a label are not sent.
template <wit::NativeFlags T>
struct Codec<T> {
  static constexpr bool kAsync = false;
  static constexpr std::size_t kCount = wit::kFlagCount<T>;
  using Bits = decltype(T::bits);

  static void encode(Encoder& to, const T& value) {
    if constexpr (wit::kFlagsAreNumber<T>) {
      to.out().flags(static_cast<Bits>(value.bits & wit::kFlagMask<T>), kCount);
    } else {
      std::array<std::uint8_t, (kCount + 7) / 8> bytes{};
      for (std::size_t i = 0; i < kCount; ++i) {
        bytes[i / 8] |= static_cast<std::uint8_t>((value.bits[i] ? 1U : 0U) << i % 8);
      }
      to.out().raw(bytes);
    }
  }

  static T decode(Decoder& from) {
    T value{};
    if constexpr (wit::kFlagsAreNumber<T>) {
      value.bits = static_cast<Bits>(from.in().flag_bits(kCount));
    } else {
      const auto bytes = from.in().flags(kCount);
      for (std::size_t i = 0; !bytes.empty() && i < kCount; ++i) {
        value.bits[i] = (bytes[i / 8] >> i % 8 & 1U) != 0;
      }
    }
    return value;
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_names(codec::Kind::flags, wit::FlagsTraits<T>::kNames, {});
  }
};

// --- lists ---

template <typename T>
struct Codec<std::span<const T>> {
  static constexpr bool kAsync = false;
  static_assert(!codec::is_async<T>(), "take a std::vector of what holds streams or futures");

  static void encode(Encoder& to, std::span<const T> values) {
    if constexpr (RawElement<T>) {
      to.out().list(values);
    } else {
      to.out().count(values.size());
      codec::encode_items<T>(to, values, 0);
    }
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::list, {wire_type<T>()});
  }
};

template <typename T>
struct Codec<std::vector<T>> {
  static constexpr bool kAsync = codec::is_async<T>();

  template <typename U>
  static void encode(Encoder& to, U&& values) {
    if constexpr (RawElement<T>) {
      to.out().list(std::span<const T>(values));
    } else {
      to.out().count(values.size());
      codec::encode_items<T>(to, std::forward<U>(values), 0);
    }
  }

  static std::vector<T> decode(Decoder& from) {
    if constexpr (RawElement<T>) {
      std::vector<T> values = from.in().template list<T>();
      from.spend(values.size() * sizeof(T));
      return values;
    } else {
      return codec::decode_items<T>(from, from.in().count(), 0);
    }
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::list, {wire_type<T>()});
  }
};

template <typename T, std::size_t N>
struct Codec<std::array<T, N>> {
  static_assert(N > 0, "a list of fixed length 0 has no form on the wire");
  static constexpr bool kAsync = codec::is_async<T>();

  template <typename U>
  static void encode(Encoder& to, U&& values) {
    codec::encode_items<T>(to, std::forward<U>(values), 0);
  }

  static std::array<T, N> decode(Decoder& from) {
    std::array<T, N> values{};
    for (std::size_t i = 0; i < N && !from.in().failed(); ++i) {
      values[i] = codec::decode_item<T>(from, i);
    }
    return values;
  }

  static wit::ValueTypePtr type() {
    return internal::made_type({.kind = codec::Kind::fixed_list,
                                .names = {},
                                .parts = {wire_type<T>()},
                                .length = static_cast<std::uint32_t>(N)});
  }
};

// --- tuples and records ---

// Nothing (`std::tuple<>`) is what a function without parameters takes.
template <typename... Ts>
struct Codec<std::tuple<Ts...>> {
  static constexpr bool kAsync = (codec::is_async<Ts>() || ...);
  using Indices = std::index_sequence_for<Ts...>;

  template <typename U>
  static void encode(Encoder& to, U&& values) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (codec::encode_item<Ts>(to, I, std::get<I>(std::forward<U>(values))), ...);
    }(Indices{});
  }

  static std::tuple<Ts...> decode(Decoder& from) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple<Ts...>{codec::decode_item<Ts>(from, I)...};  // in order, as braces have it
    }(Indices{});
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::tuple, {wire_type<Ts>()...});
  }
};

template <wit::NativeRecord T>
struct Codec<T> {
  template <std::size_t I>
  using Field = wit::FieldType<T, I>;
  using Indices = std::make_index_sequence<wit::kFieldCount<T>>;

  static constexpr bool kAsync = []<std::size_t... I>(std::index_sequence<I...>) {
    return (codec::is_async<Field<I>>() || ...);
  }(Indices{});

  template <typename U>
  static void encode(Encoder& to, U&& value) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (codec::encode_item<Field<I>>(to, I, wit::field<I>(std::forward<U>(value))), ...);
    }(Indices{});
  }

  static T decode(Decoder& from) {
    T value{};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((wit::field<I>(value) = codec::decode_item<Field<I>>(from, I)), ...);
    }(Indices{});
    return value;
  }

  static wit::ValueTypePtr type() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return codec::type_of_names(codec::Kind::record, wit::RecordTraits<T>::kNames,
                                  {wire_type<Field<I>>()...});
    }(Indices{});
  }
};

// --- option, result, variant ---

template <typename T>
struct Codec<std::optional<T>> {
  static constexpr bool kAsync = codec::is_async<T>();

  template <typename U>
  static void encode(Encoder& to, U&& value) {
    to.out().boolean(value.has_value());
    if (value.has_value()) {
      Codec<T>::encode(to, *std::forward<U>(value));
    }
  }

  static std::optional<T> decode(Decoder& from) {
    if (!from.in().status_byte("option status")) {
      return std::nullopt;
    }
    return Codec<T>::decode(from);
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::option, {wire_type<T>()});
  }
};

template <typename T, typename E>
struct Codec<std::expected<T, E>> {
  static constexpr bool kAsync = codec::is_async<T>() || codec::is_async<E>();
  using Value = std::expected<T, E>;

  template <typename U>
  static void encode(Encoder& to, U&& value) {
    to.out().boolean(!value.has_value());
    if (!value.has_value()) {
      codec::encode_payload<E>(to, std::forward<U>(value).error());
    } else if constexpr (!std::is_void_v<T>) {
      codec::encode_payload<T>(to, *std::forward<U>(value));
    }
  }

  static Value decode(Decoder& from) {
    if (from.in().status_byte("result status")) {
      return Value(std::unexpect, codec::decode_payload<E>(from));
    }
    if constexpr (std::is_void_v<T>) {
      return Value{};
    } else {
      return Value(std::in_place, codec::decode_payload<T>(from));
    }
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::result,
                                {codec::type_or_none<T>(), codec::type_or_none<E>()});
  }
};

namespace codec {
template <typename V>
struct Cases;

template <typename... Ts>
struct Cases<std::variant<Ts...>> {
  static constexpr bool kAsync = (is_async<Ts>() || ...);

  static std::vector<wit::ValueTypePtr> types() { return {type_or_none<Ts>()...}; }
};
}  // namespace codec

template <wit::NativeVariant T>
struct Codec<T> {
  using Std = decltype(T::value);
  static constexpr std::size_t kCount = std::variant_size_v<Std>;
  static_assert(kCount == wit::VariantTraits<T>::kNames.size());
  static constexpr bool kAsync = codec::Cases<Std>::kAsync;

  template <typename U>
  static void encode(Encoder& to, U&& variant) {
    const std::size_t which = variant.value.index();
    to.out().discriminant(static_cast<std::uint32_t>(which));
    wit::at_index<kCount>(which, [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
      codec::encode_payload<std::variant_alternative_t<I, Std>>(
          to, std::get<I>(std::forward<U>(variant).value));
    });
  }

  static T decode(Decoder& from) {
    const std::uint32_t which = from.in().discriminant(kCount, "variant");
    return wit::at_index<kCount>(which, [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
      return T{Std(std::in_place_index<I>,
                   codec::decode_payload<std::variant_alternative_t<I, Std>>(from))};
    });
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_names(codec::Kind::variant, wit::VariantTraits<T>::kNames,
                                codec::Cases<Std>::types());
  }
};

}  // namespace wasmcloud::wrpc

#include "wasmcloud/wrpc/codec_parts.h"  // IWYU pragma: export
