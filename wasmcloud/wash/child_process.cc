#include "wasmcloud/wash/child_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// What the child needs, made before the fork: behind it nothing may be allocated.
struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int output;
  int failure;  // where it writes the errno of what failed
  Lifetime lifetime;
  pid_t parent;
};

// In the child, between fork and exec: only system calls.
[[noreturn]] void become(const Plan& plan) noexcept {
  // Our handlers first: from here on a signal ends it.
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    ::signal(number, SIG_DFL);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (plan.lifetime == Lifetime::its_own) {
    ::setsid();
  } else {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != plan.parent) {
      ::_exit(126);  // wash has ended before that was set
    }
  }
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
      ::dup2(plan.output, STDOUT_FILENO) >= 0 && ::dup2(plan.output, STDERR_FILENO) >= 0) {
    // Libraries open sockets that would be inherited.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(plan.program, plan.arguments, plan.environment);
  }
  const int failed = errno;
  const ssize_t ignored = ::write(plan.failure, &failed, sizeof failed);
  ::_exit(ignored < 0 ? 126 : 127);
}

Error cannot_start(const std::string& program, int failed) {
  const ErrorKind kind = failed == ENOENT   ? ErrorKind::not_found
                         : failed == EACCES ? ErrorKind::denied
                                            : ErrorKind::unavailable;
  return Error(kind, "{} cannot be started: {}", program, std::strerror(failed));
}

// What the child writes before it runs the program; nothing if it does run it.
std::optional<int> read_failure(int pipe) {
  int failed = 0;
  ssize_t count = 0;
  do {
    count = ::read(pipe, &failed, sizeof failed);
  } while (count < 0 && errno == EINTR);
  return count == sizeof failed ? std::optional(failed) : std::nullopt;
}

// Does not reap it: its number stays its own.
siginfo_t end_of(pid_t pid) {
  siginfo_t end{};
  ::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | WNOWAIT | WNOHANG);
  return end;
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const ChildOptions& options) {
  const std::string program = options.program.string();
  std::vector<std::string> arguments{program};
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  std::vector<std::string> environment = options.environment;
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  std::array<int, 2> failure{};
  if (::pipe2(failure.data(), O_CLOEXEC) != 0) {
    return cannot_start(program, errno);
  }
  const Plan plan{.program = program.c_str(),
                  .arguments = argument_pointers.data(),
                  .environment = environment_pointers.data(),
                  .output = options.output,
                  .failure = failure[1],
                  .lifetime = options.lifetime,
                  .parent = ::getpid()};
  const pid_t pid = ::fork();
  const int fork_error = errno;
  if (pid == 0) {
    become(plan);
  }
  ::close(failure[1]);
  const std::optional<int> failed = pid < 0 ? fork_error : read_failure(failure[0]);
  ::close(failure[0]);
  if (failed) {
    if (pid > 0) {
      reap(pid);
    }
    return cannot_start(program, *failed);
  }
  std::optional<Process> process = Process::open_child(pid);
  if (!process) {
    const int error = errno;
    ::kill(-pid, SIGKILL);
    reap(pid);
    return cannot_start(program, error);
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(*std::move(process)));
}

ChildProcess::~ChildProcess() {
  if (ours_) {
    process_.signal(SIGKILL, Target::group);
    process_.signal(SIGKILL);
    reap(process_.pid());
  }
}

bool ChildProcess::ended_well() const {
  const siginfo_t end = end_of(process_.pid());
  return end.si_code == CLD_EXITED && end.si_status == 0;
}

std::string ChildProcess::how_it_ended() const {
  const siginfo_t end = end_of(process_.pid());
  return fmt::format("{} {}", end.si_code == CLD_EXITED ? "exit code" : "signal", end.si_status);
}

}  // namespace wasmcloud::wash
