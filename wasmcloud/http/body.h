// Bodies that stream, in both directions, with back-pressure: nobody reads ahead more than a
// buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "wasmcloud/base/task.h"
#include "wasmcloud/http/message.h"

namespace wasmcloud::http {

// What comes from a peer. One reader at a time; lives on its connection's shard.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  // Fills a part of `buffer` and gives its size, at least 1; 0 is the end of the body. Errors:
  // `unavailable` the peer went away before the end, `timeout` it stalled, `invalid` the framing is
  // broken, `exhausted` a limit was passed. `buffer` must stay until the task ends.
  virtual Task<std::size_t> read(std::span<std::uint8_t> buffer) = 0;
  // What is at hand without waiting; nothing if none is (which says nothing about the end).
  virtual std::span<const std::uint8_t> peek() noexcept = 0;
  // Takes `size` bytes of what peek() gave.
  virtual void consume(std::size_t size) noexcept = 0;
  // Whether the end has been read (true at once for a message without a body).
  virtual bool at_end() const noexcept = 0;
  // From the head, if it was there.
  virtual std::optional<std::uint64_t> content_length() const noexcept = 0;
  // After the end: the trailer fields.
  virtual Headers take_trailers() = 0;
};

// What goes to a peer. One writer at a time; lives on its connection's shard.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;

  // Returns when the transport has taken all of `bytes` (they must stay until then). Errors as in
  // BodyReader; `invalid` if it is more than the announced length.
  virtual Task<> write(std::span<const std::uint8_t> bytes) = 0;
  // Ends the body. `trailers` are sent if the body is chunked, else dropped. `invalid` if it is
  // less than announced.
  virtual Task<> finish(Headers trailers) = 0;
  // The message cannot be completed: the connection is closed so that the peer can tell.
  // Idempotent; no-op after finish.
  virtual void abort() noexcept = 0;
};

}  // namespace wasmcloud::http
