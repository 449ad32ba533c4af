#include "wasmcloud/host/component_slot.h"

#include <utility>

#include <fmt/format.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/log.h"

namespace wasmcloud::host {
namespace {

using Lease = std::unique_ptr<void, void (*)(void*)>;

Lease lease_of(InstanceSlots& slots) {
  return {&slots, [](void* taken) { static_cast<InstanceSlots*>(taken)->give_back(); }};
}

}  // namespace

// All but `shard` is for its thread.
struct alignas(64) ComponentSlot::Place {
  explicit Place(Shard& shard_) : shard(shard_) {}

  Shard& shard;
  std::shared_ptr<const Serving> serving;
  wasi::RequestCounts counts;
};

ComponentSlot::ComponentSlot(ComponentRuntime& runtime, std::string name)
    : runtime_(runtime), name_(std::move(name)) {
  for (std::size_t i = 0; i < runtime.shards().size(); ++i) {
    places_.push_back(std::make_unique<Place>(runtime.shards()[i]));
  }
}

ComponentSlot::~ComponentSlot() = default;

Task<> ComponentSlot::install(Serving serving) {
  co_return co_await runtime_.shards().on_all(
      [this, &serving](Shard& shard) { return install_on(shard, serving); });
}

// A count of references of its own for each shard: no two cores write to it.
Task<> ComponentSlot::install_on(Shard& shard, const Serving& serving) {
  places_[shard.index()]->serving = std::make_shared<const Serving>(serving);
  co_return Result<>();
}

Task<> ComponentSlot::clear() {
  return runtime_.shards().on_all([this](Shard& shard) { return clear_on(shard); });
}

Task<> ComponentSlot::clear_on(Shard& shard) {
  places_[shard.index()]->serving.reset();
  co_return Result<>();
}

Task<std::uint64_t> ComponentSlot::cancelled() {
  std::uint64_t total = 0;
  WC_CO_CHECK(
      runtime_.shards().on_all([this, &total](Shard& shard) { return count_on(shard, total); }));
  co_return total;
}

Task<> ComponentSlot::count_on(Shard& shard, std::uint64_t& total) {
  total += places_[shard.index()]->counts.cancelled;
  co_return Result<>();
}

ComponentSlot::Place& ComponentSlot::here() noexcept {
  for (const auto& place : places_) {
    if (place->shard.is_current()) {
      return *place;
    }
  }
  WC_ASSERT(false);
}

wasi::RequestRun ComponentSlot::run_on(Place& place, ComponentRuntime& runtime) {
  const Serving& serving = *place.serving;
  return {.component = std::shared_ptr<const component::Component>(place.serving,
                                                                   serving.served.component.get()),
          .handler = &*serving.served.handler,
          .environment = serving.served.environment.get(),
          .client = serving.outgoing_http ? &runtime.client(place.shard) : nullptr,
          .executor = place.shard.executor(),
          .memory_bytes = serving.memory_bytes,
          .timeout = serving.timeout,
          .counts = &place.counts};
}

Task<> ComponentSlot::handle(http::Request& request, http::ResponseWriter& response) {
  Place& place = here();
  if (!place.serving) {
    return refuse(response, "is not running on this host");
  }
  if (!place.serving->served.handler) {
    return refuse(response, "does not export wasi:http/incoming-handler");
  }
  InstanceSlots* const slots = place.serving->slots.get();
  if (slots != nullptr && !slots->try_take()) {
    return wait_and_serve(place, request, response);
  }
  wasi::RequestRun run = run_on(place, runtime_);
  if (slots != nullptr) {
    run.lease = lease_of(*slots);
  }
  return wasi::serve_request(std::move(run), request, response);
}

Task<> ComponentSlot::wait_and_serve(Place& place, http::Request& request,
                                     http::ResponseWriter& response) {
  wasi::RequestRun run = run_on(place, runtime_);  // keeps what it began with, the slots too
  InstanceSlots& slots = *place.serving->slots;
  const Result<> room = co_await slots.take(Deadline::after(kMaxWait));
  if (!room) {
    if (room.error().kind() == ErrorKind::cancelled) {
      ++place.counts.cancelled;
      co_return room.error().clone();
    }
    log::warn("no instance for a request",
              {{"component", name_}, {"limit", slots.limit()}, {"error", room.error().describe()}});
    co_return co_await refuse(response, "has as many calls as it may have");
  }
  run.lease = lease_of(slots);
  co_return co_await wasi::serve_request(std::move(run), request, response);
}

Task<> ComponentSlot::refuse(http::ResponseWriter& response, std::string_view why) {
  const std::string body = fmt::format("component {} {}\n", name_, why);
  http::ResponseHead head{.status = 503, .headers = {}};
  head.headers.add("content-type", "text/plain; charset=utf-8");
  head.headers.add("retry-after", "1");
  co_return co_await response.respond(
      std::move(head), std::span(reinterpret_cast<const std::uint8_t*>(body.data()), body.size()));
}

}  // namespace wasmcloud::host
