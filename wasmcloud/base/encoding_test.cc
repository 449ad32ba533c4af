#include "wasmcloud/base/encoding.h"

#include <random>
#include <utility>

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <typename T>
std::string problem_of(const Result<T>& result) {
  return result ? "no error" : result.error().describe();
}

Bytes bytes_of(std::string_view text) {
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

// RFC 4648 section 10.
TEST(Base64, EncodesAndDecodesTheVectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(encode_base64(as_bytes(plain)), text);
    EXPECT_EQ(decode_base64(text).value(), bytes_of(plain));
  }
}

TEST(Base32, EncodesAndDecodesTheVectorsOfTheRfc) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"", ""},
                                                                 {"f", "MY======"},
                                                                 {"fo", "MZXQ===="},
                                                                 {"foo", "MZXW6==="},
                                                                 {"foob", "MZXW6YQ="},
                                                                 {"fooba", "MZXW6YTB"},
                                                                 {"foobar", "MZXW6YTBOI======"}};
  for (const auto& [plain, text] : cases) {
    EXPECT_EQ(encode_base32(as_bytes(plain)), text);
    EXPECT_EQ(decode_base32(text).value(), bytes_of(plain));
    const std::string_view bare = text.substr(0, text.find('='));
    EXPECT_EQ(encode_base32(as_bytes(plain), Padding::without), bare);
    EXPECT_EQ(decode_base32(bare, Padding::without).value(), bytes_of(plain));
  }
}

TEST(Base64, UrlAlphabetHasMinusAndUnderscore) {
  const Bytes bytes{0xfb, 0xff, 0xfe};
  EXPECT_EQ(encode_base64(bytes), "+//+");
  EXPECT_EQ(encode_base64(bytes, Base64::url), "-__-");
  EXPECT_EQ(decode_base64("-__-", Base64::url).value(), bytes);
  EXPECT_EQ(problem_of(decode_base64("+//+", Base64::url)),
            "base64url: character 0: unexpected '+' (0x2b)");
}

TEST(Base64, PaddingIsNeitherAddedNorTakenWhenNotAskedFor) {
  EXPECT_EQ(encode_base64(as_bytes("f"), Base64::url, Padding::without), "Zg");
  EXPECT_EQ(decode_base64("Zg", Base64::url, Padding::without).value(), bytes_of("f"));
  EXPECT_EQ(problem_of(decode_base64("Zg==", Base64::url, Padding::without)),
            "base64url: character 2: unexpected '=' (0x3d)");
}

TEST(Base64, ErrorsNameTheirPosition) {
  EXPECT_EQ(problem_of(decode_base64("Zm9*")), "base64: character 3: unexpected '*' (0x2a)");
  EXPECT_EQ(problem_of(decode_base64("Zm9v\nZm9")), "base64: character 4: unexpected byte 0x0a");
  EXPECT_EQ(problem_of(decode_base64("Z=9v")), "base64: character 1: unexpected '=' (0x3d)");
  EXPECT_EQ(problem_of(decode_base64("====")), "base64: character 0: unexpected '=' (0x3d)");
  EXPECT_EQ(problem_of(decode_base64("Zg=")),
            "base64: character 3: the text ends early: expected a multiple of 4 characters with "
            "the padding, found 3");
  EXPECT_EQ(problem_of(decode_base64("Z", Base64::standard, Padding::without)),
            "base64: character 1: the text ends within a byte");
  EXPECT_EQ(problem_of(decode_base64("Z===")), "base64: character 1: the text ends within a byte");
}

TEST(Base64, BitsBeyondTheLastByteMustBeZero) {
  EXPECT_EQ(problem_of(decode_base64("Zh==")),
            "base64: character 1: unexpected 'h': the bits beyond the last byte are not zero");
}

TEST(Base32, LowerCaseAndUnusedDigitsAreRefused) {
  EXPECT_FALSE(decode_base32("my======"));
  EXPECT_FALSE(decode_base32("M1======"));
  // Lengths that no number of bytes has.
  EXPECT_EQ(problem_of(decode_base32("MZX", Padding::without)),
            "base32: character 3: the text ends within a byte");
  EXPECT_FALSE(decode_base32("MZXW6Y==").has_value());
}

TEST(Hex, IsWrittenInLowerCaseAndReadInEither) {
  EXPECT_EQ(encode_hex(Bytes{0x00, 0xab, 0xff}), "00abff");
  EXPECT_EQ(decode_hex("00aBFf").value(), (Bytes{0x00, 0xab, 0xff}));
  EXPECT_EQ(problem_of(decode_hex("0")), "hex: character 1: the text ends within a byte");
  EXPECT_EQ(problem_of(decode_hex("0g")), "hex: character 1: unexpected 'g' (0x67)");
}

TEST(Encoding, EveryLengthSurvivesTheRoundTrip) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same bytes in every run
  Bytes bytes;
  for (int length = 0; length < 70; ++length) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)).value(), bytes);
    EXPECT_EQ(decode_base64(encode_base64(bytes, Base64::url, Padding::without), Base64::url,
                            Padding::without)
                  .value(),
              bytes);
    EXPECT_EQ(decode_base32(encode_base32(bytes)).value(), bytes);
    EXPECT_EQ(decode_hex(encode_hex(bytes)).value(), bytes);
    bytes.push_back(static_cast<std::uint8_t>(random()));
  }
}

}  // namespace
}  // namespace wasmcloud
