#include "wasmcloud/identity/nkeys.h"

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/random.h"
#include "wasmcloud/identity/key_text.h"
#include "wasmcloud/identity/sodium_ready.h"

namespace wasmcloud::identity {
namespace {

static_assert(crypto_sign_SEEDBYTES == sizeof(RawKey));
static_assert(crypto_sign_PUBLICKEYBYTES == sizeof(RawKey));
static_assert(crypto_sign_BYTES == sizeof(Signature));

// Whether the bytes stand for a point at all. libsodium's own test of a point also wants it to be
// of the main group, which other implementations do not; a sum asks for no more than two points.
bool is_on_curve(const RawKey& key) noexcept {
  constexpr RawKey kNeutral{1};
  RawKey sum;
  return ::crypto_core_ed25519_add(sum.data(), key.data(), kNeutral.data()) == 0;
}

}  // namespace

Result<PublicKey> PublicKey::parse(std::string_view text) {
  if (text.size() != internal::kPublicTextLength) {
    return Error(ErrorKind::invalid, "Invalid key length: Bad key length: {}", text.size());
  }
  WC_TRY(const auto body, internal::decode_checked(text));
  const std::span<const std::uint8_t> bytes = body.reveal();
  const auto type = internal::key_type_of(bytes[0]);
  if (!type) {
    return Error(ErrorKind::invalid, "Invalid byte prefix: Not a valid public key prefix: {}",
                 bytes[0]);
  }
  RawKey key{};
  std::ranges::copy(bytes.subspan(1), key.begin());
  internal::ensure_sodium();
  if (!is_on_curve(key)) {
    return Error(ErrorKind::invalid, "Signature verification failure: Could not read public key");
  }
  return PublicKey(*type, key);
}

std::string PublicKey::text() const {
  return internal::encode_prefixed(static_cast<std::uint8_t>(type_), bytes_);
}

Result<> PublicKey::verify(std::span<const std::uint8_t> message,
                           std::span<const std::uint8_t> signature) const {
  if (signature.size() != sizeof(Signature)) {
    return Error(ErrorKind::invalid,
                 "Invalid signature length: Signature did not match expected length");
  }
  internal::ensure_sodium();
  if (::crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                    bytes_.data()) != 0) {
    return Error(ErrorKind::denied,
                 "Signature failure: Signature error: not made by key {} for this message", text());
  }
  return {};
}

KeyPair::KeyPair(const PublicKey& public_key, Secret<Expanded> expanded) noexcept
    : public_key_(public_key), expanded_(std::move(expanded)) {}

KeyPair KeyPair::generate(KeyType type) {
  RawKey bytes{};
  fill_random(bytes);
  return from_raw_seed(type, Secret(std::move(bytes)));
}

KeyPair KeyPair::from_raw_seed(KeyType type, const Secret<RawKey>& seed) {
  internal::ensure_sodium();
  RawKey public_bytes{};
  Expanded expanded{};
  static_assert(crypto_sign_SECRETKEYBYTES == sizeof expanded);
  const int status =
      ::crypto_sign_seed_keypair(public_bytes.data(), expanded.data(), seed.reveal().data());
  WC_ASSERT(status == 0);  // any 32 bytes are a seed
  return KeyPair(PublicKey(type, public_bytes), Secret(std::move(expanded)));
}

Result<KeyPair> KeyPair::from_seed(std::string_view text) {
  WC_TRY(const internal::Seed seed, internal::decode_seed(text));
  const auto type = internal::key_type_of(seed.prefix);
  return from_raw_seed(type.value_or(KeyType::nats_operator), seed.raw);
}

SecretString KeyPair::seed() const {
  RawKey raw{};
  std::copy_n(expanded_.reveal().begin(), raw.size(), raw.begin());
  SecretString text = internal::encode_seed(public_key_.type(), raw);
  wipe(raw);
  return text;
}

Signature KeyPair::sign(std::span<const std::uint8_t> message) const noexcept {
  Signature signature{};
  const int status = ::crypto_sign_detached(signature.data(), nullptr, message.data(),
                                            message.size(), expanded_.reveal().data());
  WC_ASSERT(status == 0);  // it has no way to fail
  return signature;
}

}  // namespace wasmcloud::identity
