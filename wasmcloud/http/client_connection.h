// A client's connection to an origin: found, connected, secured, then read and written with time
// limits.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/http/client.h"
#include "wasmcloud/http/input_buffer.h"

namespace wasmcloud::http {

struct Origin {
  bool secure = false;
  std::string host;  // a name, or an address without brackets
  std::uint16_t port = 0;

  // `invalid` if there is no such origin.
  static Result<Origin> parse(const std::string& scheme, const std::string& authority);
  std::string key() const;
};

using OutBuffers = std::array<asio::const_buffer, 3>;  // empty ones are skipped

// On one executor; one reader and one writer at a time. failure() is the first there was. Shared
// only with its watchdog, which never outlives it.
class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  ClientConnection(asio::any_io_executor executor, std::size_t input_limit);

  Task<> connect(Origin origin, asio::ssl::context& tls, TimePoint deadline);
  // How much was received, 0 at the end. `on_timeout` is the failure if nothing comes in time.
  Task<std::size_t> fill(TimePoint deadline, ClientFailure on_timeout);
  Task<> write(OutBuffers buffers, std::chrono::nanoseconds stall_limit);

  InputBuffer& input() noexcept { return input_; }

  ClientFailure failure() const noexcept { return failure_; }

  // Whether the end of what the peer sent may be taken for the end of its message: not if TLS says
  // that it was cut.
  bool ended_properly() const noexcept { return !truncated_; }

  // For an idle connection: nothing was sent to it, which could only be its end or rubbish.
  bool is_quiet() noexcept;
  void close() noexcept;

 private:
  using Socket = asio::ip::tcp::socket;

  Task<asio::ip::tcp::resolver::results_type> resolve(Origin origin, TimePoint deadline);
  Task<> connect_to(asio::ip::tcp::resolver::results_type addresses, TimePoint deadline);
  Task<> secure(Origin origin, asio::ssl::context& tls, TimePoint deadline);
  // After a failed operation.
  asio::awaitable<Error> explain(boost::system::error_code error, bool timed_out,
                                 ClientFailure on_timeout, ClientFailure otherwise);
  // Records where it failed, and is the error.
  Error fail(ClientFailure failure, Error error);
  // Sees to it that operations end when a deadline has passed. Usually arms nothing: one timer
  // serves many operations.
  void watch();

  asio::any_io_executor executor_;
  Socket socket_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  InputBuffer input_;
  asio::steady_timer watchdog_;
  TimePoint watchdog_at_ = TimePoint::max();
  TimePoint read_deadline_ = TimePoint::max();  // and of connecting
  TimePoint write_deadline_ = TimePoint::max();
  bool read_timed_out_ = false;
  bool write_timed_out_ = false;
  bool truncated_ = false;
  ClientFailure failure_ = ClientFailure::none;
};

}  // namespace wasmcloud::http
