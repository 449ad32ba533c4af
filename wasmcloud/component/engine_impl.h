// What an Engine holds. Internal to the module.
#pragma once

#include <atomic>
#include <span>
#include <string>
#include <thread>

#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/wasmtime_handles.h"

namespace wasmcloud::component {

// Increments the engine's epoch each tick while guests run; sleeps while none does.
class EpochClock {
 public:
  EpochClock(wasm_engine_t* engine, std::chrono::microseconds tick);
  ~EpochClock();
  EpochClock(const EpochClock&) = delete;
  EpochClock& operator=(const EpochClock&) = delete;

  // In pairs, around each time that a guest runs.
  void enter() noexcept {
    if (running_.fetch_add(1, std::memory_order_relaxed) == 0 &&
        asleep_.load(std::memory_order_relaxed)) [[unlikely]] {
      running_.notify_one();
    }
  }

  void leave() noexcept { running_.fetch_sub(1, std::memory_order_relaxed); }

 private:
  void run(std::stop_token stop);

  wasm_engine_t* engine_;
  std::chrono::microseconds tick_;
  std::atomic<std::uint32_t> running_{0};
  std::atomic<bool> asleep_{false};
  std::jthread thread_;
};

struct Engine::Impl {
  EngineConfig config;
  EngineHandle engine;
  LinkerHandle linker;  // see define_store_functions
  FuncTypeHandle
      nullary;  // [] -> []; a function type belongs to the engine that it is first used with
  std::string code_version;  // what of the configuration compiled code depends on
  std::unique_ptr<EpochClock> epochs;
};

// Compiles a core module, or takes it from the cache on disk. `invalid` if the module is, with
// Wasmtime's reason.
Result<ModuleHandle> compile_module(const Engine& engine, std::span<const std::uint8_t> bytes);

// `invalid` if it is, with Wasmtime's reason.
Result<> validate_module(const Engine& engine, std::span<const std::uint8_t> bytes);

// compile_module in steps, for code that need not be made to know whether it is in the cache. A key
// stands for what the code is made of, in that order, and for the engine's configuration; empty if
// there is no cache.
std::string cache_key(const Engine& engine, std::span<const std::span<const std::uint8_t>> made_of);
// Null if it is not there.
ModuleHandle cached_module(const Engine& engine, const std::string& key);
Result<ModuleHandle> compile_module(const Engine& engine, std::span<const std::uint8_t> bytes,
                                    const std::string& key);

// Defines in `linker` what every store uses, of type [] -> []: `enter`, the root of its fibre, and
// `wait`, the one asynchronous host function (store.cc).
Result<> define_store_functions(wasmtime_linker_t* linker, const wasm_functype_t* type);

}  // namespace wasmcloud::component
