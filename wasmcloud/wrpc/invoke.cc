#include "wasmcloud/wrpc/invoke.h"

#include <string>
#include <vector>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

namespace wasmcloud::wrpc {
namespace {

Task<> read_result(std::shared_ptr<Incoming> from, Reading* result, Deadline deadline) {
  if (result == nullptr) {  // the end of the channel is all that comes
    co_return co_await from->channels().await_end({}, deadline);
  }
  WC_CO_TRY(const bool came, Incoming::read(std::move(from), {}, *result, deadline));
  if (!came) {
    co_return Error(ErrorKind::unavailable, "the peer ended without a value: it has failed");
  }
  co_return Result<>();
}

// Sends meanwhile, and leaves nothing behind.
Task<> read_while_sending(std::shared_ptr<Incoming> from, std::vector<Outgoing> parts,
                          Reading* result, Deadline deadline) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);  // not before all is joined
  Sender sender(from->session(), co_await asio::this_coro::executor);
  sender.start(std::move(parts), deadline);
  Result<> done = co_await read_result(from, result, deadline);
  if (done) {
    done = unless_peer_left(co_await sender.join());
  }
  WC_CO_CHECK(sender.end());
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return done;
}

Task<> send(std::shared_ptr<Incoming> from, std::vector<Outgoing> parts, Deadline deadline) {
  co_await asio::this_coro::throw_if_cancelled(false);  // not before all is joined
  Sender sender(from->session(), co_await asio::this_coro::executor);
  sender.start(std::move(parts), deadline);
  co_return unless_peer_left(co_await sender.join());
}

}  // namespace

Task<> internal::invoke(Client& client, FunctionName function, Result<Encoded> params,
                        CallOptions options, Reading* result, TaskScope* sending) {
  std::string name = fmt::format("{}.{}", function.instance, function.function);
  if (!params) {
    co_return std::move(params).error().with_context(std::move(name));
  }
  const Deadline deadline = options.deadline;
  Call call{.instance = std::move(function.instance),
            .function = std::move(function.function),
            .params = std::move(params->bytes),
            .headers = std::move(options.headers),
            .has_async_params = !params->parts.empty()};
  WC_CO_TRY(std::unique_ptr<Session> session, client.call(std::move(call), deadline), "{}", name);
  auto from = std::make_shared<Incoming>(std::move(session), options.limits);
  if (params->parts.empty() || sending != nullptr) {
    if (!params->parts.empty()) {
      sending->spawn(name, send(from, std::move(params->parts), deadline));
    }
    Result<> done = co_await read_result(from, result, deadline);
    if (!done && sending != nullptr) {
      from->session().fail(done.error().clone());
    }
    WC_CO_CHECK_VALUE(std::move(done), "{}", name);
  } else {
    WC_CO_CHECK(read_while_sending(std::move(from), std::move(params->parts), result, deadline),
                "{}", name);
  }
  co_return Result<>();
}

}  // namespace wasmcloud::wrpc
