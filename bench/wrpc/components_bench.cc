// Calls from one component to another, as links make them: both on one host, and the same pair over
// NATS. Each call has an instance of its own on the other side. Each row is measured on both sides
// in turn, some rounds, and shown as medians, with the median of the rounds' ratios.
//
//   wrpc_components_bench [ROUNDS [SECONDS [TEXT]]]     5 rounds of 1 s for each figure
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/bridge/exports.h"
#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/component/component.h"
#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/nats_transport.h"

#include "broker.h"
#include "rounds.h"

namespace wasmcloud::bench {
namespace {

using component::Component;
using Clock = std::chrono::steady_clock;
using Call = component::Export<void(std::uint32_t, std::uint32_t)>;

constexpr double kBar = 20;  // in process, of the calls a second over NATS
constexpr const char* kPrefix = "bench.echo";
constexpr const char* kInstance = "wc:bench/echo@0.1.0";

Deadline patience() { return Deadline::after(std::chrono::seconds(20)); }

template <typename T>
T need(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "wrpc_components_bench: %s\n", result.error().describe().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return *std::move(result);
  }
}

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The component that is called, on one shard.
class Target final : public bridge::LocalTarget, public wrpc::Handler {
 public:
  Target(std::shared_ptr<const Component> component, const bridge::Exports& exports,
         asio::any_io_executor executor)
      : component_(std::move(component)),
        call_(*exports.find(kInstance, "echo")),
        executor_(std::move(executor)) {}

  Task<std::string> call(wrpc::Call call, Deadline deadline) override {
    return run(std::move(call.params), deadline);
  }

  Task<> handle(wrpc::Invocation invocation) override {
    wrpc::Session& session = *invocation.session;
    const Deadline deadline = patience();
    WC_CO_TRY(std::string params, bridge::read_params(call_, session, deadline));
    WC_CO_TRY(std::string result, run(std::move(params), deadline));
    co_return co_await bridge::send_result(session, std::move(result), deadline);
  }

 private:
  Task<std::string> run(std::string params, Deadline deadline) {
    bridge::ExportRun run{.component = component_,
                          .call = &call_,
                          .executor = executor_,
                          .state = std::make_unique<component::HostState>(),
                          .limits = {.deadline = deadline}};
    return bridge::run_export(std::move(run), std::move(params));
  }

  const std::shared_ptr<const Component> component_;
  const bridge::ExportedCall& call_;
  const asio::any_io_executor executor_;
};

// A store of the component that calls.
struct CallerState final : component::HostState, bridge::Caller {
  explicit CallerState(bridge::Route route_) : link(std::move(route_)) {}

  Result<bridge::Route> route(std::size_t /*import*/) override { return link; }

  static bridge::Caller& of(component::Store& store) { return store.host<CallerState>(); }

  bridge::Route link;
};

class Pair {
 public:
  explicit Pair(const std::string& nats_url) {
    block(1, start_server(nats_url));
    block(0, start_client(nats_url));
  }

  ~Pair() {
    block(0, stop_client());
    block(1, stop_server());
  }

  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  enum class Way : std::uint8_t { nats, in_process };

  // Calls a second, with that many stores that call. What runs within the process is spread over
  // both shards, as a host does it; over NATS one calls and the other is called.
  double measure(Way way, std::uint32_t size, int in_flight, Clock::duration duration) {
    const bool spread = way == Way::in_process && in_flight > 1;
    Load load{
        .way = way, .size = size, .in_flight = spread ? in_flight / 2 : in_flight, .shard = 0};
    std::array<double, 2> figures{};
    std::optional<std::jthread> beside;
    if (spread) {
      beside.emplace([&, far = load] mutable {
        far.shard = 1;
        block(1, measure_on_shard(far, duration, figures[1]));
      });
    }
    block(0, measure_on_shard(load, duration, figures[0]));
    beside.reset();
    return figures[0] + figures[1];
  }

 private:
  struct Load {
    Way way;
    std::uint32_t size;
    int in_flight;
    std::size_t shard;  // the caller's
  };

  void block(std::size_t shard, Task<> task) {
    need(block_on(shards_[shard].executor(), std::move(task)));
  }

  Task<> connect(std::string url, std::unique_ptr<nats::Connection>& into) {
    nats::ConnectOptions options;
    options.urls = {std::move(url)};
    WC_CO_TRY(into, nats::connect(shards_.blocking_pool().get_executor(), std::move(options),
                                  patience()));
    co_return Result<>();
  }

  Task<> start_server(std::string url) {
    WC_CO_CHECK(connect(std::move(url), server_connection_));
    WC_CO_TRY(server_transport_, wrpc::NatsTransport::create(*server_connection_));
    wrpc::NatsServerOptions options{.prefix = kPrefix, .queue_group = kPrefix};
    server_ =
        std::make_unique<wrpc::NatsServer>(*server_transport_, std::move(options), targets_[1]);
    std::vector<wrpc::FunctionName> functions{{kInstance, "echo"}};
    co_return co_await server_->start(std::move(functions));
  }

  Task<> start_client(std::string url) {
    WC_CO_CHECK(connect(std::move(url), connection_));
    WC_CO_TRY(transport_, wrpc::NatsTransport::create(*connection_));
    client_ = transport_->client(kPrefix);
    co_return Result<>();
  }

  Task<> stop_client() {
    client_.reset();
    WC_CO_CHECK(transport_->stop());
    transport_.reset();
    co_return co_await connection_->close();
  }

  Task<> stop_server() {
    WC_CO_CHECK(server_->stop(patience()));
    server_.reset();
    WC_CO_CHECK(server_transport_->stop());
    server_transport_.reset();
    co_return co_await server_connection_->close();
  }

  Task<> call_until(Load load, Clock::time_point end, std::int64_t& answered) {
    bridge::Route route{.local = load.way == Way::in_process ? &targets_[load.shard] : nullptr,
                        .client = client_.get(),
                        .headers = nullptr,
                        .keep = {}};
    WC_CO_TRY_VALUE(const auto store,
                    component::Store::create(caller_, shards_[load.shard].executor(),
                                             std::make_unique<CallerState>(std::move(route))));
    const std::uint32_t batch = load.size > 65536 ? 1 : 16;
    for (; Clock::now() < end; answered += batch) {
      WC_CO_CHECK(
          store->run([&](component::Store& running) { return call_(running, batch, load.size); }));
    }
    co_return Result<>();
  }

  Task<> measure_on_shard(Load load, Clock::duration duration, double& figure) {
    const auto start = Clock::now();
    std::int64_t answered = 0;
    TaskScope scope(co_await asio::this_coro::executor);
    for (int i = 0; i < load.in_flight; ++i) {
      scope.spawn("calls", call_until(load, start + duration, answered));
    }
    WC_CO_CHECK(scope.join());
    figure = per_second(answered, Clock::now() - start);
    co_return Result<>();
  }

  const std::unique_ptr<component::Engine> engine_ = need(component::Engine::create({}));
  const component::Host host_;
  const std::shared_ptr<const Component> caller_ =
      need(Component::load(*engine_, host_, read_file(WC_CALLER_COMPONENT),
                           std::make_shared<bridge::RemoteImports>(&CallerState::of)));
  const std::shared_ptr<const Component> echo_ =
      need(Component::load(*engine_, host_, read_file(WC_ECHO_COMPONENT)));
  const bridge::Exports exports_ = need(bridge::Exports::of(*echo_));
  const Call call_ = need(Call::find(*caller_, "", "call"));

  Shards shards_{2};
  // By shard; the last one is called over NATS, too.
  std::array<Target, 2> targets_{Target(echo_, exports_, shards_[0].executor()),
                                 Target(echo_, exports_, shards_[1].executor())};

  std::unique_ptr<nats::Connection> server_connection_;
  std::unique_ptr<wrpc::NatsTransport> server_transport_;
  std::unique_ptr<wrpc::NatsServer> server_;

  std::unique_ptr<nats::Connection> connection_;
  std::unique_ptr<wrpc::NatsTransport> transport_;
  std::unique_ptr<wrpc::Client> client_;
};

Row row_of(Pair& pair, const std::string& name, std::uint32_t size, int in_flight) {
  Row row{.what = fmt::format("{}, {}", in_flight == 1 ? "one at a time" : "64 at a time", name),
          .unit = "/s",
          .sides = {}};
  for (const Pair::Way way : {Pair::Way::nats, Pair::Way::in_process}) {
    row.sides.push_back({[&pair, way, size, in_flight](Clock::duration time) {
      return pair.measure(way, size, in_flight, time);
    }});
  }
  return row;
}

void print(const std::vector<Row>& rows) {
  std::printf("| | over NATS | in process | ratio | at least %.0f |\n|---|---|---|---|---|\n",
              kBar);
  for (const Row& row : rows) {
    const double ratio = ratio_of(row.sides[1], row.sides[0]);
    std::printf("| %s | %.0f%s | %.0f%s | %.1f | %s |\n", row.what.c_str(),
                median(row.sides[0].figures), row.unit, median(row.sides[1].figures), row.unit,
                ratio, ratio >= kBar ? "met" : "MISSED");
  }
}

int run(const Wanted& said) {
  const auto server = start_broker();
  Pair pair(server->url());
  std::vector<Row> rows;
  for (const int in_flight : {1, kInFlight}) {
    for (const auto& [name, size] : kPayloads) {
      rows.push_back(row_of(pair, name, size, in_flight));
    }
  }
  measure(rows, said);
  print(rows);
  return 0;
}

}  // namespace
}  // namespace wasmcloud::bench

int main(int argc, char** argv) {
  return wasmcloud::bench::run(wasmcloud::bench::wanted(argc, argv));
}
