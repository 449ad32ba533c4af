// How a coroutine of the transport's side waits for what a guest does.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi {

// Wakes one coroutine, on the executor's thread.
class Event final : public Waker {
 public:
  explicit Event(asio::any_io_executor executor);

  void wake() noexcept override;
  // Returns when wake() has been called since the last wait. `cancelled`: the task is.
  Task<> wait();

 private:
  asio::steady_timer timer_;  // never expires
  bool woken_ = false;
};

}  // namespace wasmcloud::wasi
