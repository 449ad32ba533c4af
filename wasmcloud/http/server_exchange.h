// One request's body and its answer, as a handler sees them. Both are kept by their connection and
// begun anew for each request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wasmcloud/http/head_writer.h"
#include "wasmcloud/http/message_parser.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/http/server_transport.h"

namespace wasmcloud::http {

class RequestBody final : public BodyReader {
 public:
  using Failure = MessageParser::Failure;

  RequestBody(ServerTransport& transport, MessageParser& parser, const ServerLimits& limits)
      : transport_(transport), parser_(parser), limits_(limits) {}

  // After the head was parsed.
  void begin();

  Task<std::size_t> read(std::span<std::uint8_t> buffer) override;
  std::span<const std::uint8_t> peek() noexcept override;
  void consume(std::size_t size) noexcept override;

  bool at_end() const noexcept override { return data_.empty() && parser_.done(); }

  std::optional<std::uint64_t> content_length() const noexcept override {
    return parser_.content_length();
  }

  Headers take_trailers() override { return parser_.take_trailers(); }

  // Reads what the handler left. False if that is more than is worth reading, or fails.
  Task<bool> discard();
  // Whether discard() can be expected to be worth it, going by what is known now.
  bool can_discard() const noexcept;

  // Why the client is to blame for a failed read, and with which status.
  const std::optional<Failure>& failure() const noexcept { return failure_; }

  // The peer went away in the middle.
  bool lost() const noexcept { return lost_; }

  // The client may wait for "100 Continue" before it sends the body.
  bool awaits_continue() const noexcept { return expects_continue_ && !answered_; }

  // No "100 Continue" may follow the head of the answer.
  void answered() noexcept { answered_ = true; }

 private:
  // Decodes what is in the input buffer until there is body, or nothing more to decode.
  void advance();
  Task<> receive();
  Error failed() const;

  ServerTransport& transport_;
  MessageParser& parser_;
  const ServerLimits& limits_;
  std::span<const std::uint8_t> data_;  // in the input buffer, decoded, not yet taken
  std::uint64_t received_ = 0;
  std::optional<Failure> failure_;
  bool lost_ = false;
  bool expects_continue_ = false;
  bool answered_ = false;
};

class Response final : public ResponseWriter, private BodyWriter {
 public:
  Response(ServerTransport& transport, RequestBody& body, const ServerLimits& limits,
           const bool& draining)
      : transport_(transport), request_body_(body), limits_(limits), draining_(draining) {}

  void begin(const ResponseContext& context) noexcept;

  Task<> respond(ResponseHead head, std::span<const std::uint8_t> body) override;
  Task<BodyWriter*> start(ResponseHead head) override;

  bool started() const noexcept override { return state_ != State::idle; }

  // All of it was sent.
  bool finished() const noexcept { return state_ == State::finished; }

  // It could not be sent: no fault of the handler's.
  bool peer_failed() const noexcept { return peer_failed_; }

  // Whether the connection may serve another request. After finished().
  bool keep_alive() const noexcept { return context_.keep_alive; }

  // The connection is closed so that the peer can tell that the answer is not whole.
  void abort() noexcept override;

 private:
  enum class State : std::uint8_t { idle, streaming, finished, broken };

  Task<> write(std::span<const std::uint8_t> bytes) override;
  Task<> finish(Headers trailers) override;
  // Plans and puts the head in out_.
  Result<> prepare(const ResponseHead& head, std::optional<std::uint64_t> body_size);
  Task<> send(Pieces pieces);

  ServerTransport& transport_;
  RequestBody& request_body_;
  const ServerLimits& limits_;
  const bool& draining_;
  ResponseContext context_;
  BodyPlan plan_;
  std::uint64_t left_ = 0;  // of an announced length
  State state_ = State::idle;
  bool peer_failed_ = false;
  std::string out_;  // heads and chunk heads; keeps its memory
};

}  // namespace wasmcloud::http
