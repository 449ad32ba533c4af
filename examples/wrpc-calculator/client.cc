// Calls the calculator: once, in vain, and with a stream each way.
#include <cstdio>
#include <string>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/wrpc/framed_transport.h"

#include "calculator_bindings.h"

using namespace wasmcloud;
namespace calc = calculator::examples::calculator::arithmetic;

static Deadline soon() { return Deadline::after(std::chrono::seconds(10)); }

static Task<> print_sums(calc::Client calculator) {
  // What is still to be sent goes on here while the sums are read.
  TaskScope sending(co_await asio::this_coro::executor);
  auto numbers = wrpc::Stream<std::int64_t>::of({1, 2, 3, 4});
  WC_CO_TRY(auto sums, calculator.running_sum(sending, std::move(numbers)));
  for (;;) {
    WC_CO_TRY(const auto some, sums.next(soon()));
    if (!some) {
      break;
    }
    for (const std::int64_t sum : *some) {
      std::printf("%lld ", static_cast<long long>(sum));
    }
  }
  std::puts("");
  co_return co_await sending.join();
}

static Task<> run(std::string address) {
  const auto transport = wrpc::make_framed_client(std::move(address));
  calc::Client calculator(*transport);
  WC_CO_TRY(const auto sum, calculator.add(40, 2));
  std::printf("40 + 2 = %lld\n", static_cast<long long>(sum.value_or(0)));
  WC_CO_TRY(const auto nothing, calculator.divide(1, 0, {.deadline = soon()}));
  if (!nothing && nothing.error() == calc::Error::division_by_zero()) {
    std::puts("1 / 0 has no result");
  }
  co_return co_await print_sums(calculator);
}

int main(int argc, char** argv) {
  Shards shards(1);
  const Result<> done = block_on(shards[0].executor(), run(argc > 1 ? argv[1] : "127.0.0.1:7761"));
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().describe().c_str());
    return 1;
  }
}
