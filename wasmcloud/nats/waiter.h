// How a coroutine waits for what a thread of the C client, or of a pool, will tell it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"

namespace wasmcloud::nats::internal {

// Belongs to one executor that runs on one thread (a shard's), where alone it is waited for.
// Shared with those who wake it.
class Waiter {
 public:
  explicit Waiter(const asio::any_io_executor& executor) : timer_(executor) {}

  // Any thread. Only hands over: the waiting coroutine resumes on its executor.
  static void wake(std::shared_ptr<Waiter> waiter) {
    const asio::any_io_executor executor = waiter->timer_.get_executor();
    asio::post(executor, [waiter = std::move(waiter)] {
      waiter->woken_ = true;
      waiter->timer_.cancel();
    });
  }

  // Before a new wait that only a wake from now on is to end.
  void reset() noexcept { woken_ = false; }

  // Ends with a wake. `timeout`: the deadline passed. `cancelled`: the awaiting task was. One waits
  // at a time.
  Task<> wait(Deadline deadline) {
    if (woken_) {
      co_return Result<>();
    }
    timer_.expires_at(deadline.when());
    const auto [error] = co_await timer_.async_wait(as_result);
    if (woken_) {
      co_return Result<>();
    }
    if (error) {
      co_return Error(ErrorKind::cancelled, "cancelled while waiting");
    }
    co_return Error(ErrorKind::timeout, "the deadline passed");
  }

 private:
  asio::steady_timer timer_;
  bool woken_ = false;  // only on the executor
};

// Runs `work`, which may block, on `pool`, and resumes with its result. When the wait ends earlier
// the work goes on and its result is dropped, on whichever side is last.
template <typename T>
Task<T> run_blocking(asio::any_io_executor pool, std::function<Result<T>()> work,
                     Deadline deadline) {
  struct Slot {
    explicit Slot(const asio::any_io_executor& executor) : waiter(executor) {}

    Waiter waiter;
    std::optional<Result<T>> result;
  };

  const auto slot = std::make_shared<Slot>(co_await asio::this_coro::executor);
  asio::post(pool, [slot, work = std::move(work)]() mutable {
    slot->result.emplace(work());
    work = nullptr;
    Waiter::wake(std::shared_ptr<Waiter>(slot, &slot->waiter));
  });
  WC_CO_CHECK(slot->waiter.wait(deadline));
  co_return *std::move(slot->result);
}

}  // namespace wasmcloud::nats::internal
