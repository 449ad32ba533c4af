#include "wasmcloud/nats/testing/identities.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/random.h"

namespace wasmcloud::nats {
namespace {

using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using File = std::unique_ptr<std::FILE, Deleter<std::fclose>>;
using Bytes = std::vector<std::uint8_t>;

constexpr std::array<std::uint8_t, 3> kPrefixes = {14 << 3, 0, 20 << 3};  // 'O', 'A', 'U'

std::string encode_key(Bytes bytes) {
  unsigned crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<unsigned>(byte) << 8;
    for (int bit = 0; bit < 8; ++bit) {
      crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
    }
  }
  bytes.push_back(static_cast<std::uint8_t>(crc));
  bytes.push_back(static_cast<std::uint8_t>(crc >> 8));
  return encode_base32(bytes, Padding::without);
}

std::string base64(std::string_view text) {
  return encode_base64(as_bytes(text), Base64::url, Padding::without);
}

std::string make_jwt(const Nkey& issuer, const Nkey& subject, std::string_view kind,
                     std::string_view limits) {
  const std::string header = R"({"typ":"JWT","alg":"ed25519-nkey"})";
  const std::string claims = fmt::format(
      R"({{"jti":"{}","iat":{},"iss":"{}","name":"test","sub":"{}","nats":{{{}"type":"{}","version":2}}}})",
      subject.public_key, std::time(nullptr), issuer.public_key, subject.public_key, limits, kind);
  const std::string text = base64(header) + "." + base64(claims);
  const auto seed = decode_base32(issuer.seed, Padding::without);
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed->data() + 2, 32));
  const Context context(EVP_MD_CTX_new());
  std::array<unsigned char, 64> signature{};
  std::size_t size = signature.size();
  const auto bytes = as_bytes(text);
  WC_ASSERT(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
            EVP_DigestSign(context.get(), signature.data(), &size, bytes.data(), bytes.size()) ==
                1);
  return text + "." + encode_base64(signature, Base64::url, Padding::without);
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  WC_ASSERT(extension != nullptr);
  X509_add_ext(certificate, extension.get(), -1);
}

Certificate make_certificate(EVP_PKEY* key, std::string_view name, X509* issuer,
                             EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  static long serial = 0;
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.data()),
                             static_cast<int>(name.size()), -1, 0);
  X509* const signer = issuer == nullptr ? certificate.get() : issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  if (issuer == nullptr) {
    add_extension(certificate.get(), signer, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate.get(), signer, NID_key_usage, "critical,keyCertSign");
  } else {
    add_extension(certificate.get(), signer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  }
  WC_ASSERT(X509_sign(certificate.get(), issuer_key, EVP_sha256()) > 0);
  return certificate;
}

void write_pem(const std::filesystem::path& path, X509* certificate) {
  const File file(std::fopen(path.c_str(), "w"));
  WC_ASSERT(file != nullptr && PEM_write_X509(file.get(), certificate) == 1);
}

void write_pem(const std::filesystem::path& path, EVP_PKEY* key) {
  const File file(std::fopen(path.c_str(), "w"));
  WC_ASSERT(file != nullptr &&
            PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

}  // namespace

Nkey make_nkey(NkeyKind kind) {
  const std::uint8_t prefix = kPrefixes[static_cast<std::size_t>(kind)];
  std::array<std::uint8_t, 32> raw{};
  fill_random(raw);
  Bytes seed = {static_cast<std::uint8_t>(18 << 3 | prefix >> 5),
                static_cast<std::uint8_t>((prefix & 31) << 3)};
  seed.insert(seed.end(), raw.begin(), raw.end());
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
  Bytes shown(33, prefix);
  std::size_t size = 32;
  WC_ASSERT(EVP_PKEY_get_raw_public_key(key.get(), shown.data() + 1, &size) == 1);
  return {.seed = encode_key(std::move(seed)), .public_key = encode_key(std::move(shown))};
}

std::string JwtWorld::credentials_file() const {
  return fmt::format(
      "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n"
      "-----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
      user_jwt, user_seed);
}

JwtWorld make_jwt_world() {
  const Nkey op = make_nkey(NkeyKind::operator_);
  const Nkey account = make_nkey(NkeyKind::account);
  const Nkey user = make_nkey(NkeyKind::user);
  constexpr std::string_view kAll =
      R"("limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1},)";
  constexpr std::string_view kUser = R"("pub":{},"sub":{},"subs":-1,"data":-1,"payload":-1,)";
  const std::string account_jwt = make_jwt(op, account, "account", kAll);
  JwtWorld world;
  world.server_config =
      fmt::format("operator: {}\nresolver: MEMORY\nresolver_preload: {{ {}: {} }}\n",
                  make_jwt(op, op, "operator", ""), account.public_key, account_jwt);
  world.user_jwt = make_jwt(account, user, "user", kUser);
  world.user_seed = user.seed;
  return world;
}

void write_certificates(const std::filesystem::path& directory) {
  const Key ca_key(EVP_EC_gen("P-256"));
  const Certificate ca = make_certificate(ca_key.get(), "test authority", nullptr, ca_key.get());
  write_pem(directory / "ca.pem", ca.get());
  for (const char* const name : {"server", "client"}) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate = make_certificate(key.get(), name, ca.get(), ca_key.get());
    write_pem(directory / (std::string(name) + ".pem"), certificate.get());
    write_pem(directory / (std::string(name) + ".key"), key.get());
  }
}

}  // namespace wasmcloud::nats
