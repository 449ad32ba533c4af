#include "wasmcloud/nats/credentials.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <span>
#include <vector>

#include <openssl/evp.h>

#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/encoding.h"

namespace wasmcloud::nats {
namespace {

// What a user's seed takes, here once more although `identity` reads all nkeys: this module stands
// on `base` alone, and OpenSSL, which the C client brings anyway, signs.
//
// An nkey is base32 of: prefix, 32 bytes, CRC-16. A seed has two bytes of prefix, which hold the
// prefix of seeds (5 bits), the kind of key (8 bits), and 3 zero bits.
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSeedSize = 2 + kKeySize + 2;
constexpr std::uint8_t kSeedPrefix = 18 << 3;  // 'S'
constexpr std::uint8_t kUserPrefix = 20 << 3;  // 'U'

// CRC-16/XMODEM.
std::uint16_t checksum(std::span<const std::uint8_t> bytes) noexcept {
  unsigned crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    }
  }
  return static_cast<std::uint16_t>(crc);
}

bool given(const std::optional<SecretString>& secret) {
  return secret.has_value() && !secret->reveal().empty();
}

using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

// The private key of a user's seed, decoded.
Result<Key> private_key(std::span<const std::uint8_t> raw_seed) {
  if (raw_seed.size() != kSeedSize || (raw_seed[0] & 0xF8) != kSeedPrefix) {
    return Error(ErrorKind::invalid, "the seed is no nkey seed: expected 58 characters from 'S'");
  }
  const auto body = raw_seed.first(kSeedSize - 2);
  const unsigned stated = raw_seed[kSeedSize - 2] | static_cast<unsigned>(raw_seed[kSeedSize - 1])
                                                        << 8;
  if (checksum(body) != stated) {
    return Error(ErrorKind::invalid, "the seed's checksum is wrong: it was cut or mistyped");
  }
  const auto kind = static_cast<std::uint8_t>((raw_seed[0] & 7) << 5 | raw_seed[1] >> 3);
  if (kind != kUserPrefix) {
    return Error(ErrorKind::invalid,
                 "the seed is not that of a user: expected it to start with 'SU'");
  }
  Key key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, body.subspan(2).data(), kKeySize));
  if (key == nullptr) {
    return Error(ErrorKind::internal, "OpenSSL made no key of the seed");
  }
  return key;
}

Result<Key> private_key(const SecretString& seed) {
  Result<std::vector<std::uint8_t>> raw = decode_base32(seed.reveal(), Padding::without);
  if (!raw) {
    // The decoder's message may quote what it read.
    return Error(ErrorKind::invalid, "the seed is no base32: expected 58 characters A-Z and 2-7");
  }
  Result<Key> key = private_key(*raw);
  wipe(*raw);
  return key;
}

}  // namespace

Result<Credentials> credentials_from_settings(std::optional<SecretString> jwt,
                                              std::optional<SecretString> seed,
                                              std::optional<std::string> creds_file) {
  const bool has_file = creds_file.has_value() && !creds_file->empty();
  if (has_file && (given(jwt) || given(seed))) {
    return Error(ErrorKind::invalid,
                 "both a credentials file ({}) and a jwt or seed are given: give one of them",
                 *creds_file);
  }
  if (has_file) {
    return Credentials(CredentialsFile{*std::move(creds_file)});
  }
  if (given(jwt) != given(seed)) {
    return Error(ErrorKind::invalid, "cannot authenticate if only one of jwt or seed is specified");
  }
  if (given(jwt)) {
    return Credentials(JwtAndSeed{*std::move(jwt), *std::move(seed)});
  }
  return Credentials();
}

Result<std::string> nkey_of_seed(const SecretString& seed) {
  WC_TRY(const Key key, private_key(seed));
  std::array<std::uint8_t, 1 + kKeySize + 2> bytes{kUserPrefix};
  std::size_t size = kKeySize;
  if (EVP_PKEY_get_raw_public_key(key.get(), bytes.data() + 1, &size) != 1) {
    return Error(ErrorKind::internal, "OpenSSL made no public key of the seed");
  }
  const std::uint16_t crc = checksum(std::span(bytes).first(1 + kKeySize));
  bytes[1 + kKeySize] = static_cast<std::uint8_t>(crc);
  bytes[2 + kKeySize] = static_cast<std::uint8_t>(crc >> 8);
  return encode_base32(bytes, Padding::without);
}

Result<std::array<std::uint8_t, 64>> sign_with_seed(const SecretString& seed,
                                                    std::string_view message) {
  WC_TRY(const Key key, private_key(seed));
  const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 64> signature{};
  std::size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size,
                     reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1) {
    return Error(ErrorKind::internal, "OpenSSL could not sign");
  }
  return signature;
}

Result<JwtAndSeed> read_credentials_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return Error(ErrorKind::invalid, "credentials file {}: {}", path, std::strerror(errno));
  }
  std::string jwt;
  std::string seed;
  std::string* next = nullptr;  // what the line after a title is
  for (std::string line; std::getline(file, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) {
      line.pop_back();
    }
    if (line.starts_with("-----BEGIN NATS USER JWT")) {
      next = &jwt;
    } else if (line.starts_with("-----BEGIN USER NKEY SEED")) {
      next = &seed;
    } else if (next != nullptr && !line.empty()) {
      *next = std::move(line);
      next = nullptr;
    }
  }
  if (jwt.empty() || seed.empty()) {
    wipe(seed);
    return Error(ErrorKind::invalid, "credentials file {}: expected a user's JWT and its seed",
                 path);
  }
  return JwtAndSeed{SecretString(std::move(jwt)), SecretString(std::move(seed))};
}

}  // namespace wasmcloud::nats
