// Calls with C++ types. What bindings stand on; whoever has none calls with it too:
//
//   WC_CO_TRY(auto value, invoke<std::uint32_t>(client, {"a:b/c", "add"}, encode(one, two), {}));
#pragma once

#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/codec.h"
#include "wasmcloud/wrpc/session.h"
#include "wasmcloud/wrpc/typed.h"

namespace wasmcloud::wrpc {

// Parameters in a row. Views need to live no longer than this.
template <typename... Params>
Result<Encoded> encode(Params&&... params) {
  Encoder to;
  std::size_t index = 0;
  (codec::encode_item<std::remove_cvref_t<Params>>(to, index++, std::forward<Params>(params)), ...);
  return to.take();
}

namespace internal {
// None without `result`, which is the awaiting caller's.
Task<> invoke(Client& client, FunctionName function, Result<Encoded> params, CallOptions options,
              Reading* result, TaskScope* sending);
}  // namespace internal

// Returns with the result, which is nothing (void) or a T. Streams and futures of the parameters
// have been sent then, as far as the peer wanted them. Errors, under the function's name: those of
// Client::call(); `unavailable` if the peer ended without a result, which is how it says that it
// failed; `invalid`, `exhausted` for bytes that are no such result; those of the streams' sources.
template <typename T>
Task<T> invoke(Client& client, FunctionName function, Result<Encoded> params, CallOptions options,
               TaskScope* sending = nullptr) {
  if constexpr (std::is_void_v<T>) {
    co_return co_await internal::invoke(client, std::move(function), std::move(params),
                                        std::move(options), nullptr, sending);
  } else {
    static_assert(std::is_default_constructible_v<T>);
    RowReading<T> result;
    WC_CO_CHECK(internal::invoke(client, std::move(function), std::move(params), std::move(options),
                                 &result, sending));
    co_return std::get<0>(*std::move(result.values));
  }
}

// The same where the result has streams or futures as well, which may depend on those of the
// parameters: what is still to be sent goes on in `sending`, on the awaiting task's executor. Join
// that when you are done with the result, or cancel it. A failure there is the result's too.
template <typename T>
Task<T> invoke_while_sending(TaskScope& sending, Client& client, FunctionName function,
                             Result<Encoded> params, CallOptions options) {
  return invoke<T>(client, std::move(function), std::move(params), std::move(options), &sending);
}

}  // namespace wasmcloud::wrpc
