// For tests: a nats-server of one's own, on a port of 127.0.0.1 that the system chooses, with a
// folder that goes with it. Blocking: not on a shard.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <sys/types.h>

namespace wasmcloud::nats {

class NatsServer {
 public:
  // The program: NATS_SERVER in the environment, else `nats-server` in PATH or where Debian has it.
  static std::optional<std::string> program();

  // Starts it and returns when it accepts connections. JetStream is on unless `config`, lines for
  // its configuration file, says `jetstream: disabled`. Aborts with the server's log if it does not
  // come up. The server dies with the calling thread, however that ends.
  explicit NatsServer(std::string config = {});
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  // At once (SIGKILL); returns when it is gone.
  void kill();
  // Again, on the same port and with the same data.
  void start();
  // Halts it, and lets it go on: connections stay open and silent meanwhile.
  void freeze();
  void thaw();

  // "nats://127.0.0.1:4222".
  std::string url() const;

  std::uint16_t port() const noexcept { return port_; }

  // Removed at the end.
  const std::filesystem::path& directory() const noexcept { return directory_; }

  std::string log() const;

 private:
  void read_log(int pipe);

  std::string config_;
  std::filesystem::path directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  std::thread reader_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string log_;         // guarded by mutex_, of the current process
  bool log_ended_ = false;  // likewise
};

}  // namespace wasmcloud::nats

// First in a test or in SetUp().
#define WC_NEED_NATS_SERVER()                                                              \
  do {                                                                                     \
    if (!::wasmcloud::nats::NatsServer::program()) {                                       \
      GTEST_SKIP()                                                                         \
          << "no nats-server: install it (Debian: nats-server) or name it in NATS_SERVER"; \
    }                                                                                      \
  } while (false)
