// Coroutines: Task<T> is what an asynchronous function returns, TaskScope owns those that run
// beside their maker.
//
// Rules (docs/style.md): parameters by value; no capturing lambda coroutines; no lock or guard
// across co_await; build aggregates, lambdas and ?: of class type on the line above a co_await and
// move them in.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "wasmcloud/base/result.h"

namespace wasmcloud {

namespace asio = boost::asio;

template <typename T = void>
using Task = asio::awaitable<Result<T>>;

// The completion token of every I/O operation: errors are values, `auto [error, n] = co_await
// read(..., as_result);`
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Owns tasks that run beside their maker. Lives on one executor, its owner's, and is its owner's
// last member.
class TaskScope {
 public:
  explicit TaskScope(asio::any_io_executor executor);
  ~TaskScope();  // asserts that no child is left
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

  // Starts `task` on the scope's executor. A failure is logged with `name`, a cancellation is not.
  // After cancel() a new task is started already cancelled.
  void spawn(std::string name, Task<> task);
  // Asks every child to stop. Idempotent; call it on the scope's executor.
  void cancel() noexcept;
  // Returns when no child is left. Spawning while somebody joins is allowed: the newcomer is waited
  // for too.
  Task<> join();
  std::size_t size() const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared only with what the executor still holds
};

// `error` of an Asio operation as ours: operation_aborted becomes `cancelled`, connection trouble
// `unavailable`.
Error to_error(const boost::system::error_code& error, std::string_view doing);

// Runs `task` on `executor` and blocks the calling thread until it ends. For mains, tests and
// tools: never on a shard.
Result<> block_on(asio::any_io_executor executor, Task<> task);

}  // namespace wasmcloud

// WC_TRY and WC_CHECK in a coroutine: the expression is a Task, awaited here.
#define WC_CO_TRY(target, task, ...)                                 \
  WC_TRY_IMPL(co_return, WC_CONCAT(wc_result_, __COUNTER__), target, \
              co_await (task) __VA_OPT__(, ) __VA_ARGS__)
#define WC_CO_CHECK(task, ...)                                 \
  WC_CHECK_IMPL(co_return, WC_CONCAT(wc_result_, __COUNTER__), \
                co_await (task) __VA_OPT__(, ) __VA_ARGS__)
// The same for a plain Result inside a coroutine.
#define WC_CO_TRY_VALUE(target, expression, ...)                     \
  WC_TRY_IMPL(co_return, WC_CONCAT(wc_result_, __COUNTER__), target, \
              expression __VA_OPT__(, ) __VA_ARGS__)
#define WC_CO_CHECK_VALUE(expression, ...)                     \
  WC_CHECK_IMPL(co_return, WC_CONCAT(wc_result_, __COUNTER__), \
                expression __VA_OPT__(, ) __VA_ARGS__)
