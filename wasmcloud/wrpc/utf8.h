// UTF-8 a byte at a time: strict, without over-long forms, surrogates or what is above U+10FFFF.
// For text that comes in pieces, and for single characters. Pure.
#pragma once

#include <cstdint>

namespace wasmcloud::wrpc {

class Utf8 {
 public:
  // Whether `byte` may come next. After a false one it is of no more use.
  constexpr bool push(std::uint8_t byte) noexcept {
    if (left_ == 0) {
      return lead(byte);
    }
    if (byte < low_ || byte > high_) {
      return false;
    }
    low_ = 0x80;
    high_ = 0xbf;
    code_ = code_ << 6U | (byte & 0x3fU);
    --left_;
    return true;
  }

  // How many bytes the begun character still needs.
  constexpr std::uint8_t left() const noexcept { return left_; }

  // The last whole character.
  constexpr char32_t code() const noexcept { return code_; }

 private:
  // The range of the second byte is what rules out all that is not strict.
  constexpr bool lead(std::uint8_t byte) noexcept {
    if (byte < 0x80) {
      code_ = byte;
      return true;
    }
    if (byte < 0xc2 || byte > 0xf4) {
      return false;
    }
    left_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    code_ = byte & (0x3fU >> left_);
    low_ = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    high_ = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return true;
  }

  char32_t code_ = 0;
  std::uint8_t left_ = 0;
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xbf;
};

}  // namespace wasmcloud::wrpc
