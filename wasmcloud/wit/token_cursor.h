// The parser's place among the tokens of a file, and what all its parts need: looking, taking,
// names, versions, errors. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/lexer.h"
#include "wasmcloud/wit/parser.h"
#include "wasmcloud/wit/source.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// `source` and `limits` outlive it.
class TokenCursor {
 public:
  TokenCursor(const Source& source, std::vector<Token> tokens, const ParseLimits& limits)
      : source_(source), tokens_(std::move(tokens)), limits_(limits) {}

  // The token `ahead` of the present one; the last one if there is none.
  const Token& peek(std::size_t ahead = 0) const;
  // Whether it is that keyword or symbol.
  bool at(std::string_view keyword_or_symbol, std::size_t ahead = 0) const;
  bool at_name(std::size_t ahead = 0) const;
  bool at_end() const;

  void advance();
  // Steps over that keyword or symbol if it is there.
  bool take(std::string_view keyword_or_symbol);
  // Steps over it, or is an error: "expected `;`, found ...".
  Result<> expect(std::string_view keyword_or_symbol);

  // A name: "expected the name of a field, found ..." for `what` = "the name of a field".
  Result<syntax::Id> name(std::string_view what);
  // What follows `@` in the name of a package, or stands in a gate.
  Result<syntax::Version> version();

  // Doc comments before the present token.
  std::string docs() const;

  // Counts one node; `exhausted` if there are too many.
  Result<> count();

  const Source& source() const { return source_; }

  const ParseLimits& limits() const { return limits_; }

  std::string_view text(Span span) const {
    return source_.text.substr(span.begin, span.end - span.begin);
  }

  // The span from there to the token last taken.
  Span since(Span begin) const;

  // "expected WHAT, found ...HINT", at the present token.
  Error unexpected(std::string_view what, std::string_view hint = {}) const;
  Error error(Span span, std::string_view what) const;

 private:
  Result<> check_name(std::string_view name, Span span) const;

  const Source& source_;
  std::vector<Token> tokens_;
  const ParseLimits& limits_;
  std::size_t position_ = 0;
  std::uint32_t nodes_ = 0;
};

}  // namespace wasmcloud::wit
