#include "wasmcloud/base/process_memory.h"

#include <cstddef>
#include <cstdint>

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace wasmcloud {
namespace {

// Pages of a file that nobody can have written to: the file has them still.
void release(const dl_phdr_info& object, const ElfW(Phdr) & segment) noexcept {
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) {
    return;
  }
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t address = object.dlpi_addr + segment.p_vaddr;
  const std::uintptr_t begin = address & ~(page - 1);
  const std::uintptr_t end = (address + segment.p_filesz) & ~(page - 1);
  if (begin < end) {
    (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

// The program comes first. Its libraries are small, and replaced while they are used by some
// upgrades, so that what is dropped could come back as something else.
int release_program(dl_phdr_info* object, std::size_t /*size*/, void* /*nothing*/) noexcept {
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    release(*object, object->dlpi_phdr[i]);
  }
  return 1;
}

}  // namespace

void release_idle_memory() noexcept {
  ::malloc_trim(0);
  ::dl_iterate_phdr(release_program, nullptr);
}

}  // namespace wasmcloud
