#include "echo.h"

#include <cstdio>
#include <cstdlib>

#include <boost/asio/this_coro.hpp>
#include <unistd.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/wire.h"

#include "figures.h"

namespace wasmcloud::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kPrefix = "bench.echo";
constexpr const char* kInstance = "bench:echo/echo";
constexpr const char* kFunction = "echo";

Deadline patience() { return Deadline::after(std::chrono::seconds(10)); }

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

struct Calls {
  wrpc::Client* client;
  std::string payload;
};

Task<> call(Calls calls) {
  wrpc::Call request{
      .instance = kInstance, .function = kFunction, .params = encode(as_u8(calls.payload))};
  WC_CO_TRY(const auto session, calls.client->call(std::move(request), patience()));
  WC_CO_TRY(const std::string bytes, receive(*session));
  wrpc::WireReader reader(as_u8(bytes));
  const auto answer = reader.byte_list();
  WC_CO_CHECK_VALUE(reader.status());
  if (answer.size() != calls.payload.size()) {
    co_return Error(ErrorKind::internal, "the answer has {} bytes, not {}", answer.size(),
                    calls.payload.size());
  }
  co_return Result<>();
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

Task<> call_until(Calls calls, Clock::time_point end, std::int64_t& answered) {
  for (; Clock::now() < end; ++answered) {
    WC_CO_CHECK(call(calls));
  }
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

Task<> open(std::string url, asio::any_io_executor blocking,
            std::unique_ptr<nats::Connection>& into) {
  nats::ConnectOptions options;
  options.urls = {std::move(url)};
  WC_CO_TRY(into, nats::connect(std::move(blocking), std::move(options), patience()));
  co_return Result<>();
}

}  // namespace

class Echo::EchoHandler final : public wrpc::Handler {
 public:
  Task<> handle(wrpc::Invocation invocation) override {
    wrpc::Session& session = *invocation.session;
    WC_CO_TRY(const std::string bytes, receive(session));
    wrpc::WireReader reader(as_u8(bytes));
    const auto payload = reader.byte_list();
    WC_CO_CHECK_VALUE(reader.status());
    WC_CO_CHECK(session.write({}, encode(payload), patience()));
    co_return co_await session.finish_all();
  }
};

Echo::Echo(const std::string& nats_url) : handler_(std::make_unique<EchoHandler>()) {
  block(1, start_server(nats_url));
  block(0, start_client(nats_url));
}

Echo::~Echo() {
  block(0, stop_client());
  block(1, stop_server());
}

void Echo::block(std::size_t shard, Task<> task) {
  const Result<> result = block_on(shards_[shard].executor(), std::move(task));
  if (!result) {
    std::fprintf(stderr, "wrpc_bench: %s\n", result.error().describe().c_str());
    std::exit(1);
  }
}

Task<> Echo::start_server(std::string nats_url) {
  WC_CO_CHECK(
      open(std::move(nats_url), shards_.blocking_pool().get_executor(), server_connection_));
  WC_CO_TRY(server_transport_, wrpc::NatsTransport::create(*server_connection_));
  wrpc::NatsServerOptions options{.prefix = kPrefix, .queue_group = kPrefix};
  nats_server_ =
      std::make_unique<wrpc::NatsServer>(*server_transport_, std::move(options), *handler_);
  std::vector<wrpc::FunctionName> functions{{kInstance, kFunction}};
  WC_CO_CHECK(nats_server_->start(std::move(functions)));
  tcp_server_ = std::make_unique<wrpc::FramedServer>("127.0.0.1:0", *handler_);
  WC_CO_CHECK(tcp_server_->start());
  unix_server_ = std::make_unique<wrpc::FramedServer>(
      fmt::format("unix:/tmp/wrpc_bench.{}", static_cast<int>(::getpid())), *handler_);
  co_return co_await unix_server_->start();
}

Task<> Echo::start_client(std::string nats_url) {
  WC_CO_CHECK(open(std::move(nats_url), shards_.blocking_pool().get_executor(), connection_));
  WC_CO_TRY(transport_, wrpc::NatsTransport::create(*connection_));
  auto local =
      std::make_unique<wrpc::LocalTransport>(co_await asio::this_coro::executor, *handler_);
  local_ = local.get();
  clients_.push_back(transport_->client(kPrefix));
  clients_.push_back(wrpc::make_framed_client(tcp_server_->address()));
  clients_.push_back(wrpc::make_framed_client(unix_server_->address()));
  clients_.push_back(std::move(local));
  co_return Result<>();
}

Task<> Echo::stop_client() {
  WC_CO_CHECK(local_->stop());
  clients_.clear();
  WC_CO_CHECK(transport_->stop());
  transport_.reset();
  co_return co_await connection_->close();
}

Task<> Echo::stop_server() {
  WC_CO_CHECK(tcp_server_->stop(patience()));
  WC_CO_CHECK(unix_server_->stop(patience()));
  WC_CO_CHECK(nats_server_->stop(patience()));
  tcp_server_.reset();
  unix_server_.reset();
  nats_server_.reset();
  WC_CO_CHECK(server_transport_->stop());
  server_transport_.reset();
  co_return co_await server_connection_->close();
}

double Echo::latency(Way way, const std::string& payload, Duration duration) {
  double figure = 0;
  block(0, measure_latency({&client(way), payload}, duration, figure));
  return figure;
}

double Echo::throughput(Way way, const std::string& payload, int in_flight, Duration duration) {
  double figure = 0;
  block(0, measure_throughput({&client(way), payload}, in_flight, duration, figure));
  return figure;
}

}  // namespace wasmcloud::bench
