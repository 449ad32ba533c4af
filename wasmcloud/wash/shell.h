// The whole of `wash` but its main: from arguments to exit code.
#pragma once

#include <string>
#include <vector>

#include "wasmcloud/wash/command.h"

namespace wasmcloud::wash {

// What the commands reach for outside of this process's files; main hands in the real ones.
struct Services {
  StartHttpService start_http_service;
};

// `arguments` without the program's name. Writes to stdout and stderr; 0, 1 or 2 (and 128 + signal
// where a second signal cut a command short). CLI11's exceptions end here; others pass.
int run_shell(std::vector<std::string> arguments, Services services);

}  // namespace wasmcloud::wash
