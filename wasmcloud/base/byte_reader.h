// A cursor over bytes that somebody else wrote: fixed-width and LEB128 integers, UTF-8 names,
// slices. Nothing is read past the end, nothing is copied, and every failure is an Error `invalid`
// that begins with where it happened: "offset 0x1f: unexpected end-of-file". Pure.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <span>
#include <string_view>

#include "wasmcloud/base/result.h"

namespace wasmcloud {

// Copies are independent cursors. The bytes must outlive it and every view it gives.
class ByteReader {
 public:
  // `offset` is where `bytes` starts in the file that errors speak of.
  explicit ByteReader(std::span<const std::uint8_t> bytes, std::size_t offset = 0) noexcept
      : bytes_(bytes), base_(offset) {}

  // Of the next byte, in the file.
  std::size_t offset() const noexcept { return base_ + position_; }

  std::size_t remaining() const noexcept { return bytes_.size() - position_; }

  bool at_end() const noexcept { return remaining() == 0; }

  // What has not been read yet.
  std::span<const std::uint8_t> rest() const noexcept { return bytes_.subspan(position_); }

  // The next byte, which stays unread.
  Result<std::uint8_t> peek() const;
  Result<std::uint8_t> u8();

  // An unsigned integer of T's width.
  template <std::unsigned_integral T>
  Result<T> little_endian() {
    WC_TRY(const auto raw, take(sizeof(T)));
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | static_cast<T>(static_cast<T>(raw[i]) << (8 * i)));
    }
    return value;
  }

  template <std::unsigned_integral T>
  Result<T> big_endian() {
    WC_TRY(const auto value, little_endian<T>());
    return std::byteswap(value);
  }

  // LEB128, at most as many bytes as the width needs; zero-padding within them is allowed. Errors:
  // "integer representation too long" (more bytes), "integer too large" (more bits).
  Result<std::uint32_t> leb_u32();
  Result<std::uint64_t> leb_u64();
  Result<std::int32_t> leb_s32();
  Result<std::int64_t> leb_s33();
  Result<std::int64_t> leb_s64();

  // The next `count` bytes.
  Result<std::span<const std::uint8_t>> take(std::size_t count);
  // A reader of the next `count` bytes, which this one skips.
  Result<ByteReader> slice(std::size_t count);
  // A leb_u32 length, then that much UTF-8. Errors: "malformed UTF-8 encoding", "string size ...".
  Result<std::string_view> name(std::size_t max_bytes);
  // Fails unless everything was read.
  Result<> finish(std::string_view complaint) const;

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t base_ = 0;
  std::size_t position_ = 0;
};

// An Error `invalid` that begins with "offset 0x..: ".
Error error_at(std::size_t offset, std::string_view what,
               std::source_location where = std::source_location::current());

}  // namespace wasmcloud
