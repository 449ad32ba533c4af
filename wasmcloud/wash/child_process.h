// A program that wash starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/wash/process.h"

namespace wasmcloud::wash {

// What becomes of it when wash ends.
enum class Lifetime : std::uint8_t {
  // It is asked to end (SIGTERM), however wash ends, SIGKILL included. To be started on a thread
  // that lives as long as wash: the system asks when that thread ends.
  with_us,
  // It goes on, in a session of its own: no terminal reaches it.
  its_own,
};

struct ChildOptions {
  std::filesystem::path program;
  std::vector<std::string> arguments = {};    // without the program
  std::vector<std::string> environment = {};  // all of it: "NAME=value"
  int output = -1;                            // for its stdout and stderr; stays the caller's
  Lifetime lifetime = Lifetime::with_us;
};

// It leads a process group of its own, so that a Ctrl-C is for wash alone, which knows in what
// order to stop; its stdin is empty.
class ChildProcess {
 public:
  // Returns when the program runs. Errors: `not_found`, `denied` or another for a program that
  // cannot be started; they name it.
  static Result<std::unique_ptr<ChildProcess>> start(const ChildOptions& options);

  // Unless it was let go: kills what is left of it and its group, and waits for it.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  const Process& process() const noexcept { return process_; }

  // Once it has ended: whether with exit code 0; and in words, "exit code 3" or "signal 9".
  bool ended_well() const;
  std::string how_it_ended() const;

  // Lets it live on.
  void release() noexcept { ours_ = false; }

 private:
  explicit ChildProcess(Process process) noexcept : process_(std::move(process)) {}

  Process process_;
  bool ours_ = true;
};

}  // namespace wasmcloud::wash
