#include "wasmcloud/host/keyed_tasks.h"

#include <stdexcept>
#include <string>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"

namespace wasmcloud::host {
namespace {

// Spawns things on a shard and notes what they do.
class KeyedTasksTest : public testing::Test {
 public:
  using Body = Task<> (*)(KeyedTasksTest& test, KeyedTasks& tasks, TaskScope& scope);

  void run(Body body) {
    Shards shards(1);
    const Result<> result = block_on(shards[0].executor(), run_body(*this, body));
    EXPECT_TRUE(result) << result.error().describe();
  }

  static Task<> run_body(KeyedTasksTest& test, Body body) {
    TaskScope scope(co_await asio::this_coro::executor);
    KeyedTasks tasks(scope);
    Result<> result = co_await body(test, tasks, scope);
    WC_CO_CHECK(scope.join());
    co_return result;
  }

  Task<> note(char name) {
    order_ += name;
    co_await asio::post(asio::use_awaitable);
    order_ += name;
    co_return Result<>();
  }

  Task<> fail() {
    order_ += 'f';
    co_return Error(ErrorKind::internal, "on purpose");
  }

  Task<> raise() {
    order_ += 'r';
    throw std::runtime_error("on purpose");
    co_return Result<>();
  }

  // Until it is cancelled.
  Task<> wait(char name) {
    order_ += name;
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    const auto [error] = co_await timer.async_wait(as_result);
    order_ += name;
    co_return to_error(error, "waiting");
  }

  std::string order_;
};

TEST_F(KeyedTasksTest, ThoseOfOneKeyRunOneAfterTheOther) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope&) -> Task<> {
    for (const char name : {'a', 'b', 'c'}) {
      WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note(name)));
    }
    co_return Result<>();
  });
  EXPECT_EQ(order_, "aabbcc");
}

TEST_F(KeyedTasksTest, ThoseOfOtherKeysRunBeside) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope&) -> Task<> {
    WC_CO_CHECK_VALUE(tasks.spawn("one", "note", test.note('a')));
    WC_CO_CHECK_VALUE(tasks.spawn("two", "note", test.note('b')));
    co_return Result<>();
  });
  EXPECT_EQ(order_, "abab");
}

TEST_F(KeyedTasksTest, NothingRunsBeforeItsSpawnerGoesOn) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope&) -> Task<> {
    WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note('a')));
    test.order_ += '!';
    co_return Result<>();
  });
  EXPECT_EQ(order_, "!aa");
}

TEST_F(KeyedTasksTest, AFailureStopsNoOther) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope&) -> Task<> {
    WC_CO_CHECK_VALUE(tasks.spawn("key", "fail", test.fail()));
    WC_CO_CHECK_VALUE(tasks.spawn("key", "raise", test.raise()));
    WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note('a')));
    co_return Result<>();
  });
  EXPECT_EQ(order_, "fraa");
}

TEST_F(KeyedTasksTest, AKeyMayBeUsedAgain) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope& scope) -> Task<> {
    WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note('a')));
    WC_CO_CHECK(scope.join());
    WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note('b')));
    co_return Result<>();
  });
  EXPECT_EQ(order_, "aabb");
}

TEST_F(KeyedTasksTest, WhatHasNotBegunIsDroppedAtTheEnd) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope& scope) -> Task<> {
    WC_CO_CHECK_VALUE(tasks.spawn("key", "wait", test.wait('w')));
    WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note('a')));
    co_await asio::post(asio::use_awaitable);
    co_await asio::post(asio::use_awaitable);
    EXPECT_EQ(test.order_, "w");
    tasks.close();
    EXPECT_FALSE(tasks.spawn("key", "note", test.note('b')));
    EXPECT_FALSE(tasks.spawn("other", "note", test.note('c')));
    scope.cancel();
    co_return Result<>();
  });
  EXPECT_EQ(order_, "ww");
}

TEST_F(KeyedTasksTest, WhatIsTooMuchIsRefused) {
  run([](KeyedTasksTest& test, KeyedTasks& tasks, TaskScope& scope) -> Task<> {
    for (std::size_t i = 0; i < KeyedTasks::kMaxTasks; ++i) {
      WC_CO_CHECK_VALUE(tasks.spawn(std::to_string(i), "note", test.note('a')));
    }
    const Result<> refused = tasks.spawn("key", "note", test.note('b'));
    EXPECT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
    WC_CO_CHECK(scope.join());
    WC_CO_CHECK_VALUE(tasks.spawn("key", "note", test.note('c')));
    co_return Result<>();
  });
  EXPECT_EQ(order_.size(), 2 * KeyedTasks::kMaxTasks + 2);
}

}  // namespace
}  // namespace wasmcloud::host
