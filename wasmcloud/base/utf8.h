// UTF-8 (RFC 3629): no over-long forms, no surrogates, nothing above U+10FFFF. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wasmcloud {

// How many ASCII bytes `bytes` begins with.
std::size_t ascii_run(std::span<const std::uint8_t> bytes) noexcept;

// How many bytes the character has that `text` begins with; 0 if there is no whole one.
std::size_t utf8_length(std::string_view text) noexcept;

// Where `text` stops being UTF-8: at a byte that begins no character.
std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;

inline bool is_utf8(std::string_view text) noexcept { return !find_invalid_utf8(text); }

}  // namespace wasmcloud
