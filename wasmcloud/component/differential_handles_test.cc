// Handles in both runtimes: a guest with two resource types of its own, which makes, lends, gives
// away and drops them in any order, and now and then uses an index that is none.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/component/differential_random.h"
#include "wasmcloud/component/differential_sides.h"

namespace wasmcloud::component::differential {
namespace {

using wit::Value;

constexpr const char* kResources = R"((component
  (core module $m
    (memory (export "memory") 1)
    (global $destroyed (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (func (export "dtor") (param i32)
      (global.set $destroyed (i32.add (i32.mul (global.get $destroyed) (i32.const 31)) (local.get 0))))
    (func (export "destroyed") (result i32) global.get $destroyed))
  (core instance $m (instantiate $m))
  (alias core export $m "memory" (core memory $memory))
  (alias core export $m "realloc" (core func $realloc))
  (type $r' (resource (rep i32) (dtor (core func $m "dtor"))))
  (type $s' (resource (rep i32)))
  (export $r "r" (type $r'))
  (export $s "s" (type $s'))
  (core func $new-r (canon resource.new $r'))
  (core func $new-s (canon resource.new $s'))
  (core func $drop-r (canon resource.drop $r'))
  (core func $rep-r (canon resource.rep $r'))
  (core module $n
    (import "" "new-r" (func $new-r (param i32) (result i32)))
    (import "" "new-s" (func $new-s (param i32) (result i32)))
    (import "" "drop-r" (func $drop-r (param i32)))
    (import "" "rep-r" (func $rep-r (param i32) (result i32)))
    (import "" "memory" (memory 1))
    (func (export "new-r") (param i32) (result i32) local.get 0 call $new-r)
    (func (export "new-s") (param i32) (result i32) local.get 0 call $new-s)
    (func (export "drop-r") (param i32) local.get 0 call $drop-r)
    (func (export "rep-r") (param i32) (result i32) local.get 0 call $rep-r)
    (func (export "same") (param i32) (result i32) local.get 0)
    (func (export "first") (param i32 i32) (result i32)
      (if (result i32) (local.get 1) (then (i32.load (local.get 0))) (else (i32.const 0))))
    (func (export "eat") (param i32) (result i32)
      (call $rep-r (local.get 0))
      (call $drop-r (local.get 0))))
  (core instance $n (instantiate $n (with "" (instance
    (export "new-r" (func $new-r)) (export "new-s" (func $new-s)) (export "drop-r" (func $drop-r))
    (export "rep-r" (func $rep-r)) (export "memory" (memory $memory))))))
  (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $n "new-r")))
  (func (export "keep") (param "rep" u32) (result u32) (canon lift (core func $n "new-r")))
  (func (export "keep-other") (param "rep" u32) (result u32) (canon lift (core func $n "new-s")))
  (func (export "give") (param "index" u32) (result (own $r)) (canon lift (core func $n "same")))
  (func (export "drop") (param "index" u32) (canon lift (core func $n "drop-r")))
  (func (export "rep") (param "index" u32) (result u32) (canon lift (core func $n "rep-r")))
  (func (export "look") (param "r" (borrow $r)) (result u32) (canon lift (core func $n "same")))
  (func (export "take") (param "r" (own $r)) (result u32) (canon lift (core func $n "same")))
  (func (export "pass") (param "r" (own $r)) (result (own $r)) (canon lift (core func $n "same")))
  (func (export "eat") (param "r" (own $r)) (result u32) (canon lift (core func $n "eat")))
  (func (export "first") (param "rs" (list (borrow $r))) (result u32)
    (canon lift (core func $n "first") (memory $memory) (realloc $realloc)))
  (func (export "destroyed") (result u32) (canon lift (core func $m "destroyed")))))";

// What a function takes.
enum class Takes : std::uint8_t { number, own, borrow, borrows, nothing };

struct Function {
  const char* name;
  Takes takes;
  bool has_result = true;
};

constexpr Function kFunctions[] = {
    {"make", Takes::number}, {"make", Takes::number},   {"make", Takes::number},
    {"keep", Takes::number}, {"keep", Takes::number},   {"keep-other", Takes::number},
    {"give", Takes::number}, {"rep", Takes::number},    {"drop", Takes::number, false},
    {"look", Takes::borrow}, {"take", Takes::own},      {"pass", Takes::own},
    {"eat", Takes::own},     {"first", Takes::borrows}, {"destroyed", Takes::nothing}};

// One instance in each runtime, and the handles that the host has of both.
class Game {
 public:
  Game(Random& random, Both& both) : random_(random), both_(both) { both_.renew(); }

  // One call; false once the instances have trapped.
  bool play() {
    const Function function = random_.pick(kFunctions);
    const auto [ours, theirs] =
        both_.call_with("", function.name, arguments(function.takes), function.has_result);
    log_ += fmt::format(" {}", function.name);
    if (!ours || !theirs) {
      EXPECT_EQ(ours ? "" : ours.error().message(), theirs ? "" : theirs.error().message()) << log_;
      return false;
    }
    if (function.has_result) {
      note(**ours, **theirs);
    }
    return true;
  }

 private:
  using Two = std::pair<Value, Value>;

  void note(const Value& ours, const Value& theirs) {
    if (std::holds_alternative<wit::Handle>(ours.rep)) {
      handles_.emplace_back(ours, theirs);
    } else {
      EXPECT_EQ(ours, theirs) << log_;
    }
  }

  std::pair<Values, Values> arguments(Takes takes) {
    // Indices of the guest's table are small numbers, 0 is none.
    const Value number{random_.one_in(20) ? 0xffffffffU : random_.below(6)};
    switch (takes) {
      case Takes::nothing:
        return {};
      case Takes::number:
        return {{number}, {number}};
      case Takes::borrows:
        return handles(random_.below(3));
      default:
        break;
    }
    if (handles_.empty()) {
      make();
    }
    const std::size_t which = random_.below(static_cast<std::uint32_t>(handles_.size()));
    const Two picked = handles_[which];
    if (takes == Takes::own) {
      handles_.erase(handles_.begin() + static_cast<std::ptrdiff_t>(which));
    }
    return {{picked.first}, {picked.second}};
  }

  void make() {
    const Values rep{{std::uint32_t{7}}};
    const auto [ours, theirs] = both_.call("", "make", rep, true);
    note(**ours, **theirs);
  }

  std::pair<Values, Values> handles(std::uint32_t count) {
    wit::List ours;
    wit::List theirs;
    for (std::uint32_t i = 0; i < count && !handles_.empty(); ++i) {
      const Two& picked = handles_[random_.below(static_cast<std::uint32_t>(handles_.size()))];
      ours.push_back(picked.first);
      theirs.push_back(picked.second);
    }
    return {{{ours}}, {{theirs}}};
  }

  Random& random_;
  Both& both_;
  std::vector<Two> handles_;
  std::string log_;
};

TEST(Differential, HandlesLiveAndDieAlikeInBothRuntimes) {
  constexpr int kGames = 200;
  constexpr int kCalls = 40;
  const Host host;
  Random random(1);
  Both both(kResources, host);
  for (int game = 0; game < kGames && !HasFailure(); ++game) {
    Game playing(random, both);
    for (int i = 0; i < kCalls && playing.play(); ++i) {
    }
  }
}

}  // namespace
}  // namespace wasmcloud::component::differential
