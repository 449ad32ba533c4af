// From measured times to the figures that are shown.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace wasmcloud::bench {

inline double median(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

inline double per_second(std::int64_t count, std::chrono::steady_clock::duration time) {
  return static_cast<double>(count) / std::chrono::duration<double>(time).count();
}

// The times of what is done again and again until the time is over.
class Laps {
 public:
  explicit Laps(std::chrono::steady_clock::duration duration) : end_(last_ + duration) {}

  bool over() const noexcept { return last_ >= end_; }

  void lap() {
    const auto now = std::chrono::steady_clock::now();
    microseconds_.push_back(std::chrono::duration<double, std::micro>(now - last_).count());
    last_ = now;
  }

  double median_microseconds() const { return median(microseconds_); }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point end_;
  std::vector<double> microseconds_;
};

template <typename Work>
double median_microseconds(std::chrono::steady_clock::duration duration, Work work) {
  Laps laps(duration);
  while (!laps.over()) {
    work();
    laps.lap();
  }
  return laps.median_microseconds();
}

}  // namespace wasmcloud::bench
