// The types that WIT has a keyword for and that have no parts. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wasmcloud::wit {

enum class Primitive : std::uint8_t {
  boolean,
  s8,
  u8,
  s16,
  u16,
  s32,
  u32,
  s64,
  u64,
  f32,
  f64,
  character,
  string,
  error_context,
};

// "u8", "error-context".
std::string_view to_string(Primitive primitive) noexcept;
std::optional<Primitive> primitive_of(std::string_view keyword) noexcept;

}  // namespace wasmcloud::wit
