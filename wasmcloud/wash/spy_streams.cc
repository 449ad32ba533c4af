#include "wasmcloud/wash/spy_streams.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wit/wave.h"

namespace wasmcloud::wash {
namespace {

using Kind = wit::ValueType::Kind;

constexpr std::size_t kMaxChannels = 1000;
constexpr std::size_t kMaxChunk = std::size_t{1} << 20U;
// What is shown of a chunk.
constexpr std::size_t kShownBytes = 64;
constexpr std::size_t kShownText = 1000;

bool is_stream(const wit::ValueType& type) { return type.kind() == Kind::stream; }

bool holds_bytes(const wit::ValueType& type) {
  const wit::ValueTypePtr& element = type.parts().front();
  return is_stream(type) && element != nullptr && element->kind() == Kind::u8;
}

wrpc::Scanner scanner_of(const wit::ValueTypePtr& type) {
  const wrpc::ScanLimits limits{.bytes = kMaxChunk};
  if (is_stream(*type)) {
    return wrpc::Scanner::chunk(type, limits);
  }
  const wit::ValueTypePtr& value = type->parts().front();
  return wrpc::Scanner(value == nullptr ? std::vector<wit::ValueTypePtr>() : std::vector{value},
                       limits);
}

// No character is cut in two.
void shorten(std::string& text, std::size_t most) {
  if (text.size() > most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) {
      --most;
    }
    text.resize(most);
  }
}

void show_bytes(const wit::List& items, SeenChunk& into) {
  into.bytes = items.size();
  for (std::size_t i = 0; i < std::min(items.size(), kShownBytes); ++i) {
    into.text += static_cast<char>(std::get<std::uint8_t>(items[i].rep));
  }
}

void show(const wit::ValueType& type, const wrpc::Chunk& chunk, SeenChunk& into) {
  if (holds_bytes(type)) {
    show_bytes(chunk.items, into);
  } else if (chunk.items.empty()) {  // of no type: only the count tells
    into.text = std::to_string(chunk.count);
  } else {
    into.text = wit::to_wave(is_stream(type) ? wit::Value{chunk.items} : chunk.items.front());
  }
  if (into.text.size() > kShownText || into.bytes.value_or(0) > kShownBytes) {
    into.remark = "cut: it is longer";
    shorten(into.text, kShownText);
  }
}

}  // namespace

void SpyStreams::add(const std::vector<wrpc::PartAt>& parts) {
  for (const wrpc::PartAt& part : parts) {
    if (part.part->contents() == nullptr && channels_.size() < kMaxChannels) {
      channels_.insert_or_assign(
          part.path,
          Channel{.type = part.type, .scanner = scanner_of(part.type), .bytes = {}, .received = 0});
    }
  }
}

SeenChunk SpyStreams::end(Channels::iterator at, std::string remark) {
  SeenChunk seen{.path = at->first,
                 .type = at->second.type->describe(),
                 .text = {},
                 .bytes = {},
                 .remark = std::move(remark)};
  channels_.erase(at);
  return seen;
}

std::vector<SeenChunk> SpyStreams::feed(const wrpc::Path& path, std::string_view message) {
  std::vector<SeenChunk> seen;
  auto at = channels_.find(path);
  if (at != channels_.end() && message.empty()) {
    const wit::ValueType& type = *at->second.type;
    const bool is_value = !is_stream(type) && type.parts().front() == nullptr;
    seen.push_back(end(at, is_value ? "" : "cut short: its channel ended, and it did not"));
  }
  while (!message.empty() && at != channels_.end()) {
    Channel& channel = at->second;
    const Result<std::size_t> taken = channel.scanner.feed(as_u8(message));
    if (!taken) {
      const bool is_long = taken.error().kind() == ErrorKind::exhausted;
      seen.push_back(end(at, is_long ? "not shown from here on: a chunk is too long"
                                     : "not of the type that the WIT tells"));
      break;
    }
    channel.bytes += message.substr(0, *taken);
    message.remove_prefix(*taken);
    if (!channel.scanner.complete()) {
      break;
    }
    if (std::optional<SeenChunk> whole = take_whole(at)) {
      seen.push_back(*std::move(whole));
    }
    at = channels_.find(path);
  }
  return seen;
}

// None: the end of a stream. What the chunk promises in turn is awaited from now on.
std::optional<SeenChunk> SpyStreams::take_whole(Channels::iterator at) {
  Channel& channel = at->second;
  const wit::ValueTypePtr type = channel.type;
  const std::string bytes = std::exchange(channel.bytes, {});
  wrpc::WireReader reader(as_u8(bytes));
  wrpc::ValueDecoder decoder(reader, {.value_bytes = std::size_t{64} << 20U});
  wrpc::Chunk chunk;
  if (is_stream(*type)) {
    chunk = decoder.chunk(type, at->first, channel.received);
  } else {
    chunk = {.count = 1, .items = {decoder.value(type->parts().front(), at->first)}};
  }
  if (reader.failed()) {
    return end(at, "not of the type that the WIT tells");
  }
  SeenChunk seen{
      .path = at->first, .type = type->describe(), .text = {}, .bytes = {}, .remark = {}};
  show(*type, chunk, seen);
  channel.received += chunk.count;
  channel.scanner.restart();
  const bool ends = !is_stream(*type) || chunk.count == 0;
  if (ends) {
    channels_.erase(at);
  }
  add(decoder.take_parts());
  return chunk.count == 0 ? std::nullopt : std::optional(std::move(seen));
}

}  // namespace wasmcloud::wash
