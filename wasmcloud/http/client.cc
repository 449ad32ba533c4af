#include "wasmcloud/http/client.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/http/client_exchange.h"

namespace wasmcloud::http {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;
using boost::system::error_code;

// The connections that wait for their next request. Outlives its client while exchanges are open.
class Pool final : public ConnectionSource, public std::enable_shared_from_this<Pool> {
 public:
  Pool(asio::any_io_executor executor, ClientConfig config)
      : executor_(std::move(executor)),
        config_(std::move(config)),
        tls_(asio::ssl::context::tls_client),
        timer_(executor_),
        trusted_(executor_, TimePoint::max()) {}

  Result<> prepare_tls() {
    error_code error;
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1,
                     error);
    if (!error && !config_.ca_file.empty()) {
      tls_.load_verify_file(config_.ca_file, error);
      trust_ = Trust::loaded;
    }
    if (error) {
      return Error(ErrorKind::invalid, "cannot read CA certificates from {}: {}", config_.ca_file,
                   error.message());
    }
    return {};
  }

  Task<Lease> lease(Origin origin, std::chrono::nanoseconds connect_timeout, bool fresh,
                    ClientFailure& failure) override {
    Lease lease;
    if (!fresh) {
      lease.connection = take(origin.key());
      lease.reused = lease.connection != nullptr;
    }
    if (!lease.reused) {
      const std::size_t limit =
          std::max<std::size_t>(InputBuffer::kUsualLimit, config_.header_bytes);
      lease.connection = std::make_shared<ClientConnection>(executor_, limit);
      const TimePoint deadline = Deadline::after(connect_timeout).when();
      if (origin.secure && trust_ != Trust::loaded) {
        co_await load_trust();
      }
      Result<> connected = co_await lease.connection->connect(std::move(origin), tls_, deadline);
      if (!connected) {
        failure = lease.connection->failure();
        co_return std::move(connected).error();
      }
    }
    co_return lease;
  }

  void give_back(const Origin& origin, std::shared_ptr<ClientConnection> connection) override {
    std::vector<Idle>& idle = idle_[origin.key()];
    if (closed_ || idle.size() >= config_.idle_per_authority || total_ >= config_.idle_total) {
      connection->close();
      return;
    }
    connection->input().shrink();
    idle.push_back({std::move(connection), Deadline::after(config_.idle_timeout).when()});
    ++total_;
    if (total_ == 1) {
      arm();
    }
  }

  void close_idle() noexcept {
    for (auto& [key, idle] : idle_) {
      for (const Idle& each : idle) {
        each.connection->close();
      }
    }
    idle_.clear();
    total_ = 0;
    timer_.cancel();
  }

  // The client is gone: what is given back now is closed.
  void close() noexcept {
    closed_ = true;
    close_idle();
  }

  asio::any_io_executor executor() const { return executor_; }

  const ClientConfig& config() const noexcept { return config_; }

 private:
  enum class Trust : std::uint8_t { absent, loading, loaded };

  struct Idle {
    std::shared_ptr<ClientConnection> connection;
    TimePoint until;
  };

  // The system's store takes a tenth of a second to read: when it is first needed, and not on the
  // shard. Without it no certificate is trusted, which the handshake will tell.
  asio::awaitable<void> load_trust() {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    if (trust_ == Trust::absent) {
      trust_ = Trust::loading;
      asio::thread_pool reader(1);
      co_await asio::post(asio::bind_executor(reader, asio::use_awaitable));
      error_code error;
      tls_.set_default_verify_paths(error);
      co_await asio::post(asio::bind_executor(executor_, asio::use_awaitable));
      reader.join();
      trust_ = Trust::loaded;
      trusted_.cancel();
    }
    while (trust_ == Trust::loading) {
      co_await trusted_.async_wait(as_result);
    }
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  }

  // The one used last, which is the likeliest to be alive. Nothing if there is none.
  std::shared_ptr<ClientConnection> take(const std::string& key) {
    const auto found = idle_.find(key);
    while (found != idle_.end() && !found->second.empty()) {
      auto connection = std::move(found->second.back().connection);
      found->second.pop_back();
      --total_;
      if (connection->is_quiet()) {
        return connection;
      }
      connection->close();
    }
    return nullptr;
  }

  void arm() {
    timer_.expires_after(config_.idle_timeout);
    timer_.async_wait([weak = weak_from_this()](const error_code& error) {
      const auto self = weak.lock();
      if (!error && self != nullptr) {
        self->close_expired();
      }
    });
  }

  void close_expired() {
    const TimePoint now = std::chrono::steady_clock::now();
    for (auto entry = idle_.begin(); entry != idle_.end();) {
      total_ -= static_cast<std::uint32_t>(
          std::erase_if(entry->second, [now](const Idle& each) { return each.until <= now; }));
      entry = entry->second.empty() ? idle_.erase(entry) : std::next(entry);
    }
    if (total_ != 0) {
      arm();
    }
  }

  asio::any_io_executor executor_;
  ClientConfig config_;
  asio::ssl::context tls_;
  asio::steady_timer timer_;
  asio::steady_timer trusted_;  // cancelled when the system's store has been read
  std::unordered_map<std::string, std::vector<Idle>> idle_;
  std::uint32_t total_ = 0;
  Trust trust_ = Trust::absent;
  bool closed_ = false;
};

class ClientImpl final : public Client {
 public:
  explicit ClientImpl(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

  ~ClientImpl() override { pool_->close(); }

  Task<std::unique_ptr<Exchange>> open(OpenRequest request, ClientFailure* failure) override {
    ClientFailure ignored = ClientFailure::none;
    ClientFailure& where = failure != nullptr ? *failure : ignored;
    where = ClientFailure::request_invalid;
    WC_CO_TRY_VALUE(Origin origin, Origin::parse(request.head.scheme, request.head.authority));
    WC_CO_TRY_VALUE(const BodyPlan plan, plan_request(request.head, request.has_body));
    auto exchange =
        std::make_unique<ClientExchange>(pool_, std::move(origin), std::move(request), plan,
                                         pool_->config().header_bytes, pool_->executor());
    Result<> opened = co_await exchange->open();
    where = exchange->failure();
    if (!opened) {
      co_return std::move(opened).error();
    }
    co_return std::unique_ptr<Exchange>(std::move(exchange));
  }

  void close_idle() noexcept override { pool_->close_idle(); }

 private:
  std::shared_ptr<Pool> pool_;
};

}  // namespace

Result<std::unique_ptr<Client>> make_client(asio::any_io_executor executor, ClientConfig config) {
  auto pool = std::make_shared<Pool>(std::move(executor), std::move(config));
  WC_CHECK(pool->prepare_tls());
  return std::make_unique<ClientImpl>(std::move(pool));
}

}  // namespace wasmcloud::http
