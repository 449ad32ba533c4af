#include "wasmcloud/wash/host_environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wasmcloud::wash {
namespace {

// Nothing: the host is not to have the variable.
using Variables = std::map<std::string, std::optional<std::string>>;

std::optional<std::string> if_on(bool on) {
  return on ? std::optional<std::string>("true") : std::nullopt;
}

std::optional<std::string> joined(const std::vector<std::string>& list) {
  if (list.empty()) {
    return std::nullopt;
  }
  return fmt::format("{}", fmt::join(list, ","));
}

void add_connection(Variables& variables, const std::string& prefix,
                    const HostConnection& connection) {
  variables[prefix + "HOST"] = connection.host;
  variables[prefix + "PORT"] = std::to_string(connection.port);
  variables[prefix + "JWT"] = connection.jwt;
  variables[prefix + "SEED"] = connection.seed;
  variables[prefix + "TLS"] = if_on(connection.tls);
}

Variables variables_of(const HostSettings& settings) {
  Variables variables{
      {"WASMCLOUD_LATTICE", settings.lattice},
      {"WASMCLOUD_HOST_SEED", settings.host_seed},
      {"WASMCLOUD_RPC_TIMEOUT_MS", std::to_string(settings.rpc_timeout_ms)},
      {"WASMCLOUD_PROV_SHUTDOWN_DELAY_MS", std::to_string(settings.provider_delay_ms)},
      {"WASMCLOUD_MAX_EXECUTION_TIME_MS", std::to_string(settings.max_execution_time_ms)},
      {"WASMCLOUD_JS_DOMAIN", settings.js_domain},
      {"WASMCLOUD_CLUSTER_SEED", settings.cluster_seed},
      {"WASMCLOUD_CLUSTER_ISSUERS", joined(settings.cluster_issuers)},
      {"WASMCLOUD_OCI_ALLOWED_INSECURE", joined(settings.allowed_insecure)},
      {"WASMCLOUD_POLICY_TOPIC", settings.policy_topic},
      {"WASMCLOUD_SECRETS_TOPIC", settings.secrets_topic},
      {"WASMCLOUD_OCI_ALLOW_LATEST", if_on(settings.allow_latest)},
      {"WASMCLOUD_ALLOW_FILE_LOAD", if_on(settings.allow_file_load)},
      {"WASMCLOUD_CONFIG_SERVICE", if_on(settings.config_service)},
      {"WASMCLOUD_STRUCTURED_LOGGING_ENABLED", if_on(settings.structured_logging)},
      {"WASMCLOUD_ENABLE_IPV6", if_on(settings.ipv6)},
      {"WASMCLOUD_LOG_LEVEL", settings.log_level},
  };
  // A host with one connection for both knows these names only; to others they are the default.
  variables["WASMCLOUD_NATS_HOST"] = settings.ctl.host;
  variables["WASMCLOUD_NATS_PORT"] = std::to_string(settings.ctl.port);
  if (settings.ctl.jwt) {
    variables["WASMCLOUD_NATS_JWT"] = settings.ctl.jwt;
    variables["WASMCLOUD_NATS_SEED"] = settings.ctl.seed;
    variables["WASMCLOUD_NATS_CREDS"] = std::nullopt;  // excludes the two
  }
  add_connection(variables, "WASMCLOUD_CTL_", settings.ctl);
  add_connection(variables, "WASMCLOUD_RPC_", settings.rpc);
  for (const auto& [key, value] : settings.labels) {
    variables["WASMCLOUD_LABEL_" + key] = value;
  }
  return variables;
}

}  // namespace

Result<std::pair<std::string, std::string>> parse_label(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Error(ErrorKind::invalid, "invalid label format `{}`. Expected `key=value`", text);
  }
  const std::string_view key = text.substr(0, equals);
  if (key.starts_with("hostcore.")) {
    return Error(ErrorKind::invalid, "hostcore.* labels cannot be set manually");
  }
  return std::pair(std::string(key), std::string(text.substr(equals + 1)));
}

std::vector<std::string> host_environment(const HostSettings& settings,
                                          const std::vector<std::string>& inherited) {
  const Variables variables = variables_of(settings);
  std::vector<std::string> environment;
  for (const std::string& variable : inherited) {
    // To wash an empty one is not there; a host would complain of it.
    const bool empty = variable.starts_with("WASMCLOUD_") && variable.ends_with('=');
    if (!empty && !variables.contains(variable.substr(0, variable.find('=')))) {
      environment.push_back(variable);
    }
  }
  for (const auto& [name, value] : variables) {
    if (value) {
      environment.push_back(fmt::format("{}={}", name, *value));
    }
  }
  return environment;
}

}  // namespace wasmcloud::wash
