#include <utility>

#include "wasmcloud/wit/parser_types.h"

namespace wasmcloud::wit {
namespace {

// "(version = " or "(feature = "
Result<> expect_field(TokenCursor& tokens, std::string_view field) {
  WC_CHECK(tokens.expect("("));
  if (!tokens.at_name() || tokens.text(tokens.peek().span) != field) {
    return tokens.unexpected(fmt::format("`{}`", field));
  }
  tokens.advance();
  return tokens.expect("=");
}

Result<> parse_version_gate(TokenCursor& tokens, std::optional<syntax::Version>& gate) {
  WC_CHECK(expect_field(tokens, "version"));
  WC_TRY(gate, tokens.version());
  return tokens.expect(")");
}

Result<> parse_feature_gate(TokenCursor& tokens, std::optional<syntax::Id>& gate) {
  WC_CHECK(expect_field(tokens, "feature"));
  WC_TRY(gate, tokens.name("the name of a feature"));
  return tokens.expect(")");
}

Result<> parse_external_id(TokenCursor& tokens, std::optional<std::string>& id) {
  WC_CHECK(tokens.expect("("));
  if (tokens.peek().kind != TokenKind::string) {
    return tokens.unexpected("a string");
  }
  WC_TRY(id, string_value(tokens.source(), tokens.peek()));
  tokens.advance();
  return tokens.expect(")");
}

// One attribute, from its name on. Each may stand once.
Result<> parse_attribute(TokenCursor& tokens, syntax::Attributes& attributes) {
  const Span span = tokens.peek().span;
  WC_TRY(const syntax::Id name, tokens.name("the name of an attribute"));
  const auto twice = [&] {
    return tokens.error(span, fmt::format("`@{}` stands here twice", name.text));
  };
  if (name.text == "since") {
    return attributes.since ? twice() : parse_version_gate(tokens, attributes.since);
  }
  if (name.text == "deprecated") {
    return attributes.deprecated ? twice() : parse_version_gate(tokens, attributes.deprecated);
  }
  if (name.text == "unstable") {
    return attributes.unstable ? twice() : parse_feature_gate(tokens, attributes.unstable);
  }
  if (name.text == "external-id") {
    return attributes.external_id ? twice() : parse_external_id(tokens, attributes.external_id);
  }
  return tokens.error(span,
                      fmt::format("there is no attribute `@{}`; expected `@since`, `@unstable`, "
                                  "`@deprecated` or `@external-id`",
                                  name.text));
}

Result<> check_gates(const TokenCursor& tokens, const syntax::Attributes& attributes) {
  if (attributes.since && attributes.unstable) {
    return tokens.error(attributes.unstable->span,
                        "an item is either `@since` a version or `@unstable`, not both");
  }
  if (attributes.deprecated && !attributes.since && !attributes.unstable) {
    return tokens.error(attributes.deprecated->span,
                        "`@deprecated` wants `@since` or `@unstable` beside it");
  }
  return {};
}

}  // namespace

Result<syntax::Attributes> parse_attributes(TokenCursor& tokens) {
  syntax::Attributes attributes;
  attributes.docs = tokens.docs();
  while (tokens.take("@")) {
    WC_CHECK(parse_attribute(tokens, attributes));
    // Docs between gates and item belong to it too.
    if (const std::string more = tokens.docs(); !more.empty()) {
      attributes.docs += attributes.docs.empty() ? more : "\n" + more;
    }
  }
  WC_CHECK(check_gates(tokens, attributes));
  return attributes;
}

}  // namespace wasmcloud::wit
