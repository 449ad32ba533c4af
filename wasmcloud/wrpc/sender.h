// Sends what streams and futures hold, each on its channel, beside each other. The same for values
// whose types are known only at run time (exchange.h) and for C++ types (codec.h).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/signal.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/path.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {

class Contents;

// A stream or future of a value that was encoded.
struct Outgoing {
  Path path;  // of its channel
  std::unique_ptr<Contents> contents;
};

class Contents {
 public:
  struct Piece {
    std::string bytes;            // may be empty
    std::vector<Outgoing> parts;  // of the values in them
    bool last = false;
  };

  virtual ~Contents() = default;
  // What goes next on the channel. Not called again after the last.
  virtual Task<Piece> next(Deadline deadline) = 0;
};

// Belongs to the session's executor.
class Sender {
 public:
  // `session` outlives it.
  Sender(Session& session, asio::any_io_executor executor);
  ~Sender();  // after end() or join()

  // Begins to send these, and the parts in their contents as they come up; after the last nothing
  // more goes on any channel. The first failure is also the session's, and ends all channels that
  // the peer has been told of: it would wait for them. But if it is the peer that has left, what it
  // sent before can still be read.
  void start(std::vector<Outgoing> parts, Deadline deadline);
  // Returns when all is sent, or with the first failure. When the awaiting task is cancelled, so is
  // what is still being sent. That task must not be one that throws then
  // (asio::this_coro::throw_if_cancelled), or it comes to neither this nor end().
  Task<> join();
  // Cancels what is still being sent.
  Task<> end();

 private:
  void announce(const std::vector<Outgoing>& parts);
  void spawn(std::vector<Outgoing> parts, Deadline deadline);
  Task<> run(Outgoing part, Deadline deadline);
  Task<> send(Outgoing part, Deadline deadline);
  Task<> end_channels();

  Session& session_;
  std::size_t left_ = 0;    // parts under way
  std::vector<Path> open_;  // channels that were announced and have not ended
  std::optional<Error> error_;
  bool peer_left_ = false;
  Signal ended_;  // a part
  TaskScope scope_;
};

// For a caller who has its result: that the peer needs no more is no failure then.
Result<> unless_peer_left(Result<> sent);

// What a server answers: the bytes of the values, to the root channel, and its end; then all that
// their streams and futures hold.
Task<> answer(Session& session, std::string bytes, std::vector<Outgoing> parts, Deadline deadline);

}  // namespace wasmcloud::wrpc
