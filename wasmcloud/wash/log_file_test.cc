#include "wasmcloud/wash/log_file.h"

#include <fstream>
#include <iterator>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

class Log : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) const {
    std::ofstream(directory_.path() / name, std::ios::binary) << text;
  }

  std::string get(const std::string& name) const {
    std::ifstream file(directory_.path() / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  LogFile unused() const {
    auto file = LogFile::open_unused(directory_.path(), "wasmcloud");
    EXPECT_TRUE(file) << file.error().describe();
    return *std::move(file);
  }

  TemporaryDirectory directory_;
};

TEST_F(Log, IsMadeAnew) {
  put("wasmcloud.log", "of yesterday\n");
  const LogFile file = unused();
  EXPECT_EQ(file.path(), directory_.path() / "wasmcloud.log");
  EXPECT_EQ(get("wasmcloud.log"), "");
}

TEST_F(Log, InUseIsLeftAlone) {
  std::optional<LogFile> first = unused();
  ASSERT_EQ(::write(first->descriptor(), "one\n", 4), 4);
  const LogFile second = unused();
  EXPECT_EQ(second.path(), directory_.path() / "wasmcloud-2.log");
  EXPECT_EQ(unused().path(), directory_.path() / "wasmcloud-3.log");
  EXPECT_EQ(get("wasmcloud.log"), "one\n");
  first.reset();
  EXPECT_EQ(unused().path(), directory_.path() / "wasmcloud.log");
}

TEST_F(Log, IsInUseAsLongAsAnyoneHoldsItsDescriptor) {
  std::optional<LogFile> first = unused();
  const int copy = ::dup(first->descriptor());
  first.reset();
  EXPECT_EQ(unused().path(), directory_.path() / "wasmcloud-2.log");
  ::close(copy);
  EXPECT_EQ(unused().path(), directory_.path() / "wasmcloud.log");
}

TEST_F(Log, OfANameThatWasAskedForIsShared) {
  const auto path = directory_.path() / "deep" / "down" / "host.log";
  const auto first = LogFile::open(path);
  ASSERT_TRUE(first) << first.error().describe();
  ASSERT_EQ(::write(first->descriptor(), "one\n", 4), 4);
  const auto second = LogFile::open(path);
  ASSERT_TRUE(second) << second.error().describe();
  ASSERT_EQ(::write(second->descriptor(), "two\n", 4), 4);
  EXPECT_EQ(get("deep/down/host.log"), "one\ntwo\n");
}

TEST_F(Log, ThatCannotBeWrittenIsNamed) {
  put("file", "");
  const auto path = directory_.path() / "file" / "host.log";
  const auto file = LogFile::open(path);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message(), testing::StartsWith(path.string()));
}

TEST_F(Log, HasLastLines) {
  const auto last = [this](const std::string& text, std::size_t count) {
    put("x.log", text);
    return last_lines(directory_.path() / "x.log", count);
  };
  EXPECT_EQ(last("", 2), "");
  EXPECT_EQ(last("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(last("a\nb\nc", 2), "b\nc\n");
  EXPECT_EQ(last("a\n", 2), "a\n");
  EXPECT_EQ(last("\n\n\n", 2), "\n\n");
  EXPECT_EQ(last("a\nb\n", 0), "");
  EXPECT_EQ(last(std::string(100'000, 'x') + "\nend\n", 1), "end\n");
  EXPECT_EQ(last_lines(directory_.path() / "none.log", 3), "");
}

}  // namespace
}  // namespace wasmcloud::wash
