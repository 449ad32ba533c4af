#include "wasmcloud/wrpc/channels.h"

#include <gtest/gtest.h>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud::wrpc {
namespace {

TEST(Channels, WhatIsPutBackStandsInFront) {
  Channels channels;
  channels.append(Path{1}, as_u8("three"));  // came after the others were taken
  std::string taken = "one two ";
  EXPECT_TRUE(channels.put_back(Path{1}, taken, 100));
  EXPECT_EQ(channels.unread(Path{1}), 13U);
  EXPECT_EQ(channels.unread_bytes(), 13U);
  std::string bytes;
  const auto took = channels.take(Path{1}, bytes);
  ASSERT_TRUE(took);
  EXPECT_EQ(*took, Channels::Taken::bytes);
  EXPECT_EQ(bytes, "one two three");
  EXPECT_EQ(channels.unread_bytes(), 0U);
}

TEST(Channels, NoMoreIsPutBackThanMayBeUnread) {
  Channels channels({.unread_bytes = 100, .channels = 10});
  channels.append(Path{}, std::string(40, 'x'));
  std::string taken(20, 'y');
  EXPECT_FALSE(channels.put_back(Path{0}, taken, 41));
  EXPECT_FALSE(channels.put_back(Path{0}, taken, UINT64_MAX));
  EXPECT_EQ(taken.size(), 20U);
  EXPECT_TRUE(channels.put_back(Path{0}, taken, 40));
  EXPECT_EQ(channels.unread_bytes(), 60U);
}

TEST(Channels, StringsAndBytesAreKeptInOrder) {
  Channels channels;
  channels.append(Path{}, std::string("one "));
  channels.append(Path{}, std::string("two "));
  channels.append(Path{}, as_u8("three"));
  std::string bytes;
  ASSERT_TRUE(channels.take(Path{}, bytes));
  EXPECT_EQ(bytes, "one two three");
}

}  // namespace
}  // namespace wasmcloud::wrpc
