// What the signatures of functions with C++ types are made of (invoke.h, dispatcher.h): bindings
// include no more.
#pragma once

#include <chrono>
#include <compare>
#include <expected>
#include <string>
#include <utility>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/nats/message.h"
#include "wasmcloud/wrpc/decode_limits.h"
#include "wasmcloud/wrpc/stream.h"

namespace wasmcloud::wrpc {

// A resource that the peer has: bytes that only who made them understands. `Resource` is any type,
// to tell one kind from others. There is no message that drops one.
template <typename Resource>
struct Handle {
  std::string bytes;

  friend auto operator<=>(const Handle&, const Handle&) = default;
};

struct CallOptions {
  // For the result, and for all that streams and futures of the parameters hold. Those of the
  // result have one of their own (Stream::next).
  Deadline deadline = Deadline::after(std::chrono::seconds(30));
  nats::Headers headers = {};  // of which a framed transport has none
  DecodeLimits limits = {};
};

// What a function learns of a call besides its parameters.
struct Context {
  std::string instance;
  std::string function;  // as it is on the wire
  nats::Headers headers;
};

// A WIT result that is an error, where a coroutine gives a Result<std::expected<T, E>>:
// `co_return failure(Error::no_such_store())`. (An error of ours is another matter: the caller is
// not told it.)
template <typename E>
struct Failure {
  E error;

  template <typename T>
  operator std::expected<T, E>() && {  // NOLINT(google-explicit-constructor): it is returned
    return std::unexpected(std::move(error));
  }
};

template <typename E>
Failure<E> failure(E error) {
  return {std::move(error)};
}

// A WIT result that is fine and holds nothing.
struct Success {
  template <typename E>
  operator std::expected<void, E>() const {  // NOLINT(google-explicit-constructor)
    return {};
  }
};

inline constexpr Success kSuccess;

}  // namespace wasmcloud::wrpc
