// Runs all pairs of programs that are here and prints what came of it, as docs/wrpc-interop.md has
// it.
//
//   interop_matrix [TEXT]      also how each row came out that has TEXT in the name of pair or row
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "client.h"
#include "matrix.h"

namespace wasmcloud::interop {
namespace {

using Outcomes = std::map<std::string, Outcome>;

struct Column {
  Pair pair;
  Outcomes outcomes;
};

// Each reason once, by the number that stands in the cells.
class Notes {
 public:
  std::size_t number(const std::string& why) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i] == why) {
        return i + 1;
      }
    }
    all_.push_back(why);
    return all_.size();
  }

  void print() const {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      std::printf("%zu. %s\n", i + 1, all_[i].c_str());
    }
  }

 private:
  std::vector<std::string> all_;
};

std::string cell(const Column& column, const std::string& row, Notes& notes) {
  const Outcome& outcome = column.outcomes.at(row);
  const Expected stated = expected(column.pair, row);
  if (!is_as_stated(outcome, stated)) {
    return fmt::format("**{}**", outcome.kind);
  }
  return stated.why.empty() ? outcome.kind
                            : fmt::format("{} ({})", outcome.kind, notes.number(stated.why));
}

void print_table(const std::string& transport, const std::vector<Column>& columns, Notes& notes) {
  std::printf("## Over %s\n\n|", transport == "nats"  ? "NATS"
                                 : transport == "tcp" ? "TCP"
                                                      : "Unix sockets");
  for (const Column& column : columns) {
    std::printf(" | %s to %s", column.pair.client->name.c_str(), column.pair.server->name.c_str());
  }
  std::printf(" |\n|---");
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::printf("|---");
  }
  std::printf("|\n");
  for (const std::string& row : row_names()) {
    std::printf("| %s", row.c_str());
    for (const Column& column : columns) {
      std::printf(" | %s", cell(column, row, notes).c_str());
    }
    std::printf(" |\n");
  }
  std::printf("\n");
}

void print_details(const Column& column, const std::string& text) {
  const std::string name = testing::PrintToString(column.pair);
  for (const auto& [row, outcome] : column.outcomes) {
    if (name.contains(text) || row.contains(text)) {
      std::fprintf(stderr, "%s: %s: %s\n", name.c_str(), row.c_str(), outcome.text.c_str());
    }
  }
}

int run_all(const char* text) {
  Notes notes;
  for (const char* const transport : kTransports) {
    std::vector<Column> columns;
    for (const Pair& pair : all_pairs()) {
      if (is_here(pair) && pair.transport == transport) {
        columns.push_back({.pair = pair, .outcomes = run(pair)});
        if (text != nullptr) {
          print_details(columns.back(), text);
        }
      }
    }
    print_table(transport, columns, notes);
  }
  notes.print();
  return 0;
}

}  // namespace
}  // namespace wasmcloud::interop

int main(int argc, char** argv) {
  return wasmcloud::interop::run_all(argc > 1 ? argv[1] : nullptr);
}
