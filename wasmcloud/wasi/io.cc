#include "wasmcloud/wasi/io.h"

#include <algorithm>
#include <array>
#include <ranges>

#include "wasmcloud/component/host.h"

namespace wasmcloud::wasi {
namespace {

using component::Borrow;
using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
using component::Unit;
using Bytes = std::span<const std::uint8_t>;

constexpr std::uint64_t kMaxRead = 1U << 20U;
constexpr std::size_t kMaxBlockingWrite = 4096;
// A source or sink that says it is ready and then has nothing would keep us in a loop that no epoch
// ends.
constexpr int kMaxIdleTurns = 10;
constexpr std::array<std::uint8_t, kMaxBlockingWrite> kZeroes{};

template <typename T>
StreamResult<T> failed(StreamFailure failure) {
  return StreamResult<T>(std::unexpect, to_stream_error(std::move(failure)));
}

bool is_nothing(Bytes bytes) { return bytes.empty(); }

bool is_nothing(std::uint64_t size) { return size == 0; }

bool is_closed(const StreamError& error) { return std::holds_alternative<Unit>(error.value); }

Error no_progress() {
  return Error(ErrorKind::trap, "a stream was ready {} times and had nothing to give",
               kMaxIdleTurns);
}

// Tells a guest that waits.
class GuestWaker final : public Waker {
 public:
  explicit GuestWaker(Store& store) : store_(store) {
    operation.cancel = [this] { wake(); };
  }

  void wake() noexcept override {
    operation.done = true;
    store_.wake();
  }

  Store::Operation operation;

 private:
  Store& store_;
};

class Armed {
 public:
  Armed(std::span<Waitable* const> targets, Waker& waker) : targets_(targets), waker_(waker) {
    std::ranges::for_each(targets_, [this](Waitable* target) { target->arm(waker_); });
  }

  ~Armed() {
    std::ranges::for_each(targets_, [this](Waitable* target) { target->disarm(waker_); });
  }

  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;

 private:
  std::span<Waitable* const> targets_;
  Waker& waker_;
};

Result<> wait_any(Store& store, std::span<Waitable* const> targets) {
  const auto any_ready = [targets] {
    return std::ranges::any_of(targets, [](Waitable* target) { return target->ready(); });
  };
  while (!any_ready()) {
    GuestWaker waker(store);
    const Armed armed(targets, waker);
    if (any_ready()) {
      break;
    }
    WC_CHECK(store.wait(waker.operation));
  }
  return {};
}

std::vector<std::uint32_t> ready_among(const std::vector<Borrow<Pollable>>& pollables) {
  std::vector<std::uint32_t> ready;
  for (std::uint32_t i = 0; i < pollables.size(); ++i) {
    if (pollables[i]->target().ready()) {
      ready.push_back(i);
    }
  }
  return ready;
}

Result<std::vector<std::uint32_t>> poll(Store& store, std::vector<Borrow<Pollable>> pollables) {
  if (pollables.empty()) {
    return Error(ErrorKind::trap, "poll: empty poll list");
  }
  std::vector<std::uint32_t> ready = ready_among(pollables);
  if (!ready.empty()) {
    return ready;
  }
  std::vector<Waitable*> targets;
  targets.reserve(pollables.size());
  std::ranges::transform(pollables, std::back_inserter(targets),
                         [](const Borrow<Pollable>& pollable) { return &pollable->target(); });
  do {
    WC_CHECK(wait_any(store, targets));
    ready = ready_among(pollables);
  } while (ready.empty());
  return ready;
}

// What an input stream's pollable waits for: bytes beyond those that a read has given.
class BytesAtHand final : public Waitable {
 public:
  explicit BytesAtHand(std::shared_ptr<InputSource> source) : source_(std::move(source)) {}

  bool ready() override {
    source_->settle();
    return source_->ready();
  }

  void arm(Waker& waker) override {
    source_->settle();
    source_->arm(waker);
  }

  void disarm(Waker& waker) noexcept override { source_->disarm(waker); }

 private:
  std::shared_ptr<InputSource> source_;
};

StreamResult<std::uint64_t> skip_now(InputStream& stream, std::uint64_t length) {
  auto bytes = read_now(stream, length);
  if (!bytes) {
    return StreamResult<std::uint64_t>(std::unexpect, std::move(bytes).error());
  }
  stream.source().settle();
  return bytes->size();
}

// `attempt` gives nothing while there is nothing: then waits and tries again.
template <typename T, typename Attempt>
Result<StreamResult<T>> read_blocking(Store& store, InputStream& stream, std::uint64_t length,
                                      Attempt attempt) {
  for (int turn = 0; turn < kMaxIdleTurns; ++turn) {
    if (length == 0) {
      stream.source().settle();
      WC_CHECK(wait_until_ready(store, stream.source()));
    }
    StreamResult<T> outcome = attempt(stream, length);
    if (!outcome || !is_nothing(*outcome) || length == 0) {
      return outcome;
    }
    WC_CHECK(wait_until_ready(store, stream.source()));
  }
  return no_progress();
}

StreamResult<std::uint64_t> check_write(OutputStream& stream) {
  stream.permit = 0;
  auto permit = stream.sink().check_write();
  if (!permit) {
    return failed<std::uint64_t>(std::move(permit).error());
  }
  stream.permit = *permit;
  return *permit;
}

Result<> take_permit(OutputStream& stream, std::uint64_t size) {
  if (size > stream.permit) {
    return Error(ErrorKind::trap, "write of {} bytes exceeds the {} that check-write permitted",
                 size, stream.permit);
  }
  stream.permit -= size;
  return {};
}

// Waits until the sink takes something: how much.
Result<StreamResult<std::uint64_t>> wait_writable(Store& store, OutputStream& stream) {
  for (int turn = 0; turn < kMaxIdleTurns; ++turn) {
    auto permit = stream.sink().check_write();
    if (!permit) {
      return failed<std::uint64_t>(std::move(permit).error());
    }
    if (*permit != 0) {
      return StreamResult<std::uint64_t>(*permit);
    }
    WC_CHECK(wait_until_ready(store, stream.sink()));
  }
  return no_progress();
}

StreamResult<void> flush(OutputStream& stream) {
  stream.permit = 0;
  auto begun = stream.sink().flush();
  if (!begun) {
    return failed<void>(std::move(begun).error());
  }
  return {};
}

Result<StreamResult<void>> blocking_flush(Store& store, OutputStream& stream) {
  StreamResult<void> begun = flush(stream);
  if (!begun) {
    return begun;
  }
  WC_TRY(StreamResult<std::uint64_t> flushed, wait_writable(store, stream));
  if (!flushed) {
    return StreamResult<void>(std::unexpect, std::move(flushed).error());
  }
  return StreamResult<void>();
}

Result<StreamResult<void>> blocking_write_and_flush(Store& store, OutputStream& stream,
                                                    Bytes bytes) {
  stream.permit = 0;
  while (!bytes.empty()) {
    WC_TRY(StreamResult<std::uint64_t> permit, wait_writable(store, stream));
    if (!permit) {
      return StreamResult<void>(std::unexpect, std::move(permit).error());
    }
    const Bytes now = bytes.first(std::min<std::size_t>(bytes.size(), *permit));
    auto written = stream.sink().write(now);
    if (!written) {
      return failed<void>(std::move(written).error());
    }
    bytes = bytes.subspan(now.size());
  }
  WC_TRY(StreamResult<void> flushed, blocking_flush(store, stream));
  if (!flushed && is_closed(flushed.error())) {  // all was written before the end
    return StreamResult<void>();
  }
  return flushed;
}

Error too_much_at_once(std::string_view function, std::uint64_t size) {
  return Error(ErrorKind::trap, "Buffer too large for {} (expected at most {}, found {})", function,
               kMaxBlockingWrite, size);
}

Result<StreamResult<void>> write_zeroes(OutputStream& stream, std::uint64_t length) {
  WC_CHECK(take_permit(stream, length));
  while (length != 0) {
    const std::uint64_t now = std::min<std::uint64_t>(length, kZeroes.size());
    auto written = stream.sink().write(Bytes(kZeroes).first(now));
    if (!written) {
      return failed<void>(std::move(written).error());
    }
    length -= now;
  }
  return StreamResult<void>();
}

Result<StreamResult<std::uint64_t>> blocking_splice(Store& store, OutputStream& to,
                                                    InputStream& from, std::uint64_t length) {
  for (int turn = 0; turn < kMaxIdleTurns; ++turn) {
    from.source().settle();
    WC_CHECK(wait_until_ready(store, to.sink()));
    WC_CHECK(wait_until_ready(store, from.source()));
    StreamResult<std::uint64_t> spliced = splice_now(to, from, length);
    if (!spliced || *spliced != 0 || length == 0) {
      return spliced;
    }
  }
  return no_progress();
}

HostInterface make_error() {
  HostInterface interface("wasi:io/error@0.2.12");
  interface.resource<IoError>("error");
  interface.function("[method]error.to-debug-string",
                     [](Store&, Borrow<IoError> self) { return self->cause().describe(); });
  return interface;
}

HostInterface make_poll() {
  HostInterface interface("wasi:io/poll@0.2.12");
  interface.resource<Pollable>("pollable");
  interface.function("[method]pollable.ready",
                     [](Store&, Borrow<Pollable> self) { return self->target().ready(); });
  interface.function("[method]pollable.block", [](Store& store, Borrow<Pollable> self) {
    return wait_until_ready(store, self->target());
  });
  interface.function("poll", poll);
  return interface;
}

void add_input_stream(HostInterface& interface) {
  interface.resource<InputStream>("input-stream");
  interface.function("[method]input-stream.read",
                     [](Store&, Borrow<InputStream> self, std::uint64_t length) {
                       return read_now(*self, length);
                     });
  interface.function("[method]input-stream.blocking-read",
                     [](Store& store, Borrow<InputStream> self, std::uint64_t length) {
                       return read_blocking<Bytes>(store, *self, length, read_now);
                     });
  interface.function("[method]input-stream.skip",
                     [](Store&, Borrow<InputStream> self, std::uint64_t length) {
                       return skip_now(*self, length);
                     });
  interface.function("[method]input-stream.blocking-skip",
                     [](Store& store, Borrow<InputStream> self, std::uint64_t length) {
                       return read_blocking<std::uint64_t>(store, *self, length, skip_now);
                     });
  interface.function("[method]input-stream.subscribe", [](Store&, Borrow<InputStream> self) {
    return make_own<Pollable>(std::make_shared<BytesAtHand>(self->share()));
  });
}

void add_writes(HostInterface& interface) {
  interface.function(
      "[method]output-stream.write",
      [](Store&, Borrow<OutputStream> self, Bytes contents) { return write_now(*self, contents); });
  interface.function("[method]output-stream.write-zeroes",
                     [](Store&, Borrow<OutputStream> self, std::uint64_t length) {
                       return write_zeroes(*self, length);
                     });
  interface.function(
      "[method]output-stream.blocking-write-and-flush",
      [](Store& store, Borrow<OutputStream> self, Bytes contents) -> Result<StreamResult<void>> {
        if (contents.size() > kMaxBlockingWrite) {
          return too_much_at_once("blocking-write-and-flush", contents.size());
        }
        return blocking_write_and_flush(store, *self, contents);
      });
  interface.function("[method]output-stream.blocking-write-zeroes-and-flush",
                     [](Store& store, Borrow<OutputStream> self,
                        std::uint64_t length) -> Result<StreamResult<void>> {
                       if (length > kMaxBlockingWrite) {
                         return too_much_at_once("blocking-write-zeroes-and-flush", length);
                       }
                       return blocking_write_and_flush(store, *self, Bytes(kZeroes).first(length));
                     });
}

void add_output_stream(HostInterface& interface) {
  interface.resource<OutputStream>("output-stream");
  interface.function("[method]output-stream.check-write",
                     [](Store&, Borrow<OutputStream> self) { return check_write(*self); });
  add_writes(interface);
  interface.function("[method]output-stream.flush",
                     [](Store&, Borrow<OutputStream> self) { return flush(*self); });
  interface.function(
      "[method]output-stream.blocking-flush",
      [](Store& store, Borrow<OutputStream> self) { return blocking_flush(store, *self); });
  interface.function("[method]output-stream.subscribe", [](Store&, Borrow<OutputStream> self) {
    return make_own<Pollable>(self->share());
  });
  interface.function("[method]output-stream.splice",
                     [](Store&, Borrow<OutputStream> self, Borrow<InputStream> source,
                        std::uint64_t length) { return splice_now(*self, *source, length); });
  interface.function(
      "[method]output-stream.blocking-splice",
      [](Store& store, Borrow<OutputStream> self, Borrow<InputStream> source,
         std::uint64_t length) { return blocking_splice(store, *self, *source, length); });
}

HostInterface make_streams() {
  HostInterface interface("wasi:io/streams@0.2.12");
  interface.resource<IoError>("error");
  interface.resource<Pollable>("pollable");
  add_input_stream(interface);
  add_output_stream(interface);
  return interface;
}

}  // namespace

void Signal::notify() noexcept {
  for (Waker* const waker : wakers_) {
    waker->wake();
  }
}

StreamError to_stream_error(StreamFailure failure) {
  if (auto* const cause = std::get_if<Error>(&failure)) {
    return StreamError{make_own<IoError>(std::move(*cause))};
  }
  if (auto* const error = std::get_if<std::unique_ptr<IoError>>(&failure)) {
    return StreamError{Own<IoError>(std::move(*error))};
  }
  return StreamError{Unit{}};
}

Result<> wait_until_ready(Store& store, Waitable& target) {
  const std::array<Waitable*, 1> targets{&target};
  return wait_any(store, targets);
}

StreamResult<Bytes> read_now(InputStream& stream, std::uint64_t length) {
  InputSource& source = stream.source();
  source.settle();
  auto bytes = source.peek(std::clamp<std::uint64_t>(length, 1, kMaxRead));
  if (!bytes) {
    return failed<Bytes>(std::move(bytes).error());
  }
  const Bytes given = bytes->first(std::min<std::size_t>(bytes->size(), length));
  source.consume_later(given.size());
  return given;
}

Result<StreamResult<void>> write_now(OutputStream& stream, Bytes bytes) {
  WC_CHECK(take_permit(stream, bytes.size()));
  if (bytes.empty()) {
    return StreamResult<void>();
  }
  auto written = stream.sink().write(bytes);
  if (!written) {
    return failed<void>(std::move(written).error());
  }
  return StreamResult<void>();
}

StreamResult<std::uint64_t> splice_now(OutputStream& to, InputStream& from, std::uint64_t length) {
  to.permit = 0;
  auto permit = to.sink().check_write();
  if (!permit) {
    return failed<std::uint64_t>(std::move(permit).error());
  }
  StreamResult<Bytes> bytes = read_now(from, std::min(length, *permit));
  if (!bytes) {
    return StreamResult<std::uint64_t>(std::unexpect, std::move(bytes).error());
  }
  if (!bytes->empty()) {
    auto written = to.sink().write(*bytes);
    if (!written) {
      from.source().consume_later(0);  // they stay with the source
      return failed<std::uint64_t>(std::move(written).error());
    }
  }
  const std::uint64_t size = bytes->size();
  from.source().settle();
  return size;
}

void add_io(component::Host& host) {
  host.add(make_error());
  host.add(make_poll());
  host.add(make_streams());
}

}  // namespace wasmcloud::wasi
