// The program `wasmcloud` but its main: from arguments to exit code.
#pragma once

#include <string>
#include <vector>

namespace wasmcloud::host {

// `arguments` without the program's name. Runs a host until SIGINT, SIGTERM or the lattice ends it;
// a second signal ends the process at once. 0; 1 for a failure, which stderr tells; 2 for arguments
// that are wrong.
int run_host_program(std::vector<std::string> arguments);

}  // namespace wasmcloud::host
