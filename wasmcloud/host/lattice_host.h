// A host of a lattice: what the program `wasmcloud` runs. Blocking calls, for mains and tests:
// never call them on a shard.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"
#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/lattice/subjects.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::host {

struct LatticeHostConfig {
  std::string lattice = "default";
  std::string control_prefix{lattice::kDefaultControlPrefix};
  nats::ConnectOptions control;  // urls, credentials, TLS; the rest is set by the host
  nats::ConnectOptions rpc;
  std::string js_domain;                  // of JetStream; empty: the connection's own
  std::optional<SecretString> host_seed;  // "SN..."; else a new key
  lattice::StringMap labels;              // besides those of the machine
  std::string version;                    // SemVer: what others are told
  bool allow_file_load = false;           // components from files of this machine
  bool messaging_v3 = false;              // components may have wasmcloud:messaging@0.3.0
  bool component_auctions = true;
  bool provider_auctions = true;
  std::chrono::milliseconds max_execution_time = std::chrono::minutes(10);
  std::uint64_t max_memory_bytes = std::uint64_t{256} << 20U;
  std::uint32_t max_instances = 1000;  // of all components together, that live at a time
  std::chrono::milliseconds provider_shutdown_delay{300};
  std::chrono::seconds heartbeat{30};
  std::string http_admin;           // HOST:PORT for /livez and /readyz; empty: none
  std::size_t shards = 0;           // 0: one for each usable core
  std::filesystem::path cache_dir;  // of compiled components; empty: no cache
};

// Runs until it is stopped. One thread at a time may call it.
class LatticeHost {
 public:
  // Stops at once if nobody called stop().
  virtual ~LatticeHost() = default;

  virtual const std::string& id() const noexcept = 0;  // "N..."
  virtual const std::string& friendly_name() const noexcept = 0;
  // Where /readyz is, with the real port; empty if nowhere.
  virtual const std::string& admin_address() const noexcept = 0;

  // Takes no more requests, tells the lattice, ends components and providers. Requests of theirs
  // that are under way have until `deadline`. Idempotent.
  virtual Result<> stop(Deadline deadline) = 0;
};

// Called on a thread of the host's when somebody in the lattice asks it to stop, with the time that
// it may take, or when it cannot go on (then with an error). At most once.
using StopAsked = std::function<void(Result<std::optional<std::chrono::milliseconds>>)>;

// Returns when the host is in the lattice: it answers, and knows what is stored. Errors: `invalid`
// configuration; `denied`, `unavailable`, `timeout` of NATS; `unavailable` without JetStream;
// `conflict` if the admin address is in use.
Result<std::unique_ptr<LatticeHost>> start_lattice_host(LatticeHostConfig config,
                                                        StopAsked stop_asked);

}  // namespace wasmcloud::host
