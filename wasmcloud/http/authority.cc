#include "wasmcloud/http/authority.h"

#include <algorithm>
#include <charconv>

namespace wasmcloud::http {
namespace {

bool is_hex(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// reg-name = *( unreserved / pct-encoded / sub-delims )
bool is_reg_name_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%!$&'()*+,;=").contains(c);
}

// Of "[" IPv6address "]", with a zone ("%eth0"); whether the address itself is right is for who
// connects to it.
bool is_literal_byte(char c) noexcept { return is_hex(c) || c == ':' || c == '.'; }

bool is_literal(std::string_view host) noexcept {
  const std::string_view address = host.substr(0, host.find('%'));
  const std::string_view zone = host.substr(address.size());
  return address.contains(':') && std::ranges::all_of(address, is_literal_byte) &&
         std::ranges::all_of(zone, is_reg_name_byte);
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) noexcept {
  Authority result;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    result.host = text.substr(1, end - 1);
    result.is_ipv6_literal = true;
    rest = text.substr(end + 1);
    if (!is_literal(result.host)) {
      return std::nullopt;
    }
  } else {
    result.host = text.substr(0, text.find(':'));
    rest = text.substr(result.host.size());
    if (result.host.empty() || !std::ranges::all_of(result.host, is_reg_name_byte)) {
      return std::nullopt;
    }
  }
  if (rest.empty() || rest == ":") {
    return result;
  }
  std::uint16_t port = 0;
  const char* const end = rest.data() + rest.size();
  const auto [stopped, error] = std::from_chars(rest.data() + 1, end, port);
  if (rest.front() != ':' || error != std::errc() || stopped != end) {
    return std::nullopt;
  }
  result.port = port;
  return result;
}

}  // namespace wasmcloud::http
