#include "our_calls.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <span>

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

WC_WIT_RECORD(wasmcloud::bench::Fields,
              WC_MEMBERS(&wasmcloud::bench::Fields::a, &wasmcloud::bench::Fields::b,
                         &wasmcloud::bench::Fields::c, &wasmcloud::bench::Fields::d,
                         &wasmcloud::bench::Fields::e, &wasmcloud::bench::Fields::f,
                         &wasmcloud::bench::Fields::g, &wasmcloud::bench::Fields::h),
              "a", "b", "c", "d", "e", "f", "g", "h");

namespace wasmcloud::bench {
namespace {

using component::Component;
using component::Engine;
using component::Export;
using component::Host;
using component::Store;
using Bytes = std::span<const std::uint8_t>;

asio::io_context& loop() {
  static asio::io_context context(1);
  return context;
}

const Host& calls_host() {
  static const Host host = [] {
    Host made;
    made.root()
        .function("host-add", [](Store&, std::uint32_t a, std::uint32_t b) { return a + b; })
        .function("host-record", [](Store&, Fields fields) { return fields; })
        .function("host-text", [](Store&, std::string_view text) { return text; })
        .function("host-bytes", [](Store&, Bytes bytes) { return bytes; })
        .function("host-records", [](Store&, std::vector<Fields> records) { return records; });
    return made;
  }();
  return host;
}

}  // namespace

Engine& engine() {
  static const std::unique_ptr<Engine> made = need(Engine::create({}));
  return *made;
}

std::vector<std::uint8_t> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

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

OurCalls::OurCalls()
    : component_(need(Component::load(engine(), calls_host(), read_file(WC_CALLS_COMPONENT)))) {}

std::unique_ptr<Store> OurCalls::new_store() const {
  return need(
      Store::create(component_, loop().get_executor(), std::make_unique<component::HostState>()));
}

template <typename Call>
Measure OurCalls::on_fibre(std::size_t batch, Call call) const {
  const std::shared_ptr<Store> store = new_store();
  return [store, batch, call](Seconds duration) {
    double figure = 0;
    run(*store, [&](Store& inside) -> Result<> {
      Result<> outcome;
      figure = nanoseconds_each(duration, batch, [&] {
        if (Result<> called = call(inside); !called) {
          outcome = std::move(called);
        }
      });
      return outcome;
    });
    return figure;
  };
}

Measure OurCalls::scalars() {
  return on_fibre(
      1000,
      [add = find<std::uint32_t, std::uint32_t, std::uint32_t>("add")](Store& store) -> Result<> {
        WC_TRY(const std::uint32_t sum, add(store, 2, 3));
        benchmark::DoNotOptimize(sum);
        return {};
      });
}

Measure OurCalls::scalars_from_outside() {
  const std::shared_ptr<Store> store = new_store();
  const auto add = find<std::uint32_t, std::uint32_t, std::uint32_t>("add");
  return [store, add](Seconds duration) {
    return nanoseconds_each(duration, 100, [&] {
      run(*store, [&](Store& inside) -> Result<> {
        WC_TRY(const std::uint32_t sum, add(inside, 2, 3));
        benchmark::DoNotOptimize(sum);
        return {};
      });
    });
  };
}

Measure OurCalls::record() {
  return on_fibre(1000, [echo = find<Fields, Fields>("echo-record")](Store& store) -> Result<> {
    WC_TRY(const Fields back, echo(store, Fields{}));
    benchmark::DoNotOptimize(back);
    return {};
  });
}

// What comes back is copied out of the guest, as a caller has to who keeps it.
Measure OurCalls::text(std::size_t size) {
  const auto echo = find<std::string_view, std::string_view>("echo-text");
  return on_fibre(100, [echo, text = std::string(size, 'x')](Store& store) -> Result<> {
    WC_TRY(const std::string_view view, echo(store, text));
    const std::string back(view);
    benchmark::DoNotOptimize(back.data());
    return {};
  });
}

Measure OurCalls::bytes(std::size_t size) {
  const auto echo = find<Bytes, Bytes>("echo-bytes");
  const auto back = std::make_shared<std::vector<std::uint8_t>>(size);
  return on_fibre(
      10, [echo, back, bytes = std::vector<std::uint8_t>(size, 7)](Store& store) -> Result<> {
        WC_TRY(const Bytes view, echo(store, Bytes(bytes)));
        std::memcpy(back->data(), view.data(), view.size());
        benchmark::DoNotOptimize(back->data());
        return {};
      });
}

Measure OurCalls::records(std::size_t count) {
  const auto echo = find<std::vector<Fields>, std::vector<Fields>>("echo-records");
  return on_fibre(10, [echo, records = std::vector<Fields>(count)](Store& store) -> Result<> {
    WC_TRY(const std::vector<Fields> back, echo(store, records));
    benchmark::DoNotOptimize(back.data());
    return {};
  });
}

Measure OurCalls::host(const std::string& function, std::uint32_t times) {
  Measure all;
  if (function == "call-host") {
    all = on_fibre(
        1, [call = find<std::uint32_t, std::uint32_t>(function), times](Store& store) -> Result<> {
          WC_TRY(const std::uint32_t sum, call(store, times));
          benchmark::DoNotOptimize(sum);
          return {};
        });
  } else {
    all = on_fibre(1, [call = find<void, std::uint32_t>(function), times](Store& store) {
      return call(store, times);
    });
  }
  return [all, times](Seconds duration) { return all(duration) / times; };
}

Measure OurCalls::host(const std::string& function, std::uint32_t times, std::uint32_t size) {
  const auto call = find<void, std::uint32_t, std::uint32_t>(function);
  const Measure all =
      on_fibre(1, [call, times, size](Store& store) { return call(store, times, size); });
  return [all, times](Seconds duration) { return all(duration) / times; };
}

}  // namespace wasmcloud::bench
