#include "wasmcloud/component/engine.h"

#include <chrono>

#include <sys/mman.h>
#include <sys/resource.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/component/engine_impl.h"

#ifdef WC_WASMTIME_HAS_PAGEMAP_SCAN
// From our own crate around libwasmtime (third_party/wasmtime); absent in one that was built
// elsewhere.
extern "C" void wc_pooling_allocation_config_pagemap_scan_auto(
    wasmtime_pooling_allocation_config_t* config);
#endif

namespace wasmcloud::component {
namespace {

// How many idle ticks the epoch clock waits before it goes to sleep, so that a steady trickle of
// calls does not wake it each time.
constexpr int kIdleTicks = 64;
// Memory of a slot that is cleared by hand instead of being given back to the system: for small
// guests cheaper.
constexpr std::size_t kMemoryKeepResident = 256U << 10U;
constexpr std::size_t kTableKeepResident = 64U << 10U;
constexpr std::size_t kStackKeepResident = 16U << 10U;
constexpr std::size_t kMaxWasmStack = 512U << 10U;

void set_features(wasm_config_t* config) {
  wasmtime_config_wasm_tail_call_set(config, true);
  wasmtime_config_wasm_reference_types_set(config, true);
  wasmtime_config_wasm_function_references_set(config, true);
  wasmtime_config_wasm_gc_set(config, true);
  wasmtime_config_wasm_exceptions_set(config, true);
  wasmtime_config_wasm_simd_set(config, true);
  wasmtime_config_wasm_bulk_memory_set(config, true);
  wasmtime_config_wasm_multi_value_set(config, true);
  wasmtime_config_wasm_multi_memory_set(config, true);
  wasmtime_config_wasm_memory64_set(config, true);
}

void set_pool(wasm_config_t* config, const EngineConfig& wanted) {
  wasmtime_pooling_allocation_config_t* const pool = wasmtime_pooling_allocation_config_new();
  // A component has several core instances: its main module, adapters, shims.
  wasmtime_pooling_allocation_config_total_core_instances_set(pool, wanted.instances * 4);
  wasmtime_pooling_allocation_config_total_memories_set(pool, wanted.instances);
  wasmtime_pooling_allocation_config_total_tables_set(pool, wanted.instances * 2);
  wasmtime_pooling_allocation_config_total_stacks_set(pool, wanted.instances);
  wasmtime_pooling_allocation_config_total_gc_heaps_set(pool, wanted.instances);
  wasmtime_pooling_allocation_config_max_core_instance_size_set(pool, 4U << 20U);
  wasmtime_pooling_allocation_config_max_memories_per_module_set(pool, 30);
  wasmtime_pooling_allocation_config_max_tables_per_module_set(pool, 20);
  wasmtime_pooling_allocation_config_table_elements_set(pool, wanted.table_elements);
  wasmtime_pooling_allocation_config_max_memory_size_set(pool, wanted.max_memory_bytes);
  wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, kMemoryKeepResident);
  wasmtime_pooling_allocation_config_table_keep_resident_set(pool, kTableKeepResident);
  wasmtime_pooling_allocation_config_async_stack_keep_resident_set(pool, kStackKeepResident);
#ifdef WC_WASMTIME_HAS_PAGEMAP_SCAN
  wc_pooling_allocation_config_pagemap_scan_auto(pool);
#endif
  wasmtime_pooling_allocation_strategy_set(config, pool);
  wasmtime_pooling_allocation_config_delete(pool);
}

wasm_config_t* make_config(const EngineConfig& wanted) {
  wasm_config_t* const config = wasm_config_new();
  set_features(config);
  wasmtime_config_epoch_interruption_set(config, true);
  wasmtime_config_max_wasm_stack_set(config, kMaxWasmStack);
  wasmtime_config_async_stack_size_set(config, kMaxWasmStack + wanted.fibre_stack_bytes);
  wasmtime_config_memory_init_cow_set(config, true);
  return config;
}

// Wasmtime reserves the pool's whole address space when the engine is made, and aborts the process
// when that fails: so ask the system first. The figure is what the pool's memories need.
bool address_space_suffices(const EngineConfig& wanted) {
  const std::uint64_t slot =
      std::max<std::uint64_t>(wanted.max_memory_bytes, 4ULL << 30U) + (64ULL << 20U);
  const std::uint64_t size = slot * (wanted.instances + 1ULL);
  void* const probe =
      mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED) {
    return false;
  }
  munmap(probe, size);
  return true;
}

}  // namespace

EpochClock::EpochClock(wasm_engine_t* engine, std::chrono::microseconds tick)
    : engine_(engine), tick_(tick), thread_([this](const std::stop_token& stop) { run(stop); }) {}

EpochClock::~EpochClock() {
  thread_.request_stop();
  // Wakes the thread if it sleeps: the count only has to differ from zero for a moment.
  running_.fetch_add(1, std::memory_order_relaxed);
  running_.notify_all();
}

void EpochClock::run(std::stop_token stop) {
  int idle = 0;
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(tick_);
    if (running_.load(std::memory_order_relaxed) != 0) {
      idle = 0;
      wasm_engine_t* const engine = engine_;
      wasmtime_engine_increment_epoch(engine);
    } else if (++idle >= kIdleTicks) {
      asleep_.store(true, std::memory_order_seq_cst);
      running_.wait(0, std::memory_order_seq_cst);
      asleep_.store(false, std::memory_order_relaxed);
      idle = 0;
    }
  }
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(const EngineConfig& config) {
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  wasm_config_t* const wanted = make_config(config);
  if (address_space_suffices(config)) {
    set_pool(wanted, config);
  } else {
    log::warn("no address space for the instance pool, allocating on demand",
              {{"instances", config.instances}, {"max_memory_bytes", config.max_memory_bytes}});
  }
  impl->engine.reset(wasm_engine_new_with_config(wanted));
  if (!impl->engine) {
    return Error(ErrorKind::internal, "Wasmtime refused its configuration");
  }
  impl->linker.reset(wasmtime_linker_new(impl->engine.get()));
  impl->nullary.reset(wasm_functype_new_0_0());
  WC_CHECK(define_store_functions(impl->linker.get(), impl->nullary.get()));
  impl->code_version = fmt::format("wasmtime-{}-epochs", WASMTIME_VERSION);
  if (!config.cache_dir.empty()) {
    if (auto secret = open_cache_secret(config.cache_dir)) {
      impl->cache_secret = *secret;
    } else {
      log::warn("compiled code is not kept for the next start",
                {{"error", secret.error().describe()}});
    }
  }
  impl->epochs = std::make_unique<EpochClock>(impl->engine.get(), config.epoch_tick);
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

}  // namespace wasmcloud::component
