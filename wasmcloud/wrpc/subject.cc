#include "wasmcloud/wrpc/subject.h"

#include <algorithm>
#include <charconv>

namespace wasmcloud::wrpc {
namespace {

constexpr std::string_view kProtocol = "wrpc.0.0.1";

std::string_view root_of(Direction direction) {
  return direction == Direction::params ? ".params" : ".results";
}

// What in a name would be read as something else. Dots only make more tokens.
Result<> check_tokens(std::string_view what, std::string_view name) {
  const bool plain = std::ranges::all_of(
      name, [](char c) { return c > ' ' && c != '*' && c != '>' && c != 0x7f; });
  const bool whole =
      !name.starts_with('.') && !name.ends_with('.') && name.find("..") == std::string_view::npos;
  if (!plain || !whole) {
    return Error(ErrorKind::invalid, "{} `{}`: expected what a subject may hold", what, name);
  }
  return {};
}

// Decimal, in the one form that is written.
std::optional<std::uint32_t> read_index(std::string_view token) {
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = error == std::errc{} && end == token.data() + token.size();
  const bool canonical = token.size() == 1 || !token.starts_with('0');
  return whole && canonical ? std::optional(index) : std::nullopt;
}

}  // namespace

std::string_view wire_name(std::string_view name) noexcept {
  for (const std::string_view mark : {"[constructor]", "[method]", "[static]"}) {
    if (name.starts_with(mark)) {
      return name.substr(mark.size());
    }
  }
  return name;
}

Result<std::string> invocation_subject(const Endpoint& endpoint) {
  const std::string_view function = wire_name(endpoint.function);
  WC_CHECK(check_tokens("prefix", endpoint.prefix));
  WC_CHECK(check_tokens("instance", endpoint.instance));
  WC_CHECK(check_tokens("function", function));
  if (function.empty()) {
    return Error(ErrorKind::invalid, "function `{}`: expected a name", endpoint.function);
  }
  std::string subject;
  for (const std::string_view part : {endpoint.prefix, kProtocol, endpoint.instance, function}) {
    if (!part.empty()) {
      subject += subject.empty() ? "" : ".";
      subject += part;
    }
  }
  return subject;
}

std::string channel_subject(std::string_view inbox, Direction direction,
                            std::span<const std::uint32_t> path) {
  std::string subject(inbox);
  subject += root_of(direction);
  for (const std::uint32_t index : path) {
    subject += '.';
    subject += std::to_string(index);
  }
  return subject;
}

std::optional<Path> channel_of(std::string_view subject, std::string_view inbox,
                               Direction direction) {
  for (const std::string_view part : {inbox, root_of(direction)}) {
    if (!subject.starts_with(part)) {
      return std::nullopt;
    }
    subject.remove_prefix(part.size());
  }
  Path path;
  while (!subject.empty()) {
    const std::size_t end = std::min(subject.find('.', 1), subject.size());
    const auto index =
        subject.front() == '.' ? read_index(subject.substr(1, end - 1)) : std::nullopt;
    if (!index) {
      return std::nullopt;
    }
    path.push_back(*index);
    subject.remove_prefix(end);
  }
  return path;
}

}  // namespace wasmcloud::wrpc
