#include "wasmcloud/base/byte_reader.h"

#include "wasmcloud/base/utf8.h"

namespace wasmcloud {

namespace {

// LEB128 of `width` bits, sign-extended where `is_signed`. Spare bits of the last byte must be
// zero, or for a signed integer copies of its sign.
Result<std::uint64_t> read_leb(ByteReader& in, unsigned width, bool is_signed) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint8_t byte, in.u8());
    const std::uint64_t bits = byte & 0x7fU;
    const bool more = (byte & 0x80U) != 0;
    value |= bits << shift;
    if (shift + 7 < width) {
      if (more) {
        continue;
      }
      if (is_signed && (byte & 0x40U) != 0) {
        value |= ~std::uint64_t{0} << (shift + 7);
      }
      return value;
    }
    if (more) {
      return error_at(at, "integer representation too long");
    }
    const unsigned used = width - shift - (is_signed ? 1 : 0);  // for a signed one: below its sign
    const std::uint64_t spare = bits >> used;
    const bool negative = is_signed && spare != 0;
    if (spare != 0 && !(is_signed && spare == 0x7fU >> used)) {
      return error_at(at, "integer too large");
    }
    if (negative && width < 64) {
      value |= ~std::uint64_t{0} << (width - 1);
    }
    return value;
  }
}

}  // namespace

Error error_at(std::size_t offset, std::string_view what, std::source_location where) {
  Error::Format<std::size_t&, std::string_view&> format{"offset {:#x}: {}"};
  format.where = where;
  return Error(ErrorKind::invalid, format, offset, what);
}

Result<std::uint8_t> ByteReader::peek() const {
  if (at_end()) {
    return error_at(offset(), "unexpected end-of-file");
  }
  return bytes_[position_];
}

Result<std::uint8_t> ByteReader::u8() {
  WC_TRY(const std::uint8_t byte, peek());
  ++position_;
  return byte;
}

Result<std::uint32_t> ByteReader::leb_u32() {
  WC_TRY(const std::uint64_t value, read_leb(*this, 32, false));
  return static_cast<std::uint32_t>(value);
}

Result<std::uint64_t> ByteReader::leb_u64() { return read_leb(*this, 64, false); }

Result<std::int32_t> ByteReader::leb_s32() {
  WC_TRY(const std::uint64_t value, read_leb(*this, 32, true));
  return static_cast<std::int32_t>(static_cast<std::int64_t>(value));
}

Result<std::int64_t> ByteReader::leb_s33() {
  WC_TRY(const std::uint64_t value, read_leb(*this, 33, true));
  return static_cast<std::int64_t>(value);
}

Result<std::int64_t> ByteReader::leb_s64() {
  WC_TRY(const std::uint64_t value, read_leb(*this, 64, true));
  return static_cast<std::int64_t>(value);
}

Result<std::span<const std::uint8_t>> ByteReader::take(std::size_t count) {
  if (count > remaining()) {
    return error_at(offset() + remaining(), "unexpected end-of-file");
  }
  const auto taken = bytes_.subspan(position_, count);
  position_ += count;
  return taken;
}

Result<ByteReader> ByteReader::slice(std::size_t count) {
  const std::size_t at = offset();
  WC_TRY(const auto taken, take(count));
  return ByteReader(taken, at);
}

Result<std::string_view> ByteReader::name(std::size_t max_bytes) {
  const std::size_t at = offset();
  WC_TRY(const std::uint32_t length, leb_u32());
  if (length > max_bytes) {
    return error_at(
        at, fmt::format("string size of {} bytes exceeds the limit of {}", length, max_bytes));
  }
  const std::size_t start = offset();
  WC_TRY(const auto raw, take(length));
  const std::string_view text(reinterpret_cast<const char*>(raw.data()), raw.size());
  if (!is_utf8(text)) {
    return error_at(start, "malformed UTF-8 encoding");
  }
  return text;
}

Result<> ByteReader::finish(std::string_view complaint) const {
  if (!at_end()) {
    return error_at(offset(), complaint);
  }
  return {};
}

}  // namespace wasmcloud
