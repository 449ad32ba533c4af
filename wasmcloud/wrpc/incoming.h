// What comes in an invocation, as C++ values: parameters or results, and what their streams and
// futures hold, which keep it alive.
#pragma once

#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/coder.h"
#include "wasmcloud/wrpc/decode_limits.h"
#include "wasmcloud/wrpc/path.h"
#include "wasmcloud/wrpc/scanner.h"
#include "wasmcloud/wrpc/session.h"
#include "wasmcloud/wrpc/stream.h"

namespace wasmcloud::wrpc {

// Something that is to be read from a channel, and what was read.
class Reading {
 public:
  // Of bytes that may end too early: then it is called again.
  virtual void decode(Decoder& from) = 0;
  virtual Scanner scanner(ScanLimits limits) const = 0;

 protected:
  ~Reading() = default;
};

// Belongs to the session's executor; coroutines may read different channels at a time.
class Incoming {
 public:
  Incoming(std::unique_ptr<Session> session, DecodeLimits limits)
      : session_(std::move(session)), channels_(*session_), limits_(limits) {}

  Session& session() noexcept { return *session_; }

  ChannelReader& channels() noexcept { return channels_; }

  // `reading` is the awaiting caller's. False if the channel ended before the first byte. Errors:
  // those of Session::read(), after which it may be read again; `unavailable` if the channel ended
  // later; `invalid`, `exhausted` for bytes that are no such value. Null reads nothing: `invalid`.
  static Task<bool> read(std::shared_ptr<Incoming> from, Path path, Reading& reading,
                         Deadline deadline);

 private:
  static Result<bool> decode(std::shared_ptr<Incoming> from, const Path& path, Reading& reading,
                             std::string bytes);

  std::unique_ptr<Session> session_;
  ChannelReader channels_;
  const DecodeLimits limits_;
};

namespace codec {
// Every peer ends a stream with a chunk of 0 elements, if it has sent all of it. One that fails
// only ends the channel, which peers take for the end of the stream (wrpc.md 2.4): we do not.
Error cut_short();
// stream<u8>: what has come of a chunk is given at once.
std::unique_ptr<StreamSource<std::uint8_t>> incoming_bytes(std::shared_ptr<Incoming> from,
                                                           Path path);
// Of a future without a type: the end of its channel.
Task<> await_end(std::shared_ptr<Incoming> from, Path path, Deadline deadline);
}  // namespace codec

}  // namespace wasmcloud::wrpc
