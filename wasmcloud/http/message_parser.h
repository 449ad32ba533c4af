// A decoder of HTTP/1.x messages: bytes in; head, body and trailers out. Pure. Beast parses; what
// it lets pass and RFC 9112 tells a careful recipient to refuse is refused on top of it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "wasmcloud/http/message.h"

namespace wasmcloud::http {

class MessageParser {
 public:
  enum class Expectation : std::uint8_t { none, continue_100, other };

  // Why a message is refused, and what a server answers to it. `what` is a constant.
  struct Failure {
    unsigned status;
    std::string_view what;
  };

  struct Step {
    std::size_t taken = 0;               // bytes of the input that need not be shown again
    std::span<const std::uint8_t> body;  // those of them that are body: a view into the input
  };

  // `header_bytes` bounds the head, and the trailers.
  explicit MessageParser(std::uint32_t header_bytes);
  ~MessageParser();

  // The next byte starts a request, or a response. The head is written to `head`, which must stay
  // until head_done(); what it holds is overwritten, its memory reused.
  void start_request(RequestHead& head);
  // `head_only`: of a request whose response has no body (HEAD).
  void start_response(ResponseHead& head, bool head_only);

  // Takes one step from the front of `input`, which is not empty. A step that takes nothing needs
  // more input than this. After a failure: only start_*.
  std::expected<Step, Failure> parse(std::span<const std::uint8_t> input);
  // The peer will send no more. Whether that is where this message ends.
  bool end_of_input();

  // The first byte was seen.
  bool begun() const noexcept;
  bool head_done() const noexcept;
  // Body and trailers too.
  bool done() const noexcept;

  // From here on: after head_done().
  bool keep_alive() const noexcept;
  bool is_http_1_0() const noexcept;
  Expectation expectation() const noexcept;
  // From Content-Length.
  std::optional<std::uint64_t> content_length() const noexcept;
  // Empty before done().
  Headers take_trailers();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmcloud::http
