// Streams and futures that are sent.
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

inline wit::Value stream_of(wit::List values, std::size_t piece) {
  return {wit::Handle{std::make_shared<Pieces>(std::move(values), piece)}};
}

inline wit::Value future_of(wit::Value value) {
  wrpc::Chunk contents{.count = 1, .items = {std::move(value)}};
  return {wit::Handle{std::make_shared<wrpc::AsyncPart>(std::move(contents))}};
}

}  // namespace wasmcloud::interop
