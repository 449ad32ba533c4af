#include "wasmcloud/wash/local_nats.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/log_file.h"

namespace wasmcloud::wash {
namespace {

using namespace boost::asio::experimental::awaitable_operators;
using asio::ip::tcp;

constexpr std::chrono::milliseconds kBetweenAttempts{20};
constexpr std::chrono::seconds kAttemptTime{1};
constexpr std::size_t kLinesOfLog = 10;

Task<> connect_once(Address address) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const auto [unknown, endpoints] =
      co_await resolver.async_resolve(address.host, std::to_string(address.port), as_result);
  if (unknown) {
    co_return to_error(unknown, fmt::format("looking up {}", address.host));
  }
  tcp::socket socket(executor);
  const auto [error, endpoint] = co_await asio::async_connect(socket, endpoints, as_result);
  if (error) {
    co_return to_error(error, fmt::format("connecting to {}:{}", address.host, address.port));
  }
  co_return Result<>();
}

Task<> wait_until(Deadline deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline.when());
  const auto [error] = co_await timer.async_wait(as_result);
  if (error) {
    co_return to_error(error, "waiting for a connection");
  }
  co_return Error(ErrorKind::timeout, "nothing answered in time");
}

Error failure(std::string_view what, const std::filesystem::path& log) {
  std::string lines = last_lines(log, kLinesOfLog);
  if (lines.empty()) {
    return Error(ErrorKind::unavailable, "nats-server {}; its log, {}, is empty", what,
                 log.string());
  }
  lines.pop_back();
  return Error(ErrorKind::unavailable, "nats-server {}; the last lines of its log, {}:\n{}", what,
               log.string(), lines);
}

}  // namespace

Task<> try_connection(Address address, Deadline deadline) {
  auto first = co_await (connect_once(std::move(address)) || wait_until(deadline));
  if (first.index() == 0) {
    co_return std::get<0>(std::move(first));
  }
  co_return std::get<1>(std::move(first));
}

Task<std::unique_ptr<ChildProcess>> start_nats_server(NatsServerOptions options,
                                                      Deadline deadline) {
  WC_CO_TRY_VALUE(const LogFile log, LogFile::open(options.log));
  ChildOptions child{.program = options.program,
                     .arguments = {"-js", "--addr", options.address.host, "--port",
                                   std::to_string(options.address.port), "--pid",
                                   options.pid_file.string(), "--config", options.config.string()},
                     .environment = std::move(options.environment),
                     .output = log.descriptor(),
                     .lifetime = options.lifetime};
  WC_CO_TRY_VALUE(auto server, ChildProcess::start(child));
  for (;;) {
    const Deadline attempt = deadline.min(Deadline::after(kAttemptTime));
    const Result<> connected = co_await try_connection(options.address, attempt);
    // Its end comes first: somebody else may listen there.
    const Deadline pause =
        Deadline::after(connected ? std::chrono::milliseconds(0) : kBetweenAttempts);
    const Result<> ended = co_await server->process().wait_ended(pause);
    if (ended) {
      co_return failure(fmt::format("ended with {}", server->how_it_ended()), options.log);
    }
    if (ended.error().kind() != ErrorKind::timeout) {
      co_return ended.error().clone();
    }
    if (connected) {
      co_return std::move(server);
    }
    if (deadline.expired()) {
      co_return failure("did not accept connections in time", options.log);
    }
  }
}

}  // namespace wasmcloud::wash
