// The rules of the wire, once: how each plain value of WIT stands in the bytes of wRPC (wrpc.md 1).
// Whatever has values to send builds on this: dynamic ones (value_codec.h), C++ types, guests'
// memory. Pure.
//
// Errors are sticky, as in component/guest.h: the first failure is kept, and later reads give
// zeroes, so that code which walks a type is straight-line. It is also what is fast: a number comes
// back in a register, where a Result comes through memory and is tested each time. And a failed
// reader is at its end, so that the one question of the hot path, is there a byte, covers it. A
// loop over a count that came from the wire still has to ask failed(): the count may be anything.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wrpc {

static_assert(std::endian::native == std::endian::little);

template <typename T>
concept WireInteger =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && sizeof(T) <= 8;

// What has the same bytes in memory and on the wire (a NaN apart), so that lists of it are copied.
template <typename T>
concept RawElement = std::same_as<T, std::uint8_t> || std::same_as<T, std::int8_t> ||
                     std::same_as<T, float> || std::same_as<T, double>;

struct WireOptions {
  // Negative numbers of the greatest length in the form that decoders of 1.x accept, in place of
  // the canonical one, which they refuse (wrpc.md 1.3, B1).
  bool mask_long_negatives = false;
};

class Varint;  // varint.h

// Appends to a buffer of its own. What a writer that failed holds is to be thrown away.
class WireWriter {
 public:
  explicit WireWriter(WireOptions options = {}) noexcept : options_(options) {}

  WireWriter(const WireWriter&) = delete;
  WireWriter& operator=(const WireWriter&) = delete;

  // --- failure --- (a text that is not UTF-8, a char that is no scalar value, a length beyond 32
  // bits)
  bool failed() const noexcept { return error_.has_value(); }

  void fail(Error error);
  Result<> status() const;

  std::size_t size() const noexcept { return size_; }

  // Until the next write.
  std::span<const std::uint8_t> view() const noexcept { return {bytes(), size_}; }

  // A string, for that is what NATS messages hold. The writer is empty then.
  std::string take();

  // --- plain values ---
  void boolean(bool value) { u8(value ? 1 : 0); }

  void u8(std::uint8_t value) {
    *room(1) = value;
    ++size_;
  }

  // Of 8 bits the byte itself, else LEB128 in as few bytes as it needs.
  template <WireInteger T>
  void integer(T value);

  void f32(float value) { fixed(value == value ? value : kNan32); }

  void f64(double value) { fixed(value == value ? value : kNan64); }

  void character(char32_t value);
  void string(std::string_view text);

  // --- parts of values ---
  void count(std::size_t count);  // of the elements of a list or chunk, the bytes of a string

  void discriminant(std::uint32_t index) { integer(index); }

  // Up to 64 labels; label i is bit i. More are raw bytes.
  void flags(std::uint64_t bits, std::size_t labels) {
    raw(std::as_bytes(std::span(&bits, 1)).first((labels + 7) / 8));
  }

  // Their number, then the bytes: a list<u8>, the handle of a resource, text known to be UTF-8.
  void byte_list(std::span<const std::uint8_t> bytes);
  // A list<u8>, list<s8>, list<f32>, list<f64>.
  template <RawElement T>
  void list(std::span<const T> elements);
  void raw(std::span<const std::byte> bytes);

  void raw(std::span<const std::uint8_t> bytes) { raw(std::as_bytes(bytes)); }

 private:
  const std::uint8_t* bytes() const noexcept {
    return reinterpret_cast<const std::uint8_t*>(buffer_.data());
  }

  // The one form in which a NaN is written.
  static constexpr float kNan32 = std::bit_cast<float>(0x7fc00000U);
  static constexpr double kNan64 = std::bit_cast<double>(0x7ff8000000000000U);

  template <typename T>
  void fixed(T value) {
    std::memcpy(room(sizeof(T)), &value, sizeof(T));
    size_ += sizeof(T);
  }

  // Where `count` bytes may be written; they count when size_ says so.
  std::uint8_t* room(std::size_t count) {
    if (buffer_.size() - size_ < count) [[unlikely]] {
      grow(count);
    }
    return reinterpret_cast<std::uint8_t*>(buffer_.data()) + size_;
  }

  void grow(std::size_t count);

  WireOptions options_;
  std::string buffer_;    // all of its size may be written to
  std::size_t size_ = 0;  // of what has been written
  std::optional<Error> error_;
};

// A cursor over bytes that a stranger sent. Copies nothing: the bytes must outlive it and what it
// gives. A failure is either `incomplete`, if the bytes are the beginning of something valid, or
// final. Its error says where and what: "offset 12: option status byte 2: expected 0 or 1".
class WireReader {
 public:
  // `offset` is where `bytes` starts in what errors speak of.
  explicit WireReader(std::span<const std::uint8_t> bytes, std::size_t offset = 0) noexcept
      : begin_(bytes.data()), next_(begin_), end_(begin_ + bytes.size()), base_(offset) {}

  // --- failure ---
  bool failed() const noexcept { return error_.has_value(); }

  bool incomplete() const noexcept { return missing_ != 0; }

  // If incomplete: how many bytes must come at least.
  std::size_t missing() const noexcept { return missing_; }

  // For those who build on it: ends the reading.
  void fail(Error error);
  // The first failure, if any.
  Result<> status() const;

  // --- place --- (after a failure without meaning)
  std::size_t offset() const noexcept { return base_ + used(); }

  std::size_t used() const noexcept { return static_cast<std::size_t>(next_ - begin_); }

  std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - next_); }

  // --- plain values ---
  bool boolean() { return status_byte("bool"); }

  template <WireInteger T>
  T integer();

  float f32() { return fixed<float>("f32"); }

  double f64() { return fixed<double>("f64"); }

  char32_t character();
  // Checked UTF-8, a view into the bytes.
  std::string_view string(std::string_view what = "string");

  // --- parts of values ---
  // Of the elements of a list or chunk. Whoever makes room for them makes it for no more than
  // remaining(): each has a byte at least.
  std::uint32_t count(std::string_view what = "list count") {
    if (next_ != end_ && *next_ < 0x80) [[likely]] {
      return *next_++;
    }
    return long_count(what);
  }

  // 0 or 1: of an option (1: some), a result (0: ok), a future (1: its value follows).
  bool status_byte(std::string_view what) {
    const auto byte = fixed<std::uint8_t>(what);
    if (byte > 1) [[unlikely]] {
      bad_status(what, byte);
    }
    return byte == 1;
  }

  // Below `cases`. `what`: "enum", "variant".
  std::uint32_t discriminant(std::size_t cases, std::string_view what);
  // ceil(labels / 8) bytes without unknown bits, or none after a failure; label i is bit i % 8 of
  // byte i / 8.
  std::span<const std::uint8_t> flags(std::size_t labels);
  // Of 64 labels at most; label i is bit i.
  std::uint64_t flag_bits(std::size_t labels);
  // A count and as many bytes: a list<u8>, the handle of a resource. Empty after a failure.
  std::span<const std::uint8_t> byte_list(std::string_view what = "list<u8>");
  std::span<const std::uint8_t> raw(std::size_t count, std::string_view what);
  // A list<u8>, list<s8>, list<f32>, list<f64>: allocates no more than what is there.
  template <RawElement T>
  std::vector<T> list();

 private:
  template <typename T>
  T fixed(std::string_view what);
  [[gnu::cold]] void bad_status(std::string_view what, std::uint8_t byte);
  [[gnu::cold]] void fail_short(std::size_t missing, std::string_view what);
  std::uint64_t long_integer(unsigned bits, bool is_signed);
  std::uint32_t long_count(std::string_view what);
  std::uint64_t varint(Varint number, std::string_view what);
  [[gnu::cold]] void explain_text(std::size_t length, std::string_view what);

  const std::uint8_t* begin_;
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::size_t base_;
  std::size_t missing_ = 0;
  std::optional<Error> error_;
};

template <WireInteger T>
void WireWriter::integer(T value) {
  constexpr unsigned kBits = 8 * sizeof(T);
  if constexpr (kBits == 8) {
    u8(static_cast<std::uint8_t>(value));
    return;
  } else {
    constexpr std::size_t kLongest = (kBits + 6) / 7;
    std::uint8_t* const to = room(kLongest);
    std::size_t length = 0;
    const auto last = [&](T rest, std::uint8_t low) {
      return std::is_signed_v<T> ? rest == ((low & 0x40U) != 0 ? T(-1) : T(0)) : rest == 0;
    };
    for (bool more = true; more;) {
      const auto low = static_cast<std::uint8_t>(value & 0x7f);
      value = static_cast<T>(value >> 7U);  // arithmetic
      more = !last(value, low);
      to[length++] = static_cast<std::uint8_t>(low | (more ? 0x80U : 0U));
    }
    if (std::is_signed_v<T> && length == kLongest && options_.mask_long_negatives) {
      constexpr unsigned kUsed = kBits - 7 * (kLongest - 1);
      to[length - 1] &= static_cast<std::uint8_t>((1U << kUsed) - 1);
    }
    size_ += length;
  }
}

template <RawElement T>
void WireWriter::list(std::span<const T> elements) {
  if constexpr (sizeof(T) == 1) {
    byte_list({reinterpret_cast<const std::uint8_t*>(elements.data()), elements.size()});
  } else {
    count(elements.size());
    for (const T each : elements) {  // not copied as a whole: a NaN is written in one form
      if constexpr (sizeof(T) == 4) {
        f32(each);
      } else {
        f64(each);
      }
    }
  }
}

template <WireInteger T>
T WireReader::integer() {
  if constexpr (sizeof(T) == 1) {
    return fixed<T>(std::is_signed_v<T> ? "s8" : "u8");
  } else {
    if (next_ != end_ && *next_ < 0x80) [[likely]] {
      const auto byte = static_cast<std::int8_t>(*next_++);
      if constexpr (std::is_signed_v<T>) {
        return static_cast<T>((byte ^ 0x40) - 0x40);  // bit 6 is the sign
      } else {
        return static_cast<T>(byte);
      }
    }
    return static_cast<T>(long_integer(8 * sizeof(T), std::is_signed_v<T>));
  }
}

template <typename T>
T WireReader::fixed(std::string_view what) {
  T value{};
  if (remaining() < sizeof(T)) [[unlikely]] {
    fail_short(sizeof(T) - remaining(), what);
    return value;
  }
  std::memcpy(&value, next_, sizeof(T));
  next_ += sizeof(T);
  return value;
}

template <RawElement T>
std::vector<T> WireReader::list() {
  const std::size_t length = std::size_t{count()};
  const auto bytes = raw(length * sizeof(T), "list");
  std::vector<T> elements(bytes.size() / sizeof(T));
  if (!bytes.empty()) {
    std::memcpy(elements.data(), bytes.data(), bytes.size());
  }
  return elements;
}

}  // namespace wasmcloud::wrpc
