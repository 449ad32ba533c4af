// What `wash spy` sees, and how it shows it. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "wasmcloud/wash/wit_functions.h"
#include "wasmcloud/wrpc/scanner.h"

namespace wasmcloud::wash {

using SpyTime = std::chrono::system_clock::time_point;

// A message that calls something.
struct SpiedCall {
  std::string subject;  // "LATTICE.ID.wrpc.0.0.1.OPERATION"
  std::string source;   // the header source-id; empty: none
  std::string reply;    // the caller's inbox
  std::string payload;  // the parameters, or their beginning
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

  std::optional<KnownFunction> function_of(const std::string& operation) const;
  void await_result(const std::string& inbox, Open open);

  Options options_;
  std::optional<WitFunctions> functions_;
  std::map<std::string, Open, std::less<>> open_;  // by inbox
  std::deque<std::string> order_;                  // of open_, the oldest first; some are gone
};

}  // namespace wasmcloud::wash
