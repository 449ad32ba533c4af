#include "wasmcloud/identity/sodium_ready.h"

#include <sodium.h>

#include "wasmcloud/base/assert.h"

namespace wasmcloud::identity::internal {

void ensure_sodium() noexcept {
  static const bool ready = ::sodium_init() >= 0;
  WC_ASSERT(ready);
}

}  // namespace wasmcloud::identity::internal
