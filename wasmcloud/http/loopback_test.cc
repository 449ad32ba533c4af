#include "wasmcloud/http/loopback.h"

#include <gtest/gtest.h>

namespace wasmcloud::http {
namespace {

TEST(Loopback, LocalhostAndNamesBelowItAreThisMachine) {
  for (const char* const name : {"localhost", "LocalHost", "localhost.", "app.localhost"}) {
    const auto addresses = loopback_addresses(name);
    ASSERT_EQ(addresses.size(), 2U) << name;
    EXPECT_EQ(addresses[0].to_string(), "127.0.0.1");
    EXPECT_EQ(addresses[1].to_string(), "::1");
  }
}

TEST(Loopback, OtherNamesAreLookedUp) {
  for (const char* const name :
       {"", ".", "host", "mylocalhost", "localhost.example", "127.0.0.1", "localhost.."}) {
    EXPECT_TRUE(loopback_addresses(name).empty()) << name;
  }
}

}  // namespace
}  // namespace wasmcloud::http
