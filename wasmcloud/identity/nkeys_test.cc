#include "wasmcloud/identity/nkeys.h"

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/identity/key_text.h"
#include "wasmcloud/identity/vectors_testing.h"

namespace wasmcloud::identity {
namespace {

using testing::kKeys;
using testing::kMessage;
using testing::problem_of;
using testing::raw_key;

static_assert(!std::is_copy_constructible_v<KeyPair>);
static_assert(!fmt::is_formattable<KeyPair>::value);

KeyPair first_pair() { return KeyPair::from_seed(kKeys[0].seed).value(); }

class NkeyVectors : public ::testing::TestWithParam<testing::KeyVector> {};

TEST_P(NkeyVectors, SeedGivesPublicKeyAndSignature) {
  const auto pair = KeyPair::from_seed(GetParam().seed);
  ASSERT_TRUE(pair) << problem_of(pair);
  EXPECT_EQ(pair->public_key().type(), GetParam().type);
  EXPECT_EQ(pair->public_key().text(), GetParam().public_text);
  EXPECT_EQ(encode_hex(pair->public_key().bytes()), GetParam().raw_public);
  EXPECT_EQ(testing::seen(pair->seed()), GetParam().seed);
  EXPECT_EQ(encode_hex(pair->sign(as_bytes(kMessage))), GetParam().signature);
}

TEST_P(NkeyVectors, RawSeedGivesTheTexts) {
  const KeyPair pair =
      KeyPair::from_raw_seed(GetParam().type, Secret(raw_key(GetParam().raw_seed)));
  EXPECT_EQ(testing::seen(pair.seed()), GetParam().seed);
  EXPECT_EQ(pair.public_key().text(), GetParam().public_text);
}

TEST_P(NkeyVectors, PublicTextVerifiesTheSignature) {
  const auto key = PublicKey::parse(GetParam().public_text);
  ASSERT_TRUE(key) << problem_of(key);
  EXPECT_EQ(key->type(), GetParam().type);
  const auto signature = decode_hex(GetParam().signature).value();
  EXPECT_EQ(problem_of(key->verify(as_bytes(kMessage), signature)), "no error");
  EXPECT_FALSE(key->verify(as_bytes("another message"), signature));
}

INSTANTIATE_TEST_SUITE_P(Sheet, NkeyVectors, ::testing::ValuesIn(kKeys),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Nkeys, SeedsOfOtherToolsGiveTheirPublicKeys) {
  const std::pair<std::string_view, std::string_view> anchors[] = {
      {"SAAPN4W3EG6KCJGUQTKTJ5GSB5NHK5CHAJL4DBGFUM3HHROI4XUEP4OBK4",
       "ACODERUVFFAWZQDSS6SBIACUA5O6SXF7HJ3YTYXBALHZP3P7R4BUO4J2"},
      {"SAACTTUPKR55VUWUDK7GJ5SU5KGED455FR7BDO46RUVOTHUWKBLECLH2UU",
       "AA7R5L74E45BJ4XVUYTELQ56P5VCOSPOAA474L7QWH4ZAILLKTZFWYYW"},
      {"SVAOZUSBWWFL65P255DOHIETPTXUQMM5ETLSYPITI5G4K4HI6M2CDAPWAU",
       "VBM5JMFOVUJDHGTOJSPUJ33ZGHCRCJ3LYHUJ3HND5ZMRVORYCMAVPZQF"}};
  for (const auto& [seed, text] : anchors) {
    EXPECT_EQ(KeyPair::from_seed(seed).value().public_key().text(), text);
  }
}

TEST(Nkeys, CurveLetterOnAnEd25519KeyIsWhatWashPrints) {
  for (const auto& vector : testing::kCurveKeys) {
    const auto pair = KeyPair::from_seed(vector.seed);
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->public_key().text(), vector.ed25519_text);
  }
}

TEST(Nkeys, GeneratedKeysSurviveTheRoundTrip) {
  for (const KeyType type : {KeyType::account, KeyType::cluster, KeyType::component, KeyType::host,
                             KeyType::nats_operator, KeyType::nats_user, KeyType::provider}) {
    const KeyPair made = KeyPair::generate(type);
    const std::string text = made.public_key().text();
    EXPECT_EQ(text.size(), 56U);
    EXPECT_EQ(text[0], letter_of(type));
    EXPECT_EQ(testing::seen(made.seed())[1], letter_of(type));
    EXPECT_EQ(PublicKey::parse(text).value(), made.public_key());
    const auto again = KeyPair::from_seed(testing::seen(made.seed()));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->public_key(), made.public_key());
    EXPECT_TRUE(made.public_key().verify({}, again->sign({})));
    EXPECT_NE(KeyPair::generate(type).public_key(), made.public_key());
  }
}

TEST(Nkeys, RefusesWithTheWordsOfTheSheet) {
  EXPECT_EQ(
      problem_of(PublicKey::parse("AAB2CB576PABBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3QPZV")),
      "Checksum match failure: Checksum mismatch");
  EXPECT_EQ(
      problem_of(KeyPair::from_seed("SAAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4HYMHJ")),
      "Codec failure: Data encoding failure: non-zero trailing bits at 57");
  EXPECT_EQ(
      problem_of(KeyPair::from_seed("saaaaaicamcakbqhbaequcymbuha6earcijrifiwc4mbsgq3dqor4hymhi")),
      "Codec failure: Data encoding failure: invalid symbol at 0");
  EXPECT_EQ(problem_of(KeyPair::from_seed(std::string(kKeys[0].seed) + "\n")),
            "Invalid key length: Bad seed length: 59");
  EXPECT_EQ(problem_of(PublicKey::parse(kKeys[0].seed)), "Invalid key length: Bad key length: 58");
  EXPECT_EQ(problem_of(KeyPair::from_seed(std::string(58, 'A'))),
            "Invalid byte prefix: Incorrect byte prefix: A");
}

TEST(Nkeys, PrefixesOfNoPublicKeyAreRefused) {
  const RawKey point = raw_key(kKeys[0].raw_public);
  for (const auto& [prefix, decimal] : {std::pair(0x78, "120"), {0x90, "144"}, {0xc8, "200"}}) {
    const auto text = internal::encode_prefixed(static_cast<std::uint8_t>(prefix), point);
    EXPECT_EQ(problem_of(PublicKey::parse(text)),
              std::string("Invalid byte prefix: Not a valid public key prefix: ") + decimal);
  }
}

TEST(Nkeys, SeedOfNoKnownTypeIsAnOperators) {
  const auto pair =
      KeyPair::from_seed("SZAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H5QEE");
  ASSERT_TRUE(pair) << problem_of(pair);
  EXPECT_EQ(pair->public_key().type(), KeyType::nats_operator);
}

TEST(Nkeys, PublicKeyMustBeAPoint) {
  // y = 2 has no x on the curve; y = 1 is the neutral element, and so is a point.
  EXPECT_EQ(problem_of(PublicKey::parse(internal::encode_prefixed(0x00, RawKey{2}))),
            "Signature verification failure: Could not read public key");
  EXPECT_TRUE(PublicKey::parse(internal::encode_prefixed(0x00, RawKey{1})));
}

TEST(Nkeys, SmallOrderKeyVerifiesNothing) {
  const auto key = PublicKey::parse(internal::encode_prefixed(0x00, RawKey{1})).value();
  Signature signature{};
  signature[0] = 1;  // R is the neutral element and S zero: the plain equation would hold
  EXPECT_FALSE(key.verify(as_bytes(kMessage), signature));
}

TEST(Nkeys, EachFlippedBitOfASignatureIsNoticed) {
  const KeyPair pair = first_pair();
  Signature signature = pair.sign(as_bytes(kMessage));
  for (unsigned bit = 0; bit < signature.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
    signature.at(bit / 8) ^= mask;
    const auto verified = pair.public_key().verify(as_bytes(kMessage), signature);
    ASSERT_FALSE(verified) << bit;
    EXPECT_EQ(verified.error().kind(), ErrorKind::denied);
    EXPECT_TRUE(verified.error().message().starts_with("Signature failure: Signature error: "));
    signature.at(bit / 8) ^= mask;
  }
}

TEST(Nkeys, SignatureOfAnotherLengthIsInvalid) {
  const KeyPair pair = first_pair();
  const Signature signature = pair.sign(as_bytes(kMessage));
  for (std::size_t length = 0; length < signature.size(); ++length) {
    EXPECT_EQ(problem_of(
                  pair.public_key().verify(as_bytes(kMessage), std::span(signature).first(length))),
              "Invalid signature length: Signature did not match expected length");
  }
}

TEST(Nkeys, EachCorruptedTextIsRefusedWithoutQuotingIt) {
  testing::for_each_corruption(kKeys[0].public_text, [](const std::string& text) {
    EXPECT_FALSE(PublicKey::parse(text)) << text;
  });
  testing::for_each_corruption(kKeys[0].seed, [](const std::string& text) {
    const auto pair = KeyPair::from_seed(text);
    ASSERT_FALSE(pair) << text;
    EXPECT_EQ(pair.error().message().find("AICAMC"), std::string::npos);
  });
}

}  // namespace
}  // namespace wasmcloud::identity
