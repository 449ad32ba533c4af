// What benchmarks over NATS have in common: a server of their own, and what they send.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "wasmcloud/nats/testing/nats_server.h"

namespace wasmcloud::bench {

struct Payload {
  const char* name;
  std::uint32_t size;
};

inline constexpr std::array<Payload, 4> kPayloads{
    {{"0 B", 0}, {"64 B", 64}, {"4 KiB", 4096}, {"1 MiB", 1U << 20U}}};
inline constexpr int kInFlight = 64;

// All in flight may be on its way to one client at a time; a list's length comes on top of 1 MiB.
// Ends the program if there is no nats-server.
inline std::unique_ptr<nats::NatsServer> start_broker() {
  if (!nats::NatsServer::program()) {
    std::fprintf(stderr, "no nats-server: install it or name it in NATS_SERVER\n");
    std::exit(1);
  }
  return std::make_unique<nats::NatsServer>("max_pending: 268435456, max_payload: 2097152");
}

}  // namespace wasmcloud::bench
