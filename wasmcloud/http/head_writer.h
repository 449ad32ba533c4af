// How messages are written: which framing a body gets, and the bytes of heads, chunks and trailers.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wasmcloud/base/result.h"
#include "wasmcloud/http/message.h"

namespace wasmcloud::http {

enum class Framing : std::uint8_t { none, length, chunked, until_close };

struct BodyPlan {
  Framing framing = Framing::none;
  std::uint64_t length = 0;  // of Framing::length
  bool dropped = false;      // HEAD, 204, 304: no byte of it is sent
};

// What the request and the state of its connection say about the response.
struct ResponseContext {
  bool to_head = false;
  bool http_1_0 = false;
  bool keep_alive = true;
};

// `body_size` if the whole body is at hand. `invalid`: a status outside 200..999, a field that is
// none, a Content-Length that is no number or not the body's.
Result<BodyPlan> plan_response(const ResponseHead& head, const ResponseContext& context,
                               std::optional<std::uint64_t> body_size);
// `invalid` as above, and for a method or target that would not survive the journey.
Result<BodyPlan> plan_request(const RequestHead& head, bool has_body);

// Whether the Connection field asks for an end after this message.
bool asks_to_close(const Headers& headers) noexcept;

// Connection, Transfer-Encoding, Content-Length and Host are ours: those in `head` are left out.
void append_response_head(std::string& out, const ResponseHead& head, const BodyPlan& plan,
                          const ResponseContext& context);
void append_request_head(std::string& out, const RequestHead& head, const BodyPlan& plan);

// What stands before the data of a chunk, which CRLF follows.
void append_chunk_head(std::string& out, std::uint64_t size);
// `invalid` if a trailer is no field, or one that trailers may not hold.
Result<> append_last_chunk(std::string& out, const Headers& trailers);

}  // namespace wasmcloud::http
