#include "wasmcloud/wasi/clocks.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class CountingWaker final : public Waker {
 public:
  void wake() noexcept override { ++count; }

  int count = 0;
};

TEST(Timer, OfThePastIsReadyAtOnce) {
  asio::io_context loop;
  EXPECT_TRUE(make_timer(loop.get_executor(), deadline_at(0))->ready());
  EXPECT_TRUE(make_timer(loop.get_executor(), deadline_after(0))->ready());
}

TEST(Timer, WakesWhoWaitsForIt) {
  asio::io_context loop;
  const auto timer = make_timer(loop.get_executor(), Deadline::after(milliseconds(2)));
  CountingWaker waker;
  timer->arm(waker);
  timer->arm(waker);
  loop.run();
  EXPECT_EQ(waker.count, 2);
  EXPECT_TRUE(timer->ready());
  timer->disarm(waker);
  timer->disarm(waker);
}

TEST(Timer, KeepsNoLoopBusyWhenNobodyWaits) {
  asio::io_context loop;
  const auto timer = make_timer(loop.get_executor(), Deadline::after(hours(1)));
  CountingWaker waker;
  timer->arm(waker);
  timer->disarm(waker);
  loop.run();
  EXPECT_EQ(waker.count, 0);
}

TEST(Timer, CanBeWaitedForAgain) {
  asio::io_context loop;
  const auto timer = make_timer(loop.get_executor(), Deadline::after(milliseconds(2)));
  CountingWaker first;
  timer->arm(first);
  timer->disarm(first);
  CountingWaker second;
  timer->arm(second);
  loop.run();
  EXPECT_EQ(first.count, 0);
  EXPECT_EQ(second.count, 1);
}

TEST(Timer, MayGoWhileItsHandlerIsOnItsWay) {
  asio::io_context loop;
  auto timer = make_timer(loop.get_executor(), deadline_at(0));
  CountingWaker waker;
  timer->arm(waker);
  timer->disarm(waker);
  timer.reset();
  loop.run();
  EXPECT_EQ(waker.count, 0);
}

TEST(Timer, BeyondAllTimeIsNeverReady) {
  asio::io_context loop;
  EXPECT_TRUE(deadline_after(~std::uint64_t{0}).is_never());
  EXPECT_TRUE(deadline_at(~std::uint64_t{0}).is_never());
  const auto timer = make_timer(loop.get_executor(), deadline_after(~std::uint64_t{0}));
  CountingWaker waker;
  timer->arm(waker);
  loop.run();
  EXPECT_FALSE(timer->ready());
  timer->disarm(waker);
}

}  // namespace
}  // namespace wasmcloud::wasi
