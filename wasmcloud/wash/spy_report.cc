#include "wasmcloud/wash/spy_report.h"

#include <ctime>
#include <tuple>
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
constexpr std::string_view kParams = ".params";
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

struct Decoded {
  std::vector<std::string> waves;
  std::vector<wrpc::PartAt> parts;
};

// The values at the beginning of `bytes`. None: they are cut, or of other types.
std::optional<Decoded> decode(std::string_view bytes, const std::vector<wit::ValueTypePtr>& types) {
  wrpc::WireReader reader(as_u8(bytes));
  wrpc::ValueDecoder decoder(reader, {.value_bytes = std::size_t{64} << 20U});
  const std::vector<wit::Value> values = decoder.tuple(types);
  if (reader.failed()) {
    return std::nullopt;
  }
  Decoded decoded{.waves = {}, .parts = decoder.take_parts()};
  for (const wit::Value& value : values) {
    decoded.waves.push_back(wit::to_wave(value));
  }
  return decoded;
}

// Whether `bytes` are only the beginning of such values.
bool is_cut(std::string_view bytes, const std::vector<wit::ValueTypePtr>& types) {
  wrpc::Scanner scanner(types);
  return scanner.feed(as_u8(bytes)) && !scanner.complete();
}

// `title` stands before the operation.
Sight sight(std::string_view kind, std::string_view title, std::string_view from,
            std::string_view to, std::string_view operation, SpyTime at) {
  const std::string time = time_text(at);
  return {
      .text =
          fmt::format("[{}]\nFrom: {:<25} To: {:<25}\n\n{}: {}", time, from, to, title, operation),
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

// Gives the streams and futures in them.
std::vector<wrpc::PartAt> add_params(Sight& sight, const wit::FuncSignature& signature,
                                     std::string_view payload) {
  const std::vector<wit::ValueTypePtr> types = wrpc::param_types(signature);
  if (auto decoded = decode(payload, types)) {
    add_message(sight, fmt::format("({})", fmt::join(decoded->waves, ", ")));
    sight.json["params"] = decoded->waves;
    return std::move(decoded->parts);
  }
  add_bytes(sight, payload,
            is_cut(payload, types) ? "cut: the parameters go on in other messages"
                                   : "not of the types that the WIT tells");
  return {};
}

Sight sight_of(const SeenChunk& chunk, std::string_view from, std::string_view to,
               std::string_view operation, SpyTime at) {
  const std::string path = fmt::format("{}", fmt::join(chunk.path, "."));
  Sight seen = sight("stream", fmt::format("Stream {} of", path), from, to, operation, at);
  seen.json["path"] = path;
  seen.json["type"] = chunk.type;
  if (chunk.bytes) {
    seen.json["bytes"] = *chunk.bytes;
  }
  const std::string text = lossy(chunk.text);
  seen.json[chunk.bytes ? "message" : "chunk"] = text;
  const std::string length = chunk.bytes ? fmt::format("{} bytes: ", *chunk.bytes) : "";
  if (chunk.remark.empty()) {
    add_message(seen, length + text);
  } else {
    add_message(seen, fmt::format("({}) {}{}", chunk.remark, length, text));
    seen.json["remark"] = chunk.remark;
  }
  return seen;
}

// "_INBOX.a.b" of "_INBOX.a.b.params.0"; empty if there is no such part in the middle.
std::string_view inbox_of(std::string_view subject, std::string_view direction) {
  const std::size_t at = subject.rfind(std::string(direction) + '.');
  return at == std::string_view::npos ? std::string_view() : subject.substr(0, at);
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
  Sight seen = sight("call", "Operation", open.from, open.to, open.operation, at);
  if (open.function) {
    const auto parts = add_params(seen, open.function->signature, call.payload);
    Talk talk{.from = open.from,
              .to = open.to,
              .operation = open.operation,
              .server_inbox = {},
              .params = {},
              .results = {}};
    talk.params.add(parts);
    follow(call.reply, std::move(talk));
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
  Sight seen = sight("result", "Result of", open.to, open.from, open.operation, at);
  const auto decoded = whole || returns_nothing
                           ? decode(open.bytes, wrpc::result_types(open.function->signature))
                           : std::nullopt;
  const auto talk = talks_.find(found->first);
  if (decoded) {
    const std::vector<std::string>& waves = decoded->waves;
    add_message(seen, waves.empty() ? "()" : waves.front());
    seen.json["result"] = waves.empty() ? Json(nullptr) : Json(waves.front());
    if (talk != talks_.end()) {
      talk->second.results.add(decoded->parts);
    }
  } else {
    add_bytes(seen, open.bytes,
              open.bytes.size() == kMaxBytes ? "cut: it is longer"
              : !open.function               ? ""
              : broken                       ? "not of the type that the WIT tells"
                                             : "the call failed: it ended without a result");
  }
  open_.erase(found);
  if (talk != talks_.end() && talk->second.params.empty() && talk->second.results.empty()) {
    forget(talk);
  }
  return seen;
}

// --- streams and futures ---

void SpyReport::follow(const std::string& inbox, Talk talk) {
  if (inbox.empty()) {
    return;
  }
  if (const auto old = talks_.find(inbox); old != talks_.end()) {
    forget(old);
  }
  talks_.emplace(inbox, std::move(talk));
  talk_order_.push_back(inbox);
  while (talk_order_.size() > kMaxOpen) {
    if (const auto oldest = talks_.find(talk_order_.front()); oldest != talks_.end()) {
      forget(oldest);
    }
    talk_order_.pop_front();
  }
}

void SpyReport::forget(Talks::iterator talk) {
  servers_.erase(talk->second.server_inbox);
  talks_.erase(talk);
}

std::vector<Sight> SpyReport::message(const SpiedMessage& message, SpyTime at) {
  if (message.subject.ends_with(kResults)) {
    std::vector<Sight> seen;
    if (std::optional<Sight> whole = result(message.subject, message.payload, at)) {
      seen.push_back(*std::move(whole));
    }
    return seen;
  }
  const auto accepted = talks_.find(message.subject);
  if (accepted == talks_.end()) {
    return on_channel(message, at);
  }
  if (accepted->second.server_inbox.empty() && !message.reply.empty()) {
    accepted->second.server_inbox = message.reply;
    servers_.emplace(message.reply, message.subject);
  }
  return {};
}

SpyReport::Talks::iterator SpyReport::talk_of(std::string_view inbox, wrpc::Direction direction) {
  if (direction == wrpc::Direction::results) {
    return talks_.find(inbox);
  }
  const auto server = servers_.find(inbox);
  return server == servers_.end() ? talks_.end() : talks_.find(server->second);
}

std::vector<Sight> SpyReport::on_channel(const SpiedMessage& message, SpyTime at) {
  using enum wrpc::Direction;
  const wrpc::Direction direction = inbox_of(message.subject, kResults).empty() ? params : results;
  const std::string_view inbox =
      inbox_of(message.subject, direction == results ? kResults : kParams);
  const auto path = wrpc::channel_of(message.subject, inbox, direction);
  const auto talk = talk_of(inbox, direction);
  if (!path || talk == talks_.end()) {
    return {};
  }
  const Talk& of = talk->second;
  const auto& [from, to] =
      direction == results ? std::tie(of.to, of.from) : std::tie(of.from, of.to);
  SpyStreams& streams = direction == results ? talk->second.results : talk->second.params;
  std::vector<Sight> seen;
  for (const SeenChunk& chunk : streams.feed(*path, message.payload)) {
    seen.push_back(sight_of(chunk, from, to, of.operation, at));
  }
  return seen;
}

}  // namespace wasmcloud::wash
