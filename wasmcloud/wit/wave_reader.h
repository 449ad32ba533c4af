// The words of WAVE (crates/wasm-wave/wave_ebnf.md): what a cursor over the text can read whatever
// the type is. Internal to the module.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wit {

// true, false, some, none, ok, err, inf, nan: not cases, unless written with `%`.
bool is_wave_keyword(std::string_view label) noexcept;

class WaveReader {
 public:
  // `text` is UTF-8 and must outlive it.
  explicit WaveReader(std::string_view text) noexcept : text_(text) {}

  std::size_t offset() const noexcept { return at_; }

  // White space and comments.
  void skip_space() noexcept;
  // Skips space, and `mark` if it is next.
  bool take(char mark) noexcept;
  // The character that is next, after space; '\0' at the end.
  char peek() noexcept;

  // The same, without reading space.
  char here() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  struct Label {
    std::string_view text;  // without the `%`; empty: none is next
    bool escaped = false;   // it had one
    std::size_t start = 0;

    bool is(std::string_view keyword) const noexcept { return !escaped && text == keyword; }
  };

  // What is next if it is a label or a keyword, unread.
  Label peek_label() noexcept;
  void skip(const Label& label) noexcept;

  // A number's characters, unread; empty if none is next. `-inf` is one.
  std::string_view peek_number() noexcept;
  // Everything up to `end` or white space.
  std::string_view take_until(char end) noexcept;

  void advance(std::size_t bytes) noexcept { at_ += bytes; }

  Result<char32_t> character();
  // Of either form; it is known that a quote is next.
  Result<std::string> string();

  // --- errors ---
  // error_at() of the place.
  Error error(std::size_t at, std::string_view message) const;
  // At what is next: "expected u8, found a string".
  Error unexpected(std::string_view expected);
  // "a string", "`label`", "the end of the text".
  std::string found();

 private:
  Result<char32_t> escape();
  Result<std::string> multiline();
  Result<> append_some(std::string& to, std::size_t end);

  std::string_view text_;
  std::size_t at_ = 0;
};

// Of what peek_number() gave: the nearest value, which is infinite for what is too large.
template <std::floating_point T>
T read_float(std::string_view number);

}  // namespace wasmcloud::wit
