// Bytes for somebody else to read: the counterpart of ByteReader. Pure.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace wasmcloud {

class ByteWriter {
 public:
  void u8(std::uint8_t byte) { bytes_.push_back(byte); }

  // LEB128 in as few bytes as the value needs.
  template <std::unsigned_integral T>
  void leb(T value) {
    while (value >= 0x80) {
      u8(static_cast<std::uint8_t>(0x80U | (value & 0x7fU)));
      value = static_cast<T>(value >> 7U);
    }
    u8(static_cast<std::uint8_t>(value));
  }

  template <std::signed_integral T>
  void leb(T value) {
    for (;;) {
      const auto low = static_cast<std::uint8_t>(value & 0x7f);
      value = static_cast<T>(value >> 7);  // arithmetic
      if ((value == 0 && (low & 0x40U) == 0) || (value == -1 && (low & 0x40U) != 0)) {
        u8(low);
        return;
      }
      u8(low | 0x80U);
    }
  }

  void bytes(std::span<const std::uint8_t> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }

  // Its length as LEB128, then the text.
  void name(std::string_view text) {
    leb(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }

  // Its length as LEB128, then what the other one wrote.
  void sized(const ByteWriter& part) {
    leb(part.size());
    bytes(part.view());
  }

  std::size_t size() const noexcept { return bytes_.size(); }

  std::span<const std::uint8_t> view() const noexcept { return bytes_; }

  std::vector<std::uint8_t> take() && { return std::move(bytes_); }

  void clear() noexcept { bytes_.clear(); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace wasmcloud
