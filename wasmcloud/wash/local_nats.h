// A nats-server that wash starts.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/child_process.h"

namespace wasmcloud::wash {

struct NatsServerOptions {
  std::filesystem::path program;
  Address address;
  std::filesystem::path config;
  std::filesystem::path pid_file;  // which the server itself writes
  std::filesystem::path log;       // made anew, with its folder
  std::vector<std::string> environment;
  Lifetime lifetime = Lifetime::with_us;
};

// Whether a TCP connection can be made; it is closed again. Errors: `unavailable`, `timeout`,
// `cancelled`.
Task<> try_connection(Address address, Deadline deadline);

// Returns when it accepts connections. If it ends before that, or `deadline` passes, the error
// holds the last lines of its log; nothing of it is left then.
Task<std::unique_ptr<ChildProcess>> start_nats_server(NatsServerOptions options, Deadline deadline);

}  // namespace wasmcloud::wash
