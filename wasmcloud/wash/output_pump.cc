#include "wasmcloud/wash/output_pump.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

// What a pipe takes at once when it says that it takes anything.
constexpr std::size_t kPiece = 4096;

void append(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return;  // a full disk is no reason to stop a host
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

}  // namespace

Result<std::unique_ptr<OutputPump>> OutputPump::create(asio::any_io_executor executor, Stream to,
                                                       std::optional<LogFile> copy) {
  const int to_descriptor =
      ::fcntl(to == Stream::out ? STDOUT_FILENO : STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    const int failed = errno;
    ::close(to_descriptor);
    return Error(ErrorKind::exhausted, "making a pipe: {}", std::strerror(failed));
  }
  return std::unique_ptr<OutputPump>(
      new OutputPump(std::move(executor), ends[0], ends[1], to_descriptor, to, std::move(copy)));
}

OutputPump::OutputPump(asio::any_io_executor executor, int reading_end, int writing_end,
                       int to_descriptor, Stream to, std::optional<LogFile> copy)
    : pipe_(executor, reading_end),
      writing_end_(writing_end),
      reader_(executor),
      to_(to),
      copy_(std::move(copy)) {
  if (to_descriptor >= 0) {
    boost::system::error_code ignored;  // then it is not waited for
    reader_.assign(to_descriptor, ignored);
    if (ignored) {
      ::close(to_descriptor);
    }
  }
}

OutputPump::~OutputPump() { close_writing_end(); }

void OutputPump::close_writing_end() noexcept {
  if (writing_end_ >= 0) {
    ::close(std::exchange(writing_end_, -1));
  }
}

Task<> OutputPump::run() {
  std::array<char, kPiece> piece{};
  for (;;) {
    const auto [error, count] =
        co_await pipe_.async_read_some(asio::buffer(piece.data(), piece.size()), as_result);
    if (error == asio::error::eof) {
      co_return Result<>();
    }
    if (error) {
      co_return to_error(error, "reading the host's log");
    }
    const std::string_view text(piece.data(), count);
    if (copy_) {
      append(copy_->descriptor(), text);
    }
    // A file, and what is closed, cannot be waited for and need not be.
    const auto [cannot_wait] =
        co_await reader_.async_wait(asio::posix::descriptor_base::wait_write, as_result);
    if (cannot_wait == asio::error::operation_aborted) {
      co_return to_error(cannot_wait, "passing on the host's log");
    }
    write(to_, text);
  }
}

}  // namespace wasmcloud::wash
