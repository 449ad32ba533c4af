#include "wasmcloud/base/shard.h"

#include <atomic>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

constexpr int kRounds = 10;
constexpr int kCalls = 20;

Task<> count(std::atomic<int>& calls) {
  ++calls;
  co_return Result<>();
}

Task<> call_all(Shards& shards, std::atomic<int>& calls) {
  co_await asio::this_coro::throw_if_cancelled(false);
  for (int i = 0; i < kCalls; ++i) {
    WC_CO_CHECK(shards.on_all([&calls](Shard&) { return count(calls); }));
  }
  co_return Result<>();
}

Task<> cancel_often(Shards& shards, std::atomic<int>& calls) {
  for (int i = 0; i < kRounds; ++i) {
    TaskScope scope(co_await asio::this_coro::executor);
    scope.spawn("calls", call_all(shards, calls));
    for (int j = 0; j < kCalls; ++j) {
      co_await asio::post(asio::use_awaitable);
      scope.cancel();
    }
    WC_CO_CHECK(scope.join());
  }
  co_return Result<>();
}

TEST(Shards, ACancelledCallerReachesAllOfThemNevertheless) {
  Shards shards(3);
  std::atomic<int> calls{0};
  const Result<> result = block_on(shards[0].executor(), cancel_often(shards, calls));
  EXPECT_TRUE(result) << result.error().describe();
  EXPECT_EQ(calls, kRounds * kCalls * 3);
}

}  // namespace
}  // namespace wasmcloud
