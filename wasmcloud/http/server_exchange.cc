#include "wasmcloud/http/server_exchange.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "wasmcloud/base/assert.h"

namespace wasmcloud::http {
namespace {

// What is read and thrown away for the sake of a connection's reuse.
constexpr std::uint64_t kDiscardLimit = 256 * 1024;
// A body up to this size is copied behind its head: cheaper than a gathering write.
constexpr std::size_t kCopiedBody = 2048;

TimePoint from_now(std::chrono::milliseconds duration) { return Deadline::after(duration).when(); }

}  // namespace

void RequestBody::begin() {
  data_ = {};
  received_ = 0;
  failure_.reset();
  lost_ = false;
  answered_ = false;
  expects_continue_ = parser_.expectation() == MessageParser::Expectation::continue_100;
}

Task<std::size_t> RequestBody::read(std::span<std::uint8_t> buffer) {
  WC_ASSERT(!buffer.empty());
  for (;;) {
    const auto data = peek();
    if (!data.empty()) {
      const std::size_t size = std::min(data.size(), buffer.size());
      std::memcpy(buffer.data(), data.data(), size);
      consume(size);
      co_return size;
    }
    if (failure_ || lost_) {
      co_return failed();
    }
    if (parser_.done()) {
      co_return std::size_t{0};
    }
    WC_CO_CHECK(receive());
  }
}

Task<> RequestBody::receive() {
  if (awaits_continue()) {
    expects_continue_ = false;
    Pieces pieces;
    pieces.add(std::string_view("HTTP/1.1 100 Continue\r\n\r\n"));
    WC_CO_CHECK(transport_.write(pieces, limits_.body_timeout));
  }
  const Result<std::size_t> size = co_await transport_.fill(from_now(limits_.body_timeout));
  if (size && *size != 0) {
    co_return Result<>();
  }
  if (size || size.error().kind() == ErrorKind::unavailable) {
    lost_ = true;
  } else if (size.error().kind() == ErrorKind::timeout) {
    failure_ = Failure{408, "the request body did not arrive in time"};
  } else if (size.error().kind() == ErrorKind::exhausted) {
    failure_ = Failure{431, "a chunk's head or the trailers are too large"};
  } else {
    co_return size.error().clone();
  }
  co_return failed();
}

Error RequestBody::failed() const {
  if (lost_) {
    return Error(ErrorKind::unavailable, "the client went away before the end of its request");
  }
  const ErrorKind kind = failure_->status == 408   ? ErrorKind::timeout
                         : failure_->status == 400 ? ErrorKind::invalid
                                                   : ErrorKind::exhausted;
  return Error(kind, "{}", failure_->what);
}

void RequestBody::advance() {
  while (data_.empty() && !failure_ && !parser_.done() && !transport_.input().empty()) {
    const auto step = parser_.parse(transport_.input().data());
    if (!step) {
      failure_ = step.error();
      return;
    }
    if (step->taken == 0) {
      return;
    }
    // The bytes stay in the buffer until it is filled again, which is when data_ is empty.
    transport_.input().consume(step->taken);
    data_ = step->body;
    received_ += data_.size();
    if (received_ > limits_.body_bytes) {
      data_ = {};
      failure_ = Failure{413, "the request body is too large"};
    }
  }
}

std::span<const std::uint8_t> RequestBody::peek() noexcept {
  advance();
  return data_;
}

void RequestBody::consume(std::size_t size) noexcept {
  WC_ASSERT(size <= data_.size());
  data_ = data_.subspan(size);
}

bool RequestBody::can_discard() const noexcept {
  if (at_end()) {
    return true;
  }
  if (failure_ || lost_ || expects_continue_) {
    return false;  // whether a client that awaited "100 Continue" still sends is its choice
  }
  const auto length = parser_.content_length();
  return !length || *length - received_ <= kDiscardLimit;
}

Task<bool> RequestBody::discard() {
  const std::uint64_t limit = received_ + kDiscardLimit;
  while (!at_end()) {
    const auto data = peek();
    consume(data.size());
    if (failure_ || lost_ || received_ > limit) {
      co_return false;
    }
    if (data.empty() && !at_end()) {
      WC_CO_CHECK(receive());
    }
  }
  co_return true;
}

void Response::begin(const ResponseContext& context) noexcept {
  context_ = context;
  plan_ = {};
  left_ = 0;
  state_ = State::idle;
  peer_failed_ = false;
}

Result<> Response::prepare(const ResponseHead& head, std::optional<std::uint64_t> body_size) {
  if (started()) {
    return Error(ErrorKind::conflict, "this request has been answered already");
  }
  WC_TRY(plan_, plan_response(head, context_, body_size));
  // Who streams may yet read the body; who answers at once has read what it wanted.
  const bool reusable = body_size ? request_body_.can_discard() : !request_body_.awaits_continue();
  context_.keep_alive = context_.keep_alive && !draining_ &&
                        plan_.framing != Framing::until_close && reusable &&
                        !asks_to_close(head.headers);
  request_body_.answered();
  left_ = plan_.length;
  out_.clear();
  append_response_head(out_, head, plan_, context_);
  return {};
}

Task<> Response::respond(ResponseHead head, std::span<const std::uint8_t> body) {
  WC_CO_CHECK_VALUE(prepare(head, body.size()));
  Pieces pieces;
  if (plan_.dropped) {
    pieces.add(out_);
  } else if (body.size() <= kCopiedBody) {
    out_.append(reinterpret_cast<const char*>(body.data()), body.size());
    pieces.add(out_);
  } else {
    pieces.add(out_);
    pieces.add(body);
  }
  state_ = State::broken;
  peer_failed_ = true;
  bool lost = false;
  if (!transport_.write_now(pieces, lost)) {
    WC_CO_CHECK(transport_.write(pieces, limits_.body_timeout));
  } else if (lost) {
    co_return Error(ErrorKind::unavailable, "the client went away");
  }
  peer_failed_ = false;
  state_ = State::finished;
  co_return Result<>();
}

Task<BodyWriter*> Response::start(ResponseHead head) {
  WC_CO_CHECK_VALUE(prepare(head, std::nullopt));
  state_ = State::streaming;
  Pieces pieces;
  pieces.add(out_);
  WC_CO_CHECK(send(pieces));
  co_return static_cast<BodyWriter*>(this);
}

Task<> Response::send(Pieces pieces) {
  Result<> sent = co_await transport_.write(pieces, limits_.body_timeout);
  if (!sent) {
    peer_failed_ = true;
    abort();
  }
  co_return sent;
}

Task<> Response::write(std::span<const std::uint8_t> bytes) {
  if (state_ != State::streaming) {
    co_return Error(ErrorKind::unavailable, "the response is over or was aborted");
  }
  if (plan_.dropped || bytes.empty()) {
    co_return Result<>();
  }
  Pieces pieces;
  if (plan_.framing == Framing::length) {
    if (bytes.size() > left_) {
      co_return Error(ErrorKind::invalid, "Content-Length is {}: {} bytes are left, {} were given",
                      plan_.length, left_, bytes.size());
    }
    left_ -= bytes.size();
    pieces.add(bytes);
  } else if (plan_.framing == Framing::chunked) {
    out_.clear();
    append_chunk_head(out_, bytes.size());
    pieces.add(out_);
    pieces.add(bytes);
    pieces.add(std::string_view("\r\n"));
  } else {
    pieces.add(bytes);
  }
  co_return co_await send(pieces);
}

Task<> Response::finish(Headers trailers) {
  if (state_ != State::streaming) {
    co_return Error(ErrorKind::unavailable, "the response is over or was aborted");
  }
  if (!plan_.dropped && left_ != 0) {
    abort();
    co_return Error(ErrorKind::invalid, "Content-Length is {}, the body ended {} bytes before",
                    plan_.length, left_);
  }
  if (!plan_.dropped && plan_.framing == Framing::chunked) {
    out_.clear();
    WC_CO_CHECK_VALUE(append_last_chunk(out_, trailers));
    Pieces pieces;
    pieces.add(out_);
    WC_CO_CHECK(send(pieces));
  }
  state_ = State::finished;
  co_return Result<>();
}

void Response::abort() noexcept {
  if (state_ != State::streaming && state_ != State::broken) {
    return;
  }
  state_ = State::broken;
  if (plan_.framing == Framing::until_close) {
    transport_.reset();  // a mere end would look like the whole body
  } else {
    transport_.close();
  }
}

}  // namespace wasmcloud::http
