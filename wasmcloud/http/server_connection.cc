#include "wasmcloud/http/server_connection.h"

#include <utility>

#include <boost/system/system_error.hpp>

#include "wasmcloud/base/log.h"

namespace wasmcloud::http {
namespace {

constexpr std::chrono::milliseconds kLingerTime{2000};
constexpr std::chrono::milliseconds kLingerTimeInDrain{100};
constexpr std::size_t kLingerBytes = 8 * 1024 * 1024;

TimePoint from_now(std::chrono::milliseconds duration) { return Deadline::after(duration).when(); }

std::span<const std::uint8_t> as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

unsigned http_status(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::timeout:
      return 504;
    case ErrorKind::exhausted:
      return 503;
    case ErrorKind::unavailable:
      return 502;
    case ErrorKind::denied:
      return 403;
    default:
      return 500;
  }
}

ServerConnection::ServerConnection(ServerSocket socket, std::string remote_address,
                                   Surroundings around)
    : around_(around),
      transport_(std::move(socket),
                 std::max<std::size_t>(InputBuffer::kUsualLimit, around.limits.header_bytes)),
      parser_(around.limits.header_bytes),
      body_(transport_, parser_, around.limits),
      response_(transport_, body_, around.limits, around.draining),
      request_{.head = {}, .body = body_, .remote_address = std::move(remote_address)} {}

Task<> ServerConnection::run() {
  Next next = Next::request;
  while (next == Next::request && !cancelled_) {
    WC_CO_TRY(next, serve_one());
  }
  transport_.close();
  co_return Result<>();
}

Task<ServerConnection::Next> ServerConnection::serve_one() {
  WC_CO_TRY(const Next head, read_head());
  if (head == Next::close) {
    co_return Next::close;
  }
  if (const auto failure = refusal()) {
    WC_CO_CHECK(refuse(*failure));
    co_return Next::close;
  }
  method_.assign(request_.head.method);
  target_.assign(request_.head.target);
  const ResponseContext context{.to_head = method_ == "HEAD",
                                .http_1_0 = parser_.is_http_1_0(),
                                .keep_alive = parser_.keep_alive()};
  body_.begin();
  response_.begin(context);
  sweeps_in_handler_ = 0;
  handling_ = true;
  Result<> handled = co_await call_handler();
  handling_ = false;
  if (cancelled_) {
    co_return Next::close;  // nothing can be awaited any more
  }
  if (handled && response_.finished() && response_.keep_alive() && body_.at_end()) {
    co_return Next::request;
  }
  co_return co_await conclude(std::move(handled));
}

Task<ServerConnection::Next> ServerConnection::read_head() {
  parser_.start_request(request_.head);
  InputBuffer& input = transport_.input();
  TimePoint deadline;
  if (input.empty()) {
    if (around_.draining) {
      co_return Next::close;
    }
    input.shrink();
    idle_ = true;
    const Result<std::size_t> size =
        co_await transport_.fill(from_now(around_.limits.idle_timeout));
    idle_ = false;
    if (!size || *size == 0) {
      co_return Next::close;
    }
  }
  for (bool has_deadline = false;;) {
    while (!input.empty()) {
      const auto step = parser_.parse(input.data());
      if (!step) {
        WC_CO_CHECK(refuse(step.error()));
        co_return Next::close;
      }
      input.consume(step->taken);
      if (parser_.head_done()) {
        co_return Next::request;
      }
      if (step->taken == 0) {
        break;
      }
    }
    if (!has_deadline) {
      deadline = from_now(around_.limits.header_timeout);
      has_deadline = true;
    }
    const Result<std::size_t> size = co_await transport_.fill(deadline);
    if (!size && size.error().kind() == ErrorKind::timeout) {
      const Failure failure{408, "the request did not arrive in time"};
      WC_CO_CHECK(refuse(failure));
    }
    if (!size || *size == 0) {
      co_return Next::close;
    }
  }
}

std::optional<MessageParser::Failure> ServerConnection::refusal() const noexcept {
  if (parser_.expectation() == MessageParser::Expectation::other) {
    return Failure{417, "the only expectation met here is 100-continue"};
  }
  if (parser_.content_length().value_or(0) > around_.limits.body_bytes) {
    return Failure{413, "the request body is too large"};
  }
  if (around_.draining) {
    return Failure{503, "the server is stopping"};
  }
  return std::nullopt;
}

Task<> ServerConnection::call_handler() {
  try {
    co_return co_await around_.handler.handle(request_, response_);
  } catch (const boost::system::system_error& e) {
    const bool stopped = cancelled_ && e.code() == asio::error::operation_aborted;
    co_return Error(stopped ? ErrorKind::cancelled : ErrorKind::internal, "exception: {}",
                    e.what());
  } catch (const std::exception& e) {
    co_return Error(ErrorKind::internal, "exception: {}", e.what());
  } catch (...) {
    co_return Error(ErrorKind::internal, "exception of unknown type");
  }
}

Task<ServerConnection::Next> ServerConnection::conclude(Result<> handled) {
  if (handled && !response_.finished()) {
    handled = response_.started()
                  ? Error(ErrorKind::internal, "the handler ended before the response did")
                  : Error(ErrorKind::internal, "the handler ended without an answer");
  }
  if (!handled) {
    if (!body_.failure() && !body_.lost() && !response_.peer_failed()) {
      log_failure(handled.error());
    }
    if (response_.started() && !response_.finished()) {
      response_.abort();
      co_return Next::close;
    }
    if (body_.lost()) {
      co_return Next::close;
    }
    if (!response_.started() && body_.failure()) {
      WC_CO_CHECK(refuse(*body_.failure()));
      co_return Next::close;
    }
    if (!response_.started()) {
      WC_CO_CHECK(answer_error(http_status(handled.error().kind())));
    }
  }
  if (response_.keep_alive()) {
    const Result<bool> discarded = co_await body_.discard();
    if (discarded && *discarded) {
      co_return Next::request;
    }
  }
  // A client that asked for the end and was read to it sends no more.
  if (parser_.keep_alive() || !body_.at_end()) {
    WC_CO_CHECK(linger());
  }
  co_return Next::close;
}

Task<> ServerConnection::answer_error(unsigned status) {
  ResponseHead head{.status = status, .headers = {}};
  head.headers.add("content-type", "text/plain");
  std::string text = std::to_string(status);
  text.append(" ").append(reason_phrase(status)).append("\n");
  co_return co_await response_.respond(std::move(head), as_bytes(text));
}

Task<> ServerConnection::refuse(Failure failure) {
  log::debug("request refused", {{"remote_address", request_.remote_address},
                                 {"status", failure.status},
                                 {"reason", failure.what}});
  ResponseHead head{.status = failure.status, .headers = {}};
  head.headers.add("content-type", "text/plain");
  const ResponseContext context{.to_head = false, .http_1_0 = false, .keep_alive = false};
  BodyPlan plan;
  plan.framing = Framing::length;
  plan.length = failure.what.size() + 1;
  std::string out;
  append_response_head(out, head, plan, context);
  if (request_.head.method != "HEAD" || !parser_.head_done()) {
    out.append(failure.what).append("\n");
  }
  Pieces pieces;
  pieces.add(out);
  WC_CO_CHECK(transport_.write(pieces, around_.limits.body_timeout));
  co_return co_await linger();
}

Task<> ServerConnection::linger() {
  transport_.shutdown_send();
  const TimePoint deadline = from_now(around_.draining ? kLingerTimeInDrain : kLingerTime);
  InputBuffer& input = transport_.input();
  for (std::size_t total = 0; total < kLingerBytes;) {
    input.consume(input.size());
    const Result<std::size_t> size = co_await transport_.fill(deadline);
    if (!size || *size == 0) {
      break;
    }
    total += *size;
  }
  co_return Result<>();
}

void ServerConnection::log_failure(const Error& error) const noexcept {
  if (error.kind() == ErrorKind::cancelled) {
    return;
  }
  if (error.detail().empty()) {
    log::error("request failed",
               {{"method", method_}, {"target", target_}, {"error", error.describe()}});
  } else {
    log::error("request failed", {{"method", method_},
                                  {"target", target_},
                                  {"error", error.describe()},
                                  {"detail", error.detail()}});
  }
}

bool ServerConnection::sweep(TimePoint now) noexcept {
  transport_.sweep(now);
  // While a body is awaited or an answer sent, the operation itself tells that the peer is gone. A
  // peer that has more to send has not said its last word either.
  return handling_ && sweeps_in_handler_++ > 0 && !transport_.reading() && !transport_.writing() &&
         body_.at_end();
}

void ServerConnection::drain() noexcept {
  if (idle_) {
    transport_.interrupt();
  }
}

void ServerConnection::cancel() noexcept {
  if (!cancelled_) {
    cancelled_ = true;
    transport_.interrupt();
    signal_.emit(asio::cancellation_type::terminal);
  }
}

}  // namespace wasmcloud::http
