// For tests: a provider of 1.9.2 as a program, told what its host would tell it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/testing/peers.h"
#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/nats/testing/nats_server.h"

namespace wasmcloud::host {

// Configurations are JSON.
struct PeerLink {
  std::string source;
  std::string target;
  std::string name = "default";
  std::string wit_namespace;
  std::string wit_package;
  std::string interface;
  std::string source_config = "{}";
  std::string target_config = "{}";
};

struct PeerOptions {
  std::string program;  // WC_NEED_PEER has found it
  std::string id;
  std::vector<PeerLink> links;
};

class PeerProvider {
 public:
  // `directory`: where it starts.
  PeerProvider(const PeerOptions& options, const nats::NatsServer& server,
               const std::filesystem::path& directory)
      : program_(*peer_program(options.program), {.arguments = {},
                                                  .environment = {},
                                                  .input = host_data(options, server.url()),
                                                  .directory = directory.string(),
                                                  .stdout_closed = false}) {}

  std::string log() const { return program_.out() + program_.err(); }

 private:
  static std::string host_data(const PeerOptions& options, const std::string& nats_url) {
    std::string links;
    for (const PeerLink& link : options.links) {
      links.append(links.empty() ? "" : ",").append(definition(link));
    }
    const std::string json = fmt::format(
        R"({{"host_id":"NTEST","lattice_rpc_prefix":"default","link_name":"default",)"
        R"("lattice_rpc_user_jwt":"","lattice_rpc_user_seed":"","lattice_rpc_url":"{}",)"
        R"("provider_key":"{}","env_values":{{}},"instance_id":"test","link_definitions":[{}],)"
        R"("cluster_issuers":[],"config":{{}},"secrets":{{}},"host_xkey_public_key":"",)"
        R"("provider_xkey_private_key":"","structured_logging":false,"log_level":"info",)"
        R"("otel_config":{{"enable_observability":false,"protocol":"Http",)"
        R"("additional_ca_paths":[],"trace_level":"info"}}}})",
        nats_url, options.id, links);
    return encode_base64(as_u8(json)) + "\r\n";
  }

  static std::string definition(const PeerLink& link) {
    return fmt::format(
        R"({{"source_id":"{}","target":"{}","name":"{}","wit_namespace":"{}","wit_package":"{}",)"
        R"("interfaces":["{}"],"source_config":{},"target_config":{},)"
        R"("source_secrets":null,"target_secrets":null}})",
        link.source, link.target, link.name, link.wit_namespace, link.wit_package, link.interface,
        link.source_config, link.target_config);
  }

  Program program_;
};

}  // namespace wasmcloud::host
