#include "wasmcloud/identity/xkeys.h"

#include <numeric>
#include <string>
#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/identity/key_text.h"
#include "wasmcloud/identity/seal.h"
#include "wasmcloud/identity/vectors_testing.h"

namespace wasmcloud::identity {
namespace {

using testing::kCurveKeys;
using testing::problem_of;
using testing::raw_key;
using Bytes = std::vector<std::uint8_t>;

static_assert(!std::is_copy_constructible_v<CurveKeyPair>);
static_assert(!fmt::is_formattable<CurveKeyPair>::value);

CurveKeyPair pair_of(std::size_t vector) {
  return CurveKeyPair::from_seed(kCurveKeys.at(vector).seed).value();
}

Bytes bytes_of(std::string_view text) {
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

struct SealedVector {
  std::size_t sender;
  std::size_t receiver;
  std::string_view plaintext;
  std::string_view message;
};

// Under the nonce 00, 01, ... 17.
constexpr SealedVector kSealed[] = {
    {1, 2, R"({"key":"value"})",
     "786b7631000102030405060708090a0b0c0d0e0f1011121314151617120e4a31b8148714882836c6"
     "8f9bb433e64a10f0826ef62c7cc92f8907aeb9"},
    {1, 2, "",
     "786b7631000102030405060708090a0b0c0d0e0f101112131415161706c220e9e38b0c823810d145"
     "b5f46e17"},
    {0, 0, "self-sealed secret",
     "786b7631000102030405060708090a0b0c0d0e0f1011121314151617fafa088d02a2083246f56065"
     "988bbcd80ae0a0364adced67395cee4124ef5e668bd6"}};

TEST(Xkeys, SeedAndScalarGiveTheTextsOfTheSheet) {
  for (const auto& vector : kCurveKeys) {
    const auto from_seed = CurveKeyPair::from_seed(vector.seed);
    ASSERT_TRUE(from_seed) << vector.name << problem_of(from_seed);
    EXPECT_EQ(from_seed->public_key().text(), vector.public_text);
    EXPECT_EQ(encode_hex(from_seed->public_key().bytes()), vector.raw_public);
    const auto from_scalar = CurveKeyPair::from_raw_scalar(Secret(raw_key(vector.scalar)));
    EXPECT_EQ(testing::seen(from_scalar.seed()), vector.seed);
    EXPECT_EQ(testing::seen(from_scalar.private_text()), vector.private_text);
    EXPECT_EQ(CurvePublicKey::parse(vector.public_text).value(), from_scalar.public_key());
  }
}

TEST(Xkeys, SealedMessagesAreThoseOfTheSheet) {
  internal::Nonce nonce{};
  std::iota(nonce.begin(), nonce.end(), std::uint8_t{0});
  for (const SealedVector& vector : kSealed) {
    const Secret<RawKey> scalar(raw_key(kCurveKeys.at(vector.sender).scalar));
    const RawKey receiver = raw_key(kCurveKeys.at(vector.receiver).raw_public);
    const auto sealed = internal::seal_with_nonce(as_bytes(vector.plaintext),
                                                  {.own_scalar = scalar, .peer = receiver}, nonce);
    ASSERT_TRUE(sealed) << problem_of(sealed);
    EXPECT_EQ(encode_hex(*sealed), vector.message);
    const auto opened = pair_of(vector.receiver).open(*sealed, pair_of(vector.sender).public_key());
    ASSERT_TRUE(opened) << problem_of(opened);
    EXPECT_EQ(opened->reveal(), bytes_of(vector.plaintext));
  }
}

TEST(Xkeys, OpensWhatTheGoLibraryHasSealed) {
  const auto receiver =
      CurveKeyPair::from_seed("SXAHGC56LJFTSRXFC653AT7XZU6WGYIXU4XFPMCT62GGHFLUCSPVYP764M").value();
  const auto sender =
      CurveKeyPair::from_seed("SXAKIYZX2POLIHZ5W5YZEWVTH24NLEUETBW3TKIVYRSS3GNHFXO5D4JJZM").value();
  EXPECT_EQ(sender.public_key().text(), "XBUJMZHVOPQ2SK5VD3TY4VNBPVU2YFGRLK6EFPEPSMVDUYEBSROWZCEA");
  const auto message =
      decode_hex(
          "786b7631467698f98703502f4241b7a734729800929f6d094b06c6e34a78de499ee7debbac9477556f3f"
          "bbe90ffd678bc629e5b7cc7c57404d923846cf010226")
          .value();
  const auto opened = receiver.open(message, sender.public_key());
  ASSERT_TRUE(opened) << problem_of(opened);
  EXPECT_EQ(opened->reveal(), bytes_of("this is super secret"));
}

TEST(Xkeys, EachMessageHasItsOwnNonceAndOpens) {
  const CurveKeyPair sender = CurveKeyPair::generate();
  const CurveKeyPair receiver = CurveKeyPair::generate();
  Bytes plaintext;
  for (int length = 0; length < 70; ++length) {
    const Bytes sealed = sender.seal(plaintext, receiver.public_key()).value();
    EXPECT_EQ(sealed.size(), plaintext.size() + 44);
    EXPECT_NE(sender.seal(plaintext, receiver.public_key()).value(), sealed);
    EXPECT_EQ(testing::seen(receiver.open(sealed, sender.public_key()).value()), plaintext);
    plaintext.push_back(static_cast<std::uint8_t>(length));
  }
}

TEST(Xkeys, OnlyTheTwoKeysOpenAMessage) {
  const Bytes sealed = pair_of(1).seal(as_bytes("hello"), pair_of(2).public_key()).value();
  EXPECT_TRUE(pair_of(1).open(sealed, pair_of(2).public_key()));
  EXPECT_EQ(problem_of(pair_of(0).open(sealed, pair_of(1).public_key())),
            "Invalid payload: Cannot decrypt payload");
  EXPECT_EQ(problem_of(pair_of(2).open(sealed, pair_of(0).public_key())),
            "Invalid payload: Cannot decrypt payload");
}

TEST(Xkeys, EachFlippedBitOfAMessageIsNoticed) {
  Bytes message = decode_hex(kSealed[0].message).value();
  const CurveKeyPair receiver = pair_of(2);
  const CurveKeyPair sender = pair_of(1);
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
    message[bit / 8] ^= mask;
    EXPECT_EQ(problem_of(receiver.open(message, sender.public_key())),
              bit < 32 ? "Invalid byte prefix: Cannot open message, wrong version"
                       : "Invalid payload: Cannot decrypt payload");
    message[bit / 8] ^= mask;
  }
}

TEST(Xkeys, EachTruncatedMessageIsRefusedByLengthFirst) {
  const Bytes message = decode_hex(kSealed[0].message).value();
  const CurveKeyPair receiver = pair_of(2);
  const CurveKeyPair sender = pair_of(1);
  for (std::size_t length = 0; length < message.size(); ++length) {
    const Bytes cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(problem_of(receiver.open(cut, sender.public_key())),
              length <= 28 ? "Invalid payload: Payload too short"
                           : "Invalid payload: Cannot decrypt payload");
  }
  EXPECT_EQ(problem_of(receiver.open(Bytes(28), sender.public_key())),
            "Invalid payload: Payload too short");
}

TEST(Xkeys, RefusesWithTheWordsOfTheSheet) {
  EXPECT_EQ(problem_of(CurveKeyPair::from_seed(
                "SZAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H5QEE")),
            "Invalid byte prefix: Expected a curve, got Operator");
  EXPECT_EQ(problem_of(CurveKeyPair::from_seed(testing::kKeys[1].seed)),
            "Invalid byte prefix: Expected a curve, got Module");
  EXPECT_EQ(problem_of(CurvePublicKey::parse(testing::kKeys[0].public_text)),
            "Invalid byte prefix: Not a valid public key prefix: 0");
  EXPECT_EQ(problem_of(CurvePublicKey::parse("AA")),
            "Checksum match failure: CRC data vector contains less than two characters");
  EXPECT_EQ(problem_of(CurvePublicKey::parse("AAAA")), "Signature verification failure: Empty key");
  const Bytes short_key{0xb8, 1, 2};
  EXPECT_EQ(problem_of(CurvePublicKey::parse(internal::encode_checked(short_key))),
            "Signature verification failure: Could not read public key");
}

TEST(Xkeys, NothingIsSealedToAPointOfSmallOrder) {
  const auto zero = CurvePublicKey::parse(internal::encode_prefixed(0xb8, RawKey{})).value();
  const auto sealed = pair_of(0).seal(as_bytes("hello"), zero);
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().kind(), ErrorKind::invalid);
}

TEST(Xkeys, EachCorruptedTextIsRefused) {
  testing::for_each_corruption(kCurveKeys[0].public_text, [](const std::string& text) {
    EXPECT_FALSE(CurvePublicKey::parse(text)) << text;
  });
  testing::for_each_corruption(kCurveKeys[0].seed, [](const std::string& text) {
    EXPECT_FALSE(CurveKeyPair::from_seed(text)) << text;
  });
}

}  // namespace
}  // namespace wasmcloud::identity
