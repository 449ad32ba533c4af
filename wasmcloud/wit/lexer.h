// From text to tokens (WIT.md, "Lexical structure"). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/source.h"

namespace wasmcloud::wit {

enum class TokenKind : std::uint8_t {
  identifier,  // may still be malformed: whoever wants a name looks
  escaped,     // `%` and an identifier
  keyword,
  integer,  // digits
  string,   // with its quotes and escapes; well-formed
  symbol,   // punctuation
  end,      // of the file; empty
};

struct Token {
  TokenKind kind = TokenKind::end;
  Span span;
};

// All tokens, the last of which is `end`. White space and comments are what lies between them.
// Errors: what is not UTF-8, a character that WIT forbids, a comment or string that is not closed,
// a character that begins no token.
Result<std::vector<Token>> lex(const Source& source);

bool is_keyword(std::string_view text) noexcept;

// What a string token means.
Result<std::string> string_value(const Source& source, const Token& token);

// The other way.
std::string quoted(std::string_view value);

// "the keyword `func`", "`foo`", "a string", "the end of the file".
std::string describe(const Source& source, const Token& token);

}  // namespace wasmcloud::wit
