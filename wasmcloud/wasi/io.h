// wasi:io (0.2): pollables and streams as the host implements them. Everything here lives on its
// store's shard.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/component/abi.h"

namespace wasmcloud::component {
class Host;
class Store;
}  // namespace wasmcloud::component

namespace wasmcloud::wasi {

namespace component = wasmcloud::component;

// Who wants to know that something may have become ready. Called on the shard, any number of times.
// wake() only takes a note: no guest runs in it, and nothing is disarmed before it returns.
class Waker {
 public:
  virtual void wake() noexcept = 0;

 protected:
  ~Waker() = default;
};

// What a pollable can be made of. Level-triggered: ready stays true until the state behind it
// changes.
class Waitable {
 public:
  virtual ~Waitable() = default;

  virtual bool ready() = 0;
  // Starts whatever makes it ready (a timer, a read-ahead), and calls `waker` when ready() may have
  // become true; at once or later. `waker` stays valid until disarm(). A guest may list one thing
  // twice in a poll: then it is armed twice with the same waker, and disarmed as often.
  virtual void arm(Waker& waker) = 0;
  virtual void disarm(Waker& waker) noexcept = 0;
};

// A list of wakers, for Waitables that are told from elsewhere.
class Signal {
 public:
  void add(Waker& waker) { wakers_.push_back(&waker); }

  void remove(Waker& waker) noexcept { std::erase(wakers_, &waker); }

  bool empty() const noexcept { return wakers_.empty(); }

  void notify() noexcept;

 private:
  std::vector<Waker*> wakers_;
};

// resource pollable: shares what it waits for with the resource that it was made from.
class Pollable final : public component::HostResource {
 public:
  explicit Pollable(std::shared_ptr<Waitable> target) : target_(std::move(target)) {}

  Waitable& target() noexcept { return *target_; }

 private:
  std::shared_ptr<Waitable> target_;
};

// resource error: the host's error behind a failed stream operation. Derive from it to carry the
// code that filesystem-error-code or http-error-code asks for.
class IoError : public component::HostResource {
 public:
  explicit IoError(Error cause) : cause_(std::move(cause)) {}

  const Error& cause() const noexcept { return cause_; }

 private:
  Error cause_;
};

struct Closed {};

// A stream operation that did not work: the end, or an error (which ends the stream: `Closed` ever
// after). An error may come as the resource that the guest is to get, when an Error says too
// little.
using StreamFailure = std::variant<Closed, Error, std::unique_ptr<IoError>>;

// variant stream-error
struct StreamError {
  std::variant<component::Own<IoError>, component::Unit> value;
};

StreamError to_stream_error(StreamFailure failure);

// What stream functions give a guest.
template <typename T>
using StreamResult = std::expected<T, StreamError>;

// Where the bytes of an input stream come from. Never waits.
class InputSource : public Waitable {
 public:
  // What is at hand, at most `max` bytes; empty if nothing is now. Valid until the next call.
  virtual std::expected<std::span<const std::uint8_t>, StreamFailure> peek(std::uint64_t max) = 0;
  // Takes `size` bytes of what peek() gave.
  virtual void consume(std::size_t size) = 0;

  // For the stream's functions: bytes that a read has given are copied into the guest after it has
  // returned, so they are consumed by whatever is done with the stream next.
  void consume_later(std::size_t size) noexcept { given_ = size; }

  void settle() {
    if (given_ != 0) {
      consume(std::exchange(given_, 0));
    }
  }

 private:
  std::size_t given_ = 0;
};

// Where the bytes of an output stream go. Never waits.
class OutputSink : public Waitable {
 public:
  // How many bytes write() will take now; 0: not ready, arm() tells when.
  virtual std::expected<std::uint64_t, StreamFailure> check_write() = 0;
  // Copies `bytes`. All calls since check_write() together: no more than that permitted.
  virtual std::expected<void, StreamFailure> write(std::span<const std::uint8_t> bytes) = 0;
  // Begins to flush; check_write() gives 0 until it is done.
  virtual std::expected<void, StreamFailure> flush() = 0;
};

// resource input-stream. Shared with its pollables; a resource that counts its streams hands in its
// own deleter.
class InputStream final : public component::HostResource {
 public:
  explicit InputStream(std::shared_ptr<InputSource> source) : source_(std::move(source)) {}

  ~InputStream() override { source_->settle(); }

  InputStream(const InputStream&) = delete;
  InputStream& operator=(const InputStream&) = delete;

  InputSource& source() noexcept { return *source_; }

  std::shared_ptr<InputSource> share() const noexcept { return source_; }

 private:
  std::shared_ptr<InputSource> source_;
};

// resource output-stream. Keeps the permit that the guest last got from check-write.
class OutputStream final : public component::HostResource {
 public:
  explicit OutputStream(std::shared_ptr<OutputSink> sink) : sink_(std::move(sink)) {}

  OutputSink& sink() noexcept { return *sink_; }

  std::shared_ptr<OutputSink> share() const noexcept { return sink_; }

  std::uint64_t permit = 0;

 private:
  std::shared_ptr<OutputSink> sink_;
};

// Inside a host function: suspends the guest until `target` is ready. Errors: the guest is to stop.
Result<> wait_until_ready(component::Store& store, Waitable& target);

// What read() and write() of wasi:io/streams do, for other interfaces and for tests.
StreamResult<std::span<const std::uint8_t>> read_now(InputStream& stream, std::uint64_t length);
StreamResult<std::uint64_t> splice_now(OutputStream& to, InputStream& from, std::uint64_t length);
// `trap` if `bytes` are more than the permit.
Result<StreamResult<void>> write_now(OutputStream& stream, std::span<const std::uint8_t> bytes);

// wasi:io/error, wasi:io/poll, wasi:io/streams
void add_io(component::Host& host);

}  // namespace wasmcloud::wasi

WC_COMPONENT_RESOURCE(wasmcloud::wasi::Pollable, "pollable");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::IoError, "error");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::InputStream, "input-stream");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::OutputStream, "output-stream");
WC_WIT_VARIANT(wasmcloud::wasi::StreamError, "last-operation-failed", "closed");
