#include "wasmcloud/wit/characters.h"

#include <algorithm>
#include <array>

namespace wasmcloud::wit {
namespace {

// By the leading byte: how long a character is, its first bits, the least code it may hold.
struct Form {
  std::uint8_t length;
  std::uint8_t mask;
  char32_t least;
};

Form form_of(std::uint8_t lead) noexcept {
  if (lead < 0x80) {
    return {.length = 1, .mask = 0x7f, .least = 0};
  }
  if (lead >= 0xc2 && lead < 0xe0) {
    return {.length = 2, .mask = 0x1f, .least = 0x80};
  }
  if (lead >= 0xe0 && lead < 0xf0) {
    return {.length = 3, .mask = 0x0f, .least = 0x800};
  }
  if (lead >= 0xf0 && lead < 0xf5) {
    return {.length = 4, .mask = 0x07, .least = 0x10000};
  }
  return {.length = 0, .mask = 0, .least = 0};
}

bool is_control(char32_t code) noexcept { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

}  // namespace

Character character_at(std::string_view text, std::size_t at) noexcept {
  const Form form = form_of(static_cast<std::uint8_t>(text[at]));
  if (form.length == 0 || text.size() - at < form.length) {
    return {};
  }
  char32_t code = static_cast<std::uint8_t>(text[at]) & form.mask;
  for (std::size_t i = 1; i < form.length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[at + i]);
    if ((byte & 0xc0) != 0x80) {
      return {};
    }
    code = (code << 6) | (byte & 0x3f);
  }
  if (code < form.least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return {};
  }
  return {.code = code, .length = form.length, .valid = true};
}

void append_utf8(std::string& text, char32_t code) {
  const auto byte = [&](char32_t bits) { text.push_back(static_cast<char>(bits)); };
  if (code < 0x80) {
    byte(code);
    return;
  }
  if (code < 0x800) {
    byte(0xc0 | (code >> 6));
  } else if (code < 0x10000) {
    byte(0xe0 | (code >> 12));
    byte(0x80 | ((code >> 6) & 0x3f));
  } else {
    byte(0xf0 | (code >> 18));
    byte(0x80 | ((code >> 12) & 0x3f));
    byte(0x80 | ((code >> 6) & 0x3f));
  }
  byte(0x80 | (code & 0x3f));
}

std::string_view why_forbidden(char32_t code) noexcept {
  // Text in which these stand is not shown in the order in which it is read (CVE-2021-42574).
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) {
    return "it changes the direction of text";
  }
  static constexpr std::array<char32_t, 8> kDiscouraged{0x149,  0x673,  0xf77,  0xf79,
                                                        0x17a3, 0x17a4, 0x17b4, 0x17b5};
  if (std::ranges::find(kDiscouraged, code) != kDiscouraged.end()) {
    return "Unicode discourages it";
  }
  if (is_control(code) && code != '\n' && code != '\r' && code != '\t') {
    return "a control character";
  }
  return {};
}

}  // namespace wasmcloud::wit
