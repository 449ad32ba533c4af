// Values whose type is known only at run time, to the wire and back. The hot path does not use it.
// Pure.
//
// What no peer has, and how it stands here: a map as a list of tuples of key and value, a list of
// fixed length as a tuple. `unsupported`: error-context, a list of fixed length 0.
//
// A stream or future is sent as the one byte that says that its contents follow on a channel of its
// own. Whoever encodes or decodes gets a list of these parts, each with the path of its channel,
// and sends or receives the contents afterwards:
//
//   future   its value, by value(part, type of the future's value, path of the future)
//   stream   a chunk at a time, by chunk(); then end_of_stream()
//
// These contents may hold parts in turn, which join the list. One in a future that adds nothing to
// the path, as in future<stream<u8>>, follows its value on the same channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/wit/value.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/decode_limits.h"
#include "wasmcloud/wrpc/path.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::wrpc {

// Elements of a stream, or the value of a future. `items` is empty where the type names none
// (stream, future): then only the count tells.
struct Chunk {
  std::uint32_t count = 0;
  wit::List items;
};

// What a wit::Handle holds where the type has a stream or a future. Derive from it to keep what is
// to be sent, or who waits for it, with the value.
class AsyncPart : public wit::HeldResource {
 public:
  // Its contents travel on a channel.
  AsyncPart() = default;

  // Came whole within the value: nothing follows.
  explicit AsyncPart(Chunk contents) : contents_(std::move(contents)) {}

  // Null if they travel on a channel.
  const Chunk* contents() const noexcept { return contents_ ? &*contents_ : nullptr; }

 private:
  std::optional<Chunk> contents_;
};

// What a wit::Handle holds where the type has own or borrow: bytes that only the peer understands
// who made them.
class RemoteResource final : public wit::HeldResource {
 public:
  explicit RemoteResource(std::vector<std::uint8_t> name) : name_(std::move(name)) {}

  std::span<const std::uint8_t> name() const noexcept { return name_; }

 private:
  std::vector<std::uint8_t> name_;
};

// A stream or future that a value holds.
struct PartAt {
  Path path;               // of its channel
  wit::ValueTypePtr type;  // of kind stream or future
  std::shared_ptr<AsyncPart> part;
};

// Appends values to `out`, which must outlive it. Errors: `invalid` with the way to what does not
// fit its type ("field `x`: item 3: expected u8, found string"), `unsupported`. After an error,
// what was written is to be thrown away.
class ValueEncoder {
 public:
  explicit ValueEncoder(WireWriter& out) noexcept : out_(out) {}

  // Parameters, results: all that the root channel carries.
  Result<> tuple(std::span<const wit::Value> values, std::span<const wit::ValueTypePtr> types);
  // `at`: the path of what stands directly at the value.
  Result<> value(const wit::Value& value, const wit::ValueTypePtr& type, Path at);
  // Some elements of a stream whose path is `at`, of which `sent` have gone before. Writes nothing
  // if there are none: that would be the end.
  Result<> chunk(const Chunk& chunk, const wit::ValueTypePtr& stream, Path at, std::uint32_t sent);

  static void end_of_stream(WireWriter& out) { out.u8(0); }

  // The streams and futures in what was encoded, whose contents are to be sent.
  std::vector<PartAt> take_parts() noexcept { return std::exchange(parts_, {}); }

 private:
  Result<> encode(const wit::Value& value, const wit::ValueTypePtr& type);
  Result<> plain(const wit::Value& value, const wit::ValueType& type);
  Result<> list(const wit::Value& value, const wit::ValueTypePtr& type);
  Result<> map(const wit::Value& value, const wit::ValueTypePtr& type);
  Result<> items(std::span<const wit::Value> items, const wit::ValueTypePtr& type,
                 std::uint32_t first);
  Result<> parts(std::span<const wit::Value> values, const wit::ValueType& type);
  Result<> record(const wit::Value& value, const wit::ValueTypePtr& type);
  Result<> variant(const wit::Value& value, const wit::ValueTypePtr& type);
  Result<> payload(const std::vector<wit::Value>& payload, const wit::ValueType& type,
                   std::size_t which);
  Result<> flags(const wit::Value& value, const wit::ValueType& type);
  Result<> resource(const wit::Value& value, const wit::ValueType& type);
  Result<> part(const wit::Value& value, const wit::ValueTypePtr& type);

  WireWriter& out_;
  Path path_;
  std::vector<PartAt> parts_;
};

// Reads values from `in`, which must outlive it and keeps the errors: after each call ask
// in.failed(). `exhausted` beyond the limits. After a failure, what was given is to be thrown away.
class ValueDecoder {
 public:
  explicit ValueDecoder(WireReader& in, DecodeLimits limits = {}) noexcept
      : in_(in), budget_(limits.value_bytes) {}

  // All of a root channel. What comes after it stays unread.
  std::vector<wit::Value> tuple(std::span<const wit::ValueTypePtr> types);
  // `at`: the path of what stands directly at the value.
  wit::Value value(const wit::ValueTypePtr& type, Path at);
  // Of a stream whose path is `at`, of which `received` elements have come before. A count of 0 is
  // its end.
  Chunk chunk(const wit::ValueTypePtr& stream, Path at, std::uint32_t received);

  // The streams and futures in what was decoded. Those that are not there yet have no contents().
  std::vector<PartAt> take_parts() noexcept { return std::exchange(parts_, {}); }

 private:
  wit::Value decode(const wit::ValueTypePtr& type);
  wit::Value plain(const wit::ValueType& type);
  wit::List items(const wit::ValueTypePtr& element, std::uint32_t count, std::uint32_t first);
  wit::List byte_items(std::uint32_t count);
  wit::List map(const wit::ValueType& type);
  wit::List fixed_list(const wit::ValueType& type);
  std::vector<wit::Value> parts(const wit::ValueType& type);
  std::vector<wit::Value> payload(const wit::ValueTypePtr& type);
  wit::FlagSet flags(const wit::ValueType& type);
  wit::Value part(const wit::ValueTypePtr& type);
  Chunk contents(const wit::ValueType& stream, std::uint32_t first);
  std::string name(const std::string& name);
  bool spend(std::size_t bytes);

  WireReader& in_;
  std::size_t budget_;
  Path path_;
  std::vector<PartAt> parts_;
};

}  // namespace wasmcloud::wrpc
