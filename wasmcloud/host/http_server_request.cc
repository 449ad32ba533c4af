#include "wasmcloud/host/http_server_request.h"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/http/server.h"

namespace wasmcloud::host {
namespace {

using asio::experimental::awaitable_operators::operator||;

constexpr std::string_view kReadOnly = "only GET and HEAD allowed in read-only mode";
constexpr std::string_view kVary =
    "origin, access-control-request-method, access-control-request-headers";

// What a browser is told of an origin: nothing if it is not among those that are allowed.
std::string allowed_origin(const CorsSettings& cors, const http::RequestHead& head) {
  if (cors.allowed_origins.empty()) {
    return "*";
  }
  const auto origin = head.headers.get("origin");
  const bool allowed =
      origin && std::ranges::find(cors.allowed_origins, *origin) != cors.allowed_origins.end();
  return allowed ? std::string(*origin) : std::string();
}

// Passes an answer on, with the fields that the settings want. Also where the time limit and the
// answer meet: whoever of give_up() and the head is first wins.
class ChangedResponse final : public http::ResponseWriter {
 public:
  // `head` may change later.
  ChangedResponse(http::ResponseWriter& inner, const HttpServerSettings& settings,
                  const http::RequestHead& head)
      : inner_(inner), settings_(settings) {
    if (settings_.cors) {
      origin_ = allowed_origin(*settings_.cors, head);
    }
  }

  Task<> respond(http::ResponseHead head, std::span<const std::uint8_t> body) override {
    if (given_up_) {
      return refused<>();
    }
    change(head);
    return inner_.respond(std::move(head), body);
  }

  Task<http::BodyWriter*> start(http::ResponseHead head) override {
    if (given_up_) {
      return refused<http::BodyWriter*>();
    }
    change(head);
    return inner_.start(std::move(head));
  }

  bool started() const noexcept override { return given_up_ || inner_.started(); }

  // An answer of ours, which only CORS is about.
  Task<> respond_ourselves(http::ResponseHead head, std::string_view body) {
    add_cors(head);
    return inner_.respond(std::move(head), as_bytes(body));
  }

  // `timer` rests from the head of the answer on.
  void watch(asio::steady_timer& timer) noexcept { timer_ = &timer; }

  bool begun() const noexcept { return begun_; }

  // From now on no answer of the component's is taken.
  void give_up() noexcept { given_up_ = true; }

  bool given_up() const noexcept { return given_up_; }

 private:
  template <typename T = void>
  static Task<T> refused() {
    co_return Error(ErrorKind::timeout, "the time for the response's head is over");
  }

  void change(http::ResponseHead& head) {
    begun_ = true;
    if (timer_ != nullptr) {
      timer_->expires_at(asio::steady_timer::time_point::max());
    }
    add_cors(head);
    if (settings_.cache_control) {
      head.headers.add("cache-control", *settings_.cache_control);
    }
  }

  void add_cors(http::ResponseHead& head) {
    if (!settings_.cors) {
      return;
    }
    head.headers.remove("access-control-allow-origin");
    head.headers.remove("access-control-expose-headers");
    if (!origin_.empty()) {
      head.headers.add("access-control-allow-origin", origin_);
    }
    head.headers.add("access-control-expose-headers", settings_.cors->exposed_headers);
    head.headers.add("vary", std::string(kVary));
  }

  http::ResponseWriter& inner_;
  const HttpServerSettings& settings_;
  std::string origin_;
  asio::steady_timer* timer_ = nullptr;
  bool begun_ = false;
  bool given_up_ = false;
};

http::ResponseHead preflight(const CorsSettings& cors, const http::RequestHead& request) {
  http::ResponseHead head;
  if (std::string origin = allowed_origin(cors, request); !origin.empty()) {
    head.headers.add("access-control-allow-origin", std::move(origin));
  }
  head.headers.add("access-control-allow-methods", cors.allowed_methods);
  head.headers.add("access-control-allow-headers", cors.allowed_headers);
  if (cors.max_age_seconds) {
    head.headers.add("access-control-max-age", std::to_string(*cors.max_age_seconds));
  }
  head.headers.add("vary", std::string(kVary));
  return head;
}

http::ResponseHead refusal_head(unsigned status) {
  http::ResponseHead head{.status = status, .headers = {}};
  if (status == 405) {
    head.headers.add("allow", "GET, HEAD");
  }
  head.headers.add("content-type", "text/plain");
  return head;
}

// The references that the coroutines below take are for callers that await at once.

Task<> refuse(http::ResponseWriter& response, HttpRefusal refusal) {
  http::ResponseHead head = refusal_head(refusal.status);
  co_return co_await response.respond(std::move(head), as_bytes(refusal.text));
}

// Never throws, so that it can be raced.
Task<> run(http::Handler& handler, http::Request& request, ChangedResponse& response,
           Result<>& outcome) {
  try {
    outcome = co_await handler.handle(request, response);
  } catch (const boost::system::system_error& e) {
    const bool stopped = e.code() == asio::error::operation_aborted;
    outcome =
        Error(stopped ? ErrorKind::cancelled : ErrorKind::internal, "exception: {}", e.what());
  } catch (const std::exception& e) {
    outcome = Error(ErrorKind::internal, "exception: {}", e.what());
  }
  co_return Result<>();
}

// Ends when the time is over and no answer has begun; else when it is cancelled.
Task<> expire(asio::steady_timer& timer, ChangedResponse& response) {
  for (;;) {
    auto [error] = co_await timer.async_wait(as_result);
    if ((co_await asio::this_coro::cancellation_state).cancelled() !=
        asio::cancellation_type::none) {
      co_return Result<>();
    }
    if (!error && !response.begun()) {
      response.give_up();
      co_return Result<>();
    }
  }
}

Task<> serve_in_time(http::Handler& handler, http::Request& request, ChangedResponse& response,
                     std::chrono::milliseconds limit) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_at(Deadline::after(limit).when());
  response.watch(timer);
  Result<> outcome;
  co_await (run(handler, request, response, outcome) || expire(timer, response));
  if (!response.given_up()) {
    co_return outcome;
  }
  http::ResponseHead head{.status = 408, .headers = {}};
  co_return co_await response.respond_ourselves(std::move(head), {});
}

Task<> serve_changed(std::shared_ptr<const HttpView> view, http::Request& request,
                     http::ResponseWriter& inner) {
  const HttpServerSettings& settings = view->settings;
  const std::string& method = request.head.method;
  ChangedResponse response(inner, settings, request.head);
  if (settings.cors && method == "OPTIONS") {
    http::ResponseHead head = preflight(*settings.cors, request.head);
    co_return co_await inner.respond(std::move(head), {});
  }
  auto refusal = settle_authority(request.head);
  if (!refusal && settings.readonly_mode && method != "GET" && method != "HEAD") {
    refusal = HttpRefusal{405, kReadOnly};
  }
  http::Handler* handler = nullptr;
  if (!refusal) {
    const HttpRoutes::Found found = view->routes.find(request.head);
    handler = found.handler;
    refusal = found.refusal;
  }
  if (handler == nullptr) {
    http::ResponseHead head = refusal_head(refusal->status);
    co_return co_await response.respond_ourselves(std::move(head), refusal->text);
  }
  if (settings.timeout) {
    co_return co_await serve_in_time(*handler, request, response, *settings.timeout);
  }
  co_return co_await handler->handle(request, response);
}

}  // namespace

Task<> serve_http(const std::shared_ptr<const HttpView>& view, http::Request& request,
                  http::ResponseWriter& response) {
  if (view->settings.changes_requests()) [[unlikely]] {
    return serve_changed(view, request, response);
  }
  if (const auto refusal = settle_authority(request.head)) [[unlikely]] {
    return refuse(response, *refusal);
  }
  const HttpRoutes::Found found = view->routes.find(request.head);
  if (found.handler == nullptr) [[unlikely]] {
    return refuse(response, found.refusal);
  }
  return found.handler->handle(request, response);
}

}  // namespace wasmcloud::host
