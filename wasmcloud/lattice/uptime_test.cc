#include "wasmcloud/lattice/uptime.h"

#include <gtest/gtest.h>

namespace wasmcloud::lattice {
namespace {

using namespace std::chrono_literals;

TEST(Uptime, IsToldInWholeUnits) {
  EXPECT_EQ(uptime_text(0s), "0s");
  EXPECT_EQ(uptime_text(30s), "30s");
  EXPECT_EQ(uptime_text(141s), "2m 21s");
  EXPECT_EQ(uptime_text(3600s), "1h");
  EXPECT_EQ(uptime_text(86'400s + 1s), "1day 1s");
  EXPECT_EQ(uptime_text(2 * 86'400s + 3 * 3600s), "2days 3h");
  EXPECT_EQ(uptime_text(31'557'600s + 2 * 2'630'016s + 3 * 86'400s + 4 * 3600s + 5 * 60s + 6s),
            "1year 2months 3days 4h 5m 6s");
}

}  // namespace
}  // namespace wasmcloud::lattice
