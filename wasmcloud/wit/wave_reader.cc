#include "wasmcloud/wit/wave_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "wasmcloud/wit/characters.h"
#include "wasmcloud/wit/source.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wit {
namespace {

constexpr std::string_view kTriple = R"(""")";
constexpr std::size_t kShown = 60;  // of a word in a message

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t digits(std::string_view text, std::size_t at) {
  const std::size_t start = at;
  while (at < text.size() && is_digit(text[at])) {
    ++at;
  }
  return at - start;
}

// number_finite of the grammar, but that exponents may begin with 0, which all readers take.
std::size_t number_length(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0) {
    return 0;
  }
  at += text[at] == '0' ? 1 : whole;
  if (text.substr(at).starts_with('.')) {
    const std::size_t fraction = digits(text, at + 1);
    at += fraction == 0 ? 0 : fraction + 1;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    const bool sign = at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-');
    const std::size_t start = at + (sign ? 2 : 1);
    const std::size_t exponent = digits(text, start);
    at = exponent == 0 ? at : start + exponent;
  }
  return at;
}

// Whether a number that is too large or too small for its type is too large: where its first digit
// that is not 0 stands.
bool is_huge(std::string_view number) {
  const std::size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, exponent_at);
  const std::size_t first = mantissa.find_first_of("123456789");
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  if (first == std::string_view::npos) {
    return false;
  }
  std::int64_t exponent = 0;
  if (exponent_at < number.size()) {
    std::string_view text = number.substr(exponent_at + 1);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc()) {
      return !text.starts_with('-');
    }
  }
  // A text is far too short for this to overflow unless the exponent has already decided.
  constexpr std::int64_t kDecided = std::int64_t{1} << 60U;
  exponent = std::clamp(exponent, -kDecided, kDecided);
  return exponent + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first) > 0;
}

}  // namespace

bool is_wave_keyword(std::string_view label) noexcept {
  constexpr std::array<std::string_view, 8> kKeywords = {"true", "false", "some", "none",
                                                         "ok",   "err",   "inf",  "nan"};
  return std::ranges::find(kKeywords, label) != kKeywords.end();
}

template <std::floating_point T>
T read_float(std::string_view number) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  if (number == "nan") {
    return std::numeric_limits<T>::quiet_NaN();
  }
  if (number.ends_with("inf")) {
    return number == "inf" ? kInfinity : -kInfinity;
  }
  T parsed = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), parsed).ec == std::errc()) {
    return parsed;
  }
  const T nearest = is_huge(number) ? kInfinity : T{0};
  return number.starts_with('-') ? -nearest : nearest;
}

template float read_float(std::string_view number);
template double read_float(std::string_view number);

void WaveReader::skip_space() noexcept {
  while (at_ < text_.size()) {
    if (is_space(text_[at_])) {
      ++at_;
    } else if (text_.substr(at_).starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      break;
    }
  }
}

bool WaveReader::take(char mark) noexcept {
  const bool is_next = peek() == mark && at_ < text_.size();
  at_ += is_next ? 1 : 0;
  return is_next;
}

char WaveReader::peek() noexcept {
  skip_space();
  return here();
}

WaveReader::Label WaveReader::peek_label() noexcept {
  skip_space();
  Label label;
  label.start = at_;
  label.escaped = here() == '%';
  const std::size_t from = at_ + (label.escaped ? 1 : 0);
  std::size_t to = from;
  while (to < text_.size() && (is_alphanumeric(text_[to]) || text_[to] == '-')) {
    ++to;
  }
  if (is_label(text_.substr(from, to - from))) {
    label.text = text_.substr(from, to - from);
  }
  return label;
}

void WaveReader::skip(const Label& label) noexcept {
  at_ = label.start + (label.escaped ? 1 : 0) + label.text.size();
}

std::string_view WaveReader::peek_number() noexcept {
  skip_space();
  const std::string_view rest = text_.substr(at_);
  std::size_t length = number_length(rest);
  for (const std::string_view word : {"-inf", "inf", "nan"}) {
    if (rest.starts_with(word)) {
      length = word.size();
    }
  }
  // `12abc` is no number, and neither is `infinity`.
  const bool ends = length == rest.size() ||
                    (!is_alphanumeric(rest[length]) && rest[length] != '-' && rest[length] != '.');
  return ends ? rest.substr(0, length) : std::string_view();
}

std::string_view WaveReader::take_until(char end) noexcept {
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != end && !is_space(text_[at_])) {
    ++at_;
  }
  return text_.substr(start, at_ - start);
}

// `'` c `'`, where c is any character but the quote, the backslash and the line feed, or an escape.
Result<char32_t> WaveReader::character() {
  constexpr std::string_view kExpected = "expected one character between single quotes";
  const std::size_t start = at_++;
  if (at_ == text_.size() || here() == '\'' || here() == '\n') {
    return error(start, kExpected);
  }
  char32_t c = 0;
  if (here() == '\\') {
    WC_TRY(c, escape());
  } else {
    const Character next = character_at(text_, at_);
    c = next.code;
    at_ += next.length;
  }
  if (here() != '\'') {
    return error(start, kExpected);
  }
  ++at_;
  return c;
}

Result<char32_t> WaveReader::escape() {
  constexpr std::string_view kPlain = R"("'\tnr)";
  constexpr std::string_view kMeant = "\"'\\\t\n\r";
  constexpr std::size_t kLongest = std::string_view(R"(\u{10ffff})").size();
  const std::size_t start = at_;
  const std::string_view rest = text_.substr(at_, kLongest);
  if (rest.size() >= 2) {
    if (const std::size_t which = kPlain.find(rest[1]); which != std::string_view::npos) {
      at_ += 2;
      return static_cast<char32_t>(kMeant[which]);
    }
  }
  const std::size_t close = rest.find('}');
  if (!rest.starts_with(R"(\u{)") || close == std::string_view::npos || close == 3) {
    return error(start, R"(expected an escape, one of \' \" \\ \t \n \r \u{1f30a})");
  }
  char32_t c = 0;
  for (const char digit : rest.substr(3, close - 3)) {
    const char lower = static_cast<char>(digit | 0x20);
    if (!is_digit(digit) && (lower < 'a' || lower > 'f')) {
      return error(start, R"(expected hexadecimal digits in \u{..})");
    }
    c = c << 4U | static_cast<char32_t>(is_digit(digit) ? digit - '0' : lower - 'a' + 10);
  }
  if (!is_scalar(c)) {
    return error(start, "expected a Unicode scalar value");
  }
  at_ += close + 1;
  return c;
}

// Some of what stands before `end`: an escape, or what needs no look at.
Result<> WaveReader::append_some(std::string& to, std::size_t end) {
  if (here() == '\\') {
    WC_TRY(const char32_t c, escape());
    append_utf8(to, c);
    return {};
  }
  const std::string_view rest = text_.substr(at_, end - at_);
  const std::string_view run = rest.substr(0, rest.find_first_of("\\\"\n", 1));
  to += run;
  at_ += run.size();
  return {};
}

Result<std::string> WaveReader::string() {
  if (text_.substr(at_).starts_with(kTriple)) {
    return multiline();
  }
  const std::size_t start = at_++;
  std::string value;
  while (at_ < text_.size() && here() != '"' && here() != '\n') {
    WC_CHECK(append_some(value, text_.size()));
  }
  if (here() != '"') {
    return error(start, "expected the string's end on its line");
  }
  ++at_;
  return value;
}

// """, a line break, lines, and """ after spaces only: as many as these are taken from the start of
// each line. No part of the content is """, not even after a backslash.
Result<std::string> WaveReader::multiline() {
  const std::size_t start = at_;
  const std::size_t close = text_.find(kTriple, at_ + kTriple.size());
  if (close == std::string_view::npos) {
    return error(start, R"(expected a closing """)");
  }
  at_ += kTriple.size();
  at_ += here() == '\r' ? 1 : 0;
  if (here() != '\n') {
    return error(at_, R"(expected a line break after the opening """)");
  }
  const std::size_t last_break = text_.rfind('\n', close);
  const std::string_view indent = text_.substr(last_break + 1, close - last_break - 1);
  if (indent.find_first_not_of(' ') != std::string_view::npos) {
    return error(close, R"(expected only spaces before the closing """)");
  }
  std::string value;
  while (at_ < last_break) {
    const std::size_t line = ++at_;
    const std::size_t next_break = text_.find('\n', line);
    if (!text_.substr(line).starts_with(indent)) {
      return error(line, fmt::format(R"(expected at least the {} spaces that the closing """ has)",
                                     indent.size()));
    }
    at_ += indent.size();
    const std::size_t line_end = next_break - (text_[next_break - 1] == '\r' ? 1 : 0);
    while (at_ < line_end) {
      WC_CHECK(append_some(value, line_end));
    }
    at_ = next_break;
    if (next_break != last_break) {
      value += '\n';
    }
  }
  at_ = close + kTriple.size();
  return value;
}

Error WaveReader::error(std::size_t at, std::string_view message) const {
  const auto place = static_cast<std::uint32_t>(at);
  return error_at({.path = {}, .text = text_}, {.begin = place, .end = place}, message);
}

Error WaveReader::unexpected(std::string_view expected) {
  const std::string what = found();
  return error(at_, fmt::format("expected {}, found {}", expected, what));
}

std::string WaveReader::found() {
  const char next = peek();
  if (at_ == text_.size()) {
    return "the end of the text";
  }
  if (next == '"') {
    return "a string";
  }
  if (next == '\'') {
    return "a char";
  }
  const Label label = peek_label();
  const std::string_view word = label.text.empty() ? peek_number() : label.text;
  if (!word.empty()) {
    return fmt::format("`{}{}`", label.escaped ? "%" : "", word.substr(0, kShown));
  }
  return fmt::format("`{}`", text_.substr(at_, character_at(text_, at_).length));
}

}  // namespace wasmcloud::wit
