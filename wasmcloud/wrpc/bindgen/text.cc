#include "wasmcloud/wrpc/bindgen/text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wasmcloud::wrpc::bindgen {
namespace {

// The end of the first line of `text` that has at most `most` characters, if it can be broken.
std::size_t break_at(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return text.size();
  }
  const std::size_t before = text.rfind(' ', most);
  const std::size_t found =
      before == std::string_view::npos || before == 0 ? text.find(' ', most) : before;
  return std::min(found, text.size());
}

// Items one after another, as many on each line as fit beside `column` blanks. The first line is
// without them.
std::string filled(std::span<const std::string> items, std::string_view tail, std::size_t column) {
  std::string made;
  std::size_t used = column;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool last = i + 1 == items.size();
    const std::string item = fmt::format("{}{}", items[i], last ? tail : ",");
    if (i != 0 && used + 1 + item.size() > kColumns) {
      made += fmt::format("\n{}", std::string(column, ' '));
      used = column;
    } else if (i != 0) {
      made += ' ';
      ++used;
    }
    made += item;
    used += item.size();
  }
  return made + '\n';
}

bool fits_beside(std::span<const std::string> items, std::string_view tail, std::size_t column) {
  return std::ranges::all_of(items, [&](const std::string& item) {
    const std::size_t behind = &item == &items.back() ? tail.size() : 1;
    return column + item.size() + behind <= kColumns;
  });
}

}  // namespace

std::string comment(std::string_view docs, std::size_t indent) {
  std::string made;
  const std::string begin(indent, ' ');
  while (!docs.empty()) {
    std::string_view line = docs.substr(0, docs.find('\n'));
    docs.remove_prefix(std::min(line.size() + 1, docs.size()));
    do {
      const std::size_t end = break_at(line, kColumns - indent - 3);
      std::string_view part = line.substr(0, end);
      part = part.substr(0, part.find_last_not_of(" \t\r\\") + 1);  // a \ would go on
      made += fmt::format("{}//{}{}\n", begin, part.empty() ? "" : " ", part);
      line.remove_prefix(std::min(end + 1, line.size()));
    } while (!line.empty());
  }
  return made;
}

std::string packed(std::string_view head, std::span<const std::string> items, std::string_view tail,
                   std::size_t indent) {
  const std::string begin = fmt::format("{}{}", std::string(indent, ' '), head);
  if (items.empty()) {
    return fmt::format("{}{}\n", begin, tail);
  }
  if (fits_beside(items, tail, begin.size())) {
    return begin + filled(items, tail, begin.size());
  }
  return fmt::format("{}\n{}{}", begin, std::string(indent + 4, ' '),
                     filled(items, tail, indent + 4));
}

}  // namespace wasmcloud::wrpc::bindgen
