#include "wasmcloud/lattice/uptime.h"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

namespace wasmcloud::lattice {

std::string uptime_text(std::chrono::seconds uptime) {
  struct Unit {
    std::int64_t seconds;
    std::string_view one;
    std::string_view many;
  };

  static constexpr Unit kUnits[] = {{31'557'600, "year", "years"},
                                    {2'630'016, "month", "months"},
                                    {86'400, "day", "days"},
                                    {3'600, "h", "h"},
                                    {60, "m", "m"},
                                    {1, "s", "s"}};
  std::int64_t rest = uptime.count();
  std::string text;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = rest / unit.seconds;
    rest %= unit.seconds;
    if (count > 0) {
      text +=
          fmt::format("{}{}{}", text.empty() ? "" : " ", count, count == 1 ? unit.one : unit.many);
    }
  }
  return text.empty() ? "0s" : text;
}

}  // namespace wasmcloud::lattice
