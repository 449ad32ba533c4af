// Core modules that are fused do what they did apart. The guests are text, assembled while the
// tests run.
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/component/module_fusion.h"
#include "wasmcloud/component/program.h"
#include "wasmcloud/component/runtime_testing.h"

namespace wasmcloud::component {
namespace {

using testing::Running;

std::size_t core_instances(const Running& guest) { return guest.component->program().steps.size(); }

std::uint32_t run(Running& guest, std::uint32_t argument = 0) {
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", argument);
  EXPECT_TRUE(result) << result.error().describe();
  return result ? *result : 0;
}

// Two modules, the second bound to the first, and `run`, an export of the second, lifted.
std::string pair_of(const std::string& first, const std::string& second) {
  return "(component (core module $a " + first + ") (core module $b " + second + R"()
    (core instance $a (instantiate $a))
    (core instance $b (instantiate $b (with "a" (instance $a))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $b "run"))))
  )";
}

// Uses every index that an instruction can have, each with another number than after fusing.
constexpr const char* kFirst = R"(
  (type $unused (func (param f32)))
  (type $binary (func (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (table $t (export "table") 4 funcref)
  (global $g (mut i32) (i32.const 5))
  (global $const (export "const") i32 (i32.const 7))
  (data (i32.const 16) "\01\02\03\04")
  (elem (i32.const 1) $mul)
  (func $mul (export "mul") (type $binary) (i32.mul (local.get 0) (local.get 1)))
  (func (export "count") (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (global.get $g)))";

constexpr const char* kSecond = R"(
  (type $other (func))
  (type $two (func (param i32) (result i32 i32)))
  (type $binary (func (param i32 i32) (result i32)))
  (import "a" "mul" (func $mul (type $binary)))
  (import "a" "count" (func $count (result i32)))
  (import "a" "memory" (memory 1))
  (import "a" "table" (table $shared 4 funcref))
  (import "a" "const" (global $const i32))
  (table $own 4 funcref)
  (table $refs 2 externref)
  (global $start i32 (global.get $const))
  (global $sum (mut i32) (i32.const 0))
  (data $passive "\05\06\07\08")
  (data (offset (global.get $const)) "\2a")
  (elem (table $own) (i32.const 2) func $sub)
  (elem (table $own) (i32.const 3) funcref (ref.func $sub))
  (elem $later func $mul $sub)
  (elem declare func $add)
  (func $sub (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func $add (param $n i32) (global.set $sum (i32.add (global.get $sum) (local.get $n))))
  (func (export "run") (param $n i32) (result i32)
    (local $v v128) (local $f f64) (local $l i64)
    ;; calls: direct ones both ways, through either table
    (call $add (call $mul (i32.const 3) (i32.const 4)))                                    ;; 12
    (call $add (call_indirect $shared (type $binary) (i32.const 5) (i32.const 6) (i32.const 1)))  ;; 30
    (call $add (call_indirect $own (type $binary) (i32.const 9) (i32.const 2) (i32.const 3)))     ;; 7
    (call $add (call $count))                                                              ;; 6
    ;; tables
    (table.init $own $later (i32.const 0) (i32.const 0) (i32.const 2))
    (elem.drop $later)
    (table.copy $shared $own (i32.const 2) (i32.const 0) (i32.const 1))
    (call $add (call_indirect $shared (type $binary) (i32.const 2) (i32.const 2) (i32.const 2)))  ;; 4
    (table.set $own (i32.const 1) (ref.null func))
    (call $add (ref.is_null (table.get $own (i32.const 1))))                               ;; 1
    (call $add (table.size $refs))                                                         ;; 2
    (call $add (table.grow $refs (ref.null extern) (i32.const 1)))                         ;; 2
    (table.fill $refs (i32.const 0) (ref.null extern) (i32.const 3))
    (table.set $own (i32.const 0) (ref.func $sub))
    ;; memory
    (call $add (i32.load8_u (i32.const 16)))                                               ;; 1
    (call $add (i32.load8_u (i32.const 7)))                                                ;; 42
    (memory.init $passive (i32.const 32) (i32.const 1) (i32.const 2))
    (data.drop $passive)
    (call $add (i32.load8_u offset=1 (i32.const 32)))                                      ;; 7
    (memory.fill (i32.const 64) (i32.const 3) (i32.const 8))
    (memory.copy (i32.const 72) (i32.const 64) (i32.const 4))
    (call $add (i32.load8_u (i32.const 75)))                                               ;; 3
    (call $add (memory.size))                                                              ;; 1
    (drop (memory.grow (i32.const 0)))
    ;; control, with types by index
    (i32.const 20)
    (block (type $two) (i32.const 1) (i32.const 2) (drop) (br 0))
    (call $add) (call $add)                                                                ;; 21
    (block $a (block $b (br_table $a $b (local.get $n))) (call $add (i32.const 1000)))     ;; n != 0
    (call $add (select (result i32) (i32.const 1) (i32.const 2) (local.get $n)))           ;; 2
    ;; numbers wide and long
    (local.set $f (f64.const 1.5))
    (local.set $l (i64.const -123456789012))
    (call $add (i32.trunc_sat_f64_s (f64.add (local.get $f) (f64.const 0.5))))             ;; 2
    (call $add (i32.wrap_i64 (i64.div_s (local.get $l) (i64.const -123456789012))))        ;; 1
    (call $add (i32.trunc_f32_s (f32.const 3.7)))                                          ;; 3
    ;; vectors
    (local.set $v (v128.const i32x4 1 2 3 4))
    (local.set $v (i8x16.shuffle 4 5 6 7 0 1 2 3 8 9 10 11 12 13 14 15 (local.get $v) (local.get $v)))
    (v128.store offset=128 (i32.const 0) (local.get $v))
    (local.set $v (v128.load32_lane offset=4 1 (i32.const 128) (v128.load offset=128 (i32.const 0))))
    (call $add (i32x4.extract_lane 1 (i32x4.add (local.get $v) (local.get $v))))           ;; 2
    (return_call $tail))
  (func $tail (result i32) (i32.add (global.get $sum) (global.get $start)))                ;; + 7
)";

TEST(Fusion, EveryIndexIsTranslated) {
  const Host host;
  Running guest(pair_of(kFirst, kSecond), host);
  EXPECT_EQ(core_instances(guest), 1U);
  EXPECT_EQ(run(guest),
            12U + 30 + 7 + 6 + 4 + 1 + 2 + 2 + 1 + 42 + 7 + 3 + 1 + 21 + 2 + 2 + 1 + 3 + 2 + 7);
}

TEST(Fusion, WhatItDoesNotKnowStaysApart) {
  const Host host;
  for (const char* const second : {
           // a second memory
           R"((memory 1) (func (export "run") (param i32) (result i32) i32.const 1))",
           // types that name types
           R"((type $f (func)) (func $g (param (ref null $f)))
              (func (export "run") (param i32) (result i32) i32.const 1))",
           // garbage collection
           R"((func (export "run") (param i32) (result i32)
                (i31.get_u (ref.i31 (i32.const 1)))))",
           // exceptions
           R"((tag $t) (func (export "run") (param i32) (result i32)
                (block $caught (try_table (catch $t $caught) (throw $t))) (i32.const 1)))",
           // atomics
           R"((import "a" "memory" (memory 1)) (func (export "run") (param i32) (result i32)
                (i32.atomic.rmw.xchg (i32.const 0) (i32.const 3)) (drop) (i32.const 1)))",
       }) {
    const std::string bound =
        std::string(R"((import "a" "mul" (func (param i32 i32) (result i32))))");
    Running guest(pair_of(kFirst, bound + second), host);
    EXPECT_EQ(core_instances(guest), 2U) << second;
    EXPECT_EQ(run(guest), 1U) << second;
  }
}

TEST(Fusion, ModulesThatAreNotBoundStayApart) {
  const Host host;
  Running guest(pair_of(R"((func (export "f")))",
                        R"((func (export "run") (param i32) (result i32) local.get 0))"),
                host);
  EXPECT_EQ(core_instances(guest), 2U);
  EXPECT_EQ(run(guest, 9), 9U);
}

// As a program with shared libraries has it: what comes in between is bound to nothing before it.
TEST(Fusion, WhatOnlyALaterOneNeedsIsFusedToo) {
  const Host host;
  Running guest(R"((component
    (core module $a (memory (export "memory") 1) (data (i32.const 8) "\05"))
    (core module $b (global $n (mut i32) (i32.const 30))
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (global.get $n)))
    (core module $c
      (import "a" "memory" (memory 1))
      (import "b" "next" (func $next (result i32)))
      (func (export "run") (param i32) (result i32)
        (i32.add (i32.load8_u (local.get 0)) (call $next))))
    (core module $d (func (export "apart")))
    (core instance $a (instantiate $a))
    (core instance $b (instantiate $b))
    (core instance $c (instantiate $c (with "a" (instance $a)) (with "b" (instance $b))))
    (core instance $d (instantiate $d))
    (func (export "apart") (canon lift (core func $d "apart")))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $c "run"))))
  )",
                host);
  EXPECT_EQ(core_instances(guest), 2U);
  EXPECT_EQ(run(guest, 8), 36U);
  EXPECT_EQ(run(guest, 8), 37U);
}

TEST(Fusion, AModuleInstantiatedTwiceKeepsTwoStates) {
  const Host host;
  Running guest(R"((component
    (core module $m
      (import "" "base" (global $base i32)) (global $n (mut i32) (global.get $base))
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))
    (core module $top (import "x" "next" (func $x (result i32))) (import "y" "next" (func $y (result i32)))
      (func (export "run") (param i32) (result i32)
        (drop (call $x)) (i32.add (i32.mul (call $x) (i32.const 100)) (call $y))))
    (core module $bases (global (export "base") i32 (i32.const 40)))
    (core instance $bases (instantiate $bases))
    (core instance $x (instantiate $m (with "" (instance $bases))))
    (core instance $y (instantiate $m (with "" (instance $bases))))
    (core instance $top (instantiate $top (with "x" (instance $x)) (with "y" (instance $y))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $top "run")))))",
                host);
  EXPECT_EQ(core_instances(guest), 2U);  // a module is in a group once
  EXPECT_EQ(run(guest), 4241U);
}

TEST(Fusion, AnItemExportedOnwardIsFollowedToItsOrigin) {
  const Host host;
  Running guest(R"((component
    (core module $a (func (export "f") (result i32) (i32.const 11)))
    (core module $b (import "a" "f" (func $f (result i32))) (export "g" (func $f)))
    (core module $c (import "b" "g" (func $g (result i32)))
      (func (export "run") (param i32) (result i32) (call $g)))
    (core instance $a (instantiate $a))
    (core instance $b (instantiate $b (with "a" (instance $a))))
    (core instance $c (instantiate $c (with "b" (instance $b))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $c "run")))))",
                host);
  EXPECT_EQ(core_instances(guest), 1U);
  EXPECT_EQ(run(guest), 11U);
}

Task<std::uint32_t> length_later(Store& /*store*/, std::string text) {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
  co_await timer.async_wait(as_result);
  co_return static_cast<std::uint32_t>(text.size());
}

// Start functions: the last one's runs when all there is has been made; it may call the host, and
// wait.
TEST(Fusion, AStartFunctionMayUseTheMemoryOfItsInstanceAndWait) {
  Host host;
  host.root().function("note", &length_later);
  Running guest(R"((component
    (import "note" (func $note (param "text" string) (result u32)))
    (core module $libc (memory (export "memory") 1) (data (i32.const 0) "hello"))
    (core instance $libc (instantiate $libc))
    (alias core export $libc "memory" (core memory $memory))
    (core func $note-core (canon lower (func $note) (memory $memory)))
    (core module $m
      (import "host" "note" (func $note (param i32 i32) (result i32)))
      (import "libc" "memory" (memory 1))
      (global $noted (mut i32) (i32.const 0))
      (func $start (global.set $noted (call $note (i32.const 0) (i32.const 5))))
      (start $start)
      (func (export "run") (param i32) (result i32) (global.get $noted)))
    (core instance $m (instantiate $m (with "libc" (instance $libc))
      (with "host" (instance (export "note" (func $note-core))))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $m "run")))))",
                host);
  EXPECT_EQ(core_instances(guest), 1U);
  EXPECT_EQ(run(guest), 5U);
}

TEST(Fusion, AStartFunctionRunsBeforeLaterPartsAreMade) {
  const Host host;
  Running guest(pair_of(R"((memory (export "memory") 1)
                           (func $start (i32.store8 (i32.const 0) (i32.const 1))) (start $start))",
                        R"((import "a" "memory" (memory 1)) (data (i32.const 0) "\09")
                           (func (export "run") (param i32) (result i32) (i32.load8_u (i32.const 0))))"),
                host);
  EXPECT_EQ(run(guest), 9U);
}

TEST(Fusion, SegmentsThatDoNotFitTrap) {
  const Host host;
  Running guest(pair_of(R"((memory (export "memory") 1))",
                        R"((import "a" "memory" (memory 1)) (data (i32.const 65536) "x")
                           (func (export "run") (param i32) (result i32) (i32.const 0)))"),
                host);
  EXPECT_EQ(core_instances(guest), 1U);
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", 0U);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::trap) << result.error().describe();
}

TEST(Fusion, ABacktraceNamesTheFunctions) {
  const Host host;
  Running guest(pair_of(R"((func $inner_of_first (export "f") unreachable))",
                        R"((import "a" "f" (func $imported))
                           (func $outer_of_second (export "run") (param i32) (result i32)
                             (call $imported) (i32.const 0)))"),
                host);
  EXPECT_EQ(core_instances(guest), 1U);
  const auto result = guest.call<std::uint32_t, std::uint32_t>("run", 0U);
  ASSERT_FALSE(result);
  const std::string detail(result.error().detail());
  EXPECT_NE(detail.find("b!inner_of_first"), std::string::npos) << detail;  // the largest is `b`
  EXPECT_NE(detail.find("outer_of_second"), std::string::npos) << detail;
}

// The start function keeps its own, whatever a part calls an export.
TEST(Fusion, AnExportCalledStartIsNotStarted) {
  const Host host;
  Running guest(R"((component
    (core module $a (func (export "start") (param i32) (result i32) (i32.const 1)))
    (core module $b (import "a" "start" (func (param i32) (result i32)))
      (global $g (mut i32) (i32.const 0))
      (func $s (global.set $g (i32.const 5))) (start $s)
      (func (export "run") (param i32) (result i32) (global.get $g)))
    (core instance $a (instantiate $a))
    (core instance $b (instantiate $b (with "a" (instance $a))))
    (func (export "other") (param "x" u32) (result u32) (canon lift (core func $a "start")))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $b "run")))))",
                host);
  EXPECT_EQ(core_instances(guest), 1U);
  EXPECT_EQ(run(guest), 5U);
  EXPECT_EQ((guest.call<std::uint32_t, std::uint32_t>("other", 0U)).value_or(0), 1U);
}

constexpr const char* kShim = R"((core module $shim
  (table (export "$imports") 1 funcref)
  (func (export "0") (param i32) (result i32)
    (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0))))
  (core module $fill (import "" "$imports" (table 1 funcref)) (import "" "0" (func (param i32) (result i32)))
    (elem (i32.const 0) func 0)))";

// Two shims, one behind the other: what the first forwards to is found through the second.
TEST(Fusion, ChainedShimsLeadToTheirTarget) {
  const Host host;
  Running guest("(component " + std::string(kShim) + R"(
    (core module $real (func (export "f") (param i32) (result i32) (i32.const 7))
                       (func (export "") (param i32) (result i32) (i32.const 99)))
    (core module $user (import "" "f" (func $f (param i32) (result i32)))
      (func (export "run") (param i32) (result i32) (call $f (local.get 0))))
    (core instance $s1 (instantiate $shim))
    (core instance $s2 (instantiate $shim))
    (core instance $user (instantiate $user (with "" (instance (export "f" (func $s1 "0"))))))
    (core instance $real (instantiate $real))
    (core instance (instantiate $fill (with "" (instance
      (export "$imports" (table $s1 "$imports")) (export "0" (func $s2 "0"))))))
    (core instance (instantiate $fill (with "" (instance
      (export "$imports" (table $s2 "$imports")) (export "0" (func $real "f"))))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $user "run")))))",
                host);
  EXPECT_EQ(run(guest), 7U);
}

// In a table it would trap when it is called.
TEST(Fusion, AShimFilledWithAnotherTypeTrapsOnlyWhenCalled) {
  const Host host;
  Running guest("(component " + std::string(kShim) + R"(
    (core module $other (func (export "f") (param i64)))
    (core module $badfill (import "" "$imports" (table 1 funcref)) (import "" "0" (func (param i64)))
      (elem (i32.const 0) func 0))
    (core module $user (import "" "f" (func $f (param i32) (result i32)))
      (func (export "run") (param i32) (result i32)
        (if (result i32) (local.get 0) (then (call $f (local.get 0))) (else (i32.const 3)))))
    (core instance $shim (instantiate $shim))
    (core instance $user (instantiate $user (with "" (instance (export "f" (func $shim "0"))))))
    (core instance $other (instantiate $other))
    (core instance (instantiate $badfill (with "" (instance
      (export "$imports" (table $shim "$imports")) (export "0" (func $other "f"))))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $user "run")))))",
                host);
  EXPECT_EQ(run(guest), 3U);
  const auto called = guest.call<std::uint32_t, std::uint32_t>("run", 1U);
  ASSERT_FALSE(called);
  EXPECT_EQ(called.error().kind(), ErrorKind::trap) << called.error().describe();
}

// A shim that forwards to itself: without end in any implementation.
TEST(Fusion, EndlessForwardingTraps) {
  const Host host;
  Running guest("(component " + std::string(kShim) + R"(
    (core module $user (import "" "f" (func $f (param i32) (result i32)))
      (func (export "run") (param i32) (result i32) (call $f (local.get 0))))
    (core instance $shim (instantiate $shim))
    (core instance $user (instantiate $user (with "" (instance (export "f" (func $shim "0"))))))
    (core instance (instantiate $fill (with "" (instance
      (export "$imports" (table $shim "$imports")) (export "0" (func $shim "0"))))))
    (func (export "run") (param "a" u32) (result u32) (canon lift (core func $user "run")))))",
                host);
  const auto called = guest.call<std::uint32_t, std::uint32_t>("run", 1U);
  ASSERT_FALSE(called);
  EXPECT_NE(called.error().describe().find("call stack exhausted"), std::string::npos)
      << called.error().describe();
}

TEST(Fusion, AFunctionDeclaredByItsExportMayBeReferred) {
  const Host host;
  Running guest(
      pair_of(R"((func $f (export "f") (result i32) (i32.const 4)) (func $unseen (export "unseen"))
                           (func (export "g") (result i32) (ref.is_null (ref.func $unseen))))",
              R"((import "a" "f" (func $f (result i32))) (import "a" "g" (func $g (result i32)))
                           (func (export "run") (param i32) (result i32) (i32.add (call $f) (call $g))))"),
      host);
  EXPECT_EQ(core_instances(guest), 1U);
  EXPECT_EQ(run(guest), 4U);
}

// A component of little text that asks for much: loading it takes time and memory in proportion.
TEST(Fusion, ManyInstancesAreNotManyCopies) {
  std::string text = R"((component
    (core module $big (func (export "f") (result i32) (i32.const 1)) (data ")" +
                     std::string(100'000, 'x') + R"("))
    (core module $user (import "a" "f" (func (result i32))))
    (core module $odd (import "a" "f" (func $f (result i32)))
      (func (export "f") (result i32) (drop (ref.i31 (i32.const 1))) (call $f))))";
  for (int i = 0; i < 200; ++i) {
    text += "(core instance $b" + std::to_string(i) + " (instantiate $big))";
    text +=
        "(core instance (instantiate $user (with \"a\" (instance $b" + std::to_string(i) + "))))";
  }
  text += "(core instance $o0 (instantiate $odd (with \"a\" (instance $b0))))";
  for (int i = 1; i < 300; ++i) {
    text += "(core instance $o" + std::to_string(i) +
            " (instantiate $odd (with \"a\" (instance $o" + std::to_string(i - 1) + "))))";
  }
  const testing::Checked checked = testing::check(text + ")");
  const Host host;
  const auto loaded = Component::load(testing::engine(), host, checked.bytes);
  ASSERT_TRUE(loaded) << loaded.error().describe();
  // Besides the three there are, one fused module, and one whose export others use.
  EXPECT_EQ((*loaded)->program().modules.size(), 5U);
}

// Function 1 does not exist in the second module, but would among both.
TEST(Fusion, AnInvalidModuleStaysInvalid) {
  const std::string text = pair_of(R"((func (export "f")) (func))",
                                   R"((import "a" "f" (func))
                                      (func (export "run") (param i32) (result i32) (call 2) (i32.const 0)))");
  const testing::Checked checked = testing::check(text);
  const Host host;
  const auto loaded = Component::load(testing::engine(), host, checked.bytes);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind(), ErrorKind::invalid);
  EXPECT_NE(loaded.error().describe().find("core module at offset"), std::string::npos)
      << loaded.error().describe();
}

TEST(ModuleFusion, BytesThatAreNoModuleAreAnError) {
  const std::string text = "(module)";
  EXPECT_FALSE(fusion::outline({}));
  EXPECT_FALSE(
      fusion::outline(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
}

}  // namespace
}  // namespace wasmcloud::component
