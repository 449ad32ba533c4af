// What a wRPC call costs in each implementation: its client and its server, a process each, over
// NATS and TCP; one call at a time and 64 at a time. Each row is measured on all sides in turn,
// some rounds, and shown as medians, with the medians of the rounds' ratios of ours to the other's.
//
//   wrpc_peers_bench [ROUNDS [SECONDS [TEXT]]]     5 rounds of 1 s for each figure; only rows with
//   TEXT
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/base/testing/program.h"

#include "broker.h"
#include "rounds.h"

namespace wasmcloud::bench {
namespace {

[[noreturn]] void give_up(const std::string& program, const std::string& said) {
  std::fprintf(stderr, "wrpc_peers_bench: %s: %s\n", program.c_str(), said.c_str());
  std::exit(1);
}

// An implementation, with its servers.
class Peer {
 public:
  Peer(std::string program, const std::string& nats_url)
      : program_(std::move(program)),
        over_nats_(serve("nats", nats_url)),
        over_tcp_(serve("tcp", "127.0.0.1:0")) {}

  double measure(const std::string& transport, std::size_t size, int in_flight,
                 std::chrono::steady_clock::duration time) const {
    const double seconds = std::chrono::duration<double>(time).count();
    const Served& served = transport == "nats" ? over_nats_ : over_tcp_;
    Program client(program_,
                   {.arguments = {"bench", transport, served.address, fmt::format("{}", size),
                                  fmt::format("{}", in_flight), fmt::format("{}", seconds)}});
    if (client.wait() != 0) {
      give_up(program_, client.err());
    }
    std::istringstream said(client.out());
    double microseconds = 0;
    double per_second = 0;
    said >> microseconds >> per_second;
    return in_flight == 1 ? microseconds : per_second;
  }

 private:
  struct Served {
    std::unique_ptr<Program> process;
    std::string address;
  };

  Served serve(const std::string& transport, const std::string& address) const {
    Served served{.process = std::make_unique<Program>(
                      program_, Program::Options{.arguments = {"serve", transport, address}}),
                  .address = {}};
    if (!served.process->wait_for_out("\n")) {
      give_up(program_, served.process->err());
    }
    std::istringstream said(served.process->out());
    std::string ready;
    said >> ready >> served.address;
    return served;
  }

  const std::string program_;
  const Served over_nats_;
  const Served over_tcp_;
};

Row row_of(const std::vector<const Peer*>& peers, const std::string& transport,
           const std::string& size_name, std::size_t size, int in_flight) {
  Row row{.what = fmt::format("{}, {}, {}", transport == "nats" ? "NATS" : "TCP",
                              in_flight == 1 ? "a call" : "64 calls at a time", size_name),
          .unit = in_flight == 1 ? " µs" : "/s",
          .sides = {}};
  for (const Peer* const peer : peers) {
    row.sides.push_back({[=](std::chrono::steady_clock::duration time) {
      return peer->measure(transport, size, in_flight, time);
    }});
  }
  return row;
}

void print(const std::vector<Row>& rows, const std::vector<std::string>& names) {
  std::printf("|");
  for (const std::string& name : names) {
    std::printf(" | %s", name.c_str());
  }
  for (std::size_t i = 1; i < names.size(); ++i) {
    std::printf(" | ours to %s", names[i].c_str());
  }
  std::printf(" |\n|---");
  for (std::size_t i = 1; i < 2 * names.size(); ++i) {
    std::printf("|---");
  }
  std::printf("|\n");
  for (const Row& row : rows) {
    std::printf("| %s", row.what.c_str());
    for (const Side& side : row.sides) {
      std::printf(" | %.0f%s", median(side.figures), row.unit);
    }
    for (std::size_t i = 1; i < row.sides.size(); ++i) {
      std::printf(" | %.2f", ratio_of(row.sides[0], row.sides[i]));
    }
    std::printf(" |\n");
  }
}

int run(const Wanted& said) {
  const auto server = start_broker();
  std::vector<std::string> names{"ours", "Rust"};
  const Peer ours(WC_ECHO_PEER, server->url());
  const Peer rust(WC_ECHO_RUST, server->url());
  std::vector<const Peer*> peers{&ours, &rust};
  std::optional<Peer> go;
  if (const char* const program = std::getenv("WC_INTEROP_GO"); program != nullptr) {
    names.emplace_back("Go");
    peers.push_back(&go.emplace(program, server->url()));
  }
  std::vector<Row> rows;
  for (const char* const transport : {"nats", "tcp"}) {
    for (const int in_flight : {1, kInFlight}) {
      for (const auto& [name, size] : kPayloads) {
        rows.push_back(row_of(peers, transport, name, size, in_flight));
      }
    }
  }
  measure(rows, said);
  print(rows, names);
  return 0;
}

}  // namespace
}  // namespace wasmcloud::bench

int main(int argc, char** argv) {
  return wasmcloud::bench::run(wasmcloud::bench::wanted(argc, argv));
}
