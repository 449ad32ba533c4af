// One client's connection: reads a request, has it handled, and again.
#pragma once

#include <string>

#include <boost/asio/cancellation_signal.hpp>

#include "wasmcloud/http/server_exchange.h"

namespace wasmcloud::http {

// Lives on its shard; run() is its one task.
class ServerConnection {
 public:
  // What outlives it. `draining` turns true when the server stops.
  struct Surroundings {
    Handler& handler;
    const ServerLimits& limits;
    const bool& draining;
  };

  ServerConnection(ServerSocket socket, std::string remote_address, Surroundings around);

  // Serves until the connection ends. To be run with signal()'s slot bound.
  Task<> run();

  asio::cancellation_signal& signal() noexcept { return signal_; }

  // Time passes: enforces limits. True if it is worth asking the system whether the peer is gone.
  bool sweep(TimePoint now) noexcept;

  int native_handle() noexcept { return transport_.native_handle(); }

  // The server is draining: a connection between two requests ends now.
  void drain() noexcept;
  // Ends it, and the handler's task with it.
  void cancel() noexcept;

 private:
  using Failure = MessageParser::Failure;
  enum class Next : std::uint8_t { request, close };

  Task<Next> serve_one();
  // A head is in request_; `close` if there will be none.
  Task<Next> read_head();
  std::optional<Failure> refusal() const noexcept;
  Task<> call_handler();
  Task<Next> conclude(Result<> handled);
  Task<> answer_error(unsigned status);
  // The answer to what cannot be served, then the end.
  Task<> refuse(Failure failure);
  // Lets the peer read our last words before the connection is closed under what it still sends.
  Task<> linger();
  void log_failure(const Error& error) const noexcept;

  Surroundings around_;
  ServerTransport transport_;
  MessageParser parser_;
  RequestBody body_;
  Response response_;
  Request request_;
  std::string method_;  // of the request, for logs: the handler may take the head
  std::string target_;
  asio::cancellation_signal signal_;
  unsigned sweeps_in_handler_ = 0;
  bool idle_ = false;
  bool handling_ = false;
  bool cancelled_ = false;
};

// What a handler's error becomes.
unsigned http_status(ErrorKind kind) noexcept;

}  // namespace wasmcloud::http
