// wasi:clocks (0.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/component/abi.h"

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

class Waitable;

// record datetime: since 1970, leap seconds not counted.
struct Datetime {
  std::uint64_t seconds = 0;
  std::uint32_t nanoseconds = 0;

  friend bool operator==(const Datetime&, const Datetime&) = default;
};

// record timezone-display
struct TimezoneDisplay {
  std::int32_t utc_offset = 0;  // seconds
  std::string name = "UTC";
  bool in_daylight_saving_time = false;
};

// Becomes ready when `deadline` has passed. Takes no timer before somebody waits.
std::shared_ptr<Waitable> make_timer(asio::any_io_executor executor, Deadline deadline);

// An instant of monotonic-clock (nanoseconds, as now() counts them) as a deadline.
Deadline deadline_at(std::uint64_t instant) noexcept;
Deadline deadline_after(std::uint64_t duration) noexcept;

// wasi:clocks/monotonic-clock, wasi:clocks/wall-clock, and wasi:clocks/timezone (unstable), which
// gives UTC: components do not learn where their host is.
void add_clocks(component::Host& host);

}  // namespace wasmcloud::wasi

WC_WIT_RECORD(wasmcloud::wasi::Datetime,
              WC_MEMBERS(&wasmcloud::wasi::Datetime::seconds,
                         &wasmcloud::wasi::Datetime::nanoseconds),
              "seconds", "nanoseconds");
WC_WIT_RECORD(wasmcloud::wasi::TimezoneDisplay,
              WC_MEMBERS(&wasmcloud::wasi::TimezoneDisplay::utc_offset,
                         &wasmcloud::wasi::TimezoneDisplay::name,
                         &wasmcloud::wasi::TimezoneDisplay::in_daylight_saving_time),
              "utc-offset", "name", "in-daylight-saving-time");
