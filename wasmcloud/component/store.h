// One running instance of a component, with everything that belongs to it: Wasmtime's store, its
// core instances, handle tables and the host's state. Made, used and destroyed on one shard;
// nothing in it takes a lock.
//
// Guest code runs on a fibre of its own (run()). Whatever happens there is plain C++: a host
// function that has to wait calls await(), which suspends the fibre and lets the shard serve
// others; a guest that computes for longer than an epoch tick is suspended in the same way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/component/guest.h"

namespace wasmcloud::component {

class Component;
struct Program;
struct LiftedFunc;

// What the host keeps for one store: the WASI context, say.
class HostState {
 public:
  virtual ~HostState() = default;

  // Whether close() has anything to wait for.
  virtual bool needs_close() const noexcept { return false; }

  // Ends what still runs on behalf of the guest. Awaited before the store is destroyed if
  // needs_close().
  virtual Task<> close() { co_return Result<>(); }
};

// close(), if there is anything to wait for; also for a task that is being cancelled.
Task<> close_state(HostState& state);

struct StoreLimits {
  std::uint64_t memory_bytes = 256ULL
                               << 20U;    // each linear memory; growth beyond fails in the guest
  Deadline deadline = Deadline::never();  // then the guest traps with kind `timeout`
  // How much one call may copy out of a guest, as the host keeps it: Wasmtime's default. Views, and
  // what goes from guest to guest, are not counted.
  std::uint64_t copied_bytes = 128ULL << 20U;
};

class Store {
 public:
  using Body = std::move_only_function<Result<>(Store&)>;

  // Allocates; runs nothing yet. `exhausted` if the instance pool is full.
  static Result<std::unique_ptr<Store>> create(std::shared_ptr<const Component> component,
                                               asio::any_io_executor executor,
                                               std::unique_ptr<HostState> host,
                                               StoreLimits limits = {});
  // No run() may be in progress.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `body` on the store's fibre until it ends; the first time, the component is instantiated
  // before. Once at a time. If it needs no waiting it ends without leaving the calling thread.
  // Cancelling the task, or the deadline, makes the guest trap at its next chance; run() then
  // returns only when the fibre is unwound. Errors: `trap` with the trap's text as message and the
  // wasm backtrace as detail, `timeout`, `cancelled`, or what the body returned.
  Task<> run(Body body);
  // The same, when it is already known that nobody will cancel: returns whether it ended at once,
  // without waiting. If not, the caller must finish with resume().
  bool start(Body body);
  Task<> resume();
  // After start() gave true: how it ended.
  Result<> take_result();

  // --- inside a body or a host function, on the fibre ---

  // Suspends the guest until `task` has ended. It is cancelled when the store is killed.
  template <typename T>
  Result<T> await(Task<T> task);  // await.h

  // One operation that somebody else completes: set `done` on this shard and call wake().
  struct Operation {
    bool done = false;
    std::move_only_function<void()> cancel;  // asks it to end early; it must still become done
  };

  // Suspends until operation.done. An error only if the guest is to stop; operation.done holds even
  // then.
  Result<> wait(Operation& operation);
  // `unsupported` where the guest cannot be suspended: in the start functions of its core modules.
  Result<> may_wait() const;

  template <typename T>
  T& host() noexcept {
    return static_cast<T&>(*host_);
  }

  const asio::any_io_executor& executor() const noexcept { return executor_; }

  const Component& component() const noexcept { return *component_; }

  const StoreLimits& limits() const noexcept { return limits_; }

  // --- from outside the fibre, on the shard ---

  // An operation that the guest waits for may have become done.
  void wake() noexcept;
  // Makes the guest trap with `why` at its next chance. The first reason counts.
  void kill(Error why);
  bool killed() const noexcept;
  // Whether the guest hangs in wait() (and not in its own computation).
  bool waiting() const noexcept;

  // --- for the canonical ABI (guest.cc, calls.cc, trampolines.cc) ---
  struct Impl;

  Impl& impl() noexcept { return *impl_; }

 private:
  Store(std::shared_ptr<const Component> component, asio::any_io_executor executor,
        std::unique_ptr<HostState> host, StoreLimits limits);

  std::shared_ptr<const Component> component_;
  asio::any_io_executor executor_;
  StoreLimits limits_;
  std::unique_ptr<HostState> host_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmcloud::component
