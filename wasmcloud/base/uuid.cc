#include "wasmcloud/base/uuid.h"

#include <algorithm>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/random.h"

namespace wasmcloud {
namespace {

constexpr std::size_t kTextSize = 36;

constexpr bool is_dash_position(std::size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

// RFC 9562 sections 4.1 and 4.2.
void set_version(Uuid& id, unsigned version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | (version << 4U));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);
}

}  // namespace

Uuid Uuid::random() noexcept {
  Uuid id;
  fill_random(id.bytes);
  set_version(id, 4);
  return id;
}

Uuid Uuid::time_ordered(std::chrono::system_clock::time_point now) noexcept {
  using std::chrono::milliseconds;
  using std::chrono::nanoseconds;
  const auto since_epoch = now.time_since_epoch();
  const auto whole = std::chrono::floor<milliseconds>(since_epoch);
  const auto rest = std::chrono::duration_cast<nanoseconds>(since_epoch - whole);

  Uuid id;
  fill_random(id.bytes);
  auto time = static_cast<std::uint64_t>(whole.count());
  for (std::size_t i = 6; i-- > 0;) {
    id.bytes.at(i) = static_cast<std::uint8_t>(time);
    time >>= 8U;
  }
  // Section 6.2, method 3: the twelve bits behind the milliseconds are a fraction of one.
  const auto fraction = static_cast<std::uint64_t>(rest.count()) * 4096 / 1'000'000;
  id.bytes[6] = static_cast<std::uint8_t>(fraction >> 8U);
  id.bytes[7] = static_cast<std::uint8_t>(fraction);
  set_version(id, 7);
  return id;
}

Result<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) {
    return Error(ErrorKind::invalid, "UUID \"{}\": expected {} characters, found {}", text,
                 kTextSize, text.size());
  }
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_dash_position(i)) {
      digits += text[i];
    } else if (text[i] != '-') {
      return Error(ErrorKind::invalid, "UUID \"{}\": character {}: expected '-', found '{}'", text,
                   i, text[i]);
    }
  }
  WC_TRY(const auto decoded, decode_hex(digits), "UUID \"{}\", without its dashes", text);
  Uuid id;
  std::copy(decoded.begin(), decoded.end(), id.bytes.begin());
  return id;
}

std::string Uuid::to_string() const {
  std::string text = encode_hex(bytes);
  for (const std::size_t position : {8U, 13U, 18U, 23U}) {
    text.insert(position, 1, '-');
  }
  return text;
}

}  // namespace wasmcloud
