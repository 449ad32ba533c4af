#include "wasmcloud/host/instance_slots.h"

#include <atomic>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"

namespace wasmcloud::host {
namespace {

Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }

TEST(InstanceSlots, GiveAsManyAsTheLimit) {
  InstanceSlots slots(2);
  EXPECT_TRUE(slots.try_take());
  EXPECT_TRUE(slots.try_take());
  EXPECT_FALSE(slots.try_take());
  slots.give_back();
  EXPECT_TRUE(slots.try_take());
}

TEST(InstanceSlots, ALimitOfNoneGivesNone) {
  InstanceSlots slots(0);
  EXPECT_FALSE(slots.try_take());
  slots.set_limit(1);
  EXPECT_TRUE(slots.try_take());
}

TEST(InstanceSlots, ALoweredLimitHoldsWhenCallsHaveEnded) {
  InstanceSlots slots(3);
  ASSERT_TRUE(slots.try_take());
  ASSERT_TRUE(slots.try_take());
  slots.set_limit(1);
  slots.give_back();
  EXPECT_FALSE(slots.try_take());
  slots.give_back();
  EXPECT_TRUE(slots.try_take());
  EXPECT_EQ(slots.limit(), 1U);
}

Task<> take_and_note(InstanceSlots& slots, std::vector<int>& order, int number) {
  WC_CO_CHECK(slots.take(soon()));
  order.push_back(number);
  slots.give_back();
  co_return Result<>();
}

Task<> wait_in_order(InstanceSlots& slots, std::vector<int>& order) {
  TaskScope tasks(co_await asio::this_coro::executor);
  for (int i = 0; i < 3; ++i) {
    tasks.spawn("waiting", take_and_note(slots, order, i));
  }
  co_await asio::post(asio::use_awaitable);  // they wait by now
  co_await asio::post(asio::use_awaitable);
  EXPECT_TRUE(order.empty());
  slots.give_back();
  co_return co_await tasks.join();
}

TEST(InstanceSlots, WhoWaitsGetsThemInOrder) {
  Shards shards(1);
  InstanceSlots slots(1);
  ASSERT_TRUE(slots.try_take());
  std::vector<int> order;
  const Result<> result = block_on(shards[0].executor(), wait_in_order(slots, order));
  EXPECT_TRUE(result) << result.error().describe();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
  EXPECT_TRUE(slots.try_take());
}

Task<> give_up(InstanceSlots& slots) {
  const Result<> late = co_await slots.take(Deadline::after(std::chrono::milliseconds(1)));
  EXPECT_FALSE(late);
  EXPECT_EQ(late.error().kind(), ErrorKind::timeout);
  TaskScope tasks(co_await asio::this_coro::executor);
  std::vector<int> order;
  tasks.spawn("waiting", take_and_note(slots, order, 1));
  co_await asio::post(asio::use_awaitable);
  co_await asio::post(asio::use_awaitable);
  tasks.cancel();
  WC_CO_CHECK(tasks.join());
  EXPECT_TRUE(order.empty());
  co_return Result<>();
}

TEST(InstanceSlots, WhoGivesUpLeavesNothingBehind) {
  Shards shards(1);
  InstanceSlots slots(1);
  ASSERT_TRUE(slots.try_take());
  const Result<> result = block_on(shards[0].executor(), give_up(slots));
  EXPECT_TRUE(result) << result.error().describe();
  slots.give_back();
  EXPECT_TRUE(slots.try_take());
  EXPECT_FALSE(slots.try_take());
}

struct Load {
  InstanceSlots slots{3};
  std::atomic<int> running{0};
  std::atomic<int> most{0};
};

Task<> call_often(Load& load) {
  for (int i = 0; i < 500; ++i) {
    WC_CO_CHECK(load.slots.take(soon()));
    const int now = load.running.fetch_add(1) + 1;
    int most = load.most.load();
    while (now > most && !load.most.compare_exchange_weak(most, now)) {
    }
    co_await asio::post(asio::use_awaitable);
    load.running.fetch_sub(1);
    load.slots.give_back();
  }
  co_return Result<>();
}

Task<> call_from_many(Load& load) {
  TaskScope tasks(co_await asio::this_coro::executor);
  for (int i = 0; i < 8; ++i) {
    tasks.spawn("calls", call_often(load));
  }
  co_return co_await tasks.join();
}

TEST(InstanceSlots, HoldUnderLoadOfManyShards) {
  Shards shards(4);
  Load load;
  const Result<> result = shards.run_on_all([&load](Shard&) { return call_from_many(load); });
  EXPECT_TRUE(result) << result.error().describe();
  EXPECT_LE(load.most.load(), 3);
  EXPECT_GE(load.most.load(), 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(load.slots.try_take());
  }
  EXPECT_FALSE(load.slots.try_take());
}

}  // namespace
}  // namespace wasmcloud::host
