// The WASI state of one store: what its functions find by store.host<Context>().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/task.h"
#include "wasmcloud/base/tracing.h"
#include "wasmcloud/component/store.h"
#include "wasmcloud/wasi/random.h"

namespace boost::asio {
class thread_pool;
}

namespace wasmcloud::http {
class Client;
}

namespace wasmcloud::wasi {

class ConfigSource;  // config.h
class OutputSink;    // io.h
class Preopen;       // filesystem.h

// Shared by all stores of a service; immutable once stores are made.
struct Environment {
  std::vector<std::pair<std::string, std::string>> variables;
  std::vector<std::string> arguments = {"main.wasm"};
  std::vector<std::shared_ptr<const Preopen>> preopens;
  // For files: calls that block. Null: such calls hold up the shard. It must outlive the stores,
  // and end before the shards do.
  asio::thread_pool* blocking = nullptr;
  std::shared_ptr<const ConfigSource> config;  // of wasi:config; null: there is none
  std::string log_name;  // what the guest's stdout and stderr lines are logged as
};

class Context : public component::HostState {
 public:
  // `environment` and `client` (null: outgoing HTTP is denied) must outlive it.
  Context(const Environment& environment, asio::any_io_executor executor, http::Client* client);
  ~Context() override;

  const Environment& environment() const noexcept { return environment_; }

  const asio::any_io_executor& executor() const noexcept { return executor_; }

  http::Client* http_client() const noexcept { return client_; }

  // Tasks that work for the guest beside it (read-ahead, uploads). Made when first asked for;
  // cancelled and joined by close().
  TaskScope& tasks();

  bool needs_close() const noexcept override { return tasks_ != nullptr; }

  Task<> close() override;

  // Where the guest's output goes: the log. All streams of a store share them, so that a line that
  // is written in parts stays one line. Made when first asked for.
  const std::shared_ptr<OutputSink>& standard_output();
  const std::shared_ptr<OutputSink>& standard_error();

  InsecureRandom& insecure_random() noexcept { return insecure_random_; }

  // What the guest works for: goes with all that it asks of others. Set before it runs.
  std::optional<TraceContext> trace;

  // Set by wasi:cli/exit: the guest asked to end with this status.
  std::optional<std::uint8_t> exit_status;

 private:
  const Environment& environment_;
  asio::any_io_executor executor_;
  http::Client* client_;
  std::shared_ptr<OutputSink> standard_output_;
  std::shared_ptr<OutputSink> standard_error_;
  InsecureRandom insecure_random_;
  std::unique_ptr<TaskScope> tasks_;
};

}  // namespace wasmcloud::wasi
