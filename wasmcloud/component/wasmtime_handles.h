// Owners for Wasmtime's C handles, and its errors as ours. Internal to the module: the only header
// besides program.h and store_impl.h that shows Wasmtime.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <wasm.h>
#include <wasmtime.h>

#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/result.h"

namespace wasmcloud::component {

using EngineHandle = std::unique_ptr<wasm_engine_t, Deleter<wasm_engine_delete>>;
using ModuleHandle = std::unique_ptr<wasmtime_module_t, Deleter<wasmtime_module_delete>>;
using StoreHandle = std::unique_ptr<wasmtime_store_t, Deleter<wasmtime_store_delete>>;
using LinkerHandle = std::unique_ptr<wasmtime_linker_t, Deleter<wasmtime_linker_delete>>;
using InstancePreHandle =
    std::unique_ptr<wasmtime_instance_pre_t, Deleter<wasmtime_instance_pre_delete>>;
using FuncTypeHandle = std::unique_ptr<wasm_functype_t, Deleter<wasm_functype_delete>>;
using FutureHandle = std::unique_ptr<wasmtime_call_future_t, Deleter<wasmtime_call_future_delete>>;
using TrapHandle = std::unique_ptr<wasm_trap_t, Deleter<wasm_trap_delete>>;
using ErrorHandle = std::unique_ptr<wasmtime_error_t, Deleter<wasmtime_error_delete>>;

class ByteVec {
 public:
  ByteVec() noexcept { wasm_byte_vec_new_empty(&vec_); }

  ~ByteVec() { wasm_byte_vec_delete(&vec_); }

  ByteVec(const ByteVec&) = delete;
  ByteVec& operator=(const ByteVec&) = delete;

  wasm_byte_vec_t* get() noexcept { return &vec_; }

  std::string_view view() const noexcept { return {vec_.data, vec_.size}; }

 private:
  wasm_byte_vec_t vec_;
};

// Takes the error. What Wasmtime says becomes the message, its backtrace the detail.
Error to_error(ErrorHandle error, ErrorKind kind);
// Takes the trap: "wasm trap: wasm `unreachable` instruction executed".
Error to_error(TrapHandle trap);

}  // namespace wasmcloud::component
