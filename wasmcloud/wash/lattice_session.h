// A command's time on a lattice: connected, with Ctrl-C heeded, and everything closed at its end.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/client.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wash/lattice_options.h"
#include "wasmcloud/wash/output.h"

namespace wasmcloud::wash {

// What the work of a command is handed; belongs to its shard.
class LatticeSession {
 public:
  // Both must outlive it.
  LatticeSession(nats::Connection& connection, const LatticeSettings& settings);

  lattice::ControlClient& client() noexcept { return client_; }

  nats::Connection& connection() noexcept { return connection_; }

  const LatticeSettings& settings() const noexcept { return settings_; }

 private:
  nats::Connection& connection_;
  const LatticeSettings& settings_;
  lattice::ControlClient client_;
};

// Awaited on a shard; see nats::connect for `blocking`. The error tells the user where NATS was
// looked for.
Task<std::unique_ptr<nats::Connection>> connect_to_nats(asio::any_io_executor blocking,
                                                        nats::ConnectOptions options);

struct LatticeWork {
  // Shown on a terminal while it goes on: "Retrieving Hosts ...". Empty: nothing.
  std::string progress;
  std::function<Task<>(LatticeSession&)> run;
};

// Connects, awaits the work on a shard of its own, closes. Blocks its thread meanwhile. The exit
// code: 0 when the work has ended, 128 + signal when SIGINT or SIGTERM ended it (it is cancelled
// and waited for; a second signal ends the process at once).
Result<int> on_lattice(LatticeSettings settings, LatticeWork work, const Output& output);

// --- waiting for what hosts tell ---

// What an event is to the one who waits: nothing to go on waiting, success, or why it failed.
using EventJudge = std::function<std::optional<Result<>>(const lattice::ReceivedEvent& event)>;

// All events of the lattice from subscribe() on: subscribe before sending what they tell the end
// of. Belongs to the shard of the session.
class LatticeEvents {
 public:
  static Task<LatticeEvents> subscribe(LatticeSession& session);

  // Until `judge` has decided. Error `timeout` at the deadline.
  Task<> wait(EventJudge judge, Deadline deadline);

 private:
  explicit LatticeEvents(nats::Subscription events) : events_(std::move(events)) {}

  nats::Subscription events_;
};

// The end of scaling (and so of starting and stopping) a component: `image_ref` as it was sent.
struct ScaledComponent {
  std::string host_id;
  std::string component_id;
  std::string image_ref;
};

EventJudge component_scaled(ScaledComponent component);
// `provider_ref` as it was sent; hosts tell a start without its scheme, and a failure with it.
EventJudge provider_started_on(std::string host_id, std::string provider_ref);
EventJudge provider_stopped_on(std::string host_id, std::string provider_id);
EventJudge host_stopped(std::string host_id);

}  // namespace wasmcloud::wash
