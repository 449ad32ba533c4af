#include "wasmcloud/base/signal.h"

#include <boost/asio/this_coro.hpp>

namespace wasmcloud {

Task<> Signal::wait(Deadline deadline) {
  Waiter waiter(asio::steady_timer(co_await asio::this_coro::executor, deadline.when()));
  waiters_.push_back(waiter);
  const auto [error] = co_await waiter.timer.async_wait(as_result);
  if (waiter.woken) {
    co_return Result<>();
  }
  if (error) {
    co_return Error(ErrorKind::cancelled, "cancelled while waiting");
  }
  co_return Error(ErrorKind::timeout, "nothing came before the deadline");
}

void Signal::notify() noexcept {
  waiters_.clear_and_dispose([](Waiter* waiter) {
    waiter->woken = true;
    waiter->timer.cancel();
  });
}

}  // namespace wasmcloud
