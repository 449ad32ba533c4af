#include "wasmcloud/wit/lexer.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "wasmcloud/wit/characters.h"

namespace wasmcloud::wit {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// In the order of their bytes.
constexpr std::array<std::string_view, 44> kKeywords{
    "_",           "as",       "async",         "bool",   "borrow", "char",
    "constructor", "enum",     "error-context", "export", "f32",    "f64",
    "flags",       "from",     "func",          "future", "import", "include",
    "interface",   "list",     "map",           "option", "own",    "package",
    "record",      "resource", "result",        "s16",    "s32",    "s64",
    "s8",          "static",   "stream",        "string", "tuple",  "type",
    "u16",         "u32",      "u64",           "u8",     "use",    "variant",
    "with",        "world"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Any that is not ASCII is taken into a name, so that the error is about the name.
bool starts_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool continues_name(char c) noexcept { return starts_name(c) || is_digit(c) || c == '-'; }

Result<> check_characters(const Source& source) {
  const std::string_view text = source.text;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    const Span span{.begin = static_cast<std::uint32_t>(at),
                    .end = static_cast<std::uint32_t>(at + character.length)};
    if (!character.valid) {
      return error_at(
          source, span,
          fmt::format("byte 0x{:02x} is not UTF-8 here", static_cast<unsigned char>(text[at])));
    }
    if (const std::string_view why = why_forbidden(character.code); !why.empty()) {
      return error_at(source, span,
                      fmt::format("character U+{:04X} is not allowed: {}",
                                  static_cast<std::uint32_t>(character.code), why));
    }
    at += character.length;
  }
  return {};
}

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text) {
    if (text_.starts_with(kByteOrderMark)) {
      at_ = kByteOrderMark.size();
    }
  }

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    while (true) {
      WC_CHECK(skip_space());
      WC_TRY(const Token token, next());
      tokens.push_back(token);
      if (token.kind == TokenKind::end) {
        return tokens;
      }
    }
  }

 private:
  bool looking_at(std::string_view text) const { return text_.substr(at_).starts_with(text); }

  Token token_from(std::size_t begin, TokenKind kind) const {
    return {.kind = kind, .span = span(begin, at_)};
  }

  static Span span(std::size_t begin, std::size_t end) {
    return {.begin = static_cast<std::uint32_t>(begin), .end = static_cast<std::uint32_t>(end)};
  }

  Result<> skip_space() {
    while (at_ < text_.size()) {
      if (looking_at("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (looking_at("/*")) {
        WC_CHECK(skip_block_comment());
      } else if (std::string_view(" \t\r\n").contains(text_[at_])) {
        ++at_;
      } else {
        break;
      }
    }
    return {};
  }

  // They nest.
  Result<> skip_block_comment() {
    const std::size_t begin = at_;
    std::size_t depth = 0;
    do {
      if (at_ >= text_.size()) {
        return error_at(source_, span(begin, begin + 2), "this comment is not closed");
      }
      if (looking_at("/*")) {
        ++depth;
        at_ += 2;
      } else if (looking_at("*/")) {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0);
    return {};
  }

  void skip_name() {
    while (at_ < text_.size() && continues_name(text_[at_])) {
      ++at_;
    }
  }

  Result<Token> next() {
    const std::size_t begin = at_;
    if (at_ == text_.size()) {
      return token_from(begin, TokenKind::end);
    }
    const char c = text_[at_];
    if (starts_name(c)) {
      skip_name();
      const bool keyword = is_keyword(text_.substr(begin, at_ - begin));
      return token_from(begin, keyword ? TokenKind::keyword : TokenKind::identifier);
    }
    if (is_digit(c)) {
      while (at_ < text_.size() && is_digit(text_[at_])) {
        ++at_;
      }
      return token_from(begin, TokenKind::integer);
    }
    ++at_;
    if (c == '%') {
      skip_name();
      return token_from(begin, TokenKind::escaped);
    }
    if (c == '"') {
      return string_from(begin);
    }
    return symbol_from(begin);
  }

  Result<Token> symbol_from(std::size_t begin) {
    if (text_[begin] == '-' && at_ < text_.size() && text_[at_] == '>') {
      ++at_;
    } else if (!std::string_view("=,:;(){}<>*/.@-+").contains(text_[begin])) {
      return error_at(source_, span(begin, at_),
                      fmt::format("unexpected character `{}`", text_[begin]));
    }
    return token_from(begin, TokenKind::symbol);
  }

  Result<Token> string_from(std::size_t begin) {
    while (at_ < text_.size() && text_[at_] != '\n') {
      const char c = text_[at_++];
      if (c == '"') {
        const Token token = token_from(begin, TokenKind::string);
        WC_TRY(const std::string checked, string_value(source_, token));
        return token;
      }
      if (c == '\\' && at_ < text_.size() && text_[at_] != '\n') {
        ++at_;
      }
    }
    return error_at(source_, span(begin, begin + 1), "this string is not closed on its line");
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<std::uint32_t> hex_digit(char c) noexcept {
  if (is_digit(c)) {
    return static_cast<std::uint32_t>(c - '0');
  }
  if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
    return static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
  }
  return std::nullopt;
}

// The text between the quotes, as the core specification's `name` has it. Every escape ends before
// the closing quote, or is malformed.
class StringReader {
 public:
  StringReader(const Source& source, Span span)
      : source_(source), at_(span.begin + 1), end_(span.end - 1) {}

  Result<std::string> read() {
    const std::uint32_t begin = at_;
    while (at_ < end_) {
      const std::uint32_t here = at_;
      const char c = take();
      if (c == '\t' || c == '\r') {
        return error_at(source_, {.begin = here, .end = at_}, "write this character as an escape");
      }
      if (c != '\\') {
        value_.push_back(c);
      } else if (!escape()) {
        return error_at(source_, {.begin = here, .end = std::max(at_, here + 1)},
                        "expected an escape: \\t, \\n, \\r, \\\", \\', \\\\, two hexadecimal "
                        "digits or u{...}");
      }
    }
    for (std::size_t at = 0; at < value_.size();) {
      const Character character = character_at(value_, at);
      if (!character.valid) {
        return error_at(source_, {.begin = begin, .end = end_}, "the string's bytes are not UTF-8");
      }
      at += character.length;
    }
    return std::move(value_);
  }

 private:
  char take() { return at_ < end_ ? source_.text[at_++] : '\0'; }

  bool escape() {
    const char c = take();
    static constexpr std::string_view kLetters = "tnr\"'\\";
    static constexpr std::string_view kMeanings = "\t\n\r\"'\\";
    if (const auto known = kLetters.find(c); known != std::string_view::npos) {
      value_.push_back(kMeanings[known]);
      return true;
    }
    if (c == 'u') {
      return code_point();
    }
    const auto high = hex_digit(c);
    const auto low = high ? hex_digit(take()) : std::nullopt;
    if (low) {
      value_.push_back(static_cast<char>(*high * 16 + *low));
    }
    return low.has_value();
  }

  // {7fff}; underscores may stand between digits.
  bool code_point() {
    if (take() != '{') {
      return false;
    }
    char32_t code = 0;
    char last = '_';
    for (char c = take(); c != '}'; c = take()) {
      const auto digit = hex_digit(c);
      if (!digit && (c != '_' || last == '_')) {
        return false;
      }
      if (digit) {
        code = code * 16 + *digit;
      }
      if (code > 0x10ffff) {
        return false;
      }
      last = c;
    }
    if (last == '_' || (code >= 0xd800 && code < 0xe000)) {
      return false;
    }
    append_utf8(value_, code);
    return true;
  }

  const Source& source_;
  std::uint32_t at_;
  std::uint32_t end_;
  std::string value_;
};

}  // namespace

Result<std::vector<Token>> lex(const Source& source) {
  WC_CHECK(check_characters(source));
  return Lexer(source).run();
}

bool is_keyword(std::string_view text) noexcept {
  return std::ranges::binary_search(kKeywords, text);
}

Result<std::string> string_value(const Source& source, const Token& token) {
  return StringReader(source, token.span).read();
}

std::string quoted(std::string_view value) {
  std::string text = "\"";
  for (std::size_t at = 0; at < value.size();) {
    const Character character = character_at(value, at);
    if (character.code == '"' || character.code == '\\') {
      text.push_back('\\');
      text.push_back(value[at]);
    } else if (character.code < 0x20 || !why_forbidden(character.code).empty()) {
      text += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(character.code));
    } else {
      text.append(value.substr(at, character.length));
    }
    at += character.length;
  }
  text.push_back('"');
  return text;
}

std::string describe(const Source& source, const Token& token) {
  constexpr std::size_t kLongest = 40;
  const std::string_view text =
      source.text.substr(token.span.begin, token.span.end - token.span.begin);
  switch (token.kind) {
    case TokenKind::keyword:
      return fmt::format("the keyword `{}`", text);
    case TokenKind::string:
      return "a string";
    case TokenKind::end:
      return "the end of the file";
    default:
      break;
  }
  if (text.size() <= kLongest) {
    return fmt::format("`{}`", text);
  }
  return token.kind == TokenKind::integer ? "a number" : "a name";
}

}  // namespace wasmcloud::wit
