// What `wash spy` sees, and how it shows it. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "wasmcloud/wash/spy_streams.h"
#include "wasmcloud/wash/wit_functions.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::wash {

using SpyTime = std::chrono::system_clock::time_point;

// A message that calls something.
struct SpiedCall {
  std::string subject;  // "LATTICE.ID.wrpc.0.0.1.OPERATION"
  std::string source;   // the header source-id; empty: none
  std::string reply;    // the caller's inbox
  std::string payload;  // the parameters, or their beginning
};

// A message to somebody's inbox.
struct SpiedMessage {
  std::string_view subject;
  std::string_view reply;
  std::string_view payload;
};

struct Sight {
  std::string text;
  nlohmann::ordered_json json;
};

class SpyReport {
 public:
  struct Options {
    std::string lattice;
    std::string id;  // who is spied on
    bool results = false;
  };

  SpyReport(Options options, std::optional<WitFunctions> functions)
      : options_(std::move(options)), functions_(std::move(functions)) {}

  // None: neither from nor to the one who is spied on, as far as the message tells.
  std::optional<Sight> call(const SpiedCall& call, SpyTime at);
  // A message to "INBOX.results", empty at its end. None: of no call that was seen, or not whole
  // yet.
  std::optional<Sight> result(std::string_view subject, std::string_view payload, SpyTime at);
  // That, or what is on the way in streams and futures of calls whose types are known. The server
  // tells in an answer to the call where it wants those of the parameters.
  std::vector<Sight> message(const SpiedMessage& message, SpyTime at);

 private:
  // A call whose result is still to come.
  struct Open {
    std::string from;
    std::string to;
    std::string operation;
    std::optional<KnownFunction> function;
    std::optional<wrpc::Scanner> scanner;
    std::string bytes;
  };

  // A call whose streams and futures are followed.
  struct Talk {
    std::string from;
    std::string to;
    std::string operation;
    std::string server_inbox;  // empty: not told yet
    SpyStreams params;
    SpyStreams results;
  };

  using Talks = std::map<std::string, Talk, std::less<>>;

  std::optional<KnownFunction> function_of(const std::string& operation) const;
  void await_result(const std::string& inbox, Open open);
  void follow(const std::string& inbox, Talk talk);
  void forget(Talks::iterator talk);
  std::vector<Sight> on_channel(const SpiedMessage& message, SpyTime at);
  Talks::iterator talk_of(std::string_view inbox, wrpc::Direction direction);

  Options options_;
  std::optional<WitFunctions> functions_;
  std::map<std::string, Open, std::less<>> open_;  // by inbox
  std::deque<std::string> order_;                  // of open_, the oldest first; some are gone
  Talks talks_;                                    // by the caller's inbox
  std::deque<std::string> talk_order_;             // likewise
  std::map<std::string, std::string, std::less<>> servers_;  // the caller's inbox by the server's
};

}  // namespace wasmcloud::wash
