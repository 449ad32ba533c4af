#include "wasmcloud/base/uuid.h"

#include <unordered_set>

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::system_clock;

TEST(Uuid, TextSurvivesTheRoundTripInLowerCase) {
  const Result<Uuid> id = Uuid::parse("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  EXPECT_EQ(id->version(), 1U);
}

TEST(Uuid, WrongTextIsRefusedWithItsPlace) {
  EXPECT_EQ(Uuid::parse("f81d4fae").error().describe(),
            "UUID \"f81d4fae\": expected 36 characters, found 8");
  EXPECT_EQ(Uuid::parse("f81d4fae07dec-11d0-a765-00a0c91e6bf6").error().describe(),
            "UUID \"f81d4fae07dec-11d0-a765-00a0c91e6bf6\": character 8: expected '-', found '0'");
  EXPECT_FALSE(Uuid::parse("x81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  EXPECT_FALSE(Uuid::parse("-81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
}

TEST(Uuid, RandomOnesAreVersion4AndDiffer) {
  std::unordered_set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Uuid id = Uuid::random();
    EXPECT_EQ(id.version(), 4U);
    EXPECT_EQ(id.bytes[8] >> 6U, 2U);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

// RFC 9562 appendix A.6: the time of its example.
TEST(Uuid, TimeOrderedStartsWithTheMilliseconds) {
  const Uuid id = Uuid::time_ordered(system_clock::time_point(milliseconds(0x017F22E279B0)));
  EXPECT_EQ(id.to_string().substr(0, 15), "017f22e2-79b0-7");
  EXPECT_EQ(id.version(), 7U);
  EXPECT_EQ(id.bytes[8] >> 6U, 2U);
}

TEST(Uuid, TimeOrderedOnesOfLaterMicrosecondsSortBehind) {
  system_clock::time_point now{milliseconds(1'700'000'000'000)};
  Uuid last = Uuid::time_ordered(now);
  for (int i = 0; i < 3000; ++i) {
    now += microseconds(1);
    const Uuid next = Uuid::time_ordered(now);
    EXPECT_LT(last, next);
    last = next;
  }
}

}  // namespace
}  // namespace wasmcloud
