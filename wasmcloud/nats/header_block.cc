#include "wasmcloud/nats/header_block.h"

#include <algorithm>
#include <utility>

namespace wasmcloud::nats {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

HeaderBlock::HeaderBlock(std::string_view block) {
  if (!block.starts_with(kStart)) {
    return;
  }
  rest_ = block.substr(kStart.size());
  const std::string_view said = trimmed(take_line());
  const std::size_t blank = std::min(said.find(' '), said.size());
  status_ = said.substr(0, blank);
  description_ = trimmed(said.substr(blank));
}

std::string_view HeaderBlock::take_line() {
  const std::size_t end = std::min(rest_.find(kLineEnd), rest_.size());
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + kLineEnd.size(), rest_.size()));
  return line;
}

std::optional<HeaderView> HeaderBlock::next() {
  if (!status_.empty()) {
    return HeaderView{.name = "Status", .value = std::exchange(status_, {})};
  }
  if (!description_.empty()) {
    return HeaderView{.name = "Description", .value = std::exchange(description_, {})};
  }
  while (!rest_.empty()) {
    const std::string_view line = take_line();
    const std::size_t colon = line.find(':');
    if (colon != 0 && colon != std::string_view::npos && line.front() != ' ') {
      return HeaderView{.name = line.substr(0, colon), .value = trimmed(line.substr(colon + 1))};
    }
  }
  return std::nullopt;
}

}  // namespace wasmcloud::nats
