#include "wasmcloud/wash/program.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/deadline.h"

namespace wasmcloud::wash {
namespace {

constexpr std::chrono::seconds kPatience{30};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::array<int, 2> make_pipe() {
  std::array<int, 2> ends{};
  WC_ASSERT(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return ends;
}

// Whether there may be more.
bool read_some(int& fd, std::string& into) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(fd, buffer.data(), buffer.size());
  if (count > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }
  ::close(std::exchange(fd, -1));
  return false;
}

}  // namespace

Program::Program(const std::string& executable, const Options& options) {
  std::vector<std::string> arguments{executable};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment;
  if (!options.environment.contains("PATH")) {
    environment.emplace_back("PATH=/usr/bin:/bin");
  }
  for (const char* const name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* const value = std::getenv(name)) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  for (const auto& [name, value] : options.environment) {
    environment.push_back(name + "=" + value);
  }
  const auto out = make_pipe();
  const auto err = make_pipe();
  if (options.stdout_closed) {
    ::close(out[0]);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
  const int failed = ::posix_spawn(&pid_, executable.c_str(), &actions, nullptr,
                                   pointers_to(arguments).data(), pointers_to(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  WC_ASSERT(failed == 0);
  ::close(out[1]);
  ::close(err[1]);
  out_fd_ = options.stdout_closed ? -1 : out[0];
  err_fd_ = err[0];
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {out_fd_, err_fd_}) {
    if (fd >= 0) {
      ::close(fd);
    }
  }
}

// Takes what comes within `time`. False when both ends are closed.
bool Program::pump(std::chrono::milliseconds time) {
  if (out_fd_ < 0 && err_fd_ < 0) {
    return false;
  }
  std::array<pollfd, 2> ends{{{out_fd_, POLLIN, 0}, {err_fd_, POLLIN, 0}}};
  if (::poll(ends.data(), ends.size(), static_cast<int>(time.count())) <= 0) {
    return true;
  }
  if (ends[0].revents != 0) {
    read_some(out_fd_, out_);
  }
  if (ends[1].revents != 0) {
    read_some(err_fd_, err_);
  }
  return true;
}

bool Program::wait_for(const std::string& so_far, const std::string& text) {
  const Deadline deadline = Deadline::after(kPatience);
  while (so_far.find(text) == std::string::npos) {
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.remaining());
    if (deadline.expired() || !pump(rest)) {
      return false;
    }
  }
  return true;
}

bool Program::wait_for_out(const std::string& text) { return wait_for(out_, text); }

bool Program::wait_for_err(const std::string& text) { return wait_for(err_, text); }

void Program::signal(int number) const { ::kill(pid_, number); }

int Program::wait() {
  const Deadline deadline = Deadline::after(kPatience);
  while (!deadline.expired() &&
         pump(std::chrono::duration_cast<std::chrono::milliseconds>(deadline.remaining()))) {
  }
  if (deadline.expired()) {
    return -1;
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

}  // namespace wasmcloud::wash
