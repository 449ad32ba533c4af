// For tests and fuzz targets: components and core modules written byte by byte, where a text would
// be too long or too slow to assemble.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace wasmcloud::component::testing {

class BinaryWriter {
 public:
  static BinaryWriter module() {
    return BinaryWriter().raw({0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00});
  }

  static BinaryWriter component() {
    return BinaryWriter().raw({0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00});
  }

  BinaryWriter& byte(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
  }

  BinaryWriter& raw(std::initializer_list<std::uint8_t> values) {
    bytes_.insert(bytes_.end(), values);
    return *this;
  }

  BinaryWriter& all(const BinaryWriter& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
    return *this;
  }

  // LEB128.
  BinaryWriter& number(std::size_t value) {
    while (value >= 0x80) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    return byte(static_cast<std::uint8_t>(value));
  }

  // The signed LEB128 of what is not negative: a type index where a value type stands.
  BinaryWriter& signed_number(std::size_t value) {
    while (value >= 0x40) {
      byte(static_cast<std::uint8_t>(value | 0x80));
      value >>= 7;
    }
    return byte(static_cast<std::uint8_t>(value));
  }

  // i32.const
  BinaryWriter& constant(std::uint32_t value) { return byte(0x41).signed_number(value); }

  BinaryWriter& name(std::string_view text) {
    number(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }

  // With its length before it: a function body.
  BinaryWriter& sized(const BinaryWriter& content) {
    return number(content.bytes_.size()).all(content);
  }

  BinaryWriter& section(std::uint8_t id, const BinaryWriter& content) {
    return byte(id).sized(content);
  }

  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

  std::vector<std::uint8_t> take() && { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace wasmcloud::component::testing
