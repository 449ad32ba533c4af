// How coroutines of one thread wait until something has changed.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"

namespace wasmcloud {

// Belongs to an executor that runs on one thread. Allocates nothing but the awaiting task.
class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // Returns when notify() is called after this. `timeout`; `cancelled`: the awaiting task is. Look
  // again at what was waited for: others may have been quicker. The signal must outlive the wait.
  Task<> wait(Deadline deadline);
  // Wakes all who wait now; they go on after the caller.
  void notify() noexcept;

 private:
  using Hook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  struct Waiter : Hook {
    explicit Waiter(asio::steady_timer timer_) : timer(std::move(timer_)) {}

    asio::steady_timer timer;
    bool woken = false;
  };

  boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>> waiters_;
};

}  // namespace wasmcloud
