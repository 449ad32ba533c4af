// Text in columns that blanks align (fact sheet "wash", 2.4). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace wasmcloud::wash {

class Table {
 public:
  // Rows up to the next blank line are aligned with each other. One cell alone is a line of its
  // own, which no column is widened for.
  void row(std::vector<std::string> cells);
  void blank();

  // With a blank line before and one behind, as around all tables. In a terminal of `columns`, a
  // cell that is wider than its share is broken into lines; without a terminal none is.
  std::string text(std::optional<std::size_t> columns = std::nullopt) const;

 private:
  using Row = std::vector<std::string>;  // empty: a blank line

  std::vector<Row> rows_;
};

// How many columns the terminal on stdout has; nothing if it is none.
std::optional<std::size_t> terminal_columns();

}  // namespace wasmcloud::wash
