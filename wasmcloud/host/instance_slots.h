// How many calls of a component may run at a time, on all shards together (max_instances).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"

namespace wasmcloud::host {

// Thread-safe. While there is room it costs one atomic operation to take a slot and one to give it
// back; the lock is for those who wait.
class InstanceSlots {
 public:
  // Calls that may wait for a slot; more are refused.
  static constexpr std::size_t kMaxWaiting = 10'000;

  explicit InstanceSlots(std::uint32_t limit) : limit_(limit), free_(limit) {}

  InstanceSlots(const InstanceSlots&) = delete;
  InstanceSlots& operator=(const InstanceSlots&) = delete;

  // Whether there was room. A slot that is taken must be given back.
  bool try_take() noexcept;
  // Waits for room, in the order of asking. Awaited on an executor of one thread. `timeout`,
  // `cancelled`; `exhausted` if too many wait already. The InstanceSlots must outlive it.
  Task<> take(Deadline deadline);
  void give_back() noexcept;

  std::uint32_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }

  // From now on; calls under way are not cut short, so that for a while more may run.
  void set_limit(std::uint32_t limit) noexcept;

 private:
  struct Waiting;

  bool take_free() noexcept;
  void hand_out() noexcept;
  // Whether it had been given a slot meanwhile.
  bool leave(const std::shared_ptr<Waiting>& waiting) noexcept;

  std::atomic<std::uint32_t> limit_;
  std::atomic<std::int64_t> free_;  // below zero: the limit was lowered under running calls
  std::atomic<std::uint32_t> waiting_count_{0};
  std::mutex mutex_;
  std::deque<std::shared_ptr<Waiting>> waiting_;  // guarded by mutex_
};

}  // namespace wasmcloud::host
