#include "wasmcloud/http/input_buffer.h"

#include <algorithm>
#include <cstring>

#include "wasmcloud/base/assert.h"

namespace wasmcloud::http {

InputBuffer::InputBuffer(std::size_t limit)
    : limit_(std::max(limit, kInitial)),
      bytes_(std::make_unique_for_overwrite<std::uint8_t[]>(capacity_)) {}

std::span<std::uint8_t> InputBuffer::prepare() {
  const std::size_t held = size();
  if (capacity_ < limit_ && (held == capacity_ || was_filled_)) {
    const std::size_t capacity = std::min(limit_, capacity_ * 2);
    auto bytes = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    std::memcpy(bytes.get(), bytes_.get() + begin_, held);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  } else if (begin_ != 0) {
    std::memmove(bytes_.get(), bytes_.get() + begin_, held);
  }
  was_filled_ = false;
  begin_ = 0;
  end_ = held;
  return {bytes_.get() + end_, capacity_ - end_};
}

void InputBuffer::commit(std::size_t count) noexcept {
  end_ += count;
  WC_ASSERT(end_ <= capacity_);
  was_filled_ = end_ == capacity_;
}

void InputBuffer::shrink() {
  if (empty() && capacity_ > kInitial) {
    bytes_ = std::make_unique_for_overwrite<std::uint8_t[]>(kInitial);
    capacity_ = kInitial;
    begin_ = end_ = 0;
    was_filled_ = false;
  }
}

}  // namespace wasmcloud::http
