// What a Store holds. Internal to the module.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/handle_table.h"
#include "wasmcloud/component/program.h"
#include "wasmcloud/component/store.h"

namespace wasmcloud::component {

static_assert(sizeof(RawValue) == sizeof(wasmtime_val_raw_t));

struct InstanceState {
  HandleTable handles;
  bool may_enter = true;
  bool may_leave = true;
};

struct Store::Impl {
  Impl(Store& store, const Program& program, asio::any_io_executor executor);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // --- calls, on the fibre ---
  // Calls a core function. On failure the store is poisoned and the error is the trap's, or what a
  // host function below failed with.
  Result<> call(const wasmtime_func_t& func, std::span<RawValue> values);
  // The same for a function slot; a trap if what it names is not instantiated yet.
  Result<> call(std::uint32_t slot, std::span<RawValue> values);
  // Null if its instance does not exist yet.
  const wasmtime_func_t* func(std::uint32_t slot);
  const wasmtime_memory_t* memory(std::uint32_t slot);
  // What a trampoline gives Wasmtime when it has failed; call() above finds the error again.
  wasm_trap_t* raise(Error error);
  // The error behind what an entry into Wasmtime returned. Exactly one of the two is set.
  Error take_failure(wasmtime_error_t* error, wasm_trap_t* trap);

  // The same for an instantiation: `exhausted` if the instance pool is.
  Error cannot_instantiate(wasmtime_error_t* error, wasm_trap_t* trap);

  // One that is the same for all stores (define_store_functions), in this one.
  wasmtime_func_t engine_function(std::string_view name) const;
  // The core function behind a trampoline, made when first needed.
  const wasmtime_func_t& trampoline(std::uint32_t index);
  Result<> run_steps();
  // To be called where a stack begins that guests will run on.
  void set_stack_floor();
  // Calls `start`, if there is one, once.
  Result<> call_start();

  // --- driving ---
  bool begin(Body body);
  bool poll();
  void finish();

  Store& owner;
  const Program& program;
  StoreHandle handle;
  wasmtime_context_t* context = nullptr;

  std::vector<wasmtime_instance_t> core_instances;
  std::vector<wasmtime_memory_t> memories;   // store_id 0: not looked up yet
  std::vector<wasmtime_func_t> funcs;        // store_id 0: not looked up yet
  std::vector<wasmtime_func_t> trampolines;  // empty until one is needed; store_id 0: not made yet
  std::vector<InstanceState> instances;
  std::uint32_t handle_room = kMaxHandles;  // of `instances` and of `dynamic_handles`
  ObjectTable objects;
  // Handles that the host has as dynamic values, and what tells that they are this store's: made
  // with the first (dynamic_handles.h).
  HandleTable dynamic_handles;
  std::shared_ptr<const void> identity;
  bool instantiated = false;
  // The start function of the instance that was made last, a function slot: called before the next
  // one is made, and that of the last one on the fibre, where it may wait.
  std::uint32_t start = kNone;
  bool poisoned = false;

  // The lowest address at which guest code may still be entered: below, what the guest may use of
  // the stack and what the host needs might not fit.
  std::uintptr_t stack_floor = 0;

  // What the fibre runs now.
  Body body;
  Result<> outcome;
  FutureHandle future;
  wasm_trap_t* entry_trap = nullptr;
  wasmtime_error_t* entry_error = nullptr;
  bool running = false;

  wasmtime_func_t entry{};
  wasmtime_func_t wait_func{};
  Operation* waiting = nullptr;
  std::optional<Error> failure;  // on its way up through Wasmtime
  std::optional<Error> kill_reason;
  // Made when a guest first waits. Expires at the deadline; cancelled to wake whoever drives the
  // store.
  std::optional<asio::steady_timer> wake_timer;
  asio::any_io_executor executor;
};

// The state of the store that a callback of Wasmtime belongs to.
inline Store::Impl& impl_of(wasmtime_context_t* context) {
  return *static_cast<Store::Impl*>(wasmtime_context_get_data(context));
}

// The core function of a trampoline in `store` (trampolines.cc).
void make_trampoline(Store::Impl& store, std::uint32_t index, wasmtime_func_t& out);

}  // namespace wasmcloud::component
