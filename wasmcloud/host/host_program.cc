#include "wasmcloud/host/host_program.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/host/host_arguments.h"
#include "wasmcloud/host/lattice_host.h"

namespace wasmcloud::host {
namespace {

constexpr int kFailure = 1;
constexpr int kUsageError = 2;
constexpr std::chrono::seconds kShutdownTime{10};
// Beyond the time of a shutdown, for what must be done when that is over.
constexpr std::chrono::seconds kShutdownRest{5};
// For a start that a signal came into: then the lattice may know of the host already.
constexpr std::chrono::seconds kStartRest{1};

void print(std::FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fflush(stream);
}

int fail(const Error& error, int code) {
  log::flush();
  print(stderr, "error: " + error.describe() + "\n");
  return code;
}

// The main thread has a loop for signals; what blocks runs beside it.
class Program {
 public:
  explicit Program(LatticeHostConfig config)
      : config_(std::move(config)),
        signals_(context_, SIGINT, SIGTERM),
        end_(context_, asio::steady_timer::time_point::max()),
        scope_(context_.get_executor()) {}

  Result<> run() {
    auto ended = asio::co_spawn(context_, supervise(), asio::use_future);
    context_.run();
    return ended.get();
  }

 private:
  // On the pool.
  Task<std::unique_ptr<LatticeHost>> start() {
    co_return start_lattice_host(std::move(config_), [this](auto time) {
      asio::post(context_, [this, time = std::move(time)]() mutable { end(std::move(time)); });
    });
  }

  Task<> stop(Deadline deadline) { co_return host_->stop(deadline); }

  void end(Result<std::optional<std::chrono::milliseconds>> time) {
    asked_ = std::move(time);
    end_.cancel();
  }

  Task<> supervise() {
    scope_.spawn("signals", await_signals());
    Result<> ended = co_await serve();
    scope_.cancel();
    WC_CO_CHECK(scope_.join());
    co_return ended;
  }

  Task<> serve() {
    WC_CO_TRY(host_, asio::co_spawn(pool_.get_executor(), start(), not_cancelled()));
    while (!asked_) {
      co_await end_.async_wait(as_result);
    }
    const auto time = *asked_ ? (*asked_)->value_or(kShutdownTime) : kShutdownTime;
    const Deadline deadline = Deadline::after(time);
    scope_.spawn("limit of the shutdown", limit_shutdown(time + kShutdownRest));
    Result<> stopped =
        co_await asio::co_spawn(pool_.get_executor(), stop(deadline), not_cancelled());
    host_.reset();
    if (!*asked_) {
      co_return asked_->error().clone();
    }
    co_return stopped;
  }

  static Task<> pass(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    const auto [error] = co_await timer.async_wait(as_result);
    co_return error ? Result<>(to_error(error, "waiting")) : Result<>();
  }

  // Nothing can be waited for any more: a component may be compiling, and will be for long.
  static Task<> limit_shutdown(std::chrono::milliseconds time) {
    WC_CO_CHECK(pass(time));
    std::_Exit(fail(Error(ErrorKind::timeout, "host shutdown timed out"), kFailure));
  }

  Task<> limit_start(int code) const {
    WC_CO_CHECK(pass(kStartRest));
    if (!host_) {
      std::_Exit(fail(Error(ErrorKind::cancelled, "stopped before the host had started"), code));
    }
    co_return Result<>();
  }

  Task<> await_signals() {
    for (;;) {
      const auto [error, signal] = co_await signals_.async_wait(as_result);
      if (error) {
        co_return to_error(error, "waiting for signals");
      }
      if (std::exchange(signalled_, true)) {
        log::flush();
        std::_Exit(128 + signal);
      }
      if (!host_) {
        scope_.spawn("limit of the start", limit_start(128 + signal));
      }
      log::info("signal: stopping", {{"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}});
      end(std::nullopt);
    }
  }

  LatticeHostConfig config_;
  std::optional<Result<std::optional<std::chrono::milliseconds>>> asked_;  // to stop
  bool signalled_ = false;
  asio::io_context context_{1};
  asio::thread_pool pool_{1};
  std::unique_ptr<LatticeHost> host_;
  asio::signal_set signals_;
  asio::steady_timer end_;
  TaskScope scope_;
};

}  // namespace

int run_host_program(std::vector<std::string> arguments) {
  auto parsed = parse_host_arguments(std::move(arguments), WC_HOST_VERSION);
  if (!parsed) {
    print(stderr, "error: " + parsed.error().describe() +
                      "\n\nFor more information, try 'wasmcloud --help'.\n");
    return kUsageError;
  }
  if (const auto* const information = std::get_if<HostInformation>(&*parsed)) {
    print(stdout, information->text);
    return 0;
  }
  auto& options = std::get<HostArguments>(*parsed);
  log::configure(options.log_level, options.log_format);
  const Result<> ended = Program(std::move(options.config)).run();
  log::flush();
  return ended ? 0 : fail(ended.error(), kFailure);
}

}  // namespace wasmcloud::host
