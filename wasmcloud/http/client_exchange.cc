#include "wasmcloud/http/client_exchange.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/deadline.h"

namespace wasmcloud::http {
namespace {

// RFC 9110 9.2.2.
bool is_idempotent(std::string_view method) noexcept {
  for (const std::string_view each : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    if (method == each) {
      return true;
    }
  }
  return false;
}

asio::const_buffer to_buffer(std::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace

ClientExchange::ClientExchange(std::shared_ptr<ConnectionSource> source, Origin origin,
                               OpenRequest request, BodyPlan plan, std::uint32_t header_bytes,
                               asio::any_io_executor executor)
    : source_(std::move(source)),
      origin_(std::move(origin)),
      request_(std::move(request)),
      plan_(plan),
      parser_(header_bytes),
      connected_(std::move(executor), asio::steady_timer::time_point::max()),
      left_(plan.length),
      sending_(request_.has_body ? Sending::untouched : Sending::finished) {
  parser_.start_response(head_, request_.head.method == "HEAD");
}

ClientExchange::~ClientExchange() {
  if (connection_ == nullptr) {
    return;
  }
  const bool whole = responded_ && at_end() && sending_ == Sending::finished &&
                     failure_ == ClientFailure::none && connection_->input().empty();
  if (whole && parser_.keep_alive() && !asks_to_close(request_.head.headers)) {
    source_->give_back(origin_, std::move(connection_));
  } else {
    connection_->close();
  }
}

Task<> ClientExchange::open() { co_return co_await get_connection(false); }

// With the head sent. A reused connection that turns out dead is replaced.
Task<> ClientExchange::get_connection(bool fresh) {
  WC_CO_TRY(auto lease, source_->lease(origin_, request_.timeouts.connect, fresh, failure_));
  connection_ = std::move(lease.connection);
  reused_ = lease.reused;
  std::string head;
  append_request_head(head, request_.head, plan_);
  const OutBuffers buffers = {to_buffer(head)};
  Result<> sent = co_await connection_->write(buffers, request_.timeouts.between_bytes);
  if (sent) {
    co_return Result<>();
  }
  if (may_retry() && connection_->failure() == ClientFailure::connection_lost &&
      sent.error().kind() == ErrorKind::unavailable) {
    co_return co_await get_connection(true);
  }
  co_return failed(std::move(sent).error());
}

bool ClientExchange::may_retry() const noexcept {
  const bool body_untouched = !request_.has_body || sending_ == Sending::untouched;
  return reused_ && body_untouched && !answered_ && !parser_.begun() &&
         is_idempotent(request_.head.method);
}

Task<> ClientExchange::retry() {
  retrying_ = true;
  connection_->close();
  Result<> result = co_await get_connection(true);
  retrying_ = false;
  connected_.cancel();
  co_return result;
}

Task<ResponseHead> ClientExchange::response() {
  if (responded_) {
    co_return Error(ErrorKind::conflict, "the response has been taken already");
  }
  for (;;) {
    WC_CO_CHECK(read_head());
    if (head_.status >= 200) {
      responded_ = true;
      co_return std::move(head_);
    }
    if (head_.status == 101) {
      co_return fail(ClientFailure::response_protocol,
                     Error(ErrorKind::invalid, "the server switches protocols unasked"));
    }
    answered_ = true;
    parser_.start_response(head_, request_.head.method == "HEAD");
  }
}

Task<> ClientExchange::read_head() {
  for (;;) {
    advance();
    if (malformed_) {
      co_return fail(ClientFailure::response_protocol,
                     Error(ErrorKind::invalid, "the response is malformed: {}", malformed_->what));
    }
    if (parser_.head_done()) {
      co_return Result<>();
    }
    const auto& timeouts = request_.timeouts;
    Result<> received =
        parser_.begun()
            ? co_await receive(timeouts.between_bytes, ClientFailure::between_bytes_timeout)
            : co_await receive(timeouts.first_byte, ClientFailure::first_byte_timeout);
    if (received) {
      continue;
    }
    if (!may_retry() || received.error().kind() != ErrorKind::unavailable) {
      co_return received;
    }
    failure_ = ClientFailure::none;
    WC_CO_CHECK(retry());
  }
}

Task<> ClientExchange::receive(std::chrono::nanoseconds limit, ClientFailure on_timeout) {
  const auto deadline = Deadline::after(limit).when();
  Result<std::size_t> size = co_await connection_->fill(deadline, on_timeout);
  if (!size) {
    co_return failed(std::move(size).error());
  }
  if (*size != 0 || (connection_->ended_properly() && parser_.end_of_input())) {
    co_return Result<>();
  }
  co_return fail(ClientFailure::connection_lost,
                 Error(ErrorKind::unavailable, "the server closed the connection {}",
                       parser_.begun() ? "in the middle of its response" : "without a response"));
}

void ClientExchange::advance() {
  InputBuffer& input = connection_->input();
  const bool in_head = !parser_.head_done();
  while (data_.empty() && !malformed_ && !parser_.done() && !input.empty()) {
    const auto step = parser_.parse(input.data());
    if (!step) {
      malformed_ = step.error();
      return;
    }
    // The bytes stay in the buffer until it is filled again, which is when data_ is empty.
    input.consume(step->taken);
    data_ = step->body;
    if (step->taken == 0 || (in_head && parser_.head_done())) {
      return;
    }
  }
}

Task<std::size_t> ClientExchange::read(std::span<std::uint8_t> buffer) {
  WC_ASSERT(responded_ && !buffer.empty());
  for (;;) {
    const auto data = peek();
    if (!data.empty()) {
      const std::size_t size = std::min(data.size(), buffer.size());
      std::memcpy(buffer.data(), data.data(), size);
      consume(size);
      co_return size;
    }
    if (malformed_) {
      co_return fail(
          ClientFailure::response_protocol,
          Error(ErrorKind::invalid, "the response body is malformed: {}", malformed_->what));
    }
    if (parser_.done()) {
      co_return std::size_t{0};
    }
    WC_CO_CHECK(receive(request_.timeouts.between_bytes, ClientFailure::between_bytes_timeout));
  }
}

std::span<const std::uint8_t> ClientExchange::peek() noexcept {
  if (responded_) {
    advance();
  }
  return data_;
}

void ClientExchange::consume(std::size_t size) noexcept {
  WC_ASSERT(size <= data_.size());
  data_ = data_.subspan(size);
}

bool ClientExchange::at_end() const noexcept {
  return responded_ && data_.empty() && parser_.done();
}

std::optional<std::uint64_t> ClientExchange::content_length() const noexcept {
  return parser_.content_length();
}

Task<> ClientExchange::write(std::span<const std::uint8_t> bytes) {
  while (retrying_) {
    co_await connected_.async_wait(as_result);
  }
  if (sending_ == Sending::finished || sending_ == Sending::broken) {
    co_return Error(sending_ == Sending::broken ? ErrorKind::unavailable : ErrorKind::invalid,
                    "the request body is over or was aborted");
  }
  if (bytes.empty()) {
    co_return Result<>();
  }
  const asio::const_buffer data(bytes.data(), bytes.size());
  if (plan_.framing == Framing::length) {
    if (bytes.size() > left_) {
      co_return Error(ErrorKind::invalid, "Content-Length is {}: {} bytes are left, {} were given",
                      plan_.length, left_, bytes.size());
    }
    left_ -= bytes.size();
    const OutBuffers plain = {data};
    co_return co_await send(plain);
  }
  out_.clear();
  append_chunk_head(out_, bytes.size());
  const OutBuffers chunk = {to_buffer(out_), data, to_buffer("\r\n")};
  co_return co_await send(chunk);
}

Task<> ClientExchange::finish(Headers trailers) {
  while (retrying_) {
    co_await connected_.async_wait(as_result);
  }
  if (sending_ == Sending::finished || sending_ == Sending::broken) {
    co_return Error(sending_ == Sending::broken ? ErrorKind::unavailable : ErrorKind::invalid,
                    "the request body is over or was aborted");
  }
  if (plan_.framing == Framing::length) {
    if (left_ != 0) {
      abort();
      co_return Error(ErrorKind::invalid, "Content-Length is {}, the body ended {} bytes before",
                      plan_.length, left_);
    }
  } else {
    out_.clear();
    WC_CO_CHECK_VALUE(append_last_chunk(out_, trailers));
    const OutBuffers last = {to_buffer(out_)};
    WC_CO_CHECK(send(last));
  }
  sending_ = Sending::finished;
  co_return Result<>();
}

Task<> ClientExchange::send(OutBuffers buffers) {
  sending_ = Sending::begun;
  Result<> sent = co_await connection_->write(buffers, request_.timeouts.between_bytes);
  if (!sent) {
    // Not closed: a server that has had enough may have said so, which is still to be read.
    sending_ = Sending::broken;
    failure_ = failure_ == ClientFailure::none ? connection_->failure() : failure_;
  }
  co_return sent;
}

void ClientExchange::abort() noexcept {
  if (sending_ != Sending::finished) {
    sending_ = Sending::broken;
    connection_->close();
  }
}

Error ClientExchange::fail(ClientFailure failure, Error error) {
  if (failure_ == ClientFailure::none) {
    failure_ = failure;
  }
  connection_->close();
  return error;
}

Error ClientExchange::failed(Error error) { return fail(connection_->failure(), std::move(error)); }

}  // namespace wasmcloud::http
