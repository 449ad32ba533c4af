#include "wasmcloud/wash/file_watcher.h"

#include <fstream>
#include <functional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

using namespace std::chrono_literals;

// Far more than it takes, and the end of a test that fails.
constexpr auto kPatience = 20s;
// For what must not happen: a little more than the watcher's own patience.
constexpr auto kMoment = 400ms;

Task<> await_change(FileWatcher& watcher, Deadline deadline, bool& changed) {
  WC_CO_TRY(changed, watcher.changed(deadline));
  co_return Result<>();
}

class FileWatcherTest : public testing::Test {
 protected:
  FileWatcherTest() : file_(directory_.path() / "app.wasm") {
    write(file_, "one");
    watcher_ = make_file_watcher(context_.get_executor(), file_).value();
  }

  static void write(const std::filesystem::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  }

  // Whether the watcher tells of a change when `change` is made while it waits.
  bool tells(const std::function<void()>& change, std::chrono::milliseconds time = kPatience) {
    bool changed = false;
    context_.restart();
    auto ended = asio::co_spawn(context_, await_change(*watcher_, Deadline::after(time), changed),
                                asio::use_future);
    context_.poll();
    change();
    context_.run();
    EXPECT_TRUE(ended.get());
    return changed;
  }

  TemporaryDirectory directory_;
  std::filesystem::path file_;
  asio::io_context context_;
  std::unique_ptr<FileWatcher> watcher_;
};

TEST_F(FileWatcherTest, TellsOfAFileWrittenInPlace) {
  EXPECT_TRUE(tells([this] { write(file_, "another"); }));
}

TEST_F(FileWatcherTest, TellsOfAFileReplacedByRename) {
  EXPECT_TRUE(tells([this] {
    write(directory_.path() / "new", "new");
    std::filesystem::rename(directory_.path() / "new", file_);
  }));
}

TEST_F(FileWatcherTest, TellsOfAFileRemovedAndMadeAnew) {
  EXPECT_TRUE(tells([this] {
    std::filesystem::remove(file_);
    write(file_, "anew");
  }));
}

TEST_F(FileWatcherTest, TellsOfADirectoryRemovedAndMadeAnew) {
  const auto build = directory_.path() / "build";
  std::filesystem::create_directory(build);
  write(build / "app.wasm", "one");
  watcher_ = make_file_watcher(context_.get_executor(), build / "app.wasm").value();
  EXPECT_FALSE(tells([&] { std::filesystem::remove_all(build); }, kMoment));
  EXPECT_TRUE(tells([&] {
    std::filesystem::create_directory(build);
    write(build / "app.wasm", "two");
  }));
}

TEST_F(FileWatcherTest, TellsOfTheTargetOfALink) {
  const auto link = directory_.path() / "link";
  const auto elsewhere = directory_.path() / "elsewhere";
  std::filesystem::create_directory(elsewhere);
  write(elsewhere / "app.wasm", "one");
  std::filesystem::create_symlink(elsewhere / "app.wasm", link);
  watcher_ = make_file_watcher(context_.get_executor(), link).value();
  EXPECT_TRUE(tells([&] { write(elsewhere / "app.wasm", "another"); }));
}

TEST_F(FileWatcherTest, TellsOfEachChangeOnce) {
  EXPECT_TRUE(tells([this] { write(file_, "another"); }));
  EXPECT_FALSE(tells([] {}, kMoment));
}

TEST_F(FileWatcherTest, TellsOfAChangeMadeBeforeItWasAsked) {
  write(file_, "another");
  EXPECT_TRUE(tells([] {}));
}

TEST_F(FileWatcherTest, IsSilentOnOtherFilesAndOnRemoval) {
  EXPECT_FALSE(tells(
      [this] {
        write(directory_.path() / "other.wasm", "other");
        std::filesystem::remove(file_);
      },
      kMoment));
}

}  // namespace
}  // namespace wasmcloud::wash
