// Rows of a table whose sides, ways to do the same thing, are measured in turn, some rounds.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "nats/figures.h"

namespace wasmcloud::bench {

struct Side {
  std::function<double(std::chrono::steady_clock::duration)> measure;
  std::vector<double> figures = {};  // one a round
};

struct Row {
  std::string what;
  const char* unit;
  std::vector<Side> sides;  // the first is the limit
};

// The order of the sides alternates: who comes second finds the machine warmer.
inline void measure_round(std::vector<Row>& rows, int round,
                          std::chrono::steady_clock::duration duration) {
  for (Row& row : rows) {
    const std::size_t count = row.sides.size();
    for (std::size_t i = 0; i < count; ++i) {
      Side& side = row.sides[round % 2 == 0 ? i : count - 1 - i];
      side.figures.push_back(side.measure(duration));
    }
  }
}

// After a warm-up, whose figures are thrown away.
inline void measure(std::vector<Row>& rows, int rounds, double seconds) {
  const auto duration = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(seconds));
  measure_round(rows, 0, duration / 5);
  for (Row& row : rows) {
    for (Side& side : row.sides) {
      side.figures.clear();
    }
  }
  for (int round = 0; round < rounds; ++round) {
    measure_round(rows, round, duration);
  }
}

// The median of the rounds' ratios rather than the ratio of the medians: what else the machine does
// changes from round to round, and less within one.
inline double ratio_of(const Side& side, const Side& limit) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < side.figures.size(); ++round) {
    ratios.push_back(side.figures[round] / limit.figures[round]);
  }
  return median(std::move(ratios));
}

}  // namespace wasmcloud::bench
