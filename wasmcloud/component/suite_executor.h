// Runs the official suite's commands on the real runtime. For tests, not for the host.
#pragma once

#include <memory>

#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/suite.h"

namespace wasmcloud::component::suite {

// `engine` must outlive it. Core modules by themselves are `unsupported`: the suite has none.
std::unique_ptr<Executor> make_executor(const Engine& engine);

}  // namespace wasmcloud::component::suite
