#include "bare_calls.h"

#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "peer_calls.h"

namespace wasmcloud::bench {
namespace {

using component::LinkerHandle;
using component::ModuleHandle;

constexpr std::string_view kModule = R"((module
  (import "host" "add" (func $add (param i32 i32) (result i32)))
  (memory (export "memory") 64)
  (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 65536)
  (func (export "echo") (param i32 i32) (result i32)
    i32.const 16 local.get 0 i32.store
    i32.const 20 local.get 1 i32.store
    i32.const 16)
  (func (export "call-host") (param $times i32) (result i32) (local $sum i32)
    (loop $again
      (local.set $sum (call $add (local.get $sum) (local.get $times)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    local.get $sum)))";

wasm_trap_t* host_add(void* /*data*/, wasmtime_caller_t* /*caller*/, wasmtime_val_raw_t* values,
                      std::size_t /*count*/) {
  values[0].i32 += values[1].i32;
  return nullptr;
}

void call(wasmtime_context_t* context, const wasmtime_func_t& func,
          std::span<wasmtime_val_raw_t> values) {
  wasm_trap_t* trap = nullptr;
  need(wasmtime_func_call_unchecked(context, &func, values.data(), values.size(), &trap));
  if (trap != nullptr) {
    need(Result<>(component::to_error(component::TrapHandle(trap))));
  }
}

}  // namespace

BareCalls::BareCalls() : linker_(wasmtime_linker_new(raw_engine())), store_(new_raw_store()) {
  const component::FuncTypeHandle type(wasm_functype_new_2_1(
      wasm_valtype_new_i32(), wasm_valtype_new_i32(), wasm_valtype_new_i32()));
  need(wasmtime_linker_define_func_unchecked(linker_.get(), "host", 4, "add", 3, type.get(),
                                             &host_add, nullptr, nullptr));
  component::ByteVec bytes;
  need(wasmtime_wat2wasm(kModule.data(), kModule.size(), bytes.get()));
  wasmtime_module_t* made = nullptr;
  need(wasmtime_module_new(raw_engine(), reinterpret_cast<const std::uint8_t*>(bytes.view().data()),
                           bytes.view().size(), &made));
  module_.reset(made);
  wasm_trap_t* trap = nullptr;
  need(wasmtime_linker_instantiate(linker_.get(), wasmtime_store_context(store_.get()), made,
                                   &instance_, &trap));
}

BareCalls::~BareCalls() = default;

wasmtime_func_t BareCalls::find(const char* name) const {
  wasmtime_extern_t item;
  if (!wasmtime_instance_export_get(wasmtime_store_context(store_.get()), &instance_, name,
                                    std::strlen(name), &item)) {
    need(Result<>(Error(ErrorKind::not_found, "no function {}", name)));
  }
  return item.of.func;
}

Measure BareCalls::scalars() {
  wasmtime_context_t* const context = wasmtime_store_context(store_.get());
  return [context, add = find("add")](Seconds duration) {
    return nanoseconds_each(duration, 1000, [&] {
      std::array<wasmtime_val_raw_t, 2> values{};
      values[0].i32 = 2;
      values[1].i32 = 3;
      call(context, add, values);
      benchmark::DoNotOptimize(values);
    });
  };
}

Measure BareCalls::bytes(std::size_t size) {
  wasmtime_context_t* const context = wasmtime_store_context(store_.get());
  wasmtime_extern_t memory;
  wasmtime_instance_export_get(context, &instance_, "memory", 6, &memory);
  return [=, realloc = find("realloc"), echo = find("echo")](Seconds duration) {
    const std::vector<std::uint8_t> in(size, 7);
    std::vector<std::uint8_t> out(size);
    return nanoseconds_each(duration, 10, [&] {
      std::array<wasmtime_val_raw_t, 4> values{};
      values[3].i32 = static_cast<std::int32_t>(size);
      call(context, realloc, values);
      std::uint8_t* const data = wasmtime_memory_data(context, &memory.of.memory);
      std::memcpy(data + values[0].i32, in.data(), size);
      values[1].i32 = static_cast<std::int32_t>(size);
      call(context, echo, std::span(values).first(2));
      std::array<std::uint32_t, 2> pair{};
      std::memcpy(pair.data(), data + values[0].i32, sizeof(pair));
      std::memcpy(out.data(), data + pair[0], pair[1]);
      benchmark::DoNotOptimize(out.data());
    });
  };
}

Measure BareCalls::host(std::uint32_t times) {
  wasmtime_context_t* const context = wasmtime_store_context(store_.get());
  return [=, function = find("call-host")](Seconds duration) {
    return nanoseconds_each(duration, 1,
                            [&] {
                              std::array<wasmtime_val_raw_t, 1> values{};
                              values[0].i32 = static_cast<std::int32_t>(times);
                              call(context, function, values);
                              benchmark::DoNotOptimize(values);
                            }) /
           times;
  };
}

Measure memcpy_twice(std::size_t size) {
  return [size](Seconds duration) {
    std::vector<std::uint8_t> from(size, 1);
    std::vector<std::uint8_t> to(size);
    return nanoseconds_each(duration, 10, [&] {
      std::memcpy(to.data(), from.data(), size);
      benchmark::DoNotOptimize(to.data());
      benchmark::ClobberMemory();
      std::memcpy(from.data(), to.data(), size);
      benchmark::DoNotOptimize(from.data());
      benchmark::ClobberMemory();
    });
  };
}

}  // namespace wasmcloud::bench
