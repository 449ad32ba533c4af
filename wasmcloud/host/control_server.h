// Answers the control interface of the lattice (fact sheet "lattice", 1) for one host.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/host/components.h"
#include "wasmcloud/host/configs.h"
#include "wasmcloud/host/event_publisher.h"
#include "wasmcloud/host/keyed_tasks.h"
#include "wasmcloud/host/link_book.h"
#include "wasmcloud/host/providers.h"
#include "wasmcloud/lattice/store.h"
#include "wasmcloud/lattice/subjects.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::host {

// What a host tells of itself. Belongs to the control executor.
struct HostIdentity {
  std::string id;  // "N..."
  std::string friendly_name;
  std::string version;
  lattice::StringMap labels;
  std::optional<std::string> js_domain;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();

  std::chrono::seconds uptime() const;
};

// All that requests work on; everything must outlive the server.
struct ControlParts {
  HostIdentity& host;
  nats::Connection& control;
  nats::Connection& rpc;
  lattice::Store& store;
  LinkBook& links;
  Components& components;
  Providers& providers;
  const EventPublisher& events;
  KeyedTasks& tasks;
  bool component_auctions = true;
  bool provider_auctions = true;
  // Called when the host is asked to stop, after the answer: with the time it has, if told.
  std::function<void(std::optional<std::chrono::milliseconds>)> stop;
};

class ControlOperations;

// Belongs to the control executor. Requests are handled side by side; there is no order between
// two.
class ControlServer {
 public:
  ControlServer(asio::any_io_executor executor, lattice::ControlSubjects subjects,
                ControlParts parts);
  ~ControlServer();

  // Returns when the server knows the subscriptions.
  Task<> start(Deadline deadline);
  // Takes no more requests, and cancels what is under way.
  Task<> stop();

  lattice::HostInventory inventory() const;

 private:
  std::vector<nats::SubscribeOptions> subscriptions() const;
  Task<> listen(nats::Subscription subscription);
  Task<> serve_here(nats::Message message);

  const lattice::ControlSubjects subjects_;
  const std::string host_id_;
  const bool component_auctions_;
  const bool provider_auctions_;
  nats::Connection& connection_;
  std::unique_ptr<ControlOperations> operations_;
  TaskScope tasks_;
};

}  // namespace wasmcloud::host
