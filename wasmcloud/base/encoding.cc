#include "wasmcloud/base/encoding.h"

#include <array>
#include <bit>
#include <cstddef>

namespace wasmcloud {
namespace {

constexpr std::uint8_t kNotADigit = 0xff;

// An alphabet of 2^bits digits, whose texts come in groups that hold whole bytes.
struct Alphabet {
  std::string_view name;
  std::string_view digits;
  std::array<std::uint8_t, 256> values;
  unsigned bits;             // a digit
  std::size_t group_digits;  // a group
};

constexpr Alphabet make_alphabet(std::string_view name, std::string_view digits) {
  Alphabet made{name, digits, {}, static_cast<unsigned>(std::bit_width(digits.size() - 1)), 0};
  made.group_digits = made.bits == 4 ? 2 : made.bits == 5 ? 8 : 4;
  made.values.fill(kNotADigit);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    made.values.at(static_cast<unsigned char>(digits[i])) = static_cast<std::uint8_t>(i);
  }
  return made;
}

constexpr Alphabet kBase64 =
    make_alphabet("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
constexpr Alphabet kBase64Url =
    make_alphabet("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
constexpr Alphabet kBase32 = make_alphabet("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");

constexpr Alphabet make_hex() {
  Alphabet made = make_alphabet("hex", "0123456789abcdef");
  for (unsigned i = 10; i < 16; ++i) {
    made.values.at('A' + i - 10) = static_cast<std::uint8_t>(i);
  }
  return made;
}

constexpr Alphabet kHex = make_hex();

std::string encode(const Alphabet& alphabet, std::span<const std::uint8_t> bytes, Padding padding) {
  std::string text;
  text.reserve((bytes.size() * 8 / alphabet.bits) + alphabet.group_digits);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  const std::uint32_t mask = (1U << alphabet.bits) - 1;
  for (const std::uint8_t byte : bytes) {
    pending = (pending << 8U) | byte;
    pending_bits += 8;
    while (pending_bits >= alphabet.bits) {
      pending_bits -= alphabet.bits;
      text += alphabet.digits[(pending >> pending_bits) & mask];
    }
  }
  if (pending_bits > 0) {
    text += alphabet.digits[(pending << (alphabet.bits - pending_bits)) & mask];
  }
  if (padding == Padding::with) {
    while (text.size() % alphabet.group_digits != 0) {
      text += '=';
    }
  }
  return text;
}

Error unexpected_character(const Alphabet& alphabet, std::string_view text, std::size_t position) {
  const auto byte = static_cast<unsigned char>(text[position]);
  if (byte > 0x20 && byte < 0x7f) {
    return Error(ErrorKind::invalid, "{}: character {}: unexpected '{}' (0x{:02x})", alphabet.name,
                 position, static_cast<char>(byte), byte);
  }
  return Error(ErrorKind::invalid, "{}: character {}: unexpected byte 0x{:02x}", alphabet.name,
               position, byte);
}

// How many of the text's characters are digits: all but the padding, which must be just right.
Result<std::size_t> count_digits(const Alphabet& alphabet, std::string_view text, Padding padding) {
  if (padding == Padding::without) {
    return text.size();
  }
  if (text.size() % alphabet.group_digits != 0) {
    return Error(ErrorKind::invalid,
                 "{}: character {}: the text ends early: expected a multiple of {} characters with "
                 "the padding, found {}",
                 alphabet.name, text.size(), alphabet.group_digits, text.size());
  }
  std::size_t count = text.size();
  while (count > 0 && text[count - 1] == '=') {
    --count;
  }
  if (text.size() - count >= alphabet.group_digits) {
    return unexpected_character(alphabet, text, count);
  }
  return count;
}

Result<std::vector<std::uint8_t>> decode(const Alphabet& alphabet, std::string_view text,
                                         Padding padding) {
  WC_TRY(const std::size_t count, count_digits(alphabet, text, padding));
  std::vector<std::uint8_t> bytes;
  bytes.reserve(count * alphabet.bits / 8);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t value = alphabet.values.at(static_cast<unsigned char>(text[i]));
    if (value == kNotADigit) {
      return unexpected_character(alphabet, text, i);
    }
    pending = (pending << alphabet.bits) | value;
    pending_bits += alphabet.bits;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(pending >> pending_bits));
      pending &= (1U << pending_bits) - 1;
    }
  }
  if (pending_bits >= alphabet.bits) {
    return Error(ErrorKind::invalid, "{}: character {}: the text ends within a byte", alphabet.name,
                 count);
  }
  if (pending != 0) {
    return Error(ErrorKind::invalid,
                 "{}: character {}: unexpected '{}': the bits beyond the last byte are not zero",
                 alphabet.name, count - 1, text[count - 1]);
  }
  return bytes;
}

const Alphabet& base64_alphabet(Base64 which) {
  return which == Base64::url ? kBase64Url : kBase64;
}

}  // namespace

std::span<const std::uint8_t> as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string encode_base64(std::span<const std::uint8_t> bytes, Base64 alphabet, Padding padding) {
  return encode(base64_alphabet(alphabet), bytes, padding);
}

std::string encode_base32(std::span<const std::uint8_t> bytes, Padding padding) {
  return encode(kBase32, bytes, padding);
}

std::string encode_hex(std::span<const std::uint8_t> bytes) {
  return encode(kHex, bytes, Padding::without);
}

Result<std::vector<std::uint8_t>> decode_base64(std::string_view text, Base64 alphabet,
                                                Padding padding) {
  return decode(base64_alphabet(alphabet), text, padding);
}

Result<std::vector<std::uint8_t>> decode_base32(std::string_view text, Padding padding) {
  return decode(kBase32, text, padding);
}

Result<std::vector<std::uint8_t>> decode_hex(std::string_view text) {
  return decode(kHex, text, Padding::without);
}

}  // namespace wasmcloud
