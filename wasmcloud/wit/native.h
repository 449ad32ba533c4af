// How C++ types stand for WIT types: what the compiler cannot know of a struct or enum (that it is
// a record, what its fields are called) is said once, by a macro after it, and whatever carries
// values reads it here: the canonical ABI (component/abi.h), wRPC (wrpc/codec.h). Pure.
//
//   WIT       C++
//   record    a struct with WC_WIT_RECORD
//   variant   a struct with a std::variant `value`, WC_WIT_VARIANT; Unit where a case has no
//   payload enum      an enum class, its cases in order from 0, with WC_WIT_ENUM flags     a struct
//   with `bits`, label i being bit i, WC_WIT_FLAGS: an unsigned integer that has
//             as many bits as there are labels, or more; beyond 64 labels a std::bitset
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace wasmcloud::wit {

// No value where a template wants a type.
struct Unit {
  friend bool operator==(Unit, Unit) = default;
};

template <typename T>
struct RecordTraits;  // WC_WIT_RECORD: kMembers, kNames
template <typename T>
struct VariantTraits;  // WC_WIT_VARIANT: kNames, as the others
template <typename T>
struct EnumTraits;  // WC_WIT_ENUM
template <typename T>
struct FlagsTraits;  // WC_WIT_FLAGS

template <typename T>
concept NativeRecord = requires { RecordTraits<T>::kNames; };
template <typename T>
concept NativeVariant = requires { VariantTraits<T>::kNames; };
template <typename T>
concept NativeEnum = requires { EnumTraits<T>::kNames; };
template <typename T>
concept NativeFlags = requires { FlagsTraits<T>::kNames; };

namespace internal {
template <typename Member>
struct MemberType;

template <typename T, typename M>
struct MemberType<M T::*> {
  using type = M;
};
}  // namespace internal

template <NativeRecord T>
inline constexpr std::size_t kFieldCount = RecordTraits<T>::kNames.size();

// The I-th field of a record, to read or to write.
template <std::size_t I, typename Record>
constexpr auto&& field(Record&& record) noexcept {
  return std::forward<Record>(record).*
         std::get<I>(RecordTraits<std::remove_cvref_t<Record>>::kMembers);
}

template <NativeRecord T, std::size_t I>
using FieldType = typename internal::MemberType<
    std::remove_cvref_t<decltype(std::get<I>(RecordTraits<T>::kMembers))>>::type;

// Calls `body` with the index as a std::integral_constant. `which` is below `Count`.
template <std::size_t Count, std::size_t I = 0, typename F>
constexpr auto at_index(std::size_t which, F&& body) {
  if constexpr (I + 1 < Count) {
    if (which != I) {
      return at_index<Count, I + 1>(which, std::forward<F>(body));
    }
  }
  return body(std::integral_constant<std::size_t, I>{});
}

template <NativeFlags T>
inline constexpr std::size_t kFlagCount = FlagsTraits<T>::kNames.size();

// Whether `bits` is a number and not a std::bitset.
template <NativeFlags T>
inline constexpr bool kFlagsAreNumber = std::unsigned_integral<decltype(T::bits)>;

// Of flags that are a number: those with a label.
template <NativeFlags T>
  requires kFlagsAreNumber<T>
inline constexpr auto kFlagMask = [] {
  using Bits = decltype(T::bits);
  constexpr std::size_t kWidth = std::numeric_limits<Bits>::digits;
  static_assert(kFlagCount<T> <= kWidth, "`bits` is too narrow for the labels");
  return static_cast<Bits>(std::numeric_limits<Bits>::max() >> (kWidth - kFlagCount<T>));
}();

}  // namespace wasmcloud::wit

// All at global scope, after the type, with its full name; names as WIT has them, in its order.
#define WC_WIT_NAMES(Traits, Type, ...)                                            \
  template <>                                                                      \
  struct wasmcloud::wit::Traits<Type> {                                            \
    static constexpr auto kNames = std::to_array<std::string_view>({__VA_ARGS__}); \
  }
#define WC_WIT_ENUM(Type, ...) WC_WIT_NAMES(EnumTraits, Type, __VA_ARGS__)
#define WC_WIT_FLAGS(Type, ...) WC_WIT_NAMES(FlagsTraits, Type, __VA_ARGS__)
#define WC_WIT_VARIANT(Type, ...) WC_WIT_NAMES(VariantTraits, Type, __VA_ARGS__)

// WC_WIT_RECORD(Datetime, WC_MEMBERS(&Datetime::seconds, &Datetime::nanoseconds), "seconds",
// "nanoseconds");
#define WC_MEMBERS(...) \
  std::tuple { __VA_ARGS__ }
#define WC_WIT_RECORD(Type, Members, ...)                                          \
  template <>                                                                      \
  struct wasmcloud::wit::RecordTraits<Type> {                                      \
    static constexpr auto kMembers = Members;                                      \
    static constexpr auto kNames = std::to_array<std::string_view>({__VA_ARGS__}); \
  }
