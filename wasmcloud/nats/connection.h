// A connection to a NATS server or cluster.
//
// The C client's threads read the socket; all they do with us is to hand over: a message, a change
// of state. Whatever is awaited resumes on the executor of the awaiting task, which must run on one
// thread (a shard).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/credentials.h"
#include "wasmcloud/nats/message.h"
#include "wasmcloud/nats/subscription.h"

namespace wasmcloud::nats {

enum class ConnectionState : std::uint8_t {
  connected,
  reconnecting,  // lost; the next attempt is under way or waited for
  closed,        // for good: asked for, or the server refused the credentials twice
};

std::string_view to_string(ConnectionState state) noexcept;

struct StateChange {
  ConnectionState state;
  std::string server;  // "nats://host:port" if connected
  std::string reason;  // of the loss, if the C client knows
};

struct Tls {
  bool required = false;         // refuse a server without TLS; what follows implies it
  std::string ca_file = {};      // PEM; empty: the system's store
  std::string certificate = {};  // PEM files of the client's own certificate and its key: both or
  std::string key = {};          // neither
};

struct ConnectOptions {
  // "nats://host:port", "tls://host:port" or "host:port"; of one cluster, tried in any order.
  std::vector<std::string> urls;
  std::string name = {};  // shown by the server's monitoring
  Credentials credentials = {};
  Tls tls = {};
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);  // for each url
  // Of request() without a deadline of its own.
  std::chrono::milliseconds request_timeout = std::chrono::seconds(2);
  // Between two rounds over the urls, plus up to a tenth by chance. There is no limit of attempts.
  std::chrono::milliseconds reconnect_wait = std::chrono::seconds(1);
  // A peer that takes nothing for so long counts as lost. A publish may block its thread as long
  // if the peer is alive, does not read and the system's buffers are full.
  std::chrono::milliseconds write_timeout = std::chrono::seconds(2);
  // How soon a silent loss is noticed: after three of these without an answer.
  std::chrono::milliseconds ping_interval = std::chrono::seconds(20);
  // What is published while the connection is lost is kept up to this many bytes of payload, and
  // sent, in order, when it is back; more is refused (`exhausted`).
  std::size_t reconnect_buffer_bytes = 8 * 1024 * 1024;
  std::string inbox_prefix = "_INBOX";
  // Told of each change, in order, on `state_executor` (that of one thread), until close() has
  // ended. After destruction without close() one call may still be on its way.
  std::function<void(const StateChange&)> on_state = {};
  asio::any_io_executor state_executor = {};  // needed if there is `on_state`
};

namespace internal {
class Core;
}

// Thread-safe, but for destruction.
class Connection {
 public:
  // Unless close() has ended: closes, which blocks for milliseconds: then not on a shard.
  // Subscriptions and requests that are left end as with close().
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Hands `message` to the system, or keeps it if the connection is lost at the moment. No word on
  // whether it arrived: see flush(). `invalid` subject or headers, `exhausted` if it is longer than
  // max_payload() or too much is kept, `unavailable` if the connection is closed.
  Result<> publish(const Outgoing& message);

  // Messages published while a Hold lives leave together, as one write if they are short, which is
  // less work for all that they pass. Everything that is sent here waits with them: keep it no
  // longer than a turn of the event loop. The connection outlives it.
  class Hold {
   public:
    explicit Hold(Connection& connection);
    ~Hold();
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

   private:
    Connection& connection_;
  };

  // Publishes and waits for one answer. `unavailable`: nobody listens to the subject, or the
  // connection was lost meanwhile (then it may have been handled); `timeout`, `cancelled`; and the
  // errors of publish(). Never retries.
  Task<Message> request(Outgoing message, Deadline deadline);
  // With the connection's request_timeout.
  Task<Message> request(Outgoing message);

  // The subscription belongs to the executor of the awaiting task. When this returns, the server
  // has been sent the subscription and will have it before anything published here later. Others'
  // messages come for sure after a flush().
  Task<Subscription> subscribe(SubscribeOptions options);

  // Returns when the server has handled all that was published before. Waits for a connection that
  // is lost. `unavailable` if it is lost meanwhile: what of it arrived is not known.
  Task<> flush(Deadline deadline);

  // Ends the subscriptions after what they have received, then the connection. What was received
  // can still be read from them.
  Task<> drain(Deadline deadline);

  // Ends the connection at once. When it returns no thread of the C client touches anything of the
  // caller's, all subscriptions and requests have ended, and `on_state` has been called for the
  // last time (its executor must run until then). Idempotent. Not cancellable.
  Task<> close();

  // Returns at once if connected. `timeout`; `unavailable` if it is closed.
  Task<> wait_connected(Deadline deadline);

  // How often the connection was lost or closed. What was on its way to us then is lost.
  std::uint64_t losses() const noexcept;
  // Returns when losses() is more than `seen`.
  Task<> wait_lost(std::uint64_t seen, Deadline deadline);

  ConnectionState state() const noexcept;
  // Of the server that we are or were connected to, without credentials: "nats://host:port".
  std::string server() const;
  // The largest payload (with headers) that the server takes, in bytes.
  std::size_t max_payload() const noexcept;
  // A subject that nobody else uses, below the inbox prefix.
  std::string new_inbox() const;
  // How many messages could not be sent after a reconnect although publish() had kept them.
  std::uint64_t lost_publishes() const noexcept;

 private:
  friend Task<std::unique_ptr<Connection>> connect(asio::any_io_executor, ConnectOptions, Deadline);

  explicit Connection(std::shared_ptr<internal::Core> core) noexcept : core_(std::move(core)) {}

  std::shared_ptr<internal::Core> core_;
};

// Connects to the first of the urls that answers. `blocking` is a thread pool's executor (that of
// Shards::blocking_pool()): what would block is done there, at most two threads of it at a time for
// each connection. It must go on until after the connection's end. `invalid` options, `denied`
// credentials, `unavailable` servers (TLS trouble too), `timeout`, `cancelled`. Not retried.
Task<std::unique_ptr<Connection>> connect(asio::any_io_executor blocking, ConnectOptions options,
                                          Deadline deadline);

}  // namespace wasmcloud::nats
