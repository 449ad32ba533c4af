// nkeys: Ed25519 keys whose texts say what they are for. A public key is the name of an account, a
// component, a host; whoever holds its seed can sign in that name. Pure; values that threads may
// read together. Sheet: identity-and-packages, sections 1.1 to 1.4.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"
#include "wasmcloud/identity/key_type.h"

namespace wasmcloud::identity {

// R and S of RFC 8032.
using Signature = std::array<std::uint8_t, 64>;

class PublicKey {
 public:
  // From its text of 56 characters, without white space around it. Error `invalid`, in the words
  // that other implementations use: the length, the base32, the checksum, the prefix, or bytes
  // that are no point of the curve.
  static Result<PublicKey> parse(std::string_view text);

  KeyType type() const noexcept { return type_; }

  const RawKey& bytes() const noexcept { return bytes_; }

  std::string text() const;

  // Whether the holder of the seed has signed just this message. Error `invalid`: not 64 bytes.
  // Error `denied`: a signature of another key or message; also where the key is of small order
  // or a number is not in its one short form, which no honest tool makes.
  Result<> verify(std::span<const std::uint8_t> message,
                  std::span<const std::uint8_t> signature) const;

  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  friend class KeyPair;

  PublicKey(KeyType type, const RawKey& bytes) noexcept : type_(type), bytes_(bytes) {}

  KeyType type_;
  RawKey bytes_;
};

// A seed and its public key. Move-only, cannot be printed, and overwritten when it goes; of one
// that was moved from only the public key is left.
//
// With KeyType::curve it is an Ed25519 key that goes by the letter X, as `wash keys gen curve`
// makes them. Its seed is good for a CurveKeyPair (xkeys.h), its public key is not.
class KeyPair {
 public:
  // From the system's randomness.
  static KeyPair generate(KeyType type);

  // From 32 bytes: the private key of RFC 8032.
  static KeyPair from_raw_seed(KeyType type, const Secret<RawKey>& seed);

  // From its text of 58 characters, without white space around it. The second letter is not
  // checked: one that names no type gives a nats_operator, as elsewhere; look at
  // public_key().type(). Error `invalid`: the length, the base32, the checksum, no mark of a seed.
  static Result<KeyPair> from_seed(std::string_view text);

  const PublicKey& public_key() const noexcept { return public_key_; }

  // "SA...". Whoever reads it can sign in this key's name.
  SecretString seed() const;

  // The same bytes each time.
  Signature sign(std::span<const std::uint8_t> message) const noexcept;

 private:
  using Expanded = std::array<std::uint8_t, 64>;  // the seed, then the public key

  KeyPair(const PublicKey& public_key, Secret<Expanded> expanded) noexcept;

  PublicKey public_key_;
  Secret<Expanded> expanded_;
};

}  // namespace wasmcloud::identity
