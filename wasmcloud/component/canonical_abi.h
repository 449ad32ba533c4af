// The figures of the canonical ABI that its definitions in C++ types (abi.h), in run-time plans
// (value_plan.h) and in the checker (abi_flat.h) share. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wasmcloud::component {

inline constexpr std::size_t kMaxFlatParams = 16;
inline constexpr std::size_t kMaxFlatResults = 1;
inline constexpr std::size_t kMaxFlatAsyncParams = 4;
// elem_size of every defined type, with 64-bit pointers, must be below this.
inline constexpr std::uint64_t kMaxValueBytes = std::uint64_t{1} << 28;

enum class FlatType : std::uint8_t { i32, i64, f32, f64 };

constexpr FlatType join(FlatType a, FlatType b) noexcept {
  if (a == b) {
    return a;
  }
  const bool both_32 =
      (a == FlatType::i32 || a == FlatType::f32) && (b == FlatType::i32 || b == FlatType::f32);
  return both_32 ? FlatType::i32 : FlatType::i64;
}

// `align`: a power of two.
constexpr std::uint32_t align_to(std::uint32_t offset, std::uint32_t align) noexcept {
  return (offset + align - 1) & ~(align - 1);
}

constexpr std::uint32_t discriminant_size(std::size_t cases) noexcept {
  return cases <= 256 ? 1 : cases <= 65536 ? 2 : 4;
}

}  // namespace wasmcloud::component
