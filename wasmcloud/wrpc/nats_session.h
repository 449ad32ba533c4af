// One end of an invocation over NATS, and where messages find it. Only for the transport.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/channels.h"
#include "wasmcloud/wrpc/session.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::wrpc {

class NatsSession;

// What is published in one turn of the event loop leaves together at its end: an acceptance with
// the results and their end, the end of parameters with the next call.
class NatsOutbox {
 public:
  NatsOutbox(asio::any_io_executor executor, nats::Connection& connection)
      : executor_(std::move(executor)), connection_(connection) {}

  ~NatsOutbox() { held_->reset(); }

  NatsOutbox(const NatsOutbox&) = delete;
  NatsOutbox& operator=(const NatsOutbox&) = delete;

  Result<> publish(const nats::Outgoing& message);

 private:
  using Held = std::optional<nats::Connection::Hold>;

  const asio::any_io_executor executor_;
  nats::Connection& connection_;
  const std::shared_ptr<Held> held_ = std::make_shared<Held>();  // shared with the turn's end
};

// The sessions of a transport, by the number in their inbox.
struct NatsSessions {
  nats::Connection& connection;
  NatsOutbox outbox;
  std::string inbox;  // below which each session has one: "_INBOX.x"
  ChannelLimits limits;
  std::uint64_t next = 0;
  std::unordered_map<std::uint64_t, NatsSession*> by_number = {};
  nats::SpentMessages spent = {};

  // A message below `inbox`. What nobody waits for any more is dropped.
  void deliver(const nats::Message& message);
  // The connection was lost.
  void fail_all();
};

class NatsSession final : public Session {
 public:
  // A client sends parameters and gets results.
  enum class Role : std::uint8_t { client, server };

  NatsSession(NatsSessions& sessions, Role role);
  ~NatsSession() override;

  // The subject of the other end's inbox, once it is known.
  void set_peer(std::string inbox) { peer_ = std::move(inbox); }

  const std::string& inbox() const noexcept { return inbox_; }

  Channels& channels() noexcept { return channels_; }

  // A client's: until the server has accepted the call and so told its inbox.
  Task<> wait_accepted(Deadline deadline);

  void deliver(const nats::Message& message);
  // The connection was lost, and what was on its way.
  void lose(Error error);

  Task<std::optional<std::string>> read(Path path, Deadline deadline) override;
  void fail(Error error) override;
  Task<> write(Path path, std::string bytes, Deadline deadline) override;
  Task<> finish(Path path) override;
  Task<> finish_all() override;

  // Publishes at once, in as many messages as it takes.
  Result<> send(const Path& path, std::string bytes);
  Result<> send_end(const Path& path);

 private:
  void accept(const nats::Message& message);
  Result<> publish(const Path& path, std::string bytes);

  NatsSessions& sessions_;
  const Direction sends_;
  const Direction receives_;
  const std::uint64_t number_;
  const std::string inbox_;
  std::string peer_;
  Channels channels_;
  std::optional<Error> refusal_;  // of the call, or of more to be written
  Signal answered_;               // the call
  bool lost_ = false;
  bool root_finished_ = false;
  std::vector<Path> open_;       // other channels of ours that have begun and not ended
  std::size_t since_flush_ = 0;  // bytes
};

}  // namespace wasmcloud::wrpc
