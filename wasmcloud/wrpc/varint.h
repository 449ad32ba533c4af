// LEB128 a byte at a time, with the bounds that peers keep: the reader of whole values and the
// scanner of pieces both use it, so they agree. Pure.
//
// A number has at most the bytes that its width needs (3, 5, 10), and padding within them is
// accepted. In the last of these bytes the bits beyond the width are zero, or copies of the sign.
// Zero also for a negative number: that is what decoders of 1.x want instead of the canonical form
// (wrpc.md 1.3, B1).
#pragma once

#include <cstdint>

namespace wasmcloud::wrpc {

class Varint {
 public:
  enum class Step : std::uint8_t { more, done, overflow };

  constexpr Varint() = default;

  constexpr Varint(unsigned bits, bool is_signed) noexcept : bits_(bits), is_signed_(is_signed) {}

  constexpr Step push(std::uint8_t byte) noexcept {
    value_ |= std::uint64_t{byte & 0x7fU} << shift_;
    if (shift_ + 7 >= bits_) {
      return last(byte);
    }
    shift_ += 7;
    if ((byte & 0x80U) != 0) {
      return Step::more;
    }
    if (is_signed_ && (byte & 0x40U) != 0) {
      value_ |= ~std::uint64_t{0} << shift_;
    }
    return Step::done;
  }

  // Whether nothing was pushed.
  constexpr bool fresh() const noexcept { return shift_ == 0; }

  // When done. The low bits are the number; cut it to the width.
  constexpr std::uint64_t value() const noexcept { return value_; }

  constexpr unsigned bits() const noexcept { return bits_; }

 private:
  constexpr Step last(std::uint8_t byte) const noexcept {
    const unsigned used = bits_ - shift_;
    const unsigned spare = unsigned{byte} >> used;  // with the bit that asks for more
    const bool negative = is_signed_ && (byte >> (used - 1) & 1U) != 0;
    return spare == 0 || (negative && spare == 0x7fU >> used) ? Step::done : Step::overflow;
  }

  std::uint64_t value_ = 0;
  unsigned shift_ = 0;
  unsigned bits_ = 32;
  bool is_signed_ = false;
};

}  // namespace wasmcloud::wrpc
