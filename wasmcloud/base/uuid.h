// Universally unique identifiers (RFC 9562).
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"

namespace wasmcloud {

// A value; ordered by its bytes.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // Version 4: random.
  static Uuid random() noexcept;
  // Version 7: starts with the time, so that later ids sort behind earlier ones; made within a
  // quarter of a microsecond of each other, they sort at random.
  static Uuid time_ordered(std::chrono::system_clock::time_point now) noexcept;
  // "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", in either case. Error `invalid`, with the position.
  static Result<Uuid> parse(std::string_view text);

  // In lower case.
  std::string to_string() const;

  // 1 to 8 for what RFC 9562 defines.
  unsigned version() const noexcept { return bytes[6] >> 4U; }

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

}  // namespace wasmcloud

template <>
struct std::hash<wasmcloud::Uuid> {
  std::size_t operator()(const wasmcloud::Uuid& id) const noexcept {
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
  }
};
