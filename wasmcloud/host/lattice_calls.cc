#include "wasmcloud/host/lattice_calls.h"

#include <utility>

#include <fmt/format.h>

namespace wasmcloud::host {

LatticeCalls::LatticeCalls(Shards& shards, std::string lattice)
    : shards_(shards), lattice_(std::move(lattice)), places_(shards.size()) {}

LatticeCalls::~LatticeCalls() = default;

Task<> LatticeCalls::start(nats::Connection& connection) {
  co_return co_await shards_.on_all(
      [this, &connection](Shard& shard) { return start_on(shard, connection); });
}

Task<> LatticeCalls::start_on(Shard& shard, nats::Connection& connection) {
  WC_CO_TRY(places_[shard.index()].transport, wrpc::NatsTransport::create(connection));
  co_return Result<>();
}

Task<> LatticeCalls::stop() {
  co_return co_await shards_.on_all([this](Shard& shard) { return stop_on(shard); });
}

Task<> LatticeCalls::stop_on(Shard& shard) {
  Place& place = places_[shard.index()];
  place.clients.clear();
  if (place.transport == nullptr) {
    co_return Result<>();
  }
  Result<> stopped = co_await place.transport->stop();
  place.transport.reset();
  co_return stopped;
}

wrpc::Client& LatticeCalls::client(const Shard& shard, std::string_view target) {
  Place& place = places_[shard.index()];
  const auto known = place.clients.find(target);
  if (known != place.clients.end()) {
    return *known->second;
  }
  auto made = place.transport->client(prefix(target));
  return *place.clients.emplace(std::string(target), std::move(made)).first->second;
}

wrpc::NatsTransport& LatticeCalls::transport(const Shard& shard) {
  return *places_[shard.index()].transport;
}

std::string LatticeCalls::prefix(std::string_view id) const {
  return fmt::format("{}.{}", lattice_, id);
}

}  // namespace wasmcloud::host
