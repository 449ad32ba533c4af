// Between the C client's delivering thread and the owner of a Subscription. Only for this module.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/nats/core.h"
#include "wasmcloud/nats/subscription.h"

namespace wasmcloud::nats::internal {

// Holds itself from begin() until the C client says that it will not call back again.
struct SubscriptionState {
  using Pointer = std::shared_ptr<SubscriptionState>;

  SubscriptionState(asio::any_io_executor executor_, Core::Pointer core_,
                    SubscribeOptions options_);
  ~SubscriptionState();
  SubscriptionState(const SubscriptionState&) = delete;
  SubscriptionState& operator=(const SubscriptionState&) = delete;

  // Subscribes. May block for as long as a reconnect takes.
  static Result<> begin(const Pointer& self);
  // The owner is gone: nothing is kept or posted from now on, and the handle goes as soon as nobody
  // uses it.
  static void abandon(const Pointer& self) noexcept;

  // A use of the handle that may go on beside its owner: begun by the owner, ended on any thread.
  class Use {
   public:
    explicit Use(Pointer state);
    ~Use();
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    natsSubscription* handle() const noexcept { return state_->handle.get(); }

   private:
    const Pointer state_;
  };

  enum class Taken : std::uint8_t { message, nothing, end };

  // On the owner's executor. With `nothing`, the next arrival wakes the waiter.
  Taken take(std::optional<Message>& message);
  void stop_waiting();

  const asio::any_io_executor executor;
  const Core::Pointer core;
  const SubscribeOptions options;
  const std::shared_ptr<Waiter> waiter;
  SubscriptionHandle handle;  // the owner's, once begun

  std::atomic<std::size_t> held_messages = 0;
  std::atomic<std::size_t> held_bytes = 0;
  std::atomic<std::uint64_t> dropped = 0;

 private:
  static void on_message(natsConnection*, natsSubscription*, natsMsg* message,
                         void* closure) noexcept;
  static void on_complete(void* closure) noexcept;
  static void log_episode(const Pointer& self);
  static void retire(const Pointer& self);
  void forget(const MessageHandle& message) noexcept;

  // On the owner's executor.
  std::vector<MessageHandle> batch_;
  std::size_t batch_at_ = 0;

  std::mutex mutex_;  // guards what follows
  std::vector<MessageHandle> incoming_;
  bool waiting_ = false;
  bool ended_ = false;
  bool abandoned_ = false;
  std::size_t uses_ = 0;
  bool dropping_ = false;  // an episode, told once
  Pointer self_;
};

}  // namespace wasmcloud::nats::internal
