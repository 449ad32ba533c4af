// Calls that may block, made by a host function while its guest waits.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/store.h"
#include "wasmcloud/wasi/context.h"

namespace wasmcloud::wasi {

// Runs `call` on the blocking pool (here, if the context has none) and suspends the guest until it
// has ended. `call` may use what the host function was given: views of guest memory and borrowed
// resources stay as they are. It cannot be cancelled.
template <typename F>
Result<std::invoke_result_t<F&>> run_blocking(component::Store& store, F call) {
  using Value = std::invoke_result_t<F&>;
  asio::thread_pool* const pool = store.host<Context>().environment().blocking;
  if (pool == nullptr) {
    return call();
  }
  // All of this is on the fibre's stack: wait() does not return before `done`.
  component::Store::Operation operation;
  operation.cancel = [] {};
  std::optional<Value> value;
  std::exception_ptr exception;
  asio::post(*pool, [&, executor = store.executor()] {
    try {
      value.emplace(call());
    } catch (...) {
      exception = std::current_exception();
    }
    asio::post(executor, [&operation, &store] {
      operation.done = true;
      store.wake();
    });
  });
  WC_CHECK(store.wait(operation));
  if (exception) {
    std::rethrow_exception(exception);
  }
  return *std::move(value);
}

}  // namespace wasmcloud::wasi
