// What the component runtime costs: calls into a guest and out of it, lists of bytes, instances.
// Each list row has memcpy of the same bytes as its limit beside it ("of memcpy": 1 is memcpy's
// speed, for the two copies that an echo is).
//
//   component_bench [Google Benchmark's flags]
//   WASMCLOUD_COMPONENTS_DIR   where hello_rust.wasm lies (default ../shared/components beside the
//   source root)
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "wasmcloud/component/component.h"
#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wasi/wasi.h"

namespace wasmcloud {
namespace {

using component::Component;
using component::Engine;
using component::Export;
using component::Host;
using component::Store;
using ByteView = std::span<const std::uint8_t>;

// Ends the program: a benchmark that cannot run has no figures.
template <typename T>
T need(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "component_bench: %s\n", result.error().describe().c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) {
    return *std::move(result);
  }
}

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Engine& engine() {
  static const std::unique_ptr<Engine> made = need(Engine::create({}));
  return *made;
}

std::span<const std::uint8_t> host_echo(Store&, ByteView bytes) { return bytes; }

const Host& calls_host() {
  static const Host host = [] {
    Host made;
    made.root().function("host-add",
                         [](Store&, std::uint32_t a, std::uint32_t b) { return a + b; });
    made.root().function("host-echo", &host_echo);
    return made;
  }();
  return host;
}

const std::shared_ptr<const Component>& calls() {
  static const std::shared_ptr<const Component> loaded =
      need(Component::load(engine(), calls_host(), read_file(WC_CALLS_COMPONENT)));
  return loaded;
}

asio::io_context& loop() {
  static asio::io_context context(1);
  return context;
}

std::unique_ptr<Store> new_store() {
  return need(
      Store::create(calls(), loop().get_executor(), std::make_unique<component::HostState>()));
}

// Runs `body` on the store's fibre; an epoch tick may interrupt it, and then the loop goes on with
// it.
void run(Store& store, Store::Body body) {
  if (store.start(std::move(body))) {
    need(store.take_result());
    return;
  }
  Result<> result;
  asio::co_spawn(loop(), store.resume(), [&result](const std::exception_ptr&, Result<> ended) {
    result = std::move(ended);
  });
  loop().restart();
  loop().run();
  need(std::move(result));
}

// Figures of the same size's memcpy, in seconds for one copy.
double memcpy_seconds(std::size_t size) {
  std::vector<std::uint8_t> from(size, 1);
  std::vector<std::uint8_t> to(size);
  constexpr int kRounds = 20'000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    std::memcpy(to.data(), from.data(), size);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / kRounds;
}

// One whole exported call from inside the fibre: lower, call, lift.
void call_scalars(benchmark::State& state) {
  const auto store = new_store();
  const auto add =
      need(Export<std::uint32_t(std::uint32_t, std::uint32_t)>::find(*calls(), "", "add"));
  run(*store, [&](Store& inside) -> Result<> {
    for (auto _ : state) {
      WC_TRY(const std::uint32_t sum, add(inside, 2, 3));
      benchmark::DoNotOptimize(sum);
    }
    return {};
  });
}

BENCHMARK(call_scalars);

// With the fibre's future and the poll: what a caller on the event loop pays.
void call_scalars_from_outside(benchmark::State& state) {
  const auto store = new_store();
  const auto add =
      need(Export<std::uint32_t(std::uint32_t, std::uint32_t)>::find(*calls(), "", "add"));
  for (auto _ : state) {
    run(*store, [&](Store& inside) -> Result<> {
      WC_TRY(const std::uint32_t sum, add(inside, 2, 3));
      benchmark::DoNotOptimize(sum);
      return {};
    });
  }
}

BENCHMARK(call_scalars_from_outside);

void echo_bytes(benchmark::State& state) {
  const auto store = new_store();
  const auto size = static_cast<std::size_t>(state.range(0));
  const auto echo = need(Export<ByteView(ByteView)>::find(*calls(), "", "echo"));
  const std::vector<std::uint8_t> bytes(size, 7);
  std::vector<std::uint8_t> back(size);
  const auto start = std::chrono::steady_clock::now();
  run(*store, [&](Store& inside) -> Result<> {
    for (auto _ : state) {
      WC_TRY(const ByteView view, echo(inside, ByteView(bytes)));
      std::memcpy(back.data(), view.data(), view.size());
      benchmark::DoNotOptimize(back.data());
    }
    return {};
  });
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
      static_cast<double>(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size) * 2);
  state.counters["of memcpy"] = 2 * memcpy_seconds(size) / seconds;
}

BENCHMARK(echo_bytes)->Arg(16)->Arg(1 << 10)->Arg(64 << 10)->Arg(1 << 20);

constexpr std::uint32_t kHostCalls = 1000;

// Runs `calls`, which makes kHostCalls host calls, and shows what one of them costs.
void show_each(benchmark::State& state, Store& store,
               const std::function<Result<>(Store&)>& make_calls) {
  const auto start = std::chrono::steady_clock::now();
  run(store, [&](Store& inside) -> Result<> {
    for (auto _ : state) {
      WC_CHECK(make_calls(inside));
    }
    return {};
  });
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  state.counters["ns each"] = spent.count() / static_cast<double>(state.iterations() * kHostCalls);
}

void host_call_scalars(benchmark::State& state) {
  const auto store = new_store();
  const auto call = need(Export<std::uint32_t(std::uint32_t)>::find(*calls(), "", "call-host"));
  show_each(state, *store, [&](Store& inside) -> Result<> {
    WC_TRY(const std::uint32_t sum, call(inside, kHostCalls));
    benchmark::DoNotOptimize(sum);
    return {};
  });
}

BENCHMARK(host_call_scalars);

void host_call_bytes(benchmark::State& state) {
  const auto store = new_store();
  const auto call =
      need(Export<void(std::uint32_t, std::uint32_t)>::find(*calls(), "", "call-host-bytes"));
  const auto size = static_cast<std::uint32_t>(state.range(0));
  show_each(state, *store, [&](Store& inside) { return call(inside, kHostCalls, size); });
}

BENCHMARK(host_call_bytes)->Arg(16)->Arg(1 << 10)->Arg(64 << 10);

void small_instance(benchmark::State& state) {
  for (auto _ : state) {
    const auto store = new_store();
    run(*store, [](Store&) { return Result<>(); });
  }
}

BENCHMARK(small_instance);

// The 1.7 MB component: store, instances of its core modules, and all of it torn down again.
void hello_rust_instance(benchmark::State& state) {
  const char* const folder = std::getenv("WASMCLOUD_COMPONENTS_DIR");
  const std::string path =
      std::string(folder == nullptr ? WC_COMPONENTS_DIR : folder) + "/hello_rust.wasm";
  const std::vector<std::uint8_t> bytes = read_file(path);
  if (bytes.empty()) {
    state.SkipWithError("no hello_rust.wasm: set WASMCLOUD_COMPONENTS_DIR");
    return;
  }
  static const Host host = [] {
    Host made;
    wasi::add_to(made);
    return made;
  }();
  const auto loaded = need(Component::load(engine(), host, bytes));
  const wasi::Environment environment;
  for (auto _ : state) {
    const auto executor = asio::any_io_executor(loop().get_executor());
    const auto store = need(Store::create(
        loaded, executor, std::make_unique<wasi::Context>(environment, executor, nullptr)));
    run(*store, [](Store&) { return Result<>(); });
  }
}

BENCHMARK(hello_rust_instance);

}  // namespace
}  // namespace wasmcloud

BENCHMARK_MAIN();
