// Counters, gauges and histograms, and their text for Prometheus. A Metrics object is made by main
// and handed to whoever counts; there is no global one.
//
//   Counter& failures = metrics.counter("http_requests_failed_total", "Requests that got a 5xx.",
//                                       {{"kind", "timeout"}});
//   failures.add();
//
// Fetch each once, when the counting object is made, and keep the reference: fetching takes a lock,
// counting does not. Never label by what strangers choose (paths, ids): each value is a series that
// lives as long as the Metrics.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasmcloud {

// Only grows. Thread-safe, lock-free.
class Counter {
 public:
  void add(std::uint64_t amount = 1) noexcept {
    value_.fetch_add(amount, std::memory_order_relaxed);
  }

  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<std::uint64_t> value_{0};  // a line of its own: shards count side by side
};

// A level: of a queue, of memory. Thread-safe, lock-free.
class Gauge {
 public:
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }

  void add(std::int64_t amount) noexcept { value_.fetch_add(amount, std::memory_order_relaxed); }

  std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<std::int64_t> value_{0};
};

// How often values fell below each of some bounds, and their sum. Thread-safe, lock-free.
class Histogram {
 public:
  // `bounds` rise strictly; a value equal to a bound falls into it.
  explicit Histogram(std::span<const double> bounds);

  void observe(double value) noexcept;
  // In seconds, Prometheus' unit of time.
  void observe(std::chrono::nanoseconds duration) noexcept;

  const std::vector<double>& bounds() const noexcept { return bounds_; }

  // One count for each bound and one for what is above all, not cumulated.
  std::vector<std::uint64_t> counts() const;

  double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

// 0.1 ms to 10 s, three a decade: for the latency of requests.
std::span<const double> latency_bounds() noexcept;

// Thread-safe. What it hands out lives as long as it does.
class Metrics {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The same name and labels give the same object. Asserts that names are as Prometheus wants them
  // and that a name has one type.
  Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
  // Its labels must not hold "le"; the bounds of a name's first histogram hold for all.
  Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {},
                       std::span<const double> bounds = latency_bounds());

  // The text exposition format, version 0.0.4, by name and labels in order.
  std::string exposition() const;

 private:
  struct Family;
  Family& family(std::string_view name, std::string_view help, std::size_t type,
                 const Labels& labels);

  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Family>, std::less<>> families_;  // guarded by mutex_
};

}  // namespace wasmcloud
