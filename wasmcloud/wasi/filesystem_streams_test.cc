#include "wasmcloud/wasi/filesystem_streams.h"

#include <string>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>

#include "wasmcloud/wasi/filesystem_testing.h"

namespace wasmcloud::wasi::filesystem {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Stops the loop when it is woken.
class LoopWaker final : public Waker {
 public:
  explicit LoopWaker(asio::io_context& loop) : loop_(loop) {}

  void wake() noexcept override { loop_.stop(); }

 private:
  asio::io_context& loop_;
};

// With a pool and without: what a guest sees must be the same.
class FileStreams : public ::testing::TestWithParam<bool> {
 protected:
  StreamThreads threads() {
    return {.executor = loop.get_executor(), .blocking = GetParam() ? &pool : nullptr};
  }

  SharedHandle open(const std::string& name, int flags) {
    return std::make_shared<const FileHandle>(
        ::open((files.path() / name).c_str(), flags | O_CLOEXEC, 0666));
  }

  void wait_for(Waitable& target) {
    const auto work = asio::make_work_guard(loop);
    while (!target.ready()) {
      LoopWaker waker(loop);
      target.arm(waker);
      if (!target.ready()) {
        loop.restart();
        loop.run();
      }
      target.disarm(waker);
    }
  }

  // All that the source gives until it ends.
  std::string drain(InputSource& source, StreamFailure& ended) {
    std::string all;
    for (;;) {
      wait_for(source);
      auto given = source.peek(1000);
      if (!given) {
        ended = std::move(given.error());
        return all;
      }
      EXPECT_FALSE(given->empty());
      all.append(given->begin(), given->end());
      source.consume(given->size());
    }
  }

  TemporaryDirectory files;
  asio::io_context loop;
  asio::thread_pool pool{1};
};

INSTANTIATE_TEST_SUITE_P(Pool, FileStreams, ::testing::Bool(), [](const auto& chosen) {
  return chosen.param ? "WithPool" : "WithoutPool";
});

TEST_P(FileStreams, ASourceGivesTheFileFromItsOffsetThenEnds) {
  std::string text;
  while (text.size() < 200'000) {
    text += std::to_string(text.size()) + " ";
  }
  files.write("file", text);
  const auto source = make_file_source(open("file", O_RDONLY), 10, threads());
  StreamFailure ended;
  EXPECT_EQ(drain(*source, ended), text.substr(10));
  EXPECT_TRUE(std::holds_alternative<Closed>(ended));
}

TEST_P(FileStreams, ASourceThatCannotReadFailsOnceWithItsCode) {
  const auto source = make_file_source(open(".", O_RDONLY | O_DIRECTORY), 0, threads());
  StreamFailure ended;
  EXPECT_EQ(drain(*source, ended), "");
  const auto& error = std::get<std::unique_ptr<IoError>>(ended);
  EXPECT_EQ(dynamic_cast<const FilesystemError&>(*error).code(), ErrorCode::is_directory);
  EXPECT_TRUE(source->ready());
  EXPECT_TRUE(std::holds_alternative<Closed>(source->peek(1).error()));
}

TEST_P(FileStreams, ASinkWritesInOrderFromItsOffset) {
  files.write("file", "0123456789");
  const auto sink = make_file_sink(open("file", O_WRONLY), 2, threads());
  ASSERT_GT(sink->check_write().value(), 4U);
  EXPECT_TRUE(sink->write(bytes("ab")));
  EXPECT_TRUE(sink->write(bytes("cd")));
  EXPECT_TRUE(sink->flush());
  wait_for(*sink);
  EXPECT_GT(sink->check_write().value(), 0U);
  EXPECT_EQ(files.read("file"), "01abcd6789");
}

TEST_P(FileStreams, AnAppendingSinkWritesAtTheEnd) {
  files.write("file", "one");
  const auto sink = make_append_sink(open("file", O_WRONLY), threads());
  EXPECT_TRUE(sink->write(bytes(" two")));
  wait_for(*sink);
  EXPECT_TRUE(sink->write(bytes(" three")));
  wait_for(*sink);
  EXPECT_EQ(files.read("file"), "one two three");
}

TEST_P(FileStreams, ASinkThatCannotWriteFailsOnceThenIsClosed) {
  files.write("file", "");
  const auto sink = make_file_sink(open("file", O_RDONLY), 0, threads());
  EXPECT_TRUE(sink->write(bytes("x")));
  wait_for(*sink);
  const auto failed = sink->check_write();
  ASSERT_FALSE(failed);
  const auto& error = std::get<std::unique_ptr<IoError>>(failed.error());
  EXPECT_EQ(dynamic_cast<const FilesystemError&>(*error).code(), ErrorCode::bad_descriptor);
  EXPECT_TRUE(std::holds_alternative<Closed>(sink->check_write().error()));
}

TEST_P(FileStreams, MayGoWhileTheyWork) {
  files.write("file", "abc");
  auto source = make_file_source(open("file", O_RDONLY), 0, threads());
  static_cast<void>(source->ready());
  source.reset();
  auto sink = make_append_sink(open("file", O_WRONLY), threads());
  EXPECT_TRUE(sink->write(bytes("def")));
  sink.reset();
  pool.join();
  loop.restart();
  loop.run();
  EXPECT_EQ(files.read("file"), "abcdef");
}

}  // namespace
}  // namespace wasmcloud::wasi::filesystem
