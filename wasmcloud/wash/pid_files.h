// The files that tell which processes wash has started (fact sheet "wash", 3.1): "wasmcloud.pid"
// with the host's, "nats.pid" with the server's. A number in a file is not believed: who has it now
// must also be what the file says it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wash/process.h"

namespace wasmcloud::wash {

// How long each may take to end when it is asked to.
inline constexpr std::chrono::seconds kHostGrace{12};  // a host gives itself 10
inline constexpr std::chrono::seconds kNatsGrace{10};

// {"version":"1.9.1","pid":4711,"started":123}. The shells of before write no "started" and ignore
// it.
struct HostPid {
  std::string version = {};  // of the host; empty as long as it is not known
  pid_t pid = 0;
  std::optional<std::uint64_t> started = {};  // Process::started()
};

// Pure. Error `invalid` for what is no such JSON.
Result<HostPid> parse_host_pid(std::string_view text);
std::string to_json(const HostPid& pid);

class PidFiles {
 public:
  // `directory` is that of wash's downloads; need not exist.
  explicit PidFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path host_file() const { return directory_ / "wasmcloud.pid"; }

  std::filesystem::path nats_file() const { return directory_ / "nats.pid"; }

  bool has_host_file() const;
  // Makes the directory.
  Result<> write_host(const HostPid& pid) const;
  // The host that the file is about, if it runs.
  std::optional<Process> host() const;
  // The nats-server that the file is about, if it runs: one that was told to write this very file.
  std::optional<Process> nats() const;
  void remove_host_file() const;
  void remove_nats_file() const;
  // Only if the file holds that number: by now it may be about another.
  void remove_host_file_of(pid_t pid) const;
  void remove_nats_file_of(pid_t pid) const;

 private:
  Result<HostPid> read_host() const;
  std::optional<pid_t> read_nats() const;

  std::filesystem::path directory_;
};

}  // namespace wasmcloud::wash
