// Guests that run: calls both ways, waiting, limits, traps. The guests are text, assembled while
// the tests run.
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/component/component.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/runtime_testing.h"

namespace wasmcloud::component {
namespace {

using namespace std::chrono_literals;

struct Point {
  std::int32_t x = 0;
  std::int32_t y = 0;
};

class Counter final : public HostResource {
 public:
  explicit Counter(int& dropped) : dropped_(dropped) {}

  ~Counter() override { ++dropped_; }

  std::uint32_t value = 0;

 private:
  int& dropped_;
};

}  // namespace
}  // namespace wasmcloud::component

WC_WIT_RECORD(wasmcloud::component::Point,
              WC_MEMBERS(&wasmcloud::component::Point::x, &wasmcloud::component::Point::y), "x",
              "y");
WC_COMPONENT_RESOURCE(wasmcloud::component::Counter, "counter");

namespace wasmcloud::component {
namespace {

constexpr std::uint64_t kMebibyte = 1ULL << 20U;

using testing::engine;
using testing::Running;

constexpr const char* kMemory = R"(
  (core module $libc
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                              (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      local.get $at))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))
)";

std::string with_memory(const std::string& rest) {
  return "(component " + std::string(kMemory) + rest + ")";
}

TEST(Runtime, ExportedFunctionTakesAndGivesScalars) {
  const Host host;
  Running guest(R"((component
    (core module $m (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    (core instance $i (instantiate $m))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))))",
                host);
  const auto sum = guest.call<std::uint32_t, std::uint32_t, std::uint32_t>("add", 40, 2);
  ASSERT_TRUE(sum) << sum.error().describe();
  EXPECT_EQ(*sum, 42U);
}

TEST(Runtime, ExportOfAnotherTypeIsInvalid) {
  const Host host;
  Running guest(R"((component
    (core module $m (func (export "f") (param i32)))
    (core instance $i (instantiate $m))
    (func (export "f") (param "a" u32) (canon lift (core func $i "f")))))",
                host);
  const auto found = Export<void(std::string)>::find(*guest.component, "", "f");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind(), ErrorKind::invalid);
}

TEST(Runtime, StringsAndListsCrossBothWays) {
  const Host host;
  Running guest(with_memory(R"(
    (core module $m (import "libc" "memory" (memory 1))
      (func (export "echo") (param i32 i32) (result i32)
        i32.const 8 local.get 0 i32.store
        i32.const 12 local.get 1 i32.store
        i32.const 8))
    (core instance $i (instantiate $m (with "libc" (instance $libc))))
    (func (export "text") (param "t" string) (result string)
      (canon lift (core func $i "echo") (memory $memory) (realloc $realloc)))
    (func (export "numbers") (param "n" (list u32)) (result (list u32))
      (canon lift (core func $i "echo") (memory $memory) (realloc $realloc))))"),
                host);
  const auto text = guest.call<std::string, std::string>("text", "grüße, 世界");
  ASSERT_TRUE(text) << text.error().describe();
  EXPECT_EQ(*text, "grüße, 世界");
  const auto numbers =
      guest.call<std::vector<std::uint32_t>, std::vector<std::uint32_t>>("numbers", {1, 2, 3});
  ASSERT_TRUE(numbers) << numbers.error().describe();
  EXPECT_EQ(*numbers, (std::vector<std::uint32_t>{1, 2, 3}));
}

constexpr const char* kSwap = R"((component
  (type $point' (record (field "x" s32) (field "y" s32)))
  (import "point" (type $point (eq $point')))
  (import "swap" (func $swap (param "p" $point) (result $point)))
  (core module $libc (memory (export "memory") 1))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (core func $swap-core (canon lower (func $swap) (memory $memory)))
  (core module $m
    (import "host" "swap" (func $swap (param i32 i32 i32)))
    (import "libc" "memory" (memory 1))
    (func (export "run") (param i32 i32) (result i32)
      (call $swap (local.get 0) (local.get 1) (i32.const 64))
      (i32.sub (i32.load (i32.const 64)) (i32.load (i32.const 68)))))
  (core instance $i (instantiate $m (with "libc" (instance $libc))
    (with "host" (instance (export "swap" (func $swap-core))))))
  (func (export "run") (param "x" s32) (param "y" s32) (result s32) (canon lift (core func $i "run")))))";

TEST(Runtime, HostFunctionTakesAndGivesRecords) {
  Host host;
  host.root().function("swap", [](Store&, Point p) { return Point{p.y, p.x}; });
  Running guest(kSwap, host);
  const auto difference = guest.call<std::int32_t, std::int32_t, std::int32_t>("run", 3, 10);
  ASSERT_TRUE(difference) << difference.error().describe();
  EXPECT_EQ(*difference, 7);
}

TEST(Runtime, HostFunctionOfAnotherTypeIsRefusedWhenLoaded) {
  Host host;
  host.root().function("swap", [](Store&, Point p) { return p.x; });
  const auto loaded = Component::load(engine(), host, testing::check(kSwap).bytes);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind(), ErrorKind::invalid);
  EXPECT_NE(loaded.error().describe().find("swap"), std::string::npos);
}

TEST(Runtime, MissingImportIsNamedWhenLoaded) {
  const Host host;
  const auto loaded = Component::load(engine(), host, testing::check(kSwap).bytes);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind(), ErrorKind::not_found);
  EXPECT_NE(loaded.error().message().find("function swap"), std::string::npos);
}

TEST(Runtime, AsynchronousBuiltInIsRefusedWhenLoadedWithItsOffset) {
  const Host host;
  const auto loaded = Component::load(
      engine(), host, testing::check(R"((component (core func (canon task.cancel))))").bytes);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind(), ErrorKind::unsupported);
  EXPECT_NE(loaded.error().describe().find("task.cancel"), std::string::npos);
  EXPECT_NE(loaded.error().describe().find("offset 0x"), std::string::npos);
}

constexpr const char* kSleeper = R"((component
  (import "sleep" (func $sleep (param "n" u32) (result u32)))
  (core func $sleep-core (canon lower (func $sleep)))
  (core module $m (import "host" "sleep" (func $sleep (param i32) (result i32)))
    (func (export "run") (param i32) (result i32) (call $sleep (local.get 0))))
  (core instance $i (instantiate $m (with "host" (instance (export "sleep" (func $sleep-core))))))
  (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run")))))";

// Gives `n + 1`, after others had their turn.
Task<std::uint32_t> later(Store& /*store*/, std::uint32_t n) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
  co_await timer.async_wait(as_result);
  co_return n + 1;
}

Task<std::uint32_t> never(Store& /*store*/, std::uint32_t /*n*/) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  auto [error] = co_await timer.async_wait(as_result);
  co_return to_error(error, "waiting");
}

TEST(Runtime, GuestIsSuspendedWhileAHostCoroutineRuns) {
  Host host;
  host.root().function("sleep", &later);
  Running guest(kSleeper, host);
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", 41);
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(*result, 42U);
}

TEST(Runtime, WaitingGuestEndsAtItsDeadline) {
  Host host;
  host.root().function("sleep", &never);
  StoreLimits limits;
  limits.deadline = Deadline::after(20ms);
  Running guest(kSleeper, host, limits);
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::timeout);
}

TEST(Runtime, KilledGuestEndsWithTheReason) {
  Host host;
  host.root().function("sleep", &never);
  Running guest(kSleeper, host);
  asio::steady_timer timer(guest.context(), 5ms);
  timer.async_wait([&](const auto&) { guest.store->kill(Error(ErrorKind::cancelled, "enough")); });
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::cancelled);
  EXPECT_EQ(result.error().message(), "enough");
}

constexpr const char* kMisbehaving = R"((component
  (core module $m (memory 1)
    (func (export "spin") (loop $again br $again))
    (func (export "trap") unreachable)
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
  (core instance $i (instantiate $m))
  (func (export "spin") (canon lift (core func $i "spin")))
  (func (export "trap") (canon lift (core func $i "trap")))
  (func (export "grow") (param "pages" u32) (result s32) (canon lift (core func $i "grow")))))";

TEST(Runtime, GuestThatComputesForEverLetsOthersRunAndEndsAtItsDeadline) {
  const Host host;
  StoreLimits limits;
  limits.deadline = Deadline::after(100ms);
  Running guest(kMisbehaving, host, limits);
  bool others_ran = false;
  asio::steady_timer timer(guest.context(), 5ms);
  timer.async_wait(
      [&](const auto&) { others_ran = Deadline::after(0ms).when() < limits.deadline.when(); });
  const auto result = guest.call<void>("spin");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::timeout);
  EXPECT_TRUE(others_ran);
}

TEST(Runtime, TrapTellsItsCauseAndWhere) {
  const Host host;
  Running guest(kMisbehaving, host);
  const auto result = guest.call<void>("trap");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::trap);
  EXPECT_NE(result.error().message().find("unreachable"), std::string::npos);
  EXPECT_NE(result.error().detail().find("wasm backtrace"), std::string::npos);
}

TEST(Runtime, TrappedInstanceRefusesFurtherCalls) {
  const Host host;
  Running guest(kMisbehaving, host);
  EXPECT_FALSE(guest.call<void>("trap"));
  const auto result = guest.call<std::int32_t, std::uint32_t>("grow", 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "wasm trap: cannot enter component instance");
}

TEST(Runtime, MemoryGrowsToItsLimitAndNoFurther) {
  const Host host;
  StoreLimits limits;
  limits.memory_bytes = kMebibyte;
  Running guest(kMisbehaving, host, limits);
  const auto within = guest.call<std::int32_t, std::uint32_t>("grow", 15);
  ASSERT_TRUE(within) << within.error().describe();
  EXPECT_EQ(*within, 1);
  const auto beyond = guest.call<std::int32_t, std::uint32_t>("grow", 1);
  ASSERT_TRUE(beyond) << beyond.error().describe();
  EXPECT_EQ(*beyond, -1);
}

constexpr const char* kCounting = R"((component
  (import "counter" (type $counter (sub resource)))
  (import "make" (func $make (result (own $counter))))
  (import "next" (func $next (param "c" (borrow $counter)) (result u32)))
  (core func $make-core (canon lower (func $make)))
  (core func $next-core (canon lower (func $next)))
  (core func $drop (canon resource.drop $counter))
  (core module $m
    (import "host" "make" (func $make (result i32)))
    (import "host" "next" (func $next (param i32) (result i32)))
    (import "host" "drop" (func $drop (param i32)))
    (func (export "count") (param $times i32) (result i32) (local $handle i32) (local $last i32)
      (local.set $handle (call $make))
      (loop $again
        (local.set $last (call $next (local.get $handle)))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      (call $drop (local.get $handle))
      local.get $last)
    (func (export "leak") (drop (call $make)))
    (func (export "twice") (local $handle i32)
      (local.set $handle (call $make))
      (call $drop (local.get $handle))
      (call $drop (local.get $handle))))
  (core instance $i (instantiate $m (with "host" (instance
    (export "make" (func $make-core)) (export "next" (func $next-core)) (export "drop" (func $drop))))))
  (func (export "count") (param "times" u32) (result u32) (canon lift (core func $i "count")))
  (func (export "leak") (canon lift (core func $i "leak")))
  (func (export "twice") (canon lift (core func $i "twice")))))";

class Resources : public ::testing::Test {
 protected:
  Resources() {
    host_.root().resource<Counter>("counter");
    host_.root().function("make", [this](Store&) { return make_own<Counter>(dropped_); });
    host_.root().function("next", [](Store&, Borrow<Counter> counter) { return ++counter->value; });
  }

  int dropped_ = 0;
  Host host_;
};

TEST_F(Resources, HandleReachesTheHostsObjectUntilItIsDropped) {
  Running guest(kCounting, host_);
  const auto last = guest.call<std::uint32_t, std::uint32_t>("count", 5);
  ASSERT_TRUE(last) << last.error().describe();
  EXPECT_EQ(*last, 5U);
  EXPECT_EQ(dropped_, 1);
}

TEST_F(Resources, WhatTheGuestLeavesGoesWithTheStore) {
  Running guest(kCounting, host_);
  ASSERT_TRUE(guest.call<void>("leak"));
  EXPECT_EQ(dropped_, 0);
  guest.drop_store();
  EXPECT_EQ(dropped_, 1);
}

TEST_F(Resources, DroppingAHandleTwiceTraps) {
  Running guest(kCounting, host_);
  const auto result = guest.call<void>("twice");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "unknown handle index 1");
}

TEST(Runtime, ErrorOfAHostFunctionEndsTheCallWithIt) {
  Host host;
  host.root().function("sleep", [](Store&, std::uint32_t) -> Result<std::uint32_t> {
    return Error(ErrorKind::denied, "not for you");
  });
  Running guest(kSleeper, host);
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", 1);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::denied);
  EXPECT_EQ(result.error().message(), "not for you");
  EXPECT_NE(result.error().detail().find("wasm backtrace"), std::string::npos);
}

TEST(Runtime, DynamicCallRefusesValuesOfAnotherType) {
  Host host;
  host.root().function("sleep", &later);
  Running guest(kSleeper, host);
  const LiftedFunc* const func = guest.component->find_function("", "run");
  ASSERT_NE(func, nullptr);
  const Result<> outcome = guest.run([&](Store& inside) -> Result<> {
    const std::vector<wit::Value> args{{std::string("seven")}};
    WC_CHECK(call_dynamic(inside, *func, args));
    return {};
  });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind(), ErrorKind::invalid);
}

// Gives out lists and text that are none: `f` returns its argument as the address of the result.
constexpr const char* kBadPointers = R"((component
  (core module $m
    (memory (export "memory") 1)
    (data (i32.const 64) "\ff\ff\ff\ff\01\00\00\00\ff\ff\ff\ff\00\00\00\40")
    (func (export "f") (param i32) (result i32) local.get 0))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (func (export "numbers") (param "at" u32) (result (list u32))
    (canon lift (core func $i "f") (memory $memory)))
  (func (export "text") (param "at" u32) (result string)
    (canon lift (core func $i "f") (memory $memory) string-encoding=utf16))))";

template <typename T>
std::string why_not(const char* function, std::uint32_t at) {
  const Host host;
  const auto result = Running(kBadPointers, host).call<T>(function, at);
  return result ? "" : result.error().message();
}

// CanonicalABI.md, "Loading": a length is tested first, then the alignment, then the bounds.
TEST(Runtime, PointerWithTwoFaultsIsRefusedForTheFirst) {
  using Numbers = std::vector<std::uint32_t>;
  EXPECT_EQ(why_not<Numbers>("numbers", 0xffffffff), "return pointer not aligned");
  EXPECT_EQ(why_not<Numbers>("numbers", 0xfffffffc), "pointer out of bounds of memory");
  EXPECT_EQ(why_not<Numbers>("numbers", 64), "list pointer is not aligned");
  EXPECT_EQ(why_not<Numbers>("numbers", 72), "list pointer/length out of bounds of memory");
  EXPECT_EQ(why_not<std::string>("text", 64), "string pointer not aligned to 2");
}

// An unpaired surrogate, and then an option that is neither none nor some.
constexpr const char* kTwoFaults = R"((component
  (component $B
    (core module $m (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
      (func (export "f") (param i32 i32 i32 i32)))
    (core instance $i (instantiate $m))
    (alias core export $i "memory" (core memory $memory))
    (alias core export $i "realloc" (core func $realloc))
    (func (export "f") (param "t" string) (param "o" (option u32))
      (canon lift (core func $i "f") (memory $memory) (realloc $realloc))))
  (instance $b (instantiate $B))
  (component $A
    (import "f" (func $f (param "t" string) (param "o" (option u32))))
    (core module $libc (memory (export "memory") 1) (data (i32.const 64) "\00\d8"))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "memory" (core memory $memory))
    (core func $f-core (canon lower (func $f) (memory $memory) string-encoding=utf16))
    (core module $m (import "g" "f" (func $f (param i32 i32 i32 i32)))
      (func (export "f") (call $f (i32.const 64) (i32.const 1) (i32.const 7) (i32.const 0))))
    (core instance $i (instantiate $m (with "g" (instance (export "f" (func $f-core))))))
    (func (export "f") (canon lift (core func $i "f"))))
  (instance $a (instantiate $A (with "f" (func $b "f"))))
  (alias export $a "f" (func $f))
  (export "run" (func $f))))";

TEST(Runtime, CallBetweenGuestsTellsTheFirstFaultOfItsArguments) {
  const Host host;
  const auto result = Running(kTwoFaults, host).call<void>("run");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message(), "unpaired surrogate found in a utf-16 string");
}

// Gives an empty text, which it says is UTF-16, to a guest that counts the calls of its realloc.
constexpr const char* kEmptyText = R"((component
  (component $B
    (core module $m (memory (export "memory") 1)
      (global $calls (mut i32) (i32.const 0))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        i32.const 1024)
      (func (export "f") (param i32 i32) (result i32) global.get $calls))
    (core instance $i (instantiate $m))
    (alias core export $i "memory" (core memory $memory))
    (alias core export $i "realloc" (core func $realloc))
    (func (export "f") (param "t" string) (result u32)
      (canon lift (core func $i "f") (memory $memory) (realloc $realloc) string-encoding=latin1+utf16)))
  (instance $b (instantiate $B))
  (component $A
    (import "f" (func $f (param "t" string) (result u32)))
    (core module $libc (memory (export "memory") 1))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "memory" (core memory $memory))
    (core func $f-core (canon lower (func $f) (memory $memory) string-encoding=latin1+utf16))
    (core module $m (import "g" "f" (func $f (param i32 i32) (result i32)))
      (func (export "f") (result i32) (call $f (i32.const 64) (i32.const 0x80000000))))
    (core instance $i (instantiate $m (with "g" (instance (export "f" (func $f-core))))))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))
  (instance $a (instantiate $A (with "f" (func $b "f"))))
  (alias export $a "f" (func $f))
  (export "run" (func $f))))";

// store_probably_utf16_to_latin1_or_utf16: what turns out to be Latin-1 is always given back by
// half.
TEST(Runtime, EmptyTaggedTextIsCutAsAnyOther) {
  const Host host;
  const auto calls = Running(kEmptyText, host).call<std::uint32_t>("run");
  ASSERT_TRUE(calls) << calls.error().describe();
  EXPECT_EQ(*calls, 2U);
}

TEST(Runtime, PoolThatIsFullIsExhausted) {
  const Host host;
  EngineConfig config;
  config.instances = 1;
  auto small = Engine::create(config);
  ASSERT_TRUE(small);
  const auto loaded = Component::load(**small, host, testing::check(kMisbehaving).bytes);
  ASSERT_TRUE(loaded) << loaded.error().describe();
  asio::io_context context(1);
  std::vector<std::unique_ptr<Store>> stores;
  Result<> outcome;
  for (int i = 0; i < 4 && outcome; ++i) {
    auto store = Store::create(*loaded, context.get_executor(), std::make_unique<HostState>());
    ASSERT_TRUE(store);
    stores.push_back(*std::move(store));
    ASSERT_TRUE(stores.back()->start([](Store&) { return Result<>(); }));
    outcome = stores.back()->take_result();
  }
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind(), ErrorKind::exhausted);
}

}  // namespace
}  // namespace wasmcloud::component
