#include "wasmcloud/wash/purge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Purge, HasFourNames) {
  EXPECT_EQ(*parse_purge("none"), Purge::none);
  EXPECT_EQ(*parse_purge("all"), Purge::all);
  EXPECT_EQ(*parse_purge("wadm"), Purge::wadm);
  EXPECT_EQ(*parse_purge("wasmcloud"), Purge::wasmcloud);
  const auto other = parse_purge("ALL");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message(), "expected none, all, wadm or wasmcloud");
}

TEST(Purge, OfEachKindNamesItsStreams) {
  EXPECT_THAT(streams_of(Purge::none, "default"), IsEmpty());
  EXPECT_THAT(streams_of(Purge::wasmcloud, "x"),
              ElementsAre("KV_CONFIGDATA_x", "KV_LATTICEDATA_x"));
  EXPECT_THAT(streams_of(Purge::wadm, "x"),
              ElementsAre("KV_wadm_manifests", "KV_wadm_state", "wadm_commands", "wadm_events",
                          "wadm_mirror", "wadm_notify", "wadm_status"));
  EXPECT_EQ(streams_of(Purge::all, "x").size(), 9U);
}

}  // namespace
}  // namespace wasmcloud::wash
