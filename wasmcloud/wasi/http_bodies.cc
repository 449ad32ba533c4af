#include "wasmcloud/wasi/http_bodies.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/wasi/http_event.h"

namespace wasmcloud::wasi {
namespace {

constexpr std::size_t kReadAheadBytes = 64 * 1024;

class BodyStream final : public InputSource {
 public:
  explicit BodyStream(std::shared_ptr<IncomingContent> content) : content_(std::move(content)) {}

  std::expected<std::span<const std::uint8_t>, StreamFailure> peek(std::uint64_t max) override {
    return IncomingContent::peek(content_, max);
  }

  void consume(std::size_t size) override { content_->consume(size); }

  bool ready() override { return content_->ready(); }

  void arm(Waker& waker) override {
    content_->changed.add(waker);
    if (content_->ready()) {
      waker.wake();
    } else {
      IncomingContent::read_ahead(content_);
    }
  }

  void disarm(Waker& waker) noexcept override { content_->changed.remove(waker); }

 private:
  std::shared_ptr<IncomingContent> content_;
};

class TrailersReady final : public Waitable {
 public:
  explicit TrailersReady(std::shared_ptr<IncomingContent> content) : content_(std::move(content)) {}

  bool ready() override { return content_->ended(); }

  void arm(Waker& waker) override {
    content_->changed.add(waker);
    IncomingContent::discard_rest(content_);
    if (ready()) {
      waker.wake();
    }
  }

  void disarm(Waker& waker) noexcept override { content_->changed.remove(waker); }

 private:
  std::shared_ptr<IncomingContent> content_;
};

class BodySink final : public OutputSink {
 public:
  explicit BodySink(std::shared_ptr<OutgoingContent> content) : content_(std::move(content)) {}

  std::expected<std::uint64_t, StreamFailure> check_write() override {
    return content_->check_write();
  }

  std::expected<void, StreamFailure> write(std::span<const std::uint8_t> bytes) override {
    return content_->write(bytes);
  }

  // What is written is on its way already: the buffer is sent as soon as the transport is free.
  std::expected<void, StreamFailure> flush() override { return {}; }

  bool ready() override {
    return content_->pending().size() < OutgoingContent::kBufferBytes ||
           content_->state() != OutgoingContent::State::open;
  }

  void arm(Waker& waker) override {
    content_->writable.add(waker);
    if (ready()) {
      waker.wake();
    }
  }

  void disarm(Waker& waker) noexcept override { content_->writable.remove(waker); }

 private:
  std::shared_ptr<OutgoingContent> content_;
};

}  // namespace

// --- incoming ---

IncomingContent::IncomingContent(Context& context, http::BodyReader& reader,
                                 std::shared_ptr<void> owner, MessageKind kind)
    : context_(context), reader_(&reader), owner_(std::move(owner)), kind_(kind) {
  if (reader.at_end()) {
    end();
  }
}

std::span<const std::uint8_t> IncomingContent::at_hand() {
  if (begin_ < filled_) {
    return {buffer_.get() + begin_, filled_ - begin_};
  }
  if (reading_ || ended_) {
    return {};
  }
  const auto bytes = reader_->peek();
  if (bytes.empty() && reader_->at_end()) {
    end();
  }
  return bytes;
}

std::expected<std::span<const std::uint8_t>, StreamFailure> IncomingContent::peek(
    const std::shared_ptr<IncomingContent>& self, std::uint64_t max) {
  const auto bytes = self->at_hand();
  if (!bytes.empty()) {
    return bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), max)));
  }
  if (!self->ended_) {
    read_ahead(self);
    return std::span<const std::uint8_t>();
  }
  if (self->failure_ && !std::exchange(self->failure_told_, true)) {
    return std::unexpected(to_stream_failure(*self->failure_, self->failure_kind_));
  }
  return std::unexpected(StreamFailure(Closed{}));
}

void IncomingContent::consume(std::size_t size) {
  if (begin_ < filled_) {
    begin_ += size;
  } else if (!ended_) {
    reader_->consume(size);
    if (reader_->at_end()) {
      end();
    }
  }
}

bool IncomingContent::ready() { return ended_ || !at_hand().empty(); }

void IncomingContent::read_ahead(const std::shared_ptr<IncomingContent>& self) {
  if (!self->reading_ && !self->ended_) {
    self->reading_ = true;
    self->context_.tasks().spawn("reading a body ahead", read(self));
  }
}

void IncomingContent::discard_rest(const std::shared_ptr<IncomingContent>& self) {
  self->discarding_ = true;
  self->begin_ = self->filled_;
  read_ahead(self);
}

Task<> IncomingContent::read(std::shared_ptr<IncomingContent> self) {
  if (!self->buffer_) {
    self->buffer_ = std::make_unique_for_overwrite<std::uint8_t[]>(kReadAheadBytes);
  }
  do {
    const std::span<std::uint8_t> buffer(self->buffer_.get(), kReadAheadBytes);
    Result<std::size_t> got = co_await self->reader_->read(buffer);
    if (!got) {
      if (got.error().kind() == ErrorKind::cancelled) {
        co_return std::move(got).error();
      }
      self->fail(got.error());
    } else if (*got == 0) {
      self->end();
    } else {
      self->begin_ = self->discarding_ ? *got : 0;
      self->filled_ = *got;
    }
  } while (self->discarding_ && !self->ended_);
  self->reading_ = false;
  self->changed.notify();
  co_return Result<>();
}

void IncomingContent::end() {
  trailers_ = reader_->take_trailers();
  ended_ = true;
  reader_ = nullptr;
  owner_.reset();
}

void IncomingContent::fail(const Error& error) {
  failure_ = from_transport(kind_, error);
  failure_kind_ = error.kind();
  ended_ = true;
  reader_ = nullptr;
  owner_.reset();
}

std::expected<component::Own<InputStream>, Unit> IncomingBody::stream() {
  if (std::exchange(stream_given_, true)) {
    return std::unexpected(Unit{});
  }
  auto stream = std::make_shared<BodyStream>(content_);
  stream_ = stream;
  return component::make_own<InputStream>(std::move(stream));
}

component::Own<Pollable> FutureTrailers::subscribe() const {
  return component::make_own<Pollable>(std::make_shared<TrailersReady>(content_));
}

std::optional<std::expected<FutureTrailers::Trailers, Unit>> FutureTrailers::get() {
  if (given_) {
    return std::unexpected(Unit{});
  }
  if (!content_->ended()) {
    IncomingContent::discard_rest(content_);
    return std::nullopt;
  }
  given_ = true;
  if (content_->failure()) {
    return Trailers(std::unexpected(*content_->failure()));
  }
  http::Headers trailers = visible_fields(content_->take_trailers());
  if (trailers.fields().empty()) {
    return Trailers(std::nullopt);
  }
  return Trailers(component::make_own<Fields>(std::move(trailers), Fields::Access::read_only));
}

// --- outgoing ---

std::optional<StreamFailure> OutgoingContent::refused() {
  if (failure_) {
    const ErrorCode code = *std::exchange(failure_, std::nullopt);
    return to_stream_failure(code, ErrorKind::unavailable);
  }
  if (closed_ || state_ != State::open) {
    return StreamFailure(Closed{});
  }
  return std::nullopt;
}

std::expected<std::uint64_t, StreamFailure> OutgoingContent::check_write() {
  if (auto failure = refused()) {
    return std::unexpected(*std::move(failure));
  }
  return kBufferBytes - std::min(pending_.size(), kBufferBytes);
}

std::expected<void, StreamFailure> OutgoingContent::write(std::span<const std::uint8_t> bytes) {
  if (auto failure = refused()) {
    return std::unexpected(*std::move(failure));
  }
  written_ += bytes.size();
  if (length_ && written_ > *length_) {
    state_ = State::aborted;
    wake_sender();
    return std::unexpected(to_stream_failure(body_size_error(kind_, written_), ErrorKind::invalid));
  }
  if (!never_sent_ && !bytes.empty()) {
    pending_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    wake_sender();
  }
  return {};
}

std::expected<void, ErrorCode> OutgoingContent::finish(http::Headers trailers) {
  const bool announced_only = never_sent_ && written_ == 0;
  if (length_ && written_ != *length_ && !announced_only) {
    state_ = State::aborted;
    wake_sender();
    return std::unexpected(body_size_error(kind_, written_));
  }
  if (state_ == State::open) {
    state_ = State::finished;
    trailers_ = std::move(trailers);
    wake_sender();
  }
  if (failure_) {
    return std::unexpected(*std::exchange(failure_, std::nullopt));
  }
  return {};
}

void OutgoingContent::abandon() noexcept {
  if (state_ == State::open) {
    state_ = State::aborted;
    wake_sender();
  }
}

void OutgoingContent::take_pending(std::string& buffer) {
  buffer.clear();
  std::swap(buffer, pending_);
  writable.notify();
}

void OutgoingContent::close(std::optional<ErrorCode> cause) noexcept {
  if (!std::exchange(closed_, true)) {
    failure_ = std::move(cause);
    pending_.clear();
    writable.notify();
  }
}

void OutgoingContent::wake_sender() noexcept {
  if (sender_ != nullptr) {
    sender_->wake();
  }
}

OutgoingBody::~OutgoingBody() { content_->abandon(); }

std::expected<component::Own<OutputStream>, Unit> OutgoingBody::write() {
  if (std::exchange(stream_given_, true)) {
    return std::unexpected(Unit{});
  }
  auto sink = std::make_shared<BodySink>(content_);
  stream_ = sink;
  return component::make_own<OutputStream>(std::move(sink));
}

namespace {

// Names the sender of `content` for as long as it waits, and ends what it leaves unfinished.
class Sending {
 public:
  Sending(OutgoingContent& content, http::BodyWriter& writer, Waker& waker)
      : content_(content), writer_(writer) {
    content_.set_sender(&waker);
  }

  Sending(const Sending&) = delete;
  Sending& operator=(const Sending&) = delete;

  ~Sending() {
    content_.set_sender(nullptr);
    if (!finished_) {
      writer_.abort();
      content_.close(std::nullopt);
    }
  }

  void finished() noexcept { finished_ = true; }

 private:
  OutgoingContent& content_;
  http::BodyWriter& writer_;
  bool finished_ = false;
};

}  // namespace

Task<> send_body(std::shared_ptr<OutgoingContent> content, http::BodyWriter& writer,
                 asio::any_io_executor executor) {
  Event event(std::move(executor));
  Sending sending(*content, writer, event);
  std::string buffer;
  for (;;) {
    if (content->state() == OutgoingContent::State::aborted) {
      co_return Error(ErrorKind::invalid, "the guest did not finish the body");
    }
    if (!content->pending().empty()) {
      content->take_pending(buffer);
      const std::span bytes(reinterpret_cast<const std::uint8_t*>(buffer.data()), buffer.size());
      Result<> written = co_await writer.write(bytes);
      if (!written) {
        content->close(written.error().kind() == ErrorKind::timeout
                           ? make_error<ErrorCase::connection_write_timeout>()
                           : from_transport(MessageKind::request, written.error()));
        co_return written;
      }
      continue;
    }
    if (content->state() == OutgoingContent::State::finished) {
      http::Headers trailers = content->take_trailers();
      WC_CO_CHECK(writer.finish(std::move(trailers)));
      sending.finished();
      co_return Result<>();
    }
    WC_CO_CHECK(event.wait());
  }
}

}  // namespace wasmcloud::wasi
