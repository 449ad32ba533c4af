// For tests: keys, JWTs and certificates, made on the spot.
#pragma once

#include <filesystem>
#include <string>

#include "wasmcloud/base/secret.h"

namespace wasmcloud::nats {

struct Nkey {
  std::string seed;        // "SU..."
  std::string public_key;  // "U..."
};

enum class NkeyKind : std::uint8_t { operator_, account, user };
Nkey make_nkey(NkeyKind kind);

// An operator with one account with one user, and what a server needs to know of them.
struct JwtWorld {
  std::string server_config;  // lines for its configuration file
  std::string user_jwt;
  std::string user_seed;

  // As `nsc` writes it.
  std::string credentials_file() const;
};

JwtWorld make_jwt_world();

// Writes an authority's certificate and, signed by it, one of the server (for "localhost" and
// 127.0.0.1) and one of a client, with their keys, as PEM files into `directory`: ca.pem,
// server.pem, server.key, client.pem, client.key.
void write_certificates(const std::filesystem::path& directory);

}  // namespace wasmcloud::nats
