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

#include "wasmcloud/base/task.h"
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
  Providers(asio::any_io_executor executor, Builtins builtins, lattice::Store& store,
            Configs& configs, const LinkBook& links, const EventPublisher& events,
            KeyedTasks& tasks, std::chrono::milliseconds shutdown_delay);
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
  using Made = std::unique_ptr<BuiltinProvider>;

  static std::string key_of(std::string_view id);
  void spawn(std::string_view id, std::string name, Task<> task);
  Running* find(std::string_view id) const;

  Task<> do_start(lattice::StartProvider request);
  Task<> try_start(lattice::StartProvider request);
  Task<> do_stop(std::string id, std::function<void(bool)> done);
  static Task<Made> make(const Running& running, lattice::StringMap config);
  // A failure is only logged. Nothing if it has ended.
  static Task<> end(Running& running, Deadline deadline);
  // With the configuration as it is now; with the one before if that cannot be.
  Task<> restart(std::string id);
  Task<> replace(Running& running, lattice::StringMap config);
  Task<> restore(Running& running, Error reason);
  Result<> tell_stopped(const Running& running, std::string reason) const;

  // A provider's links are a state to be reached: each of these may be called at any time, and any
  // number of times.
  void relink_soon(std::string_view id);
  Task<> relink(std::string id);
  Task<> reach_links(Running& running);
  static Task<> drop_links(Running& running, const std::vector<lattice::Link>& wanted);
  Task<> put_link(Running& running, lattice::Link link);
  Task<Linked> resolve(const Running& running, lattice::Link link);
  static Task<> give_link(Running& running, Linked& linked);
  void relink_later(Running& running);
  Task<> relink_after(std::string id, std::chrono::milliseconds pause);

  const Builtins builtins_;
  lattice::Store& store_;
  Configs& configs_;
  const LinkBook& links_;
  const EventPublisher& events_;
  KeyedTasks& tasks_;
  const std::chrono::milliseconds shutdown_delay_;
  std::map<std::string, std::unique_ptr<Running>, std::less<>> running_;
  TaskScope retries_;
};

}  // namespace wasmcloud::host
