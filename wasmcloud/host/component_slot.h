// Where calls of a component, by HTTP and by links, meet the component that runs there at the
// moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/host/component_links.h"
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
  std::chrono::milliseconds timeout = std::chrono::minutes(10);  // of one call
  bool outgoing_http = false;  // whether its requests to elsewhere are let through
};

// Each shard has a snapshot of its own, so that a request takes no lock and shares no count of
// references with other shards. `runtime` must outlive it, and clear() must have ended before it
// goes.
class ComponentSlot final : public http::Handler {
 public:
  // How long a call waits for one of its component's instances before it is refused (HTTP: 503).
  static constexpr std::chrono::seconds kMaxWait{10};

  // `name`: the component's id, or what it is called in answers. `calls`: of the lattice; null:
  // there is none, and no links.
  ComponentSlot(ComponentRuntime& runtime, LatticeCalls* calls, std::string name);
  ~ComponentSlot() override;

  // From now on calls go to `serving`; those under way end on what they began with. Awaited on any
  // executor; returns when every shard knows, and its exports are called over the lattice.
  Task<> install(Serving serving);
  // From now on its imports lead there.
  Task<> link(std::shared_ptr<const ComponentLinks> links);
  // From now on there is nobody: 503, and no subscriptions. Calls by links have until `deadline`;
  // this does not wait for them.
  Task<> clear(Deadline deadline);
  // Calls by links, on what was cleared or replaced, have until `deadline`. Returns when none is
  // left.
  Task<> drain(Deadline deadline);
  // Whether there are none: only then may the slot go.
  Task<bool> idle();
  // Requests that were cancelled before they were answered, so far.
  Task<std::uint64_t> cancelled();

  Task<> handle(http::Request& request, http::ResponseWriter& response) override;

  // To be called on this shard; null while it does not run. Good as long as the slot.
  bridge::LocalTarget* local() noexcept;

 private:
  class Place;

  Place& here() noexcept;
  Task<> on_places(std::function<Task<>(Place&)> what);
  Task<> refuse(http::ResponseWriter& response, std::string_view why);
  Task<> forward_request(Place& place, http::Request& request, http::ResponseWriter& response);
  Task<> wait_and_serve(Place& place, http::Request& request, http::ResponseWriter& response);

  ComponentRuntime& runtime_;
  LatticeCalls* const calls_;
  const std::string name_;
  std::vector<std::unique_ptr<Place>> places_;  // by the shard's index
};

}  // namespace wasmcloud::host
