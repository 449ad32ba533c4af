#include "wasmcloud/base/random.h"

#include <cerrno>

#include <sys/random.h>

#include "wasmcloud/base/assert.h"

namespace wasmcloud {

void fill_random(std::span<std::uint8_t> bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0) {
      WC_ASSERT(errno == EINTR);
      continue;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace wasmcloud
