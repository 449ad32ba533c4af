// For tests: wash and hosts, each ours or the existing one, on a NATS server of the test's.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/lattice/testing/host_process.h"
#include "wasmcloud/nats/testing/nats_server.h"
#include "wasmcloud/wash/home_testing.h"

namespace wasmcloud::wash {

// Which program is wash.
struct WashProgram {
  std::string name;                      // of the tests with it
  std::optional<std::string> (*find)();  // nothing: it is not here
  bool is_ours;
};

void PrintTo(const WashProgram& program, std::ostream* out);

WashProgram our_wash();
// wash 0.44.0.
WashProgram peer_wash();

// A lattice without hosts, and a home in which one of the two runs.
class OnLattice : public testing::Test {
 protected:
  explicit OnLattice(WashProgram wash) : wash_(std::move(wash)) {}

  void SetUp() override;  // skips where a program is missing

  std::unique_ptr<lattice::HostProcess> start_host(
      const lattice::HostProgram& program, const lattice::HostProcess::Options& options = {}) const;

  std::string wash_program() const { return wash_.find().value(); }

  Ended wash(std::vector<std::string> arguments, std::string input = {}) const;
  // Of a command that goes well.
  std::string text(std::vector<std::string> arguments) const;
  nlohmann::json object(std::vector<std::string> arguments) const;
  // Of one that fails.
  std::string failure(std::vector<std::string> arguments, std::string input = {}) const;

  // A table, to be compared with another that went through this. The existing wash has other blanks
  // in its tables: of its words all is compared.
  std::string table(const std::string& text) const;

  // What is expected where the two say it differently.
  std::string by_wash(const char* ours, const char* existing) const {
    return wash_.is_ours ? ours : existing;
  }

  std::string reference(const std::string& name) const;

  // For `ctx edit`: a program that puts the port of the test's NATS server into a context.
  std::string editor_of_ports() const;

  // Whether it becomes true, asked again and again, before patience ends. What a host has accepted
  // it has not done yet, and another host learns of it a little later.
  template <typename Condition>
  static bool soon(Condition condition) {
    const Deadline deadline = Deadline::after(std::chrono::seconds(30));
    while (!condition()) {
      if (deadline.expired()) {
        return false;
      }
    }
    return true;
  }

  Home home_;
  std::optional<nats::NatsServer> server_;

 private:
  WashProgram wash_;
};

// Each line's words with a blank between.
std::string words(const std::string& text);

}  // namespace wasmcloud::wash

// First in a test or in SetUp().
#define WC_NEED_WASH(program)                                                            \
  do {                                                                                   \
    if (!(program).find()) {                                                             \
      GTEST_SKIP() << "no wash program: " << (program).name << " (WASMCLOUD_PEERS_DIR)"; \
    }                                                                                    \
  } while (false)
