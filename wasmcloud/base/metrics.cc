#include "wasmcloud/base/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <variant>

#include <fmt/format.h>

#include "wasmcloud/base/assert.h"

namespace wasmcloud {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

enum class Quote : std::uint8_t { keep, escape };

std::string escape(std::string_view text, Quote quote) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\\' || (c == '"' && quote == Quote::escape)) {
      escaped += '\\';
      escaped += c;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// `a="1",b="2"`
std::string label_text(const Metrics::Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escape(value, Quote::escape));
  }
  return text;
}

std::string series(std::string_view name, std::string_view labels) {
  return labels.empty() ? std::string(name) : fmt::format("{}{{{}}}", name, labels);
}

using Metric =
    std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>, std::unique_ptr<Histogram>>;

constexpr std::array<std::string_view, std::variant_size_v<Metric>> kTypeNames{"counter", "gauge",
                                                                               "histogram"};
constexpr std::size_t kCounter = 0;
constexpr std::size_t kGauge = 1;
constexpr std::size_t kHistogram = 2;

void append_histogram(std::string& text, std::string_view name, const std::string& labels,
                      const Histogram& histogram) {
  const std::string bucket = fmt::format("{}_bucket", name);
  const std::string separator = labels.empty() ? "" : ",";
  const std::vector<std::uint64_t> counts = histogram.counts();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    const std::string bound =
        i < histogram.bounds().size() ? fmt::format("{}", histogram.bounds()[i]) : "+Inf";
    text += fmt::format(
        "{} {}\n", series(bucket, fmt::format("{}{}le=\"{}\"", labels, separator, bound)), total);
  }
  text += fmt::format("{} {}\n", series(fmt::format("{}_sum", name), labels), histogram.sum());
  text += fmt::format("{} {}\n", series(fmt::format("{}_count", name), labels), total);
}

}  // namespace

struct Metrics::Family {
  std::string help;
  std::size_t type;
  std::map<std::string, Metric> metrics;  // by the text of their labels

  template <typename T, typename... Args>
  T& get(const Labels& labels, const Args&... args) {
    auto [entry, inserted] = metrics.try_emplace(label_text(labels));
    if (inserted) {
      entry->second = std::make_unique<T>(args...);
    }
    return *std::get<std::unique_ptr<T>>(entry->second);
  }
};

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds.begin(), bounds.end()),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {
  WC_ASSERT(std::ranges::is_sorted(bounds_, std::less_equal<>()));
}

void Histogram::observe(double value) noexcept {
  const auto bound = std::ranges::lower_bound(bounds_, value);
  counts_[static_cast<std::size_t>(bound - bounds_.begin())].fetch_add(1,
                                                                       std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

void Histogram::observe(std::chrono::nanoseconds duration) noexcept {
  observe(std::chrono::duration<double>(duration).count());
}

std::vector<std::uint64_t> Histogram::counts() const {
  std::vector<std::uint64_t> counts(bounds_.size() + 1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = counts_[i].load(std::memory_order_relaxed);
  }
  return counts;
}

std::span<const double> latency_bounds() noexcept {
  static constexpr std::array<double, 16> kBounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                  0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                                  1,      2.5,     5,      10};
  return kBounds;
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Family& Metrics::family(std::string_view name, std::string_view help, std::size_t type,
                                 const Labels& labels) {
  WC_ASSERT(is_name(name));
  for (const auto& label : labels) {
    WC_ASSERT(is_name(label.first));
  }
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_
                .emplace(std::string(name),
                         std::make_unique<Family>(Family{std::string(help), type, {}}))
                .first;
  }
  WC_ASSERT(found->second->type == type);
  return *found->second;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  return family(name, help, kCounter, labels).get<Counter>(labels);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, Labels labels) {
  const std::scoped_lock lock(mutex_);
  return family(name, help, kGauge, labels).get<Gauge>(labels);
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, Labels labels,
                              std::span<const double> bounds) {
  const std::scoped_lock lock(mutex_);
  for (const auto& label : labels) {
    WC_ASSERT(label.first != "le");
  }
  Family& found = family(name, help, kHistogram, labels);
  if (!found.metrics.empty()) {
    bounds = std::get<kHistogram>(found.metrics.begin()->second)->bounds();
  }
  return found.get<Histogram>(labels, bounds);
}

std::string Metrics::exposition() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, escape(family->help, Quote::keep),
                        name, kTypeNames.at(family->type));
    for (const auto& [labels, metric] : family->metrics) {
      if (const auto* const histogram = std::get_if<kHistogram>(&metric)) {
        append_histogram(text, name, labels, **histogram);
      } else if (const auto* const counter = std::get_if<kCounter>(&metric)) {
        text += fmt::format("{} {}\n", series(name, labels), (*counter)->value());
      } else {
        text += fmt::format("{} {}\n", series(name, labels), std::get<kGauge>(metric)->value());
      }
    }
  }
  return text;
}

}  // namespace wasmcloud
