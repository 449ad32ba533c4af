#include "wasmcloud/base/signal.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

using namespace std::chrono_literals;

class SignalTest : public ::testing::Test {
 protected:
  static Task<> wait(SignalTest& test, Deadline deadline) {
    const Result<> waited = co_await test.signal_.wait(deadline);
    test.ended_.push_back(waited ? "woken" : std::string(to_string(waited.error().kind())));
    co_return Result<>();
  }

  asio::io_context context_;
  Signal signal_;
  std::vector<std::string> ended_;
  TaskScope scope_{context_.get_executor()};
};

TEST_F(SignalTest, WakesAllWhoWait) {
  scope_.spawn("one", wait(*this, Deadline::never()));
  scope_.spawn("two", wait(*this, Deadline::never()));
  asio::post(context_, [&] { signal_.notify(); });
  context_.run();
  EXPECT_EQ(ended_, (std::vector<std::string>{"woken", "woken"}));
}

TEST_F(SignalTest, IsNotKeptForThoseWhoComeLater) {
  signal_.notify();
  scope_.spawn("late", wait(*this, Deadline::after(1ms)));
  context_.run();
  EXPECT_EQ(ended_, std::vector<std::string>{"timeout"});
}

TEST_F(SignalTest, AWaitThatEndedOtherwiseIsForgotten) {
  scope_.spawn("cancelled", wait(*this, Deadline::never()));
  asio::post(context_, [&] { scope_.cancel(); });
  context_.run();
  EXPECT_EQ(ended_, std::vector<std::string>{"cancelled"});
  signal_.notify();
}

}  // namespace
}  // namespace wasmcloud
