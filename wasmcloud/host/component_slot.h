// Where HTTP requests for a component meet the component that runs there at the moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/host/component_runtime.h"
#include "wasmcloud/host/instance_slots.h"
#include "wasmcloud/host/served_component.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/wasi/http_incoming.h"

namespace wasmcloud::host {

// A component and how it runs. Immutable but for the slots.
struct Serving {
  ServedComponent served;
  std::shared_ptr<InstanceSlots> slots;                    // null: as many as there is room for
  std::uint64_t memory_bytes = std::uint64_t{256} << 20U;  // of each linear memory
  std::chrono::milliseconds timeout = std::chrono::minutes(10);  // of one request
  bool outgoing_http = false;  // whether its requests to elsewhere are let through
};

// Each shard has a snapshot of its own, so that a request takes no lock and shares no count of
// references with other shards. `runtime` must outlive it, and clear() must have ended before it
// goes.
class ComponentSlot final : public http::Handler {
 public:
  // How long a request waits for one of its component's instances before it gets 503.
  static constexpr std::chrono::seconds kMaxWait{10};

  // `name`: what it is called in answers.
  ComponentSlot(ComponentRuntime& runtime, std::string name);
  ~ComponentSlot() override;

  // From now on requests go to `serving`; those under way end on what they began with. Awaited on
  // any executor; returns when every shard knows.
  Task<> install(Serving serving);
  // From now on there is nobody: 503.
  Task<> clear();
  // Requests that were cancelled before they were answered, so far.
  Task<std::uint64_t> cancelled();

  Task<> handle(http::Request& request, http::ResponseWriter& response) override;

 private:
  struct Place;

  Place& here() noexcept;
  Task<> install_on(Shard& shard, const Serving& serving);
  Task<> clear_on(Shard& shard);
  Task<> count_on(Shard& shard, std::uint64_t& total);
  Task<> refuse(http::ResponseWriter& response, std::string_view why);
  Task<> wait_and_serve(Place& place, http::Request& request, http::ResponseWriter& response);
  static wasi::RequestRun run_on(Place& place, ComponentRuntime& runtime);

  ComponentRuntime& runtime_;
  const std::string name_;
  std::vector<std::unique_ptr<Place>> places_;  // by the shard's index
};

}  // namespace wasmcloud::host
