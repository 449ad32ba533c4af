// For the files of this module that call libsodium.
#pragma once

namespace wasmcloud::identity::internal {

// Makes libsodium ready, once for the process; to be called before its other functions.
// Thread-safe. Aborts if it cannot be: there is no randomness on this machine then.
void ensure_sodium() noexcept;

}  // namespace wasmcloud::identity::internal
