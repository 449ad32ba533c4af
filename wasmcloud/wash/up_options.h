// What `wash up` can be told (fact sheet "wash", 1.8).
//
// A flag wins over its variable, that over the default context, that over what is built in.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/host_environment.h"
#include "wasmcloud/wash/lattice_options.h"
#include "wasmcloud/wash/nats_config.h"

namespace CLI {
class App;
}

namespace wasmcloud::wash {

struct UpSettings {
  bool detached = false;
  bool multi_local = false;
  bool connect_only = false;
  Address nats;                                           // where a nats-server would listen
  std::optional<std::filesystem::path> nats_config_file;  // the user's; else one is made of:
  NatsConfig nats_config;
  HostSettings host;
  Address ctl;
  LatticeSettings lattice;  // of the control connection
  std::optional<std::filesystem::path> host_log;
  std::optional<std::filesystem::path> host_path;
};

// "127.0.0.1:4222", "[::1]:4222".
std::string to_string(const Address& address);

// Where the server of a leaf node's remote listens: "tls://user:password@host:7422/path", where
// only the host must be there. Error `invalid`.
Result<Address> parse_remote_url(std::string_view url);

class UpOptions {
 public:
  void declare(CLI::App& app);
  // Reads the flags and the variables. An error is the user's.
  Result<> prepare();
  // With what the default context adds; reads files. The host's seed is made if none was given.
  Result<UpSettings> settings() const;

  // What each flag, or its variable, says; empty: neither.
  struct Flags {
    bool detached = false;
    bool connect_only = false;
    bool rpc_tls = false;
    bool ctl_tls = false;
    bool allow_latest = false;
    bool config_service = false;
    bool structured_logging = false;
    bool ipv6 = false;
    bool multi_local = false;
    bool start_only = false;
    bool disable_wadm = false;
    std::string nats_credsfile;
    std::string nats_config_file;
    std::string nats_remote_url;
    std::string nats_host;
    std::string nats_port;
    std::string nats_websocket_port;
    std::string nats_js_domain;
    std::string lattice;
    std::string host_seed;
    std::string rpc_host;
    std::string rpc_port;
    std::string rpc_jwt;
    std::string rpc_seed;
    std::string rpc_credsfile;
    std::string rpc_timeout_ms;
    std::string ctl_host;
    std::string ctl_port;
    std::string ctl_jwt;
    std::string ctl_seed;
    std::string ctl_credsfile;
    std::string ctl_tls_ca_file;
    std::string cluster_seed;
    std::string provider_delay;
    std::string js_domain;
    std::string allow_file_load;
    std::string log_level;
    std::string max_execution_time_ms;
    std::string secrets_topic;
    std::string policy_topic;
    std::string host_log_path;
    std::string host_path;
    std::vector<std::string> cluster_issuers;
    std::vector<std::string> allowed_insecure;
    std::vector<std::string> labels;
  };

 private:
  Result<> check_combinations() const;

  Flags flags_;
  std::optional<std::uint16_t> nats_port_;
  std::optional<std::uint16_t> rpc_port_;
  std::optional<std::uint16_t> ctl_port_;
  NatsConfig nats_config_;
  HostSettings host_;  // without what the context may add
};

}  // namespace wasmcloud::wash
