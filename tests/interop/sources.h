// Streams and futures: those that are sent, and where they stand in values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "wasmcloud/wrpc/exchange.h"

#include "suite.h"

namespace wasmcloud::interop {

// Values, so many at a time.
class Pieces final : public wrpc::Source {
 public:
  Pieces(wit::List values, std::size_t piece) : values_(std::move(values)), piece_(piece) {}

  Task<std::optional<wrpc::Chunk>> next() override {
    if (at_ == values_.size()) {
      co_return std::nullopt;
    }
    const auto from = values_.begin() + static_cast<std::ptrdiff_t>(at_);
    const std::size_t count = std::min(piece_, values_.size() - at_);
    at_ += count;
    co_return wrpc::Chunk{.count = static_cast<std::uint32_t>(count),
                          .items = {from, from + static_cast<std::ptrdiff_t>(count)}};
  }

 private:
  const wit::List values_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

// Calls `use` with each stream and future, and each other handle, in the order of their paths.
template <typename Use>
void for_each_handle(wit::Value& value, const Use& use) {
  const auto each = [&](std::vector<wit::Value>& within) {
    for (wit::Value& part : within) {
      for_each_handle(part, use);
    }
  };
  if (auto* const handle = std::get_if<wit::Handle>(&value.rep)) {
    use(*handle);
  } else if (auto* const record = std::get_if<wit::Record>(&value.rep)) {
    each(record->values);
  } else if (auto* const tuple = std::get_if<wit::Tuple>(&value.rep)) {
    each(tuple->items);
  } else if (auto* const list = std::get_if<wit::List>(&value.rep)) {
    each(*list);
  } else if (auto* const option = std::get_if<wit::Option>(&value.rep)) {
    each(option->payload);
  } else if (auto* const held = std::get_if<wit::Case>(&value.rep)) {
    each(held->payload);
  }
}

inline wit::Value stream_of(wit::List values, std::size_t piece) {
  return {wit::Handle{std::make_shared<Pieces>(std::move(values), piece)}};
}

inline wit::Value future_of(wit::Value value) {
  wrpc::Chunk contents{.count = 1, .items = {std::move(value)}};
  return {wit::Handle{std::make_shared<wrpc::AsyncPart>(std::move(contents))}};
}

}  // namespace wasmcloud::interop
