// UTF-8 one character at a time, and which characters WIT forbids. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wasmcloud::wit {

// What is shown for bytes that are no UTF-8.
inline constexpr char32_t kReplacementCharacter = 0xfffd;

struct Character {
  char32_t code = kReplacementCharacter;
  std::uint8_t length = 1;  // in bytes; 1 if not valid
  bool valid = false;       // false: no UTF-8 begins here
};

// The character that begins at `at`, which is less than the size.
Character character_at(std::string_view text, std::size_t at) noexcept;

// `code` is a scalar value.
void append_utf8(std::string& text, char32_t code);

// Empty if the character may stand in a file of WIT; else why not: "a control character", "it
// changes the direction of text", "Unicode discourages it".
std::string_view why_forbidden(char32_t code) noexcept;

}  // namespace wasmcloud::wit
