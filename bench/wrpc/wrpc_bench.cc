// What a wRPC call costs: over NATS beside a bare request of the C client, over TCP and Unix
// sockets, and within the process; one at a time and 64 at a time. Each row is measured on all
// sides in turn, some rounds, and shown as medians, with the median of the rounds' ratios.
//
//   wrpc_bench [ROUNDS [SECONDS [TEXT]]]     5 rounds of 1 s for each figure; only rows with TEXT
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "wasmcloud/nats/testing/nats_server.h"

#include "bare_client.h"
#include "echo.h"
#include "rounds.h"

namespace wasmcloud::bench {
namespace {

using Way = Echo::Way;

constexpr int kInFlight = 64;
constexpr const char* kBareEcho = "bench.bare";
constexpr Way kWays[] = {Way::nats, Way::tcp, Way::unix_socket, Way::in_process};

Row latency_row(BareClient& bare, Echo& echo, const std::string& name, const std::string& payload) {
  Row row{.what = "call, " + name, .unit = " µs", .sides = {}};
  row.sides.push_back(
      {[&bare, payload](Duration time) { return bare.latency(kBareEcho, payload, time); }});
  for (const Way way : kWays) {
    row.sides.push_back(
        {[&echo, way, payload](Duration time) { return echo.latency(way, payload, time); }});
  }
  return row;
}

Row throughput_row(BareClient& bare, Echo& echo, const std::string& name,
                   const std::string& payload) {
  Row row{.what = "64 calls at a time, " + name, .unit = "/s", .sides = {}};
  row.sides.push_back({[&bare, payload](Duration time) {
    return bare.throughput(kBareEcho, payload, kInFlight, time);
  }});
  for (const Way way : kWays) {
    row.sides.push_back({[&echo, way, payload](Duration time) {
      return echo.throughput(way, payload, kInFlight, time);
    }});
  }
  return row;
}

void print(const std::vector<Row>& rows) {
  std::printf(
      "| | bare NATS | wRPC over NATS | ratio | TCP | Unix socket | in process | to NATS |\n");
  std::printf("|---|---|---|---|---|---|---|---|\n");
  for (const Row& row : rows) {
    const auto figure = [&](std::size_t side) { return median(row.sides[side].figures); };
    std::printf("| %s | %.0f%s | %.0f%s | %.2f | %.0f%s | %.0f%s | %.1f%s | %.3f |\n",
                row.what.c_str(), figure(0), row.unit, figure(1), row.unit,
                ratio_of(row.sides[1], row.sides[0]), figure(2), row.unit, figure(3), row.unit,
                figure(4), row.unit, ratio_of(row.sides[4], row.sides[1]));
  }
}

int run(const Wanted& said) {
  if (!nats::NatsServer::program()) {
    std::fprintf(stderr, "wrpc_bench: no nats-server: install it or name it in NATS_SERVER\n");
    return 1;
  }
  // 64 times 1 MiB is on its way to one client at a time; a list's length comes on top of 1 MiB.
  const nats::NatsServer server("max_pending: 268435456, max_payload: 2097152");
  BareClient bare(server.url());
  BareClient answering(server.url());
  answering.echo(kBareEcho);
  Echo echo(server.url());
  std::vector<Row> rows;
  const std::vector<std::pair<std::string, std::size_t>> sizes{
      {"0 B", 0}, {"64 B", 64}, {"4 KiB", 4096}, {"1 MiB", 1024 * 1024}};
  for (const auto& [name, size] : sizes) {
    rows.push_back(latency_row(bare, echo, name, std::string(size, 'x')));
  }
  for (const auto& [name, size] : sizes) {
    rows.push_back(throughput_row(bare, echo, name, std::string(size, 'x')));
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
