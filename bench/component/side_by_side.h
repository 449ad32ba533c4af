// Rows of a table in which two or three ways to do the same thing stand side by side.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"

#include "figures.h"

namespace wasmcloud::bench {

using Seconds = std::chrono::duration<double>;

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

// Does it for about so long, and gives the time of one in nanoseconds.
using Measure = std::function<double(Seconds)>;

struct Side {
  Measure measure;
  std::vector<double> figures = {};
};

// What a row is held against besides the component C API: so many times the last side at most.
struct Bar {
  double at_most;
  const char* text;
};

struct Row {
  std::string what;
  Side ours;
  std::optional<Side> peer = {};  // Wasmtime's component C API
  std::optional<Side> bare = {};  // the limit: core functions, or memcpy
  std::optional<Bar> bar = {};
};

// Nanoseconds of one `work`, which is done in batches so that reading the clock costs nothing.
template <typename Work>
double nanoseconds_each(Seconds duration, std::size_t batch, Work work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  std::size_t count = 0;
  Seconds spent{};
  do {
    for (std::size_t i = 0; i < batch; ++i) {
      work();
    }
    count += batch;
    spent = Clock::now() - start;
  } while (spent < duration);
  return spent.count() * 1e9 / static_cast<double>(count);
}

}  // namespace wasmcloud::bench
