// One request and its response on a client's connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/http/client_connection.h"
#include "wasmcloud/http/head_writer.h"
#include "wasmcloud/http/message_parser.h"

namespace wasmcloud::http {

// Whoever makes and keeps connections.
class ConnectionSource {
 public:
  virtual ~ConnectionSource() = default;

  struct Lease {
    std::shared_ptr<ClientConnection> connection;
    bool reused = false;
  };

  // A connection that was used before if there is one and `fresh` is false. On failure `failure`
  // says where.
  virtual Task<Lease> lease(Origin origin, std::chrono::nanoseconds connect_timeout, bool fresh,
                            ClientFailure& failure) = 0;
  // A connection whose last exchange is complete.
  virtual void give_back(const Origin& origin, std::shared_ptr<ClientConnection> connection) = 0;
};

class ClientExchange final : public Exchange, private BodyWriter, private BodyReader {
 public:
  ClientExchange(std::shared_ptr<ConnectionSource> source, Origin origin, OpenRequest request,
                 BodyPlan plan, std::uint32_t header_bytes, asio::any_io_executor executor);
  ~ClientExchange() override;

  // Gets a connection and sends the head.
  Task<> open();

  BodyWriter& request_body() noexcept override { return *this; }

  Task<ResponseHead> response() override;

  BodyReader& response_body() noexcept override { return *this; }

  ClientFailure failure() const noexcept override { return failure_; }

 private:
  enum class Sending : std::uint8_t { untouched, begun, finished, broken };

  Task<> write(std::span<const std::uint8_t> bytes) override;
  Task<> finish(Headers trailers) override;
  void abort() noexcept override;
  Task<> send(OutBuffers buffers);

  Task<std::size_t> read(std::span<std::uint8_t> buffer) override;
  std::span<const std::uint8_t> peek() noexcept override;
  void consume(std::size_t size) noexcept override;
  bool at_end() const noexcept override;
  std::optional<std::uint64_t> content_length() const noexcept override;

  Headers take_trailers() override { return parser_.take_trailers(); }

  Task<> get_connection(bool fresh);
  bool may_retry() const noexcept;
  Task<> retry();
  Task<> read_head();
  // Receives more of the response, or finds that it ends here.
  Task<> receive(std::chrono::nanoseconds limit, ClientFailure on_timeout);
  void advance();
  Error fail(ClientFailure failure, Error error);
  // Takes over where the connection failed.
  Error failed(Error error);

  std::shared_ptr<ConnectionSource> source_;
  Origin origin_;
  OpenRequest request_;
  BodyPlan plan_;
  MessageParser parser_;
  asio::steady_timer connected_;  // cancelled when a retry is over: who writes meanwhile waits
  std::shared_ptr<ClientConnection> connection_;
  std::string out_;  // chunk heads
  ResponseHead head_;
  std::span<const std::uint8_t> data_;  // decoded, in the connection's input buffer
  std::optional<MessageParser::Failure> malformed_;
  std::uint64_t left_ = 0;  // of the request body's announced length
  Sending sending_ = Sending::untouched;
  ClientFailure failure_ = ClientFailure::none;
  bool reused_ = false;
  bool retrying_ = false;
  bool answered_ = false;  // by an informational response at least
  bool responded_ = false;
};

}  // namespace wasmcloud::http
