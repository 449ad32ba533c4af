#include "wasmcloud/host/instance_slots.h"

#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace wasmcloud::host {

struct InstanceSlots::Waiting {
  explicit Waiting(const asio::any_io_executor& executor) : timer(executor) {}

  asio::steady_timer timer;  // only on its executor
  bool given = false;        // guarded by the slots' mutex
};

// Taking and giving back look at both counters, each at the other's after having changed its own.
// With sequentially consistent operations at least one of the two sees the other: no slot stays
// free while somebody waits.

bool InstanceSlots::take_free() noexcept {
  std::int64_t free = free_.load();
  while (free > 0) {
    if (free_.compare_exchange_weak(free, free - 1)) {
      return true;
    }
  }
  return false;
}

bool InstanceSlots::try_take() noexcept { return waiting_count_.load() == 0 && take_free(); }

Task<> InstanceSlots::take(Deadline deadline) {
  if (try_take()) {
    co_return Result<>();
  }
  const auto waiting = std::make_shared<Waiting>(co_await asio::this_coro::executor);
  waiting->timer.expires_at(deadline.when());
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() >= kMaxWaiting) {
      co_return Error(ErrorKind::exhausted, "{} calls are waiting already", kMaxWaiting);
    }
    waiting_.push_back(waiting);
    waiting_count_.store(static_cast<std::uint32_t>(waiting_.size()));
  }
  hand_out();  // one may have been given back since we looked
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);  // not before it has left the queue
  const auto [error] = co_await waiting->timer.async_wait(as_result);
  co_await asio::this_coro::throw_if_cancelled(throws);
  const bool given = leave(waiting);
  if (given) {
    co_return Result<>();
  }
  if (error) {
    co_return Error(ErrorKind::cancelled, "cancelled while waiting for an instance");
  }
  co_return Error(ErrorKind::timeout, "no instance became free in time");
}

bool InstanceSlots::leave(const std::shared_ptr<Waiting>& waiting) noexcept {
  const std::scoped_lock lock(mutex_);
  if (waiting->given) {
    return true;
  }
  std::erase(waiting_, waiting);
  waiting_count_.store(static_cast<std::uint32_t>(waiting_.size()));
  return false;
}

void InstanceSlots::give_back() noexcept {
  free_.fetch_add(1);
  if (waiting_count_.load() != 0) {
    hand_out();
  }
}

void InstanceSlots::hand_out() noexcept {
  const std::scoped_lock lock(mutex_);
  while (!waiting_.empty() && take_free()) {
    const std::shared_ptr<Waiting> next = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_count_.store(static_cast<std::uint32_t>(waiting_.size()));
    next->given = true;
    asio::post(next->timer.get_executor(), [next] { next->timer.cancel(); });
  }
}

void InstanceSlots::set_limit(std::uint32_t limit) noexcept {
  const std::uint32_t before = limit_.exchange(limit);
  free_.fetch_add(static_cast<std::int64_t>(limit) - static_cast<std::int64_t>(before));
  hand_out();
}

}  // namespace wasmcloud::host
