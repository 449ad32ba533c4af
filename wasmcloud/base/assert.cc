#include "wasmcloud/base/assert.h"

#include <cstdio>
#include <cstdlib>

#include "wasmcloud/base/log.h"

namespace wasmcloud::internal {

void assert_failed(const char* condition, const char* file, int line) noexcept {
  // Straight to stderr: the logger may be what is broken.
  std::fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, condition);
  std::abort();
}

void report_bug(const char* what, const char* file, int line) noexcept {
  log::error("bug", {{"what", what}, {"file", file}, {"line", line}});
}

}  // namespace wasmcloud::internal
