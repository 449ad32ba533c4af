#include "wasmcloud/base/task.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"

namespace wasmcloud {
namespace {

Task<int> answer() { co_return 42; }

Task<int> fail() { co_return Error(ErrorKind::not_found, "no such {}", "thing"); }

Task<> wait_for_ever(bool& ended) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  auto [error] = co_await timer.async_wait(as_result);
  ended = true;
  co_return to_error(error, "waiting");
}

Task<int> add_context() {
  WC_CO_TRY(const int value, fail(), "fetching {}", "it");
  co_return value;
}

TEST(Task, ValueAndErrorTravelThroughAwait) {
  Shards shards(1);
  const Result<> result = shards.run_on_all([](Shard&) -> Task<> {
    WC_CO_TRY(const int value, answer());
    EXPECT_EQ(value, 42);
    const Result<int> failed = co_await add_context();
    EXPECT_FALSE(failed);
    EXPECT_EQ(failed.error().kind(), ErrorKind::not_found);
    EXPECT_EQ(failed.error().describe(), "fetching it: no such thing");
    co_return Result<>();
  });
  EXPECT_TRUE(result);
}

TEST(TaskScope, CancelEndsChildrenAndJoinWaitsForThem) {
  bool ended = false;
  Shards shards(1);
  const Result<> result = shards.run_on_all([&ended](Shard& shard) -> Task<> {
    TaskScope scope(shard.executor());
    scope.spawn("waiter", wait_for_ever(ended));
    EXPECT_EQ(scope.size(), 1U);
    scope.cancel();
    WC_CO_CHECK(scope.join());
    EXPECT_EQ(scope.size(), 0U);
    co_return Result<>();
  });
  EXPECT_TRUE(result);
  EXPECT_TRUE(ended);
}

Task<> cancels(TaskScope& scope) {
  scope.cancel();
  co_return Result<>();
}

TEST(TaskScope, ATaskMayCancelItsOwnScope) {
  asio::io_context context;
  TaskScope scope(context.get_executor());
  scope.spawn("cancels", cancels(scope));
  EXPECT_NO_THROW(context.run());
  EXPECT_EQ(scope.size(), 0U);
}

TEST(TaskScope, TaskSpawnedAfterCancelIsCancelled) {
  bool ended = false;
  Shards shards(1);
  const Result<> result = shards.run_on_all([&ended](Shard& shard) -> Task<> {
    TaskScope scope(shard.executor());
    scope.cancel();
    scope.spawn("late", wait_for_ever(ended));
    WC_CO_CHECK(scope.join());
    co_return Result<>();
  });
  EXPECT_TRUE(result);
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace wasmcloud
