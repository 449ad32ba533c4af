#include "wasmcloud/http/client_connection.h"

#include <algorithm>

#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <poll.h>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/http/authority.h"
#include "wasmcloud/http/loopback.h"

namespace wasmcloud::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

// A lookup that outlives its asker: the system's resolver cannot be interrupted, so whoever gives
// up leaves this behind.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}

  tcp::resolver resolver;
  asio::steady_timer done;  // cancelled when there is an answer
  bool answered = false;
  error_code error;
  tcp::resolver::results_type addresses;
};

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

Result<Origin> Origin::parse(const std::string& scheme, const std::string& authority) {
  Origin origin;
  if (equal_ignoring_case(scheme, "https")) {
    origin.secure = true;
  } else if (!equal_ignoring_case(scheme, "http")) {
    return Error(ErrorKind::invalid, "expected scheme http or https, found \"{}\"", scheme);
  }
  const auto parsed = parse_authority(authority);
  if (!parsed) {
    return Error(ErrorKind::invalid, "expected HOST or HOST:PORT, found \"{}\"", authority);
  }
  origin.host = parsed->host;
  origin.port = parsed->port.value_or(origin.secure ? 443 : 80);
  return origin;
}

std::string Origin::key() const {
  std::string lower = host;
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return fmt::format("{}://{}:{}", secure ? "https" : "http", lower, port);
}

ClientConnection::ClientConnection(asio::any_io_executor executor, std::size_t input_limit)
    : executor_(std::move(executor)),
      socket_(executor_),
      input_(input_limit),
      watchdog_(executor_) {}

Task<> ClientConnection::connect(Origin origin, asio::ssl::context& tls, TimePoint deadline) {
  WC_CO_TRY(auto addresses, resolve(origin, deadline), "looking up {}", origin.host);
  WC_CO_CHECK(connect_to(std::move(addresses), deadline), "connecting to {}:{}", origin.host,
              origin.port);
  if (origin.secure) {
    WC_CO_CHECK(secure(origin, tls, deadline), "TLS with {}", origin.host);
  }
  co_return Result<>();
}

Task<tcp::resolver::results_type> ClientConnection::resolve(Origin origin, TimePoint deadline) {
  error_code error;
  const auto address = asio::ip::make_address(origin.host, error);
  const std::string service = std::to_string(origin.port);
  if (!error) {
    const tcp::endpoint endpoint(address, origin.port);
    co_return tcp::resolver::results_type::create(endpoint, origin.host, service);
  }
  if (const auto loopback = loopback_addresses(origin.host); !loopback.empty()) {
    std::vector<tcp::endpoint> endpoints;
    for (const auto& each : loopback) {
      endpoints.emplace_back(each, origin.port);
    }
    co_return tcp::resolver::results_type::create(endpoints.begin(), endpoints.end(), origin.host,
                                                  service);
  }
  const auto lookup = std::make_shared<Lookup>(executor_);
  lookup->done.expires_at(deadline);
  lookup->resolver.async_resolve(
      origin.host, service,
      [lookup](const error_code& failure, tcp::resolver::results_type addresses) {
        lookup->answered = true;
        lookup->error = failure;
        lookup->addresses = std::move(addresses);
        lookup->done.cancel();
      });
  co_await lookup->done.async_wait(as_result);
  if (lookup->answered && !lookup->error) {
    co_return std::move(lookup->addresses);
  }
  if (lookup->answered) {
    co_return fail(ClientFailure::name_resolution,
                   Error(ErrorKind::unavailable, "{}", lookup->error.message()));
  }
  const bool timed_out = std::chrono::steady_clock::now() >= deadline;
  co_return co_await explain(asio::error::operation_aborted, timed_out,
                             ClientFailure::connect_timeout, ClientFailure::name_resolution);
}

Task<> ClientConnection::connect_to(tcp::resolver::results_type addresses, TimePoint deadline) {
  error_code last = asio::error::host_not_found;
  for (const auto& entry : addresses) {
    error_code ignored;
    socket_.close(ignored);
    const tcp::endpoint endpoint = entry.endpoint();
    read_timed_out_ = false;
    read_deadline_ = deadline;
    watch();
    auto [error] = co_await socket_.async_connect(endpoint, as_result);
    read_deadline_ = TimePoint::max();
    if (!error) {
      socket_.set_option(tcp::no_delay(true), ignored);
      co_return Result<>();
    }
    last = error;
    if (error == asio::error::operation_aborted) {
      break;
    }
  }
  co_return co_await explain(last, read_timed_out_, ClientFailure::connect_timeout,
                             last == asio::error::connection_refused
                                 ? ClientFailure::connect_refused
                                 : ClientFailure::connect_failed);
}

Task<> ClientConnection::secure(Origin origin, asio::ssl::context& tls, TimePoint deadline) {
  tls_.emplace(socket_, tls);
  SSL* const ssl = tls_->native_handle();
  error_code ignored;
  tls_->set_verify_mode(asio::ssl::verify_peer, ignored);
  tls_->set_verify_callback(asio::ssl::host_name_verification(origin.host), ignored);
  if (!is_address(origin.host) && SSL_set_tlsext_host_name(ssl, origin.host.c_str()) != 1) {
    co_return fail(ClientFailure::tls_protocol,
                   Error(ErrorKind::internal, "the host name cannot be sent"));
  }
  read_timed_out_ = false;
  read_deadline_ = deadline;
  watch();
  auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_result);
  read_deadline_ = TimePoint::max();
  if (!error) {
    co_return Result<>();
  }
  if (const long verified = SSL_get_verify_result(ssl); verified != X509_V_OK) {
    const std::string why = X509_verify_cert_error_string(verified);
    co_return fail(ClientFailure::tls_certificate,
                   Error(ErrorKind::denied, "the server's certificate is not trusted: {}", why));
  }
  const bool refused =
      error.category() == asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  co_return co_await explain(
      error, read_timed_out_, ClientFailure::connect_timeout,
      refused ? ClientFailure::tls_certificate : ClientFailure::tls_protocol);
}

Task<std::size_t> ClientConnection::fill(TimePoint deadline, ClientFailure on_timeout) {
  const auto room = input_.prepare();
  if (room.empty()) {
    co_return fail(ClientFailure::response_protocol,
                   Error(ErrorKind::exhausted, "a header, chunk head or trailers are too large"));
  }
  read_timed_out_ = false;
  read_deadline_ = deadline;
  watch();
  const asio::mutable_buffer target(room.data(), room.size());
  error_code error;
  std::size_t size = 0;
  if (tls_) {
    std::tie(error, size) = co_await tls_->async_read_some(target, as_result);
  } else {
    std::tie(error, size) = co_await socket_.async_read_some(target, as_result);
  }
  read_deadline_ = TimePoint::max();
  if (!error) {
    input_.commit(size);
    co_return size;
  }
  truncated_ = error == asio::ssl::error::stream_truncated;
  if (error == asio::error::eof || truncated_) {
    co_return std::size_t{0};
  }
  co_return co_await explain(error, read_timed_out_, on_timeout, ClientFailure::connection_lost);
}

Task<> ClientConnection::write(OutBuffers buffers, std::chrono::nanoseconds stall_limit) {
  std::size_t done = 0;
  const std::size_t size = asio::buffer_size(buffers);
  while (done < size) {
    write_timed_out_ = false;
    write_deadline_ = Deadline::after(stall_limit).when();
    watch();
    error_code error;
    std::size_t sent = 0;
    if (tls_) {
      std::tie(error, sent) = co_await tls_->async_write_some(buffers, as_result);
    } else {
      std::tie(error, sent) = co_await socket_.async_write_some(buffers, as_result);
    }
    write_deadline_ = TimePoint::max();
    if (error) {
      co_return co_await explain(error, write_timed_out_, ClientFailure::between_bytes_timeout,
                                 ClientFailure::connection_lost);
    }
    done += sent;
    for (asio::const_buffer& buffer : buffers) {
      const std::size_t taken = std::min(sent, buffer.size());
      buffer += taken;
      sent -= taken;
    }
  }
  co_return Result<>();
}

asio::awaitable<Error> ClientConnection::explain(error_code error, bool timed_out,
                                                 ClientFailure on_timeout,
                                                 ClientFailure otherwise) {
  if (timed_out) {
    co_return fail(on_timeout, Error(ErrorKind::timeout, "the time limit has passed"));
  }
  const bool cancelled =
      (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
  if (cancelled && error == asio::error::operation_aborted) {
    co_return fail(ClientFailure::connection_lost, Error(ErrorKind::cancelled, "cancelled"));
  }
  const ErrorKind kind =
      otherwise == ClientFailure::tls_certificate ? ErrorKind::denied : ErrorKind::unavailable;
  co_return fail(otherwise, Error(kind, "{}", error.message()));
}

Error ClientConnection::fail(ClientFailure failure, Error error) {
  failure_ = failure_ == ClientFailure::none ? failure : failure_;
  return error;
}

void ClientConnection::watch() {
  const TimePoint next = std::min(read_deadline_, write_deadline_);
  if (next >= watchdog_at_) {
    return;  // it wakes before, and looks again then
  }
  watchdog_at_ = next;
  watchdog_.expires_at(next);
  watchdog_.async_wait([weak = weak_from_this()](const error_code& error) {
    const auto self = weak.lock();
    if (error || self == nullptr) {
      return;
    }
    self->watchdog_at_ = TimePoint::max();
    const TimePoint now = std::chrono::steady_clock::now();
    self->read_timed_out_ = now >= self->read_deadline_;
    self->write_timed_out_ = now >= self->write_deadline_;
    if (self->read_timed_out_ || self->write_timed_out_) {
      error_code ignored;
      self->socket_.cancel(ignored);
    } else if (std::min(self->read_deadline_, self->write_deadline_) != TimePoint::max()) {
      self->watch();
    }
  });
}

bool ClientConnection::is_quiet() noexcept {
  pollfd polled{.fd = socket_.native_handle(), .events = POLLIN | POLLRDHUP, .revents = 0};
  return socket_.is_open() && input_.empty() && ::poll(&polled, 1, 0) == 0;
}

void ClientConnection::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
  watchdog_.cancel();
}

}  // namespace wasmcloud::http
