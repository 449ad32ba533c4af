#include "wasmcloud/wasi/filesystem_streams.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <optional>
#include <vector>

#include <boost/asio/post.hpp>
#include <sys/uio.h>
#include <unistd.h>

namespace wasmcloud::wasi::filesystem {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kReadBuffer = 64U << 10U;
constexpr std::uint64_t kWritePermit = 256U << 10U;
constexpr std::uint64_t kMaxOffset = std::numeric_limits<off_t>::max();

StreamFailure to_failure(ErrorCode code, std::string_view doing) {
  return make_stream_error(code, doing);
}

// --- reading ---

enum class Phase : std::uint8_t { idle, reading, at_end, failed, closed };

// Shared with the job that reads for it. A job writes to `buffer` and nothing else.
struct ReadState {
  SharedHandle file;
  std::uint64_t offset = 0;
  StreamThreads threads;
  std::vector<std::uint8_t> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  Phase phase = Phase::idle;
  ErrorCode error{};
  Signal signal;

  bool has_bytes() const noexcept { return begin != end; }

  void accept(const FsResult<std::size_t>& outcome) {
    if (!outcome) {
      phase = Phase::failed;
      error = outcome.error();
      return;
    }
    phase = *outcome == 0 ? Phase::at_end : Phase::idle;
    begin = 0;
    end = *outcome;
    offset += *outcome;
  }
};

enum class Patience : std::uint8_t { cached_only, wait };

FsResult<std::size_t> read_into(ReadState& state, Patience patience) {
  if (state.offset > kMaxOffset) {
    return std::unexpected(ErrorCode::invalid);
  }
  const iovec target{.iov_base = state.buffer.data(), .iov_len = state.buffer.size()};
  const int flags = patience == Patience::cached_only ? RWF_NOWAIT : 0;
  const ssize_t got =
      ::preadv2(state.file->get(), &target, 1, static_cast<off_t>(state.offset), flags);
  if (got < 0) {
    return last_error();
  }
  return static_cast<std::size_t>(got);
}

void read_on_pool(std::shared_ptr<ReadState> state) {
  state->phase = Phase::reading;
  asio::post(*state->threads.blocking, [state] {
    const FsResult<std::size_t> outcome = read_into(*state, Patience::wait);
    asio::post(state->threads.executor, [state, outcome] {
      state->accept(outcome);
      state->signal.notify();
    });
  });
}

// What is in the page cache comes at once; the rest through the pool.
void read_more(const std::shared_ptr<ReadState>& state) {
  state->buffer.resize(kReadBuffer);
  if (state->threads.blocking == nullptr) {
    state->accept(read_into(*state, Patience::wait));
    return;
  }
  const FsResult<std::size_t> cached = read_into(*state, Patience::cached_only);
  if (cached) {
    state->accept(cached);
  } else {  // not cached, not supported by this file system, or an error, which comes again
    read_on_pool(state);
  }
}

class FileSource final : public InputSource {
 public:
  explicit FileSource(std::shared_ptr<ReadState> state) : state_(std::move(state)) {}

  bool ready() override {
    fill();
    return state_->has_bytes() || state_->phase != Phase::reading;
  }

  void arm(Waker& waker) override {
    fill();
    state_->signal.add(waker);
  }

  void disarm(Waker& waker) noexcept override { state_->signal.remove(waker); }

  std::expected<Bytes, StreamFailure> peek(std::uint64_t max) override {
    fill();
    if (state_->has_bytes()) {
      const std::size_t size = std::min<std::uint64_t>(max, state_->end - state_->begin);
      return Bytes(state_->buffer).subspan(state_->begin, size);
    }
    if (state_->phase == Phase::failed) {
      state_->phase = Phase::closed;
      return std::unexpected(to_failure(state_->error, "reading a file"));
    }
    if (state_->phase != Phase::reading) {
      return std::unexpected<StreamFailure>(Closed{});
    }
    return Bytes();
  }

  void consume(std::size_t size) override { state_->begin += size; }

 private:
  void fill() {
    if (!state_->has_bytes() && state_->phase == Phase::idle) {
      read_more(state_);
    }
  }

  std::shared_ptr<ReadState> state_;
};

// --- writing ---

// Shared with the job that writes for it. A job reads `writing` and `offset` and nothing else.
struct WriteState {
  SharedHandle file;
  std::optional<std::uint64_t> offset;  // none: append
  StreamThreads threads;
  std::vector<std::uint8_t> queued;
  std::vector<std::uint8_t> writing;
  bool busy = false;
  bool closed = false;
  std::optional<ErrorCode> error;  // not yet told
  Signal signal;

  void accept(const FsResult<>& outcome) {
    if (!outcome) {
      error = outcome.error();
      queued.clear();
    } else if (offset) {
      *offset += writing.size();
    }
    writing.clear();
  }
};

FsResult<> write_all(const WriteState& state) {
  Bytes left(state.writing);
  std::uint64_t at = state.offset.value_or(0);
  while (!left.empty()) {
    if (at > kMaxOffset) {
      return std::unexpected(ErrorCode::file_too_large);
    }
    // The system does not write to what an iovec points to.
    const iovec source{.iov_base = const_cast<std::uint8_t*>(left.data()), .iov_len = left.size()};
    const ssize_t put = ::pwritev2(state.file->get(), &source, 1, static_cast<off_t>(at),
                                   state.offset ? 0 : RWF_APPEND);
    if (put < 0) {
      if (errno == EINTR) {
        continue;
      }
      return last_error();
    }
    left = left.subspan(static_cast<std::size_t>(put));
    at += state.offset ? static_cast<std::uint64_t>(put) : 0;
  }
  return {};
}

void write_queued(const std::shared_ptr<WriteState>& state) {
  state->writing.swap(state->queued);
  if (state->threads.blocking == nullptr) {
    state->accept(write_all(*state));
    return;
  }
  state->busy = true;
  asio::post(*state->threads.blocking, [state] {
    const FsResult<> outcome = write_all(*state);
    asio::post(state->threads.executor, [state, outcome] {
      state->busy = false;
      state->accept(outcome);
      if (!state->queued.empty()) {
        write_queued(state);
      }
      state->signal.notify();
    });
  });
}

class FileSink final : public OutputSink {
 public:
  explicit FileSink(std::shared_ptr<WriteState> state) : state_(std::move(state)) {}

  bool ready() override { return !state_->busy; }

  void arm(Waker& waker) override { state_->signal.add(waker); }

  void disarm(Waker& waker) noexcept override { state_->signal.remove(waker); }

  std::expected<std::uint64_t, StreamFailure> check_write() override {
    auto usable = check();
    if (!usable) {
      return std::unexpected(std::move(usable).error());
    }
    return state_->busy ? 0 : kWritePermit;
  }

  std::expected<void, StreamFailure> write(Bytes bytes) override {
    auto usable = check();
    if (usable) {
      state_->queued.insert(state_->queued.end(), bytes.begin(), bytes.end());
      if (!state_->busy) {
        write_queued(state_);
      }
    }
    return usable;
  }

  // Nothing is held back: check_write() gives 0 until all is written.
  std::expected<void, StreamFailure> flush() override { return check(); }

 private:
  std::expected<void, StreamFailure> check() {
    if (state_->error) {
      state_->closed = true;
      const ErrorCode code = *state_->error;
      state_->error.reset();
      return std::unexpected(to_failure(code, "writing a file"));
    }
    if (state_->closed) {
      return std::unexpected<StreamFailure>(Closed{});
    }
    return {};
  }

  std::shared_ptr<WriteState> state_;
};

}  // namespace

std::shared_ptr<InputSource> make_file_source(SharedHandle file, std::uint64_t offset,
                                              StreamThreads threads) {
  auto state = std::make_shared<ReadState>();
  state->file = std::move(file);
  state->offset = offset;
  state->threads = std::move(threads);
  return std::make_shared<FileSource>(std::move(state));
}

std::shared_ptr<OutputSink> make_file_sink(SharedHandle file, std::uint64_t offset,
                                           StreamThreads threads) {
  auto state = std::make_shared<WriteState>();
  state->file = std::move(file);
  state->offset = offset;
  state->threads = std::move(threads);
  return std::make_shared<FileSink>(std::move(state));
}

std::shared_ptr<OutputSink> make_append_sink(SharedHandle file, StreamThreads threads) {
  auto state = std::make_shared<WriteState>();
  state->file = std::move(file);
  state->threads = std::move(threads);
  return std::make_shared<FileSink>(std::move(state));
}

}  // namespace wasmcloud::wasi::filesystem
