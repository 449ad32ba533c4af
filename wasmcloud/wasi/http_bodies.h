// wasi:http/types: bodies. The bytes of a message lie in a content object that the body resource,
// its stream, its pollables and the transport's task share; all on one shard.
//
// Incoming: a stream gives what the transport has at hand, without a copy; only when nothing is, a
// read-ahead of one buffer is started beside the guest (in Context::tasks()). Outgoing: the guest
// fills one bounded buffer while the transport sends the other, so each waits for the other.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "wasmcloud/base/task.h"
#include "wasmcloud/http/body.h"
#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wasi/http_fields.h"
#include "wasmcloud/wasi/http_types.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi {

class IncomingContent {
 public:
  // `reader` must live until Context::close() has ended, or be kept by `owner`, which is let go at
  // the end of the body.
  IncomingContent(Context& context, http::BodyReader& reader, std::shared_ptr<void> owner,
                  MessageKind kind);

  // As an InputSource. Where nothing is at hand, peek() starts the read-ahead.
  static std::expected<std::span<const std::uint8_t>, StreamFailure> peek(
      const std::shared_ptr<IncomingContent>& self, std::uint64_t max);
  static void read_ahead(const std::shared_ptr<IncomingContent>& self);
  void consume(std::size_t size);
  // Data, the end or a failure is there.
  bool ready();

  // Reads to the end, for the trailers: nobody wants the bytes any more.
  static void discard_rest(const std::shared_ptr<IncomingContent>& self);

  bool ended() const noexcept { return ended_; }

  const std::optional<ErrorCode>& failure() const noexcept { return failure_; }

  // After the end; empty the second time.
  http::Headers take_trailers() noexcept { return std::move(trailers_); }

  Signal changed;

 private:
  static Task<> read(std::shared_ptr<IncomingContent> self);
  std::span<const std::uint8_t> at_hand();
  void end();
  void fail(const Error& error);

  Context& context_;
  http::BodyReader* reader_;  // null after the end
  std::shared_ptr<void> owner_;
  MessageKind kind_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t begin_ = 0;
  std::size_t filled_ = 0;
  bool reading_ = false;
  bool discarding_ = false;
  bool ended_ = false;  // the transport has no more; the buffer may
  std::optional<ErrorCode> failure_;
  ErrorKind failure_kind_ = ErrorKind::unavailable;
  bool failure_told_ = false;
  http::Headers trailers_;
};

// resource incoming-body.
class IncomingBody final : public component::HostResource {
 public:
  explicit IncomingBody(std::shared_ptr<IncomingContent> content) : content_(std::move(content)) {}

  std::expected<component::Own<InputStream>, Unit> stream();

  bool stream_alive() const noexcept { return !stream_.expired(); }

  std::shared_ptr<IncomingContent> content() const noexcept { return content_; }

 private:
  std::shared_ptr<IncomingContent> content_;
  std::weak_ptr<InputSource> stream_;
  bool stream_given_ = false;
};

// resource future-trailers.
class FutureTrailers final : public component::HostResource {
 public:
  using Trailers = std::expected<std::optional<component::Own<Fields>>, ErrorCode>;

  explicit FutureTrailers(std::shared_ptr<IncomingContent> content)
      : content_(std::move(content)) {}

  component::Own<Pollable> subscribe() const;
  std::optional<std::expected<Trailers, Unit>> get();

 private:
  std::shared_ptr<IncomingContent> content_;
  bool given_ = false;
};

class OutgoingContent {
 public:
  // The guest fills one buffer of this size while another is sent.
  static constexpr std::size_t kBufferBytes = 128 * 1024;

  enum class State : std::uint8_t {
    open,
    finished,
    aborted,  // dropped, or of the wrong length: the message cannot be completed
  };

  // `length`: what content-length announces.
  OutgoingContent(MessageKind kind, std::optional<std::uint64_t> length)
      : kind_(kind), length_(length) {}

  // The guest's side; as an OutputSink.
  std::expected<std::uint64_t, StreamFailure> check_write();
  std::expected<void, StreamFailure> write(std::span<const std::uint8_t> bytes);
  // An error where the length is not what was announced; it aborts.
  std::expected<void, ErrorCode> finish(http::Headers trailers);
  // Dropped without finish(). No-op after it.
  void abandon() noexcept;

  // The transport's side.
  State state() const noexcept { return state_; }

  const std::string& pending() const noexcept { return pending_; }

  // Swaps the pending bytes with `buffer`, whose content is dropped.
  void take_pending(std::string& buffer);

  bool has_trailers() const noexcept { return !trailers_.fields().empty(); }

  http::Headers take_trailers() noexcept { return std::move(trailers_); }

  // A message whose body is never sent, whatever it announces (a response to HEAD, say).
  void never_sent() noexcept { never_sent_ = true; }

  // Nobody will send what is written: later writes fail, first with `cause` if there is one.
  void close(std::optional<ErrorCode> cause) noexcept;

  // Who sends, if it waits: woken when bytes are pending or the state changes. Null to remove.
  void set_sender(Waker* sender) noexcept { sender_ = sender; }

  Signal writable;

 private:
  void wake_sender() noexcept;
  std::optional<StreamFailure> refused();

  MessageKind kind_;
  State state_ = State::open;
  bool never_sent_ = false;
  bool closed_ = false;
  std::optional<std::uint64_t> length_;
  std::uint64_t written_ = 0;
  std::string pending_;
  http::Headers trailers_;
  std::optional<ErrorCode> failure_;  // not yet told
  Waker* sender_ = nullptr;
};

// Sends what the guest writes, until it finishes the body (then ends it: success) or aborts it
// (`invalid`; the writer is aborted too). An error of the writer closes `content`. `writer` must
// outlive the task. Cancelling it aborts the writer.
Task<> send_body(std::shared_ptr<OutgoingContent> content, http::BodyWriter& writer,
                 asio::any_io_executor executor);

// resource outgoing-body.
class OutgoingBody final : public component::HostResource {
 public:
  explicit OutgoingBody(std::shared_ptr<OutgoingContent> content) : content_(std::move(content)) {}

  ~OutgoingBody() override;

  std::expected<component::Own<OutputStream>, Unit> write();

  bool stream_alive() const noexcept { return !stream_.expired(); }

  OutgoingContent& content() noexcept { return *content_; }

 private:
  std::shared_ptr<OutgoingContent> content_;
  std::weak_ptr<OutputSink> stream_;
  bool stream_given_ = false;
};

}  // namespace wasmcloud::wasi

WC_COMPONENT_RESOURCE(wasmcloud::wasi::IncomingBody, "incoming-body");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::FutureTrailers, "future-trailers");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::OutgoingBody, "outgoing-body");
