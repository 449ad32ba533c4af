// What an Engine holds. Internal to the module.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

// Makes digests of the cache's own: nobody else can make two modules that have the same.
using CacheSecret = std::array<std::uint8_t, 32>;

struct Engine::Impl {
  EngineConfig config;
  EngineHandle engine;
  LinkerHandle linker;  // see define_store_functions
  FuncTypeHandle
      nullary;  // [] -> []; a function type belongs to the engine that it is first used with
  std::string code_version;                 // what of the configuration compiled code depends on
  std::optional<CacheSecret> cache_secret;  // none: there is no cache
  std::atomic<std::uint64_t> modules_compiled{0};
  std::atomic<bool> has_loaded{false};  // a component
  std::unique_ptr<EpochClock> epochs;
};

// `invalid` if it is, with Wasmtime's reason.
Result<> validate_module(const Engine& engine, std::span<const std::uint8_t> bytes);

// --- The cache on disk (module_cache.cc): programs, compiled code, what was found out about
// modules ---

// The one of that folder, which it makes if there is none.
Result<CacheSecret> open_cache_secret(const std::filesystem::path& cache_dir);

// What stands for bytes in keys, so that they are read once. Empty if there is no cache.
std::string cache_digest(const Engine& engine, std::span<const std::uint8_t> bytes);
// Stands for all parts, in that order, and for the engine's configuration. Empty if there is no
// cache, or no digest.
std::string cache_key(const Engine& engine, std::span<const std::string_view> parts);

// Null if it is not there.
ModuleHandle cached_module(const Engine& engine, const std::string& key);
// Compiles a core module and keeps the code. `invalid` if the module is, with Wasmtime's reason.
Result<ModuleHandle> compile_module(const Engine& engine, std::span<const std::uint8_t> bytes,
                                    const std::string& key);

// Of a program (program_image.h).
std::optional<std::string> cached_image(const Engine& engine, const std::string& key);
void keep_image(const Engine& engine, const std::string& key, std::string_view image);

// Whether it is known that something holds, which the key says: work that needs no second time.
bool is_noted(const Engine& engine, const std::string& key);
void keep_note(const Engine& engine, const std::string& key);

// Defines in `linker` what every store uses, of type [] -> []: `enter`, the root of its fibre, and
// `wait`, the one asynchronous host function (store.cc).
Result<> define_store_functions(wasmtime_linker_t* linker, const wasm_functype_t* type);

}  // namespace wasmcloud::component
