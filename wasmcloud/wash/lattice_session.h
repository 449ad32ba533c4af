// A command's time on a lattice: connected, with Ctrl-C heeded, and everything closed at its end.
#pragma once

#include <cstdint>
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

// What the work of a command is handed; belongs to its shard, and lives until the work has ended:
// coroutines take it by reference.
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
  std::string progress;  // as ForegroundWork has it
  std::function<Task<>(LatticeSession&)> run;
};

// Connects, does the work in the foreground (see in_foreground), closes.
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

// The end of scaling (and so of starting and stopping) a component: `image_ref` as it was sent. Of
// the count it only matters whether it is none, so that what was under way before is no stop.
struct ScaledComponent {
  std::string host_id;
  std::string component_id;
  std::string image_ref;
  std::uint32_t count = 0;
};

EventJudge component_scaled(ScaledComponent component);
// `provider_ref` as it was sent; hosts tell a start without its scheme, and a failure with it.
EventJudge provider_started_on(std::string host_id, std::string provider_ref);
EventJudge provider_stopped_on(std::string host_id, std::string provider_id);
EventJudge host_stopped(std::string host_id);

}  // namespace wasmcloud::wash
