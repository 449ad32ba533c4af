// One component served over HTTP without a lattice: what `wash run` stands on. Blocking calls, for
// mains and tools: never call them on a shard.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/result.h"

namespace wasmcloud::host {

struct HttpServiceConfig {
  std::string address = "127.0.0.1:8000";                 // HOST:PORT, port 0: any; [HOST] for IPv6
  std::vector<std::pair<std::string, std::string>> env;   // name, value; names are unique
  std::vector<std::pair<std::string, std::string>> dirs;  // host path, guest path
  std::uint64_t max_memory = std::uint64_t{256} << 20U;   // bytes, of each linear memory
  std::chrono::milliseconds timeout = std::chrono::minutes(10);  // of one request
  std::size_t shards = 0;                                        // 0: one for each usable core
  std::filesystem::path cache_dir;  // of compiled components, made if missing; empty: no cache
};

// Serves until stopped. One thread at a time may call it; address() is for any.
class HttpService {
 public:
  // Stops at once if nobody called stop().
  virtual ~HttpService() = default;

  // HOST:PORT as it was bound, with the real port.
  virtual const std::string& address() const noexcept = 0;

  // Puts the component in `component` in place of the one served: requests that come from now on go
  // to the new one, those under way end on the old one. On an error the old one goes on serving.
  virtual Result<> replace(std::filesystem::path component) = 0;

  // Takes no new connections, lets requests under way end until `deadline`, then cancels them.
  // Error `timeout` if some had to be cancelled. Idempotent.
  virtual Result<> stop(Deadline deadline) = 0;
};

// Loads and compiles the component, binds the address and serves. Errors: `not_found`, `denied`,
// `invalid`, `unsupported` of the file; `conflict` if the address is in use, `denied` or `invalid`
// if it cannot be had.
Result<std::unique_ptr<HttpService>> start_http_service(std::filesystem::path component,
                                                        HttpServiceConfig config);

}  // namespace wasmcloud::host
