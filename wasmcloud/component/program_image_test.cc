// A component that comes out of the cache is the one that went in.
#include "wasmcloud/component/program_image.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/component/blocking_store.h"
#include "wasmcloud/component/component.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/validator_testing.h"

namespace wasmcloud::component {

struct Tally final : HostResource {
  explicit Tally(std::uint32_t start = 0) : value(start) {}

  std::uint32_t value;
};

struct Other final : HostResource {};

}  // namespace wasmcloud::component

WC_COMPONENT_RESOURCE(wasmcloud::component::Tally, "tally");
WC_COMPONENT_RESOURCE(wasmcloud::component::Other, "other");

namespace wasmcloud::component {
namespace {

namespace fs = std::filesystem;

// A bit of everything: resources of the host and its own, types with names, a nested component, a
// call of one instance by another, an instance that is exported.
constexpr const char* kRich = R"((component
  (import "t:t/tallies@1.0.0" (instance $tallies
    (export "tally" (type $tally (sub resource)))
    (export "make" (func (result (own $tally))))
    (export "next" (func (param "c" (borrow $tally)) (result u32)))))
  (alias export $tallies "tally" (type $tally))
  (import "same" (func (param "c" (borrow $tally)) (result bool)))
  (type $kinds (enum "one" "two"))
  (type $all (tuple (list (option string)) (result u8 (error $kinds)) (flags "a" "b")
    (record (field "x" f32) (field "y" char)) (variant (case "p" s64) (case "q"))))
  (core func $make (canon lower (func $tallies "make")))
  (core func $next (canon lower (func $tallies "next")))
  (core func $drop (canon resource.drop $tally))
  (component $inner
    (import "step" (func $step (param "n" u32) (result u32)))
    (type $own (resource (rep i32)))
    (core func $step (canon lower (func $step)))
    (core func $new (canon resource.new $own))
    (core func $rep (canon resource.rep $own))
    (core module $m
      (import "" "step" (func $step (param i32) (result i32)))
      (import "" "new" (func $new (param i32) (result i32)))
      (import "" "rep" (func $rep (param i32) (result i32)))
      (func (export "twice") (param i32) (result i32)
        (call $rep (call $new (call $step (call $step (local.get 0)))))))
    (core instance $i (instantiate $m (with "" (instance (export "step" (func $step))
      (export "new" (func $new)) (export "rep" (func $rep))))))
    (func (export "twice") (param "n" u32) (result u32) (canon lift (core func $i "twice"))))
  (component $counting
    (core module $m (func (export "bump") (param i32) (result i32)
      (i32.add (local.get 0) (i32.const 1))))
    (core instance $i (instantiate $m))
    (func (export "bump") (param "n" u32) (result u32) (canon lift (core func $i "bump"))))
  (instance $counting (instantiate $counting))
  (core module $outer
    (import "" "make" (func $make (result i32)))
    (import "" "next" (func $next (param i32) (result i32)))
    (import "" "drop" (func $drop (param i32)))
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "step") (param $n i32) (result i32) (local $handle i32) (local $last i32)
      (local.set $handle (call $make))
      (local.set $last (i32.add (local.get $n) (call $next (local.get $handle))))
      (call $drop (local.get $handle))
      local.get $last)
    (func (export "all") (param i32 i32 i32 i32 i32 f32 i32 i32 i64) (result i32) (i32.const 7))
    (func (export "all-post") (param i32)))
  (core instance $o (instantiate $outer (with "" (instance
    (export "make" (func $make)) (export "next" (func $next)) (export "drop" (func $drop))))))
  (instance $nested (instantiate $inner (with "step" (func $counting "bump"))))
  (func $all (param "a" $all) (result u32) (canon lift (core func $o "all")
    (memory (core memory $o "memory")) (realloc (core func $o "realloc")) string-encoding=utf16
    (post-return (core func $o "all-post"))))
  (export "t:t/nested@1.0.0" (instance $nested))
  (func (export "step") (param "n" u32) (result u32) (canon lift (core func $o "step")))))";

class Image : public ::testing::Test {
 protected:
  Image() {
    EngineConfig config;
    config.cache_dir = folder_.path();
    config.instances = 8;
    auto made = Engine::create(config);
    EXPECT_TRUE(made) << made.error().describe();
    engine_ = *std::move(made);
    host_.root().function("same", [](Store&, Borrow<Tally>) { return true; });
    host_.add(tallies("t:t/tallies@1.0.0"));
  }

  static HostInterface tallies(std::string name) {
    HostInterface made(std::move(name));
    made.resource<Tally>("tally");
    made.function("make", [](Store&) { return make_own<Tally>(); });
    made.function("next", [](Store&, Borrow<Tally> tally) { return ++tally->value; });
    return made;
  }

  Result<std::shared_ptr<const Component>> load(const Host& host, Bytes bytes,
                                                std::string_view digest = {}) const {
    return Component::load(*engine_, host, bytes, nullptr, digest);
  }

  // Loads it, and runs what it exports.
  void expect_works(Bytes bytes, std::string_view digest = {}) const {
    const auto loaded = load(host_, bytes, digest);
    ASSERT_TRUE(loaded) << loaded.error().describe();
    auto store = BlockingStore::create(*loaded, std::make_unique<HostState>(), {});
    ASSERT_TRUE(store) << store.error().describe();
    const auto step = (*store)->call<std::uint32_t>("", "step", std::uint32_t{5});
    ASSERT_TRUE(step) << step.error().describe();
    EXPECT_EQ(*step, 6U);
    const auto twice = (*store)->call<std::uint32_t>("t:t/nested", "twice", std::uint32_t{5});
    ASSERT_TRUE(twice) << twice.error().describe();
    EXPECT_EQ(*twice, 7U);
  }

  std::vector<fs::path> images() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (entry.path().extension() == ".program") {
        found.push_back(entry.path());
      }
    }
    return found;
  }

  TemporaryDirectory folder_;
  std::unique_ptr<Engine> engine_;
  Host host_;
  const testing::Checked rich_ = testing::check(kRich);
};

TEST_F(Image, RunsAsTheComponentDid) {
  expect_works(rich_.bytes);
  EXPECT_EQ(images().size(), 1U);
  expect_works(rich_.bytes);
}

// Whoever gives a digest says what the bytes are: they are not looked at again.
TEST_F(Image, OfAKnownDigestNeedsNoBytes) {
  expect_works(rich_.bytes, "sha256:1");
  const std::string nonsense = "nonsense";
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(nonsense.data()), nonsense.size());
  expect_works(bytes, "sha256:1");
  EXPECT_FALSE(load(host_, bytes, "sha256:2"));
  EXPECT_FALSE(load(host_, bytes));
}

TEST_F(Image, ThatIsNotWholeIsOfNoUse) {
  expect_works(rich_.bytes);
  const fs::path file = images().at(0);
  const auto whole = fs::file_size(file);
  for (std::uintmax_t size = 0; size < whole; size += 1 + whole / 40) {
    SCOPED_TRACE(size);
    fs::resize_file(file, size);
    expect_works(rich_.bytes);
    EXPECT_EQ(fs::file_size(file), whole);  // written anew
  }
  std::ofstream(file, std::ios::app) << "more";
  expect_works(rich_.bytes);
  EXPECT_EQ(fs::file_size(file), whole);
}

TEST_F(Image, ThatOthersMayWriteIsNotBelieved) {
  expect_works(rich_.bytes, "sha256:1");
  fs::permissions(images().at(0), fs::perms::others_write, fs::perm_options::add);
  EXPECT_FALSE(load(host_, {}, "sha256:1"));
}

TEST_F(Image, WithoutItsCodeIsOfNoUse) {
  expect_works(rich_.bytes);
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
    if (entry.path().extension() == ".cwasm") {
      fs::remove(entry.path());
    }
  }
  const std::uint64_t before = engine_->impl().modules_compiled;
  expect_works(rich_.bytes);
  EXPECT_GT(engine_->impl().modules_compiled, before);
}

// What a host offers is looked at each time.
TEST_F(Image, IsBoundToTheHostThatItIsLoadedFor) {
  expect_works(rich_.bytes);
  const Host nothing;
  const auto missing = load(nothing, rich_.bytes);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_NE(missing.error().describe().find("t:t/tallies@1.0.0"), std::string::npos);

  Host wrong;
  wrong.root().function("same", [](Store&, Borrow<Tally>) { return std::string(); });
  wrong.add(tallies("t:t/tallies@1.0.0"));
  const auto mistyped = load(wrong, rich_.bytes);
  ASSERT_FALSE(mistyped);
  EXPECT_EQ(mistyped.error().kind(), ErrorKind::invalid);
  EXPECT_NE(mistyped.error().describe().find("import `same`"), std::string::npos);
}

TEST_F(Image, CallsTheFunctionsOfTheHostThatItIsLoadedFor) {
  expect_works(rich_.bytes);
  Host other;
  other.root().function("same", [](Store&, Borrow<Tally>) { return true; });
  HostInterface newer("t:t/tallies@1.0.7");
  newer.resource<Tally>("tally");
  newer.function("make", [](Store&) { return make_own<Tally>(100U); });
  newer.function("next", [](Store&, Borrow<Tally> tally) { return ++tally->value; });
  other.add(std::move(newer));
  const auto loaded = load(other, rich_.bytes);
  ASSERT_TRUE(loaded) << loaded.error().describe();
  auto store = BlockingStore::create(*loaded, std::make_unique<HostState>(), {});
  EXPECT_EQ((*store)->call<std::uint32_t>("", "step", std::uint32_t{5}).value(), 106U);
}

constexpr const char* kTwoResources = R"((component
  (import "first" (type $first (sub resource)))
  (import "second" (type $second (sub resource)))
  (import "give" (func $give (result (own $second))))
  (core func $give (canon lower (func $give)))
  (core func $drop (canon resource.drop $first))
  (core module $m (import "" "give" (func $give (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "mix") (result i32) (call $drop (call $give)) i32.const 1))
  (core instance $i (instantiate $m (with "" (instance (export "give" (func $give)) (export "drop" (func $drop))))))
  (func (export "mix") (result u32) (canon lift (core func $i "mix")))))";

// Of one host both names mean the same resource, of the other they do not.
TEST_F(Image, FollowsHowTheHostTellsResourcesApart) {
  const testing::Checked two = testing::check(kTwoResources);
  Host one;
  one.root().resource<Tally>("first").resource<Tally>("second");
  one.root().function("give", [](Store&) { return make_own<Tally>(); });
  Host both;
  both.root().resource<Other>("first").resource<Tally>("second");
  both.root().function("give", [](Store&) { return make_own<Tally>(); });
  for (int round = 0; round < 2; ++round) {
    for (const bool same : {true, false}) {
      const auto loaded = load(same ? one : both, two.bytes);
      ASSERT_TRUE(loaded) << loaded.error().describe();
      auto store = BlockingStore::create(*loaded, std::make_unique<HostState>(), {});
      EXPECT_EQ((*store)->call<std::uint32_t>("", "mix").has_value(), same);
    }
  }
}

TEST_F(Image, IsNotMadeWhereModulesAreGivenOrExported) {
  const testing::Checked exporting = testing::check(
      R"((component (core module $m (func (export "f"))) (export "m" (core module $m))))");
  const auto giver = load(Host(), exporting.bytes);
  ASSERT_TRUE(giver) << giver.error().describe();
  EXPECT_TRUE(images().empty());

  Host giving;
  giving.root().core_module("m", (*giver)->program().modules.at(0));
  const testing::Checked importing = testing::check(
      R"((component (import "m" (core module $m (export "f" (func))))
        (core instance $i (instantiate $m)) (func (export "f") (canon lift (core func $i "f")))))");
  ASSERT_TRUE(load(giving, importing.bytes));
  EXPECT_TRUE(images().empty());
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), raw.data(), &size, EVP_sha256(), nullptr);
  return fmt::format("{:02x}", fmt::join(raw.begin(), raw.begin() + size, ""));
}

// If this fails, what an image holds has changed: give kImageForm the next number (or images that
// an older program wrote are misread), and put the new digest here.
TEST_F(Image, OfThisFormHoldsTheseBytes) {
  const auto loaded = load(host_, rich_.bytes);
  ASSERT_TRUE(loaded) << loaded.error().describe();
  const Program& program = (*loaded)->program();
  std::string image = image_of(program).value();
  for (const auto& module : program.modules) {  // keys are of this cache alone
    if (!module->key.empty()) {
      image.replace(image.find(module->key), module->key.size(), "key");
    }
  }
  EXPECT_EQ(kImageForm, "program 1");
  EXPECT_EQ(sha256(image), "3d7c39e541c476b210f31f8021bf1972cbb472f1cd1a4ee279587537457a2e04");
}

}  // namespace
}  // namespace wasmcloud::component
