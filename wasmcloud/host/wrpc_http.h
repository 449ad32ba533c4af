// HTTP over links, as wrpc:http has it (wrpc.md 5.8.1): the way to a component that answers
// requests on another host, the way from there, and that of a component's own requests to a
// provider.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/http/client.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/wasi/http_incoming.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::host {

inline constexpr std::string_view kIncomingHandler = "wrpc:http/incoming-handler@0.1.0";
inline constexpr std::string_view kOutgoingHandler = "wrpc:http/outgoing-handler@0.1.0";
inline constexpr std::string_view kHandle = "handle";

// An http::Client whose requests are calls of `handle`, in the trace that the request names. For
// one executor.
class WrpcHttpClient final : public http::Client {
 public:
  // Where the next request goes.
  using Find = std::function<Result<bridge::Route>()>;

  // `interface`: one of the two above.
  WrpcHttpClient(std::string_view interface, Find find)
      : interface_(interface), find_(std::move(find)) {}

  Task<std::unique_ptr<http::Exchange>> open(http::OpenRequest request,
                                             http::ClientFailure* failure) override;

  void close_idle() noexcept override {}

 private:
  const std::string_view interface_;
  const Find find_;
};

// Answers a request with what `client` gives for it. Errors before anything was answered:
// `unavailable` nobody serves it, `timeout`, and what else the client meets.
Task<> forward(http::Client& client, http::ClientTimeouts timeouts, http::Request& request,
               http::ResponseWriter& response);

// Serves an invocation of the incoming handler: `make_run` is asked for what it runs in when the
// request is there. Its trace is that of the invocation, else the request's. An error is for the
// server of wRPC: the caller sees no result.
Task<> serve_wrpc_http(wrpc::Invocation invocation, Deadline deadline,
                       std::function<Task<wasi::RequestRun>()> make_run);

}  // namespace wasmcloud::host
