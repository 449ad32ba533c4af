// The components that run on this host: started, scaled, updated, stopped (fact sheet "lattice",
// 2.4 and 2.5).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "wasmcloud/host/builtin_provider.h"
#include "wasmcloud/host/component_slot.h"
#include "wasmcloud/host/configs.h"
#include "wasmcloud/host/event_publisher.h"
#include "wasmcloud/host/keyed_tasks.h"
#include "wasmcloud/host/link_book.h"
#include "wasmcloud/lattice/store.h"

namespace wasmcloud::host {

struct ComponentOptions {
  bool allow_file_load = false;
  std::chrono::milliseconds max_execution_time = std::chrono::minutes(10);  // of one call
  std::uint64_t max_memory_bytes = std::uint64_t{256} << 20U;               // of a linear memory
};

// Belongs to the control executor, but for target(). What it is given must outlive it. For one
// component's id one call at a time.
class Components final : public HttpTargets {
 public:
  Components(ComponentRuntime& runtime, LatticeCalls& calls, lattice::Store& store,
             Configs& configs, const LinkBook& links, const EventPublisher& events,
             KeyedTasks& tasks, ComponentOptions options);
  // stop() must have ended.
  ~Components() override;

  std::shared_ptr<http::Handler> target(std::string_view id) override;

  // The reference that the component was started from; nothing if it does not run.
  std::optional<std::string> reference_of(std::string_view id) const;
  std::vector<lattice::ComponentDescription> inventory() const;

  // Tells by events how it went.
  Task<> scale(lattice::ScaleComponent request);
  // New calls go to the new code, those under way end on the old one.
  Task<> update(lattice::UpdateComponent request);

  // What has changed of the lattice's links: components of this host go by them from now on.
  void links_changed(const LinkBook::Change& change);

  // Ends all, without events. Calls by links have until `deadline`.
  Task<> stop(Deadline deadline);

 private:
  struct Running;

  Running* find(std::string_view id) const;
  std::shared_ptr<ComponentSlot> slot(std::string_view id);
  std::shared_ptr<const ComponentLinks> links_of(std::string_view id);
  Task<> relink(std::string id);
  Task<> forget_idle_slots();
  Task<> try_scale(lattice::ScaleComponent request);
  Task<> start(lattice::ScaleComponent request);
  Task<> rescale(Running& running, lattice::ScaleComponent request);
  Task<> stop_one(lattice::ScaleComponent request);
  Task<> change_code(Running& running, std::string reference, lattice::StringMap annotations);
  Task<ServedComponent> load(std::string id, std::string reference,
                             std::shared_ptr<const ConfigBundle> config);
  Result<ServedComponent> load_now(const std::string& id, const std::string& reference,
                                   std::shared_ptr<const ConfigBundle> config) const;
  Task<> install(Running& running);
  void tell_scaled(const Running& running, std::uint32_t count) const;

  ComponentRuntime& runtime_;
  LatticeCalls& calls_;
  lattice::Store& store_;
  Configs& configs_;
  const LinkBook& links_;
  const EventPublisher& events_;
  KeyedTasks& tasks_;
  const ComponentOptions options_;
  std::map<std::string, std::unique_ptr<Running>, std::less<>> running_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ComponentSlot>, std::less<>> slots_;  // guarded by mutex_
  asio::thread_pool loaders_;  // compile, so that the blocking pool stays free for I/O
};

}  // namespace wasmcloud::host
