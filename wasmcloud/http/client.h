// An HTTP/1.1 client with TLS and connection reuse. One per shard.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "wasmcloud/base/task.h"
#include "wasmcloud/http/body.h"

namespace wasmcloud::http {

// Where an exchange failed, for those who must tell their own callers apart (wasi:http error-code).
enum class ClientFailure : std::uint8_t {
  none,
  name_resolution,
  connect_refused,
  connect_timeout,
  connect_failed,
  tls_protocol,
  tls_certificate,
  first_byte_timeout,
  between_bytes_timeout,
  response_protocol,  // not HTTP/1.1, or a limit passed
  connection_lost,    // before the end of the message
  request_invalid,    // refused before anything was sent
};

struct ClientTimeouts {
  std::chrono::nanoseconds connect = std::chrono::seconds(600);
  std::chrono::nanoseconds first_byte = std::chrono::seconds(600);
  std::chrono::nanoseconds between_bytes = std::chrono::seconds(600);
};

struct ClientConfig {
  std::uint32_t idle_per_authority = 16;  // kept for reuse; more are closed
  std::uint32_t idle_total = 256;
  std::chrono::milliseconds idle_timeout = std::chrono::seconds(30);  // then closed
  std::uint32_t header_bytes = 64 * 1024;
  std::string ca_file = {};  // PEM; empty: the system's store (SSL_CERT_FILE too)
};

// One request and its response, duplex: the body may be written while the response is awaited and
// read. Dropping it before both ends are reached closes the connection; after both, the connection
// is reused.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // For a request that was opened with a body; else it has ended already.
  virtual BodyWriter& request_body() noexcept = 0;
  // Waits for the head of the response; once.
  virtual Task<ResponseHead> response() = 0;
  // After response().
  virtual BodyReader& response_body() noexcept = 0;
  // After any of the above failed.
  virtual ClientFailure failure() const noexcept = 0;
};

struct OpenRequest {
  RequestHead head;
  bool has_body = false;  // chunked unless the head has Content-Length
  ClientTimeouts timeouts;
};

class Client {
 public:
  virtual ~Client() = default;

  // Connects, or takes an idle connection, and sends the head. A reused connection that turns out
  // dead before anything was answered is replaced once. On failure `failure` (if not null, which
  // must outlive the task) says where.
  virtual Task<std::unique_ptr<Exchange>> open(OpenRequest request, ClientFailure* failure) = 0;
  // Closes what is idle.
  virtual void close_idle() noexcept = 0;
};

// Lives on `executor`, a shard's. `invalid` if the CA file cannot be read.
Result<std::unique_ptr<Client>> make_client(asio::any_io_executor executor, ClientConfig config);

}  // namespace wasmcloud::http
