// The first bytes of an input say types and how the rest is cut, the rest is what a peer sent:
// values, chunks, or frames. Whatever it is, nothing crashes or allocates without bound; the
// scanner and the decoder agree on whether it is valid, where it ends and what is wrong; what was
// decoded encodes, and decodes to the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>

#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/frame.h"
#include "wasmcloud/wrpc/random_testing.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace {

using namespace wasmcloud::wrpc;
using testing::Choices;
using testing::same;
using wasmcloud::ErrorKind;
using wasmcloud::wit::Value;
using wasmcloud::wit::ValueType;
using wasmcloud::wit::ValueTypePtr;
using Bytes = std::span<const std::uint8_t>;

constexpr DecodeLimits kDecodeLimits{.value_bytes = std::size_t{1} << 22U};
// None: a length that must exceed it is refused before the decoder would find anything wrong.
constexpr ScanLimits kScanLimits{.bytes = std::numeric_limits<std::size_t>::max()};

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// What is made of some bytes, in a form that can be compared.
struct Outcome {
  std::string error;  // of what is final; empty if valid or incomplete
  bool complete = false;
  std::size_t used = 0;  // when complete

  bool operator==(const Outcome&) const = default;
};

Outcome scan(Scanner scanner, Bytes bytes, std::size_t step) {
  std::size_t used = 0;
  while (!scanner.complete() && used < bytes.size()) {
    const auto fed = scanner.feed(bytes.subspan(used, std::min(step, bytes.size() - used)));
    if (!fed) {
      return {.error = fed.error().describe(), .complete = false, .used = 0};
    }
    require(*fed > 0);
    used += *fed;
  }
  // What has no form on the wire is refused before any byte comes.
  if (const auto fed = scanner.feed({}); !fed) {
    return {.error = fed.error().describe(), .complete = false, .used = 0};
  }
  return {.error = {}, .complete = scanner.complete(), .used = scanner.complete() ? used : 0};
}

Outcome outcome_of(const WireReader& in) {
  if (!in.failed()) {
    return {.error = {}, .complete = true, .used = in.used()};
  }
  require(in.incomplete() == (in.missing() != 0));
  return {.error = in.incomplete() ? std::string() : in.status().error().describe(),
          .complete = false,
          .used = 0};
}

bool is_exhausted(const WireReader& in) {
  return in.failed() && in.status().error().kind() == ErrorKind::exhausted;
}

// The contents of parts that came whole, as they would be sent on their channels.
void check_contents(const PartAt& part) {
  const Chunk* const contents = part.part->contents();
  const ValueTypePtr& element = part.type->parts().front();
  if (contents == nullptr) {
    return;
  }
  WireWriter out;
  ValueEncoder encoder(out);
  if (part.type->kind() == ValueType::Kind::future) {
    require(contents->count == 1 && contents->items.size() == (element == nullptr ? 0 : 1));
    require(element == nullptr || encoder.value(contents->items[0], element, part.path));
    return;
  }
  require(encoder.chunk(*contents, part.type, part.path, 0).has_value());
  WireReader in(out.view());
  const Chunk back = ValueDecoder(in).chunk(part.type, part.path, 0);
  require(!in.failed() && in.remaining() == 0 && back.count == contents->count &&
          std::ranges::equal(back.items, contents->items, same));
  Scanner scanner = Scanner::chunk(part.type);
  require(scanner.feed(out.view()).has_value() && scanner.complete() &&
          scanner.chunk_count() == contents->count);
}

void check_again(const std::vector<Value>& values, const std::vector<ValueTypePtr>& types) {
  WireWriter out;
  ValueEncoder encoder(out);
  require(encoder.tuple(values, types).has_value());
  WireReader in(out.view());
  ValueDecoder decoder(in);
  const auto back = decoder.tuple(types);
  require(!in.failed() && in.remaining() == 0 && std::ranges::equal(values, back, same));
  require(decoder.take_parts().size() == encoder.take_parts().size());
}

void check_values(const std::vector<ValueTypePtr>& types, Bytes bytes, std::size_t step) {
  WireReader in(bytes);
  ValueDecoder decoder(in, kDecodeLimits);
  const auto values = decoder.tuple(types);
  if (is_exhausted(in)) {
    return;
  }
  const Outcome decoded = outcome_of(in);
  require(scan(Scanner(types, kScanLimits), bytes, step) == decoded);
  require(scan(Scanner(types, kScanLimits), bytes, bytes.size()) == decoded);
  if (!decoded.complete) {
    return;
  }
  check_again(values, types);
  for (const PartAt& part : decoder.take_parts()) {
    // Not always this part's type: where one part follows another on a channel, the outer is told.
    require(!channel_types(types, part.path).empty());
    check_contents(part);
  }
}

void check_chunks(const ValueTypePtr& stream, Bytes bytes, std::size_t step) {
  WireReader in(bytes);
  ValueDecoder decoder(in, kDecodeLimits);
  std::uint32_t received = 0;
  for (;;) {
    const Bytes rest = bytes.subspan(in.used());
    const std::size_t before = in.used();
    const Chunk chunk = decoder.chunk(stream, {0}, received);
    if (is_exhausted(in)) {
      return;
    }
    Outcome decoded = outcome_of(in);
    decoded.used -= decoded.complete ? before : 0;
    const Outcome scanned = scan(Scanner::chunk(stream, kScanLimits), rest, step);
    require(scanned.complete == decoded.complete && scanned.used == decoded.used &&
            scanned.error.empty() == decoded.error.empty());
    if (!decoded.complete || chunk.count == 0) {
      return;
    }
    received += chunk.count;
  }
}

// All that a frame reader says of the bytes, in one text.
std::string read_frames(FrameReader::From from, Bytes bytes, std::size_t step) {
  FrameReader reader(from, {.path_depth = 32, .payload_bytes = 1000, .name_bytes = 40});
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    Bytes input = bytes.subspan(at, std::min(step, bytes.size() - at));
    for (;;) {
      const auto piece = reader.next(input);
      if (!piece) {
        return text + piece.error().describe();
      }
      if (!*piece) {
        break;
      }
      text.append(reinterpret_cast<const char*>((*piece)->bytes.data()), (*piece)->bytes.size());
      if ((*piece)->last) {
        text += fmt::format("|{}:{}|", fmt::join((*piece)->path, "."), (*piece)->frame_bytes);
      }
    }
    require(input.empty());
  }
  if (const FrameHeader* const header = reader.header(); header != nullptr) {
    text += header->instance + "#" + header->function;
  }
  return text + (reader.at_end_of_frame() ? "." : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices({data, size});
  const std::size_t what = choices.below(8);
  const std::size_t step = 1 + choices.below(7);
  if (what < 2) {
    const auto from = what == 0 ? FrameReader::From::client : FrameReader::From::server;
    require(read_frames(from, choices.rest(), step) ==
            read_frames(from, choices.rest(), std::max<std::size_t>(size, 1)));
    return 0;
  }
  std::vector<ValueTypePtr> types;
  for (std::size_t i = choices.below(3); i > 0; --i) {
    types.push_back(testing::random_type(choices, 4));
  }
  if (what == 2 && !types.empty()) {
    const auto stream = ValueType::create(
        {.kind = ValueType::Kind::stream, .names = {}, .parts = {types.front()}, .length = 0});
    check_chunks(*stream, choices.rest(), step);
  } else {
    check_values(types, choices.rest(), step);
  }
  return 0;
}
