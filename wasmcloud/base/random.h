// Random bytes from the operating system, for what must not be guessed: ids, nonces. Thread-safe.
#pragma once

#include <cstdint>
#include <span>

namespace wasmcloud {

// Fills `bytes`. Blocks only in the first moments of a machine's life; aborts where the system has
// no randomness at all, for nothing that needs it could go on.
void fill_random(std::span<std::uint8_t> bytes) noexcept;

}  // namespace wasmcloud
