// A program without an event loop: what it calls waits, fails and is ended as anywhere.
#include "wasmcloud/component/blocking_store.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/component/runtime_testing.h"

namespace wasmcloud::component {
namespace {

using namespace std::chrono_literals;

constexpr const char* kGuest = R"((component
  (import "slow" (func $slow (param "n" u32) (result u32)))
  (core func $slow' (canon lower (func $slow)))
  (core module $m
    (import "" "slow" (func $slow (param i32) (result i32)))
    (func (export "twice") (param i32) (result i32) (i32.mul (i32.const 2) (call $slow (local.get 0))))
    (func (export "trap") unreachable)
    (func (export "spin") (loop $l (br $l))))
  (core instance $i (instantiate $m (with "" (instance (export "slow" (func $slow'))))))
  (func (export "twice") (param "n" u32) (result u32) (canon lift (core func $i "twice")))
  (func (export "trap") (canon lift (core func $i "trap")))
  (func (export "spin") (canon lift (core func $i "spin")))))";

Task<std::uint32_t> after_a_while(std::uint32_t number) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
  co_await timer.async_wait(as_result);
  co_return number;
}

class BlockingStoreTest : public ::testing::Test {
 protected:
  BlockingStoreTest() {
    host_.root().function("slow",
                          [](Store&, std::uint32_t number) { return after_a_while(number); });
  }

  std::unique_ptr<BlockingStore> make(StoreLimits limits = {}) {
    auto component = Component::load(testing::engine(), host_, testing::check(kGuest).bytes);
    EXPECT_TRUE(component) << component.error().describe();
    auto store = BlockingStore::create(*component, std::make_unique<HostState>(), limits);
    EXPECT_TRUE(store) << store.error().describe();
    return *std::move(store);
  }

  Host host_;
};

TEST_F(BlockingStoreTest, ACallEndsWhenWhatItWaitsForHas) {
  const auto store = make();
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto doubled = store->call<std::uint32_t>("", "twice", i);
    ASSERT_TRUE(doubled) << doubled.error().describe();
    EXPECT_EQ(*doubled, 2 * i);
  }
}

TEST_F(BlockingStoreTest, ATrapIsAnErrorAndTheStoreIsDoneFor) {
  const auto store = make();
  const auto trapped = store->call<void>("", "trap");
  ASSERT_FALSE(trapped);
  EXPECT_EQ(trapped.error().kind(), ErrorKind::trap);
  EXPECT_FALSE(store->call<std::uint32_t>("", "twice", std::uint32_t{1}));
  EXPECT_TRUE(make()->call<std::uint32_t>("", "twice", std::uint32_t{1}));
}

TEST_F(BlockingStoreTest, ADeadlineEndsAGuestThatComputes) {
  const auto store = make({.deadline = Deadline::after(20ms)});
  const auto ended = store->call<void>("", "spin");
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind(), ErrorKind::timeout) << ended.error().describe();
}

TEST_F(BlockingStoreTest, WhatIsNotExportedOrIsOfAnotherTypeIsSaid) {
  const auto store = make();
  const auto absent = store->call<void>("", "absent");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().kind(), ErrorKind::not_found);
  const auto other = store->call<std::string>("", "twice", std::uint32_t{1});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind(), ErrorKind::invalid);
}

}  // namespace
}  // namespace wasmcloud::component
