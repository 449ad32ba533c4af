// The texts of keys, below what a key means: base32 without padding, a CRC at the end, the two
// bytes that a seed begins with. For the files of this module; others want nkeys.h and xkeys.h.
// Pure and thread-safe. Sheet: identity-and-packages, sections 1.1 to 1.3.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"
#include "wasmcloud/identity/key_type.h"

namespace wasmcloud::identity::internal {

inline constexpr std::size_t kPublicTextLength = 56;
inline constexpr std::size_t kSeedTextLength = 58;
inline constexpr std::uint8_t kPrivatePrefix = 0x78;  // P

// The type of a public key that begins with `prefix`; none for P, S, Z and what is no letter.
std::optional<KeyType> key_type_of(std::uint8_t prefix) noexcept;

// CRC-16/XMODEM: polynomial 0x1021, from 0, not reflected.
std::uint16_t crc16(std::span<const std::uint8_t> bytes) noexcept;

// Base32 of `body` and its CRC. Leaves no copy of `body` but the result.
std::string encode_checked(std::span<const std::uint8_t> body);

// The body back. Error `invalid` ("Codec failure: ...", "Checksum match failure: ...") says where
// the text is wrong and nothing of what it holds. A Secret, whatever the caller expects: the text
// may be a seed that was given by mistake.
Result<Secret<std::vector<std::uint8_t>>> decode_checked(std::string_view text);

// 'P' or a type's letter, then the key.
std::string encode_prefixed(std::uint8_t prefix, const RawKey& key);

struct Seed {
  std::uint8_t prefix = 0;  // of the key's type; not looked at yet
  Secret<RawKey> raw;
};

SecretString encode_seed(KeyType type, const RawKey& raw);

// Error `invalid`: see decode_checked; also a text of another length than 58, or one without the
// seed's mark.
Result<Seed> decode_seed(std::string_view text);

}  // namespace wasmcloud::identity::internal
