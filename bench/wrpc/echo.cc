#include "echo.h"

#include <cstdio>
#include <cstdlib>

#include <boost/asio/this_coro.hpp>
#include <unistd.h>

namespace wasmcloud::bench {
namespace {

Task<> open(std::string url, asio::any_io_executor blocking,
            std::unique_ptr<nats::Connection>& into) {
  nats::ConnectOptions options;
  options.urls = {std::move(url)};
  WC_CO_TRY(into, nats::connect(std::move(blocking), std::move(options), patience()));
  co_return Result<>();
}

}  // namespace

Echo::Echo(const std::string& nats_url) {
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
  wrpc::NatsServerOptions options{.prefix = kEchoPrefix, .queue_group = kEchoPrefix};
  nats_server_ =
      std::make_unique<wrpc::NatsServer>(*server_transport_, std::move(options), handler_);
  std::vector<wrpc::FunctionName> functions{{kEchoInstance, kEchoFunction}};
  WC_CO_CHECK(nats_server_->start(std::move(functions)));
  tcp_server_ = std::make_unique<wrpc::FramedServer>("127.0.0.1:0", handler_);
  WC_CO_CHECK(tcp_server_->start());
  unix_server_ = std::make_unique<wrpc::FramedServer>(
      fmt::format("unix:/tmp/wrpc_bench.{}", static_cast<int>(::getpid())), handler_);
  co_return co_await unix_server_->start();
}

Task<> Echo::start_client(std::string nats_url) {
  WC_CO_CHECK(open(std::move(nats_url), shards_.blocking_pool().get_executor(), connection_));
  WC_CO_TRY(transport_, wrpc::NatsTransport::create(*connection_));
  auto local = std::make_unique<wrpc::LocalTransport>(co_await asio::this_coro::executor, handler_);
  local_ = local.get();
  clients_.push_back(transport_->client(kEchoPrefix));
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
  block(0,
        measure_latency({&client(way), std::make_shared<std::string>(payload)}, duration, figure));
  return figure;
}

double Echo::throughput(Way way, const std::string& payload, int in_flight, Duration duration) {
  double figure = 0;
  block(0, measure_throughput({&client(way), std::make_shared<std::string>(payload)}, in_flight,
                              duration, figure));
  return figure;
}

}  // namespace wasmcloud::bench
