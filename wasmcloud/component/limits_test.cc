// What a hostile file may cost: each limit is kept, and the worst files within the limits, small
// ones that ask for much among them, load or are refused as `exhausted`.
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/component/binary_testing.h"
#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/runtime_testing.h"

namespace wasmcloud::component {
namespace {

using Writer = testing::BinaryWriter;

// --- counts ---

std::string decoding(const Writer& component) {
  const auto decoded = decode(component.bytes());
  return decoded ? "no failure" : decoded.error().message();
}

// A component of one section, which holds `before` and a count of `count`, and nothing after it.
std::string decoding_count(std::uint8_t section, const Writer& before, std::size_t count) {
  return decoding(Writer::component().section(section, Writer().all(before).number(count)));
}

struct Counted {
  std::string_view what;
  std::size_t most;
  std::uint8_t section;
  std::vector<std::uint8_t> before;
};

TEST(Limits, EachCountHasItsOwn) {
  const std::vector<Counted> counts{
      {"instance", 1'000, 2, {}},
      {"instance", 1'000, 5, {}},
      {"value", 1'000, 12, {}},
      {"type", 1'000'000, 3, {}},
      {"type", 1'000'000, 7, {}},
      {"section item", 1'000'000, 6, {}},
      {"section item", 1'000'000, 8, {}},
      {"section item", 1'000'000, 10, {}},
      {"section item", 1'000'000, 11, {}},
      {"function parameter", 1'000, 9, {0}},  // a start function's arguments
      {"instantiation argument", 100'000, 2, {1, 0, 0}},
      {"instantiation argument", 100'000, 5, {1, 0, 0}},
      {"inline export", 100'000, 2, {1, 1}},
      {"inline export", 100'000, 5, {1, 1}},
      {"record field", 10'000, 7, {1, 0x72}},
      {"variant case", 10'000, 7, {1, 0x71}},
      {"tuple type", 10'000, 7, {1, 0x6f}},
      {"flag", 1'000, 7, {1, 0x6e}},
      {"enum tag", 10'000, 7, {1, 0x6d}},
      {"function parameter", 1'000, 7, {1, 0x40}},
      {"type declaration", 1'000'000, 7, {1, 0x41}},
      {"type declaration", 1'000'000, 7, {1, 0x42}},
      {"function parameter", 1'000, 3, {1, 0x60}},
      {"function result", 1'000, 3, {1, 0x60, 0}},
      {"type", 1'000'000, 3, {1, 0x4e}},
      {"struct field", 10'000, 3, {1, 0x5f}},
      {"supertype", 1, 3, {1, 0x4f}},
      {"module type declaration", 100'000, 3, {1, 0x50}},
      {"canonical option", 10, 8, {1, 0, 0, 0}},
      {"name option", 16, 10, {1, 2, 1, 'a'}},
  };
  for (const Counted& each : counts) {
    Writer before;
    for (const std::uint8_t byte : each.before) {
      before.byte(byte);
    }
    const std::string beyond =
        fmt::format("{} count of {} exceeds the limit of {}", each.what, each.most + 1, each.most);
    EXPECT_NE(decoding_count(each.section, before, each.most + 1).find(beyond), std::string::npos)
        << decoding_count(each.section, before, each.most + 1) << "\nis not: " << beyond;
    const std::string within = decoding_count(each.section, before, each.most);
    EXPECT_NE(within.find("unexpected end"), std::string::npos) << each.what << ": " << within;
  }
}

TEST(Limits, ItemsOfACoreModuleAreCounted) {
  for (std::uint8_t section = 1; section <= 7; ++section) {
    const auto decoding_module = [&](std::size_t count) {
      return decoding(Writer::component().section(
          1, Writer::module().section(section, Writer().number(count))));
    };
    EXPECT_NE(decoding_module(1'000'001).find("exceeds the limit of 1000000"), std::string::npos)
        << decoding_module(1'000'001);
    EXPECT_NE(decoding_module(1'000'000).find("unexpected end"), std::string::npos);
  }
}

TEST(Limits, NamesAreAtMostSoLong) {
  const auto importing = [](std::size_t length) {
    return decoding(Writer::component().section(
        10, Writer().raw({1, 0}).name(std::string(length, 'a')).raw({1, 0})));
  };
  EXPECT_EQ(importing(100'000), "no failure");
  EXPECT_NE(importing(100'001).find("100000"), std::string::npos) << importing(100'001);
}

TEST(Limits, AComponentHoldsSoManyModulesAndComponents) {
  for (const auto section : {std::uint8_t{1}, std::uint8_t{4}}) {
    Writer out = Writer::component();
    for (int i = 0; i < 1000; ++i) {
      out.section(section, section == 1 ? Writer::module() : Writer::component());
    }
    EXPECT_EQ(decoding(out), "no failure");
    out.section(section, section == 1 ? Writer::module() : Writer::component());
    EXPECT_NE(decoding(out).find("a component may hold"), std::string::npos) << decoding(out);
  }
}

TEST(Limits, ComponentsNestSoDeep) {
  Writer nested = Writer::component();
  for (int i = 0; i < 100; ++i) {
    nested = Writer::component().section(4, nested);
  }
  EXPECT_EQ(decoding(nested), "no failure");
  EXPECT_NE(decoding(Writer::component().section(4, nested)).find("nesting is too deep"),
            std::string::npos);
}

// --- sizes of types ---

std::string validating(const Writer& component, const DecodeLimits& limits = {}) {
  const auto decoded = decode(component.bytes(), limits);
  if (!decoded) {
    return decoded.error().message();
  }
  const auto validated = validate(**decoded);
  return validated ? "no failure" : validated.error().message();
}

// Scopes nest no deeper than this, whatever the decoder was allowed.
TEST(Limits, ScopesNestSoDeep) {
  const DecodeLimits deep{.component_bytes = 1 << 20, .nesting = 1000, .tree_bytes = 1 << 20};
  const auto nested = [](int levels) {
    Writer out = Writer::component();
    for (int i = 1; i < levels; ++i) {
      out = Writer::component().section(4, out);
    }
    return out;
  };
  EXPECT_EQ(validating(nested(250), deep), "no failure");
  EXPECT_NE(validating(nested(251), deep).find("type nesting is too deep"), std::string::npos);
}

// A list of fixed length of u8.
Writer bytes_of_length(std::uint32_t length) {
  return Writer::component().section(7, Writer().raw({1, 0x67, 0x7d}).number(length));
}

TEST(Limits, ValuesHaveASize) {
  EXPECT_EQ(validating(bytes_of_length((1U << 28U) - 1)), "no failure");
  EXPECT_NE(validating(bytes_of_length(1U << 28U)).find("maximum byte size"), std::string::npos);
}

// --- the worst files ---

// That a file is refused as `exhausted`, or not at all, is what bounds its cost: who spends from
// the budgets is bounded by them.
enum class Load : std::uint8_t { loads, exhausts };

void expect_load(const Writer& component, Load expected) {
  static const Host host;
  const auto loaded = Component::load(testing::engine(), host, component.bytes());
  if (expected == Load::loads) {
    EXPECT_TRUE(loaded) << loaded.error().describe();
    return;
  }
  ASSERT_FALSE(loaded) << component.bytes().size() << " bytes";
  EXPECT_EQ(loaded.error().kind(), ErrorKind::exhausted) << loaded.error().describe();
}

// Sections of the same item again and again, in portions that each section may have.
void repeat(Writer& out, std::uint8_t section, const Writer& item, std::size_t times,
            std::size_t portion) {
  while (times > 0) {
    const std::size_t count = std::min(times, portion);
    Writer content;
    content.number(count);
    for (std::size_t i = 0; i < count; ++i) {
      content.all(item);
    }
    out.section(section, content);
    times -= count;
  }
}

// For a byte of the file, some 200 of the tree.
Writer one_byte_types(std::size_t count) {
  Writer out = Writer::component();
  repeat(out, 7, Writer().byte(0x7f), count, 1'000'000);
  return out;
}

TEST(HostileFile, OfManyTypes) {
  expect_load(one_byte_types(100'000), Load::loads);
  expect_load(one_byte_types(4'000'000), Load::exhausts);
}

Writer aliased_types(std::size_t count) {
  Writer out = one_byte_types(1);
  repeat(out, 6, Writer().raw({3, 2, 0, 0}), count, 1'000'000);
  return out;
}

TEST(HostileFile, OfManyAliases) {
  expect_load(aliased_types(100'000), Load::loads);
  expect_load(aliased_types(4'000'000), Load::exhausts);
}

// Records of 10,000 fields each, of which there are as many as the tree allows.
Writer wide_records(std::size_t count) {
  Writer record;
  record.byte(0x72).number(10'000);
  for (int i = 0; i < 10'000; ++i) {
    record.name(fmt::format("f{}", i)).byte(0x73);
  }
  Writer out = Writer::component();
  repeat(out, 7, record, count, 1'000'000);
  return out;
}

TEST(HostileFile, OfWideRecords) {
  expect_load(wide_records(20), Load::loads);
  expect_load(wide_records(1000), Load::exhausts);
}

// A component that imports instances of one type, which has so many resources: each import has its
// own.
Writer instance_types(std::size_t exports, std::size_t imports) {
  Writer type;
  type.raw({1, 0x42}).number(exports);
  for (std::size_t i = 0; i < exports; ++i) {
    type.raw({4, 0}).name(fmt::format("r{}", i)).raw({3, 1});  // (sub resource)
  }
  Writer out = Writer::component();
  out.section(7, type);
  for (std::size_t i = 0; i < imports; ++i) {
    out.section(10, Writer().raw({1, 0}).name(fmt::format("i{}", i)).raw({5, 0}));
  }
  return out;
}

TEST(HostileFile, OfManyUsesOfAHugeInstanceType) {
  const auto checked = validating(instance_types(1'000, 10));
  EXPECT_EQ(checked, "no failure");
  const Writer huge = instance_types(10'000, 90);
  Writer four = Writer::component();
  four.section(4, huge).section(4, huge).section(4, huge).section(4, huge);
  const auto refused = validating(four);
  EXPECT_NE(refused.find("takes too long"), std::string::npos) << refused;
}

// An instance that holds the one before it twice, and so on: 2^19 resources when written out. Each
// alias of it has to find them.
Writer doubled_instances(std::size_t aliases) {
  Writer out = Writer::component();
  out.section(7, Writer().raw({1, 0x3f, 0x7f, 0}));
  out.section(5, Writer().raw({1, 1, 1, 0}).name("a").raw({3, 0}));
  for (std::uint8_t i = 0; i < 18; ++i) {
    out.section(5, Writer().raw({1, 1, 2, 0}).name("a").raw({5, i, 0}).name("b").raw({5, i}));
  }
  repeat(out, 6, Writer().raw({5, 0, 18}).name("a"), aliases, 1'000'000);
  return out;
}

TEST(HostileFile, OfAliasesOfInstancesThatDouble) {
  expect_load(doubled_instances(2), Load::loads);
  expect_load(doubled_instances(100'000), Load::exhausts);
}

// A component of `content` that is instantiated so many times.
Writer instances_of(const Writer& content, std::size_t times) {
  Writer out = Writer::component();
  out.section(4, content);
  repeat(out, 5, Writer().raw({0, 0, 0}), times, 1'000);
  return out;
}

TEST(HostileFile, OfManyInstancesOfManyDefinitions) {
  expect_load(instances_of(aliased_types(1'000), 1'000), Load::loads);
  expect_load(instances_of(aliased_types(100'000), 10'000), Load::exhausts);
}

Writer long_name() {
  const std::string name(100'000, 'a');
  Writer out = one_byte_types(1);
  return out.section(11, Writer().raw({1, 0}).name(name).raw({3, 0, 0}));
}

TEST(HostileFile, OfManyInstancesOfALongName) {
  expect_load(instances_of(long_name(), 1'000), Load::loads);
  expect_load(instances_of(long_name(), 9'999), Load::exhausts);
}

TEST(HostileFile, OfMoreInstancesThanAllowed) {
  expect_load(instances_of(Writer::component(), 9'999), Load::loads);
  expect_load(instances_of(Writer::component(), 10'000), Load::exhausts);
}

// The same bytes are not compared again for each instance.
TEST(HostileFile, OfManyInstancesOfALargeModule) {
  Writer custom;
  custom.name("x").all(Writer().name(std::string(8 << 20, 'x')));
  Writer content = Writer::component();
  content.section(1, Writer::module().section(0, custom));
  expect_load(instances_of(content, 9'000), Load::loads);
}

// A module that imports `count` functions, each from a module of its own, and an instance of it.
Writer many_arguments(std::size_t count) {
  Writer giving = Writer::module();
  giving.section(1, Writer().raw({1, 0x60, 0, 0})).section(3, Writer().raw({1, 0}));
  giving.section(7, Writer().byte(1).name("f").raw({0, 0}));
  giving.section(10, Writer().raw({1, 2, 0, 0x0b}));
  Writer imports;
  Writer args;
  imports.number(count);
  args.raw({1, 0, 1}).number(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string from = fmt::format("m{}", i);
    imports.name(from).name("f").raw({0, 0});
    args.name(from).raw({0x12, 0});
  }
  Writer taking = Writer::module();
  taking.section(1, Writer().raw({1, 0x60, 0, 0})).section(2, imports);
  Writer out = Writer::component();
  out.section(1, giving).section(1, taking);
  return out.section(2, Writer().raw({1, 0, 0, 0})).section(2, args);
}

TEST(HostileFile, OfManyArgumentsEachNamedOnce) {
  expect_load(many_arguments(1'000), Load::loads);
  expect_load(instances_of(many_arguments(20'000), 1'000), Load::exhausts);
}

// A component that lowers a function of 1000 parameters so many times.
Writer lowered_functions(std::size_t times) {
  Writer type;
  type.raw({1, 0x40}).number(1'000);
  for (int i = 0; i < 1'000; ++i) {
    type.name(fmt::format("p{}", i)).byte(0x7d);
  }
  type.raw({1, 0});
  Writer memory = Writer::module();
  memory.section(1, Writer().raw({1, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f}));
  memory.section(3, Writer().raw({1, 0})).section(5, Writer().raw({1, 0, 1}));
  memory.section(7, Writer().byte(2).name("m").raw({2, 0}).name("r").raw({0, 0}));
  memory.section(10, Writer().raw({1, 4, 0, 0x41, 0, 0x0b}));
  Writer inner = Writer::component();
  inner.section(7, type).section(1, memory).section(2, Writer().raw({1, 0, 0, 0}));
  inner.section(6, Writer().raw({2, 0, 2, 1, 0}).name("m").raw({0, 0, 1, 0}).name("r"));
  // The realloc's signature is not the function's: one that takes a pointer is needed.
  Writer taking = Writer::module();
  taking.section(1, Writer().raw({1, 0x60, 1, 0x7f, 0})).section(3, Writer().raw({1, 0}));
  taking.section(7, Writer().byte(1).name("f").raw({0, 0}));
  taking.section(10, Writer().raw({1, 2, 0, 0x0b}));
  inner.section(1, taking).section(2, Writer().raw({1, 0, 1, 0}));
  inner.section(6, Writer().raw({1, 0, 0, 1, 1}).name("f"));
  inner.section(8, Writer().raw({1, 0, 0, 1, 2, 3, 0, 4, 0, 0}));
  repeat(inner, 8, Writer().raw({1, 0, 0, 1, 3, 0}), times, 1'000'000);
  return inner;
}

TEST(HostileFile, OfManyLoweredFunctionsOfManyParameters) {
  expect_load(lowered_functions(100), Load::loads);
  expect_load(lowered_functions(100'000), Load::exhausts);
  expect_load(instances_of(lowered_functions(100), 5'000), Load::exhausts);
}

// Instances in instances, as deep as they may be, each with resource functions.
Writer deep_resources(int depth, std::size_t times) {
  Writer out = Writer::component();
  out.section(7, Writer().raw({1, 0x3f, 0x7f, 0}));
  repeat(out, 8, Writer().raw({2, 0}), times, 1'000'000);
  for (int i = 1; i < depth; ++i) {
    out = instances_of(out, 1);
  }
  return out;
}

TEST(HostileFile, OfResourcesDeepInside) {
  expect_load(deep_resources(99, 100), Load::loads);
  expect_load(deep_resources(99, 500'000), Load::exhausts);
}

// --- handles ---

constexpr const char* kHandles = R"((component
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core func $drop (canon resource.drop $r))
  (core module $m
    (import "r" "new" (func $new (param i32) (result i32)))
    (import "r" "drop" (func $drop (param i32)))
    (func (export "make") (param $count i32)
      (loop $next
        (drop (call $new (i32.const 7)))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "turn-over") (param $count i32)
      (loop $next
        (call $drop (call $new (i32.const 7)))
        (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))))
  (core instance $m (instantiate $m (with "r" (instance
    (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "make") (param "count" u32) (canon lift (core func $m "make")))
  (func (export "turn-over") (param "count" u32) (canon lift (core func $m "turn-over")))))";

TEST(Handles, AreSoManyAtATime) {
  const Host host;
  testing::Running guest(kHandles, host);
  EXPECT_TRUE(guest.call<void>("turn-over", 200'000U));
  EXPECT_TRUE(guest.call<void>("make", 99'999U));
  const auto beyond = guest.call<void>("make", 2U);
  ASSERT_FALSE(beyond);
  EXPECT_NE(beyond.error().describe().find("cannot allocate another handle"), std::string::npos);
}

// --- what a call may copy ---

// Lists of strings, each of which is the same page of memory: `give` to the host as a result,
// `pass` as an argument.
constexpr const char* kSharedBytes = R"((component
  (import "take" (func $take (param "l" (list string))))
  (core module $memory (memory (export "memory") 4))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $memory))
  (core func $take (canon lower (func $take) (memory $memory)))
  (core module $m
    (import "m" "memory" (memory 4))
    (import "m" "take" (func $take (param i32 i32)))
    (func $fill (param $count i32) (local $at i32)
      (local.set $at (i32.const 65536))
      (block $done (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (i32.store (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (i32.const 65536))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))
    (func (export "pass") (param $count i32)
      (call $fill (local.get $count))
      (call $take (i32.const 65536) (local.get $count)))
    (func (export "give") (param $count i32) (result i32)
      (call $fill (local.get $count))
      (i32.store (i32.const 131072) (i32.const 65536))
      (i32.store (i32.const 131076) (local.get $count))
      i32.const 131072))
  (core instance $m (instantiate $m (with "m" (instance
    (export "memory" (memory $memory)) (export "take" (func $take))))))
  (func (export "pass") (param "count" u32) (canon lift (core func $m "pass")))
  (func (export "give") (param "count" u32) (result (list string))
    (canon lift (core func $m "give") (memory $memory)))))";

template <typename Taken>
Host taking_host() {
  Host host;
  host.root().function("take", [](Store&, Taken) {});
  return host;
}

using Strings = std::vector<std::string>;

StoreLimits copying(std::uint64_t bytes) {
  StoreLimits limits;
  limits.copied_bytes = bytes;
  return limits;
}

void expect_out_of_fuel(const auto& outcome) {
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind(), ErrorKind::trap);
  EXPECT_NE(outcome.error().describe().find("fuel allocated for hostcalls has been exhausted"),
            std::string::npos)
      << outcome.error().describe();
}

TEST(CopiesOfACall, AreBoundedInArguments) {
  const Host host = taking_host<Strings>();
  testing::Running guest(kSharedBytes, host, copying(1 << 20));
  EXPECT_TRUE(guest.call<void>("pass", 15U));
  EXPECT_TRUE(guest.call<void>("pass", 15U)) << "each call has its own";
  expect_out_of_fuel(guest.call<void>("pass", 16U));
}

TEST(CopiesOfACall, AreBoundedInResults) {
  const Host host = taking_host<Strings>();
  testing::Running guest(kSharedBytes, host, copying(1 << 20));
  EXPECT_EQ(guest.call<Strings>("give", 15U)->size(), 15U);
  expect_out_of_fuel(guest.call<Strings>("give", 16U));
}

TEST(CopiesOfACall, AreBoundedByDefault) {
  const Host host = taking_host<Strings>();
  testing::Running guest(kSharedBytes, host);
  EXPECT_TRUE(guest.call<void>("pass", 2000U));
  expect_out_of_fuel(guest.call<void>("pass", 2048U));
}

TEST(CopiesOfACall, DoNotCountViews) {
  const Host host = taking_host<std::vector<std::string_view>>();
  testing::Running guest(kSharedBytes, host, copying(1 << 20));
  EXPECT_TRUE(guest.call<void>("pass", 8000U));
}

TEST(CopiesOfACall, AreBoundedForDynamicValues) {
  const Host host = taking_host<Strings>();
  testing::Running guest(kSharedBytes, host, copying(1 << 20));
  const auto give = [&](std::uint32_t count) {
    return guest.run([&, count](Store& store) -> Result<> {
      WC_CHECK(call_dynamic(store, *guest.component->find_function("", "give"),
                            std::array{wit::Value{count}}));
      return {};
    });
  };
  EXPECT_TRUE(give(15));
  expect_out_of_fuel(give(16));
}

}  // namespace
}  // namespace wasmcloud::component
