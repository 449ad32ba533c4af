// Rows of a table whose sides, ways to do the same thing, are measured in turn, some rounds.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "figures.h"

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

// What the command line says: [ROUNDS [SECONDS [TEXT]]], 5 rounds of 1 s for each figure.
struct Wanted {
  int rounds = 5;
  double seconds = 1;
  std::string text = {};  // only rows that have it
};

// Ends the program if it is used wrongly.
inline Wanted wanted(int argc, char** argv) {
  Wanted said;
  said.rounds = argc > 1 ? std::atoi(argv[1]) : said.rounds;
  said.seconds = argc > 2 ? std::atof(argv[2]) : said.seconds;
  said.text = argc > 3 ? argv[3] : "";
  if (said.rounds < 1 || said.seconds <= 0) {
    std::fprintf(stderr, "usage: %s [ROUNDS [SECONDS [TEXT]]]\n", argv[0]);
    std::exit(2);
  }
  return said;
}

// Measures the rows that are wanted, and forgets the others.
inline void measure(std::vector<Row>& rows, const Wanted& said) {
  std::erase_if(rows, [&](const Row& row) { return !row.what.contains(said.text); });
  measure(rows, said.rounds, said.seconds);
}

}  // namespace wasmcloud::bench
