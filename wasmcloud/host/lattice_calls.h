// wRPC over the lattice: a transport for each shard, on the host's connection for calls.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/nats_transport.h"

namespace wasmcloud::host {

// start() and stop() are awaited on any executor; the rest is for the shard that it names.
class LatticeCalls {
 public:
  // `shards` must outlive it.
  LatticeCalls(Shards& shards, std::string lattice);
  // stop() must have ended, if start() was called.
  ~LatticeCalls();

  // `connection` must outlive stop().
  Task<> start(nats::Connection& connection);
  // All servers and sessions must have ended.
  Task<> stop();

  // What a component or provider is called by. Good until stop().
  wrpc::Client& client(const Shard& shard, std::string_view target);
  wrpc::NatsTransport& transport(const Shard& shard);

  // "{lattice}.{id}": below it an entity is called; its queue group, too.
  std::string prefix(std::string_view id) const;

 private:
  struct Place {
    std::unique_ptr<wrpc::NatsTransport> transport;
    std::map<std::string, std::unique_ptr<wrpc::Client>, std::less<>> clients;  // by target
  };

  Task<> start_on(Shard& shard, nats::Connection& connection);
  Task<> stop_on(Shard& shard);

  Shards& shards_;
  const std::string lattice_;
  std::vector<Place> places_;  // by the shard's index
};

}  // namespace wasmcloud::host
