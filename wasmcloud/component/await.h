// Store::await: how a host function waits for a coroutine.
#pragma once

#include <exception>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "wasmcloud/component/store.h"

namespace wasmcloud::component {

namespace internal {
Error describe_exception(const std::exception_ptr& exception);
}  // namespace internal

template <typename T>
Result<T> Store::await(Task<T> task) {
  WC_CHECK(may_wait());
  // All of this lives on the fibre's stack, which stays where it is while the fibre is suspended;
  // and wait() does not return before the coroutine has ended.
  Operation operation;
  asio::cancellation_signal signal;
  std::optional<Result<T>> outcome;
  operation.cancel = [&signal] { signal.emit(asio::cancellation_type::terminal); };
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(
                     signal.slot(), [this, &operation, &outcome](
                                        const std::exception_ptr& exception, Result<T> result) {
                       if (exception) {
                         outcome.emplace(internal::describe_exception(exception));
                       } else {
                         outcome.emplace(std::move(result));
                       }
                       operation.done = true;
                       wake();
                     }));
  WC_CHECK(wait(operation));
  return *std::move(outcome);
}

}  // namespace wasmcloud::component
