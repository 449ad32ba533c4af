#include "wasmcloud/wrpc/wire.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/base/utf8.h"
#include "wasmcloud/wit/characters.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/utf8.h"
#include "wasmcloud/wrpc/varint.h"
#include "wasmcloud/wrpc/wire_error.h"

namespace wasmcloud::wrpc {
namespace {

constexpr std::size_t kFirstRoom = 128;

std::string_view name_of(unsigned bits, bool is_signed) {
  switch (bits) {
    case 16:
      return is_signed ? "s16" : "u16";
    case 32:
      return is_signed ? "s32" : "u32";
    default:
      return is_signed ? "s64" : "u64";
  }
}

}  // namespace

void WireWriter::fail(Error error) {
  if (!failed()) {
    error_ = std::move(error);
  }
}

Result<> WireWriter::status() const {
  if (failed()) {
    return error_->clone();
  }
  return {};
}

std::string WireWriter::take() {
  buffer_.resize(std::exchange(size_, 0));
  return std::exchange(buffer_, {});
}

void WireWriter::grow(std::size_t count) {
  const std::size_t wanted = std::max({size_ + count, 2 * buffer_.size(), kFirstRoom});
  // What is beyond size_ is room: nothing has to be there.
  buffer_.resize_and_overwrite(wanted, [](char*, std::size_t size) noexcept { return size; });
}

void WireWriter::character(char32_t value) {
  if (!wit::is_scalar(value)) {
    fail(Error(ErrorKind::invalid, "char {:#x}: expected a Unicode scalar value",
               static_cast<std::uint32_t>(value)));
    return;
  }
  std::string text;  // too short to allocate
  wit::append_utf8(text, value);
  raw(std::as_bytes(std::span(text)));
}

void WireWriter::string(std::string_view text) {
  if (!is_utf8(text)) {
    fail(Error(ErrorKind::invalid, "string of {} bytes: expected UTF-8", text.size()));
    return;
  }
  byte_list(as_u8(text));
}

void WireWriter::count(std::size_t count) {
  if (count > std::numeric_limits<std::uint32_t>::max()) {
    fail(Error(ErrorKind::invalid, "length {}: expected 32 bits", count));
    return;
  }
  integer(static_cast<std::uint32_t>(count));
}

void WireWriter::byte_list(std::span<const std::uint8_t> bytes) {
  count(bytes.size());
  raw(bytes);
}

void WireWriter::raw(std::span<const std::byte> bytes) {
  if (!bytes.empty()) {
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
}

void WireReader::fail(Error error) {
  if (failed()) {
    return;
  }
  error_ = std::move(error);
  next_ = end_;
}

Result<> WireReader::status() const {
  if (failed()) {
    return error_->clone();
  }
  return {};
}

void WireReader::fail_short(std::size_t missing, std::string_view what) {
  if (failed()) {
    return;
  }
  missing_ = missing;
  fail(wire_error::cut_short(offset() + remaining(), what, missing));
}

std::uint64_t WireReader::varint(Varint number, std::string_view what) {
  const std::size_t start = offset();
  while (next_ != end_) {
    switch (number.push(*next_++)) {
      case Varint::Step::more:
        continue;
      case Varint::Step::done:
        return number.value();
      case Varint::Step::overflow:
        fail(wire_error::too_wide(start, what, number.bits()));
        return 0;
    }
  }
  fail_short(1, what);
  return 0;
}

std::uint64_t WireReader::long_integer(unsigned bits, bool is_signed) {
  return varint(Varint(bits, is_signed), name_of(bits, is_signed));
}

std::uint32_t WireReader::long_count(std::string_view what) {
  return static_cast<std::uint32_t>(varint(Varint(32, false), what));
}

void WireReader::bad_status(std::string_view what, std::uint8_t byte) {
  fail(wire_error::bad_status(offset() - 1, what, byte));
}

std::uint32_t WireReader::discriminant(std::size_t cases, std::string_view what) {
  const std::size_t start = offset();
  const std::uint32_t index = count(what);
  if (index >= cases) [[unlikely]] {
    fail(wire_error::unknown_case(start, what, index, cases));
    return 0;
  }
  return index;
}

std::span<const std::uint8_t> WireReader::flags(std::size_t labels) {
  const auto bytes = raw((labels + 7) / 8, "flags");
  if (labels % 8 != 0 && !bytes.empty() && bytes.back() >> labels % 8 != 0) [[unlikely]] {
    fail(wire_error::unknown_flags(offset() - 1, bytes.back(), labels));
    return {};
  }
  return bytes;
}

std::uint64_t WireReader::flag_bits(std::size_t labels) {
  const auto bytes = flags(labels);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bits |= std::uint64_t{bytes[i]} << 8 * i;
  }
  return bits;
}

std::span<const std::uint8_t> WireReader::raw(std::size_t count, std::string_view what) {
  if (count > remaining()) [[unlikely]] {
    fail_short(count - remaining(), what);
    return {};
  }
  const std::span<const std::uint8_t> bytes(next_, count);
  next_ += count;
  return bytes;
}

std::span<const std::uint8_t> WireReader::byte_list(std::string_view what) {
  return raw(count(what), what);
}

char32_t WireReader::character() {
  if (next_ != end_ && *next_ < 0x80) [[likely]] {
    return *next_++;
  }
  Utf8 utf8;
  do {
    if (next_ == end_) {
      fail_short(std::max<std::size_t>(utf8.left(), 1), "char");
      return 0;
    }
    if (!utf8.push(*next_)) {
      fail(wire_error::not_utf8(offset(), "char", *next_));
      return 0;
    }
    ++next_;
  } while (utf8.left() != 0);
  return utf8.code();
}

std::string_view WireReader::string(std::string_view what) {
  const std::uint32_t length = count(what);
  if (length > remaining() || !is_utf8(as_text({next_, length}))) [[unlikely]] {
    explain_text(length, what);
    return {};
  }
  const auto* const text = reinterpret_cast<const char*>(next_);
  next_ += length;
  return {text, length};
}

// What is there may be wrong already though more is to come.
void WireReader::explain_text(std::size_t length, std::string_view what) {
  Utf8 utf8;
  const std::size_t there = std::min(length, remaining());
  for (std::size_t i = 0; i < there; ++i) {
    if (!utf8.push(next_[i]) || utf8.left() > length - i - 1) {
      fail(wire_error::not_utf8(offset() + i, what, next_[i]));
      return;
    }
  }
  fail_short(length - there, what);
}

}  // namespace wasmcloud::wrpc
