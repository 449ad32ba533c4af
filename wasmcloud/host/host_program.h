// The program `wasmcloud` but its main: from arguments to exit code.
#pragma once

#include <string>
#include <vector>

namespace wasmcloud::host {

// `arguments` without the program's name. Runs a host until SIGINT, SIGTERM or the lattice ends it.
// 0; 1 for a failure, which stderr tells, also if the end takes too long; 2 for arguments that are
// wrong. A second signal, or one before the host has started, ends the process at once, with 128
// and its number.
int run_host_program(std::vector<std::string> arguments);

}  // namespace wasmcloud::host
