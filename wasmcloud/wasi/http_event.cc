#include "wasmcloud/wasi/http_event.h"

#include <utility>

#include <boost/asio/this_coro.hpp>

namespace wasmcloud::wasi {
namespace {

bool is_cancelled(const asio::cancellation_state& state) {
  return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

Event::Event(asio::any_io_executor executor)
    : timer_(std::move(executor), asio::steady_timer::time_point::max()) {}

void Event::wake() noexcept {
  if (!std::exchange(woken_, true)) {
    timer_.cancel();
  }
}

Task<> Event::wait() {
  // A cancellation that came while nothing was waited for is seen here, not by the timer.
  if (!woken_ && !is_cancelled(co_await asio::this_coro::cancellation_state)) {
    co_await timer_.async_wait(as_result);
  }
  if (!std::exchange(woken_, false)) {
    co_return Error(ErrorKind::cancelled, "cancelled while waiting");
  }
  co_return Result<>();
}

}  // namespace wasmcloud::wasi
