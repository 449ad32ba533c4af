// The options that every command of a lattice has: how to reach it (fact sheet "wash", 1.2).
//
// A flag wins over its variable, that over the context, that over what is built in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/lattice/subjects.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wash/contexts.h"

namespace CLI {
class App;
}

namespace wasmcloud::wash {

inline constexpr std::chrono::milliseconds kDefaultTimeout{kDefaultTimeoutMs};

// Everything that is needed to speak to a lattice.
struct LatticeSettings {
  nats::ConnectOptions connect;
  std::string server;  // "127.0.0.1:4222", for messages
  lattice::ControlSubjects subjects;
  std::chrono::milliseconds timeout{kDefaultTimeout};  // of each request

  const std::string& lattice() const noexcept { return subjects.lattice(); }
};

// What is done in the lattice. Each has options, variables and fields of a context of its own.
enum class LatticePurpose : std::uint8_t {
  control,  // --ctl-host, ...
  calls,    // --rpc-host, ...
};

class LatticeOptions {
 public:
  explicit LatticeOptions(LatticePurpose purpose = LatticePurpose::control) : purpose_(purpose) {}

  void declare(CLI::App& app);
  // Reads the flags and the variables. An error is the user's.
  Result<> prepare();
  // With what the context adds; reads its file. May be called again.
  Result<LatticeSettings> settings() const;

 private:
  bool for_calls() const noexcept { return purpose_ == LatticePurpose::calls; }

  // "--ctl-host <CTL_HOST>": an option as complaints show it.
  std::string shown(std::string_view name) const;
  void settle_variables();
  Result<Context> context() const;
  Result<nats::Credentials> credentials(ContextConnection from) const;

  LatticePurpose purpose_;
  // The flag of each, or its variable; empty: neither.
  std::string host_;
  std::string port_text_;
  std::string jwt_;
  std::string seed_;
  std::string credsfile_;
  std::string tls_ca_file_;
  std::string tls_first_text_;
  std::string lattice_;
  std::string timeout_text_;
  std::string context_;
  std::string context_directory_;
  std::string unused_js_domain_;  // hosts need it, who ask them do not

  std::optional<std::uint16_t> port_;
  std::optional<bool> tls_first_;
  std::optional<std::chrono::milliseconds> timeout_;
};

}  // namespace wasmcloud::wash
