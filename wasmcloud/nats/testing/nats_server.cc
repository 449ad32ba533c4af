#include "wasmcloud/nats/testing/nats_server.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wasmcloud/base/assert.h"

namespace wasmcloud::nats {
namespace {

constexpr std::chrono::seconds kPatience{30};  // only a failing test waits so long
constexpr std::string_view kListening = "Listening for client connections on 127.0.0.1:";

[[noreturn]] void give_up(std::string_view what, const std::string& log) {
  std::fprintf(stderr, "nats-server: %.*s; its log:\n%s\n", static_cast<int>(what.size()),
               what.data(), log.c_str());
  std::abort();
}

// In the child, between fork and exec: only system calls.
[[noreturn]] void become_server(const char* program, const char* config, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(126);  // the parent ended before the signal was set
  }
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execl(program, program, "-c", config, static_cast<char*>(nullptr));
  ::_exit(127);
}

}  // namespace

std::optional<std::string> NatsServer::program() {
  if (const char* const named = std::getenv("NATS_SERVER"); named != nullptr && *named != '\0') {
    return named;
  }
  const char* const path = std::getenv("PATH");
  std::string folders = std::string(path == nullptr ? "" : path) + ":/usr/sbin:/usr/local/bin";
  for (std::size_t start = 0; start <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', start), folders.size());
    std::string candidate = folders.substr(start, end - start) + "/nats-server";
    if (::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    start = end + 1;
  }
  return std::nullopt;
}

NatsServer::NatsServer(std::string config) : config_(std::move(config)) {
  std::string name = (std::filesystem::temp_directory_path() / "nats-test-XXXXXX").string();
  WC_ASSERT(::mkdtemp(name.data()) != nullptr);
  directory_ = name;
  start();
}

NatsServer::~NatsServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void NatsServer::start() {
  WC_ASSERT(pid_ == -1);
  const std::filesystem::path config = directory_ / "server.conf";
  {
    std::ofstream file(config);
    file << "listen: \"127.0.0.1:" << (port_ == 0 ? -1 : static_cast<int>(port_)) << "\"\n";
    if (config_.find("jetstream:") == std::string::npos) {
      file << "jetstream: { store_dir: \"" << (directory_ / "data").string() << "\" }\n";
    }
    file << config_ << '\n';
  }
  const std::optional<std::string> found = program();
  WC_ASSERT(found.has_value());
  std::array<int, 2> log{};
  WC_ASSERT(::pipe2(log.data(), O_CLOEXEC) == 0);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  WC_ASSERT(pid_ >= 0);
  if (pid_ == 0) {
    become_server(found->c_str(), config.c_str(), log[1], parent);
  }
  ::close(log[1]);
  log_.clear();
  log_ended_ = false;
  reader_ = std::thread(&NatsServer::read_log, this, log[0]);

  std::unique_lock lock(mutex_);
  const bool in_time = changed_.wait_for(lock, kPatience, [this] {
    return log_ended_ || log_.find("Server is ready") != std::string::npos;
  });
  if (!in_time || log_ended_) {
    give_up("it did not come up", log_);
  }
  const std::size_t at = log_.find(kListening);
  if (at == std::string::npos) {
    give_up("it does not say where it listens", log_);
  }
  const char* const digits = log_.data() + at + kListening.size();
  std::from_chars(digits, log_.data() + log_.size(), port_);
}

void NatsServer::read_log(int pipe) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    const std::scoped_lock lock(mutex_);
    if (count <= 0) {
      log_ended_ = true;
    } else {
      log_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    changed_.notify_all();
    if (log_ended_) {
      break;
    }
  }
  ::close(pipe);
}

void NatsServer::kill() {
  if (pid_ == -1) {
    return;
  }
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  reader_.join();
}

void NatsServer::freeze() {
  ::kill(pid_, SIGSTOP);
  // It goes on for a moment: returns when it has stopped.
  int status = 0;
  while (::waitpid(pid_, &status, WUNTRACED) < 0 && errno == EINTR) {
  }
}

void NatsServer::thaw() { ::kill(pid_, SIGCONT); }

std::string NatsServer::url() const { return fmt::format("nats://127.0.0.1:{}", port_); }

std::string NatsServer::log() const {
  const std::scoped_lock lock(mutex_);
  return log_;
}

}  // namespace wasmcloud::nats
