#include "wasmcloud/wasi/logging.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/context.h"

namespace wasmcloud::wasi {

enum class LogLevel : std::uint8_t { trace, debug, info, warn, error, critical };

}  // namespace wasmcloud::wasi

WC_WIT_ENUM(wasmcloud::wasi::LogLevel, "trace", "debug", "info", "warn", "error", "critical");

namespace wasmcloud::wasi {
namespace {

using component::HostInterface;
using component::Store;

constexpr std::size_t kMaxMessage = 64 * 1024;  // of a line; what is longer is cut

log::Level level_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::trace:
      return log::Level::trace;
    case LogLevel::debug:
      return log::Level::debug;
    case LogLevel::info:
      return log::Level::info;
    case LogLevel::warn:
      return log::Level::warn;
    case LogLevel::error:
    case LogLevel::critical:
      break;
  }
  return log::Level::error;
}

HostInterface make_interface(std::string name) {
  HostInterface interface(std::move(name));
  interface.function(
      "log", [](Store& store, LogLevel level, std::string_view context, std::string_view message) {
        log::write(level_of(level), "component log",
                   {{"component", store.host<Context>().environment().log_name},
                    {"context", context.substr(0, kMaxMessage)},
                    {"message", message.substr(0, kMaxMessage)}});
      });
  return interface;
}

}  // namespace

void add_logging(component::Host& host) {
  host.add(make_interface("wasi:logging/logging@0.1.0-draft"));
  host.add(make_interface("wasi:logging/logging"));
}

}  // namespace wasmcloud::wasi
