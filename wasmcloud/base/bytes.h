// Text as bytes and bytes as text, without a copy. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wasmcloud {

inline std::span<const std::uint8_t> as_u8(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace wasmcloud
