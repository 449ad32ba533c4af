// wasi:random (0.2): the system's random numbers, and cheap ones for those who need no secrets.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "wasmcloud/base/result.h"

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

// From the system's generator; fit for keys. Thread-safe.
Result<> fill_random(std::span<std::uint8_t> buffer);
Result<std::uint64_t> random_u64();

// Fast, predictable to whoever has seen some of its output; one for each store.
class InsecureRandom {
 public:
  // Seeds itself when first used.
  Result<std::uint64_t> next();
  Result<> fill(std::span<std::uint8_t> buffer);

 private:
  Result<> seed();
  std::uint64_t step() noexcept;

  std::array<std::uint64_t, 4> state_{};  // all zero: not seeded
};

// wasi:random/random, wasi:random/insecure, wasi:random/insecure-seed
void add_random(component::Host& host);

}  // namespace wasmcloud::wasi
