// What `wash up` does: NATS and a host come up together, and go down together (fact sheet "wash",
// 3.6).
#pragma once

#include <filesystem>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wash/output.h"
#include "wasmcloud/wash/up_options.h"

namespace wasmcloud::wash {

// Detached: returns when the host has told the lattice that it is there. Otherwise: passes on the
// host's log until the host ends, or SIGINT, SIGTERM or SIGHUP comes; then stops the host and the
// nats-server it started, and returns 0. A second signal kills both: 128 + signal, as for a signal
// before the host was started. On failure, too, nothing that was started is left.
//
// Blocks the calling thread, which must be the main one: what is started ends when it does.
// `downloads` is where configuration, logs and pid files are.
Result<int> bring_up(UpSettings settings, const std::filesystem::path& downloads,
                     const Output& output);

}  // namespace wasmcloud::wash
