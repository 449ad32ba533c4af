// The configuration file that `wash up` writes for the nats-server it starts (fact sheet "wash",
// 3.6). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wasmcloud::wash {

// A leaf node of a NATS server elsewhere: what is published here goes there, and the reverse.
struct NatsRemote {
  std::string url;
  std::optional<std::string> credsfile = {};
};

struct NatsConfig {
  std::string jetstream_domain = "core";
  std::string store_directory;
  std::optional<NatsRemote> remote = {};
  std::uint16_t websocket_port = 0;  // 0: none
};

// The text of the file. Address, port and the pid's file are arguments of the program.
std::string nats_config_text(const NatsConfig& config);

}  // namespace wasmcloud::wash
