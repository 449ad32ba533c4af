// "host:port" as it stands in targets, Host fields and listen addresses (RFC 3986 3.2, without
// userinfo).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wasmcloud::http {

// Views into the text that was parsed.
struct Authority {
  std::string_view host;  // without the brackets of an IPv6 literal
  std::optional<std::uint16_t> port;
  bool is_ipv6_literal = false;
};

// Nothing if `text` is not a non-empty host with an optional port. "host:" has no port.
std::optional<Authority> parse_authority(std::string_view text) noexcept;

}  // namespace wasmcloud::http
