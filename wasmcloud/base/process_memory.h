// What a process holds of the machine's memory without need.
#pragma once

namespace wasmcloud {

// For after work that is done once, such as compiling: gives the heap's free pages back to the
// system, and those of the program's own code and constants. What of these runs again is mapped
// again from the page cache when it does. Any thread; tenths of a millisecond, and as much once
// more for the others until they have their pages back.
void release_idle_memory() noexcept;

}  // namespace wasmcloud
