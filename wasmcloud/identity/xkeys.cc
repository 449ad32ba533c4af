#include "wasmcloud/identity/xkeys.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <sodium.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/random.h"
#include "wasmcloud/identity/key_text.h"
#include "wasmcloud/identity/seal.h"
#include "wasmcloud/identity/sodium_ready.h"

namespace wasmcloud::identity {
namespace {

static_assert(crypto_box_SECRETKEYBYTES == sizeof(RawKey));
static_assert(crypto_box_PUBLICKEYBYTES == sizeof(RawKey));
static_assert(crypto_box_NONCEBYTES == sizeof(internal::Nonce));

constexpr std::string_view kVersion = "xkv1";
constexpr std::size_t kBoxOffset = kVersion.size() + crypto_box_NONCEBYTES;

Error cannot_decrypt() {
  return Error(ErrorKind::denied, "Invalid payload: Cannot decrypt payload");
}

}  // namespace

Result<CurvePublicKey> CurvePublicKey::parse(std::string_view text) {
  WC_TRY(const auto body, internal::decode_checked(text));
  const std::span<const std::uint8_t> bytes = body.reveal();
  if (bytes.empty()) {
    return Error(ErrorKind::invalid, "Signature verification failure: Empty key");
  }
  if (bytes[0] != static_cast<std::uint8_t>(KeyType::curve)) {
    return Error(ErrorKind::invalid, "Invalid byte prefix: Not a valid public key prefix: {}",
                 bytes[0]);
  }
  RawKey key{};
  if (bytes.size() != 1 + key.size()) {
    return Error(ErrorKind::invalid, "Signature verification failure: Could not read public key");
  }
  std::ranges::copy(bytes.subspan(1), key.begin());
  return CurvePublicKey(key);
}

std::string CurvePublicKey::text() const {
  return internal::encode_prefixed(static_cast<std::uint8_t>(KeyType::curve), bytes_);
}

CurveKeyPair::CurveKeyPair(const CurvePublicKey& public_key, Secret<RawKey> scalar) noexcept
    : public_key_(public_key), scalar_(std::move(scalar)) {}

CurveKeyPair CurveKeyPair::generate() {
  RawKey bytes{};
  fill_random(bytes);
  return from_raw_scalar(Secret(std::move(bytes)));
}

CurveKeyPair CurveKeyPair::from_raw_scalar(Secret<RawKey> scalar) {
  internal::ensure_sodium();
  RawKey public_bytes{};
  const int status = ::crypto_scalarmult_base(public_bytes.data(), scalar.reveal().data());
  WC_ASSERT(status == 0);  // a clamped scalar takes the base point to no point of small order
  return CurveKeyPair(CurvePublicKey(public_bytes), std::move(scalar));
}

Result<CurveKeyPair> CurveKeyPair::from_seed(std::string_view text) {
  WC_TRY(internal::Seed seed, internal::decode_seed(text));
  const auto type = internal::key_type_of(seed.prefix).value_or(KeyType::nats_operator);
  if (type != KeyType::curve) {
    return Error(ErrorKind::invalid, "Invalid byte prefix: Expected a curve, got {}",
                 to_string(type));
  }
  return from_raw_scalar(std::move(seed.raw));
}

SecretString CurveKeyPair::seed() const {
  return internal::encode_seed(KeyType::curve, scalar_.reveal());
}

SecretString CurveKeyPair::private_text() const {
  return SecretString(internal::encode_prefixed(internal::kPrivatePrefix, scalar_.reveal()));
}

Result<std::vector<std::uint8_t>> CurveKeyPair::seal(std::span<const std::uint8_t> plaintext,
                                                     const CurvePublicKey& receiver) const {
  internal::Nonce nonce{};
  fill_random(nonce);
  const internal::SealKeys keys{.own_scalar = scalar_, .peer = receiver.bytes()};
  return internal::seal_with_nonce(plaintext, keys, nonce);
}

Result<std::vector<std::uint8_t>> internal::seal_with_nonce(std::span<const std::uint8_t> plaintext,
                                                            const SealKeys& keys,
                                                            const Nonce& nonce) {
  ensure_sodium();
  std::vector<std::uint8_t> message(kBoxOffset + crypto_box_MACBYTES + plaintext.size());
  const auto after_version = std::ranges::copy(as_bytes(kVersion), message.begin()).out;
  std::ranges::copy(nonce, after_version);
  if (::crypto_box_easy(std::span(message).subspan(kBoxOffset).data(), plaintext.data(),
                        plaintext.size(), nonce.data(), keys.peer.data(),
                        keys.own_scalar.reveal().data()) != 0) {
    return Error(ErrorKind::invalid,
                 "Signature failure: Cannot seal payload: the receiver's key is of small order");
  }
  return message;
}

Result<Secret<std::vector<std::uint8_t>>> CurveKeyPair::open(std::span<const std::uint8_t> message,
                                                             const CurvePublicKey& sender) const {
  // The length is looked at before the version, as elsewhere.
  if (message.size() <= kBoxOffset) {
    return Error(ErrorKind::invalid, "Invalid payload: Payload too short");
  }
  if (!std::ranges::equal(message.first(kVersion.size()), as_bytes(kVersion))) {
    return Error(ErrorKind::invalid, "Invalid byte prefix: Cannot open message, wrong version");
  }
  const auto nonce = message.subspan(kVersion.size(), crypto_box_NONCEBYTES);
  const auto box = message.subspan(kBoxOffset);
  if (box.size() < crypto_box_MACBYTES) {
    return cannot_decrypt();
  }
  internal::ensure_sodium();
  std::vector<std::uint8_t> plaintext(box.size() - crypto_box_MACBYTES);
  if (::crypto_box_open_easy(plaintext.data(), box.data(), box.size(), nonce.data(),
                             sender.bytes().data(), scalar_.reveal().data()) != 0) {
    return cannot_decrypt();
  }
  return Secret(std::move(plaintext));
}

}  // namespace wasmcloud::identity
