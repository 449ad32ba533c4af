// wRPC over NATS (wrpc.md 3): an invocation is a request to a subject of its own, then messages on
// two inboxes, one of each end.
//
// A transport has one subscription for all that comes back to this side, however many calls are
// under way; a server has one for each function besides.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/channels.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {

// Belongs to the executor on which it was made, one thread's (a shard's), and so does all that it
// makes. They end before it, and it before the connection.
//
// When the connection is lost, what was on its way is lost too: the invocations under way fail with
// `unavailable`. Those begun after the reconnect are not touched by it.
class NatsTransport {
 public:
  static Task<std::unique_ptr<NatsTransport>> create(nats::Connection& connection,
                                                     ChannelLimits limits = {});
  ~NatsTransport();  // after stop()

  // Returns when nothing of it runs any more.
  Task<> stop();

  // Calls what serves below `prefix`: "{lattice}.{target}", or empty.
  std::unique_ptr<Client> client(std::string prefix);

  // Invocations under way, of either end.
  std::size_t sessions() const noexcept;

  class Impl;

  Impl& impl() noexcept { return *impl_; }

 private:
  explicit NatsTransport(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

struct NatsServerOptions {
  std::string prefix = {};  // as that of client()
  // Each invocation goes to one of the servers with the same group; empty: to all of them, whose
  // answers a client cannot tell apart.
  std::string queue_group = {};
  // Invocations at a time; more wait in the subscriptions' queues.
  std::size_t max_concurrent = 1000;
};

// Serves functions until it is stopped. `handler` outlives it.
class NatsServer {
 public:
  NatsServer(NatsTransport& transport, NatsServerOptions options, Handler& handler);
  ~NatsServer();  // after stop(), if it was started

  // Returns when NATS knows of all of them: what is called from now on comes here. Once. An error
  // leaves nothing behind.
  Task<> start(std::vector<FunctionName> functions);
  // Returns when nothing more comes. What NATS has sent here already is served. stop() must follow.
  Task<> stop_accepting(Deadline deadline);
  // The same, lets what runs end until `deadline`, and cancels the rest.
  Task<> stop(Deadline deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmcloud::wrpc
