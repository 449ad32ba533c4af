// An HTTP/1.1 server on every shard: keep-alive, streaming bodies both ways, limits, graceful
// drain.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/http/body.h"

namespace wasmcloud::http {

struct ServerLimits {
  std::uint32_t header_bytes = 64 * 1024;        // request line and fields: 431
  std::uint64_t body_bytes = UINT64_MAX;         // 413
  std::uint32_t connections_per_shard = 10'000;  // further ones wait in the backlog
  std::chrono::milliseconds header_timeout =
      std::chrono::seconds(30);  // from the first byte to the last field: 408
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);  // keep-alive: closed silently
  std::chrono::milliseconds body_timeout =
      std::chrono::seconds(60);  // between two reads or writes that progress: 408 / closed
};

// The answer to one request. At most one of respond() and start() is called, once.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;

  // Head and whole body in one go: the quick way for a body at hand. Content-Length is set unless
  // `head` has one. `body` must stay until the task ends.
  virtual Task<> respond(ResponseHead head, std::span<const std::uint8_t> body) = 0;
  // Head now, body as it comes: chunked unless `head` has Content-Length. The writer lives as long
  // as this does. For HEAD, 204 and 304 what is written is dropped.
  virtual Task<BodyWriter*> start(ResponseHead head) = 0;
  virtual bool started() const noexcept = 0;
};

struct Request {
  RequestHead head;
  BodyReader& body;
  std::string remote_address;  // "127.0.0.1:51234"
};

// Called on the connection's shard, for many connections at a time.
class Handler {
 public:
  virtual ~Handler() = default;

  // Answers by `response`. What it leaves unread of the body is discarded after it (up to a limit,
  // then the connection closes). An error, or an end without an answer: 500 if nothing was sent,
  // else the connection is aborted. The task is cancelled when the peer goes away (closes its
  // sending side) or the drain's deadline passes: it may then also be left by an exception
  // (operation_aborted), so clean up by destructors.
  virtual Task<> handle(Request& request, ResponseWriter& response) = 0;
};

class Server {
 public:
  virtual ~Server() = default;

  // "127.0.0.1:8000": where it listens, with the real port if 0 was asked for.
  virtual const std::string& address() const noexcept = 0;
  // Closes the listening socket: another may have the address when this returns. Requests in
  // progress go on, connections between two requests end. stop() must follow.
  virtual Task<> stop_accepting() = 0;
  // Stops accepting, lets requests in progress end until `deadline`, then cancels them. Returns
  // when no connection is left. May be called again while it runs: the earliest deadline counts.
  // Any thread may await either on any executor.
  virtual Task<> stop(Deadline deadline) = 0;
};

// Listens at `address` ("127.0.0.1:8000", "[::1]:0", "0.0.0.0:80", "localhost:8000") and starts to
// serve on every shard. The listening socket is shared by the shards, not with other programs.
// Errors: `invalid` address, `conflict` port in use (says so), `denied` port not allowed. `shards`
// and `handler` must outlive the server. Blocks briefly; not to be called on a shard. Destroying
// the server stops it at once, which blocks: not on a shard, unless stop() was awaited.
Result<std::unique_ptr<Server>> listen(Shards& shards, const std::string& address, Handler& handler,
                                       ServerLimits limits = {});

}  // namespace wasmcloud::http
