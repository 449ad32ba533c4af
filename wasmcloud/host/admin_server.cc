#include "wasmcloud/host/admin_server.h"

#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace wasmcloud::host {
namespace {

struct Answer {
  unsigned status;
  std::string body;
  std::string_view type;
};

Answer answer_to(std::string_view method, std::string_view path, bool ready) {
  constexpr std::string_view kJson = "application/json";
  constexpr std::string_view kText = "text/plain; charset=utf-8";
  if (path != "/livez" && path != "/readyz") {
    return {404, fmt::format("unknown endpoint `{}`", path), kText};
  }
  if (method != "GET" && method != "HEAD") {
    return {405, fmt::format("method `{}` not supported for path `{}`", method, path), kText};
  }
  if (path == "/readyz" && !ready) {
    return {500, R"({"status":"failure"})", kJson};
  }
  return {200, R"({"status":"ok"})", kJson};
}

}  // namespace

Task<> AdminHandler::handle(http::Request& request, http::ResponseWriter& response) {
  const std::string_view target = request.head.target;
  const Answer answer = answer_to(request.head.method, target.substr(0, target.find('?')),
                                  ready_.load(std::memory_order_relaxed));
  http::ResponseHead head{.status = answer.status, .headers = {}};
  head.headers.add("content-type", std::string(answer.type));
  co_return co_await response.respond(
      std::move(head),
      std::span(reinterpret_cast<const std::uint8_t*>(answer.body.data()), answer.body.size()));
}

}  // namespace wasmcloud::host
