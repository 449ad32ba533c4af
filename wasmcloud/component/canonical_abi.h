// The one place that knows how values look to core WebAssembly (CanonicalABI.md "Alignment",
// "Element Size", "Flattening"): how large, how aligned, where the parts lie, as which core values.
// Constant expressions, so that C++ types (abi.h) have their figures at compile time from the same
// rules as the checker (abi_flat.h) and the plans of calls (value_plan.h) at run time. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "wasmcloud/component/ast.h"

namespace wasmcloud::component {

inline constexpr std::size_t kMaxFlatParams = 16;
inline constexpr std::size_t kMaxFlatResults = 1;
inline constexpr std::size_t kMaxFlatAsyncParams = 4;
// elem_size of every defined type, with 64-bit pointers, must be below this.
inline constexpr std::uint64_t kMaxValueBytes = std::uint64_t{1} << 28;

// --- in memory ---

enum class PointerSize : std::uint8_t { bits32, bits64 };

// Bytes in linear memory. Saturates at kMaxBytes, far above what is valid.
struct Layout {
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 40;
  std::uint64_t size = 0;
  std::uint32_t align = 1;
  friend bool operator==(const Layout&, const Layout&) = default;
};

// `align`: a power of two.
constexpr std::uint64_t align_to(std::uint64_t offset, std::uint32_t align) noexcept {
  return (offset + align - 1) & ~std::uint64_t{align - 1};
}

constexpr Layout saturated(std::uint64_t size, std::uint32_t align) noexcept {
  return {.size = std::min(size, Layout::kMaxBytes), .align = align};
}

constexpr Layout scalar_layout(std::uint32_t bytes) noexcept {
  return {.size = bytes, .align = bytes};
}

constexpr std::uint32_t discriminant_size(std::size_t cases) noexcept {
  return cases <= 256 ? 1 : cases <= 65536 ? 2 : 4;
}

constexpr Layout enum_layout(std::size_t names) noexcept {
  return scalar_layout(discriminant_size(names));
}

constexpr Layout flags_layout(std::size_t names) noexcept {
  return scalar_layout(names <= 8 ? 1 : names <= 16 ? 2 : 4);
}

constexpr Layout handle_layout() noexcept { return scalar_layout(4); }

// Strings, lists, maps: a pointer and a length.
constexpr Layout pair_layout(PointerSize pointers = PointerSize::bits32) noexcept {
  return pointers == PointerSize::bits32 ? Layout{.size = 8, .align = 4}
                                         : Layout{.size = 16, .align = 8};
}

constexpr Layout primitive_layout(Primitive type,
                                  PointerSize pointers = PointerSize::bits32) noexcept {
  switch (type) {
    case Primitive::boolean:
    case Primitive::s8:
    case Primitive::u8:
      return scalar_layout(1);
    case Primitive::s16:
    case Primitive::u16:
      return scalar_layout(2);
    case Primitive::s32:
    case Primitive::u32:
    case Primitive::f32:
    case Primitive::character:
      return scalar_layout(4);
    case Primitive::s64:
    case Primitive::u64:
    case Primitive::f64:
      return scalar_layout(8);
    case Primitive::string:
      return pair_layout(pointers);
    case Primitive::error_context:
      return handle_layout();
  }
  return {};
}

// A list of fixed length lies where it is used.
constexpr Layout fixed_list_layout(const Layout& element, std::uint32_t length) noexcept {
  const bool fits = element.size <= Layout::kMaxBytes / std::max(length, 1U);
  return saturated(fits ? element.size * length : Layout::kMaxBytes, element.align);
}

// Records and tuples: fields one after the other, each at its alignment.
class RecordLayout {
 public:
  // Gives the field's offset.
  constexpr std::uint64_t add(const Layout& field) noexcept {
    const std::uint64_t offset = align_to(sum_.size, field.align);
    sum_ = saturated(offset + field.size, std::max(sum_.align, field.align));
    return offset;
  }

  constexpr Layout finish() const noexcept {
    return saturated(align_to(sum_.size, sum_.align), sum_.align);
  }

 private:
  Layout sum_;
};

// Variants, options, results: a discriminant, then room for the largest payload at the largest
// alignment.
class VariantLayout {
 public:
  explicit constexpr VariantLayout(std::size_t cases) noexcept
      : discriminant_(component::discriminant_size(cases)) {}

  constexpr void add(const Layout& payload) noexcept {
    payload_.size = std::max(payload_.size, payload.size);
    payload_.align = std::max(payload_.align, payload.align);
  }

  constexpr std::uint32_t discriminant_size() const noexcept { return discriminant_; }

  constexpr std::uint64_t payload_offset() const noexcept {
    return align_to(discriminant_, payload_.align);
  }

  constexpr Layout finish() const noexcept {
    const std::uint32_t align = std::max(discriminant_, payload_.align);
    return saturated(align_to(payload_offset() + payload_.size, align), align);
  }

 private:
  std::uint32_t discriminant_;
  Layout payload_;
};

// --- as core values ---

enum class FlatType : std::uint8_t { i32, i64, f32, f64 };

// One core type that holds the bits of either.
constexpr FlatType join(FlatType a, FlatType b) noexcept {
  if (a == b) {
    return a;
  }
  const bool both_32 =
      (a == FlatType::i32 || a == FlatType::f32) && (b == FlatType::i32 || b == FlatType::f32);
  return both_32 ? FlatType::i32 : FlatType::i64;
}

// The core values that a value is passed as, if they are few enough to be passed as such at all.
// More are never looked at one by one: they go through memory.
struct FlatTypes {
  static constexpr std::size_t kMax = kMaxFlatParams;
  bool fits = true;  // false: there are more than kMax; `types` holds none
  std::uint8_t count = 0;
  std::array<FlatType, kMax> types{};

  constexpr FlatTypes() noexcept = default;

  constexpr FlatTypes(std::initializer_list<FlatType> list) noexcept {
    append(std::span(list.begin(), list.size()));
  }

  static constexpr FlatTypes too_many() noexcept {
    FlatTypes out;
    out.fits = false;
    return out;
  }

  constexpr std::span<const FlatType> span() const noexcept { return {types.data(), count}; }

  // Whether they are more than `limit`, which is at most kMax.
  constexpr bool exceeds(std::size_t limit) const noexcept { return !fits || count > limit; }

  constexpr void append(const FlatTypes& more) noexcept {
    if (more.fits) {
      append(more.span());
    } else {
      *this = too_many();
    }
  }

  friend bool operator==(const FlatTypes&, const FlatTypes&) = default;

 private:
  constexpr void append(std::span<const FlatType> more) noexcept {
    if (!fits || count + more.size() > kMax) {
      *this = too_many();
      return;
    }
    std::ranges::copy(more, types.begin() + count);
    count = static_cast<std::uint8_t>(count + more.size());
  }
};

constexpr FlatTypes pair_flat() noexcept { return {FlatType::i32, FlatType::i32}; }

constexpr FlatTypes primitive_flat(Primitive type) noexcept {
  switch (type) {
    case Primitive::string:
      return pair_flat();
    case Primitive::s64:
    case Primitive::u64:
      return {FlatType::i64};
    case Primitive::f32:
      return {FlatType::f32};
    case Primitive::f64:
      return {FlatType::f64};
    default:
      return {FlatType::i32};
  }
}

constexpr FlatTypes fixed_list_flat(const FlatTypes& element, std::uint32_t length) noexcept {
  FlatTypes out;
  for (std::uint32_t i = 0; i < length && out.fits; ++i) {
    out.append(element);
  }
  return out;
}

// Variants, options, results: the discriminant, then the payloads joined position by position.
class VariantFlat {
 public:
  constexpr void add(const FlatTypes& payload) noexcept {
    for (std::size_t i = 0; i < payload.count; ++i) {
      joined_.types[i] =
          i < joined_.count ? join(joined_.types[i], payload.types[i]) : payload.types[i];
    }
    joined_.count = std::max(joined_.count, payload.count);
    joined_.fits = joined_.fits && payload.fits;
  }

  constexpr FlatTypes finish() const noexcept {
    FlatTypes flat{FlatType::i32};
    flat.append(joined_);
    return flat;
  }

 private:
  FlatTypes joined_;
};

}  // namespace wasmcloud::component
