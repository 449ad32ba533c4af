#include "wasmcloud/wash/progress.h"

#include <array>
#include <chrono>
#include <string_view>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/output.h"

namespace wasmcloud::wash {
namespace {

constexpr std::chrono::milliseconds kTick{200};
constexpr std::array<std::string_view, 10> kFrames{"⠋", "⠙", "⠹", "⠸", "⠼",
                                                   "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr std::string_view kClearLine = "\r\x1b[2K";

}  // namespace

Task<> show_progress(std::string message) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (std::size_t tick = 0;; ++tick) {
    timer.expires_after(kTick);
    const auto [error] = co_await timer.async_wait(as_result);
    if (error) {
      if (tick > 0) {
        clear_progress();
      }
      co_return to_error(error, "showing progress");
    }
    write(Stream::err, fmt::format("{}\x1b[1;2m>>> {} {}\x1b[0m", kClearLine,
                                   kFrames.at(tick % kFrames.size()), message));
  }
}

void clear_progress() noexcept {
  if (is_terminal(Stream::err)) {
    write(Stream::err, kClearLine);
  }
}

}  // namespace wasmcloud::wash
