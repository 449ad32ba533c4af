// The work of a command that goes on for a while: a moving line meanwhile, and Ctrl-C heeded.
#pragma once

#include <functional>
#include <string>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wash/output.h"

namespace wasmcloud::wash {

struct ForegroundWork {
  // Shown on a terminal while it goes on: "Retrieving Hosts ...". Empty: nothing.
  std::string progress;
  std::function<Task<>()> run;
  // What is to be done after it, however it went; no signal cancels it.
  std::function<Task<>()> end = {};
};

// Awaits the work on a shard of its own. Blocks its thread meanwhile. The exit code: 0 when the
// work has ended, 128 + signal when SIGINT or SIGTERM ended it (it is cancelled and waited for; a
// second signal ends the process at once).
Result<int> in_foreground(ForegroundWork work, const Output& output);

// Returns when all of `scope` have ended, which outlives it. A signal that ends the work ends them,
// too, while join() would go on waiting.
Task<> join_or_cancel(TaskScope& scope);

}  // namespace wasmcloud::wash
