// What a key stands for: the first letter of its text. Sheet: identity-and-packages, section 1.1.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace wasmcloud::identity {

// The value is the byte that a public key's text begins with before base32.
enum class KeyType : std::uint8_t {
  account = 0x00,        // A: signs for components, providers and hosts
  cluster = 0x10,        // C: before wasmCloud 1.0
  component = 0x60,      // M: a component; "Module" to its elders
  host = 0x68,           // N: a host; "Server"
  nats_operator = 0x70,  // O: signs for accounts
  nats_user = 0xa0,      // U: a connection to NATS
  provider = 0xa8,       // V: a capability provider; "Service"
  curve = 0xb8,          // X: an X25519 key, see xkeys.h
};

// "Account", "Module", ...: the names that other implementations print.
std::string_view to_string(KeyType type) noexcept;

// 'A', 'M', ...: the first letter of a public key, and the second one of a seed.
char letter_of(KeyType type) noexcept;

// The 32 bytes of a public key, or of a private one when it is held in a Secret.
using RawKey = std::array<std::uint8_t, 32>;

}  // namespace wasmcloud::identity
