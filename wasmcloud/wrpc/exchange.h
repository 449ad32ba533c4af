// Values over a session: the dynamic form. Whoever knows types only at run time calls and serves
// functions with it: tools, tests, interfaces without bindings.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wit/value.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/sender.h"
#include "wasmcloud/wrpc/session.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::wrpc {

// A stream or future whose contents are made while they are sent. A value that holds one (in a
// wit::Handle) may be a parameter or a result.
class Source : public AsyncPart {
 public:
  // Of a stream some elements, none for its end. Of a future its value, once.
  virtual Task<std::optional<Chunk>> next() = 0;
};

// What comes. Belongs to the session's executor; coroutines may read different parts at a time.
class Receiver {
 public:
  // `session` outlives it.
  explicit Receiver(Session& session, DecodeLimits limits = {}) noexcept
      : channels_(session), limits_(limits) {}

  // All that the root channel carries: parameters or results. Errors: those of Session::read();
  // `unavailable` if the channel ended before they were whole, which is how a peer says that it
  // failed; `invalid`, `exhausted` for bytes that are no such values.
  Task<std::vector<wit::Value>> tuple(std::vector<wit::ValueTypePtr> types, Deadline deadline);

  // The streams and futures in what was received since the last time, whose contents are still to
  // come.
  std::vector<PartAt> take_parts() { return std::exchange(parts_, {}); }

  // The value of a future, once; its part is one of take_parts(). None if its type names no value.
  Task<std::optional<wit::Value>> future(PartAt part, Deadline deadline);
  // The next elements of a stream. A count of 0 is its end; so is the end of the channel without
  // one, which peers of 1.x leave so, and which a stream of theirs cut short looks like.
  Task<Chunk> chunk(PartAt part, Deadline deadline);

 private:
  void take_parts_of(ValueDecoder& decoder);

  ChannelReader channels_;
  const DecodeLimits limits_;
  std::map<Path, std::uint32_t> received_;  // elements of streams
  std::vector<PartAt> parts_;
};

// As a Sender takes them. Each must be a Source or have contents(), else sending fails with
// `invalid`.
std::vector<Outgoing> outgoing(std::vector<PartAt> parts);

// What a server answers: the values, to the root channel, and its end; then all that their streams
// and futures hold.
Task<> answer(Session& session, std::vector<wit::Value> values,
              std::vector<wit::ValueTypePtr> types, Deadline deadline);

struct DynamicRequest {
  std::string instance;
  std::string function;
  wit::FuncSignature signature;
  std::vector<wit::Value> params;
  nats::Headers headers = {};
};

// A call under way. What the parameters' sources give is sent meanwhile.
class DynamicCall {
 public:
  // Errors: those of Client::call(), and `invalid` parameters.
  static Task<std::unique_ptr<DynamicCall>> start(Client& client, DynamicRequest request,
                                                  Deadline deadline);
  ~DynamicCall();  // after end()

  // Once. None for a function without a result, when it has ended. Errors: those of
  // Receiver::tuple(), and of sending.
  Task<std::optional<wit::Value>> result(Deadline deadline);

  // Of the streams and futures in the result.
  Receiver& receiver() noexcept { return receiver_; }

  // After the result: returns when the parameters have been sent as well, or the peer has left.
  Task<> join();

  // Stops it all.
  Task<> end() { return sender_.end(); }

 private:
  DynamicCall(std::unique_ptr<Session> session, wit::FuncSignature signature,
              asio::any_io_executor executor);

  std::unique_ptr<Session> session_;
  const wit::FuncSignature signature_;
  Receiver receiver_;
  Sender sender_;
};

// The whole of a call whose result has no streams and futures (`unsupported`), under the function's
// name.
Task<std::optional<wit::Value>> call_dynamic(Client& client, DynamicRequest request,
                                             Deadline deadline);

}  // namespace wasmcloud::wrpc
