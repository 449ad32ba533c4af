#include "wasmcloud/wash/serve.h"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/file_watcher.h"
#include "wasmcloud/wash/progress.h"

namespace wasmcloud::wash {
namespace {

// How long a file that cannot be loaded may yet become one that can, before it is complained of.
constexpr std::chrono::seconds kBuildTime{1};

using Service = std::unique_ptr<host::HttpService>;

// What is thrown on the pool is a bug, but must not keep the program from ending as it should.
template <typename F>
auto guarded(F call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& exception) {
    return Error(ErrorKind::internal, "exception: {}", exception.what());
  }
}

// These run on the pool of one thread, where the service's blocking calls queue up.
Task<Service> start_service(StartHttpService start, std::string file,
                            host::HttpServiceConfig config) {
  co_return guarded([&] { return start(std::move(file), std::move(config)); });
}

Task<> replace_component(host::HttpService& service, std::string file) {
  co_return guarded([&] { return service.replace(std::move(file)); });
}

Task<> stop_service(host::HttpService& service, Deadline deadline) {
  co_return guarded([&] { return service.stop(deadline); });
}

class Foreground {
 public:
  Foreground(std::string file, Watch watch, const StartHttpService& start, const Output& output)
      : file_(std::move(file)),
        watch_(watch),
        start_(start),
        output_(output),
        pool_(1),
        signals_(context_, SIGINT, SIGTERM),
        stop_(context_, asio::steady_timer::time_point::max()),
        scope_(context_.get_executor()) {}

  Result<int> run(host::HttpServiceConfig config) {
    auto ended = asio::co_spawn(context_, supervise(std::move(config)), asio::use_future);
    context_.run();
    WC_CHECK(ended.get());
    return kSuccess;
  }

 private:
  Task<> supervise(host::HttpServiceConfig config) {
    scope_.spawn("signals", await_signals());
    Result<> served = co_await serve(std::move(config));
    scope_.cancel();
    WC_CO_CHECK(scope_.join());
    service_.reset();
    co_return served;
  }

  Task<> serve(host::HttpServiceConfig config) {
    if (watch_ == Watch::yes) {  // first: a change while the component is compiled counts
      WC_CO_TRY_VALUE(watcher_, make_file_watcher(context_.get_executor(), file_));
    }
    WC_CO_CHECK(start_serving(std::move(config)));
    WC_CO_CHECK_VALUE(announce());
    if (watch_ == Watch::yes) {
      scope_.spawn("watch", reload_on_change());
    }
    co_await stop_.async_wait(as_result);  // ended by the first signal

    const Deadline deadline = Deadline::after(kDrainTime);
    output_.note(
        fmt::format("Stopping: requests under way have {} s to end (Ctrl-C again stops at once)",
                    kDrainTime.count()));
    const Result<> stopped = co_await asio::co_spawn(
        pool_.get_executor(), stop_service(*service_, deadline), not_cancelled());
    if (!stopped) {  // we were asked to stop, and did
      output_.note(fmt::format("Stopped: {}", stopped.error().describe()));
    }
    co_return Result<>();
  }

  Task<> start_serving(host::HttpServiceConfig config) {
    TaskScope beside(context_.get_executor());
    if (output_.format() == OutputFormat::text && is_terminal(Stream::err)) {
      beside.spawn("progress", show_progress(fmt::format("Loading {} ...", file_)));
    }
    auto starting = start_service(start_, file_, std::move(config));
    Result<Service> started =
        co_await asio::co_spawn(pool_.get_executor(), std::move(starting), not_cancelled());
    beside.cancel();
    WC_CO_CHECK(beside.join());
    WC_CO_TRY_VALUE(service_, std::move(started));
    co_return Result<>();
  }

  Result<> announce() const {
    WC_TRY(const Address address, parse_address(service_->address()), "address {} of the service",
           service_->address());
    const std::string url = url_of(address);
    output_.started(
        fmt::format("Serving {} on {}\n\n    curl {}/\n\nCtrl-C stops it.", file_, url, url),
        {{"file", file_}, {"address", service_->address()}, {"url", url}});
    return {};
  }

  Task<> await_signals() {
    for (;;) {
      const auto [error, signal] = co_await signals_.async_wait(as_result);
      if (error) {
        co_return to_error(error, "waiting for signals");
      }
      if (service_ == nullptr || stopping_) {
        clear_progress();
        log::flush();
        std::_Exit(128 + signal);
      }
      stopping_ = true;
      stop_.cancel();
    }
  }

  Task<> reload_on_change() {
    for (;;) {
      WC_CO_CHECK(watcher_->changed(Deadline::never()));
      std::optional<Error> failed;
      for (bool again = true; again;) {
        Result<> replaced = co_await asio::co_spawn(
            pool_.get_executor(), replace_component(*service_, file_), not_cancelled());
        if (replaced) {
          failed.reset();
          output_.note(fmt::format("Reloaded {}", file_));
          break;
        }
        failed = std::move(replaced).error();
        // It may have been caught half written.
        WC_CO_TRY(again, watcher_->changed(Deadline::after(kBuildTime)));
      }
      if (failed) {
        output_.failure(
            std::move(*failed).with_context(fmt::format("The new {} was not taken: the one before "
                                                        "it goes on serving",
                                                        file_)));
      }
    }
  }

  const std::string file_;
  const Watch watch_;
  const StartHttpService& start_;
  const Output& output_;
  bool stopping_ = false;
  asio::io_context context_{1};
  asio::thread_pool pool_;
  Service service_;
  std::unique_ptr<FileWatcher> watcher_;
  asio::signal_set signals_;
  asio::steady_timer stop_;
  TaskScope scope_;
};

}  // namespace

Result<int> serve_until_signal(std::string file, host::HttpServiceConfig config, Watch watch,
                               const StartHttpService& start, const Output& output) {
  return Foreground(std::move(file), watch, start, output).run(std::move(config));
}

}  // namespace wasmcloud::wash
