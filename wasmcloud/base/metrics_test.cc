#include "wasmcloud/base/metrics.h"

#include <limits>
#include <thread>

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

TEST(Metrics, TheSameNameAndLabelsAreTheSameCounter) {
  Metrics metrics;
  metrics.counter("calls_total", "Calls.", {{"kind", "a"}}).add(2);
  metrics.counter("calls_total", "Calls.", {{"kind", "a"}}).add();
  metrics.counter("calls_total", "Calls.", {{"kind", "b"}}).add();
  EXPECT_EQ(metrics.counter("calls_total", "Calls.", {{"kind", "a"}}).value(), 3U);
  EXPECT_EQ(metrics.counter("calls_total", "Calls.", {{"kind", "b"}}).value(), 1U);
}

TEST(Metrics, ExpositionIsPrometheusText) {
  Metrics metrics;
  metrics
      .counter("calls_total", "Calls,\nall \\ of \"them\".", {{"path", "a\"b\\c\nd"}, {"x", "1"}})
      .add(7);
  metrics.gauge("depth", "Depth.").set(-3);
  const double bounds[] = {0.5, 1, 2.5};
  Histogram& latency = metrics.histogram("latency_seconds", "Latency.", {{"op", "get"}}, bounds);
  latency.observe(0.5);
  latency.observe(2.0);
  latency.observe(std::chrono::milliseconds(3500));
  EXPECT_EQ(metrics.exposition(),
            "# HELP calls_total Calls,\\nall \\\\ of \"them\".\n"
            "# TYPE calls_total counter\n"
            "calls_total{path=\"a\\\"b\\\\c\\nd\",x=\"1\"} 7\n"
            "# HELP depth Depth.\n"
            "# TYPE depth gauge\n"
            "depth -3\n"
            "# HELP latency_seconds Latency.\n"
            "# TYPE latency_seconds histogram\n"
            "latency_seconds_bucket{op=\"get\",le=\"0.5\"} 1\n"
            "latency_seconds_bucket{op=\"get\",le=\"1\"} 1\n"
            "latency_seconds_bucket{op=\"get\",le=\"2.5\"} 2\n"
            "latency_seconds_bucket{op=\"get\",le=\"+Inf\"} 3\n"
            "latency_seconds_sum{op=\"get\"} 6\n"
            "latency_seconds_count{op=\"get\"} 3\n");
}

TEST(Metrics, NothingIsLostBetweenThreads) {
  Metrics metrics;
  Counter& counter = metrics.counter("n_total", "N.");
  Histogram& histogram = metrics.histogram("h", "H.");
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&counter, &histogram] {
        for (int i = 0; i < 10'000; ++i) {
          counter.add();
          histogram.observe(1.0);
        }
      });
    }
  }
  EXPECT_EQ(counter.value(), 40'000U);
  EXPECT_EQ(histogram.sum(), 40'000.0);
}

TEST(Metrics, AGaugeGoesUpAndDown) {
  Metrics metrics;
  Gauge& gauge = metrics.gauge("g", "G.");
  gauge.add(5);
  gauge.add(-7);
  EXPECT_EQ(gauge.value(), -2);
}

TEST(Histogram, ValuesAboveAllBoundsHaveTheLastBucket) {
  const double bounds[] = {1};
  Histogram histogram(bounds);
  histogram.observe(2.0);
  histogram.observe(std::numeric_limits<double>::infinity());
  EXPECT_EQ(histogram.counts(), (std::vector<std::uint64_t>{0, 2}));
}

TEST(MetricsDeathTest, ANameHasOneType) {
  Metrics metrics;
  metrics.counter("n", "N.");
  EXPECT_DEATH(metrics.gauge("n", "N."), "type == type");
}

TEST(MetricsDeathTest, NamesAreThoseOfPrometheus) {
  Metrics metrics;
  EXPECT_DEATH(metrics.counter("no-dash", "N."), "is_name");
}

}  // namespace
}  // namespace wasmcloud
