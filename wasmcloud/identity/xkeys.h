// xkeys: X25519 keys, and messages sealed from one such key to another. Both sides need a key, and
// the receiver knows by whom a message was sealed: it is not libsodium's anonymous sealed box.
// Pure; values that threads may read together. Sheet: identity-and-packages, section 1.5.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"
#include "wasmcloud/identity/key_type.h"

namespace wasmcloud::identity {

class CurvePublicKey {
 public:
  // From its text "X...", without white space around it. Error `invalid`, in the words that other
  // implementations use: the base32, the checksum, another prefix than X, not 32 bytes.
  static Result<CurvePublicKey> parse(std::string_view text);

  const RawKey& bytes() const noexcept { return bytes_; }

  std::string text() const;

  friend bool operator==(const CurvePublicKey&, const CurvePublicKey&) = default;

 private:
  friend class CurveKeyPair;

  explicit CurvePublicKey(const RawKey& bytes) noexcept : bytes_(bytes) {}

  RawKey bytes_;
};

// A scalar and its public key. Move-only, cannot be printed, and overwritten when it goes; one that
// was moved from must not be used.
class CurveKeyPair {
 public:
  // From the system's randomness.
  static CurveKeyPair generate();

  // From 32 bytes, which are kept as they are: clamping is part of each multiplication.
  static CurveKeyPair from_raw_scalar(Secret<RawKey> scalar);

  // From its text "SX...", of 58 characters without white space around it. Error `invalid`: the
  // length, the base32, the checksum, no mark of a seed, the seed of another type of key.
  static Result<CurveKeyPair> from_seed(std::string_view text);

  const CurvePublicKey& public_key() const noexcept { return public_key_; }

  // "SX...". Whoever reads it can open what was sealed to this key, or by it.
  SecretString seed() const;

  // "P...": the scalar alone. As secret as the seed, and read by nothing in wasmCloud.
  SecretString private_text() const;

  // A message of 44 bytes and those of `plaintext`, which only `receiver` and this key can open.
  // The nonce is fresh each time. Error `invalid`: `receiver` is one of the few points that any
  // scalar takes to zero, so that everybody could read the message.
  Result<std::vector<std::uint8_t>> seal(std::span<const std::uint8_t> plaintext,
                                         const CurvePublicKey& receiver) const;

  // What `sender` has sealed to this key. Error `invalid`: shorter than any message, or not of
  // version "xkv1". Error `denied`: altered, or sealed by or to another key.
  Result<Secret<std::vector<std::uint8_t>>> open(std::span<const std::uint8_t> message,
                                                 const CurvePublicKey& sender) const;

 private:
  CurveKeyPair(const CurvePublicKey& public_key, Secret<RawKey> scalar) noexcept;

  CurvePublicKey public_key_;
  Secret<RawKey> scalar_;
};

}  // namespace wasmcloud::identity
