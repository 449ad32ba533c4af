// What a connection is made of, shared by its handle, its subscriptions and the C client's
// callbacks. Only for this module.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/strand.hpp>

#include "wasmcloud/nats/client_library.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/nats/cork.h"
#include "wasmcloud/nats/waiter.h"

namespace wasmcloud::nats::internal {

// Somebody who waits for an answer.
struct PendingRequest {
  explicit PendingRequest(const asio::any_io_executor& executor) : waiter(executor) {}

  Waiter waiter;
  std::uint64_t epoch = 0;  // of the connection when it was made; set before it is shared
  MessageHandle reply;      // guarded by Core::requests_mutex_
  bool lost = false;        // likewise
};

// Holds itself by `self_` (in the closed callback's closure) from connect to closed.
class Core {
 public:
  using Pointer = std::shared_ptr<Core>;

  Core(asio::any_io_executor blocking, ConnectOptions options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();

  // Blocks. Once.
  static Result<> connect(const Pointer& self, Deadline deadline);
  enum class Tell : std::uint8_t { changes, nothing };

  // Blocks until the C client is done with us. Idempotent.
  void close(Tell tell) noexcept;

  Result<> publish(const Outgoing& message, const std::string& reply);

  Cork& cork() noexcept { return cork_; }

  static Task<Message> request(Pointer self, Outgoing message, Deadline deadline);
  static Task<Subscription> subscribe(Pointer self, SubscribeOptions options);
  static Task<> flush(Pointer self, Deadline deadline);
  static Task<> drain(Pointer self, Deadline deadline);
  static Task<> wait_connected(Pointer self, Deadline deadline);
  static Task<> wait_closed(Pointer self, Deadline deadline);
  static Task<> wait_lost(Pointer self, std::uint64_t seen, Deadline deadline);

  // Runs what takes the C client's lock: here if that is a matter of microseconds, on the pool if a
  // reconnect may hold it for long.
  template <typename Work>
  void run_or_post(Work work) {
    if (state() == ConnectionState::reconnecting) {
      asio::post(blocking_, std::move(work));
    } else {
      work();
    }
  }

  ConnectionState state() const noexcept { return state_.load(std::memory_order_acquire); }

  std::string server() const;

  std::size_t max_payload() const noexcept { return max_payload_.load(std::memory_order_relaxed); }

  std::uint64_t lost_publishes() const noexcept { return lost_publishes_.load(); }

  std::uint64_t losses() const noexcept { return epoch_.load(std::memory_order_acquire); }

  std::string new_inbox() const;

  const ConnectOptions& options() const noexcept { return options_; }

  const asio::any_io_executor& blocking() const noexcept { return blocking_; }

  natsConnection* native() const noexcept { return connection_; }

  // Why the connection is closed; empty if we closed it.
  std::string end_reason() const;

  void subscription_began() noexcept;
  void subscription_ended() noexcept;
  // Ends `subscription` and releases it when that is safe: the C client's reading thread uses what
  // it found for a message without holding a reference (3.4), so a subscription must outlive the
  // message that is being read. That is over when a later ping was answered, or at the end.
  static void retire(const Pointer& self, SubscriptionHandle subscription) noexcept;
  // Keeps `state` until close() has ended.
  void park(std::shared_ptr<void> state);

 private:
  struct Kept {
    Outgoing message;
    std::string reply;
  };

  static Task<> wait_until(Pointer self, std::function<std::optional<Result<>>()> answer,
                           Deadline deadline);
  Result<OptionsHandle> make_options();
  Result<> set_credentials(natsOptions* options);
  Result<JwtAndSeed> jwt_and_seed() const;
  Result<> set_tls(natsOptions* options);
  natsStatus send(const Outgoing& message, const std::string& reply);
  Error publish_error(natsStatus status, const Outgoing& message) const;
  Result<> keep(const Outgoing& message, const std::string& reply);
  std::string without_secrets(std::string text) const;

  // On the strand.
  void lost();
  void restored(std::uint64_t epoch);
  void ended();
  void send_kept();
  void release_retired() noexcept;
  void read_server();
  void tell(ConnectionState state, std::string reason);
  void fail_requests_before(std::uint64_t epoch);
  std::string last_error() const;

  static void on_lost(natsConnection*, void* closure) noexcept;
  static void on_restored(natsConnection*, void* closure) noexcept;
  static void on_closed(natsConnection*, void* closure) noexcept;
  static void on_error(natsConnection*, natsSubscription*, natsStatus, void* closure) noexcept;
  static void on_reply(natsConnection*, natsSubscription*, natsMsg*, void* closure) noexcept;
  static natsStatus give_jwt(char** jwt, char** error, void* closure) noexcept;
  static natsStatus sign(char** error, unsigned char** signature, int* size, const char* nonce,
                         void* closure) noexcept;

  const asio::any_io_executor blocking_;
  asio::strand<asio::any_io_executor> strand_;        // changes of state, one after the other
  asio::strand<asio::any_io_executor> flush_strand_;  // at most one flush blocks a thread
  ConnectOptions options_;
  natsConnection* connection_ = nullptr;  // set by connect(), destroyed with this
  Cork cork_;
  SubscriptionHandle replies_;
  Pointer self_;              // until the closed callback has run
  std::string reply_prefix_;  // "_INBOX.x.", followed by the request's number

  std::atomic<ConnectionState> state_ = ConnectionState::reconnecting;
  std::atomic<bool> direct_ = false;      // publish to the C client, not to kept_
  std::atomic<std::uint64_t> epoch_ = 0;  // counts losses
  std::atomic<std::size_t> max_payload_ = 0;
  std::atomic<std::uint64_t> lost_publishes_ = 0;
  std::atomic<bool> unlucky_nonce_ = false;  // see sign()

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable quiet_;
  std::string server_;
  std::string end_reason_;
  std::deque<Kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::size_t subscriptions_ = 0;  // whose callbacks may still be called
  bool client_closed_ = false;     // no callback of the connection comes any more
  bool closing_ = false;           // asked for
  bool silent_ = false;            // on_state is not to be called
  std::vector<std::shared_ptr<void>> parked_;
  std::vector<SubscriptionHandle> retired_;
  bool releasing_ = false;  // a ping is under way for some of them
  std::vector<std::shared_ptr<Waiter>> state_waiters_;

  std::mutex requests_mutex_;  // guards what follows
  std::uint64_t next_request_ = 0;
  std::unordered_map<std::uint64_t, std::shared_ptr<PendingRequest>> requests_;
};

}  // namespace wasmcloud::nats::internal
