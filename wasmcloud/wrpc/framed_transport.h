// wRPC on byte streams (wrpc.md 4): TCP or a Unix socket, a connection for each invocation.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/channels.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {

struct FramedOptions {
  ChannelLimits limits = {};
  // A server's: for what names the function.
  std::chrono::milliseconds header_timeout = std::chrono::seconds(10);
  // A server's: connections at a time; more wait in the system's queue.
  std::size_t max_connections = 1000;
};

// `address`: "host:port", "[::1]:7761", or "unix:PATH". Thread-safe.
std::unique_ptr<Client> make_framed_client(std::string address, FramedOptions options = {});

// Belongs to the executor on which it was started. `handler` outlives it.
class FramedServer {
 public:
  FramedServer(std::string address, Handler& handler, FramedOptions options = {});
  ~FramedServer();  // after stop(), if it was started

  // Listens. Port 0 is any free one. `conflict`: the address is in use; `invalid`: it is none.
  Task<> start();
  // As a client needs it, with the port that was taken.
  const std::string& address() const noexcept;
  // Takes no more, lets what runs end until `deadline`, and cancels the rest.
  Task<> stop(Deadline deadline);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmcloud::wrpc
