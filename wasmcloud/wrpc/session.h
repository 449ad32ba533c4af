// An invocation under way, as one of its two ends has it: what that end sends, and what comes from
// the other (wrpc.md 2.1). The same for all transports; of those it hides where a message or frame
// begins and ends, which means nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/message.h"
#include "wasmcloud/wrpc/path.h"

namespace wasmcloud::wrpc {

// Belongs to the executor on which it was made. Destroying it ends both directions at once: the
// peer sees the end of whatever was not finished. Nobody may be in one of its tasks then.
class Session {
 public:
  virtual ~Session() = default;
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- what comes --- (one coroutine a channel at a time)
  // What has come on a channel since the last time, however the peer cut it; none at its end.
  // `timeout`, `cancelled`: nothing is lost, read again. `unavailable`: the connection was lost,
  // and bytes with it. `exhausted`: more came than is kept for those who do not read.
  virtual Task<std::optional<std::string>> read(Path path, Deadline deadline) = 0;

  // For whoever has read `bytes`, and needs `expected` more to make something of them: adds what
  // comes next, as much of that at once as the transport likes. False at the channel's end. Errors
  // as of read(); `bytes` then still hold all that they held.
  virtual Task<bool> read_on(Path path, std::string& bytes, std::uint64_t expected,
                             Deadline deadline);

  // From now on reading and writing give `error`, also to those who wait: for whoever gives up.
  virtual void fail(Error error) = 0;

  // --- what is sent --- (one coroutine a channel at a time)
  // Returns when more may be sent: at once, or when the peer, or the way to it, has taken enough.
  // `unavailable`: the connection was lost, or the peer does not listen any more.
  virtual Task<> write(Path path, std::string bytes, Deadline deadline) = 0;
  // Nothing more will be sent on that channel.
  virtual Task<> finish(Path path) = 0;
  // Nothing more will be sent on any.
  virtual Task<> finish_all() = 0;
};

struct FunctionName {
  std::string instance;  // "wrpc:keyvalue/store@0.2.0-draft"; empty for a world's own function
  std::string function;  // as a component names it: "get", "[method]res.do-it"

  bool operator==(const FunctionName&) const = default;
};

// What a client asks for.
struct Call {
  std::string instance;     // "wrpc:keyvalue/store@0.2.0-draft"; empty for a world's own function
  std::string function;     // as a component names it: "get", "[method]res.do-it"
  std::string params = {};  // all that the root channel carries
  nats::Headers headers = {};  // of which a framed transport has none
  // Whether streams or futures follow: if not, all our channels end with the call.
  bool has_async_params = false;
};

// Where calls go: one entity of a lattice, one address. Thread-safe or bound to a shard as the
// implementation says; a call belongs to the executor of the awaiting task.
class Client {
 public:
  virtual ~Client() = default;

  // Sends the call and its parameters. When this returns, the peer has it: there is no saying yet
  // whether it knows the function. `unavailable`: nobody serves it, or cannot be reached;
  // `not_found` if that is certain; `timeout`: no sign of the peer before `deadline`; `invalid`
  // names. Never retries.
  virtual Task<std::unique_ptr<Session>> call(Call call, Deadline deadline) = 0;
};

// Makes room for what is announced to follow `bytes`: not for all of it at once, for it need not
// come.
void make_room(std::string& bytes, std::uint64_t announced);

// What a server is asked for.
struct Invocation {
  std::string instance;
  std::string function;  // as it is on the wire: "get", "res.do-it"
  nats::Headers headers;
  std::unique_ptr<Session> session;  // its root channel has the parameters
};

// Serves one invocation: reads the parameters, writes the results. On an error, which is logged,
// the peer sees results that end too early: no reason crosses the wire (wrpc.md 2.1).
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<> handle(Invocation invocation) = 0;
};

}  // namespace wasmcloud::wrpc
