// What a wRPC call costs: over NATS beside a bare request of the C client, and beside the messages
// of a call sent by the C client alone, which are five where a request has two; over TCP and Unix
// sockets, and within the process; one at a time and 64 at a time. Each row is measured on all
// sides in turn, some rounds, and shown as medians, with the median of the rounds' ratios.
//
//   wrpc_bench [ROUNDS [SECONDS [TEXT]]]     5 rounds of 1 s for each figure; only rows with TEXT
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "bare_client.h"
#include "broker.h"
#include "echo.h"
#include "rounds.h"

namespace wasmcloud::bench {
namespace {

using Way = Echo::Way;

constexpr const char* kBareEcho = "bench.bare";
constexpr const char* kBareCalls = "bench.calls";
constexpr Way kWays[] = {Way::nats, Way::tcp, Way::unix_socket, Way::in_process};

// As wRPC has it on the wire, near enough: with a length.
std::string params_of(const std::string& payload) { return "n" + payload; }

Row latency_row(BareClient& bare, Echo& echo, const std::string& name, const std::string& payload) {
  Row row{.what = "call, " + name, .unit = " µs", .sides = {}};
  row.sides.push_back(
      {[&bare, payload](Duration time) { return bare.latency(kBareEcho, payload, time); }});
  row.sides.push_back({[&bare, params = params_of(payload)](Duration time) {
    return bare.call_latency(kBareCalls, params, time);
  }});
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
  row.sides.push_back({[&bare, params = params_of(payload)](Duration time) {
    return bare.call_throughput(kBareCalls, params, kInFlight, time);
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
      "| | bare request | bare messages of a call | wRPC over NATS | to a request | to a call's "
      "messages | TCP | Unix socket | in process | to NATS |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Row& row : rows) {
    const auto figure = [&](std::size_t side) {
      return fmt::format("{:.{}f}{}", median(row.sides[side].figures), side == 5 ? 1 : 0, row.unit);
    };
    const std::string line =
        fmt::format("| {} | {} | {} | {} | {:.2f} | {:.2f} | {} | {} | {} | {:.3f} |", row.what,
                    figure(0), figure(1), figure(2), ratio_of(row.sides[2], row.sides[0]),
                    ratio_of(row.sides[2], row.sides[1]), figure(3), figure(4), figure(5),
                    ratio_of(row.sides[5], row.sides[2]));
    std::printf("%s\n", line.c_str());
  }
}

int run(const Wanted& said) {
  const auto server = start_broker();
  BareClient bare(server->url());
  BareClient answering(server->url());
  answering.echo(kBareEcho);
  BareClient serving(server->url());
  serving.echo_calls(kBareCalls);
  Echo echo(server->url());
  std::vector<Row> rows;
  for (const auto& [name, size] : kPayloads) {
    rows.push_back(latency_row(bare, echo, name, std::string(size, 'x')));
  }
  for (const auto& [name, size] : kPayloads) {
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
