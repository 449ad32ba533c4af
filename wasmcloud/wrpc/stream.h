// The streams and futures of WIT as C++ values. One type is both what comes and what goes: whoever
// received one reads it, or gives it on as it is; whoever sends one makes it of elements that are
// there, or of a source that makes them while they are sent.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wit/native.h"

namespace wasmcloud::wrpc {

using wit::Unit;

// What ends a channel of bytes that its sender gives up: peers take the end of a channel for that
// of the stream, wherever it is (wrpc.md 2.4), but not within a chunk. Here are two bytes, of which
// only one comes.
inline constexpr std::string_view kTornChunk("\2\0", 2);

namespace internal {
template <typename T>
struct ChunkType {
  using type = std::vector<T>;
};

template <>
struct ChunkType<std::uint8_t> {
  using type = std::string;
};

template <>
struct ChunkType<Unit> {
  using type = std::uint32_t;
};

inline std::size_t elements_in(std::uint32_t count) { return count; }

template <typename Chunk>
std::size_t elements_in(const Chunk& chunk) {
  return chunk.size();
}
}  // namespace internal

// Some elements of a stream: of bytes a string; of a stream without a type (Unit) how many.
template <typename T>
using ChunkOf = typename internal::ChunkType<T>::type;

// Makes the elements of a stream while they are sent.
template <typename T>
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  // Some elements; none at the end, and not called again. One call at a time.
  virtual Task<std::optional<ChunkOf<T>>> next(Deadline deadline) = 0;
};

namespace internal {
template <typename T>
Task<std::optional<ChunkOf<T>>> no_elements() {
  co_return std::nullopt;
}

template <typename T>
class Elements final : public StreamSource<T> {
 public:
  explicit Elements(ChunkOf<T> elements) : elements_(std::move(elements)) {}

  Task<std::optional<ChunkOf<T>>> next(Deadline /*deadline*/) override {
    co_return std::exchange(elements_, std::nullopt);
  }

 private:
  std::optional<ChunkOf<T>> elements_;
};
}  // namespace internal

// stream<T>. Belongs to one executor, as the call does that it came with; one that came keeps the
// invocation until it is destroyed.
template <typename T>
class Stream {
 public:
  using Chunk = ChunkOf<T>;

  Stream() = default;  // without elements

  explicit Stream(std::unique_ptr<StreamSource<T>> source) : source_(std::move(source)) {}

  static Stream of(Chunk elements) {
    return Stream(std::make_unique<internal::Elements<T>>(std::move(elements)));
  }

  // What comes next, as the peer cut it or in smaller pieces; none at the end. One call at a time,
  // during which the stream stays where it is. Errors: those of Session::read(), of which a
  // `timeout` loses nothing; `invalid`, `exhausted` for what is no such element.
  Task<std::optional<Chunk>> next(Deadline deadline) {
    return source_ == nullptr ? internal::no_elements<T>() : source_->next(deadline);
  }

  // All that still comes. `exhausted` if that is more than `most` elements.
  Task<Chunk> all(std::size_t most, Deadline deadline) {
    Chunk all{};
    for (;;) {
      WC_CO_TRY(std::optional<Chunk> some, next(deadline));
      if (!some) {
        co_return std::move(all);
      }
      if (internal::elements_in(all) + internal::elements_in(*some) > most) {
        co_return Error(ErrorKind::exhausted, "a stream of more than {} elements", most);
      }
      if constexpr (std::same_as<T, Unit>) {
        all += *some;
      } else {
        all.insert(all.end(), std::make_move_iterator(some->begin()),
                   std::make_move_iterator(some->end()));
      }
    }
  }

 private:
  std::unique_ptr<StreamSource<T>> source_;
};

// Makes the value of a future, once.
template <typename T>
class FutureSource {
 public:
  virtual ~FutureSource() = default;
  virtual Task<T> get(Deadline deadline) = 0;
};

namespace internal {
template <typename T>
Task<T> no_value() {
  co_return Error(ErrorKind::invalid, "a future without a value, or whose value was taken");
}

template <typename T>
class Ready final : public FutureSource<T> {
 public:
  explicit Ready(T value) : value_(std::move(value)) {}

  Task<T> get(Deadline /*deadline*/) override {
    if (!value_) {
      return no_value<T>();
    }
    return give(*std::exchange(value_, std::nullopt));
  }

 private:
  static Task<T> give(T value) { co_return std::move(value); }

  std::optional<T> value_;
};
}  // namespace internal

// future<T>; one without a type is a Future<Unit>. As a Stream in all else.
template <typename T>
class Future {
 public:
  Future() = default;  // without a value: to send it is an error

  explicit Future(std::unique_ptr<FutureSource<T>> source) : source_(std::move(source)) {}

  static Future of(T value) {
    return Future(std::make_unique<internal::Ready<T>>(std::move(value)));
  }

  // Once; after a `timeout` again. `unavailable`: the peer ended without a value.
  Task<T> get(Deadline deadline) {
    return source_ == nullptr ? internal::no_value<T>() : source_->get(deadline);
  }

 private:
  std::unique_ptr<FutureSource<T>> source_;
};

}  // namespace wasmcloud::wrpc
