// What our NATS connection costs over the bare C client: requests one at a time and 64 at a time,
// publishing, reading a key. Each row is measured on both in turn, some rounds, and shown as
// medians, with the median of the rounds' ratios.
//
//   nats_bench [ROUNDS [SECONDS [TEXT]]]     5 rounds of 1 s for each figure; only rows with TEXT
//
// "one end": our requests, answered by the C client. "both ends": our subscription answers too.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/nats/key_value.h"

#include "bare_client.h"
#include "broker.h"
#include "rounds.h"

namespace wasmcloud::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nats::Bucket;
using nats::Connection;

constexpr const char* kBareEcho = "bench.bare";
constexpr const char* kOurEcho = "bench.ours";
constexpr const char* kSink = "bench.sink";
constexpr const char* kBucket = "bench";
constexpr const char* kKey = "key";

Deadline patience() { return Deadline::after(std::chrono::seconds(10)); }

// --- ours ---

struct Requests {
  Connection* connection;
  std::string subject;
  std::string payload;
  Duration duration;
};

Task<> measure_latency(Requests requests, double& figure) {
  Laps laps(requests.duration);
  while (!laps.over()) {
    nats::Outgoing request{.subject = requests.subject, .payload = requests.payload};
    WC_CO_CHECK(requests.connection->request(std::move(request), patience()));
    laps.lap();
  }
  figure = laps.median_microseconds();
  co_return Result<>();
}

Task<> request_until(Requests requests, Clock::time_point end, std::int64_t& answered) {
  for (; Clock::now() < end; ++answered) {
    nats::Outgoing request{.subject = requests.subject, .payload = requests.payload};
    WC_CO_CHECK(requests.connection->request(std::move(request), patience()));
  }
  co_return Result<>();
}

Task<> measure_throughput(Requests requests, double& figure) {
  const auto start = Clock::now();
  std::int64_t answered = 0;
  TaskScope scope(co_await asio::this_coro::executor);
  for (int i = 0; i < kInFlight; ++i) {
    scope.spawn("requests", request_until(requests, start + requests.duration, answered));
  }
  WC_CO_CHECK(scope.join());
  figure = per_second(answered, Clock::now() - start);
  co_return Result<>();
}

Task<> measure_publishes(Requests requests, double& figure) {
  const auto start = Clock::now();
  std::int64_t count = 0;
  const nats::Outgoing message{.subject = requests.subject, .payload = requests.payload};
  for (; Clock::now() < start + requests.duration; ++count) {
    WC_CO_CHECK_VALUE(requests.connection->publish(message));
  }
  WC_CO_CHECK(requests.connection->flush(patience()));
  figure = per_second(count, Clock::now() - start);
  co_return Result<>();
}

Task<> measure_get(Connection* connection, Duration duration, double& figure) {
  WC_CO_TRY(Bucket bucket, nats::open_bucket(*connection, kBucket, "", patience()));
  Laps laps(duration);
  while (!laps.over()) {
    WC_CO_CHECK(bucket.get(kKey, patience()));
    laps.lap();
  }
  figure = laps.median_microseconds();
  co_return Result<>();
}

Task<> echo(Connection& connection, nats::Subscription subscription) {
  for (;;) {
    WC_CO_TRY(const auto request, subscription.next());
    if (!request) {
      co_return Result<>();
    }
    nats::Outgoing answer{.subject = std::string(request->reply()),
                          .payload = std::string(request->text())};
    WC_CO_CHECK_VALUE(connection.publish(answer));
  }
}

// Two connections, each on a shard of its own: one asks, the other answers.
class OurClients {
 public:
  explicit OurClients(const std::string& url) : shards_(2) {
    run(open(url, shards_.blocking_pool().get_executor(), asking_));
    run(open(url, shards_.blocking_pool().get_executor(), answering_));
    block(1, start_echo());
    run(fill_bucket(*asking_));
  }

  ~OurClients() {
    run(close(*asking_));
    run(close(*answering_));
    block(1, echoes_->join());
    echoes_.reset();
  }

  OurClients(const OurClients&) = delete;
  OurClients& operator=(const OurClients&) = delete;

  Requests requests(std::string subject, std::string payload, Duration duration) {
    return {asking_.get(), std::move(subject), std::move(payload), duration};
  }

  Connection* connection() { return asking_.get(); }

  // Ends the program if it fails: a benchmark that cannot run has no figures.
  void run(Task<> task) { block(0, std::move(task)); }

 private:
  void block(std::size_t shard, Task<> task) {
    const Result<> result = block_on(shards_[shard].executor(), std::move(task));
    if (!result) {
      std::fprintf(stderr, "nats_bench: %s\n", result.error().describe().c_str());
      std::exit(1);
    }
  }

  static Task<> open(std::string url, asio::any_io_executor blocking,
                     std::unique_ptr<Connection>& into) {
    nats::ConnectOptions options;
    options.urls = {std::move(url)};
    WC_CO_TRY(into, nats::connect(std::move(blocking), std::move(options), patience()));
    co_return Result<>();
  }

  static Task<> close(Connection& connection) { co_return co_await connection.close(); }

  Task<> start_echo() {
    nats::SubscribeOptions options{.subject = kOurEcho, .max_bytes = 512 * 1024 * 1024};
    WC_CO_TRY(nats::Subscription subscription, answering_->subscribe(std::move(options)));
    WC_CO_CHECK(answering_->flush(patience()));
    echoes_.emplace(shards_[1].executor());
    echoes_->spawn("echo", echo(*answering_, std::move(subscription)));
    co_return Result<>();
  }

  static Task<> fill_bucket(Connection& connection) {
    nats::BucketConfig config{.bucket = kBucket};
    WC_CO_TRY(Bucket bucket,
              nats::open_or_create_bucket(connection, std::move(config), patience()));
    WC_CO_CHECK(bucket.put(kKey, std::string(64, 'v'), patience()));
    co_return Result<>();
  }

  Shards shards_;
  std::unique_ptr<Connection> asking_;
  std::unique_ptr<Connection> answering_;
  std::optional<TaskScope> echoes_;
};

// --- both, side by side ---

using Measure = Task<> (*)(Requests, double&);

Side ours(OurClients& clients, Measure measure, const char* subject, const std::string& payload) {
  return {[&clients, measure, subject, payload](Duration duration) {
    double figure = 0;
    clients.run(measure(clients.requests(subject, payload, duration), figure));
    return figure;
  }};
}

Row latency_row(BareClient& bare, OurClients& clients, const std::string& name,
                const std::string& payload) {
  Side limit{
      [&bare, payload](Duration duration) { return bare.latency(kBareEcho, payload, duration); }};
  return {"request, " + name,
          " µs",
          {std::move(limit), ours(clients, measure_latency, kBareEcho, payload),
           ours(clients, measure_latency, kOurEcho, payload)}};
}

Row throughput_row(BareClient& bare, OurClients& clients, const std::string& name,
                   const std::string& payload) {
  Side limit{[&bare, payload](Duration duration) {
    return bare.throughput(kBareEcho, payload, kInFlight, duration);
  }};
  return {"64 requests at a time, " + name,
          "/s",
          {std::move(limit), ours(clients, measure_throughput, kBareEcho, payload),
           ours(clients, measure_throughput, kOurEcho, payload)}};
}

Row publish_row(BareClient& bare, OurClients& clients) {
  const std::string payload(64, 'x');
  Side limit{
      [&bare, payload](Duration duration) { return bare.publishes(kSink, payload, duration); }};
  return {
      "publish, 64 B", "/s", {std::move(limit), ours(clients, measure_publishes, kSink, payload)}};
}

Row get_row(BareClient& bare, OurClients& clients) {
  Side limit{[&bare](Duration duration) { return bare.get_latency(kBucket, kKey, duration); }};
  Side ours{[&clients](Duration duration) {
    double figure = 0;
    clients.run(measure_get(clients.connection(), duration, figure));
    return figure;
  }};
  return {"key-value get, 64 B", " µs", {std::move(limit), std::move(ours)}};
}

std::vector<Row> make_rows(BareClient& bare, OurClients& clients) {
  std::vector<Row> rows;
  for (const auto& [name, size] : kPayloads) {
    rows.push_back(latency_row(bare, clients, name, std::string(size, 'x')));
  }
  for (const auto& [name, size] : kPayloads) {
    rows.push_back(throughput_row(bare, clients, name, std::string(size, 'x')));
  }
  rows.push_back(publish_row(bare, clients));
  rows.push_back(get_row(bare, clients));
  return rows;
}

void print(const std::vector<Row>& rows) {
  std::printf("| | bare C client | ours, one end | ratio | ours, both ends | ratio |\n");
  std::printf("|---|---|---|---|---|---|\n");
  for (const Row& row : rows) {
    std::printf("| %s | %.0f%s |", row.what.c_str(), median(row.sides[0].figures), row.unit);
    for (std::size_t i = 1; i < row.sides.size(); ++i) {
      std::printf(" %.0f%s | %.2f |", median(row.sides[i].figures), row.unit,
                  ratio_of(row.sides[i], row.sides[0]));
    }
    std::printf("%s\n", row.sides.size() < 3 ? " | |" : "");
  }
}

int run(const Wanted& said) {
  const auto server = start_broker();
  BareClient bare(server->url());
  BareClient answering(server->url());
  answering.echo(kBareEcho);
  OurClients clients(server->url());
  std::vector<Row> rows = make_rows(bare, clients);
  measure(rows, said);
  print(rows);
  return 0;
}

}  // namespace
}  // namespace wasmcloud::bench

int main(int argc, char** argv) {
  return wasmcloud::bench::run(wasmcloud::bench::wanted(argc, argv));
}
