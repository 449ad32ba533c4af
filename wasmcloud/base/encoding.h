// Bytes as text: base64 and base32 (RFC 4648) and hex. Decoding is strict, so that a value has one
// text only (but for the case of hex digits): no white space, no stray bits, padding exactly as
// asked for. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud {

// `url` has '-' and '_' for '+' and '/'.
enum class Base64 : std::uint8_t { standard, url };
enum class Padding : std::uint8_t { with, without };

// The bytes of a text, for the encoders below; lives no longer than the text.
std::span<const std::uint8_t> as_bytes(std::string_view text) noexcept;

std::string encode_base64(std::span<const std::uint8_t> bytes, Base64 alphabet = Base64::standard,
                          Padding padding = Padding::with);
std::string encode_base32(std::span<const std::uint8_t> bytes, Padding padding = Padding::with);
// In lower case.
std::string encode_hex(std::span<const std::uint8_t> bytes);

// Error `invalid`, with the position: "base64: character 7: unexpected '*' (0x2a)".
Result<std::vector<std::uint8_t>> decode_base64(std::string_view text,
                                                Base64 alphabet = Base64::standard,
                                                Padding padding = Padding::with);
// Upper case only.
Result<std::vector<std::uint8_t>> decode_base32(std::string_view text,
                                                Padding padding = Padding::with);
// Either case.
Result<std::vector<std::uint8_t>> decode_hex(std::string_view text);

}  // namespace wasmcloud
