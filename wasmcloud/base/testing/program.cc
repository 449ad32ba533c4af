#include "wasmcloud/base/testing/program.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wasmcloud/base/assert.h"

namespace wasmcloud {
namespace {

constexpr std::chrono::seconds kPatience{60};  // only a failing test waits so long

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

// A file in memory that begins where it is read from.
int make_input(const std::string& content) {
  const int fd = ::memfd_create("input", MFD_CLOEXEC);
  WC_ASSERT(fd >= 0);
  WC_ASSERT(::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  WC_ASSERT(::lseek(fd, 0, SEEK_SET) == 0);
  return fd;
}

// What the child needs, made before the fork: between that and exec are only system calls.
struct Start {
  char* const* arguments;
  char* const* environment;
  const char* directory;  // null: stay
  int in;
  int out;
  int err;
  pid_t parent;
};

[[noreturn]] void become(const Start& start) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != start.parent) {
    ::_exit(126);  // the parent ended before the signal was set
  }
  if (start.directory != nullptr && ::chdir(start.directory) != 0) {
    ::_exit(126);
  }
  ::dup2(start.in, STDIN_FILENO);
  ::dup2(start.out, STDOUT_FILENO);
  ::dup2(start.err, STDERR_FILENO);
  ::execve(start.arguments[0], start.arguments, start.environment);
  ::_exit(127);
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
  const auto argument_pointers = pointers_to(arguments);
  const auto environment_pointers = pointers_to(environment);
  const auto out = make_pipe();
  const auto err = make_pipe();
  const int in = make_input(options.input);
  if (options.stdout_closed) {
    ::close(out[0]);
  }
  const Start start{.arguments = argument_pointers.data(),
                    .environment = environment_pointers.data(),
                    .directory = options.directory.empty() ? nullptr : options.directory.c_str(),
                    .in = in,
                    .out = out[1],
                    .err = err[1],
                    .parent = ::getpid()};
  pid_ = ::fork();
  WC_ASSERT(pid_ >= 0);
  if (pid_ == 0) {
    become(start);
  }
  ::close(in);
  ::close(out[1]);
  ::close(err[1]);
  out_.fd = options.stdout_closed ? -1 : out[0];
  out_.ended = options.stdout_closed;
  err_.fd = err[0];
  reader_ = std::thread(&Program::read_all, this);
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  reader_.join();
}

// Until both ends are closed.
void Program::read_all() {
  std::array<char, 4096> buffer{};
  while (out_.fd >= 0 || err_.fd >= 0) {
    std::array<pollfd, 2> ends{{{out_.fd, POLLIN, 0}, {err_.fd, POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), -1) < 0) {
      continue;
    }
    for (const auto& [stream, end] : {std::pair(&out_, &ends[0]), {&err_, &ends[1]}}) {
      if (end->revents == 0) {
        continue;
      }
      const ssize_t count = ::read(stream->fd, buffer.data(), buffer.size());
      const std::scoped_lock lock(mutex_);
      if (count > 0) {
        stream->text.append(buffer.data(), static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        stream->ended = true;
        ::close(std::exchange(stream->fd, -1));
      }
      changed_.notify_all();
    }
  }
}

bool Program::wait_for(const Stream& stream, const std::string& text) {
  std::unique_lock lock(mutex_);
  const auto is_there = [&] { return stream.text.find(text) != std::string::npos; };
  changed_.wait_for(lock, kPatience, [&] { return is_there() || (out_.ended && err_.ended); });
  return is_there();
}

bool Program::wait_for_out(const std::string& text) { return wait_for(out_, text); }

bool Program::wait_for_err(const std::string& text) { return wait_for(err_, text); }

void Program::signal(int number) const { ::kill(pid_, number); }

int Program::wait() {
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return out_.ended && err_.ended; })) {
      return -1;
    }
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

std::string Program::text_of(const Stream& stream) const {
  const std::scoped_lock lock(mutex_);
  return stream.text;
}

}  // namespace wasmcloud
