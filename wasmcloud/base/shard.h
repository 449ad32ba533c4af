// One event loop a core. A shard is an io_context on a thread of its own; whatever is made on a
// shard lives and dies there, so nothing in it takes a lock. Shards speak to each other by posting.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "wasmcloud/base/task.h"

namespace wasmcloud {

// The completion token for co_spawn() on another executor: what runs there does not learn that the
// caller is cancelled, and the caller waits for its end. Asio 1.81 would tell it through a signal
// of the caller's, which may be gone when the other thread gets to it.
inline auto not_cancelled() {
  return asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable_t<>());
}

class Shard {
 public:
  explicit Shard(std::size_t index) : index_(index), context_(1) {}

  std::size_t index() const noexcept { return index_; }

  asio::io_context& context() noexcept { return context_; }

  asio::io_context::executor_type executor() noexcept { return context_.get_executor(); }

  // Whether the calling thread is this shard's.
  bool is_current() const noexcept;

 private:
  std::size_t index_;
  asio::io_context context_;
};

// Starts its threads when made; stop() ends them. Thread-safe but for stop and destruction.
class Shards {
 public:
  // `count` of 0: one for each core that this process may use. Threads are named wc-shard-N.
  explicit Shards(std::size_t count = 0);
  // Stops and joins. What still hangs on the loops is destroyed, not run: stop services first.
  ~Shards();
  Shards(const Shards&) = delete;
  Shards& operator=(const Shards&) = delete;

  std::size_t size() const noexcept { return shards_.size(); }

  Shard& operator[](std::size_t index) noexcept { return *shards_[index]; }

  // Runs `make(shard)` on every shard at the same time and blocks until all have ended: the first
  // error, if any. Not to be called on a shard.
  Result<> run_on_all(std::function<Task<>(Shard&)> make);

  // The same one after the other, awaited: from any executor. Not cancellable: all shards, or none.
  Task<> on_all(std::function<Task<>(Shard&)> make);

  // For calls that block: files, name lookup. Small and shared.
  asio::thread_pool& blocking_pool() noexcept { return blocking_pool_; }

  // Ends the loops and joins the threads. Idempotent. Not to be called on a shard.
  void stop() noexcept;

 private:
  struct Thread;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::vector<std::unique_ptr<Thread>> threads_;
  asio::thread_pool blocking_pool_;
};

// How many cores this process may use: its affinity mask, and the cgroup's CPU quota rounded up.
std::size_t usable_cores() noexcept;

}  // namespace wasmcloud
