// What all components of this process share: shards, Wasmtime's engine, what WASI offers, clients
// for requests to elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/http/client.h"

namespace wasmcloud::host {

struct RuntimeConfig {
  std::size_t shards = 0;           // 0: one for each usable core
  std::filesystem::path cache_dir;  // of compiled components, made if missing; empty: no cache
  std::uint32_t instances = 1000;   // that may live at a time
  bool messaging_v3 = false;        // components may have wasmcloud:messaging@0.3.0
};

// Thread-safe once made. Everything that runs on it must have ended before it goes.
class ComponentRuntime {
 public:
  // Blocks: not on a shard.
  static Result<std::unique_ptr<ComponentRuntime>> create(RuntimeConfig config);
  // Blocks until the shards' threads have ended.
  ~ComponentRuntime();
  ComponentRuntime(const ComponentRuntime&) = delete;
  ComponentRuntime& operator=(const ComponentRuntime&) = delete;

  Shards& shards() noexcept { return shards_; }

  const component::Engine& engine() const noexcept { return *engine_; }

  const component::Host& host() const noexcept { return host_; }

  // Only on that shard.
  http::Client& client(const Shard& shard) noexcept { return *clients_[shard.index()]; }

 private:
  explicit ComponentRuntime(std::size_t shards) : shards_(shards), clients_(shards_.size()) {}

  Task<> make_client(Shard& shard);
  Task<> drop_client(Shard& shard);

  Shards shards_;
  std::unique_ptr<component::Engine> engine_;
  component::Host host_;
  std::vector<std::unique_ptr<http::Client>> clients_;  // by the shard's index
};

}  // namespace wasmcloud::host
