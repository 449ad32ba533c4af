// The foreground of `wash run`: serve until a signal, reload when the file changes, drain.
#pragma once

#include <chrono>
#include <string>

#include "wasmcloud/host/http_service.h"
#include "wasmcloud/wash/command.h"

namespace wasmcloud::wash {

inline constexpr std::chrono::seconds kDrainTime{10};

enum class Watch : std::uint8_t { no, yes };

// Blocks until SIGINT or SIGTERM, then lets requests under way end for kDrainTime. A second signal,
// or the first while the component is being compiled, ends the process at once with 128 + signal:
// nothing else can interrupt a compiler.
Result<int> serve_until_signal(std::string file, host::HttpServiceConfig config, Watch watch,
                               const StartHttpService& start, const Output& output);

}  // namespace wasmcloud::wash
