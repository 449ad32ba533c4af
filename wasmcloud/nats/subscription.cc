#include "wasmcloud/nats/subscription.h"

#include <algorithm>
#include <climits>

#include "wasmcloud/base/log.h"
#include "wasmcloud/nats/subscription_state.h"

namespace wasmcloud::nats {
namespace internal {
namespace {

// For subject, headers and the buffer itself: the C client does not tell their size.
constexpr std::size_t kShare = 128;
constexpr std::size_t kClientMessages = 65'536;
constexpr std::size_t kClientBytes = 64 * 1024 * 1024;

std::size_t size_of(const natsMsg* message) noexcept {
  return static_cast<std::size_t>(natsMsg_GetDataLength(message)) + kShare;
}

int to_int(std::size_t limit) noexcept {
  return static_cast<int>(std::min<std::size_t>(limit, INT_MAX));
}

}  // namespace

SubscriptionState::SubscriptionState(asio::any_io_executor executor_, Core::Pointer core_,
                                     SubscribeOptions options_)
    : executor(std::move(executor_)),
      core(std::move(core_)),
      options(std::move(options_)),
      waiter(std::make_shared<Waiter>(executor)) {}

SubscriptionState::~SubscriptionState() {
  if (handle != nullptr) {
    Core::retire(core, std::move(handle));
  }
}

Result<> SubscriptionState::begin(const Pointer& self) {
  SubscriptionState& state = *self;
  {
    const std::scoped_lock lock(state.mutex_);
    state.self_ = self;
  }
  state.core->subscription_began();
  natsSubscription* made = nullptr;
  const natsStatus status =
      state.options.queue_group.empty()
          ? natsConnection_Subscribe(&made, state.core->native(), state.options.subject.c_str(),
                                     on_message, self.get())
          : natsConnection_QueueSubscribe(
                &made, state.core->native(), state.options.subject.c_str(),
                state.options.queue_group.c_str(), on_message, self.get());
  if (status != NATS_OK) {
    on_complete(self.get());
    return Error(kind_of(status), "subscribing to {}: {}", state.options.subject, text_of(status));
  }
  state.handle.reset(made);
  // The client's own queue in front of ours is drained at once by its delivering thread, which
  // never waits; its bounds are only for a machine that cannot keep up.
  natsSubscription_SetPendingLimits(made,
                                    to_int(std::max(state.options.max_messages, kClientMessages)),
                                    to_int(std::max(state.options.max_bytes, kClientBytes)));
  if (natsSubscription_SetOnCompleteCB(made, on_complete, self.get()) != NATS_OK) {
    // Closed since. The C client may still be in on_message.
    state.core->park(self);
    on_complete(self.get());
    return Error(ErrorKind::unavailable, "subscribing to {}: the connection was closed",
                 state.options.subject);
  }
  return {};
}

void SubscriptionState::on_message(natsConnection*, natsSubscription*, natsMsg* message,
                                   void* closure) noexcept {
  auto& state = *static_cast<SubscriptionState*>(closure);
  MessageHandle arrived(message);
  const std::size_t size = size_of(message);
  const std::scoped_lock lock(state.mutex_);
  if (state.abandoned_) {
    return;
  }
  if (state.held_messages + 1 > state.options.max_messages ||
      (state.held_messages > 0 && state.held_bytes + size > state.options.max_bytes)) {
    ++state.dropped;
    if (!state.dropping_) {
      state.dropping_ = true;
      asio::post(state.executor, [self = state.self_] { log_episode(self); });
    }
    return;
  }
  ++state.held_messages;
  state.held_bytes += size;
  state.incoming_.push_back(std::move(arrived));
  if (state.waiting_) {
    state.waiting_ = false;
    Waiter::wake(state.waiter);
  }
}

void SubscriptionState::on_complete(void* closure) noexcept {
  auto& state = *static_cast<SubscriptionState*>(closure);
  Core& core = *state.core;  // stays: its owner's close() waits for us
  Pointer self;
  {
    const std::scoped_lock lock(state.mutex_);
    state.ended_ = true;
    if (state.waiting_) {
      state.waiting_ = false;
      Waiter::wake(state.waiter);
    }
    self = std::move(state.self_);
  }
  self.reset();
  core.subscription_ended();
}

void SubscriptionState::log_episode(const Pointer& self) {
  log::warn("messages are dropped: a subscription's queue is full",
            {{"subject", self->options.subject},
             {"dropped", self->dropped.load()},
             {"max_messages", self->options.max_messages},
             {"max_bytes", self->options.max_bytes}});
}

void SubscriptionState::abandon(const Pointer& self) noexcept {
  std::vector<MessageHandle> incoming;
  bool used = false;
  {
    const std::scoped_lock lock(self->mutex_);
    self->abandoned_ = true;
    incoming.swap(self->incoming_);
    used = self->uses_ != 0;
  }
  self->batch_.clear();
  if (!used) {
    retire(self);
  }
}

void SubscriptionState::retire(const Pointer& self) {
  self->core->run_or_post([self] { Core::retire(self->core, std::move(self->handle)); });
}

SubscriptionState::Use::Use(Pointer state) : state_(std::move(state)) {
  const std::scoped_lock lock(state_->mutex_);
  ++state_->uses_;
}

SubscriptionState::Use::~Use() {
  bool last = false;
  {
    const std::scoped_lock lock(state_->mutex_);
    last = --state_->uses_ == 0 && state_->abandoned_;
  }
  if (last) {
    retire(state_);
  }
}

void SubscriptionState::forget(const MessageHandle& message) noexcept {
  --held_messages;
  held_bytes -= size_of(message.get());
}

SubscriptionState::Taken SubscriptionState::take(std::optional<Message>& message) {
  if (batch_at_ == batch_.size()) {
    batch_.clear();
    batch_at_ = 0;
    const std::scoped_lock lock(mutex_);
    batch_.swap(incoming_);
    if (batch_.empty()) {
      dropping_ = false;
      waiting_ = !ended_;
      return ended_ ? Taken::end : Taken::nothing;
    }
  }
  MessageHandle& next = batch_[batch_at_++];
  forget(next);
  message.emplace(static_cast<void*>(next.release()));
  return Taken::message;
}

void SubscriptionState::stop_waiting() {
  const std::scoped_lock lock(mutex_);
  waiting_ = false;
}

}  // namespace internal

using internal::SubscriptionState;

Subscription::Subscription(std::shared_ptr<SubscriptionState> state) noexcept
    : state_(std::move(state)) {}

Subscription::~Subscription() {
  if (state_ == nullptr) {
    return;
  }
  SubscriptionState::abandon(state_);
}

Task<std::optional<Message>> Subscription::next(Deadline deadline) {
  const auto state = state_;
  std::optional<Message> message;
  for (;;) {
    state->waiter->reset();
    switch (state->take(message)) {
      case SubscriptionState::Taken::message:
        co_return std::move(message);
      case SubscriptionState::Taken::end: {
        const std::string reason = state->core->end_reason();
        if (!reason.empty()) {
          co_return Error(ErrorKind::unavailable, "subscription to {}: the connection ended: {}",
                          state->options.subject, reason);
        }
        co_return std::optional<Message>();
      }
      case SubscriptionState::Taken::nothing:
        break;
    }
    Result<> waited = co_await state->waiter->wait(deadline);
    if (!waited) {
      state->stop_waiting();
      co_return std::move(waited).error().with_context(
          fmt::format("subscription to {}", state->options.subject));
    }
  }
}

std::optional<Message> Subscription::try_next() {
  std::optional<Message> message;
  if (state_->take(message) == SubscriptionState::Taken::nothing) {
    state_->stop_waiting();
  }
  return message;
}

namespace {

using Work = std::function<Result<>()>;

// A call of the C client with the handle, which stays until it is done. `doing`: "draining the
// subscription to", for the error.
Work with_handle(const std::shared_ptr<SubscriptionState>& state, std::string_view doing,
                 std::function<natsStatus(natsSubscription*)> call) {
  auto use = std::make_shared<const SubscriptionState::Use>(state);
  return [state, use = std::move(use), doing, call = std::move(call)]() -> Result<> {
    const natsStatus status = call(use->handle());
    if (status != NATS_OK) {
      return Error(internal::kind_of(status), "{} {}: {}", doing, state->options.subject,
                   internal::text_of(status));
    }
    return {};
  };
}

// Here, unless a reconnect may hold the C client's lock for long.
Task<> run_or_wait(std::shared_ptr<SubscriptionState> state, Work work) {
  if (state->core->state() != ConnectionState::reconnecting) {
    co_return work();
  }
  co_return co_await internal::run_blocking<void>(state->core->blocking(), std::move(work),
                                                  Deadline::never());
}

}  // namespace

Task<> Subscription::unsubscribe() {
  Work work = with_handle(state_, "unsubscribing from", [](natsSubscription* handle) {
    const natsStatus status = natsSubscription_Unsubscribe(handle);
    const bool over = status == NATS_INVALID_SUBSCRIPTION || status == NATS_CONNECTION_CLOSED;
    return over ? NATS_OK : status;
  });
  return run_or_wait(state_, std::move(work));
}

Task<> Subscription::unsubscribe_after(std::size_t count) {
  Work work =
      with_handle(state_, "limiting the subscription to", [count](natsSubscription* handle) {
        return natsSubscription_AutoUnsubscribe(handle, internal::to_int(count));
      });
  return run_or_wait(state_, std::move(work));
}

Task<> Subscription::drain(Deadline deadline) {
  Work work =
      with_handle(state_, "draining the subscription to", [deadline](natsSubscription* handle) {
        return natsSubscription_DrainTimeout(handle, internal::milliseconds_left(deadline));
      });
  return internal::run_blocking<void>(state_->core->blocking(), std::move(work), deadline);
}

const std::string& Subscription::subject() const noexcept { return state_->options.subject; }

std::size_t Subscription::queued() const noexcept { return state_->held_messages; }

std::uint64_t Subscription::dropped() const {
  std::int64_t by_client = 0;  // stays so after the end: the client does not tell any more
  natsSubscription_GetDropped(state_->handle.get(), &by_client);
  return state_->dropped + static_cast<std::uint64_t>(std::max<std::int64_t>(0, by_client));
}

}  // namespace wasmcloud::nats
