#include "wasmcloud/identity/key_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "wasmcloud/base/encoding.h"

namespace wasmcloud::identity {
namespace {

struct TypeName {
  KeyType type;
  std::string_view name;
};

constexpr std::array<TypeName, 8> kTypes{{{KeyType::account, "Account"},
                                          {KeyType::cluster, "Cluster"},
                                          {KeyType::component, "Module"},
                                          {KeyType::host, "Server"},
                                          {KeyType::nats_operator, "Operator"},
                                          {KeyType::nats_user, "User"},
                                          {KeyType::provider, "Service"},
                                          {KeyType::curve, "Curve"}}};

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kBitsPerDigit = 5;
constexpr std::size_t kCrcLength = 2;
constexpr std::uint8_t kSeedMark = 0x90;      // S, in the five upper bits of a seed
constexpr std::uint8_t kSeedMarkMask = 0xf8;  // the lower three are the type's

Error codec_error(std::string_view what, std::size_t position) {
  return Error(ErrorKind::invalid, "Codec failure: Data encoding failure: {} at {}", what,
               position);
}

// base's decoder quotes the character that it dislikes, and leaves what it had decoded in freed
// memory; neither will do for a seed. So what it would refuse is refused here.
Result<> check_base32(std::string_view text) {
  const std::size_t spare_bits = text.size() * kBitsPerDigit % 8;
  if (spare_bits >= kBitsPerDigit) {
    return codec_error("invalid length", text.size() - 1);
  }
  if (const std::size_t wrong = text.find_first_not_of(kDigits); wrong != std::string_view::npos) {
    return codec_error("invalid symbol", wrong);
  }
  if (!text.empty() && kDigits.find(text.back()) % (1U << spare_bits) != 0) {
    return codec_error("non-zero trailing bits", text.size() - 1);
  }
  return {};
}

}  // namespace

std::string_view to_string(KeyType type) noexcept {
  const auto* const found = std::ranges::find(kTypes, type, &TypeName::type);
  return found == kTypes.end() ? "Unknown" : found->name;
}

char letter_of(KeyType type) noexcept { return kDigits[static_cast<std::size_t>(type) >> 3U]; }

namespace internal {

std::optional<KeyType> key_type_of(std::uint8_t prefix) noexcept {
  const auto type = static_cast<KeyType>(prefix);
  if (std::ranges::find(kTypes, type, &TypeName::type) == kTypes.end()) {
    return std::nullopt;
  }
  return type;
}

std::uint16_t crc16(std::span<const std::uint8_t> bytes) noexcept {
  std::uint32_t crc = 0;
  for (const std::uint8_t byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte) << 8U;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 0x8000U) != 0 ? (crc << 1U) ^ 0x1021U : crc << 1U;
    }
    crc &= 0xffffU;
  }
  return static_cast<std::uint16_t>(crc);
}

std::string encode_checked(std::span<const std::uint8_t> body) {
  const std::uint16_t crc = crc16(body);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(body.size() + kCrcLength);  // growing would leave a copy behind
  bytes.assign(body.begin(), body.end());
  bytes.push_back(static_cast<std::uint8_t>(crc & 0xffU));
  bytes.push_back(static_cast<std::uint8_t>(crc >> 8U));
  std::string text = encode_base32(bytes, Padding::without);
  wipe(bytes);
  return text;
}

Result<Secret<std::vector<std::uint8_t>>> decode_checked(std::string_view text) {
  WC_CHECK(check_base32(text));
  WC_TRY(std::vector<std::uint8_t> bytes, decode_base32(text, Padding::without));
  if (bytes.size() < kCrcLength) {
    wipe(bytes);
    return Error(ErrorKind::invalid,
                 "Checksum match failure: CRC data vector contains less than two characters");
  }
  const std::size_t length = bytes.size() - kCrcLength;
  const unsigned expected = bytes[length] | static_cast<unsigned>(bytes[length + 1]) << 8U;
  if (crc16(std::span(bytes).first(length)) != expected) {
    wipe(bytes);
    return Error(ErrorKind::invalid, "Checksum match failure: Checksum mismatch");
  }
  bytes.resize(length);
  return Secret(std::move(bytes));
}

std::string encode_prefixed(std::uint8_t prefix, const RawKey& key) {
  std::array<std::uint8_t, 1 + sizeof(RawKey)> body{prefix};
  std::ranges::copy(key, body.begin() + 1);
  std::string text = encode_checked(body);
  wipe(body);
  return text;
}

SecretString encode_seed(KeyType type, const RawKey& raw) {
  const auto prefix = static_cast<unsigned>(type);
  std::array<std::uint8_t, 2 + sizeof(RawKey)> body{
      static_cast<std::uint8_t>(kSeedMark | prefix >> 5U),
      static_cast<std::uint8_t>((prefix & 0x1fU) << 3U)};
  std::ranges::copy(raw, body.begin() + 2);
  SecretString text(encode_checked(body));
  wipe(body);
  return text;
}

Result<Seed> decode_seed(std::string_view text) {
  if (text.size() != kSeedTextLength) {
    return Error(ErrorKind::invalid, "Invalid key length: Bad seed length: {}", text.size());
  }
  WC_TRY(const auto body, decode_checked(text));
  const std::span<const std::uint8_t> bytes = body.reveal();
  if ((bytes[0] & kSeedMarkMask) != kSeedMark) {
    return Error(ErrorKind::invalid, "Invalid byte prefix: Incorrect byte prefix: {}", text[0]);
  }
  const unsigned prefix = (bytes[0] & 7U) << 5U | static_cast<unsigned>(bytes[1]) >> 3U;
  RawKey raw{};
  std::ranges::copy(bytes.subspan(2), raw.begin());
  return Seed{.prefix = static_cast<std::uint8_t>(prefix), .raw = Secret(std::move(raw))};
}

}  // namespace internal
}  // namespace wasmcloud::identity
