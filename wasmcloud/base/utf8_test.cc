#include "wasmcloud/base/utf8.h"

#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud {
namespace {

TEST(Utf8, AcceptsTheFirstAndLastOfEachLength) {
  for (const std::string_view text :
       {std::string_view("\x00\x7f", 2), std::string_view("\xc2\x80\xdf\xbf"),
        std::string_view("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"),
        std::string_view("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")}) {
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(Utf8, RefusesOverlongSurrogatesStraysAndTruncation) {
  for (const std::string_view text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_utf8(text)) << text.size();
  }
}

// Blocks, words and single bytes: wherever it stands, and whatever is before it.
TEST(Utf8, WhatIsWrongIsFoundWhereverItStands) {
  const std::string ascii(200, 'a');
  EXPECT_EQ(ascii_run(as_u8(ascii)), ascii.size());
  EXPECT_TRUE(is_utf8(ascii));
  for (std::size_t at = 0; at < ascii.size(); ++at) {
    std::string text = ascii;
    text[at] = '\xff';
    EXPECT_EQ(ascii_run(as_u8(text)), at);
    EXPECT_EQ(find_invalid_utf8(text), at);
    EXPECT_EQ(find_invalid_utf8("\xc3\xa9" + text), at + 2);
    EXPECT_TRUE(is_utf8(ascii.substr(0, at) + "\xe2\x82\xac" + ascii.substr(at)));
    EXPECT_EQ(find_invalid_utf8(ascii.substr(0, at) + "\xe2\x82"), at);
  }
}

TEST(Utf8, TheLengthIsThatOfTheFirstCharacter) {
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_EQ(utf8_length("ab"), 1U);
  EXPECT_EQ(utf8_length("\xc3\xa9x"), 2U);
  EXPECT_EQ(utf8_length("\xe2\x82\xacx"), 3U);
  EXPECT_EQ(utf8_length("\xf0\x9f\x98\x80x"), 4U);
  EXPECT_EQ(utf8_length("\xf0\x9f\x98"), 0U);
}

}  // namespace
}  // namespace wasmcloud
