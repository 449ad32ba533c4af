// How a connection proves who it is.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/secret.h"

namespace wasmcloud::nats {

struct UserPassword {
  std::string user;
  SecretString password;
};

struct Token {
  SecretString token;
};

// The server's nonce is signed with the seed ("SU...") that belongs to the JWT.
struct JwtAndSeed {
  SecretString jwt;
  SecretString seed;
};

// A file with both, as `nsc` writes it. It is read anew for each connection attempt.
struct CredentialsFile {
  std::string path;
};

// A user known to the server by its public key, which follows from the seed.
struct NkeySeed {
  SecretString seed;
};

// monostate: no credentials.
using Credentials =
    std::variant<std::monostate, UserPassword, Token, JwtAndSeed, CredentialsFile, NkeySeed>;

// From the three settings of a host (--nats-jwt, --nats-seed, --nats-creds; an empty one counts as
// not given). `invalid` if only one of jwt and seed is given, or a file besides them.
Result<Credentials> credentials_from_settings(std::optional<SecretString> jwt,
                                              std::optional<SecretString> seed,
                                              std::optional<std::string> creds_file);

// The public key ("U...") of a user's seed ("SU..."). `invalid` if it is none; the message does not
// hold the seed.
Result<std::string> nkey_of_seed(const SecretString& seed);

// What a file as `nsc` writes it holds. `invalid` if it cannot be read or lacks one of the two.
Result<JwtAndSeed> read_credentials_file(const std::string& path);

// The Ed25519 signature of a user's seed. `invalid` as with nkey_of_seed().
Result<std::array<std::uint8_t, 64>> sign_with_seed(const SecretString& seed,
                                                    std::string_view message);

}  // namespace wasmcloud::nats
