// The part of codec.h for streams and futures: what is sent of them, and how what comes is read.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "wasmcloud/wrpc/codec.h"
#include "wasmcloud/wrpc/incoming.h"

namespace wasmcloud::wrpc {

// The value of a future.
template <typename T>
class ValueReading final : public Reading {
 public:
  void decode(Decoder& from) override { value = Codec<T>::decode(from); }

  Scanner scanner(ScanLimits limits) const override { return Scanner({wire_type<T>()}, limits); }

  std::optional<T> value;
};

// All of a root channel: parameters, results.
template <typename... Ts>
class RowReading final : public Reading {
 public:
  void decode(Decoder& from) override { values = Codec<std::tuple<Ts...>>::decode(from); }

  Scanner scanner(ScanLimits limits) const override {
    return Scanner({wire_type<Ts>()...}, limits);
  }

  std::optional<std::tuple<Ts...>> values;
};

namespace codec {

// --- streams ---

template <typename T>
ChunkOf<T> decode_chunk(Decoder& from, std::uint32_t count, std::size_t first) {
  if constexpr (std::same_as<T, Unit>) {
    return count;
  } else if constexpr (std::same_as<T, std::uint8_t>) {
    const auto bytes = from.in().raw(count, "list");
    return from.spend(bytes.size()) ? std::string(as_text(bytes)) : std::string();
  } else {
    return decode_items<T>(from, count, first);
  }
}

template <typename T>
class ChunkReading final : public Reading {
 public:
  explicit ChunkReading(std::size_t received) : received_(received) {}

  void decode(Decoder& from) override {
    chunk = decode_chunk<T>(from, from.in().count("stream count"), received_);
  }

  Scanner scanner(ScanLimits limits) const override {
    return Scanner::chunk(wire_type<Stream<T>>(), limits);
  }

  ChunkOf<T> chunk{};

 private:
  std::size_t received_;
};

template <typename T>
class IncomingStream final : public StreamSource<T> {
 public:
  IncomingStream(std::shared_ptr<Incoming> from, Path path)
      : from_(std::move(from)), path_(std::move(path)) {}

  Task<std::optional<ChunkOf<T>>> next(Deadline deadline) override {
    if (ended_) {
      co_return std::nullopt;
    }
    ChunkReading<T> reading(received_);
    WC_CO_TRY(const bool came, Incoming::read(from_, path_, reading, deadline));
    if (!came) {
      co_return cut_short();
    }
    const std::size_t count = wrpc::internal::elements_in(reading.chunk);
    received_ += count;
    ended_ = count == 0;
    co_return ended_ ? std::nullopt : std::optional(std::move(reading.chunk));
  }

 private:
  const std::shared_ptr<Incoming> from_;
  const Path path_;
  std::size_t received_ = 0;  // elements
  bool ended_ = false;
};

template <typename T>
std::unique_ptr<StreamSource<T>> incoming_stream(const Decoder& from, const Path& path) {
  if constexpr (std::same_as<T, std::uint8_t>) {
    return incoming_bytes(from.from(), path);
  } else {
    return std::make_unique<IncomingStream<T>>(from.from(), path);
  }
}

template <typename T>
void encode_chunk(Encoder& to, ChunkOf<T> chunk, std::size_t sent) {
  to.out().count(wrpc::internal::elements_in(chunk));
  if constexpr (!std::same_as<T, Unit>) {
    encode_items<T>(to, std::move(chunk), sent);
  }
}

// Peers keep a whole chunk before they look at it.
inline constexpr std::size_t kMostBytes = std::size_t{64} << 10U;

template <typename T>
class StreamContents final : public Contents {
 public:
  StreamContents(Stream<T> stream, Path path)
      : stream_(std::move(stream)), path_(std::move(path)) {}

  Task<Piece> next(Deadline deadline) override {
    if (!pending_) {
      WC_CO_TRY(pending_, stream_.next(deadline));
    }
    const bool last = !pending_;
    Encoder to(path_);
    if (last) {
      to.out().u8(0);
    } else {
      put_some(to);
    }
    WC_CO_TRY_VALUE(Encoded made, to.take());
    co_return Piece{.bytes = std::move(made.bytes), .parts = std::move(made.parts), .last = last};
  }

 private:
  // Nothing of an empty chunk: that would be the end.
  void put_some(Encoder& to) {
    if constexpr (std::same_as<T, std::uint8_t>) {
      const std::string_view some = std::string_view(*pending_).substr(sent_, kMostBytes);
      if (!some.empty()) {
        to.out().byte_list(as_u8(some));
      }
      sent_ += some.size();
      if (sent_ < pending_->size()) {
        return;
      }
      sent_ = 0;
    } else if (const std::size_t count = wrpc::internal::elements_in(*pending_); count != 0) {
      encode_chunk<T>(to, *std::move(pending_), sent_);
      sent_ += count;
    }
    pending_.reset();
  }

  Stream<T> stream_;
  const Path path_;
  std::optional<ChunkOf<T>> pending_;
  std::size_t sent_ = 0;  // elements of the stream; of bytes those of what is pending
};

// --- futures ---

template <typename T>
class IncomingFuture final : public FutureSource<T> {
 public:
  IncomingFuture(std::shared_ptr<Incoming> from, Path path)
      : from_(std::move(from)), path_(std::move(path)) {}

  Task<T> get(Deadline deadline) override {
    if (taken_) {
      co_return co_await wrpc::internal::no_value<T>();
    }
    if constexpr (std::same_as<T, Unit>) {
      WC_CO_CHECK(await_end(from_, path_, deadline));
      taken_ = true;
      co_return Unit{};
    } else {
      ValueReading<T> reading;
      WC_CO_TRY(const bool came, Incoming::read(from_, path_, reading, deadline));
      if (!came) {
        co_return Error(ErrorKind::unavailable, "the channel of a future ended without a value");
      }
      taken_ = true;
      co_return *std::move(reading.value);
    }
  }

 private:
  const std::shared_ptr<Incoming> from_;
  const Path path_;
  bool taken_ = false;
};

template <typename T>
class FutureContents final : public Contents {
 public:
  FutureContents(Future<T> future, Path path)
      : future_(std::move(future)), path_(std::move(path)) {}

  Task<Piece> next(Deadline deadline) override {
    WC_CO_TRY(T value, future_.get(deadline));
    Encoder to(path_);
    encode_payload<T>(to, std::move(value));
    WC_CO_TRY_VALUE(Encoded made, to.take());
    co_return Piece{.bytes = std::move(made.bytes), .parts = std::move(made.parts), .last = true};
  }

 private:
  Future<T> future_;
  const Path path_;
};

}  // namespace codec

// Sent is never what they hold, but that it follows: not every peer reads the other form (wrpc.md
// 1.11).
template <typename T>
struct Codec<Stream<T>> {
  static constexpr bool kAsync = true;

  static void encode(Encoder& to, Stream<T> stream) {
    to.out().u8(0);
    to.add_part(std::make_unique<codec::StreamContents<T>>(std::move(stream), to.path()));
  }

  static Stream<T> decode(Decoder& from) {
    const std::uint32_t count = from.in().count("stream count");
    if (count != 0) {
      return Stream<T>::of(codec::decode_chunk<T>(from, count, 0));
    }
    if (!from.spend(sizeof(codec::IncomingStream<T>) +
                    from.path().size() * sizeof(Path::value_type))) {
      return {};
    }
    return Stream<T>(codec::incoming_stream<T>(from, from.path()));
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::stream, {codec::type_or_none<T>()});
  }
};

template <typename T>
struct Codec<Future<T>> {
  static constexpr bool kAsync = true;

  static void encode(Encoder& to, Future<T> future) {
    to.out().u8(0);
    to.add_part(std::make_unique<codec::FutureContents<T>>(std::move(future), to.path()));
  }

  static Future<T> decode(Decoder& from) {
    if (from.in().status_byte("future status")) {
      return Future<T>::of(codec::decode_payload<T>(from));
    }
    if (!from.spend(sizeof(codec::IncomingFuture<T>) +
                    from.path().size() * sizeof(Path::value_type))) {
      return {};
    }
    return Future<T>(std::make_unique<codec::IncomingFuture<T>>(from.from(), from.path()));
  }

  static wit::ValueTypePtr type() {
    return codec::type_of_parts(codec::Kind::future, {codec::type_or_none<T>()});
  }
};

}  // namespace wasmcloud::wrpc
