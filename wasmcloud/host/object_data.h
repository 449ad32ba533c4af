// What objects of a blob store hold, between a guest and the wire: what the guest writes is sent
// while it writes, what it reads comes while it reads. Everything here lives on its store's shard.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "wasmcloud/base/signal.h"
#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wasi/io.h"
#include "wasmcloud/wrpc/incoming.h"
#include "wasmcloud/wrpc/stream.h"

namespace wasmcloud::host {

// A provider's word on whether it has sent, or kept, all of something.
using Verdict = std::expected<void, std::string>;

// A stream, with the provider's word on whether that was all.
template <typename T>
class Delivery {
 public:
  using Patience = Deadline::Clock::duration;

  // `patience`: how long the word may come after the stream. A provider that fails sends none.
  Delivery(wrpc::Stream<T> stream, wrpc::Future<Verdict> verdict,
           Patience patience = std::chrono::seconds(10))
      : stream_(std::move(stream)), verdict_(std::move(verdict)), patience_(patience) {}

  // As Stream::next(), but that the end comes only if the provider says that it is one. After the
  // end or a failure there is nothing more, and the invocation is let go.
  Task<std::optional<wrpc::ChunkOf<T>>> next(Deadline deadline) {
    if (over_) {
      co_return std::nullopt;
    }
    Result<std::optional<wrpc::ChunkOf<T>>> chunk = co_await next_or_end(deadline);
    if (!chunk || !*chunk) {
      over_ = true;
      stream_ = {};
      verdict_ = {};
    }
    co_return std::move(chunk);
  }

 private:
  Task<std::optional<wrpc::ChunkOf<T>>> next_or_end(Deadline deadline) {
    WC_CO_TRY(std::optional<wrpc::ChunkOf<T>> chunk, stream_.next(deadline),
              "failed to perform async I/O");
    if (chunk) {
      co_return std::move(chunk);
    }
    WC_CO_TRY(const Verdict verdict, verdict_.get(deadline.min(Deadline::after(patience_))),
              "failed to perform async I/O: the stream ended without a status");
    if (!verdict) {
      co_return Error(ErrorKind::unavailable, "{}", verdict.error());
    }
    co_return std::nullopt;
  }

  wrpc::Stream<T> stream_;
  wrpc::Future<Verdict> verdict_;
  Patience patience_;
  bool over_ = false;
};

// An object that a guest reads. Nothing is asked for before the guest wants it.
class ObjectSource final : public wasi::InputSource {
 public:
  // `context`: the store's.
  ObjectSource(wasi::Context& context, Delivery<std::uint8_t> data, Deadline deadline);
  ~ObjectSource() override;
  ObjectSource(const ObjectSource&) = delete;
  ObjectSource& operator=(const ObjectSource&) = delete;

  std::expected<std::span<const std::uint8_t>, wasi::StreamFailure> peek(
      std::uint64_t max) override;
  void consume(std::size_t size) override;
  bool ready() override;
  void arm(wasi::Waker& waker) override;
  void disarm(wasi::Waker& waker) noexcept override;

 private:
  struct State;

  static Task<> read(std::shared_ptr<State> state);
  void read_ahead();

  wasi::Context& context_;
  const std::shared_ptr<State> state_;
};

// An object that a guest writes, for whoever sends it.
class OutgoingObject {
 public:
  // So much may wait to be sent.
  static constexpr std::size_t kMostWaiting = std::size_t{128} << 10U;
  // The same while nobody sends yet: components of 1.x write small objects before they say where
  // to.
  static constexpr std::size_t kMostUnsent = std::size_t{1} << 20U;

  // --- the guest's side ---
  std::expected<std::uint64_t, wasi::StreamFailure> check_write();
  std::expected<void, wasi::StreamFailure> write(std::span<const std::uint8_t> bytes);
  // Whether check_write() has something to say.
  bool answers() const noexcept;
  // All has been written.
  void end() noexcept;
  // What was not sent yet never will be: the provider sees that the object is not whole.
  void abandon() noexcept;

  // --- the sender's side ---
  // Sends the second parameter of `call` until its end, beside the guest. Once.
  static void send(const std::shared_ptr<OutgoingObject>& self, wasi::Context& context,
                   std::shared_ptr<wrpc::Incoming> call, Deadline deadline);
  // Returns when nobody sends any more.
  Task<> sent(Deadline deadline);

  wasi::Signal writable;

 private:
  enum class Sending : std::uint8_t { not_yet, now, over };

  static Task<> run(std::shared_ptr<OutgoingObject> self, std::shared_ptr<wrpc::Incoming> call,
                    Deadline deadline);
  Task<> send_all(wrpc::Session& session, Deadline deadline);
  std::size_t room() const noexcept;
  std::optional<wasi::StreamFailure> refused();

  std::string waiting_;
  bool ended_ = false;
  bool abandoned_ = false;
  bool failure_told_ = false;
  Sending sending_ = Sending::not_yet;
  Signal changed_;  // for the sender, and for who waits for it
};

// The stream by which a guest writes it. Ends it when it goes.
class ObjectSink final : public wasi::OutputSink {
 public:
  explicit ObjectSink(std::shared_ptr<OutgoingObject> object) : object_(std::move(object)) {}

  ~ObjectSink() override { object_->end(); }

  ObjectSink(const ObjectSink&) = delete;
  ObjectSink& operator=(const ObjectSink&) = delete;

  std::expected<std::uint64_t, wasi::StreamFailure> check_write() override {
    return object_->check_write();
  }

  std::expected<void, wasi::StreamFailure> write(std::span<const std::uint8_t> bytes) override {
    return object_->write(bytes);
  }

  // What is written is on its way already.
  std::expected<void, wasi::StreamFailure> flush() override { return {}; }

  bool ready() override { return object_->answers(); }

  void arm(wasi::Waker& waker) override;

  void disarm(wasi::Waker& waker) noexcept override { object_->writable.remove(waker); }

 private:
  const std::shared_ptr<OutgoingObject> object_;
};

}  // namespace wasmcloud::host
