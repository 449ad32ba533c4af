// The form of a sealed message, with the nonce as an argument. Only xkeys.cc and its tests call
// this: two messages under one nonce, between the same keys, give both of them away.
//
//   message := "xkv1" nonce:24 tag:16 ciphertext      ; sheet: identity-and-packages, section 1.5
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"
#include "wasmcloud/identity/key_type.h"

namespace wasmcloud::identity::internal {

using Nonce = std::array<std::uint8_t, 24>;

struct SealKeys {
  const Secret<RawKey>& own_scalar;
  const RawKey& peer;
};

// Pure and thread-safe. Errors are those of CurveKeyPair::seal.
Result<std::vector<std::uint8_t>> seal_with_nonce(std::span<const std::uint8_t> plaintext,
                                                  const SealKeys& keys, const Nonce& nonce);

}  // namespace wasmcloud::identity::internal
