#include "wasmcloud/base/semver.h"

#include <algorithm>
#include <charconv>

namespace wasmcloud {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_numeric(std::string_view identifier) { return std::ranges::all_of(identifier, is_digit); }

bool is_identifier_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

// <valid semver> ::= <major> "." <minor> "." <patch> [ "-" <pre-release> ] [ "+" <build> ]
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<SemVer> parse() {
    SemVer version;
    WC_TRY(version.major, number("major"));
    WC_CHECK(dot("minor"));
    WC_TRY(version.minor, number("minor"));
    WC_CHECK(dot("patch"));
    WC_TRY(version.patch, number("patch"));
    if (take('-')) {
      WC_TRY(version.pre_release, identifiers("pre-release", LeadingZeros::refused));
    }
    if (take('+')) {
      WC_TRY(version.build, identifiers("build", LeadingZeros::allowed));
    }
    if (position_ != text_.size()) {
      return unexpected("the end of the version");
    }
    return version;
  }

 private:
  enum class LeadingZeros : std::uint8_t { refused, allowed };

  Error unexpected(std::string_view expected) const {
    if (position_ >= text_.size()) {
      return Error(ErrorKind::invalid, "version \"{}\": expected {} at the end", text_, expected);
    }
    return Error(ErrorKind::invalid, "version \"{}\": character {}: expected {}, found '{}'", text_,
                 position_, expected, text_[position_]);
  }

  bool take(char c) {
    if (position_ < text_.size() && text_[position_] == c) {
      ++position_;
      return true;
    }
    return false;
  }

  Result<> dot(std::string_view part) {
    if (!take('.')) {
      return unexpected(fmt::format("'.' and the {} number", part));
    }
    return {};
  }

  Result<std::uint64_t> number(std::string_view part) {
    const std::size_t start = position_;
    while (position_ < text_.size() && is_digit(text_[position_])) {
      ++position_;
    }
    const std::string_view digits = text_.substr(start, position_ - start);
    if (digits.empty()) {
      return unexpected(fmt::format("the {} number", part));
    }
    if (digits.size() > 1 && digits.front() == '0') {
      return Error(ErrorKind::invalid,
                   "version \"{}\": character {}: the {} number has a leading "
                   "zero",
                   text_, start, part);
    }
    std::uint64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) {
      return Error(ErrorKind::invalid, "version \"{}\": character {}: the {} number is too large",
                   text_, start, part);
    }
    return value;
  }

  // Dot separated, none empty.
  Result<std::string> identifiers(std::string_view part, LeadingZeros leading_zeros) {
    const std::size_t start = position_;
    do {
      const std::size_t begin = position_;
      while (position_ < text_.size() && is_identifier_character(text_[position_])) {
        ++position_;
      }
      const std::string_view identifier = text_.substr(begin, position_ - begin);
      if (identifier.empty()) {
        return unexpected(fmt::format("a {} identifier", part));
      }
      if (leading_zeros == LeadingZeros::refused && identifier.size() > 1 &&
          identifier.front() == '0' && is_numeric(identifier)) {
        return Error(ErrorKind::invalid,
                     "version \"{}\": character {}: the numeric {} identifier has a leading zero",
                     text_, begin, part);
      }
    } while (take('.'));
    return std::string(text_.substr(start, position_ - start));
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

// Section 11.4: numbers below words, numbers by value, words by ASCII order.
std::weak_ordering compare_identifiers(std::string_view a, std::string_view b) {
  const bool a_numeric = is_numeric(a);
  const bool b_numeric = is_numeric(b);
  if (a_numeric != b_numeric) {
    return a_numeric ? std::weak_ordering::less : std::weak_ordering::greater;
  }
  if (a_numeric && a.size() != b.size()) {  // no leading zeros, so the longer is the larger
    return a.size() <=> b.size();
  }
  return a <=> b;
}

std::string_view take_identifier(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view first = rest.substr(0, dot);
  rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  return first;
}

std::weak_ordering compare_pre_releases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) {  // section 11.3: a release is above its pre-releases
    return a.empty() <=> b.empty();
  }
  while (!a.empty() && !b.empty()) {
    const auto order = compare_identifiers(take_identifier(a), take_identifier(b));
    if (order != std::weak_ordering::equivalent) {
      return order;
    }
  }
  return !a.empty() <=> !b.empty();  // the one with more identifiers is above
}

}  // namespace

Result<SemVer> SemVer::parse(std::string_view text) { return Parser(text).parse(); }

std::string SemVer::to_string() const {
  std::string text = fmt::format("{}.{}.{}", major, minor, patch);
  if (!pre_release.empty()) {
    text += '-';
    text += pre_release;
  }
  if (!build.empty()) {
    text += '+';
    text += build;
  }
  return text;
}

std::optional<std::string> SemVer::compatibility_key() const {
  if (!pre_release.empty()) {
    return std::nullopt;
  }
  if (major != 0) {
    return fmt::format("{}", major);
  }
  if (minor != 0) {
    return fmt::format("0.{}", minor);
  }
  return std::nullopt;
}

std::weak_ordering operator<=>(const SemVer& a, const SemVer& b) noexcept {
  if (const auto order = a.major <=> b.major; order != std::strong_ordering::equal) {
    return order;
  }
  if (const auto order = a.minor <=> b.minor; order != std::strong_ordering::equal) {
    return order;
  }
  if (const auto order = a.patch <=> b.patch; order != std::strong_ordering::equal) {
    return order;
  }
  return compare_pre_releases(a.pre_release, b.pre_release);
}

std::optional<std::string> alternate_key(std::string_view interface_name) {
  const std::size_t at = interface_name.rfind('@');
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const Result<SemVer> version = SemVer::parse(interface_name.substr(at + 1));
  if (!version) {
    return std::nullopt;
  }
  const std::optional<std::string> key = version->compatibility_key();
  if (!key) {
    return std::nullopt;
  }
  return fmt::format("{}@{}", interface_name.substr(0, at), *key);
}

}  // namespace wasmcloud
