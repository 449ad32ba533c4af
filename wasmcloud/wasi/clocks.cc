#include "wasmcloud/wasi/clocks.h"

#include <ctime>
#include <limits>

#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi {
namespace {

using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
using std::chrono::duration_cast;
using std::chrono::nanoseconds;

constexpr auto kLatest = static_cast<std::uint64_t>(std::numeric_limits<nanoseconds::rep>::max());

class Timer final : public Waitable {
 public:
  Timer(asio::any_io_executor executor, Deadline deadline)
      : executor_(std::move(executor)), deadline_(deadline) {}

  bool ready() override { return deadline_.expired(); }

  void arm(Waker& waker) override {
    if (!running_) {
      running_ = std::make_shared<Running>(executor_);
      if (!deadline_.is_never()) {
        start(*running_);
      }
    }
    running_->signal.add(waker);
  }

  void disarm(Waker& waker) noexcept override {
    if (running_) {
      running_->signal.remove(waker);
      if (running_->signal.empty()) {
        running_.reset();
      }
    }
  }

 private:
  struct Running {
    explicit Running(const asio::any_io_executor& executor) : timer(executor) {}

    asio::steady_timer timer;
    Signal signal;
  };

  // The handler may already be on its way when the guest drops the timer: it holds no more than a
  // weak pointer.
  void start(Running& running) {
    running.timer.expires_at(deadline_.when());
    running.timer.async_wait([weak = std::weak_ptr(running_)](const boost::system::error_code&) {
      if (const auto alive = weak.lock()) {
        alive->signal.notify();
      }
    });
  }

  asio::any_io_executor executor_;
  Deadline deadline_;
  std::shared_ptr<Running> running_;  // while somebody waits
};

std::uint64_t monotonic_now() {
  return static_cast<std::uint64_t>(
      duration_cast<nanoseconds>(Deadline::Clock::now().time_since_epoch()).count());
}

Datetime to_datetime(const timespec& time) {
  return {static_cast<std::uint64_t>(time.tv_sec), static_cast<std::uint32_t>(time.tv_nsec)};
}

Datetime wall_now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return to_datetime(time);
}

Datetime resolution_of(clockid_t clock) {
  timespec time{};
  ::clock_getres(clock, &time);
  return to_datetime(time);
}

Own<Pollable> subscribe(Store& store, Deadline deadline) {
  return make_own<Pollable>(make_timer(store.executor(), deadline));
}

HostInterface make_monotonic_clock() {
  HostInterface interface("wasi:clocks/monotonic-clock@0.2.12");
  interface.resource<Pollable>("pollable");
  interface.function("now", [](Store&) { return monotonic_now(); });
  interface.function("resolution", [](Store&) -> std::uint64_t {
    const Datetime resolution = resolution_of(CLOCK_MONOTONIC);
    return resolution.seconds * 1'000'000'000 + resolution.nanoseconds;
  });
  interface.function("subscribe-instant", [](Store& store, std::uint64_t when) {
    return subscribe(store, deadline_at(when));
  });
  interface.function("subscribe-duration", [](Store& store, std::uint64_t duration) {
    return subscribe(store, deadline_after(duration));
  });
  return interface;
}

HostInterface make_wall_clock() {
  HostInterface interface("wasi:clocks/wall-clock@0.2.12");
  interface.function("now", [](Store&) { return wall_now(); });
  interface.function("resolution", [](Store&) { return resolution_of(CLOCK_REALTIME); });
  return interface;
}

HostInterface make_timezone() {
  HostInterface interface("wasi:clocks/timezone@0.2.12");
  interface.function("display", [](Store&, Datetime) { return TimezoneDisplay(); });
  interface.function("utc-offset", [](Store&, Datetime) { return TimezoneDisplay().utc_offset; });
  return interface;
}

}  // namespace

std::shared_ptr<Waitable> make_timer(asio::any_io_executor executor, Deadline deadline) {
  return std::make_shared<Timer>(std::move(executor), deadline);
}

Deadline deadline_at(std::uint64_t instant) noexcept {
  if (instant >= kLatest) {
    return Deadline::never();
  }
  const nanoseconds since_start(static_cast<nanoseconds::rep>(instant));
  return Deadline::at(Deadline::Clock::time_point(since_start));
}

Deadline deadline_after(std::uint64_t duration) noexcept {
  if (duration >= kLatest) {
    return Deadline::never();
  }
  return Deadline::after(nanoseconds(static_cast<nanoseconds::rep>(duration)));
}

void add_clocks(component::Host& host) {
  host.add(make_monotonic_clock());
  host.add(make_wall_clock());
  host.add(make_timezone());
}

}  // namespace wasmcloud::wasi
