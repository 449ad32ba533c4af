#include "wasmcloud/wasi/http_outgoing.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/http/authority.h"
#include "wasmcloud/wasi/http_trace.h"

namespace wasmcloud::wasi {
namespace {

bool is_alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// RFC 3986 3.1.
bool is_scheme(std::string_view text) noexcept {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

// What may stand in a request line: no controls, spaces, fragments or delimiters.
bool is_path_with_query(std::string_view text) noexcept {
  const bool starts_well =
      text.empty() || text.front() == '/' || text.front() == '?' || text == "*";
  return starts_well && std::ranges::all_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > 0x20 && byte != 0x7f && c != '#' && c != '<' && c != '>' && c != '\\';
         });
}

std::expected<std::string, ErrorCode> url_scheme(const std::optional<Scheme>& scheme) {
  if (!scheme || scheme->value.index() == 1) {
    return "https";
  }
  const auto* const other = std::get_if<std::string>(&scheme->value);
  if (other == nullptr || http::equal_ignoring_case(*other, "http")) {
    return "http";
  }
  if (http::equal_ignoring_case(*other, "https")) {
    return "https";
  }
  return std::unexpected(make_error<ErrorCase::http_protocol_error>());
}

std::chrono::nanoseconds duration(std::optional<std::uint64_t> wanted,
                                  std::chrono::nanoseconds otherwise) {
  if (!wanted) {
    return otherwise;
  }
  constexpr auto kMost = static_cast<std::uint64_t>(std::chrono::nanoseconds::max().count());
  return std::chrono::nanoseconds(std::min(*wanted, kMost));
}

Task<> upload(std::shared_ptr<http::Exchange> exchange, std::shared_ptr<OutgoingContent> content,
              asio::any_io_executor executor) {
  Result<> sent =
      co_await send_body(std::move(content), exchange->request_body(), std::move(executor));
  // The guest has been told, by its stream; the response tells the rest.
  if (!sent) {
    log::debug("request body not sent", {{"error", sent.error().describe()}});
  }
  co_return Result<>();
}

// `context` outlives its tasks, which this is one of.
Task<> run_exchange(Context* context, http::OpenRequest request,
                    std::shared_ptr<PendingResponse> pending,
                    std::shared_ptr<OutgoingContent> content) {
  http::ClientFailure failure = http::ClientFailure::none;
  Result<std::unique_ptr<http::Exchange>> opened =
      co_await context->http_client()->open(std::move(request), &failure);
  if (!opened) {
    log::debug("outgoing request failed", {{"error", opened.error().describe()}});
    ErrorCode code = from_client(failure, opened.error());
    if (content) {
      content->close(code);
    }
    pending->settle(std::unexpected(std::move(code)));
    co_return Result<>();
  }
  const std::shared_ptr<http::Exchange> exchange = *std::move(opened);
  if (content) {
    context->tasks().spawn("sending a request body",
                           upload(exchange, std::move(content), context->executor()));
  }
  Result<http::ResponseHead> head = co_await exchange->response();
  if (!head) {
    log::debug("no response to an outgoing request", {{"error", head.error().describe()}});
    const auto* const coded = dynamic_cast<const CodedExchange*>(exchange.get());
    pending->settle(std::unexpected(coded != nullptr && coded->error_code()
                                        ? *coded->error_code()
                                        : from_client(exchange->failure(), head.error())));
    co_return Result<>();
  }
  auto body = std::make_shared<IncomingContent>(*context, exchange->response_body(), exchange,
                                                MessageKind::response);
  pending->settle(std::make_unique<IncomingResponse>(*std::move(head), std::move(body)));
  co_return Result<>();
}

}  // namespace

OutgoingRequest::~OutgoingRequest() {
  if (content_) {
    content_->close(std::nullopt);
  }
}

std::expected<component::Own<OutgoingBody>, Unit> OutgoingRequest::body() {
  const auto length = content_length_of(headers_);
  if (!length || std::exchange(body_given_, true)) {
    return std::unexpected(Unit{});
  }
  content_ = std::make_shared<OutgoingContent>(MessageKind::request, *length);
  return component::make_own<OutgoingBody>(content_);
}

OutgoingRequest::Change OutgoingRequest::set_method(Method method) {
  const auto* const other = std::get_if<std::string>(&method.value);
  if (other != nullptr && !http::is_token(*other)) {
    return std::unexpected(Unit{});
  }
  method_ = std::move(method);
  return {};
}

OutgoingRequest::Change OutgoingRequest::set_scheme(std::optional<Scheme> scheme) {
  const auto* const other = scheme ? std::get_if<std::string>(&scheme->value) : nullptr;
  if (other != nullptr && !is_scheme(*other)) {
    return std::unexpected(Unit{});
  }
  scheme_ = std::move(scheme);
  return {};
}

OutgoingRequest::Change OutgoingRequest::set_path_with_query(std::optional<std::string_view> path) {
  if (path && !is_path_with_query(*path)) {
    return std::unexpected(Unit{});
  }
  path_with_query_ = path;
  return {};
}

OutgoingRequest::Change OutgoingRequest::set_authority(std::optional<std::string_view> authority) {
  if (authority && (authority->ends_with(':') || !http::parse_authority(*authority))) {
    return std::unexpected(Unit{});
  }
  authority_ = authority;
  return {};
}

std::expected<http::RequestHead, ErrorCode> OutgoingRequest::take_head() {
  auto scheme = url_scheme(scheme_);
  if (!scheme) {
    return std::unexpected(std::move(scheme).error());
  }
  if (!authority_) {
    return std::unexpected(make_error<ErrorCase::http_request_uri_invalid>());
  }
  http::RequestHead head;
  head.method = method_name(method_);
  head.scheme = *std::move(scheme);
  head.authority = *std::move(authority_);
  head.target = path_with_query_.value_or("/");
  if (head.target.empty() || head.target.front() == '?') {
    head.target.insert(0, "/");
  }
  head.headers = std::move(headers_);
  if (!content_) {
    // Nothing will follow, whatever was announced.
    const auto length = content_length_of(head.headers);
    if (!length || length->value_or(0) != 0) {
      head.headers.remove("content-length");
    }
  }
  return head;
}

http::ClientTimeouts RequestOptions::timeouts() const {
  http::ClientTimeouts timeouts;
  timeouts.connect = duration(connect_timeout, timeouts.connect);
  timeouts.first_byte = duration(first_byte_timeout, timeouts.first_byte);
  timeouts.between_bytes = duration(between_bytes_timeout, timeouts.between_bytes);
  return timeouts;
}

std::expected<component::Own<IncomingBody>, Unit> IncomingResponse::consume() {
  if (!content_) {
    return std::unexpected(Unit{});
  }
  return component::make_own<IncomingBody>(std::move(content_));
}

void PendingResponse::arm(Waker& waker) {
  arrived.add(waker);
  if (ready()) {
    waker.wake();
  }
}

void PendingResponse::settle(Outcome result) {
  outcome.emplace(std::move(result));
  arrived.notify();
}

component::Own<Pollable> FutureIncomingResponse::subscribe() const {
  return component::make_own<Pollable>(pending_);
}

std::optional<std::expected<FutureIncomingResponse::Response, Unit>> FutureIncomingResponse::get() {
  if (pending_->given) {
    return std::unexpected(Unit{});
  }
  if (!pending_->outcome) {
    return std::nullopt;
  }
  pending_->given = true;
  PendingResponse::Outcome outcome = *std::move(pending_->outcome);
  pending_->outcome.reset();
  if (!outcome) {
    return Response(std::unexpected(std::move(outcome).error()));
  }
  return Response(component::Own<IncomingResponse>(*std::move(outcome)));
}

std::expected<component::Own<FutureIncomingResponse>, ErrorCode> send_request(
    Context& context, OutgoingRequest& request, const RequestOptions* options) {
  if (context.http_client() == nullptr) {
    return std::unexpected(make_error<ErrorCase::http_request_denied>());
  }
  auto head = request.take_head();
  if (!head) {
    return std::unexpected(std::move(head).error());
  }
  auto content = request.take_content();
  http::OpenRequest open;
  open.head = *std::move(head);
  if (context.trace) {
    add_trace(open.head.headers, *context.trace);
  }
  open.has_body = content != nullptr;
  if (options != nullptr) {
    open.timeouts = options->timeouts();
  }
  auto pending = std::make_shared<PendingResponse>();
  context.tasks().spawn("outgoing request",
                        run_exchange(&context, std::move(open), pending, std::move(content)));
  return component::make_own<FutureIncomingResponse>(std::move(pending));
}

}  // namespace wasmcloud::wasi
