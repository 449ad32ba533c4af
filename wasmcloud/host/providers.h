// The providers of this host: started, linked, stopped (fact sheet "lattice", 2.6 and 2.7).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/host/builtin_provider.h"
#include "wasmcloud/host/configs.h"
#include "wasmcloud/host/event_publisher.h"
#include "wasmcloud/host/keyed_tasks.h"
#include "wasmcloud/host/link_book.h"
#include "wasmcloud/lattice/store.h"

namespace wasmcloud::host {

// Makes a built-in provider; the id, its configuration.
using MakeBuiltin = std::function<Task<std::unique_ptr<BuiltinProvider>>(
    std::string id, lattice::StringMap config)>;

// By name: "http-server".
using Builtins = std::map<std::string, MakeBuiltin, std::less<>>;

// Belongs to the control executor. What it is given must outlive it. What concerns one provider
// runs in `tasks`, one thing after the other.
class Providers {
 public:
  Providers(Builtins builtins, lattice::Store& store, Configs& configs, const LinkBook& links,
            const EventPublisher& events, KeyedTasks& tasks,
            std::chrono::milliseconds shutdown_delay);
  // stop_all() must have ended.
  ~Providers();

  bool runs(std::string_view id) const;
  std::vector<lattice::ProviderDescription> inventory() const;

  // In the background; events tell how it went. `exhausted`.
  Result<> start(lattice::StartProvider request);
  // In the background; `done` is called, after the event, with whether it ran. `exhausted`.
  Result<> stop(std::string id, std::function<void(bool)> done);
  // What has changed of the lattice's links: providers of this host are told.
  void links_changed(const LinkBook::Change& change);

  // Without events; requests under way have until `deadline`.
  Task<> stop_all(Deadline deadline);

 private:
  struct Running;
  struct Linked;

  static std::string key_of(std::string_view id);
  void spawn(std::string_view id, std::string name, Task<> task);
  Task<> do_start(lattice::StartProvider request);
  Task<> try_start(lattice::StartProvider request);
  Task<> do_stop(std::string id, std::function<void(bool)> done);
  // Before its end: a failure is only logged.
  static Task<> end(Running& running, Deadline deadline);
  // Again, with the configuration as it is now.
  Task<> restart(std::string id);
  Task<> put_link(std::string id, lattice::Link link);
  Task<> put_link_now(Running& running, lattice::Link link);
  Task<> give_link(Running& running, const Linked& linked);
  Task<> config_changed(std::string id, lattice::Link link);
  Task<> delete_link(std::string id, lattice::Link link);

  const Builtins builtins_;
  lattice::Store& store_;
  Configs& configs_;
  const LinkBook& links_;
  const EventPublisher& events_;
  KeyedTasks& tasks_;
  const std::chrono::milliseconds shutdown_delay_;
  std::map<std::string, std::unique_ptr<Running>, std::less<>> running_;
};

}  // namespace wasmcloud::host
