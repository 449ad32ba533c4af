#include "wasmcloud/host/component_runtime.h"

#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/lattice_bus.h"
#include "wasmcloud/host/messaging_v3.h"
#include "wasmcloud/host/wasi_blobstore.h"
#include "wasmcloud/host/wasi_keyvalue.h"
#include "wasmcloud/wasi/wasi.h"

namespace wasmcloud::host {

Result<std::unique_ptr<ComponentRuntime>> ComponentRuntime::create(RuntimeConfig config) {
  std::unique_ptr<ComponentRuntime> runtime(new ComponentRuntime(config.shards));
  component::EngineConfig engine;
  engine.cache_dir = std::move(config.cache_dir);
  engine.instances = config.instances;
  WC_TRY(runtime->engine_, component::Engine::create(engine));
  wasi::add_to(runtime->host_);
  add_lattice_bus(runtime->host_);
  add_keyvalue(runtime->host_);
  add_blobstore(runtime->host_);
  if (config.messaging_v3) {
    messaging::add_messaging_v3(runtime->host_);
  }
  WC_CHECK(runtime->shards_.run_on_all(
      [&runtime](Shard& shard) { return runtime->make_client(shard); }));
  return runtime;
}

Task<> ComponentRuntime::make_client(Shard& shard) {
  WC_CO_TRY_VALUE(clients_[shard.index()],
                  http::make_client(shard.executor(), http::ClientConfig()));
  co_return Result<>();
}

Task<> ComponentRuntime::drop_client(Shard& shard) {
  clients_[shard.index()].reset();
  co_return Result<>();
}

ComponentRuntime::~ComponentRuntime() {
  // What lives on a shard dies there.
  if (const Result<> dropped =
          shards_.run_on_all([this](Shard& shard) { return drop_client(shard); });
      !dropped) {
    log::error("cannot end the HTTP clients", {{"error", dropped.error().describe()}});
  }
  shards_.stop();
}

}  // namespace wasmcloud::host
