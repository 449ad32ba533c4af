// How C++ types cross the canonical ABI: Abi<T> knows a type's size, alignment and flat form at
// compile time, lifts and lowers it straight between guest memory and C++, and checks that a
// component means the same type.
//
//   WIT                     C++
//   bool, u8 .. s64         bool, std::uint8_t .. std::int64_t
//   f32, f64, char          float, double, char32_t
//   string                  std::string; as an argument also std::string_view, into guest memory
//   list<T>                 std::vector<T>; of numbers, as an argument, also std::span<const T>
//   option<T>               std::optional<T>
//   result<T, E>            std::expected<T, E>; nothing is void or Unit as T, Unit as E
//   tuple<A, B>             std::tuple<A, B>
//   record, variant,        as wit/native.h describes them: WC_WIT_RECORD, WC_WIT_VARIANT,
//   enum, flags             WC_WIT_ENUM, WC_WIT_FLAGS (32 labels at most)
//   own<R>, borrow<R>       Own<R>, Borrow<R>: R is a HostResource with WC_COMPONENT_RESOURCE
//
// Views are good for the length of the call.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <expected>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/component/canonical_abi.h"
#include "wasmcloud/component/guest.h"
#include "wasmcloud/component/host_type.h"
#include "wasmcloud/wit/native.h"

namespace wasmcloud::component {

using wit::Unit;

template <typename T>
struct ResourceTraits;  // WC_COMPONENT_RESOURCE

template <typename T>
inline constexpr HostResourceType resource_type_of{ResourceTraits<T>::name};

// An owned handle, lifted or to be lowered: the object itself.
template <typename T>
class Own {
 public:
  Own() = default;

  explicit Own(std::unique_ptr<T> object) : object_(std::move(object)) {}

  T& operator*() const noexcept { return *object_; }

  T* operator->() const noexcept { return object_.get(); }

  T* get() const noexcept { return object_.get(); }

  std::unique_ptr<T> take() && noexcept { return std::move(object_); }

 private:
  std::unique_ptr<T> object_;
};

template <typename T, typename... Args>
Own<T> make_own(Args&&... args) {
  return Own<T>(std::make_unique<T>(std::forward<Args>(args)...));
}

// A borrowed handle: valid for the length of the call.
template <typename T>
class Borrow {
 public:
  Borrow() = default;

  explicit Borrow(T* object) : object_(object) {}

  T& operator*() const noexcept { return *object_; }

  T* operator->() const noexcept { return object_; }

  T* get() const noexcept { return object_; }

 private:
  T* object_ = nullptr;
};

// Each specialisation gives:
//   kLayout, kFlat                                     in memory, as core values (canonical_abi.h)
//   kSize, kAlign                                      those of kLayout
//   T load(Guest&, u32 pointer)                        lift from checked memory
//   T lift(Guest&, const RawValue*& flat)              lift from flat values, taking its own
//   void store(Guest&, T&&/const T&, u32 pointer)      lower into checked memory
//   void lower(Guest&, T&&/const T&, RawValue*& flat)  lower to flat values
//   bool matches(const TypeView&)                      whether the component means this type
template <typename T>
struct Abi;

namespace abi {

template <Layout L, FlatTypes Flat>
struct Figures {
  static constexpr Layout kLayout = L;
  static constexpr FlatTypes kFlat = Flat;
  static constexpr auto kSize = static_cast<std::uint32_t>(L.size);
  static constexpr std::uint32_t kAlign = L.align;
};

template <Primitive Type>
struct Scalar : Figures<primitive_layout(Type), primitive_flat(Type)> {
  static bool matches(const TypeView& type) { return type.is_primitive(Type); }
};

template <typename T, Primitive Type>
struct Integer : Scalar<Type> {
  static_assert(Scalar<Type>::kSize == sizeof(T));

  static T load(Guest& guest, std::uint32_t pointer) { return guest.load<T>(pointer); }

  static T lift(Guest&, const RawValue*& flat) { return static_cast<T>((flat++)->low); }

  static void store(Guest& guest, T value, std::uint32_t pointer) {
    guest.store_value(pointer, value);
  }

  static void lower(Guest&, T value, RawValue*& flat) {
    if constexpr (sizeof(T) == 8) {
      (flat++)->set_u64(static_cast<std::uint64_t>(value));
    } else {  // signed types extend their sign to 32 bits
      (flat++)->set_u32(static_cast<std::uint32_t>(value));
    }
  }
};

// Any bit pattern in, any bit pattern out: list<T> may be copied as bytes.
template <typename T>
concept Copyable = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char32_t>;

}  // namespace abi

template <>
struct Abi<std::uint8_t> : abi::Integer<std::uint8_t, Primitive::u8> {};

template <>
struct Abi<std::int8_t> : abi::Integer<std::int8_t, Primitive::s8> {};

template <>
struct Abi<std::uint16_t> : abi::Integer<std::uint16_t, Primitive::u16> {};

template <>
struct Abi<std::int16_t> : abi::Integer<std::int16_t, Primitive::s16> {};

template <>
struct Abi<std::uint32_t> : abi::Integer<std::uint32_t, Primitive::u32> {};

template <>
struct Abi<std::int32_t> : abi::Integer<std::int32_t, Primitive::s32> {};

template <>
struct Abi<std::uint64_t> : abi::Integer<std::uint64_t, Primitive::u64> {};

template <>
struct Abi<std::int64_t> : abi::Integer<std::int64_t, Primitive::s64> {};

template <>
struct Abi<bool> : abi::Scalar<Primitive::boolean> {
  static bool load(Guest& guest, std::uint32_t pointer) {
    return guest.load<std::uint8_t>(pointer) != 0;
  }

  static bool lift(Guest&, const RawValue*& flat) { return (flat++)->u32() != 0; }

  static void store(Guest& guest, bool value, std::uint32_t pointer) {
    guest.store_value<std::uint8_t>(pointer, value ? 1 : 0);
  }

  static void lower(Guest&, bool value, RawValue*& flat) { (flat++)->set_u32(value ? 1 : 0); }
};

template <>
struct Abi<char32_t> : abi::Scalar<Primitive::character> {
  static char32_t checked(Guest& guest, std::uint32_t code) {
    if (code >= 0x110000 || (code >= 0xd800 && code <= 0xdfff)) [[unlikely]] {
      guest.fail_trap("converted integer out of range for `char`");
      return 0;
    }
    return static_cast<char32_t>(code);
  }

  static char32_t load(Guest& guest, std::uint32_t pointer) {
    return checked(guest, guest.load<std::uint32_t>(pointer));
  }

  static char32_t lift(Guest& guest, const RawValue*& flat) {
    return checked(guest, (flat++)->u32());
  }

  static void store(Guest& guest, char32_t value, std::uint32_t pointer) {
    guest.store_value(pointer, static_cast<std::uint32_t>(value));
  }

  static void lower(Guest&, char32_t value, RawValue*& flat) {
    (flat++)->set_u32(static_cast<std::uint32_t>(value));
  }
};

template <>
struct Abi<float> : abi::Scalar<Primitive::f32> {
  static float load(Guest& guest, std::uint32_t pointer) {
    return std::bit_cast<float>(guest.load<std::uint32_t>(pointer));
  }

  static float lift(Guest&, const RawValue*& flat) { return std::bit_cast<float>((flat++)->u32()); }

  static void store(Guest& guest, float value, std::uint32_t pointer) {
    guest.store_value(pointer, std::bit_cast<std::uint32_t>(value));
  }

  static void lower(Guest&, float value, RawValue*& flat) {
    (flat++)->set_u32(std::bit_cast<std::uint32_t>(value));
  }
};

template <>
struct Abi<double> : abi::Scalar<Primitive::f64> {
  static double load(Guest& guest, std::uint32_t pointer) {
    return std::bit_cast<double>(guest.load<std::uint64_t>(pointer));
  }

  static double lift(Guest&, const RawValue*& flat) {
    return std::bit_cast<double>((flat++)->u64());
  }

  static void store(Guest& guest, double value, std::uint32_t pointer) {
    guest.store_value(pointer, std::bit_cast<std::uint64_t>(value));
  }

  static void lower(Guest&, double value, RawValue*& flat) {
    (flat++)->set_u64(std::bit_cast<std::uint64_t>(value));
  }
};

namespace abi {

// Whatever is a pointer and a length: `Derived` has lift_pair(guest, pointer, length) and
// lower_pair(guest, value).
template <typename Derived, typename T>
struct Pair : Figures<pair_layout(), pair_flat()> {
  static T load(Guest& guest, std::uint32_t pointer) {
    return Derived::lift_pair(guest, guest.load<std::uint32_t>(pointer),
                              guest.load<std::uint32_t>(pointer + 4));
  }

  static T lift(Guest& guest, const RawValue*& flat) {
    const std::uint32_t pointer = (flat++)->u32();
    const std::uint32_t length = (flat++)->u32();
    return Derived::lift_pair(guest, pointer, length);
  }

  template <typename U>
  static void store(Guest& guest, U&& value, std::uint32_t pointer) {
    const Guest::Lowered lowered = Derived::lower_pair(guest, std::forward<U>(value));
    guest.store_value(pointer, lowered.pointer);
    guest.store_value(pointer + 4, lowered.length);
  }

  template <typename U>
  static void lower(Guest& guest, U&& value, RawValue*& flat) {
    const Guest::Lowered lowered = Derived::lower_pair(guest, std::forward<U>(value));
    (flat++)->set_u32(lowered.pointer);
    (flat++)->set_u32(lowered.length);
  }
};

template <typename T>
struct String : Pair<String<T>, T> {
  static T lift_pair(Guest& guest, std::uint32_t pointer, std::uint32_t length) {
    const std::string_view text = guest.lift_string(pointer, length);
    if constexpr (!std::same_as<T, std::string_view>) {
      if (!guest.charge(text.size())) [[unlikely]] {
        return {};
      }
    }
    return T(text);
  }

  static Guest::Lowered lower_pair(Guest& guest, std::string_view text) {
    return guest.lower_string(text);
  }

  static bool matches(const TypeView& type) { return type.is_primitive(Primitive::string); }
};

// A list's bytes, checked; its length is known to fit.
template <typename T>
std::span<std::uint8_t> list_bytes(Guest& guest, std::uint32_t pointer, std::uint32_t length) {
  return guest.bytes(pointer, std::uint64_t{length} * Abi<T>::kSize, Abi<T>::kAlign, "list");
}

template <typename T>
Guest::Lowered lower_copied(Guest& guest, std::span<const T> values) {
  const std::uint64_t size = values.size_bytes();
  const std::uint32_t pointer = guest.allocate(size, Abi<T>::kAlign, "list");
  const auto target = guest.bytes(pointer, size, Abi<T>::kAlign, "list");
  if (!guest.failed() && size != 0) {
    std::memcpy(target.data(), values.data(), size);
  }
  return {pointer, static_cast<std::uint32_t>(values.size())};
}

}  // namespace abi

template <>
struct Abi<std::string_view> : abi::String<std::string_view> {};

template <>
struct Abi<std::string> : abi::String<std::string> {};

template <abi::Copyable T>
struct Abi<std::span<const T>> : abi::Pair<Abi<std::span<const T>>, std::span<const T>> {
  static std::span<const T> lift_pair(Guest& guest, std::uint32_t pointer, std::uint32_t length) {
    const auto bytes = abi::list_bytes<T>(guest, pointer, length);
    if (guest.failed()) {
      return {};
    }
    // Aligned as the check above has it, and a guest's memory starts at a page.
    return {reinterpret_cast<const T*>(bytes.data()), length};
  }

  static Guest::Lowered lower_pair(Guest& guest, std::span<const T> values) {
    return abi::lower_copied(guest, values);
  }

  static bool matches(const TypeView& type) {
    return type.is_list() && Abi<T>::matches(type.element());
  }
};

template <typename T>
struct Abi<std::vector<T>> : abi::Pair<Abi<std::vector<T>>, std::vector<T>> {
  static std::vector<T> lift_pair(Guest& guest, std::uint32_t pointer, std::uint32_t length) {
    std::vector<T> values;
    const auto bytes = abi::list_bytes<T>(guest, pointer, length);
    if (!guest.charge(std::uint64_t{length} * sizeof(T))) {
      return values;
    }
    if constexpr (abi::Copyable<T>) {
      values.resize(length);
      if (length != 0) {
        std::memcpy(values.data(), bytes.data(), bytes.size());
      }
    } else {
      values.reserve(length);
      for (std::uint32_t i = 0; i < length && !guest.failed(); ++i) {
        values.push_back(Abi<T>::load(guest, pointer + i * Abi<T>::kSize));
      }
    }
    return values;
  }

  template <typename U>
  static Guest::Lowered lower_pair(Guest& guest, U&& values) {
    if constexpr (abi::Copyable<T>) {
      return abi::lower_copied(guest, std::span<const T>(values));
    } else {
      const std::uint32_t pointer =
          guest.allocate(std::uint64_t{values.size()} * Abi<T>::kSize, Abi<T>::kAlign, "list");
      for (std::size_t i = 0; i < values.size() && !guest.failed(); ++i) {
        const auto at = static_cast<std::uint32_t>(pointer + i * Abi<T>::kSize);
        if constexpr (std::is_rvalue_reference_v<U&&>) {
          Abi<T>::store(guest, std::move(values[i]), at);
        } else {
          Abi<T>::store(guest, values[i], at);
        }
      }
      return {pointer, static_cast<std::uint32_t>(values.size())};
    }
  }

  static bool matches(const TypeView& type) {
    return type.is_list() && Abi<T>::matches(type.element());
  }
};

// --- records and tuples ---

namespace abi {

template <typename... Fields>
constexpr Layout record_layout() {
  RecordLayout layout;
  (layout.add(Abi<Fields>::kLayout), ...);
  return layout.finish();
}

template <typename... Fields>
constexpr FlatTypes record_flat() {
  FlatTypes flat;
  (flat.append(Abi<Fields>::kFlat), ...);
  return flat;
}

template <typename... Fields>
struct Sequence : Figures<record_layout<Fields...>(), record_flat<Fields...>()> {
  static constexpr std::size_t kCount = sizeof...(Fields);

  static constexpr auto kOffsets = [] {
    std::array<std::uint32_t, kCount> offsets{};
    RecordLayout layout;
    std::size_t i = 0;
    ((offsets[i++] = static_cast<std::uint32_t>(layout.add(Abi<Fields>::kLayout))), ...);
    return offsets;
  }();
};

}  // namespace abi

template <typename... Ts>
struct Abi<std::tuple<Ts...>> : abi::Sequence<Ts...> {
  using Base = abi::Sequence<Ts...>;
  using Tuple = std::tuple<Ts...>;

  static Tuple load(Guest& guest, std::uint32_t pointer) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return Tuple{Abi<Ts>::load(guest, pointer + Base::kOffsets[I])...};
    }(std::index_sequence_for<Ts...>{});
  }

  static Tuple lift(Guest& guest, const RawValue*& flat) {
    return Tuple{Abi<Ts>::lift(guest, flat)...};
  }

  template <typename U>
  static void store(Guest& guest, U&& value, std::uint32_t pointer) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (Abi<Ts>::store(guest, std::get<I>(std::forward<U>(value)), pointer + Base::kOffsets[I]),
       ...);
    }(std::index_sequence_for<Ts...>{});
  }

  template <typename U>
  static void lower(Guest& guest, U&& value, RawValue*& flat) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (Abi<Ts>::lower(guest, std::get<I>(std::forward<U>(value)), flat), ...);
    }(std::index_sequence_for<Ts...>{});
  }

  static bool matches(const TypeView& type) {
    if (!type.is_tuple() || type.child_count() != sizeof...(Ts)) {
      return false;
    }
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (Abi<Ts>::matches(type.child(I)) && ...);
    }(std::index_sequence_for<Ts...>{});
  }
};

namespace abi {
template <wit::NativeRecord T>
struct RecordSequence {
  template <std::size_t... I>
  static Sequence<wit::FieldType<T, I>...> make(std::index_sequence<I...>);

  using type = decltype(make(std::make_index_sequence<wit::kFieldCount<T>>{}));
};
}  // namespace abi

template <wit::NativeRecord T>
struct Abi<T> : abi::RecordSequence<T>::type {
  using Base = typename abi::RecordSequence<T>::type;
  template <std::size_t I>
  using Field = wit::FieldType<T, I>;
  using Indices = std::make_index_sequence<Base::kCount>;

  static T load(Guest& guest, std::uint32_t pointer) {
    T value{};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((wit::field<I>(value) = Abi<Field<I>>::load(guest, pointer + Base::kOffsets[I])), ...);
    }(Indices{});
    return value;
  }

  static T lift(Guest& guest, const RawValue*& flat) {
    T value{};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((wit::field<I>(value) = Abi<Field<I>>::lift(guest, flat)), ...);
    }(Indices{});
    return value;
  }

  template <typename U>
  static void store(Guest& guest, U&& value, std::uint32_t pointer) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (Abi<Field<I>>::store(guest, wit::field<I>(std::forward<U>(value)),
                            pointer + Base::kOffsets[I]),
       ...);
    }(Indices{});
  }

  template <typename U>
  static void lower(Guest& guest, U&& value, RawValue*& flat) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (Abi<Field<I>>::lower(guest, wit::field<I>(std::forward<U>(value)), flat), ...);
    }(Indices{});
  }

  static bool matches(const TypeView& type) {
    if (!type.is_record() || type.child_count() != Base::kCount) {
      return false;
    }
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return ((type.child_name(I) == wit::RecordTraits<T>::kNames[I] &&
               Abi<Field<I>>::matches(type.child(I))) &&
              ...);
    }(Indices{});
  }
};

// --- variants, and what is one: option, result, enum ---

namespace abi {

// Calls `f` with the Abi of each payload (Unit: none).
template <typename... Cases, typename F>
constexpr void each_payload(F f) {
  const auto one = [&]<typename T>() {
    if constexpr (!std::same_as<T, Unit>) {
      f.template operator()<Abi<T>>();
    }
  };
  (one.template operator()<Cases>(), ...);
}

template <typename... Cases>
constexpr VariantLayout variant_layout() {
  VariantLayout layout(sizeof...(Cases));
  each_payload<Cases...>([&]<typename Payload>() { layout.add(Payload::kLayout); });
  return layout;
}

template <typename... Cases>
constexpr FlatTypes variant_flat() {
  VariantFlat flat;
  each_payload<Cases...>([&]<typename Payload>() { flat.add(Payload::kFlat); });
  return flat.finish();
}

// Layout and conversions of a variant with these payloads (Unit: none).
template <typename... Cases>
struct Cases_ : Figures<variant_layout<Cases...>().finish(), variant_flat<Cases...>()> {
  static constexpr std::size_t kCount = sizeof...(Cases);
  static constexpr std::uint32_t kDiscriminant = discriminant_size(kCount);
  static constexpr auto kPayload =
      static_cast<std::uint32_t>(variant_layout<Cases...>().payload_offset());
  static constexpr std::size_t kFlatCount = variant_flat<Cases...>().count;

  static std::uint32_t load_discriminant(Guest& guest, std::uint32_t pointer) {
    std::uint32_t value = 0;
    if constexpr (kDiscriminant == 1) {
      value = guest.load<std::uint8_t>(pointer);
    } else if constexpr (kDiscriminant == 2) {
      value = guest.load<std::uint16_t>(pointer);
    } else {
      value = guest.load<std::uint32_t>(pointer);
    }
    return checked(guest, value);
  }

  static std::uint32_t checked(Guest& guest, std::uint32_t value) {
    if (value >= kCount) [[unlikely]] {
      guest.fail(Error(ErrorKind::trap, "discriminant {} out of range [0..{})", value, kCount));
      return 0;
    }
    return value;
  }

  static void store_discriminant(Guest& guest, std::uint32_t pointer, std::size_t value) {
    if constexpr (kDiscriminant == 1) {
      guest.store_value(pointer, static_cast<std::uint8_t>(value));
    } else if constexpr (kDiscriminant == 2) {
      guest.store_value(pointer, static_cast<std::uint16_t>(value));
    } else {
      guest.store_value(pointer, static_cast<std::uint32_t>(value));
    }
  }

  // A payload's flat values lie in joined slots: as bits they are the same but for i64 slots of
  // 32-bit values, whose high half is zero when lowered and ignored when lifted. RawValue keeps
  // both as the low bits, so no conversion is needed.
  template <typename T>
  static T lift_payload(Guest& guest, const RawValue* flat) {
    if constexpr (std::same_as<T, Unit>) {
      return Unit{};
    } else {
      return Abi<T>::lift(guest, flat);
    }
  }

  template <typename T, typename U>
  static void lower_payload(Guest& guest, U&& value, RawValue*& flat) {
    RawValue* const end = flat + (kFlatCount - 1);
    if constexpr (!std::same_as<T, Unit>) {
      Abi<T>::lower(guest, std::forward<U>(value), flat);
    }
    for (; flat != end; ++flat) {
      *flat = RawValue{};
    }
  }

  template <typename T>
  static T load_payload(Guest& guest, std::uint32_t pointer) {
    if constexpr (std::same_as<T, Unit>) {
      return Unit{};
    } else {
      return Abi<T>::load(guest, pointer + kPayload);
    }
  }

  template <typename T, typename U>
  static void store_payload(Guest& guest, U&& value, std::uint32_t pointer) {
    if constexpr (!std::same_as<T, Unit>) {
      Abi<T>::store(guest, std::forward<U>(value), pointer + kPayload);
    }
  }
};

template <typename T>
bool payload_matches(const std::optional<TypeView>& type) {
  if constexpr (std::same_as<T, Unit>) {
    return !type.has_value();
  } else {
    return type.has_value() && Abi<T>::matches(*type);
  }
}

}  // namespace abi

template <typename T>
struct Abi<std::optional<T>> : abi::Cases_<Unit, T> {
  using Base = abi::Cases_<Unit, T>;

  static std::optional<T> load(Guest& guest, std::uint32_t pointer) {
    if (Base::load_discriminant(guest, pointer) == 0) {
      return std::nullopt;
    }
    return Base::template load_payload<T>(guest, pointer);
  }

  static std::optional<T> lift(Guest& guest, const RawValue*& flat) {
    const RawValue* const payload = flat + 1;
    const std::uint32_t which = Base::checked(guest, flat->u32());
    flat += Base::kFlatCount;
    if (which == 0) {
      return std::nullopt;
    }
    return Base::template lift_payload<T>(guest, payload);
  }

  template <typename U>
  static void store(Guest& guest, U&& value, std::uint32_t pointer) {
    Base::store_discriminant(guest, pointer, value.has_value() ? 1 : 0);
    if (value.has_value()) {
      Base::template store_payload<T>(guest, *std::forward<U>(value), pointer);
    }
  }

  template <typename U>
  static void lower(Guest& guest, U&& value, RawValue*& flat) {
    (flat++)->set_u32(value.has_value() ? 1 : 0);
    if (value.has_value()) {
      Base::template lower_payload<T>(guest, *std::forward<U>(value), flat);
    } else {
      Base::template lower_payload<Unit>(guest, Unit{}, flat);
    }
  }

  static bool matches(const TypeView& type) {
    return type.is_option() && Abi<T>::matches(type.element());
  }
};

template <typename T, typename E>
struct Abi<std::expected<T, E>> : abi::Cases_<std::conditional_t<std::is_void_v<T>, Unit, T>, E> {
  using Ok = std::conditional_t<std::is_void_v<T>, Unit, T>;
  using Base = abi::Cases_<Ok, E>;
  using Value = std::expected<T, E>;

  static Value load(Guest& guest, std::uint32_t pointer) {
    if (Base::load_discriminant(guest, pointer) != 0) {
      return std::unexpected(Base::template load_payload<E>(guest, pointer));
    }
    if constexpr (std::is_void_v<T>) {
      return Value{};
    } else {
      return Value(Base::template load_payload<T>(guest, pointer));
    }
  }

  static Value lift(Guest& guest, const RawValue*& flat) {
    const RawValue* const payload = flat + 1;
    const std::uint32_t which = Base::checked(guest, flat->u32());
    flat += Base::kFlatCount;
    if (which != 0) {
      return std::unexpected(Base::template lift_payload<E>(guest, payload));
    }
    if constexpr (std::is_void_v<T>) {
      return Value{};
    } else {
      return Value(Base::template lift_payload<T>(guest, payload));
    }
  }

  template <typename U>
  static void store(Guest& guest, U&& value, std::uint32_t pointer) {
    Base::store_discriminant(guest, pointer, value.has_value() ? 0 : 1);
    if (!value.has_value()) {
      Base::template store_payload<E>(guest, std::forward<U>(value).error(), pointer);
    } else if constexpr (!std::is_void_v<T>) {
      Base::template store_payload<T>(guest, *std::forward<U>(value), pointer);
    }
  }

  template <typename U>
  static void lower(Guest& guest, U&& value, RawValue*& flat) {
    (flat++)->set_u32(value.has_value() ? 0 : 1);
    if (!value.has_value()) {
      Base::template lower_payload<E>(guest, std::forward<U>(value).error(), flat);
    } else if constexpr (std::is_void_v<T>) {
      Base::template lower_payload<Unit>(guest, Unit{}, flat);
    } else {
      Base::template lower_payload<T>(guest, *std::forward<U>(value), flat);
    }
  }

  static bool matches(const TypeView& type) {
    return type.is_result() && abi::payload_matches<Ok>(type.ok()) &&
           abi::payload_matches<E>(type.err());
  }
};

namespace abi {
template <typename V>
struct VariantCases;

template <typename... Ts>
struct VariantCases<std::variant<Ts...>> {
  using type = Cases_<Ts...>;
};
}  // namespace abi

template <wit::NativeVariant T>
struct Abi<T> : abi::VariantCases<decltype(T::value)>::type {
  using Std = decltype(T::value);
  using Base = typename abi::VariantCases<Std>::type;
  using Indices = std::make_index_sequence<Base::kCount>;
  template <std::size_t I>
  using Case = std::variant_alternative_t<I, Std>;

  static T load(Guest& guest, std::uint32_t pointer) {
    return wit::at_index<Base::kCount>(
        Base::load_discriminant(guest, pointer),
        [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
          return T{
              Std(std::in_place_index<I>, Base::template load_payload<Case<I>>(guest, pointer))};
        });
  }

  static T lift(Guest& guest, const RawValue*& flat) {
    const RawValue* const payload = flat + 1;
    const std::uint32_t which = Base::checked(guest, flat->u32());
    flat += Base::kFlatCount;
    return wit::at_index<Base::kCount>(which, [&]<std::size_t I>(
                                                  std::integral_constant<std::size_t, I>) {
      return T{Std(std::in_place_index<I>, Base::template lift_payload<Case<I>>(guest, payload))};
    });
  }

  template <typename U>
  static void store(Guest& guest, U&& variant, std::uint32_t pointer) {
    Base::store_discriminant(guest, pointer, variant.value.index());
    wit::at_index<Base::kCount>(variant.value.index(),
                                [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
                                  Base::template store_payload<Case<I>>(
                                      guest, std::get<I>(std::forward<U>(variant).value), pointer);
                                });
  }

  template <typename U>
  static void lower(Guest& guest, U&& variant, RawValue*& flat) {
    (flat++)->set_u32(static_cast<std::uint32_t>(variant.value.index()));
    wit::at_index<Base::kCount>(variant.value.index(),
                                [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
                                  Base::template lower_payload<Case<I>>(
                                      guest, std::get<I>(std::forward<U>(variant).value), flat);
                                });
  }

  static bool matches(const TypeView& type) {
    if (!type.is_variant() || type.child_count() != Base::kCount) {
      return false;
    }
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return ((type.child_name(I) == wit::VariantTraits<T>::kNames[I] &&
               abi::payload_matches<Case<I>>(type.case_payload(I))) &&
              ...);
    }(Indices{});
  }
};

template <wit::NativeEnum T>
struct Abi<T>
    : abi::Figures<enum_layout(wit::EnumTraits<T>::kNames.size()), FlatTypes{FlatType::i32}> {
  static constexpr std::size_t kCount = wit::EnumTraits<T>::kNames.size();
  using Stored = std::conditional_t<Abi::kSize == 1, std::uint8_t, std::uint16_t>;
  static_assert(kCount <= 65536);

  static T checked(Guest& guest, std::uint32_t value) {
    if (value >= kCount) [[unlikely]] {
      guest.fail(Error(ErrorKind::trap, "discriminant {} out of range [0..{})", value, kCount));
      return T{};
    }
    return static_cast<T>(value);
  }

  static T load(Guest& guest, std::uint32_t pointer) {
    return checked(guest, guest.load<Stored>(pointer));
  }

  static T lift(Guest& guest, const RawValue*& flat) { return checked(guest, (flat++)->u32()); }

  static void store(Guest& guest, T value, std::uint32_t pointer) {
    guest.store_value(pointer, static_cast<Stored>(value));
  }

  static void lower(Guest&, T value, RawValue*& flat) {
    (flat++)->set_u32(static_cast<std::uint32_t>(value));
  }

  static bool matches(const TypeView& type) {
    return type.is_enum() && type.names_equal(wit::EnumTraits<T>::kNames);
  }
};

template <wit::NativeFlags T>
struct Abi<T> : abi::Figures<flags_layout(wit::kFlagCount<T>), FlatTypes{FlatType::i32}> {
  using Bits = decltype(T::bits);
  static constexpr std::uint32_t kMask = wit::kFlagMask<T>;
  static_assert(wit::kFlagCount<T> <= 32);
  using Stored =
      std::conditional_t<Abi::kSize == 1, std::uint8_t,
                         std::conditional_t<Abi::kSize == 2, std::uint16_t, std::uint32_t>>;

  static T load(Guest& guest, std::uint32_t pointer) {
    return T{static_cast<Bits>(guest.load<Stored>(pointer) & kMask)};
  }

  static T lift(Guest&, const RawValue*& flat) {
    return T{static_cast<Bits>((flat++)->u32() & kMask)};
  }

  static void store(Guest& guest, T value, std::uint32_t pointer) {
    guest.store_value(pointer, static_cast<Stored>(value.bits));
  }

  static void lower(Guest&, T value, RawValue*& flat) { (flat++)->set_u32(value.bits); }

  static bool matches(const TypeView& type) {
    return type.is_flags() && type.names_equal(wit::FlagsTraits<T>::kNames);
  }
};

// --- handles ---

namespace abi {
template <typename Derived, typename T>
struct Handle : Figures<handle_layout(), FlatTypes{FlatType::i32}> {
  static T load(Guest& guest, std::uint32_t pointer) {
    return Derived::lift_handle(guest, guest.load<std::uint32_t>(pointer));
  }

  static T lift(Guest& guest, const RawValue*& flat) {
    return Derived::lift_handle(guest, (flat++)->u32());
  }

  template <typename U>
  static void store(Guest& guest, U&& value, std::uint32_t pointer) {
    guest.store_value(pointer, Derived::lower_handle(guest, std::forward<U>(value)));
  }

  template <typename U>
  static void lower(Guest& guest, U&& value, RawValue*& flat) {
    (flat++)->set_u32(Derived::lower_handle(guest, std::forward<U>(value)));
  }
};
}  // namespace abi

template <typename R>
struct Abi<Own<R>> : abi::Handle<Abi<Own<R>>, Own<R>> {
  static Own<R> lift_handle(Guest& guest, std::uint32_t handle) {
    // The handle's resource type was compared with R's when the component was loaded, and is at run
    // time.
    return Own<R>(std::unique_ptr<R>(static_cast<R*>(
        guest.lift_own(handle, resource_index(guest, resource_type_of<R>)).release())));
  }

  static std::uint32_t lower_handle(Guest& guest, Own<R> value) {
    return guest.lower_own(std::move(value).take(), resource_index(guest, resource_type_of<R>));
  }

  static bool matches(const TypeView& type) { return type.is_own(&resource_type_of<R>); }
};

template <typename R>
struct Abi<Borrow<R>> : abi::Handle<Abi<Borrow<R>>, Borrow<R>> {
  static Borrow<R> lift_handle(Guest& guest, std::uint32_t handle) {
    return Borrow<R>(
        static_cast<R*>(guest.lift_borrow(handle, resource_index(guest, resource_type_of<R>))));
  }

  static bool matches(const TypeView& type) { return type.is_borrow(&resource_type_of<R>); }
};

}  // namespace wasmcloud::component

// In the namespace wasmcloud::component, or at global scope with full names.
#define WC_COMPONENT_RESOURCE(Type, Name)             \
  template <>                                         \
  struct wasmcloud::component::ResourceTraits<Type> { \
    static constexpr std::string_view name = Name;    \
  }
