#include "matrix.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <utility>

#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/nats/testing/nats_server.h"

#include "client.h"

namespace wasmcloud::interop {
namespace {

// Only a failing row waits so long; one that has to be silent is not waited for that long.
constexpr const char* kPatience = "20000";
constexpr const char* kPatienceForSilence = "1000";

// The Rust transport for NATS, 0.29.0, drops what comes before its router knows of the channel
// (wrpc.md 3.8), now and then, and somebody waits for it for ever: its server with all calls of
// that function that come after; or a stream comes without its beginning. So what is silent where
// it takes part, or wrong and should not be, is called again, of a new server.
constexpr const char* kPatienceWithLoss = "3000";
constexpr int kTriesWithLoss = 10;

constexpr const char* kKilled = "calls.killed";

std::optional<std::string> program_of(const char* variable, const std::string& built) {
  if (const char* const named = std::getenv(variable); named != nullptr && *named != '\0') {
    return named;
  }
  if (FILE* const file = std::fopen(built.c_str(), "rb")) {
    std::fclose(file);
    return built;
  }
  return std::nullopt;
}

// A server of one pair, and where it is.
class Served {
 public:
  explicit Served(const Pair& pair) : transport_(pair.transport) {
    if (transport_ == "nats") {
      nats_ = std::make_unique<nats::NatsServer>("jetstream: disabled");
    }
    process_ = std::make_unique<Program>(
        *pair.server->program, Program::Options{.arguments = {"serve", transport_, wanted()}});
    if (!process_->wait_for_out("\n")) {
      std::fprintf(stderr, "%s does not serve: %s\n", pair.server->name.c_str(),
                   process_->err().c_str());
      std::abort();
    }
    std::istringstream said(process_->out());
    std::string ready;
    said >> ready >> address_;
  }

  std::unique_ptr<Program> call(const Peer& client, const char* patience,
                                const std::vector<std::string>& rows) const {
    std::vector<std::string> arguments{"call", transport_, address_, patience};
    arguments.insert(arguments.end(), rows.begin(), rows.end());
    return std::make_unique<Program>(*client.program, Program::Options{.arguments = arguments});
  }

  void kill_when_it_hangs() {
    process_->wait_for_out("hanging");
    process_->signal(SIGKILL);
  }

 private:
  std::string wanted() const {
    if (transport_ == "unix") {
      return directory_.path() / "socket";
    }
    return nats_ ? nats_->url() : "127.0.0.1:0";
  }

  const std::string transport_;
  const TemporaryDirectory directory_;
  std::unique_ptr<nats::NatsServer> nats_;
  std::unique_ptr<Program> process_;
  std::string address_;
};

// Lines such as "types.chars wrong: expected ...".
void read_outcomes(const std::string& said, std::map<std::string, Outcome>& into) {
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t name_end = line.find(' ');
    const auto row = into.find(line.substr(0, name_end));
    if (row != into.end()) {
      const std::string rest = line.substr(name_end + 1);
      row->second = {.kind = rest.substr(0, rest.find(':')), .text = rest};
    }
  }
}

bool may_be_silent(const Expected& stated) {
  return stated.kind == "silent" || stated.kind == "any";
}

bool loses_messages(const Pair& pair) {
  return pair.transport == "nats" && (pair.client->name == "rust" || pair.server->name == "rust");
}

void call(const Served& served, const Peer& client, const char* patience,
          const std::vector<std::string>& rows, std::map<std::string, Outcome>& into) {
  const auto calling = served.call(client, patience, rows);
  calling->wait();
  read_outcomes(calling->out(), into);
}

// Somebody waits for ever, or takes a stream without its beginning for whole.
bool may_be_a_loss(const Pair& pair, const std::string& row, const Outcome& outcome) {
  return outcome.kind == "silent" || (outcome.kind == "wrong" && loses_messages(pair) &&
                                      !is_as_stated(outcome, expected(pair, row)));
}

// Those that have to be heard of.
void call_loud(const Pair& pair, std::vector<std::string> rows,
               std::map<std::string, Outcome>& into) {
  const bool loses = loses_messages(pair);
  for (int tries = loses ? kTriesWithLoss : 1; tries > 0 && !rows.empty(); --tries) {
    call(Served(pair), *pair.client, loses ? kPatienceWithLoss : kPatience, rows, into);
    std::erase_if(rows,
                  [&](const std::string& row) { return !may_be_a_loss(pair, row, into[row]); });
  }
}

}  // namespace

const std::vector<Peer>& peers() {
  static const std::vector<Peer> all{
      {.name = "ours", .program = WC_INTEROP_OURS, .has_unix = true},
      {.name = "rust",
       .program = program_of("WC_INTEROP_RUST", WC_INTEROP_BUILT_RUST),
       .has_unix = true},
      {.name = "go", .program = program_of("WC_INTEROP_GO", ""), .has_unix = false},
  };
  return all;
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> all;
  for (const std::string transport : kTransports) {
    for (const Peer& client : peers()) {
      for (const Peer& server : peers()) {
        if (transport != "unix" || (client.has_unix && server.has_unix)) {
          all.push_back({.client = &client, .server = &server, .transport = transport});
        }
      }
    }
  }
  return all;
}

std::map<std::string, Outcome> run(const Pair& pair) {
  std::map<std::string, Outcome> outcomes;
  std::vector<std::string> loud;
  std::vector<std::string> silent;
  for (const std::string& row : row_names()) {
    outcomes[row] = {};
    if (row != kKilled) {
      (may_be_silent(expected(pair, row)) ? silent : loud).push_back(row);
    }
  }
  call_loud(pair, std::move(loud), outcomes);
  Served served(pair);
  if (!silent.empty()) {
    call(served, *pair.client, kPatienceForSilence, silent, outcomes);
  }
  const bool is_silent = may_be_silent(expected(pair, kKilled));
  const auto hanging =
      served.call(*pair.client, is_silent ? kPatienceForSilence : kPatience, {kKilled});
  served.kill_when_it_hangs();
  hanging->wait();
  read_outcomes(hanging->out(), outcomes);
  return outcomes;
}

}  // namespace wasmcloud::interop
