// For tests: a host, as a program of its own, on the test's NATS server.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/nats/testing/nats_server.h"

namespace wasmcloud::lattice {

// Which program is the host.
struct HostProgram {
  std::string name;                         // of the tests with it
  std::optional<std::string> (*find)();     // nothing: it is not here
  std::vector<std::string> arguments = {};  // that all of its hosts get
};

// Host 1.9.2, which may load files and has its built-in providers.
HostProgram peer_host();

class HostProcess {
 public:
  struct Options {
    std::string lattice = "default";
    std::vector<std::string> arguments = {};
    std::map<std::string, std::string> environment = {};
  };

  // Starts it, and returns when it has told that it started. Aborts with its log if it does not.
  HostProcess(const HostProgram& program, const nats::NatsServer& server, Options options);

  const std::string& id() const noexcept { return id_; }

  // SIGTERM, SIGKILL.
  void signal(int number) const { process_->signal(number); }

  // For its end: the exit code.
  int wait() { return process_->wait(); }

  std::string log() const { return process_->err(); }

 private:
  TemporaryDirectory home_;
  std::unique_ptr<Program> process_;
  std::string id_;
};

}  // namespace wasmcloud::lattice

// First in a test or in SetUp().
#define WC_NEED_HOST(program)                                                            \
  do {                                                                                   \
    if (!(program).find()) {                                                             \
      GTEST_SKIP() << "no host program: " << (program).name << " (WASMCLOUD_PEERS_DIR)"; \
    }                                                                                    \
  } while (false)
