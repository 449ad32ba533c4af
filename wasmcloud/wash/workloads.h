// What the commands that start, scale, update and stop share.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/wash/lattice_session.h"

namespace CLI {
class App;
}

namespace wasmcloud::wash {

// --- options ---

// "--host-id <HOST_ID>": `text` says what for.
void declare_host(CLI::App& app, std::string& host, std::string_view text,
                  std::string_view otherwise);
void declare_skip_wait(CLI::App& app, bool& skip_wait);
void declare_config(CLI::App& app, std::vector<std::string>& config);
// `names`, with the aliases that all of them have.
void declare_instances(CLI::App& app, std::string& count, std::string names,
                       std::string_view otherwise);

Result<std::uint32_t> parse_instances(const std::string& text, std::uint32_t otherwise);

// --- scaling ---

struct WaitForScale {
  bool skip = false;
  Deadline deadline = Deadline::never();
};

// Asks the host of the request, and waits for the event that tells the end of it.
Task<> scale_component(LatticeSession& session, lattice::ScaleComponent request, WaitForScale wait);

}  // namespace wasmcloud::wash
