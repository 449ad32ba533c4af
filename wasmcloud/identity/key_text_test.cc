#include "wasmcloud/identity/key_text.h"

#include <gtest/gtest.h>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/identity/vectors_testing.h"

namespace wasmcloud::identity::internal {
namespace {

using testing::problem_of;

TEST(KeyText, CrcHasItsCheckValue) {
  EXPECT_EQ(crc16(as_bytes("123456789")), 0x31c3);
  EXPECT_EQ(crc16({}), 0);
}

TEST(KeyText, EachTypeHasItsLetterAndName) {
  constexpr std::string_view kLetters = "ACMNOUVX";
  std::string letters;
  for (unsigned prefix = 0; prefix < 256; ++prefix) {
    if (const auto type = key_type_of(static_cast<std::uint8_t>(prefix))) {
      letters += letter_of(*type);
      EXPECT_NE(to_string(*type), "Unknown");
    }
  }
  EXPECT_EQ(letters, kLetters);
  EXPECT_EQ(to_string(KeyType::component), "Module");
}

TEST(KeyText, WhatIsCheckedSurvivesTheRoundTrip) {
  std::vector<std::uint8_t> body;
  for (unsigned length = 0; length < 70; ++length) {
    const std::string text = encode_checked(body);
    EXPECT_EQ(testing::seen(decode_checked(text).value()), body);
    body.push_back(static_cast<std::uint8_t>(length * 37));
  }
}

TEST(KeyText, ErrorsSayWhereAndNotWhat) {
  EXPECT_EQ(problem_of(decode_checked("AAAAAAAAA")),
            "Codec failure: Data encoding failure: invalid length at 8");
  EXPECT_EQ(problem_of(decode_checked("AA1A")),
            "Codec failure: Data encoding failure: invalid symbol at 2");
  EXPECT_EQ(problem_of(decode_checked("AAAB")),
            "Codec failure: Data encoding failure: non-zero trailing bits at 3");
  EXPECT_EQ(problem_of(decode_checked("AA")),
            "Checksum match failure: CRC data vector contains less than two characters");
  EXPECT_EQ(problem_of(decode_checked("AAAQ")), "Checksum match failure: Checksum mismatch");
}

}  // namespace
}  // namespace wasmcloud::identity::internal
