#include "echo_calls.h"

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/wire.h"

#include "figures.h"

namespace wasmcloud::bench {
namespace {

using Clock = std::chrono::steady_clock;

const std::vector<wit::ValueTypePtr>& list_of_bytes() {
  static const std::vector types{
      *wit::ValueType::create({.kind = wit::ValueType::Kind::list,
                               .parts = {wit::ValueType::of(wit::ValueType::Kind::u8)}})};
  return types;
}

// One list<u8>, as bindings would read it.
Task<std::string> receive(wrpc::Session& session) {
  wrpc::ChannelReader reader(session);
  wrpc::Scanner scanner(list_of_bytes());
  WC_CO_TRY(std::optional<std::string> bytes, reader.collect({}, scanner, patience()));
  if (!bytes) {
    co_return Error(ErrorKind::unavailable, "no value came");
  }
  co_return *std::move(bytes);
}

std::string encode(std::span<const std::uint8_t> payload) {
  wrpc::WireWriter out;
  out.byte_list(payload);
  return out.take();
}

Task<> call(Calls calls) {
  wrpc::Call request{.instance = kEchoInstance,
                     .function = kEchoFunction,
                     .params = encode(as_u8(*calls.payload))};
  WC_CO_TRY(const auto session, calls.client->call(std::move(request), patience()));
  WC_CO_TRY(const std::string bytes, receive(*session));
  wrpc::WireReader reader(as_u8(bytes));
  const auto answer = reader.byte_list();
  WC_CO_CHECK_VALUE(reader.status());
  if (answer.size() != calls.payload->size()) {
    co_return Error(ErrorKind::internal, "the answer has {} bytes, not {}", answer.size(),
                    calls.payload->size());
  }
  co_return Result<>();
}

Task<> call_until(Calls calls, Clock::time_point end, std::int64_t& answered) {
  for (; Clock::now() < end; ++answered) {
    WC_CO_CHECK(call(calls));
  }
  co_return Result<>();
}

}  // namespace

Task<> EchoHandler::handle(wrpc::Invocation invocation) {
  wrpc::Session& session = *invocation.session;
  WC_CO_TRY(const std::string bytes, receive(session));
  wrpc::WireReader reader(as_u8(bytes));
  const auto payload = reader.byte_list();
  WC_CO_CHECK_VALUE(reader.status());
  WC_CO_CHECK(session.write({}, encode(payload), patience()));
  co_return co_await session.finish_all();
}

Task<> measure_latency(Calls calls, Duration duration, double& figure) {
  Laps laps(duration);
  while (!laps.over()) {
    WC_CO_CHECK(call(calls));
    laps.lap();
  }
  figure = laps.median_microseconds();
  co_return Result<>();
}

Task<> measure_throughput(Calls calls, int in_flight, Duration duration, double& figure) {
  const auto start = Clock::now();
  std::int64_t answered = 0;
  TaskScope scope(co_await asio::this_coro::executor);
  for (int i = 0; i < in_flight; ++i) {
    scope.spawn("calls", call_until(calls, start + duration, answered));
  }
  WC_CO_CHECK(scope.join());
  figure = per_second(answered, Clock::now() - start);
  co_return Result<>();
}

}  // namespace wasmcloud::bench
