// An order in which each thing stands after those it uses. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace wasmcloud::wit {

struct TopologicalOrder {
  std::vector<std::uint32_t> order;
  // Empty, or things of which each uses the next and the last the first; then `order` is not whole.
  std::vector<std::uint32_t> cycle;
};

// `uses[i]` is what `i` uses. Else things keep their order. No recursion.
TopologicalOrder order_by_use(const std::vector<std::vector<std::uint32_t>>& uses);

}  // namespace wasmcloud::wit
