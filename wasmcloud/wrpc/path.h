// Which channel of an invocation: the index path of the stream or future whose contents it carries,
// empty for the root (wrpc.md 2.3).
#pragma once

#include <cstdint>
#include <vector>

namespace wasmcloud::wrpc {

// From the position among the parameters or results downwards.
using Path = std::vector<std::uint32_t>;

}  // namespace wasmcloud::wrpc
