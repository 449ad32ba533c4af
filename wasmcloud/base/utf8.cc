#include "wasmcloud/base/utf8.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

using Block = std::array<std::uint64_t, 8>;  // what vector instructions look at in one go

bool is_ascii(const std::uint8_t* block) noexcept {
  Block words;  // NOLINT: it is written before it is read
  std::memcpy(words.data(), block, sizeof(words));
  std::uint64_t all = 0;
  for (const std::uint64_t word : words) {
    all |= word;
  }
  return (all & kHighBits) == 0;
}

}  // namespace

std::size_t ascii_run(std::span<const std::uint8_t> bytes) noexcept {
  std::size_t run = 0;
  while (bytes.size() - run >= sizeof(Block) && is_ascii(bytes.data() + run)) {
    run += sizeof(Block);
  }
  for (std::uint64_t word = 0; bytes.size() - run >= sizeof(word); run += sizeof(word)) {
    std::memcpy(&word, bytes.data() + run, sizeof(word));
    if ((word & kHighBits) != 0) {
      static_assert(std::endian::native == std::endian::little);
      return run + static_cast<std::size_t>(std::countr_zero(word & kHighBits)) / 8;
    }
  }
  while (run < bytes.size() && bytes[run] < 0x80) {
    ++run;
  }
  return run;
}

// Unicode, table 3-7: the range of the second byte is what rules out all that is not strict.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    return text.empty() ? 0 : 1;
  }
  if (lead >= 0xc2 && lead <= 0xdf) {
    return continues(1) ? 2 : 0;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
  std::size_t at = ascii_run(as_u8(text));
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      return at;
    }
    at += length;
    if (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) {
      at += ascii_run(as_u8(text.substr(at)));
    }
  }
  return std::nullopt;
}

}  // namespace wasmcloud
