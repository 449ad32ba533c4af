// Chance for the differential test: one seed, one run.
#pragma once

#include <cstdint>
#include <random>
#include <span>

namespace wasmcloud::component::differential {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }

  // From 0 to `limit` - 1. Not quite even, which does not matter here; the same on every machine,
  // as the distributions of the standard library are not.
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(bits() % limit); }

  bool one_in(std::uint32_t count) { return below(count) == 0; }

  template <typename T, std::size_t Size>
  T pick(const T (&choices)[Size]) {
    return choices[below(Size)];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace wasmcloud::component::differential
