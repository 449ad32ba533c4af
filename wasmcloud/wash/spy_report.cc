#include "wasmcloud/wash/spy_report.h"

#include <ctime>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::wash {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kProtocol = ".wrpc.0.0.1.";
constexpr std::string_view kResults = ".results";
constexpr std::size_t kMaxOpen = 1000;
constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;

// "2025-01-02 10:11:12.123456789 -07:00", in local time.
std::string time_text(SpyTime at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm local{};
  ::localtime_r(&time, &local);
  const auto nanoseconds = std::chrono::nanoseconds(at - seconds).count();
  const long zone = local.tm_gmtoff / 60;
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:09} {}{:02}:{:02}", local, nanoseconds,
                     zone < 0 ? '-' : '+', std::abs(zone) / 60, std::abs(zone) % 60);
}

// Each byte that is no text becomes U+FFFD.
std::string lossy(std::string_view bytes) {
  const std::string quoted =
      nlohmann::json(bytes).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(quoted).get<std::string>();
}

// The values at the beginning of `bytes`. None: they are cut, or of other types.
std::optional<std::vector<std::string>> waves_of(std::string_view bytes,
                                                 const std::vector<wit::ValueTypePtr>& types) {
  wrpc::WireReader reader(as_u8(bytes));
  wrpc::ValueDecoder decoder(reader, {.value_bytes = std::size_t{64} << 20U});
  const std::vector<wit::Value> values = decoder.tuple(types);
  if (reader.failed()) {
    return std::nullopt;
  }
  std::vector<std::string> waves;
  for (const wit::Value& value : values) {
    waves.push_back(wit::to_wave(value));
  }
  return waves;
}

// Whether `bytes` are only the beginning of such values.
bool is_cut(std::string_view bytes, const std::vector<wit::ValueTypePtr>& types) {
  wrpc::Scanner scanner(types);
  return scanner.feed(as_u8(bytes)) && !scanner.complete();
}

Sight sight(std::string_view kind, std::string_view from, std::string_view to,
            std::string_view operation, SpyTime at) {
  const std::string time = time_text(at);
  return {
      .text = fmt::format("[{}]\nFrom: {:<25} To: {:<25}\n\n{}: {}", time, from, to,
                          kind == "call" ? "Operation" : "Result of", operation),
      .json = {
          {"kind", kind}, {"time", time}, {"from", from}, {"to", to}, {"operation", operation}}};
}

void add_message(Sight& sight, std::string_view text) {
  sight.text += fmt::format("\nMessage: {}", text);
}

// What is not decoded.
void add_bytes(Sight& sight, std::string_view bytes, std::string_view remark = {}) {
  const std::string text = lossy(bytes);
  add_message(sight, remark.empty() ? text : fmt::format("({}) {}", remark, text));
  sight.json["message"] = text;
  if (!remark.empty()) {
    sight.json["remark"] = remark;
  }
}

void add_params(Sight& sight, const wit::FuncSignature& signature, std::string_view payload) {
  const std::vector<wit::ValueTypePtr> types = wrpc::param_types(signature);
  if (const auto waves = waves_of(payload, types)) {
    add_message(sight, fmt::format("({})", fmt::join(*waves, ", ")));
    sight.json["params"] = *waves;
    return;
  }
  add_bytes(sight, payload,
            is_cut(payload, types) ? "cut: the parameters go on in other messages"
                                   : "not of the types that the WIT tells");
}

}  // namespace

std::optional<KnownFunction> SpyReport::function_of(const std::string& operation) const {
  return functions_ ? functions_->find_exactly(operation) : std::nullopt;
}

std::optional<Sight> SpyReport::call(const SpiedCall& call, SpyTime at) {
  const std::string_view subject = call.subject;
  const std::size_t protocol = subject.find(kProtocol);
  const std::size_t before = options_.lattice.size() + 1;
  if (protocol == std::string_view::npos || protocol < before) {
    return std::nullopt;
  }
  Open open{.from = call.source,
            .to = std::string(subject.substr(before, protocol - before)),
            .operation = std::string(subject.substr(protocol + kProtocol.size())),
            .function = {},
            .scanner = {},
            .bytes = {}};
  if (open.from.empty()) {
    open.from = open.to == options_.id ? "linked component" : options_.id;
  }
  if (open.from != options_.id && open.to != options_.id) {
    return std::nullopt;  // a call of somebody else to what it is linked to
  }
  open.function = function_of(open.operation);
  Sight seen = sight("call", open.from, open.to, open.operation, at);
  if (open.function) {
    add_params(seen, open.function->signature, call.payload);
  } else {
    add_bytes(seen, call.payload);
  }
  if (options_.results && !call.reply.empty()) {
    await_result(call.reply, std::move(open));
  }
  return seen;
}

void SpyReport::await_result(const std::string& inbox, Open open) {
  if (open.function) {
    open.scanner.emplace(wrpc::result_types(open.function->signature));
  }
  open_.insert_or_assign(inbox, std::move(open));
  order_.push_back(inbox);
  while (order_.size() > kMaxOpen) {
    open_.erase(order_.front());
    order_.pop_front();
  }
}

std::optional<Sight> SpyReport::result(std::string_view subject, std::string_view payload,
                                       SpyTime at) {
  if (!subject.ends_with(kResults)) {
    return std::nullopt;
  }
  const auto found = open_.find(subject.substr(0, subject.size() - kResults.size()));
  if (found == open_.end()) {
    return std::nullopt;
  }
  Open& open = found->second;
  open.bytes += payload.substr(0, kMaxBytes - open.bytes.size());
  const bool broken = open.scanner && !open.scanner->feed(as_u8(payload));
  const bool whole = open.scanner && open.scanner->complete() && open.bytes.size() < kMaxBytes;
  const bool returns_nothing = open.function && open.function->signature.result == nullptr;
  if (!payload.empty() && !broken && !whole && open.bytes.size() < kMaxBytes) {
    return std::nullopt;
  }
  Sight seen = sight("result", open.to, open.from, open.operation, at);
  const auto waves = whole || returns_nothing
                         ? waves_of(open.bytes, wrpc::result_types(open.function->signature))
                         : std::nullopt;
  if (waves) {
    add_message(seen, waves->empty() ? "()" : waves->front());
    seen.json["result"] = waves->empty() ? Json(nullptr) : Json(waves->front());
  } else {
    add_bytes(seen, open.bytes,
              open.bytes.size() == kMaxBytes ? "cut: it is longer"
              : !open.function               ? ""
              : broken                       ? "not of the type that the WIT tells"
                                             : "the call failed: it ended without a result");
  }
  open_.erase(found);
  return seen;
}

}  // namespace wasmcloud::wash
