// Calls with dynamic values: types as values have them, text in and out, handles.
#include "wasmcloud/component/dynamic.h"

#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/component/runtime_testing.h"
#include "wasmcloud/component/value_types.h"
#include "wasmcloud/wit/wave.h"

namespace wasmcloud::component {
namespace {

class Ticket final : public HostResource {
 public:
  explicit Ticket(int& dropped) : dropped_(dropped) {}

  ~Ticket() override { ++dropped_; }

  std::uint32_t uses = 0;

 private:
  int& dropped_;
};

}  // namespace
}  // namespace wasmcloud::component

WC_COMPONENT_RESOURCE(wasmcloud::component::Ticket, "ticket");

namespace wasmcloud::component {
namespace {

using testing::Running;
using Values = std::vector<wit::Value>;

// Two resource types of the guest's own. `destroyed` counts what a destructor was called with.
constexpr const char* kGuestResources = R"((component
  (core module $m
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (global $destroyed (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
      (local.set $at (global.get $next))
      (global.set $next (i32.add (local.get $at) (i32.const 256)))
      local.get $at)
    (func (export "dtor") (param $rep i32)
      (if (i32.eq (local.get $rep) (i32.const 666)) (then unreachable))
      (global.set $destroyed (i32.add (global.get $destroyed) (local.get $rep))))
    (func (export "destroyed") (result i32) global.get $destroyed))
  (core instance $m (instantiate $m))
  (type $r (resource (rep i32) (dtor (core func $m "dtor"))))
  (type $s (resource (rep i32)))
  (export $r-out "r" (type $r))
  (export $s-out "s" (type $s))
  (core func $new-r (canon resource.new $r))
  (core func $new-s (canon resource.new $s))
  (core func $drop-r (canon resource.drop $r))
  (core func $rep-r (canon resource.rep $r))
  (core module $n
    (import "m" "memory" (memory 1))
    (import "r" "new-r" (func $new-r (param i32) (result i32)))
    (import "r" "new-s" (func $new-s (param i32) (result i32)))
    (import "r" "drop-r" (func $drop-r (param i32)))
    (import "r" "rep-r" (func $rep-r (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) local.get 0 call $new-r)
    (func (export "make-s") (param i32) (result i32) local.get 0 call $new-s)
    (func (export "make-two") (param i32) (result i32)
      (i32.store (i32.const 64) (call $new-r (local.get 0)))
      (i32.store (i32.const 68) (i32.const 1))
      (i32.store (i32.const 72) (call $new-r (i32.add (local.get 0) (i32.const 1))))
      i32.const 64)
    (func (export "look") (param i32) (result i32) local.get 0)
    (func (export "eat") (param i32) (result i32) (local $rep i32)
      (local.set $rep (call $rep-r (local.get 0)))
      (call $drop-r (local.get 0))
      local.get $rep)
    (func (export "sum") (param $at i32) (param $count i32) (result i32) (local $sum i32)
      (block $done (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
      local.get $sum)
    (func (export "eat-both") (param $own i32) (param $borrowed i32) (result i32)
      (i32.add (local.get $borrowed) (call $rep-r (local.get $own)))))
  (core instance $n (instantiate $n (with "m" (instance $m)) (with "r" (instance
    (export "new-r" (func $new-r)) (export "new-s" (func $new-s))
    (export "drop-r" (func $drop-r)) (export "rep-r" (func $rep-r))))))
  (alias core export $m "memory" (core memory $memory))
  (alias core export $m "realloc" (core func $realloc))
  (type $two (record (field "first" (own $r-out)) (field "second" (option (own $r-out)))))
  (export $two-out "two" (type $two))
  (func (export "make") (param "rep" u32) (result (own $r-out)) (canon lift (core func $n "make")))
  (func (export "make-s") (param "rep" u32) (result (own $s-out)) (canon lift (core func $n "make-s")))
  (func (export "make-two") (param "rep" u32) (result $two-out)
    (canon lift (core func $n "make-two") (memory $memory)))
  (func (export "look") (param "r" (borrow $r-out)) (result u32) (canon lift (core func $n "look")))
  (func (export "eat") (param "r" (own $r-out)) (result u32) (canon lift (core func $n "eat")))
  (func (export "pass") (param "r" (own $r-out)) (result (own $r-out)) (canon lift (core func $n "look")))
  (func (export "sum") (param "rs" (list (borrow $r-out))) (result u32)
    (canon lift (core func $n "sum") (memory $memory) (realloc $realloc)))
  (func (export "eat-both") (param "own" (own $r-out)) (param "borrowed" (borrow $r-out)) (result u32)
    (canon lift (core func $n "eat-both")))
  (func (export "destroyed") (result u32) (canon lift (core func $m "destroyed")))))";

class Dynamic {
 public:
  Dynamic(const std::string& text, const Host& host) : guest_(text, host) {}

  Result<std::optional<wit::Value>> call(std::string_view name, const Values& args) {
    Result<std::optional<wit::Value>> result = std::nullopt;
    const LiftedFunc* const func = guest_.component->find_function("", name);
    if (func == nullptr) {
      return Error(ErrorKind::not_found, "no function `{}`", name);
    }
    Result<> outcome = guest_.run([&](Store& store) -> Result<> {
      WC_TRY(result, call_dynamic(store, *func, args));
      return {};
    });
    return outcome ? std::move(result) : std::move(outcome).error();
  }

  wit::Value get(std::string_view name, const Values& args) {
    auto result = call(name, args);
    EXPECT_TRUE(result) << result.error().describe();
    return result && *result ? **std::move(result) : wit::Value{};
  }

  std::uint32_t number(std::string_view name, const Values& args = {}) {
    return std::get<std::uint32_t>(get(name, args).rep);
  }

  std::string why_not(std::string_view name, const Values& args) {
    const auto result = call(name, args);
    return result ? "" : result.error().describe();
  }

  Result<> drop(const wit::Value& value) {
    return guest_.run(
        [&](Store& store) { return drop_dynamic(store, std::get<wit::Handle>(value.rep)); });
  }

  std::string why_not_dropped(const wit::Value& value) {
    const Result<> dropped = drop(value);
    return dropped ? "" : dropped.error().describe();
  }

  Running& guest() { return guest_; }

 private:
  Running guest_;
};

wit::Value number(std::uint32_t value) { return {value}; }

TEST(DynamicHandles, GuestsResourceIsLentAndGivenBack) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const wit::Value handle = guest.get("make", {number(7)});
  EXPECT_EQ(guest.number("look", {handle}), 7U);
  EXPECT_EQ(guest.number("look", {handle}), 7U);
  EXPECT_EQ(guest.number("eat", {handle}), 7U);
  EXPECT_EQ(guest.number("destroyed"), 7U);
}

TEST(DynamicHandles, HandleThatComesBackIsANewOne) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const wit::Value before = guest.get("make", {number(7)});
  const wit::Value after = guest.get("pass", {before});
  EXPECT_EQ(guest.number("look", {after}), 7U);
  EXPECT_FALSE(before == after);
  EXPECT_EQ(guest.why_not("look", {before}),
            "argument `r`: the handle has been given away or dropped");
}

TEST(DynamicHandles, HandlesLieInRecordsOptionsAndLists) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const auto two = std::get<wit::Record>(guest.get("make-two", {number(10)}).rep);
  const wit::Value& first = two.values.at(0);
  const wit::Value& second = std::get<wit::Option>(two.values.at(1).rep).payload.at(0);
  EXPECT_EQ(guest.number("look", {second}), 11U);
  EXPECT_EQ(guest.number("sum", {{wit::List{first, second, first}}}), 31U);
  EXPECT_EQ(guest.number("eat-both", {first, second}), 21U);
}

TEST(DynamicHandles, DroppingCallsTheDestructorOnce) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const wit::Value handle = guest.get("make", {number(5)});
  EXPECT_EQ(guest.why_not_dropped(handle), "");
  EXPECT_EQ(guest.number("destroyed"), 5U);
  EXPECT_EQ(guest.why_not_dropped(handle), "the handle has been given away or dropped");
  EXPECT_EQ(guest.number("destroyed"), 5U);
  EXPECT_EQ(guest.why_not_dropped(guest.get("make-s", {number(1)})), "");
}

TEST(DynamicHandles, DestructorThatTrapsIsATrap) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const Result<> dropped = guest.drop(guest.get("make", {number(666)}));
  ASSERT_FALSE(dropped);
  EXPECT_EQ(dropped.error().kind(), ErrorKind::trap);
  EXPECT_NE(guest.why_not("destroyed", {}), "");
}

TEST(DynamicHandles, GivenAwayThroughACopyItIsGone) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const wit::Value handle = guest.get("make", {number(5)});
  const wit::Value copy = handle;
  EXPECT_EQ(guest.number("eat", {copy}), 5U);
  EXPECT_EQ(guest.why_not("eat", {handle}),
            "argument `r`: the handle has been given away or dropped");
  EXPECT_EQ(guest.why_not_dropped(handle), "the handle has been given away or dropped");
}

// Its place in the table is used again: the old handle must not stand for what is there now.
TEST(DynamicHandles, OldHandleIsNotTheNextOne) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  const wit::Value before = guest.get("make", {number(1)});
  EXPECT_EQ(guest.why_not_dropped(before), "");
  const wit::Value after = guest.get("make", {number(2)});
  EXPECT_EQ(guest.number("look", {after}), 2U);
  EXPECT_NE(guest.why_not("look", {before}), "");
}

TEST(DynamicHandles, MistakesAreErrorsBeforeAnythingRuns) {
  const Host host;
  Dynamic guest(kGuestResources, host);
  Dynamic other(kGuestResources, host);
  const wit::Value handle = guest.get("make", {number(5)});
  const wit::Value foreign = other.get("make", {number(6)});
  const wit::Value wrong = guest.get("make-s", {number(7)});
  EXPECT_EQ(guest.why_not("look", {foreign}), "argument `r`: the handle is of another store");
  EXPECT_EQ(guest.why_not_dropped(foreign), "the handle is of another store");
  EXPECT_EQ(guest.why_not("look", {wrong}), "argument `r`: the handle is of another resource type");
  EXPECT_EQ(guest.why_not("look", {{wit::Handle{}}}),
            "argument `r`: the handle stands for nothing");
  EXPECT_EQ(guest.why_not("look", {number(1)}), "argument `r`: expected borrow, found u32");
  EXPECT_EQ(guest.why_not("sum", {{wit::List{handle, foreign}}}),
            "argument `rs`: the handle is of another store");
  EXPECT_EQ(guest.why_not("eat-both", {handle, handle}),
            "argument `borrowed`: the handle is given away and used again in one call");
  EXPECT_EQ(guest.why_not("eat", {}), "expected 1 arguments, found 0");
  EXPECT_EQ(guest.number("eat", {handle}), 5U);
}

TEST(DynamicHandles, HandleMayOutliveItsStore) {
  const Host host;
  wit::Value handle;
  {
    Dynamic guest(kGuestResources, host);
    handle = guest.get("make", {number(5)});
  }
  Dynamic next(kGuestResources, host);
  EXPECT_EQ(next.why_not("look", {handle}), "argument `r`: the handle is of another store");
}

// Handles of a host's resource go through a guest that imports it.
constexpr const char* kHostResources = R"((component
  (import "ticket" (type $ticket (sub resource)))
  (import "buy" (func $buy (result (own $ticket))))
  (import "use" (func $use (param "t" (borrow $ticket)) (result u32)))
  (core func $buy-core (canon lower (func $buy)))
  (core func $use-core (canon lower (func $use)))
  (core func $drop (canon resource.drop $ticket))
  (core module $m
    (import "host" "buy" (func $buy (result i32)))
    (import "host" "use" (func $use (param i32) (result i32)))
    (import "host" "drop" (func $drop (param i32)))
    (func (export "buy") (result i32) call $buy)
    (func (export "use") (param i32) (result i32) (local $uses i32)
      (local.set $uses (call $use (local.get 0)))
      (call $drop (local.get 0))
      local.get $uses)
    (func (export "keep") (param i32))
    (func (export "tear") (param i32) local.get 0 call $drop))
  (core instance $i (instantiate $m (with "host" (instance
    (export "buy" (func $buy-core)) (export "use" (func $use-core)) (export "drop" (func $drop))))))
  (func (export "buy") (result (own $ticket)) (canon lift (core func $i "buy")))
  (func (export "use") (param "t" (borrow $ticket)) (result u32) (canon lift (core func $i "use")))
  (func (export "keep") (param "t" (borrow $ticket)) (canon lift (core func $i "keep")))
  (func (export "tear") (param "t" (own $ticket)) (canon lift (core func $i "tear")))))";

class HostTickets : public ::testing::Test {
 protected:
  HostTickets() {
    host_.root().resource<Ticket>("ticket");
    host_.root().function("buy", [this](Store&) { return make_own<Ticket>(dropped_); });
    host_.root().function("use", [this](Store& store, Borrow<Ticket> ticket) {
      if (lent_) {
        seen_ = drop_dynamic(store, std::get<wit::Handle>(lent_->rep));
      }
      return ++ticket->uses;
    });
  }

  int dropped_ = 0;
  std::optional<wit::Value> lent_;  // to be dropped while it is lent
  Result<> seen_;
  Host host_;
};

TEST_F(HostTickets, AreLentManyTimesAndGoWithTheLastHandle) {
  Dynamic guest(kHostResources, host_);
  const wit::Value ticket = guest.get("buy", {});
  EXPECT_EQ(guest.number("use", {ticket}), 1U);
  EXPECT_EQ(guest.number("use", {ticket}), 2U);
  EXPECT_EQ(dropped_, 0);
  EXPECT_EQ(guest.why_not("tear", {ticket}), "");
  EXPECT_EQ(dropped_, 1);
}

TEST_F(HostTickets, GoWhenDroppedOrWithTheStore) {
  Dynamic guest(kHostResources, host_);
  const wit::Value one = guest.get("buy", {});
  const wit::Value two = guest.get("buy", {});
  EXPECT_EQ(guest.why_not_dropped(one), "");
  EXPECT_EQ(dropped_, 1);
  guest.guest().drop_store();
  EXPECT_EQ(dropped_, 2);
}

TEST_F(HostTickets, GuestMustDropWhatItWasLent) {
  Dynamic guest(kHostResources, host_);
  const wit::Value ticket = guest.get("buy", {});
  EXPECT_EQ(guest.why_not("keep", {ticket}), "borrow handles still remain at the end of the call");
}

TEST_F(HostTickets, AreNotDroppedWhileLent) {
  Dynamic guest(kHostResources, host_);
  lent_ = guest.get("buy", {});
  EXPECT_EQ(guest.number("use", {*lent_}), 1U);
  ASSERT_FALSE(seen_);
  EXPECT_EQ(seen_.error().kind(), ErrorKind::conflict);
  EXPECT_EQ(dropped_, 0);
  EXPECT_EQ(guest.why_not_dropped(*lent_), "");
}

// Every kind of type that a component of today can have.
constexpr const char* kTypes = R"((component
  (core module $m (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (func (export "f") (param i32)))
  (core instance $i (instantiate $m))
  (type $rec (record (field "a" (list u8)) (field "b-2" (tuple s8 u16 char))))
  (export $rec-out "rec" (type $rec))
  (type $var (variant (case "x" $rec-out) (case "y")))
  (export $var-out "var" (type $var))
  (type $en (enum "p" "q"))
  (export $en-out "en" (type $en))
  (type $fl (flags "r" "w"))
  (export $fl-out "fl" (type $fl))
  (func (export "f")
    (param "v" $var-out) (param "e" (option $en-out)) (param "g" $fl-out)
    (param "h" (result (error string))) (param "n" (tuple bool s16 s32 u32 s64 u64 f32 f64))
    (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))))";

TEST(ValueTypes, OfAFunctionAreDescribedAsWitWritesThem) {
  const Host host;
  const Running guest(kTypes, host);
  const LiftedFunc* const func = guest.component->find_function("", "f");
  ASSERT_NE(func, nullptr);
  const auto signature = signature_of(*guest.component, *func);
  ASSERT_TRUE(signature) << signature.error().describe();
  std::vector<std::string> shown;
  for (const auto& param : signature->params) {
    shown.push_back(param.name + ": " + param.type->describe());
  }
  EXPECT_EQ(shown, (std::vector<std::string>{
                       "v: variant { x(record { a: list<u8>, b-2: tuple<s8, u16, char> }), y }",
                       "e: option<enum { p, q }>", "g: flags { r, w }", "h: result<_, string>",
                       "n: tuple<bool, s16, s32, u32, s64, u64, f32, f64>"}));
  EXPECT_EQ(signature->result, nullptr);
}

TEST(ValueTypes, TextCallsAFunction) {
  const Host host;
  Dynamic guest(R"((component
    (core module $m (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    (core instance $i (instantiate $m))
    (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))))",
                host);
  const Component& component = *guest.guest().component;
  const auto call = wit::parse_wave_call("add(40, 2)", [&](std::string_view name) {
    return signature_of(component, *component.find_function("", name));
  });
  ASSERT_TRUE(call) << call.error().describe();
  EXPECT_EQ(wit::to_wave(guest.get(call->name, call->args)), "42");
}

}  // namespace
}  // namespace wasmcloud::component
