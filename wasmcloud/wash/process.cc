#include "wasmcloud/wash/process.h"

#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

extern "C" {  // which the header of Debian 12 forgets to say
#include <sys/pidfd.h>
}

namespace wasmcloud::wash {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string read_link(const std::string& link) {
  std::error_code ignored;
  return std::filesystem::read_symlink(link, ignored).string();
}

Task<> wait_readable(asio::posix::stream_descriptor& descriptor) {
  const auto [error] =
      co_await descriptor.async_wait(asio::posix::descriptor_base::wait_read, as_result);
  if (error) {
    co_return to_error(error, "waiting for a process to end");
  }
  co_return Result<>();
}

Task<> wait_until(asio::steady_timer& timer) {
  const auto [error] = co_await timer.async_wait(as_result);
  if (error) {
    co_return to_error(error, "waiting for a process to end");
  }
  co_return Error(ErrorKind::timeout, "the process has not ended in time");
}

}  // namespace

std::optional<Process> Process::open(pid_t pid) {
  std::optional<Process> process = open_child(pid);
  if (process && process->has_ended()) {
    process.reset();
  }
  return process;
}

std::optional<Process> Process::open_child(pid_t pid) {
  const int descriptor = pid > 0 ? ::pidfd_open(pid, 0) : -1;  // close-on-exec by itself
  if (descriptor < 0) {
    return std::nullopt;
  }
  return Process(pid, descriptor);
}

Process::~Process() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

Process::Process(Process&& other) noexcept
    : pid_(other.pid_), descriptor_(std::exchange(other.descriptor_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

bool Process::has_ended() const noexcept {
  pollfd end{descriptor_, POLLIN, 0};
  return ::poll(&end, 1, 0) == 1;
}

void Process::signal(int number, Target target) const noexcept {
  if (target == Target::group) {
    // The group bears its leader's number until its last member is gone, whoever that is.
    ::kill(-pid_, number);
  } else {
    ::pidfd_send_signal(descriptor_, number, nullptr, 0);
  }
}

std::vector<std::string> Process::command_line() const {
  const std::string text = read_file(fmt::format("/proc/{}/cmdline", pid_));
  std::vector<std::string> arguments;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\0', start), text.size());
    arguments.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return has_ended() ? std::vector<std::string>() : arguments;
}

std::string Process::program() const {
  std::string path = read_link(fmt::format("/proc/{}/exe", pid_));
  return has_ended() ? std::string() : path;
}

std::optional<std::string> Process::output_file() const {
  std::string path = read_link(fmt::format("/proc/{}/fd/{}", pid_, STDOUT_FILENO));
  std::error_code ignored;
  if (has_ended() || !std::filesystem::is_regular_file(path, ignored)) {
    return std::nullopt;
  }
  return path;
}

std::optional<std::uint64_t> Process::started() const {
  // Field 22; the second is a name in parentheses, which may hold anything.
  const std::string text = read_file(fmt::format("/proc/{}/stat", pid_));
  std::size_t at = text.rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) {
    at = text.find(' ', at + 1);
  }
  std::uint64_t ticks = 0;
  if (at == std::string::npos || has_ended() ||
      std::from_chars(text.data() + at + 1, text.data() + text.size(), ticks).ec != std::errc()) {
    return std::nullopt;
  }
  return ticks;
}

Task<> Process::wait_ended(Deadline deadline) const {
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor descriptor(executor, ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 3));
  asio::steady_timer timer(executor, deadline.when());
  auto waited = co_await (wait_readable(descriptor) || wait_until(timer));
  if (waited.index() == 0) {
    co_return std::get<0>(std::move(waited));
  }
  co_return std::get<1>(std::move(waited));
}

Task<> stop(const Process& process, std::chrono::milliseconds grace) {
  process.signal(SIGTERM);
  const Result<> ended = co_await process.wait_ended(Deadline::after(grace));
  if (!ended) {
    process.signal(SIGKILL, Target::group);
    process.signal(SIGKILL);
    co_return co_await process.wait_ended(Deadline::never());
  }
  co_return Result<>();
}

}  // namespace wasmcloud::wash
