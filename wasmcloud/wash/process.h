// A running process, held by its pidfd: what is signalled is never another one that was given the
// same number later.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"

namespace wasmcloud::wash {

// Whom a signal is for.
enum class Target : std::uint8_t {
  process,
  group,  // it and what it has started, for one that leads a group of its own
};

class Process {
 public:
  // Nothing if there is none with that number. One that has ended, and that nobody has waited for,
  // counts as none.
  static std::optional<Process> open(pid_t pid);
  // One that this process has started and not yet waited for, whether it has ended or not. Nothing
  // if the system has no pidfd for it.
  static std::optional<Process> open_child(pid_t pid);

  ~Process();
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const noexcept { return pid_; }

  bool has_ended() const noexcept;
  // Does nothing to one that has ended; to what is left of its group it does.
  void signal(int number, Target target = Target::process) const noexcept;

  // What it was started with, the program first. Empty if that cannot be read.
  std::vector<std::string> command_line() const;
  // The path of its program. Empty if that cannot be read.
  std::string program() const;
  // The file that its stdout goes to; nothing if that is no file, or cannot be told.
  std::optional<std::string> output_file() const;
  // When it was started, in clock ticks since the machine was: with its number, what no other
  // process has.
  std::optional<std::uint64_t> started() const;

  // Returns when it has ended. `timeout`, `cancelled`.
  Task<> wait_ended(Deadline deadline) const;

 private:
  Process(pid_t pid, int descriptor) noexcept : pid_(pid), descriptor_(descriptor) {}

  pid_t pid_;
  int descriptor_;
};

// Asks `process` to end (SIGTERM), and when `grace` is over makes it and its group (SIGKILL).
// Returns when it is gone. `process` must outlive it.
Task<> stop(const Process& process, std::chrono::milliseconds grace);

}  // namespace wasmcloud::wash
