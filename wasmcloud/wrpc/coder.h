// What Codec<T> (codec.h) writes to and reads from: bytes, and besides them the paths of streams
// and futures, what they hold, and what the values may take in memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/decode_limits.h"
#include "wasmcloud/wrpc/path.h"
#include "wasmcloud/wrpc/sender.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::wrpc {

class Incoming;  // incoming.h

// Values that were encoded: what goes on one channel, and the channels that follow from it.
struct Encoded {
  std::string bytes;
  std::vector<Outgoing> parts;
};

class Encoder {
 public:
  // `at`: the path of what stands directly at the value; empty for parameters and results.
  explicit Encoder(Path at = {}, WireOptions options = {}) : out_(options), path_(std::move(at)) {}

  WireWriter& out() noexcept { return out_; }

  Path& path() noexcept { return path_; }

  // A stream or future that stands here.
  void add_part(std::unique_ptr<Contents> contents) {
    parts_.push_back({path_, std::move(contents)});
  }

  // Error `invalid`: what a WireWriter refuses, an enum that is none of its cases.
  Result<Encoded> take() {
    WC_CHECK(out_.status());
    return Encoded{.bytes = out_.take(), .parts = std::exchange(parts_, {})};
  }

 private:
  WireWriter out_;
  Path path_;
  std::vector<Outgoing> parts_;
};

// Reads values from `in`, which outlives it and keeps the errors: ask in().failed() before you use
// what was given.
class Decoder {
 public:
  // `from`: where the contents of streams and futures come; none: they cannot be read.
  explicit Decoder(WireReader& in, DecodeLimits limits = {}, Path at = {},
                   std::shared_ptr<Incoming> from = nullptr)
      : in_(in), budget_(limits.value_bytes), path_(std::move(at)), from_(std::move(from)) {}

  WireReader& in() noexcept { return in_; }

  Path& path() noexcept { return path_; }

  const std::shared_ptr<Incoming>& from() const noexcept { return from_; }

  // Counts memory that the values take. False, and a failure of the reader, if it is too much.
  bool spend(std::size_t bytes);

  // Of `count` elements so many may be made room for: each has a byte at least.
  template <typename T>
  std::size_t room_for(std::uint32_t count) const noexcept {
    return std::min({std::size_t{count}, in_.remaining(), budget_ / sizeof(T)});
  }

 private:
  WireReader& in_;
  std::size_t budget_;
  Path path_;
  std::shared_ptr<Incoming> from_;
};

namespace internal {
// A type that is known when we are compiled.
wit::ValueTypePtr made_type(wit::ValueType::Shape shape);
}  // namespace internal

}  // namespace wasmcloud::wrpc
