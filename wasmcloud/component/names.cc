#include "wasmcloud/component/names.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace wasmcloud::component {
namespace {

constexpr std::string_view kConstructor = "[constructor]";
constexpr std::string_view kMethod = "[method]";
constexpr std::string_view kStatic = "[static]";

constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr char to_lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

bool eat(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

// One word or acronym, up to the next `-`.
bool is_fragment(std::string_view text) noexcept {
  const bool digits_or_lower =
      std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c); });
  const bool digits_or_upper =
      std::ranges::all_of(text, [](char c) { return is_upper(c) || is_digit(c); });
  return !text.empty() && (digits_or_lower || digits_or_upper);
}

Result<> check_label(std::string_view text) {
  if (!is_label(text)) {
    return Error(ErrorKind::invalid, "`{}` is not in kebab case", text);
  }
  return {};
}

// words ::= first-word ( '-' word )*
Result<> check_words(std::string_view text) {
  WC_CHECK(check_label(text));
  const auto upper = std::ranges::find_if(text, is_upper);
  if (upper != text.end()) {
    return Error(ErrorKind::invalid, "character `{}` is not lowercase in package name/namespace",
                 *upper);
  }
  return {};
}

// Takes the longest run of characters that a label could have.
std::string_view take_label_characters(std::string_view& text) noexcept {
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '-'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// --- Semantic Versioning 2.0 ---

Result<> check_number(std::string_view& text, std::string_view part) {
  if (text.empty()) {
    return Error(ErrorKind::invalid, "unexpected end of input while parsing {} version number",
                 part);
  }
  if (!is_digit(text.front())) {
    return Error(ErrorKind::invalid, "unexpected character '{}' while parsing {} version number",
                 text.front(), part);
  }
  const auto end = std::ranges::find_if_not(text, is_digit);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, length);
  if (length > 1 && digits.front() == '0') {
    return Error(ErrorKind::invalid, "invalid leading zero in {} version number", part);
  }
  constexpr std::string_view kMax = "18446744073709551615";
  if (length > kMax.size() || (length == kMax.size() && digits > kMax)) {
    return Error(ErrorKind::invalid, "value of {} version number exceeds 2^64-1", part);
  }
  text.remove_prefix(length);
  return {};
}

Result<> check_dot(std::string_view& text, std::string_view after) {
  if (text.empty()) {
    return Error(ErrorKind::invalid, "unexpected end of input while parsing {} version number",
                 after);
  }
  if (!eat(text, ".")) {
    return Error(ErrorKind::invalid, "unexpected character '{}' after {} version number",
                 text.front(), after);
  }
  return {};
}

// Dot-separated identifiers of [0-9A-Za-z-].
Result<> check_identifiers(std::string_view& text, std::string_view part, bool leading_zeros) {
  for (;;) {
    const std::string_view segment = take_label_characters(text);
    if (segment.empty()) {
      return Error(ErrorKind::invalid, "empty identifier segment in {}", part);
    }
    if (!leading_zeros && segment.size() > 1 && segment.front() == '0' &&
        std::ranges::all_of(segment, is_digit)) {
      return Error(ErrorKind::invalid, "invalid leading zero in {}", part);
    }
    if (!eat(text, ".")) {
      return {};
    }
  }
}

// --- Names ---

// interfacename ::= namespace words projection interfaceversion?
Result<ExternName> parse_interface(std::string_view rest) {
  ExternName name{.kind = NameKind::interface};
  name.namespace_ = take_label_characters(rest);
  WC_CHECK(check_words(name.namespace_));
  if (!eat(rest, ":")) {
    return Error(ErrorKind::invalid, "expected `:` at `{}`", rest);
  }
  name.package = take_label_characters(rest);
  WC_CHECK(check_words(name.package));
  if (!eat(rest, "/")) {
    return Error(ErrorKind::invalid, "expected `/` after package name");
  }
  name.interface = take_label_characters(rest);
  WC_CHECK(check_label(name.interface));
  if (eat(rest, "@")) {
    name.version = rest;
    WC_CHECK(check_semver(rest), "`{}` is not a valid semver", rest);
    rest = {};
  }
  if (!rest.empty()) {
    return Error(ErrorKind::invalid, "trailing characters found: `{}`", rest);
  }
  return name;
}

// label '.' label
Result<ExternName> parse_member(NameKind kind, std::string_view rest) {
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) {
    return Error(ErrorKind::invalid, "failed to find `.` character");
  }
  ExternName name{.kind = kind, .resource = rest.substr(0, dot), .label = rest.substr(dot + 1)};
  WC_CHECK(check_label(name.resource));
  WC_CHECK(check_label(name.label));
  return name;
}

// --- The dependency forms of older tools: pkgname is `ns:pkg` with optional projections ---

Result<std::string_view> take_bracketed(std::string_view& rest) {
  if (!eat(rest, "<")) {
    return Error(ErrorKind::invalid, "expected `<` at `{}`", rest);
  }
  const std::size_t end = rest.find('>');
  if (end == std::string_view::npos) {
    return Error(ErrorKind::invalid, "failed to find `>` character");
  }
  const std::string_view inside = rest.substr(0, end);
  if (inside.find('<') != std::string_view::npos) {
    return Error(ErrorKind::invalid, "`{}` cannot contain `<`", inside);
  }
  rest.remove_prefix(end + 1);
  return inside;
}

// integrity-metadata: hashes separated by spaces, each `sha256-`, `sha384-` or `sha512-` and
// base64.
Result<> check_integrity(std::string_view text) {
  bool any = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string_view hash = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (hash.empty()) {
      continue;
    }
    any = true;
    if (!eat(hash, "sha256-") && !eat(hash, "sha384-") && !eat(hash, "sha512-")) {
      return Error(ErrorKind::invalid, "unrecognized hash algorithm: `{}`", hash);
    }
    hash = hash.substr(0, hash.find('?'));  // options
    const std::string_view padding = hash.substr(std::min(hash.find('='), hash.size()));
    hash.remove_suffix(padding.size());
    const auto base64 = [](char c) {
      return is_lower(c) || is_upper(c) || is_digit(c) || c == '+' || c == '/';
    };
    if (hash.empty() || !std::ranges::all_of(hash, base64) ||
        (!padding.empty() && padding != "=" && padding != "==")) {
      return Error(ErrorKind::invalid, "not valid base64: `{}`", hash);
    }
  }
  if (!any) {
    return Error(ErrorKind::invalid, "integrity hash cannot be empty");
  }
  return {};
}

Result<> check_end_or_integrity(std::string_view rest) {
  if (eat(rest, ",integrity=")) {
    WC_TRY(const std::string_view hashes, take_bracketed(rest));
    WC_CHECK(check_integrity(hashes));
  }
  if (!rest.empty()) {
    return Error(ErrorKind::invalid, "trailing characters found: `{}`", rest);
  }
  return {};
}

// verrange ::= '*' | '{' '>=' semver '}' | '{' '<' semver '}' | '{' '>=' semver ' <' semver '}'
Result<> take_version_range(std::string_view& rest) {
  if (eat(rest, "*")) {
    return {};
  }
  const std::size_t end = rest.find('}');
  if (!eat(rest, "{") || end == std::string_view::npos) {
    return Error(ErrorKind::invalid, "expected `*` or a version range in `{{}}` at `{}`", rest);
  }
  std::string_view range = rest.substr(0, end - 1);
  rest.remove_prefix(end);
  if (eat(range, ">=")) {
    const std::size_t space = std::min(range.find(' '), range.size());
    WC_CHECK(check_semver(range.substr(0, space)));
    range.remove_prefix(std::min(space + 1, range.size()));
    if (range.empty()) {
      return {};
    }
  }
  if (!eat(range, "<")) {
    return Error(ErrorKind::invalid, "expected `>=` or `<` at start of version range");
  }
  return check_semver(range);
}

Result<> take_version(std::string_view& rest) {
  const std::string_view version = rest.substr(0, rest.find('>'));
  rest.remove_prefix(version.size());
  return check_semver(version);
}

// depname ::= 'unlocked-dep=<' pkgname ( '@' verrange )? '>'
//           | 'locked-dep=<' pkgname ( '@' semver )? '>' ( ',integrity=<' .. '>' )?
Result<ExternName> parse_dependency(std::string_view rest, bool locked) {
  if (!eat(rest, "<")) {
    return Error(ErrorKind::invalid, "expected `<` at `{}`", rest);
  }
  ExternName name{.kind = NameKind::dependency};
  name.namespace_ = take_label_characters(rest);
  WC_CHECK(check_words(name.namespace_));
  if (!eat(rest, ":")) {
    return Error(ErrorKind::invalid, "expected `:` at `{}`", rest);
  }
  name.package = take_label_characters(rest);
  WC_CHECK(check_words(name.package));
  if (eat(rest, "@")) {
    const std::string_view from = rest;
    WC_CHECK(locked ? take_version(rest) : take_version_range(rest), "version of `{}`",
             name.package);
    name.version = from.substr(0, from.size() - rest.size());
  }
  if (!eat(rest, ">")) {
    return Error(ErrorKind::invalid, "expected `>` at `{}`", rest);
  }
  if (!locked && !rest.empty()) {
    return Error(ErrorKind::invalid, "trailing characters found: `{}`", rest);
  }
  WC_CHECK(check_end_or_integrity(rest));
  return name;
}

}  // namespace

bool is_label(std::string_view text) noexcept {
  if (text.empty() || is_digit(text.front())) {
    return false;
  }
  for (;;) {
    const std::size_t dash = text.find('-');
    if (!is_fragment(text.substr(0, dash))) {
      return false;
    }
    if (dash == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dash + 1);
  }
}

Result<> check_semver(std::string_view text) {
  if (text.empty()) {
    return Error(ErrorKind::invalid, "empty string, expected a semver version");
  }
  WC_CHECK(check_number(text, "major"));
  WC_CHECK(check_dot(text, "major"));
  WC_CHECK(check_number(text, "minor"));
  WC_CHECK(check_dot(text, "minor"));
  WC_CHECK(check_number(text, "patch"));
  if (eat(text, "-")) {
    WC_CHECK(check_identifiers(text, "pre-release identifier", false));
  }
  if (eat(text, "+")) {
    WC_CHECK(check_identifiers(text, "build metadata", true));
  }
  if (!text.empty()) {
    return Error(ErrorKind::invalid, "unexpected character '{}' after patch version number",
                 text.front());
  }
  return {};
}

Result<ExternName> parse_extern_name(std::string_view name) {
  if (name.find(':') != std::string_view::npos) {
    return parse_interface(name);
  }
  std::string_view rest = name;
  if (eat(rest, kMethod)) {
    return parse_member(NameKind::method, rest);
  }
  if (eat(rest, kStatic)) {
    return parse_member(NameKind::static_, rest);
  }
  if (eat(rest, kConstructor)) {
    WC_CHECK(check_label(rest));
    return ExternName{.kind = NameKind::constructor, .resource = rest};
  }
  WC_CHECK(check_label(name));
  return ExternName{.kind = NameKind::label, .label = name};
}

Result<ExternName> parse_import_name(std::string_view name) {
  std::string_view rest = name;
  if (eat(rest, "locked-dep=")) {
    return parse_dependency(rest, true);
  }
  if (eat(rest, "unlocked-dep=")) {
    return parse_dependency(rest, false);
  }
  if (eat(rest, "url=")) {
    WC_CHECK(take_bracketed(rest));
    WC_CHECK(check_end_or_integrity(rest));
    return ExternName{.kind = NameKind::url};
  }
  if (eat(rest, "integrity=")) {
    WC_TRY(const std::string_view hashes, take_bracketed(rest));
    WC_CHECK(check_integrity(hashes));
    if (!rest.empty()) {
      return Error(ErrorKind::invalid, "trailing characters found: `{}`", rest);
    }
    return ExternName{.kind = NameKind::hash};
  }
  return parse_extern_name(name);
}

std::string canonical_name(std::string_view name) {
  if (name.find('=') != std::string_view::npos) {
    return std::string(name);  // a dependency, URL or hash: case matters
  }
  std::string lower(name.size(), '\0');
  std::ranges::transform(name, lower.begin(), to_lower);
  std::string_view rest = lower;
  if (eat(rest, kMethod) || eat(rest, kStatic)) {
    const std::size_t dot = rest.find('.');
    const bool same = dot != std::string_view::npos && rest.substr(0, dot) == rest.substr(dot + 1);
    return std::string(same ? rest.substr(0, dot) : rest);
  }
  return lower;
}

}  // namespace wasmcloud::component
