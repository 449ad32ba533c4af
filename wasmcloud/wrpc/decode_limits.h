// What values from a peer may cost.
#pragma once

#include <cstddef>

namespace wasmcloud::wrpc {

struct DecodeLimits {
  std::size_t value_bytes = std::size_t{256} << 20U;  // about what the values take in memory
};

}  // namespace wasmcloud::wrpc
