#include "wasmcloud/http/server.h"

#include <algorithm>
#include <atomic>
#include <list>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/http/authority.h"
#include "wasmcloud/http/loopback.h"
#include "wasmcloud/http/server_connection.h"

namespace wasmcloud::http {
namespace {

using asio::ip::tcp;
using Executor = asio::io_context::executor_type;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using boost::system::error_code;

constexpr int kBacklog = 4096;
// How long an acceptor rests when no connection can be taken: every shard is full, or the process
// has no file descriptors left.
constexpr std::chrono::milliseconds kAcceptPause{20};

// How often time limits are looked at: often enough for the shortest, never often enough to be
// felt.
std::chrono::milliseconds sweep_period(const ServerLimits& limits) {
  const auto shortest =
      std::min({limits.header_timeout, limits.idle_timeout, limits.body_timeout}) / 4;
  return std::clamp(shortest, std::chrono::milliseconds(10), std::chrono::milliseconds(250));
}

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                    : fmt::format("{}:{}", address, endpoint.port());
}

struct Common {
  Common(Handler& handler_, const ServerLimits& limits_) : handler(handler_), limits(limits_) {}

  Handler& handler;
  const ServerLimits limits;
};

// A server's part on one shard. All but `load` and the constructor is for that shard's thread.
class ShardServer {
 public:
  ShardServer(Shard& shard, const Common& common, Acceptor acceptor)
      : shard_(shard),
        common_(common),
        acceptor_(std::move(acceptor)),
        sweep_timer_(shard.executor()),
        emptied_(shard.executor(), TimePoint::max()),
        accepting_(shard.executor()),
        serving_(shard.executor()) {}

  void start(std::span<const std::unique_ptr<ShardServer>> all) {
    serving_.spawn("http sweep", sweep_loop());
    accepting_.spawn("http accept", accept_loop(all));
  }

  Shard& shard() noexcept { return shard_; }

  // Connections it has or is promised.
  std::uint32_t load() const noexcept { return load_.load(std::memory_order_relaxed); }

  Task<> stop_accepting();
  Task<> drain(Deadline deadline);

 private:
  Task<> accept_loop(std::span<const std::unique_ptr<ShardServer>> all);
  ShardServer* reserve(std::span<const std::unique_ptr<ShardServer>> all) noexcept;

  void release() noexcept { load_.fetch_sub(1, std::memory_order_relaxed); }

  void adopt(ServerSocket socket);
  Task<> serve(ServerSocket socket);
  Task<> sweep_loop();
  void sweep();

  Shard& shard_;
  const Common& common_;
  Acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer emptied_;  // expires when the drain is over; cancelled when nothing is left
  std::atomic<std::uint32_t> load_{0};
  std::list<ServerConnection*> connections_;
  std::vector<pollfd> polled_;  // of a sweep; both keep their memory
  std::vector<ServerConnection*> polled_connections_;
  bool draining_ = false;
  bool stopped_ = false;
  TaskScope accepting_;
  TaskScope serving_;
};

// Every shard accepts from the one listening socket, so whoever has time does; the connection goes
// to the shard that has the fewest.
Task<> ShardServer::accept_loop(std::span<const std::unique_ptr<ShardServer>> all) {
  asio::steady_timer pause(shard_.executor());
  while (acceptor_.is_open()) {
    ShardServer* const target = reserve(all);
    if (target == nullptr) {
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(as_result);
      continue;
    }
    auto [error, socket] = co_await acceptor_.async_accept(target->shard().executor(), as_result);
    if (!error) {
      asio::dispatch(target->shard().executor(), [target, taken = std::move(socket)]() mutable {
        target->adopt(std::move(taken));
      });
      continue;
    }
    target->release();
    if (error == asio::error::operation_aborted) {
      break;
    }
    if (error != asio::error::connection_aborted) {
      log::warn("cannot accept a connection", {{"error", error.message()}});
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(as_result);
    }
  }
  co_return Result<>();
}

ShardServer* ShardServer::reserve(std::span<const std::unique_ptr<ShardServer>> all) noexcept {
  ShardServer* best = this;
  for (const auto& each : all) {
    if (each->load() < best->load()) {
      best = each.get();
    }
  }
  // Other shards choose at the same time: what counts is who comes within the limit.
  if (best->load_.fetch_add(1, std::memory_order_relaxed) >= common_.limits.connections_per_shard) {
    best->release();
    return nullptr;
  }
  return best;
}

void ShardServer::adopt(ServerSocket socket) {
  serving_.spawn("http connection", serve(std::move(socket)));
}

Task<> ShardServer::serve(ServerSocket socket) {
  error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  const ServerConnection::Surroundings around{
      .handler = common_.handler, .limits = common_.limits, .draining = draining_};
  ServerConnection connection(std::move(socket), to_text(peer), around);
  connections_.push_back(&connection);
  const auto place = std::prev(connections_.end());
  if (connections_.size() == 1) {
    sweep_timer_.cancel();  // it rests while there is nothing to sweep
  }
  Result<> result;
  try {
    result = co_await asio::co_spawn(
        shard_.executor(), connection.run(),
        asio::bind_cancellation_slot(connection.signal().slot(), asio::use_awaitable));
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) {
      result = Error(ErrorKind::internal, "exception: {}", e.what());
    }
  } catch (const std::exception& e) {
    result = Error(ErrorKind::internal, "exception: {}", e.what());
  }
  connections_.erase(place);
  release();
  if (connections_.empty()) {
    emptied_.cancel();
  }
  if (!result && result.error().kind() == ErrorKind::internal) {
    co_return result;
  }
  co_return Result<>();
}

Task<> ShardServer::sweep_loop() {
  const auto period = sweep_period(common_.limits);
  while (!stopped_) {
    if (connections_.empty()) {
      sweep_timer_.expires_at(TimePoint::max());
    } else {
      sweep_timer_.expires_after(period);
    }
    co_await sweep_timer_.async_wait(as_result);
    sweep();
  }
  co_return Result<>();
}

void ShardServer::sweep() {
  const TimePoint now = std::chrono::steady_clock::now();
  polled_.clear();
  polled_connections_.clear();
  for (ServerConnection* const connection : connections_) {
    if (connection->sweep(now)) {
      polled_.push_back({.fd = connection->native_handle(), .events = POLLRDHUP, .revents = 0});
      polled_connections_.push_back(connection);
    }
  }
  if (polled_.empty() || ::poll(polled_.data(), polled_.size(), 0) <= 0) {
    return;
  }
  // None of them ends before we return: their tasks go on by the executor.
  for (std::size_t i = 0; i < polled_.size(); ++i) {
    if (polled_[i].revents != 0) {
      polled_connections_[i]->cancel();
    }
  }
}

Task<> ShardServer::stop_accepting() {
  error_code ignored;
  acceptor_.close(ignored);
  draining_ = true;
  WC_CO_CHECK(accepting_.join());
  for (ServerConnection* const connection : connections_) {
    connection->drain();
  }
  co_return Result<>();
}

Task<> ShardServer::drain(Deadline deadline) {
  if (deadline.when() < emptied_.expiry()) {
    emptied_.expires_at(deadline.when());  // wakes another drain(), which then waits for this
  }
  while (!connections_.empty() && std::chrono::steady_clock::now() < emptied_.expiry()) {
    co_await emptied_.async_wait(as_result);
  }
  const std::vector<ServerConnection*> left(connections_.begin(), connections_.end());
  for (ServerConnection* const connection : left) {
    connection->cancel();
  }
  stopped_ = true;
  sweep_timer_.cancel();
  co_return co_await serving_.join();
}

class ServerImpl final : public Server {
 public:
  ServerImpl(Shards& shards, Handler& handler, const ServerLimits& limits, std::string address)
      : common_(handler, limits), address_(std::move(address)) {
    parts_.reserve(shards.size());
  }

  ~ServerImpl() override {
    if (stopped_ || parts_.empty()) {
      return;
    }
    for (const auto& part : parts_) {
      WC_ASSERT(!part->shard().is_current());
    }
    const Result<> result = block_on(parts_[0]->shard().executor(), stop(Deadline::after({})));
    if (!result) {
      log::error("cannot stop the HTTP server", {{"error", result.error().describe()}});
    }
  }

  const std::string& address() const noexcept override { return address_; }

  Task<> stop_accepting() override { return whole(stop_accepting_everywhere()); }

  Task<> stop(Deadline deadline) override { return whole(stop_everywhere(deadline)); }

  void add(Shard& shard, Acceptor acceptor) {
    parts_.push_back(std::make_unique<ShardServer>(shard, common_, std::move(acceptor)));
  }

  void start() {
    for (const auto& part : parts_) {
      asio::post(part->shard().executor(), [this, target = part.get()] { target->start(parts_); });
    }
  }

 private:
  // To its end, also for a caller that is cancelled.
  static Task<> whole(Task<> task) {
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    Result<> result = co_await std::move(task);
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return result;
  }

  Task<> stop_accepting_everywhere() {
    for (const auto& part : parts_) {
      WC_CO_CHECK(
          asio::co_spawn(part->shard().executor(), part->stop_accepting(), not_cancelled()));
    }
    co_return Result<>();
  }

  Task<> stop_everywhere(Deadline deadline) {
    stopped_ = true;
    // First all, so that no shard serves new requests while another drains.
    WC_CO_CHECK(stop_accepting_everywhere());
    for (const auto& part : parts_) {
      WC_CO_CHECK(asio::co_spawn(part->shard().executor(), part->drain(deadline), not_cancelled()));
    }
    co_return Result<>();
  }

  Common common_;
  std::string address_;
  std::atomic<bool> stopped_ = false;
  std::vector<std::unique_ptr<ShardServer>> parts_;
};

Error listen_error(const error_code& error, const std::string& address) {
  if (error == asio::error::address_in_use) {
    return Error(ErrorKind::conflict,
                 "cannot listen at {}: the port is in use by another program, or by this one",
                 address);
  }
  if (error == asio::error::access_denied) {
    return Error(ErrorKind::denied, "cannot listen at {}: this user may not use the port", address);
  }
  return Error(ErrorKind::invalid, "cannot listen at {}: {}", address, error.message());
}

// IPv4 first: "localhost" is then where most clients look.
Result<std::vector<tcp::endpoint>> resolve(asio::io_context& context, const std::string& address) {
  const auto authority = parse_authority(address);
  if (!authority || !authority->port) {
    return Error(ErrorKind::invalid, "expected HOST:PORT to listen at, found \"{}\"", address);
  }
  error_code error;
  const auto literal = asio::ip::make_address(std::string(authority->host), error);
  if (!error) {
    return std::vector{tcp::endpoint(literal, *authority->port)};
  }
  std::vector<tcp::endpoint> endpoints;
  for (const auto& loopback : loopback_addresses(authority->host)) {
    endpoints.emplace_back(loopback, *authority->port);
  }
  if (!endpoints.empty()) {
    return endpoints;
  }
  tcp::resolver resolver(context);
  const auto found =
      resolver.resolve(std::string(authority->host), std::to_string(*authority->port),
                       tcp::resolver::passive, error);
  if (error) {
    return Error(ErrorKind::invalid, "cannot listen at {}: {}", address, error.message());
  }
  for (const bool v4 : {true, false}) {
    for (const auto& entry : found) {
      if (entry.endpoint().address().is_v4() == v4) {
        endpoints.push_back(entry.endpoint());
      }
    }
  }
  return endpoints;
}

// Without SO_REUSEPORT, which would share the port silently with whoever else sets it.
Result<Acceptor> bind(Executor executor, const tcp::endpoint& endpoint,
                      const std::string& address) {
  Acceptor acceptor(executor);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) {
    acceptor.set_option(asio::socket_base::reuse_address(true), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (!error) {
    acceptor.listen(kBacklog, error);
  }
  if (error) {
    return listen_error(error, address);
  }
  return acceptor;
}

Result<Acceptor> share(Acceptor& original, Executor executor, const tcp& protocol) {
  const int copy = ::fcntl(original.native_handle(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) {
    return Error(ErrorKind::exhausted, "cannot share a listening socket: no file descriptor left");
  }
  return Acceptor(executor, protocol, copy);
}

}  // namespace

Result<std::unique_ptr<Server>> listen(Shards& shards, const std::string& address, Handler& handler,
                                       ServerLimits limits) {
  WC_TRY(const auto endpoints, resolve(shards[0].context(), address));
  Result<Acceptor> first = Error(ErrorKind::invalid, "cannot listen at {}: no address", address);
  for (const tcp::endpoint& endpoint : endpoints) {
    first = bind(shards[0].executor(), endpoint, address);
    if (first || first.error().kind() != ErrorKind::invalid) {
      break;
    }
  }
  if (!first) {
    return std::move(first).error();
  }
  const tcp::endpoint local = first->local_endpoint();
  auto server = std::make_unique<ServerImpl>(shards, handler, limits, to_text(local));
  std::vector<Acceptor> acceptors;
  for (std::size_t i = 1; i < shards.size(); ++i) {
    WC_TRY(auto acceptor, share(*first, shards[i].executor(), local.protocol()));
    acceptors.push_back(std::move(acceptor));
  }
  server->add(shards[0], *std::move(first));
  for (std::size_t i = 1; i < shards.size(); ++i) {
    server->add(shards[i], std::move(acceptors[i - 1]));
  }
  server->start();
  return server;
}

}  // namespace wasmcloud::http
