// Bytes that were received and not yet used: starts small, grows while that pays, never beyond its
// bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace wasmcloud::http {

class InputBuffer {
 public:
  static constexpr std::size_t kInitial = 8 * 1024;
  static constexpr std::size_t kUsualLimit = 64 * 1024;

  explicit InputBuffer(std::size_t limit);

  std::span<const std::uint8_t> data() const noexcept { return {bytes_.get() + begin_, size()}; }

  std::size_t size() const noexcept { return end_ - begin_; }

  bool empty() const noexcept { return begin_ == end_; }

  // Takes from the front. The bytes stay where they are until the next prepare().
  void consume(std::size_t count) noexcept { begin_ += count; }

  // Room to receive into, empty if the bound is reached. Moves what is held.
  std::span<std::uint8_t> prepare();
  // What was received into it.
  void commit(std::size_t count) noexcept;
  // Gives back what a large message made it take. Only if empty.
  void shrink();

 private:
  std::size_t limit_;
  std::size_t capacity_ = kInitial;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool was_filled_ = false;  // the last receive took all the room there was: more would be used
  std::unique_ptr<std::uint8_t[]> bytes_;
};

}  // namespace wasmcloud::http
