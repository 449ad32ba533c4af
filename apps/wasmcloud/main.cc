// A host of a lattice: arguments in, exit code out. All of it is in wasmcloud/host.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "wasmcloud/host/host_program.h"

int main(int argc, char** argv) {
  // A peer that goes away is told of by the call that writes to it.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return wasmcloud::host::run_host_program(
        std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "wasmcloud failed, and should not have: %s\n", exception.what());
  } catch (...) {
    std::fputs("wasmcloud failed, and should not have, on an unknown exception\n", stderr);
  }
  return 1;
}
