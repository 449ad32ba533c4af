// For tests: texts that differ only in where empty lines stand. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace wasmcloud::wit::testing {

// Tools and we put empty lines in different places, and so do our two printers.
inline std::string without_empty_lines(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (end > 1) {
      result += text.substr(0, end);
    }
    text.remove_prefix(end);
  }
  return result;
}

}  // namespace wasmcloud::wit::testing
