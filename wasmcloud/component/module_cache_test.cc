// What lies in the cache is run as it is: what counts there, and what is made anew.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "wasmcloud/component/blocking_store.h"
#include "wasmcloud/component/component.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/validator_testing.h"

namespace wasmcloud::component {
namespace {

namespace fs = std::filesystem;

constexpr const char* kComponent = R"((component
  (core module $m (func (export "f") (result i32) i32.const 42))
  (core instance $i (instantiate $m))
  (func (export "f") (result u32) (canon lift (core func $i "f")))))";

// Two modules that cannot become one, because an instruction names a type.
constexpr const char* kApart = R"((component
  (core module $a (memory (export "m") 1) (func (export "f") (result i32) i32.const 42))
  (core module $b (type $t (func)) (import "a" "f" (func $f (result i32)))
    (func (export "g") (result i32) (drop (ref.null $t)) (call $f)))
  (core instance $i (instantiate $a))
  (core instance $j (instantiate $b (with "a" (instance $i))))
  (func (export "f") (result u32) (canon lift (core func $j "g")))))";

class Cache : public ::testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder_); }

  void TearDown() override { fs::remove_all(folder_); }

  std::unique_ptr<Engine> engine() const {
    auto made = Engine::create({.cache_dir = folder_, .instances = 2});
    EXPECT_TRUE(made) << made.error().describe();
    return *std::move(made);
  }

  // Loads and runs the component; how many modules were compiled for it.
  static std::uint64_t compiled_for(const Engine& engine, const std::string& text = kComponent) {
    const std::uint64_t before = engine.impl().modules_compiled;
    const Host host;
    auto loaded = Component::load(engine, host, testing::check(text).bytes);
    EXPECT_TRUE(loaded) << loaded.error().describe();
    if (loaded) {
      auto store = BlockingStore::create(*loaded, std::make_unique<HostState>(), {});
      EXPECT_EQ((*store)->call<std::uint32_t>("", "f").value(), 42U);
    }
    return engine.impl().modules_compiled - before;
  }

  std::vector<fs::path> files(std::string_view extension) const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
      if (entry.path().extension() == extension) {
        found.push_back(entry.path());
      }
    }
    return found;
  }

  // The only file of compiled code.
  fs::path code() const {
    const auto found = files(".cwasm");
    EXPECT_EQ(found.size(), 1U);
    return found.front();
  }

  // It is compiled once more, and from then on the cache has it again.
  void expect_refused(const Engine& engine) const {
    EXPECT_EQ(compiled_for(engine), 1U);
    EXPECT_EQ(compiled_for(engine), 0U);
  }

  fs::path folder_ = fs::path(::testing::TempDir()) /
                     fmt::format("wc-module-cache-{}", static_cast<int>(getpid()));
};

TEST_F(Cache, SavesCompiling) {
  EXPECT_EQ(compiled_for(*engine()), 1U);
  EXPECT_EQ(compiled_for(*engine()), 0U);
}

TEST_F(Cache, OfAnotherModuleIsNoUse) {
  const auto made = engine();
  compiled_for(*made);
  std::string other = kComponent;
  other.replace(other.find("i32.const 42"), 12, "i32.const 41 i32.const 1 i32.add");
  EXPECT_EQ(compiled_for(*made, other), 1U);
}

TEST_F(Cache, RefusesTruncatedCode) {
  const auto made = engine();
  compiled_for(*made);
  const auto whole = fs::file_size(code());
  for (const std::uintmax_t size : {std::uintmax_t{0}, std::uintmax_t{100}, whole / 2, whole - 1}) {
    fs::resize_file(code(), size);
    SCOPED_TRACE(size);
    expect_refused(*made);
  }
}

TEST_F(Cache, RefusesCodeOfAnotherVersion) {
  const auto made = engine();
  compiled_for(*made);
  std::fstream file(code(), std::ios::binary | std::ios::in | std::ios::out);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string major = std::to_string(WASMTIME_VERSION_MAJOR);
  const std::size_t version = text.find(static_cast<char>(major.size()) + major);
  ASSERT_NE(version, std::string::npos);
  file.clear();
  file.seekp(static_cast<std::streamoff>(version) + 1).put('0');
  file.close();
  expect_refused(*made);
}

TEST_F(Cache, RefusesCodeThatOthersMayWrite) {
  const auto made = engine();
  compiled_for(*made);
  for (const fs::perms others : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(code(), others, fs::perm_options::add);
    expect_refused(*made);
  }
}

TEST_F(Cache, RefusesCodeOfAnotherUser) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root gives files away";
  }
  const auto made = engine();
  compiled_for(*made);
  constexpr uid_t kNobody = 65534;
  ASSERT_EQ(chown(code().c_str(), kNobody, kNobody), 0);
  expect_refused(*made);
}

TEST_F(Cache, RefusesLinks) {
  const auto made = engine();
  compiled_for(*made);
  const fs::path file = code();
  const fs::path elsewhere = folder_ / "elsewhere";
  fs::rename(file, elsewhere);
  fs::create_symlink(elsewhere, file);
  expect_refused(*made);
}

TEST_F(Cache, NotesWhatStaysApart) {
  EXPECT_EQ(compiled_for(*engine(), kApart), 2U);
  const auto notes = files(".note");
  EXPECT_FALSE(notes.empty());
  EXPECT_EQ(compiled_for(*engine(), kApart), 0U);
  EXPECT_EQ(files(".note"), notes);
}

TEST_F(Cache, NotesAreBelievedAsCodeIs) {
  const auto made = engine();
  const std::string key = cache_key(*made, std::vector<std::string_view>{"a", "b"});
  EXPECT_FALSE(is_noted(*made, key));
  keep_note(*made, key);
  EXPECT_TRUE(is_noted(*made, key));
  fs::permissions(files(".note").front(), fs::perms::others_write, fs::perm_options::add);
  EXPECT_FALSE(is_noted(*made, key));
  keep_note(*made, key);
  EXPECT_TRUE(is_noted(*made, key));
  EXPECT_FALSE(is_noted(*made, cache_key(*made, std::vector<std::string_view>{"ab"})));
}

std::string digest_of(const Engine& engine, std::string_view text) {
  return cache_digest(engine, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

TEST_F(Cache, DigestsDependOnEachByteAndOnTheSecret) {
  const auto first = engine();
  const std::string digest = digest_of(*first, "some bytes");
  EXPECT_EQ(digest.size(), 32U);
  EXPECT_NE(digest_of(*first, "same bytes"), digest);
  EXPECT_EQ(digest_of(*engine(), "some bytes"), digest);
  fs::remove(folder_ / "secret");
  EXPECT_NE(digest_of(*engine(), "some bytes"), digest);
}

TEST_F(Cache, ReplacesASecretThatIsNone) {
  const fs::path file = folder_ / "secret";
  std::string digest = digest_of(*engine(), "some bytes");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto expect_another = [&] {
    const std::string now = digest_of(*engine(), "some bytes");
    EXPECT_NE(now, digest);
    EXPECT_EQ(digest_of(*engine(), "some bytes"), now);
    digest = now;
  };
  fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  expect_another();
  fs::resize_file(file, 31);
  expect_another();
  const fs::path elsewhere = folder_ / "elsewhere";
  fs::rename(file, elsewhere);
  fs::create_symlink(elsewhere, file);
  expect_another();
}

TEST_F(Cache, ThatCannotBeMadeIsDoneWithout) {
  std::ofstream(folder_) << "a file";
  const auto made = engine();
  EXPECT_EQ(digest_of(*made, "some bytes"), "");
  EXPECT_EQ(compiled_for(*made), 1U);
  EXPECT_EQ(compiled_for(*made), 1U);
}

}  // namespace
}  // namespace wasmcloud::component
