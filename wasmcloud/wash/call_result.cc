#include "wasmcloud/wash/call_result.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/foreground.h"
#include "wasmcloud/wit/wave.h"

namespace wasmcloud::wash {
namespace {

using Kind = wit::ValueType::Kind;

bool is_stream(const wrpc::PartAt& part) { return part.type->kind() == Kind::stream; }

bool is_async(const wit::ValueTypePtr& type) {
  return type->kind() == Kind::stream || type->kind() == Kind::future;
}

bool holds_bytes(const wrpc::PartAt& part) {
  const wit::ValueTypePtr& element = part.type->parts().front();
  return element != nullptr && element->kind() == Kind::u8;
}

std::string bytes_of(const wit::List& items) {
  std::string bytes;
  bytes.reserve(items.size());
  for (const wit::Value& item : items) {
    bytes += static_cast<char>(std::get<std::uint8_t>(item.rep));
  }
  return bytes;
}

// Of a chunk without a type only the count is known.
std::vector<std::string> waves_of(const wrpc::Chunk& chunk) {
  if (chunk.items.empty()) {
    return {chunk.count, "()"};
  }
  std::vector<std::string> waves;
  std::ranges::transform(chunk.items, std::back_inserter(waves),
                         [](const wit::Value& item) { return wit::to_wave(item); });
  return waves;
}

}  // namespace

Task<> ResultPrinter::print(std::optional<wit::Value> value, wit::ValueTypePtr type) {
  std::vector<wrpc::PartAt> parts = receiver_.take_parts();
  has_stream_ = std::ranges::any_of(parts, is_stream);
  const bool whole = parts.empty();
  const std::string wave = value && !is_async(type) ? wit::to_wave(*value) : std::string();
  if (!wave.empty() && !is_json()) {
    show_value(wave);
  }
  start(std::move(parts));
  WC_CO_CHECK(join_or_cancel(scope_));
  if (error_) {
    co_return std::move(*error_);
  }
  if (!is_json()) {
    co_return Result<>();
  }
  nlohmann::ordered_json json{{"result", nullptr}};
  if (!wave.empty()) {
    json["result"] = wave;
  }
  for (const auto& [path, contents] : contents_) {
    json["streams"].push_back({{"path", fmt::format("{}", fmt::join(path, "."))},
                               {"type", contents.type},
                               {"value", "[" + contents.items + "]"}});
  }
  if (!whole && !json.contains("streams")) {
    json["streams"] = nlohmann::ordered_json::array();
  }
  output_.success("", json);
  co_return Result<>();
}

void ResultPrinter::show_value(const std::string& wave) {
  if (has_stream_) {
    output_.note(wave);
  } else {
    output_.success(wave, nlohmann::ordered_json::object());
  }
}

void ResultPrinter::start(std::vector<wrpc::PartAt> parts) {
  for (wrpc::PartAt& part : parts) {
    if (is_json()) {
      keep(part, "");
    }
    scope_.spawn("a stream or future of the result", follow(std::move(part)));
  }
}

// The first failure ends the others: they come over the same session.
Task<> ResultPrinter::follow(wrpc::PartAt part) {
  Result<> ended =
      is_stream(part) ? co_await read(std::move(part)) : co_await read_future(std::move(part));
  if (!ended && !error_) {
    error_ = std::move(ended).error();
    scope_.cancel();
  }
  co_return Result<>();
}

Task<> ResultPrinter::read(wrpc::PartAt part) {
  for (;;) {
    WC_CO_TRY(const wrpc::Chunk chunk, receiver_.chunk(part, Deadline::never()));
    if (chunk.count == 0) {
      co_return Result<>();
    }
    show_chunk(part, chunk);
    start(receiver_.take_parts());
  }
}

Task<> ResultPrinter::read_future(wrpc::PartAt part) {
  WC_CO_TRY(const std::optional<wit::Value> value, receiver_.future(part, Deadline::never()));
  const std::string wave = value ? wit::to_wave(*value) : "()";
  if (is_json()) {
    keep(part, wave);
  } else {
    show_value(wave);
  }
  start(receiver_.take_parts());
  co_return Result<>();
}

void ResultPrinter::show_chunk(const wrpc::PartAt& part, const wrpc::Chunk& chunk) {
  if (!is_json() && holds_bytes(part)) {
    write(Stream::out, bytes_of(chunk.items));
  } else if (!is_json()) {
    write(Stream::out, fmt::format("{}\n", fmt::join(waves_of(chunk), "\n")));
  } else {
    keep(part, fmt::format("{}", fmt::join(waves_of(chunk), ", ")));
  }
}

void ResultPrinter::keep(const wrpc::PartAt& part, const std::string& items) {
  Contents& contents = contents_[part.path];
  contents.type = part.type->describe();
  contents.items += contents.items.empty() ? items : ", " + items;
}

}  // namespace wasmcloud::wash
