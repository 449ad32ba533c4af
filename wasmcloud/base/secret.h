// A value that must not be seen: keys, passwords, tokens. It has no formatter, so that writing it
// to a log or a message does not compile, and its bytes are overwritten when it goes.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include <string.h>  // explicit_bzero

namespace wasmcloud {

// A string or vector of plain values, or a plain value such as an array of bytes.
template <typename T>
concept Wipeable = std::is_trivially_copyable_v<T> || requires(T& held) {
  held.resize(held.capacity());
  held.clear();
  requires std::is_trivially_copyable_v<std::remove_cvref_t<decltype(*held.data())>>;
};

// Overwrites a value that was read on the way to a Secret, and empties it.
template <Wipeable T>
void wipe(T& held) noexcept {
  if constexpr (std::is_trivially_copyable_v<T>) {
    ::explicit_bzero(&held, sizeof held);
  } else {
    held.resize(held.capacity());  // never allocates: what lies behind the end is wiped as well
    if (!held.empty()) {           // an empty vector has no address to give
      ::explicit_bzero(held.data(), held.size() * sizeof(*held.data()));
    }
    held.clear();
  }
}

// Move-only; what was moved from is wiped. Not thread-safe.
template <Wipeable T>
class Secret {
 public:
  Secret() = default;

  // Takes the value over and leaves nothing of it behind.
  explicit Secret(T&& value) noexcept : value_(std::move(value)) { wipe(value); }

  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { wipe(other.value_); }

  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe(value_);
      value_ = std::move(other.value_);
      wipe(other.value_);
    }
    return *this;
  }

  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  ~Secret() { wipe(value_); }

  // The value itself, at the one place that needs it. Do not copy it.
  const T& reveal() const& noexcept { return value_; }

  const T& reveal() const&& = delete;

 private:
  T value_{};
};

using SecretString = Secret<std::string>;

}  // namespace wasmcloud
