// A subscription: messages of a subject, in the order of their arrival, in a bounded queue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/message.h"

namespace wasmcloud::nats {

struct SubscribeOptions {
  std::string subject;
  // Each message goes to one of the subscriptions with the same group; empty: to all.
  std::string queue_group = {};
  // A message that would exceed one of these is dropped and counted: the newest goes, what waits
  // stays. Each is at least 1. A message counts with its payload and 128 bytes; one always fits.
  std::size_t max_messages = 65'536;
  std::size_t max_bytes = 64 * 1024 * 1024;
};

namespace internal {
class Core;
struct SubscriptionState;
}  // namespace internal

// Belongs to the executor on which subscribe() was awaited; all methods are called there, and it is
// destroyed there (at once: what is queued is dropped). May outlive its Connection.
class Subscription {
 public:
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&&) = delete;
  ~Subscription();

  // The next message; nothing after the end: unsubscribed, drained, connection closed by us.
  // `unavailable` if the connection ended otherwise. `timeout`, `cancelled`: nothing is lost, call
  // again. One awaits at a time. A lost connection does not end it: it goes on after the reconnect,
  // without what was published meanwhile.
  Task<std::optional<Message>> next(Deadline deadline = Deadline::never());
  // One that is here already, else nothing.
  std::optional<Message> try_next();

  // No more from the server; what is here can still be taken.
  Task<> unsubscribe();
  // Ends after `count` messages in all, those already received included.
  Task<> unsubscribe_after(std::size_t count);
  // Like unsubscribe(), and what is under way to us still comes.
  Task<> drain(Deadline deadline);

  const std::string& subject() const noexcept;
  // Waiting to be taken.
  std::size_t queued() const noexcept;
  // Since the start. Each episode (from the first drop until the queue is empty again) is logged
  // once as a warning.
  std::uint64_t dropped() const;

 private:
  friend class internal::Core;
  explicit Subscription(std::shared_ptr<internal::SubscriptionState> state) noexcept;

  std::shared_ptr<internal::SubscriptionState> state_;
};

}  // namespace wasmcloud::nats
