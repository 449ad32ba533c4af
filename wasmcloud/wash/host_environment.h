// What `wash up` tells a host, which it does by the host's environment (fact sheet "wash", 3.6).
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wash {

// How the host reaches NATS for one purpose. Jwt and seed are both there or neither.
struct HostConnection {
  std::string host;
  std::uint16_t port = 0;
  std::optional<std::string> jwt = {};
  std::optional<std::string> seed = {};
  bool tls = false;
};

struct HostSettings {
  std::string lattice;
  std::string host_seed;
  HostConnection ctl;
  HostConnection rpc;
  std::uint64_t rpc_timeout_ms = 2000;
  std::uint64_t provider_delay_ms = 300;
  std::uint64_t max_execution_time_ms = 600'000;
  std::optional<std::string> js_domain = {};
  std::optional<std::string> cluster_seed = {};
  std::vector<std::string> cluster_issuers = {};
  std::vector<std::string> allowed_insecure = {};
  std::optional<std::string> policy_topic = {};
  std::optional<std::string> secrets_topic = {};
  bool allow_latest = false;
  bool allow_file_load = true;
  bool config_service = false;
  bool structured_logging = false;
  bool ipv6 = false;
  std::string log_level = "info";
  std::map<std::string, std::string> labels = {};
};

// "KEY=VALUE", split at the first '='. Errors: `invalid` for what is none, and for the labels that
// a host sets itself.
Result<std::pair<std::string, std::string>> parse_label(std::string_view text);

// The variables, "NAME=value", that a host gets: those of `inherited` (of the same form) that the
// settings say nothing of, in their order, then those of the settings in alphabetical order. A
// switch that is off is left out, and so is what `inherited` says of it, and what is empty there.
std::vector<std::string> host_environment(const HostSettings& settings,
                                          const std::vector<std::string>& inherited);

}  // namespace wasmcloud::wash
