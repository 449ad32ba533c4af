#include "wasmcloud/wrpc/framed_transport.h"

#include <charconv>
#include <filesystem>
#include <utility>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/wrpc/framed_session.h"
#include "wasmcloud/wrpc/server_tasks.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::wrpc {
namespace {

using Socket = FramedConnection::Socket;
using asio::ip::tcp;
using asio::local::stream_protocol;

constexpr std::string_view kUnix = "unix:";
// After a connection that could not be accepted.
constexpr std::chrono::milliseconds kPause{100};

struct HostAndPort {
  std::string host;
  std::string port;
};

Result<HostAndPort> split(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) {
    return Error(ErrorKind::invalid, "address `{}`: expected host:port or unix:PATH", address);
  }
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return HostAndPort{std::string(host), std::string(address.substr(colon + 1))};
}

Result<stream_protocol::endpoint> unix_endpoint(const std::string& address) {
  const std::string path = address.substr(kUnix.size());
  constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty() || path.size() > kLongest) {
    return Error(ErrorKind::invalid, "address `{}`: expected a path of 1 to {} bytes", address,
                 kLongest);
  }
  return stream_protocol::endpoint(path);
}

Task<tcp::resolver::results_type> resolve(std::string address) {
  WC_CO_TRY_VALUE(const HostAndPort parts, split(address));
  tcp::resolver resolver(co_await asio::this_coro::executor);
  auto [error, found] =
      co_await resolver.async_resolve(parts.host, parts.port, asio::as_tuple(asio::use_awaitable));
  if (error) {
    co_return Error(ErrorKind::unavailable, "address `{}`: {}", address, error.message());
  }
  co_return std::move(found);
}

// Ends the operation of a socket at the deadline.
class Guard {
 public:
  Guard(asio::any_io_executor executor, Deadline deadline, Socket& socket)
      : state_(std::make_shared<State>(&socket)), timer_(std::move(executor), deadline.when()) {
    timer_.async_wait([state = state_](const boost::system::error_code& error) {
      if (!error && state->socket != nullptr) {
        state->expired = true;
        boost::system::error_code ignored;
        state->socket->close(ignored);
      }
    });
  }

  ~Guard() { state_->socket = nullptr; }

  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  bool expired() const noexcept { return state_->expired; }

 private:
  struct State {
    Socket* socket;
    bool expired = false;
  };

  const std::shared_ptr<State> state_;
  asio::steady_timer timer_;
};

class FramedClient final : public Client {
 public:
  FramedClient(std::string address, FramedOptions options)
      : address_(std::move(address)), options_(options) {}

  Task<std::unique_ptr<Session>> call(Call call, Deadline deadline) override {
    WC_CO_TRY(Socket socket, connect(address_, deadline), "calling {}.{}", call.instance,
              call.function);
    auto connection = std::make_shared<FramedConnection>(
        std::move(socket), FrameReader::From::server, options_.limits);
    auto session = std::make_unique<FramedSession>(connection, FramedSession::Role::client);
    WireWriter& out = connection->out().plain();
    write_header(out, {.instance = std::move(call.instance),
                       .function = std::string(wire_name(call.function))});
    WC_CO_CHECK_VALUE(out.status());
    if (call.params.empty()) {  // peers wait for a first frame
      write_frame(out, {}, {});
    }
    WC_CO_CHECK(session->write({}, std::move(call.params), deadline));
    if (!call.has_async_params) {
      connection->finish();
    }
    connection->want_more();
    co_return std::unique_ptr<Session>(std::move(session));
  }

 private:
  static Task<Socket> connect(std::string address, Deadline deadline) {
    const auto executor = co_await asio::this_coro::executor;
    if (address.starts_with(kUnix)) {
      WC_CO_TRY_VALUE(const stream_protocol::endpoint endpoint, unix_endpoint(address));
      co_return co_await connect_to(address, endpoint, deadline);
    }
    WC_CO_TRY(const auto found, resolve(address));
    Result<Socket> connected = Error(ErrorKind::unavailable, "address `{}`: none", address);
    for (const auto& entry : found) {
      connected = co_await connect_to(address, entry.endpoint(), deadline);
      if (connected) {
        boost::system::error_code ignored;
        connected->set_option(tcp::no_delay(true), ignored);
        break;
      }
    }
    co_return std::move(connected);
  }

  static Task<Socket> connect_to(std::string address, Socket::endpoint_type endpoint,
                                 Deadline deadline) {
    const auto executor = co_await asio::this_coro::executor;
    Socket socket(executor);
    const Guard guard(executor, deadline, socket);
    const auto [error] = co_await socket.async_connect(endpoint, as_result);
    if (guard.expired()) {
      co_return Error(ErrorKind::timeout, "connecting to {}: the deadline passed", address);
    }
    if (error) {
      co_return to_error(error, fmt::format("connecting to {}", address));
    }
    co_return std::move(socket);
  }

  const std::string address_;
  const FramedOptions options_;
};

}  // namespace

std::unique_ptr<Client> make_framed_client(std::string address, FramedOptions options) {
  return std::make_unique<FramedClient>(std::move(address), options);
}

// --- serving ---

class FramedServer::Impl {
 public:
  Impl(std::string address, Handler& handler, FramedOptions options)
      : address_(std::move(address)), handler_(handler), options_(options) {}

  ~Impl() {
    if (acceptor_ && address_.starts_with(kUnix)) {
      std::error_code ignored;
      std::filesystem::remove(address_.substr(kUnix.size()), ignored);
    }
  }

  Task<> start() {
    const auto executor = co_await asio::this_coro::executor;
    if (address_.starts_with(kUnix)) {
      WC_CO_TRY_VALUE(const stream_protocol::endpoint endpoint, unix_endpoint(address_));
      WC_CO_CHECK_VALUE(listen(executor, endpoint));
    } else {
      WC_CO_TRY(const auto found, resolve(address_));
      const tcp::endpoint endpoint = found.begin()->endpoint();
      WC_CO_CHECK_VALUE(listen(executor, endpoint));
      const std::size_t colon = address_.rfind(':');
      tcp::endpoint local;
      local.resize(acceptor_->local_endpoint().size());
      std::memcpy(local.data(), acceptor_->local_endpoint().data(), local.size());
      address_ = fmt::format("{}:{}", address_.substr(0, colon), local.port());
    }
    accepting_.emplace(executor);
    running_.emplace(executor, options_.max_connections);
    accepting_->spawn(fmt::format("accepting on {}", address_), accept());
    co_return Result<>();
  }

  Task<> stop(Deadline deadline) {
    if (!accepting_) {
      co_return Result<>();
    }
    accepting_->cancel();
    WC_CO_CHECK(accepting_->join());
    boost::system::error_code ignored;
    acceptor_->close(ignored);
    co_return co_await running_->drain(deadline);
  }

  const std::string& address() const noexcept { return address_; }

 private:
  using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

  Result<> listen(const asio::any_io_executor& executor,
                  const asio::generic::stream_protocol::endpoint& endpoint) {
    acceptor_.emplace(executor);
    boost::system::error_code error;
    acceptor_->open(endpoint.protocol(), error);
    if (!error) {
      acceptor_->set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error) {
      acceptor_->bind(endpoint, error);
    }
    if (!error) {
      acceptor_->listen(asio::socket_base::max_listen_connections, error);
    }
    if (error == asio::error::address_in_use) {
      acceptor_.reset();
      return Error(ErrorKind::conflict, "address `{}` is in use", address_);
    }
    if (error) {
      acceptor_.reset();
      return Error(ErrorKind::unavailable, "listening on `{}`: {}", address_, error.message());
    }
    return {};
  }

  Task<> accept() {
    for (;;) {
      Socket socket(co_await asio::this_coro::executor);
      const auto [error] = co_await acceptor_->async_accept(socket, as_result);
      if (error == asio::error::operation_aborted) {
        co_return Error(ErrorKind::cancelled, "stopped");
      }
      if (error) {  // such as too many open files: those that run will end
        log::warn("a connection cannot be accepted",
                  {{"address", address_}, {"error", error.message()}});
        WC_CO_CHECK(running_->pause(Deadline::after(kPause)));
        continue;
      }
      running_->spawn("an invocation", run(std::move(socket)));
      WC_CO_CHECK(running_->wait_room());
    }
  }

  Task<> run(Socket socket) {
    boost::system::error_code ignored;  // a Unix socket has no such option
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<FramedConnection>(
        std::move(socket), FrameReader::From::client, options_.limits);
    auto session = std::make_unique<FramedSession>(connection, FramedSession::Role::server);
    WC_CO_CHECK(connection->wait_header(Deadline::after(options_.header_timeout)));
    Invocation invocation{.instance = connection->header()->instance,
                          .function = connection->header()->function,
                          .headers = {},
                          .session = std::move(session)};
    std::string what = fmt::format("{}.{}", invocation.instance, invocation.function);
    WC_CO_CHECK(handler_.handle(std::move(invocation)), "{}", what);
    co_return Result<>();
  }

  std::string address_;
  Handler& handler_;
  const FramedOptions options_;
  std::optional<Acceptor> acceptor_;
  std::optional<TaskScope> accepting_;
  std::optional<ServerTasks> running_;
};

FramedServer::FramedServer(std::string address, Handler& handler, FramedOptions options)
    : impl_(std::make_unique<Impl>(std::move(address), handler, options)) {}

FramedServer::~FramedServer() = default;

Task<> FramedServer::start() { return impl_->start(); }

const std::string& FramedServer::address() const noexcept { return impl_->address(); }

Task<> FramedServer::stop(Deadline deadline) { return impl_->stop(deadline); }

}  // namespace wasmcloud::wrpc
