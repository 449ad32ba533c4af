// The shell: arguments in, exit code out. All of it is in wasmcloud/wash.
#include <csignal>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/host/http_service.h"
#include "wasmcloud/wash/output.h"
#include "wasmcloud/wash/shell.h"

int main(int argc, char** argv) {
  namespace wash = wasmcloud::wash;
  // A reader that goes away (wash ... | head) is no reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    wash::Services services{.start_http_service = wasmcloud::host::start_http_service};
    return wash::run_shell(std::move(arguments), std::move(services));
  } catch (const std::exception& exception) {
    wash::write(wash::Stream::err, "\nwash failed, and should not have: ");
    wash::write(wash::Stream::err, exception.what());
    wash::write(wash::Stream::err, "\n");
  } catch (...) {
    wash::write(wash::Stream::err, "\nwash failed, and should not have, on an unknown exception\n");
  }
  return wash::kFailure;
}
