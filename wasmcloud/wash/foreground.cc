#include "wasmcloud/wash/foreground.h"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/wash/progress.h"

namespace wasmcloud::wash {
namespace {

constexpr int kBySignal = 128;

class Run {
 public:
  Run(ForegroundWork work, const Output& output)
      : work_(std::move(work)),
        output_(output),
        signals_(context_, SIGINT, SIGTERM),
        beside_(context_.get_executor()),
        scope_(context_.get_executor()) {}

  Result<int> run() {
    auto ended = asio::co_spawn(context_, supervise(), asio::use_future);
    context_.run();
    WC_CHECK(ended.get());
    if (signal_ != 0) {
      return kBySignal + signal_;
    }
    if (!result_) {
      return std::move(result_).error();
    }
    return 0;
  }

 private:
  Task<> supervise() {
    beside_.spawn("signals", await_signals());
    if (output_.format() == OutputFormat::text && is_terminal(Stream::err) &&
        !work_.progress.empty()) {
      beside_.spawn("progress", show_progress(work_.progress));
    }
    scope_.spawn("work", work());
    WC_CO_CHECK(scope_.join());
    beside_.cancel();
    WC_CO_CHECK(beside_.join());
    co_return work_.end ? co_await work_.end() : Result<>();
  }

  // Keeps what came of it: its scope would only log a failure.
  Task<> work() {
    result_ = co_await work_.run();
    co_return Result<>();
  }

  Task<> await_signals() {
    for (;;) {
      const auto [error, signal] = co_await signals_.async_wait(as_result);
      if (error) {
        co_return to_error(error, "waiting for signals");
      }
      if (signal_ != 0) {
        clear_progress();
        log::flush();
        std::_Exit(kBySignal + signal);
      }
      signal_ = signal;
      scope_.cancel();
    }
  }

  ForegroundWork work_;
  const Output& output_;
  int signal_ = 0;
  Result<> result_ = Error(ErrorKind::internal, "the command ended early");
  asio::io_context context_{1};
  asio::signal_set signals_;
  TaskScope beside_;
  TaskScope scope_;
};

// Waits for its own end.
Task<> cancel_at_my_end(TaskScope& scope) {
  asio::steady_timer never(co_await asio::this_coro::executor);
  never.expires_at(asio::steady_timer::time_point::max());
  co_await never.async_wait(as_result);
  scope.cancel();
  co_return Result<>();
}

}  // namespace

Result<int> in_foreground(ForegroundWork work, const Output& output) {
  return Run(std::move(work), output).run();
}

Task<> join_or_cancel(TaskScope& scope) {
  using asio::experimental::awaitable_operators::operator||;
  co_await (scope.join() || cancel_at_my_end(scope));
  co_return Result<>();
}

}  // namespace wasmcloud::wash
