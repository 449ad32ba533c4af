#include "wasmcloud/wash/pid_files.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/wash/child_process.h"

namespace wasmcloud::wash {
namespace {

class PidFile : public testing::Test {
 protected:
  void put(const std::filesystem::path& file, const std::string& text) const {
    std::ofstream(file) << text;
  }

  // A process that waits, with what else it is told.
  std::unique_ptr<ChildProcess> sleeper(std::vector<std::string> arguments = {}) const {
    std::vector<std::string> all{"-c", "read nothing < \"$1\"; exit 0", "sh", fifo_.string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    auto child = ChildProcess::start(
        {.program = "/bin/sh", .arguments = std::move(all), .output = STDERR_FILENO});
    EXPECT_TRUE(child) << child.error().describe();
    return *std::move(child);
  }

  void SetUp() override { ASSERT_EQ(::mkfifo(fifo_.c_str(), 0600), 0); }

  TemporaryDirectory directory_;
  const std::filesystem::path fifo_ = directory_.path() / "fifo";
  const PidFiles files_{directory_.path()};
};

TEST(HostPid, IsJson) {
  EXPECT_EQ(to_json(HostPid{.version = "1.9.1", .pid = 4711}), R"({"version":"1.9.1","pid":4711})");
  const auto read = parse_host_pid(R"({"pid":4711,"version":"1.9.1","started":77,"more":[]})");
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->version, "1.9.1");
  EXPECT_EQ(read->pid, 4711);
  EXPECT_EQ(read->started, 77U);
}

TEST(HostPid, OfAnyOtherTextIsAnError) {
  for (const char* const text : {"", "4711", "[]", "{}", R"({"pid":"1"})", R"({"pid":0})",
                                 R"({"pid":-1})", R"({"pid":99999999999})", R"({"pid":1.5})"}) {
    EXPECT_FALSE(parse_host_pid(text)) << text;
  }
}

TEST_F(PidFile, FindsTheHostThatWasWritten) {
  const auto child = sleeper();
  const Process& process = child->process();
  ASSERT_TRUE(
      files_.write_host({.version = "1", .pid = process.pid(), .started = process.started()}));
  EXPECT_TRUE(files_.has_host_file());
  const auto host = files_.host();
  ASSERT_TRUE(host);
  EXPECT_EQ(host->pid(), process.pid());
  files_.remove_host_file();
  EXPECT_FALSE(files_.has_host_file());
  EXPECT_FALSE(files_.host());
}

TEST_F(PidFile, DoesNotTakeAnotherProcessForTheHost) {
  const auto child = sleeper();
  const Process& process = child->process();
  ASSERT_TRUE(
      files_.write_host({.pid = process.pid(), .started = process.started().value_or(0) + 1}));
  EXPECT_FALSE(files_.host());
  put(files_.host_file(), to_json(HostPid{.version = "1.9.1", .pid = process.pid()}));
  EXPECT_FALSE(files_.host()) << "a shell is no host";
  put(files_.host_file(), R"({"version":"1.9.1","pid":1})");
  EXPECT_FALSE(files_.host());
}

TEST_F(PidFile, KnowsAnOlderShellsHostByItsName) {
  const auto copy = directory_.path() / "wasmcloud_host";
  std::filesystem::copy_file("/bin/sh", copy);
  auto child = ChildProcess::start({.program = copy,
                                    .arguments = {"-c", "read x < \"$1\"; exit", "sh", fifo_},
                                    .output = STDERR_FILENO});
  ASSERT_TRUE(child) << child.error().describe();
  put(files_.host_file(), to_json(HostPid{.version = "1.9.1", .pid = (*child)->process().pid()}));
  EXPECT_TRUE(files_.host());
}

TEST_F(PidFile, KnowsTheNatsServerByTheFileItWasToldToWrite) {
  const auto child = sleeper({"--pid", files_.nats_file()});
  const auto other = sleeper({"--pid", "/elsewhere/nats.pid"});
  EXPECT_FALSE(files_.nats());
  put(files_.nats_file(), std::to_string(child->process().pid()));
  const auto nats = files_.nats();
  ASSERT_TRUE(nats);
  EXPECT_EQ(nats->pid(), child->process().pid());
  put(files_.nats_file(), std::to_string(other->process().pid()));
  EXPECT_FALSE(files_.nats());
  put(files_.nats_file(), "no number");
  EXPECT_FALSE(files_.nats());
}

TEST_F(PidFile, ThatCannotBeWrittenIsNamed) {
  put(directory_.path() / "file", "");
  const PidFiles files(directory_.path() / "file" / "deeper");
  const auto written = files.write_host({.pid = 1});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message(), testing::StartsWith(files.host_file().string()));
}

}  // namespace
}  // namespace wasmcloud::wash
