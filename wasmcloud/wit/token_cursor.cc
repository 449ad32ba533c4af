#include "wasmcloud/wit/token_cursor.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/wit/docs.h"

namespace wasmcloud::wit {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

// One of the parts of a name that `-` joins: all lower case or all upper case.
bool is_word(std::string_view word, bool first) noexcept {
  if (word.empty() || (first && is_digit(word.front()))) {
    return false;
  }
  return std::ranges::all_of(word, [](char c) { return is_digit(c) || is_lower(c); }) ||
         std::ranges::all_of(word, [](char c) { return is_digit(c) || is_upper(c); });
}

bool is_kebab_case(std::string_view name) noexcept {
  for (bool first = true;; first = false) {
    const std::size_t end = name.find('-');
    if (!is_word(name.substr(0, end), first)) {
      return false;
    }
    if (end == std::string_view::npos) {
      return true;
    }
    name.remove_prefix(end + 1);
  }
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of("0123456789", at), text.size());
}

// Identifiers joined by dots. A dot that no identifier follows is not of the version: it may be
// that of `use a:b/c@1.0.0-rc.{d}`.
std::size_t skip_identifiers(std::string_view text, std::size_t at) {
  constexpr std::string_view kCharacters =
      "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  while (true) {
    at = std::min(text.find_first_not_of(kCharacters, at), text.size());
    if (at + 1 >= text.size() || text[at] != '.' || !kCharacters.contains(text[at + 1])) {
      return at;
    }
    ++at;
  }
}

// As far as the text from `at` on may be a version.
std::size_t version_end(std::string_view text, std::size_t at) {
  at = skip_digits(text, at);
  for (int dots = 0; dots < 2 && at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]);
       ++dots) {
    at = skip_digits(text, at + 1);
  }
  for (const char mark : {'-', '+'}) {
    // `->` cannot follow a version, but "expected `;`, found `->`" is the better error.
    if (at + 1 < text.size() && text[at] == mark && text[at + 1] != '>') {
      at = skip_identifiers(text, at + 1);
    }
  }
  return at;
}

}  // namespace

const Token& TokenCursor::peek(std::size_t ahead) const {
  return tokens_[std::min(position_ + ahead, tokens_.size() - 1)];
}

bool TokenCursor::at(std::string_view keyword_or_symbol, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return (token.kind == TokenKind::keyword || token.kind == TokenKind::symbol) &&
         text(token.span) == keyword_or_symbol;
}

bool TokenCursor::at_name(std::size_t ahead) const {
  const TokenKind kind = peek(ahead).kind;
  return kind == TokenKind::identifier || kind == TokenKind::escaped;
}

bool TokenCursor::at_end() const { return peek().kind == TokenKind::end; }

void TokenCursor::advance() { position_ = std::min(position_ + 1, tokens_.size() - 1); }

bool TokenCursor::take(std::string_view keyword_or_symbol) {
  const bool there = at(keyword_or_symbol);
  if (there) {
    advance();
  }
  return there;
}

Result<> TokenCursor::expect(std::string_view keyword_or_symbol) {
  if (!take(keyword_or_symbol)) {
    return unexpected(fmt::format("`{}`", keyword_or_symbol));
  }
  return {};
}

Result<> TokenCursor::check_name(std::string_view name, Span span) const {
  if (is_kebab_case(name)) {
    return {};
  }
  return error(span,
               "a name is words joined by `-`, each all in lower case or all in upper case, with "
               "digits but for the first character");
}

Result<syntax::Id> TokenCursor::name(std::string_view what) {
  if (!at_name()) {
    const bool keyword = peek().kind == TokenKind::keyword && !at("_");
    return unexpected(what, keyword ? " (a name, if written with `%` before it)" : "");
  }
  const Token token = peek();
  const std::string_view written = text(token.span);
  const std::string_view name = written.substr(token.kind == TokenKind::escaped ? 1 : 0);
  WC_CHECK(check_name(name, token.span));
  advance();
  return syntax::Id{.text = std::string(name), .span = token.span};
}

Result<syntax::Version> TokenCursor::version() {
  if (peek().kind != TokenKind::integer) {
    return unexpected("a version");
  }
  const Span first = peek().span;
  auto end = static_cast<std::uint32_t>(version_end(source_.text, first.begin));
  // A version is written across tokens, and may end within one that is then malformed.
  while (!at_end() && peek().span.begin < end) {
    end = std::max(end, peek().span.end);
    advance();
  }
  const Span span{.begin = first.begin, .end = end};
  auto version = SemVer::parse(text(span));
  if (!version) {
    return error(span, version.error().message());
  }
  return syntax::Version{.value = *std::move(version), .span = span};
}

std::string TokenCursor::docs() const {
  const std::uint32_t begin = position_ == 0 ? 0 : tokens_[position_ - 1].span.end;
  return read_docs(text({.begin = begin, .end = peek().span.begin}));
}

Result<> TokenCursor::count() {
  if (++nodes_ > limits_.nodes) {
    return error_at(ErrorKind::exhausted, source_, peek().span,
                    fmt::format("the file says more than {} things", limits_.nodes));
  }
  return {};
}

Span TokenCursor::since(Span begin) const {
  return position_ == 0 ? begin : join(begin, tokens_[position_ - 1].span);
}

Error TokenCursor::unexpected(std::string_view what, std::string_view hint) const {
  Span span = peek().span;
  if (at_end() && position_ > 0) {
    const std::uint32_t end = tokens_[position_ - 1].span.end;
    span = {.begin = end, .end = end};
  }
  return error(span, fmt::format("expected {}, found {}{}", what, describe(source_, peek()), hint));
}

Error TokenCursor::error(Span span, std::string_view what) const {
  return error_at(source_, span, what);
}

}  // namespace wasmcloud::wit
