// The limit: core functions through the bare core C API, with what a call needs of copying done by
// hand.
#pragma once

#include <memory>

#include "wasmcloud/component/wasmtime_handles.h"

#include "side_by_side.h"

namespace wasmcloud::bench {

class BareCalls {
 public:
  BareCalls();
  ~BareCalls();
  BareCalls(const BareCalls&) = delete;
  BareCalls& operator=(const BareCalls&) = delete;

  Measure scalars();
  // Bytes in and out again, as echoing them takes.
  Measure bytes(std::size_t size);
  Measure host(std::uint32_t times);

 private:
  wasmtime_func_t find(const char* name) const;

  component::LinkerHandle linker_;
  component::ModuleHandle module_;
  component::StoreHandle store_;
  wasmtime_instance_t instance_{};
};

// memcpy of so many bytes there and back, between two buffers.
Measure memcpy_twice(std::size_t size);

}  // namespace wasmcloud::bench
