// What the C++ library does when it can go no further: trap, at once. The host logs the trap with
// its backtrace. The library's own versions print first, and bring stdio and half of WASI into a
// component that has no use for them.
#include <__verbose_abort>
#include <cstddef>
#include <cstdlib>
#include <new>

void std::__libcpp_verbose_abort(const char*, ...) { __builtin_trap(); }

void* operator new(std::size_t size) {
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  __builtin_trap();
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
