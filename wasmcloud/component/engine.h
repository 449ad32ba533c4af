// The process's Wasmtime engine: its configuration, the pool that instances come from, the epoch
// clock and the cache of compiled code. One per process; thread-safe; outlives every component and
// store made with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "wasmcloud/base/result.h"

namespace wasmcloud::component {

struct EngineConfig {
  // Folder for compiled code, made if missing with access for this user only; empty: no cache. What
  // lies in it is run as machine code: it must be as trusted as this program.
  std::filesystem::path cache_dir;
  std::uint32_t instances =
      1000;  // core instances, memories and tables that may live at a time: x 4
  std::uint64_t max_memory_bytes = 4ULL << 30U;  // of one linear memory, the pool's slot
  std::uint32_t table_elements = 20'000;
  std::chrono::microseconds epoch_tick = std::chrono::milliseconds(1);
  std::size_t fibre_stack_bytes = 1U << 20U;
};

class Engine {
 public:
  // Falls back to allocation on demand, with a warning, where the address space for the pool is not
  // to be had.
  static Result<std::unique_ptr<Engine>> create(const EngineConfig& config);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  struct Impl;

  Impl& impl() const noexcept { return *impl_; }

 private:
  explicit Engine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmcloud::component
