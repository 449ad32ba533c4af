// What goes through a connection: publish, request, subscribe, flush, drain.
#include <charconv>

#include "wasmcloud/nats/core.h"
#include "wasmcloud/nats/subscription_state.h"

namespace wasmcloud::nats::internal {

natsStatus Core::send(const Outgoing& message, const std::string& reply) {
  const char* const subject = message.subject.c_str();
  const auto size = static_cast<int>(message.payload.size());
  if (message.headers.empty()) {
    return reply.empty()
               ? natsConnection_Publish(connection_, subject, message.payload.data(), size)
               : natsConnection_PublishRequest(connection_, subject, reply.c_str(),
                                               message.payload.data(), size);
  }
  natsMsg* made = nullptr;
  natsStatus status = natsMsg_Create(&made, subject, reply.empty() ? nullptr : reply.c_str(),
                                     message.payload.data(), size);
  const MessageHandle owned(made);
  for (const Header& header : message.headers.entries()) {
    if (status == NATS_OK) {
      status = natsMsgHeader_Add(made, header.name.c_str(), header.value.c_str());
    }
  }
  return status == NATS_OK ? natsConnection_PublishMsg(connection_, made) : status;
}

Error Core::publish_error(natsStatus status, const Outgoing& message) const {
  if (status == NATS_MAX_PAYLOAD) {
    return Error(ErrorKind::exhausted,
                 "publishing to {}: {} bytes and the headers are more than the server takes "
                 "(max_payload {})",
                 message.subject, message.payload.size(), max_payload());
  }
  return Error(kind_of(status), "publishing to {}: {}", message.subject,
               without_secrets(text_of(status)));
}

Result<> Core::keep(const Outgoing& message, const std::string& reply) {
  if (kept_bytes_ + message.payload.size() > options_.reconnect_buffer_bytes) {
    return Error(ErrorKind::exhausted,
                 "publishing to {}: the connection to {} is lost, and {} bytes wait for it already",
                 message.subject, server_, kept_bytes_);
  }
  kept_bytes_ += message.payload.size();
  kept_.push_back({message, reply});
  return {};
}

Result<> Core::publish(const Outgoing& message, const std::string& reply) {
  WC_CHECK(check_subject(message.subject, Wildcards::refused));
  if (!reply.empty()) {
    WC_CHECK(check_subject(reply, Wildcards::refused), "reply subject");
  }
  WC_CHECK(message.headers.check(), "publishing to {}", message.subject);
  if (message.payload.size() > max_payload()) {
    return publish_error(NATS_MAX_PAYLOAD, message);
  }
  if (!direct_.load(std::memory_order_acquire)) {
    const std::scoped_lock lock(mutex_);
    if (state() == ConnectionState::closed || closing_) {
      return Error(ErrorKind::unavailable, "publishing to {}: the connection to {} is closed{}{}",
                   message.subject, server_, end_reason_.empty() ? "" : ": ", end_reason_);
    }
    if (!direct_) {
      return keep(message, reply);
    }
  }
  const natsStatus status = send(message, reply);
  if (status != NATS_OK) {
    return publish_error(status, message);
  }
  return {};
}

void Core::on_reply(natsConnection*, natsSubscription*, natsMsg* message, void* closure) noexcept {
  Core& core = *static_cast<Core*>(closure);
  MessageHandle reply(message);
  const std::string_view number =
      std::string_view(natsMsg_GetSubject(message)).substr(core.reply_prefix_.size());
  std::uint64_t id = 0;
  std::from_chars(number.data(), number.data() + number.size(), id);
  const std::scoped_lock lock(core.requests_mutex_);
  const auto found = core.requests_.find(id);
  if (found == core.requests_.end()) {
    return;  // nobody waits any more
  }
  found->second->reply = std::move(reply);
  Waiter::wake(std::shared_ptr<Waiter>(found->second, &found->second->waiter));
  core.requests_.erase(found);
}

Task<Message> Core::request(Pointer self, Outgoing message, Deadline deadline) {
  if (!message.reply.empty()) {
    co_return Error(ErrorKind::invalid, "request to {}: a request's reply subject is not chosen",
                    message.subject);
  }
  const auto pending =
      std::make_shared<PendingRequest>(asio::any_io_executor(co_await asio::this_coro::executor));

  // In the table from before the answer can come until this coroutine ends, however it does.
  struct Entry {
    ~Entry() {
      const std::scoped_lock lock(core.requests_mutex_);
      core.requests_.erase(id);
    }

    Core& core;
    std::uint64_t id;
  };

  std::uint64_t id = 0;
  {
    const std::scoped_lock lock(self->requests_mutex_);
    id = ++self->next_request_;
    pending->epoch = self->epoch_;
    self->requests_.emplace(id, pending);
  }
  const Entry entry{*self, id};
  WC_CO_CHECK_VALUE(self->publish(message, self->reply_prefix_ + std::to_string(id)));
  Result<> waited = co_await pending->waiter.wait(deadline);

  MessageHandle reply;
  bool lost = false;
  {
    const std::scoped_lock lock(self->requests_mutex_);
    reply = std::move(pending->reply);
    lost = pending->lost;
  }
  if (reply != nullptr) {
    Message came(reply.release());
    if (came.payload().empty() && came.header("Status") == "503") {
      co_return Error(ErrorKind::unavailable, "request to {}: nobody listens to that subject",
                      message.subject);
    }
    co_return std::move(came);
  }
  if (lost) {
    co_return Error(ErrorKind::unavailable,
                    "request to {}: the connection to {} was lost before an answer came; it may "
                    "have been handled",
                    message.subject, self->server());
  }
  co_return std::move(waited).error().with_context(fmt::format("request to {}", message.subject));
}

// Until `answer`, asked under the lock and after each change of state, is one.
Task<> Core::wait_until(Pointer self, std::function<std::optional<Result<>>()> answer,
                        Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  for (;;) {
    const auto waiter = std::make_shared<Waiter>(executor);
    {
      const std::scoped_lock lock(self->mutex_);
      if (std::optional<Result<>> answered = answer()) {
        co_return *std::move(answered);
      }
      self->state_waiters_.push_back(waiter);
    }
    Result<> waited = co_await waiter->wait(deadline);
    if (!waited) {
      const std::scoped_lock lock(self->mutex_);
      std::erase(self->state_waiters_, waiter);
      co_return waited;
    }
  }
}

Task<> Core::wait_connected(Pointer self, Deadline deadline) {
  std::function<std::optional<Result<>>()> answer = [self] -> std::optional<Result<>> {
    if (self->state() == ConnectionState::connected) {
      return Result<>();
    }
    if (self->state() == ConnectionState::closed || self->closing_) {
      return Error(ErrorKind::unavailable, "the connection to {} is closed", self->server_);
    }
    return std::nullopt;
  };
  Result<> waited = co_await wait_until(self, std::move(answer), deadline);
  if (!waited && waited.error().kind() != ErrorKind::unavailable) {
    co_return std::move(waited).error().with_context(
        fmt::format("waiting for the connection to {}", self->server()));
  }
  co_return waited;
}

Task<> Core::wait_closed(Pointer self, Deadline deadline) {
  std::function<std::optional<Result<>>()> answer = [self] -> std::optional<Result<>> {
    return self->state() == ConnectionState::closed ? std::optional(Result<>()) : std::nullopt;
  };
  return wait_until(self, std::move(answer), deadline);
}

Task<> Core::wait_lost(Pointer self, std::uint64_t seen, Deadline deadline) {
  std::function<std::optional<Result<>>()> answer = [self, seen] -> std::optional<Result<>> {
    return self->losses() > seen ? std::optional(Result<>()) : std::nullopt;
  };
  return wait_until(self, std::move(answer), deadline);
}

Task<> Core::flush(Pointer self, Deadline deadline) {
  WC_CO_CHECK(wait_connected(self, deadline), "flush");
  std::function<Result<>()> work = [self, deadline]() -> Result<> {
    if (deadline.expired()) {
      return Error(ErrorKind::timeout, "flush: the deadline passed");
    }
    const natsStatus status =
        natsConnection_FlushTimeout(self->connection_, milliseconds_left(deadline));
    if (status != NATS_OK) {
      return Error(kind_of(status), "flush: {}", text_of(status));
    }
    return {};
  };
  co_return co_await run_blocking<void>(self->flush_strand_, std::move(work), deadline);
}

Task<> Core::drain(Pointer self, Deadline deadline) {
  WC_CO_CHECK(wait_connected(self, deadline), "drain");
  std::function<Result<>()> work = [self, deadline]() -> Result<> {
    {
      const std::scoped_lock lock(self->mutex_);
      self->closing_ = true;  // so that the end that follows counts as asked for
    }
    const natsStatus status =
        natsConnection_DrainTimeout(self->connection_, milliseconds_left(deadline));
    if (status != NATS_OK) {
      return Error(kind_of(status), "drain: {}", text_of(status));
    }
    return {};
  };
  WC_CO_CHECK(run_blocking<void>(self->blocking_, std::move(work), deadline));
  WC_CO_CHECK(wait_closed(self, deadline), "drain");
  co_return Result<>();
}

Task<Subscription> Core::subscribe(Pointer self, SubscribeOptions options) {
  WC_CO_CHECK_VALUE(check_subject(options.subject, Wildcards::allowed));
  if (!options.queue_group.empty()) {
    WC_CO_CHECK_VALUE(check_subject(options.queue_group, Wildcards::refused), "queue group");
  }
  if (options.max_messages == 0 || options.max_bytes == 0) {
    co_return Error(ErrorKind::invalid, "subscription to {}: its queue needs room for a message",
                    options.subject);
  }
  const auto state = std::make_shared<SubscriptionState>(
      asio::any_io_executor(co_await asio::this_coro::executor), self, std::move(options));
  if (self->state() != ConnectionState::reconnecting) {
    WC_CO_CHECK_VALUE(SubscriptionState::begin(state));
  } else {
    std::function<Result<>()> work = [state] { return SubscriptionState::begin(state); };
    WC_CO_CHECK(run_blocking<void>(self->blocking_, std::move(work), Deadline::never()));
  }
  co_return Subscription(state);
}

}  // namespace wasmcloud::nats::internal
