// What configures the built-in HTTP server (fact sheet "providers", 3.1): the provider's own keys,
// and the settings of what listens. Pure; the texts come from strangers and are bounded.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::host {

enum class RoutingMode : std::uint8_t { address, path, host };

// Of the provider. Keys are compared exactly.
struct HttpServerConfig {
  RoutingMode mode = RoutingMode::address;
  std::string default_address = "0.0.0.0:8000";
  std::string header = "host";  // whose value chooses in host mode; in lower case
  friend bool operator==(const HttpServerConfig&, const HttpServerConfig&) = default;
};

// Ready to be sent: "*" is any.
struct CorsSettings {
  std::vector<std::string> allowed_origins;  // empty: any
  std::string allowed_methods;               // "GET,POST"
  std::string allowed_headers;
  std::string exposed_headers;
  std::optional<std::uint64_t> max_age_seconds;
  friend bool operator==(const CorsSettings&, const CorsSettings&) = default;
};

// Of a link in address mode, of the provider in the others.
struct HttpServerSettings {
  std::string address;  // "127.0.0.1:8000", "[::1]:8000": of two equal ones the texts are equal
  std::optional<std::string> cache_control;
  bool readonly_mode = false;
  std::optional<std::chrono::milliseconds> timeout;  // until the head of the response
  std::optional<CorsSettings> cors;                  // only if something of it was set
  friend bool operator==(const HttpServerSettings&, const HttpServerSettings&) = default;

  // Whether a request or its response is anything but passed on.
  bool changes_requests() const noexcept {
    return cache_control || readonly_mode || timeout || cors;
  }
};

// What one value of a configuration may hold at most.
inline constexpr std::size_t kMaxHttpSettingBytes = std::size_t{64} << 10U;

// Errors, with the texts of the sheet: `invalid`; `exhausted` for a value that is too large.
Result<HttpServerConfig> parse_http_server_config(const lattice::StringMap& config);

// `default_address` counts where `config` has none. Keys are compared without regard to case.
// Errors as above; `unsupported` for TLS.
Result<HttpServerSettings> parse_http_server_settings(const lattice::StringMap& config,
                                                      const std::string& default_address);

}  // namespace wasmcloud::host
