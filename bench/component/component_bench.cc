// What the component runtime costs beside Wasmtime's own component C API and beside bare core
// functions, all on one engine and measured in turn: calls into a guest, calls of the host,
// instances, loading, memory.
//
//   component_bench [ROUNDS [SECONDS [TEXT]]]   5 rounds of 0.2 s each; only rows with TEXT
//   WASMCLOUD_COMPONENTS_DIR   where the HTTP components lie (default ../shared/components beside
//                              the source root)
#include <filesystem>

#include <fmt/format.h>

#include "bare_calls.h"
#include "instances.h"
#include "our_calls.h"
#include "peer_calls.h"

namespace wasmcloud::bench {
namespace {

constexpr const char* kHttpComponents[] = {"hello_c.wasm", "hello_rust.wasm",
                                           "hello_javascript.wasm", "hello_python.wasm"};
constexpr std::uintmax_t kSmall = 4U << 20U;  // bytes of a component
constexpr Bar kTwiceMemcpy{.at_most = 2, .text = "2 of memcpy"};
constexpr Bar kTwiceBare{.at_most = 2, .text = "2 of bare"};
constexpr std::uint32_t kTimes = 1000;  // calls of the host at a time

struct Size {
  const char* name;
  std::size_t bytes;
  std::uint32_t times;
};

constexpr Size kTexts[] = {{"16 B", 16, kTimes}, {"4 KiB", 4096, 100}};
constexpr Size kLists[] = {
    {"16 B", 16, kTimes}, {"1 KiB", 1 << 10, 100}, {"64 KiB", 64 << 10, 10}, {"1 MiB", 1 << 20, 1}};

struct Calls {
  OurCalls ours;
  PeerCalls peer;
  BareCalls bare;
};

void add_calls(Calls& calls, std::vector<Row>& rows) {
  rows.push_back({.what = "call, scalars",
                  .ours = {calls.ours.scalars()},
                  .peer = Side{calls.peer.scalars()},
                  .bare = Side{calls.bare.scalars()}});
  rows.push_back({.what = "call, scalars, entering the fibre each time",
                  .ours = {calls.ours.scalars_from_outside()},
                  .peer = Side{calls.peer.scalars()},
                  .bare = Side{calls.bare.scalars()}});
  rows.push_back({.what = "call, record of 8 fields",
                  .ours = {calls.ours.record()},
                  .peer = Side{calls.peer.record()}});
  for (const Size& size : kTexts) {
    rows.push_back({.what = fmt::format("call, string of {}", size.name),
                    .ours = {calls.ours.text(size.bytes)},
                    .peer = Side{calls.peer.text(size.bytes)}});
  }
  for (const Size& size : kLists) {
    rows.push_back({.what = fmt::format("call, list<u8> of {}", size.name),
                    .ours = {calls.ours.bytes(size.bytes)},
                    .peer = Side{calls.peer.bytes(size.bytes)},
                    .bare = Side{calls.bare.bytes(size.bytes)}});
  }
  for (const Size& size : kLists) {
    rows.push_back({.what = fmt::format("the same beside memcpy, {}", size.name),
                    .ours = {calls.ours.bytes(size.bytes)},
                    .bare = Side{memcpy_twice(size.bytes)},
                    .bar = kTwiceMemcpy});
  }
  rows.push_back({.what = "call, list of 1,000 records",
                  .ours = {calls.ours.records(1000)},
                  .peer = Side{calls.peer.records(1000)}});
}

Row host_row(Calls& calls, const std::string& what, const std::string& function,
             std::uint32_t times, std::uint32_t size) {
  return {.what = "host function, " + what,
          .ours = {calls.ours.host(function, times, size)},
          .peer = Side{calls.peer.host(function, times, size)}};
}

void add_host_calls(Calls& calls, std::vector<Row>& rows) {
  rows.push_back({.what = "host function, scalars",
                  .ours = {calls.ours.host("call-host", kTimes)},
                  .peer = Side{calls.peer.host("call-host", kTimes)},
                  .bare = Side{calls.bare.host(kTimes)},
                  .bar = kTwiceBare});
  rows.push_back({.what = "host function, record of 8 fields",
                  .ours = {calls.ours.host("call-host-record", kTimes)},
                  .peer = Side{calls.peer.host("call-host-record", kTimes)}});
  for (const Size& size : kTexts) {
    rows.push_back(host_row(calls, fmt::format("string of {}", size.name), "call-host-text",
                            size.times, static_cast<std::uint32_t>(size.bytes)));
  }
  for (const Size& size : kLists) {
    rows.push_back(host_row(calls, fmt::format("list<u8> of {}", size.name), "call-host-bytes",
                            size.times, static_cast<std::uint32_t>(size.bytes)));
  }
  rows.push_back(host_row(calls, "list of 1,000 records", "call-host-records", 1, 1000));
}

std::vector<std::string> http_components() {
  const char* const named = std::getenv("WASMCLOUD_COMPONENTS_DIR");
  const std::filesystem::path folder = named == nullptr ? WC_COMPONENTS_DIR : named;
  std::vector<std::string> found;
  for (const char* const name : kHttpComponents) {
    if (std::filesystem::exists(folder / name)) {
      found.push_back(folder / name);
    } else {
      std::fprintf(stderr, "no %s: set WASMCLOUD_COMPONENTS_DIR\n", name);
    }
  }
  return found;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename(); }

// The order of the sides alternates: who comes second finds the machine warmer.
void measure(std::vector<Row>& rows, int rounds, Seconds duration) {
  for (int round = 0; round < rounds; ++round) {
    for (Row& row : rows) {
      std::vector<Side*> sides{&row.ours};
      for (auto* const other : {&row.peer, &row.bare}) {
        if (other->has_value()) {
          sides.push_back(&**other);
        }
      }
      if (round % 2 != 0) {
        std::ranges::reverse(sides);
      }
      for (Side* const side : sides) {
        side->figures.push_back(side->measure(duration));
      }
    }
  }
}

std::string time_text(double nanoseconds) {
  return nanoseconds < 1e3   ? fmt::format("{:.1f} ns", nanoseconds)
         : nanoseconds < 1e6 ? fmt::format("{:.2f} µs", nanoseconds / 1e3)
                             : fmt::format("{:.2f} ms", nanoseconds / 1e6);
}

// The median of the rounds' ratios rather than the ratio of the medians: what else the machine does
// changes from round to round, and less within one.
double ratio_of(const Side& ours, const Side& other) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < ours.figures.size(); ++round) {
    ratios.push_back(ours.figures[round] / other.figures[round]);
  }
  return median(std::move(ratios));
}

// "5 ns | 0.5 |", or empty cells.
std::string cells(const Row& row, const std::optional<Side>& side) {
  return side ? fmt::format(" {} | {:.2f} |", time_text(median(side->figures)),
                            ratio_of(row.ours, *side))
              : "  |  |";
}

std::string bar_text(const Row& row) {
  std::string out;
  const auto add = [&](bool met, std::string_view text) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : "; ", text, met ? "met" : "MISSED");
  };
  if (row.peer) {
    add(ratio_of(row.ours, *row.peer) <= 1, "1 of the C API");
  }
  if (row.bar) {
    add(row.bare ? ratio_of(row.ours, *row.bare) <= row.bar->at_most
                 : median(row.ours.figures) <= row.bar->at_most,
        row.bar->text);
  }
  return out;
}

void print(const std::vector<Row>& rows) {
  if (rows.empty()) {
    return;
  }
  fmt::print("| | ours | component C API | ratio | bare | ratio | at most |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  for (const Row& row : rows) {
    fmt::print("| {} | {} |{}{} {} |\n", row.what, time_text(median(row.ours.figures)),
               cells(row, row.peer), cells(row, row.bare), bar_text(row));
  }
}

// Nothing if there are no lines.
void print_table(const char* what, const std::string& lines) {
  if (!lines.empty()) {
    fmt::print("\n| {} | ours | component C API | ratio |\n|---|---|---|---|\n{}", what, lines);
  }
}

template <typename Wanted>
void print_loads(const std::vector<std::string>& paths, Wanted wanted) {
  std::string lines;
  const auto line = [&](const std::string& what, double ours, double peer) {
    lines += fmt::format("| {} | {} | {} | {:.2f} |\n", what, time_text(ours), time_text(peer),
                         ours / peer);
  };
  for (const std::string& path : paths) {
    if (!wanted("load " + file_name(path))) {
      continue;
    }
    const LoadTimes ours = our_load_times(path);
    const LoadTimes peer = peer_load_times(path);
    line("validate and compile " + file_name(path), ours.compiled, peer.compiled);
    line(fmt::format("load {} from the cache", file_name(path)), ours.cached, peer.cached);
    line(fmt::format("load {} from the cache, its digest known", file_name(path)), ours.known,
         peer.cached);
  }
  print_table("once each", lines);
}

template <typename Wanted>
void print_memory_of(const std::vector<std::string>& paths, Wanted wanted) {
  std::string lines;
  for (const std::string& path : paths) {
    // A thousand of the large ones need more core instances than the pool has.
    if (!wanted("memory " + file_name(path)) || std::filesystem::file_size(path) > kSmall) {
      continue;
    }
    const double ours = memory_of("ours", path);
    const double peer = memory_of("peer", path);
    lines += fmt::format("| {} | {:.0f} | {:.0f} | {:.2f} |\n", file_name(path), ours, peer,
                         ours / peer);
  }
  print_table("1,000 live instances, KB for each", lines);
}

// `component` must outlive the row.
Row instance_row(const HttpComponent& component, const std::string& what) {
  Row row{
      .what = what, .ours = {component.our_instance()}, .peer = Side{component.peer_instance()}};
  if (what.ends_with("hello_rust.wasm")) {
    row.bar = Bar{.at_most = 10'000, .text = "10 µs"};
  }
  return row;
}

int show(int rounds, Seconds duration, const std::string& text) {
  const auto wanted = [&](std::string_view what) { return what.contains(text); };
  Calls calls;
  std::vector<Row> rows;
  add_calls(calls, rows);
  add_host_calls(calls, rows);
  const std::vector<std::string> paths = http_components();
  std::vector<std::unique_ptr<HttpComponent>> components;
  for (const std::string& path : paths) {
    // Compiling the large ones takes a minute.
    if (const std::string what = "store and instance of " + file_name(path); wanted(what)) {
      components.push_back(std::make_unique<HttpComponent>(path));
      rows.push_back(instance_row(*components.back(), what));
    }
  }
  std::erase_if(rows, [&](const Row& row) { return !wanted(row.what); });
  measure(rows, 1, duration / 5);  // a warm-up
  for (Row& row : rows) {
    for (Side* const side :
         {&row.ours, row.peer ? &*row.peer : nullptr, row.bare ? &*row.bare : nullptr}) {
      if (side != nullptr) {
        side->figures.clear();
      }
    }
  }
  measure(rows, rounds, duration);
  print(rows);
  print_loads(paths, wanted);
  print_memory_of(paths, wanted);
  return 0;
}

}  // namespace
}  // namespace wasmcloud::bench

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--memory") {
    return wasmcloud::bench::print_memory(argv[2], argv[3]);
  }
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.2;
  return wasmcloud::bench::show(rounds, wasmcloud::bench::Seconds(seconds),
                                argc > 3 ? argv[3] : "");
}
