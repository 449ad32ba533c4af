#include "wasmcloud/host/wrpc_http.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <expected>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/host/wrpc_http_messages.h"
#include "wasmcloud/wasi/http_outgoing.h"
#include "wasmcloud/wasi/http_trace.h"
#include "wasmcloud/wrpc/codec_parts.h"
#include "wasmcloud/wrpc/incoming.h"

namespace wasmcloud::host {
namespace {

using wire::Fields;
using Answer = std::expected<wire::Response, wasi::ErrorCode>;

// A request's are those of its first parameter, a response's those of the result.
const wrpc::Path kBody = {0, 0};
const wrpc::Path kTrailers = {0, 1};

// How long the trailers may come after the body: not every peer sends an end.
constexpr std::chrono::seconds kTrailersTime{10};

// The bytes of values whose streams and futures are sent by us.
template <typename... Values>
Result<std::string> bytes_of(Values&&... values) {
  wrpc::Encoder to;
  std::size_t index = 0;
  (wrpc::codec::encode_item<std::remove_cvref_t<Values>>(to, index++, std::forward<Values>(values)),
   ...);
  WC_TRY(wrpc::Encoded encoded, to.take());
  return std::move(encoded.bytes);
}

// --- bodies ---

class SessionBody : public http::BodyWriter {
 public:
  SessionBody(wrpc::Session& session, Deadline deadline) : session_(session), deadline_(deadline) {}

  Task<> write(std::span<const std::uint8_t> bytes) override {
    constexpr std::size_t kMost = std::size_t{64} << 10U;  // peers keep a whole chunk
    while (!bytes.empty()) {
      const auto chunk = bytes.first(std::min(bytes.size(), kMost));
      bytes = bytes.subspan(chunk.size());
      wrpc::WireWriter out;
      out.byte_list(chunk);
      WC_CO_CHECK(session_.write(kBody, out.take(), deadline_));
    }
    co_return Result<>();
  }

  Task<> finish(http::Headers trailers) override {
    finished_ = true;
    WC_CO_CHECK(session_.write(kBody, std::string(1, '\0'), deadline_));
    WC_CO_CHECK(session_.finish(kBody));
    std::optional<Fields> fields;
    if (!trailers.fields().empty()) {
      fields = wire::fields_of(trailers);
    }
    WC_CO_TRY_VALUE(std::string bytes, bytes_of(std::move(fields)));
    WC_CO_CHECK(session_.write(kTrailers, std::move(bytes), deadline_));
    co_return co_await session_.finish_all();
  }

  void abort() noexcept override {
    if (!std::exchange(finished_, true)) {
      session_.fail(Error(ErrorKind::cancelled, "the message was left unfinished"));
    }
  }

  bool finished() const noexcept { return finished_; }

 protected:
  wrpc::Session& session() noexcept { return session_; }

  Deadline deadline() const noexcept { return deadline_; }

 private:
  wrpc::Session& session_;
  const Deadline deadline_;
  bool finished_ = false;
};

// Of a response.
class ResponseBody final : public SessionBody {
 public:
  using SessionBody::SessionBody;

  void abort() noexcept override { torn_ = !finished(); }

  // When nothing more comes. The HTTP server of 1.x would take the end of the channel for that of
  // the body, and wait for trailers for ever.
  Task<> settle() {
    if (!torn_) {
      co_return Result<>();
    }
    WC_CO_CHECK(session().write(kBody, std::string(wrpc::kTornChunk), deadline()));
    co_return co_await session().finish_all();
  }

 private:
  bool torn_ = false;
};

class StreamBody final : public http::BodyReader {
 public:
  StreamBody(wrpc::Stream<std::uint8_t> body, wrpc::Future<std::optional<Fields>> trailers,
             const http::Headers& headers, std::chrono::nanoseconds between_bytes)
      : body_(std::move(body)), trailers_(std::move(trailers)), between_bytes_(between_bytes) {
    const auto length = headers.get("content-length");
    std::uint64_t number = 0;
    if (length && std::from_chars(length->begin(), length->end(), number).ec == std::errc()) {
      length_ = number;
    }
  }

  Task<std::size_t> read(std::span<std::uint8_t> buffer) override {
    while (rest_.empty() && !ended_) {
      WC_CO_CHECK(read_chunk());
    }
    const std::size_t size = std::min(rest_.size(), buffer.size());
    std::copy_n(rest_.begin(), size, buffer.begin());
    consume(size);
    co_return size;
  }

  std::span<const std::uint8_t> peek() noexcept override { return rest_; }

  void consume(std::size_t size) noexcept override { rest_ = rest_.subspan(size); }

  bool at_end() const noexcept override { return ended_ && rest_.empty(); }

  std::optional<std::uint64_t> content_length() const noexcept override { return length_; }

  http::Headers take_trailers() override { return std::move(got_trailers_); }

 private:
  Task<> read_chunk() {
    WC_CO_TRY(std::optional<std::string> chunk,
              body_.next(Deadline::after(
                  std::chrono::duration_cast<Deadline::Clock::duration>(between_bytes_))));
    if (chunk) {
      chunk_ = *std::move(chunk);
      rest_ = as_u8(chunk_);
      co_return Result<>();
    }
    ended_ = true;
    const auto fields = co_await trailers_.get(Deadline::after(kTrailersTime));
    if (fields && *fields) {  // a peer that sends none has none
      WC_CO_TRY_VALUE(got_trailers_, wire::headers_of(**fields));
    }
    co_return Result<>();
  }

  wrpc::Stream<std::uint8_t> body_;
  wrpc::Future<std::optional<Fields>> trailers_;
  const std::chrono::nanoseconds between_bytes_;
  std::string chunk_;
  std::span<const std::uint8_t> rest_;  // of chunk_
  bool ended_ = false;
  std::optional<std::uint64_t> length_;
  http::Headers got_trailers_;
};

// --- requests that we send ---

class SessionExchange final : public wasi::CodedExchange {
 public:
  SessionExchange(std::unique_ptr<wrpc::Session> session, http::ClientTimeouts timeouts)
      : incoming_(std::make_shared<wrpc::Incoming>(std::move(session), wrpc::DecodeLimits())),
        timeouts_(timeouts),
        request_(incoming_->session(), Deadline::never()) {}

  http::BodyWriter& request_body() noexcept override { return request_; }

  Task<http::ResponseHead> response() override {
    wrpc::RowReading<Answer> reading;
    const Deadline deadline = Deadline::after(
        std::chrono::duration_cast<Deadline::Clock::duration>(timeouts_.first_byte));
    const Result<bool> came = co_await wrpc::Incoming::read(incoming_, {}, reading, deadline);
    if (!came || !*came) {
      failure_ = came || came.error().kind() != ErrorKind::timeout
                     ? http::ClientFailure::connection_lost
                     : http::ClientFailure::first_byte_timeout;
      co_return came ? Error(ErrorKind::unavailable,
                             "the call ended without a response: the other side has failed")
                     : came.error().clone();
    }
    Answer& answer = std::get<0>(*reading.values);
    if (!answer) {
      failure_ = http::ClientFailure::response_protocol;
      error_code_ = std::move(answer).error();
      co_return Error(ErrorKind::unavailable, "{}", error_code_->describe());
    }
    http::ResponseHead head{.status = answer->status, .headers = {}};
    WC_CO_TRY_VALUE(head.headers, wire::headers_of(answer->headers));
    body_.emplace(std::move(answer->body), std::move(answer->trailers), head.headers,
                  timeouts_.between_bytes);
    co_return std::move(head);
  }

  http::BodyReader& response_body() noexcept override { return *body_; }

  http::ClientFailure failure() const noexcept override { return failure_; }

  const std::optional<wasi::ErrorCode>& error_code() const noexcept override { return error_code_; }

 private:
  const std::shared_ptr<wrpc::Incoming> incoming_;
  const http::ClientTimeouts timeouts_;
  SessionBody request_;
  std::optional<StreamBody> body_;
  http::ClientFailure failure_ = http::ClientFailure::none;
  std::optional<wasi::ErrorCode> error_code_;
};

http::ClientFailure failure_of(ErrorKind kind) {
  return kind == ErrorKind::timeout ? http::ClientFailure::connect_timeout
                                    : http::ClientFailure::connect_failed;
}

}  // namespace

Task<std::unique_ptr<http::Exchange>> WrpcHttpClient::open(http::OpenRequest request,
                                                           http::ClientFailure* failure) {
  WC_CO_TRY_VALUE(bridge::Route route, find_());
  const std::optional<TraceContext> trace = wasi::trace_of(request.head.headers);
  route.trace = trace ? &*trace : nullptr;
  wire::Request message = wire::request_of(request.head);
  WC_CO_TRY_VALUE(
      std::string params,
      interface_ == kIncomingHandler
          ? bytes_of(std::move(message))
          : bytes_of(std::move(message), std::optional(wire::options_of(request.timeouts))));
  wrpc::Call call{.instance = std::string(interface_),
                  .function = std::string(kHandle),
                  .params = std::move(params),
                  .headers = bridge::headers_of(route),
                  .has_async_params = true};
  const auto connect =
      std::chrono::duration_cast<Deadline::Clock::duration>(request.timeouts.connect);
  Result<std::unique_ptr<wrpc::Session>> session =
      co_await route.client->call(std::move(call), Deadline::after(connect));
  if (!session) {
    if (failure != nullptr) {
      *failure = failure_of(session.error().kind());
    }
    co_return std::move(session).error();
  }
  auto exchange = std::make_unique<SessionExchange>(*std::move(session), request.timeouts);
  if (!request.has_body) {
    WC_CO_CHECK(exchange->request_body().finish({}));
  }
  co_return std::unique_ptr<http::Exchange>(std::move(exchange));
}

// --- a request of ours that somebody else answers ---

namespace {

Task<> copy(http::BodyReader& from, http::BodyWriter& to) {
  std::vector<std::uint8_t> buffer(std::size_t{64} << 10U);
  for (;;) {
    Result<std::size_t> size = co_await from.read(buffer);
    if (!size) {
      to.abort();
      co_return std::move(size).error();
    }
    if (*size == 0) {
      co_return co_await to.finish(from.take_trailers());
    }
    WC_CO_CHECK(to.write(std::span(buffer).first(*size)));
  }
}

Task<> answer_from(http::Exchange& exchange, http::ResponseWriter& response) {
  WC_CO_TRY(http::ResponseHead head, exchange.response());
  WC_CO_TRY(http::BodyWriter* const body, response.start(std::move(head)));
  co_return co_await copy(exchange.response_body(), *body);
}

}  // namespace

Task<> forward(http::Client& client, http::ClientTimeouts timeouts, http::Request& request,
               http::ResponseWriter& response) {
  const bool has_body = !request.body.at_end();
  WC_CO_TRY(
      const auto exchange,
      client.open({.head = request.head, .has_body = has_body, .timeouts = timeouts}, nullptr));
  TaskScope sending(co_await asio::this_coro::executor);
  if (has_body) {
    sending.spawn("body of a forwarded request", copy(request.body, exchange->request_body()));
  }
  // The body is waited for even by a task that is being cancelled: no exceptions here.
  co_await asio::this_coro::throw_if_cancelled(false);
  Result<> answered;
  try {
    answered = co_await answer_from(*exchange, response);
  } catch (const std::exception& exception) {
    answered = Error(ErrorKind::internal, "exception: {}", exception.what());
  }
  sending.cancel();
  Result<> joined = co_await sending.join();
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  co_await asio::this_coro::throw_if_cancelled(true);
  WC_CO_CHECK_VALUE(std::move(joined));
  co_return answered;
}

// --- a request that came by a link ---

namespace {

class SessionResponse final : public http::ResponseWriter, public wasi::FailureReply {
 public:
  SessionResponse(wrpc::Session& session, Deadline deadline)
      : session_(session), deadline_(deadline), body_(session, deadline) {}

  Task<> respond(http::ResponseHead head, std::span<const std::uint8_t> body) override {
    WC_CO_TRY(http::BodyWriter* const writer, start(std::move(head)));
    WC_CO_CHECK(writer->write(body));
    co_return co_await writer->finish({});
  }

  Task<http::BodyWriter*> start(http::ResponseHead head) override {
    WC_CO_CHECK(send(Answer(wire::Response{.body = {},
                                           .trailers = {},
                                           .status = static_cast<std::uint16_t>(head.status),
                                           .headers = wire::fields_of(head.headers)})));
    co_return &body_;
  }

  bool started() const noexcept override { return started_; }

  Task<> settle() { return body_.settle(); }

  Task<> reply(const wasi::ErrorCode* code) override {
    if (code == nullptr) {
      co_return Error(ErrorKind::trap, "the component gave no response");
    }
    WC_CO_CHECK(send(Answer(std::unexpected(*code))));
    co_return co_await session_.finish_all();
  }

 private:
  Task<> send(Answer answer) {
    started_ = true;
    WC_CO_TRY_VALUE(std::string bytes, bytes_of(std::move(answer)));
    WC_CO_CHECK(session_.write({}, std::move(bytes), deadline_));
    co_return co_await session_.finish({});
  }

  wrpc::Session& session_;
  const Deadline deadline_;
  ResponseBody body_;
  bool started_ = false;
};

}  // namespace

Task<> serve_wrpc_http(wrpc::Invocation invocation, Deadline deadline,
                       std::function<Task<wasi::RequestRun>()> make_run) {
  const auto incoming =
      std::make_shared<wrpc::Incoming>(std::move(invocation.session), wrpc::DecodeLimits());
  wrpc::RowReading<wire::Request> params;
  WC_CO_TRY(const bool came, wrpc::Incoming::read(incoming, {}, params, deadline));
  if (!came) {
    co_return Error(ErrorKind::unavailable, "the call ended before its parameters were there");
  }
  wire::Request& message = std::get<0>(*params.values);
  WC_CO_TRY_VALUE(http::RequestHead head, wire::head_of(message));
  StreamBody body(std::move(message.body), std::move(message.trailers), head.headers,
                  std::chrono::seconds(600));
  http::Request request{.head = std::move(head), .body = body, .remote_address = {}};
  SessionResponse response(incoming->session(), deadline);
  WC_CO_TRY(wasi::RequestRun run, make_run());
  run.failures = &response;
  Result<> served = co_await wasi::serve_request(std::move(run), request, response);
  Result<> settled = co_await response.settle();
  co_return served ? std::move(settled) : std::move(served);
}

}  // namespace wasmcloud::host
