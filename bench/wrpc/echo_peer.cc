// Our side of `echo` as a program, called as those of tests/interop are, so that each
// implementation is measured in the same way:
//
//   echo_peer serve nats|tcp ADDRESS                             says "ready ADDRESS"; until it is
//   killed echo_peer bench nats|tcp ADDRESS SIZE IN_FLIGHT SECONDS      microseconds of a call,
//   calls a second
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/framed_transport.h"
#include "wasmcloud/wrpc/nats_transport.h"

#include "echo_calls.h"

namespace wasmcloud::bench {
namespace {

Task<> serve(std::string address) {
  std::printf("ready %s\n", address.c_str());
  std::fflush(stdout);
  asio::steady_timer never(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  const auto [error] = co_await never.async_wait(as_result);
  co_return to_error(error, "serving");
}

Task<> serve_nats(nats::Connection& connection, std::string url) {
  WC_CO_TRY(const auto transport, wrpc::NatsTransport::create(connection));
  EchoHandler handler;
  wrpc::NatsServerOptions options{.prefix = kEchoPrefix, .queue_group = kEchoPrefix};
  wrpc::NatsServer server(*transport, std::move(options), handler);
  std::vector<wrpc::FunctionName> functions{{kEchoInstance, kEchoFunction}};
  WC_CO_CHECK(server.start(std::move(functions)));
  co_return co_await serve(std::move(url));
}

Task<> serve_tcp(std::string address) {
  EchoHandler handler;
  wrpc::FramedServer server(std::move(address), handler);
  WC_CO_CHECK(server.start());
  co_return co_await serve(server.address());
}

struct Load {
  std::size_t size;
  int in_flight;
  Duration duration;
};

Task<> measure(wrpc::Client& client, Load load) {
  const Calls calls{.client = &client, .payload = std::make_shared<std::string>(load.size, 'x')};
  double microseconds = 0;
  double per_second = 0;
  if (load.in_flight == 1) {
    WC_CO_CHECK(measure_latency(calls, load.duration, microseconds));
  } else {
    WC_CO_CHECK(measure_throughput(calls, load.in_flight, load.duration, per_second));
  }
  std::printf("%f %f\n", microseconds, per_second);
  co_return Result<>();
}

Task<> measure_nats(nats::Connection& connection, Load load) {
  WC_CO_TRY(auto transport, wrpc::NatsTransport::create(connection));
  auto client = transport->client(kEchoPrefix);
  WC_CO_CHECK(measure(*client, load));
  client.reset();
  WC_CO_CHECK(transport->stop());
  transport.reset();
  co_return co_await connection.close();
}

Task<> measure_tcp(std::string address, Load load) {
  const auto client = wrpc::make_framed_client(std::move(address));
  co_return co_await measure(*client, load);
}

Task<> run(std::vector<std::string> words, asio::any_io_executor blocking) {
  const bool measures = words.size() == 6 && words[0] == "bench";
  if (!measures && !(words.size() == 3 && words[0] == "serve")) {
    co_return Error(ErrorKind::invalid, "usage: see the top of bench/wrpc/echo_peer.cc");
  }
  Load load{};
  if (measures) {
    const std::chrono::duration<double> time(std::stod(words[5]));
    load = {.size = std::stoul(words[3]),
            .in_flight = std::stoi(words[4]),
            .duration = std::chrono::duration_cast<Duration>(time)};
  }
  if (words[1] == "tcp") {
    Task<> task = measures ? measure_tcp(words[2], load) : serve_tcp(words[2]);
    co_return co_await std::move(task);
  }
  nats::ConnectOptions options;
  options.urls = {words[2]};
  WC_CO_TRY(const auto connection,
            nats::connect(std::move(blocking), std::move(options), patience()));
  Task<> task = measures ? measure_nats(*connection, load) : serve_nats(*connection, words[2]);
  co_return co_await std::move(task);
}

}  // namespace
}  // namespace wasmcloud::bench

int main(int argc, char** argv) {
  wasmcloud::Shards shards(1);
  const auto ended = wasmcloud::block_on(
      shards[0].executor(),
      wasmcloud::bench::run({argv + 1, argv + argc}, shards.blocking_pool().get_executor()));
  if (!ended) {
    std::fprintf(stderr, "echo_peer: %s\n", ended.error().describe().c_str());
  }
  return ended ? 0 : 1;
}
