// Checks of our own invariants; never of input.
#pragma once

namespace wasmcloud::internal {
[[noreturn]] void assert_failed(const char* condition, const char* file, int line) noexcept;
void report_bug(const char* what, const char* file, int line) noexcept;
}  // namespace wasmcloud::internal

// Always on: says where, then aborts.
#define WC_ASSERT(condition)                                                \
  do {                                                                      \
    if (!(condition)) [[unlikely]] {                                        \
      ::wasmcloud::internal::assert_failed(#condition, __FILE__, __LINE__); \
    }                                                                       \
  } while (false)

// Something that should not happen, and that we can survive: logged, counted, and we go on.
#define WC_BUG(what) ::wasmcloud::internal::report_bug(what, __FILE__, __LINE__)
