#include "wasmcloud/wash/table.h"

#include <algorithm>
#include <span>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kMargin = "  ";
constexpr std::string_view kGap = "   ";
constexpr std::size_t kLeastWidth = 8;  // narrower columns help nobody

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// In characters of UTF-8.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

// The first `width` characters, cut off.
std::string take(std::string& text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if (!continues(text[end]) && seen++ == width) {
      break;
    }
  }
  std::string taken = text.substr(0, end);
  text.erase(0, end);
  return taken;
}

void append_line(std::string& text, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += line;
  text += '\n';
}

// How wide each column is: as its widest cell, and no wider than its share of a terminal.
std::vector<std::size_t> widths_of(std::span<const std::vector<std::string>> rows,
                                   std::optional<std::size_t> columns) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  if (columns) {
    const std::size_t share = std::max((*columns - std::min(*columns, kMargin.size() * 2)) /
                                           std::max<std::size_t>(1, widths.size()),
                                       kLeastWidth + kGap.size()) -
                              kGap.size();
    for (std::size_t& width : widths) {
      width = std::min(width, share);
    }
  }
  return widths;
}

// One row, which is as many lines as its tallest cell.
void append_row(std::string& text, std::vector<std::string> cells,
                const std::vector<std::size_t>& widths) {
  if (cells.size() == 1) {
    append_line(text, std::string(kMargin) + cells.front());
    return;
  }
  do {
    std::string line(kMargin);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string part = take(cells[i], widths[i]);
      line += part;
      line.append(widths[i] - width_of(part), ' ');
      line += kGap;
    }
    append_line(text, std::move(line));
  } while (std::ranges::any_of(cells, [](const std::string& cell) { return !cell.empty(); }));
}

}  // namespace

void Table::row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

void Table::blank() { rows_.emplace_back(); }

std::string Table::text(std::optional<std::size_t> columns) const {
  std::string text = "\n";
  for (auto row = rows_.begin(); row != rows_.end();) {
    const auto end = std::find_if(row, rows_.end(), [](const Row& r) { return r.empty(); });
    const std::vector<std::size_t> widths = widths_of({row, end}, columns);
    for (; row != end; ++row) {
      append_row(text, *row, widths);
    }
    if (row != rows_.end()) {
      text += '\n';
      ++row;
    }
  }
  return text + '\n';
}

std::optional<std::size_t> terminal_columns() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0) {
    return std::nullopt;
  }
  return size.ws_col;
}

}  // namespace wasmcloud::wash
