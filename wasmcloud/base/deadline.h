// A point in time by which something must be done. A value: made once at the edge, handed down by
// copy.
#pragma once

#include <chrono>

namespace wasmcloud {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr Deadline never() noexcept { return Deadline(Clock::time_point::max()); }

  static Deadline at(Clock::time_point when) noexcept { return Deadline(when); }

  // From now on. A duration that does not fit is `never`.
  static Deadline after(Clock::duration duration) noexcept {
    const auto now = Clock::now();
    return duration >= Clock::time_point::max() - now ? never() : Deadline(now + duration);
  }

  constexpr Clock::time_point when() const noexcept { return when_; }

  constexpr bool is_never() const noexcept { return when_ == Clock::time_point::max(); }

  bool expired() const noexcept { return !is_never() && Clock::now() >= when_; }

  // Never negative.
  Clock::duration remaining() const noexcept {
    if (is_never()) {
      return Clock::duration::max();
    }
    const auto now = Clock::now();
    return now >= when_ ? Clock::duration::zero() : when_ - now;
  }

  // The earlier of the two.
  constexpr Deadline min(Deadline other) const noexcept {
    return when_ <= other.when_ ? *this : other;
  }

 private:
  constexpr explicit Deadline(Clock::time_point when) noexcept : when_(when) {}

  Clock::time_point when_;
};

}  // namespace wasmcloud
