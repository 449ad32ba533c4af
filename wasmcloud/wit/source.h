// Where something stands in a file of WIT or a text of WAVE, and errors that show the place. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "wasmcloud/base/error.h"

namespace wasmcloud::wit {

// Bytes of a file, from `begin` up to but not including `end`. All spans compare equal, so that two
// syntax trees are equal when they say the same, wherever it stands.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend constexpr bool operator==(const Span&, const Span&) noexcept { return true; }
};

// From the beginning of the one to the end of the other.
constexpr Span join(Span first, Span last) noexcept {
  return {.begin = first.begin, .end = last.end};
}

// A file, or a text that comes from none; views only.
struct Source {
  std::string_view path;  // empty: errors begin with the line
  std::string_view text;
};

// "world.wit:3:12: WHAT", then the line and a caret under each character of the span:
//
//     3 |   log: func()
//       |             ^
//
// Columns count characters, from 1. Of a long line the part around the place is shown, and what
// cannot be shown appears as U+FFFD.
Error error_at(ErrorKind kind, const Source& source, Span span, std::string_view what);

// The same, of kind `invalid`.
Error error_at(const Source& source, Span span, std::string_view what);

}  // namespace wasmcloud::wit
