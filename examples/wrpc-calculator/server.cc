// Serves the calculator over TCP, or a Unix socket, until it is interrupted.
#include <csignal>
#include <cstdio>
#include <string>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/wrpc/dispatcher.h"
#include "wasmcloud/wrpc/framed_transport.h"

#include "calculator_bindings.h"

using namespace wasmcloud;
namespace calc = calculator::examples::calculator::arithmetic;

// Takes numbers from one stream while another is read.
class RunningSum final : public wrpc::StreamSource<std::int64_t> {
 public:
  explicit RunningSum(wrpc::Stream<std::int64_t> numbers) : numbers_(std::move(numbers)) {}

  Task<std::optional<std::vector<std::int64_t>>> next(Deadline deadline) override {
    WC_CO_TRY(std::optional<std::vector<std::int64_t>> some, numbers_.next(deadline));
    if (some) {
      for (std::int64_t& number : *some) {
        number = sum_ += number;
      }
    }
    co_return std::move(some);
  }

 private:
  wrpc::Stream<std::int64_t> numbers_;
  std::int64_t sum_ = 0;
};

class Calculator final : public calc::Server {
 public:
  Task<std::expected<std::int64_t, calc::Error>> add(wrpc::Context, std::int64_t a,
                                                     std::int64_t b) override {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) {
      co_return wrpc::failure(calc::Error::overflow());
    }
    co_return sum;
  }

  Task<std::expected<std::int64_t, calc::Error>> divide(wrpc::Context, std::int64_t dividend,
                                                        std::int64_t divisor) override {
    if (divisor == 0) {
      co_return wrpc::failure(calc::Error::division_by_zero());
    }
    if (divisor == -1) {  // the one quotient that may be too large
      co_return co_await add({}, ~dividend, 1);
    }
    co_return dividend / divisor;
  }

  Task<wrpc::Stream<std::int64_t>> running_sum(wrpc::Context,
                                               wrpc::Stream<std::int64_t> numbers) override {
    co_return wrpc::Stream<std::int64_t>(std::make_unique<RunningSum>(std::move(numbers)));
  }
};

static Task<> serve(std::string address) {
  Calculator calculator;
  wrpc::Dispatcher dispatcher;
  calc::serve(dispatcher, calculator);
  wrpc::FramedServer server(std::move(address), dispatcher);
  WC_CO_CHECK(server.start());
  std::printf("serving %s\n", server.address().c_str());
  std::fflush(stdout);
  asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
  co_await signals.async_wait(as_result);
  co_return co_await server.stop(Deadline::after(std::chrono::seconds(5)));
}

int main(int argc, char** argv) {
  Shards shards(1);
  const Result<> done =
      block_on(shards[0].executor(), serve(argc > 1 ? argv[1] : "127.0.0.1:7761"));
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().describe().c_str());
    return 1;
  }
}
