#include "wasmcloud/wrpc/nats_transport.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/base/signal.h"
#include "wasmcloud/wrpc/nats_session.h"
#include "wasmcloud/wrpc/server_tasks.h"

namespace wasmcloud::wrpc {

class NatsTransport::Impl {
 public:
  Impl(asio::any_io_executor executor, nats::Connection& connection, ChannelLimits limits)
      : sessions_{.connection = connection,
                  .outbox = {executor, connection},
                  .inbox = connection.new_inbox(),
                  .limits = limits},
        scope_(std::move(executor)) {}

  Task<> start() {
    nats::SubscribeOptions options{.subject = sessions_.inbox + ".>",
                                   .queue_group = {},
                                   .max_messages = std::size_t{1} << 20U,
                                   .max_bytes = std::size_t{256} << 20U};
    WC_CO_TRY(nats::Subscription subscription, sessions_.connection.subscribe(std::move(options)));
    scope_.spawn("messages of wRPC", deliver(std::move(subscription)));
    scope_.spawn("losses of the connection of wRPC", watch_losses(sessions_.connection.losses()));
    co_return Result<>();
  }

  Task<> stop() {
    scope_.cancel();
    co_return co_await scope_.join();
  }

  NatsSessions& sessions() noexcept { return sessions_; }

 private:
  Task<> deliver(nats::Subscription subscription) {
    std::uint64_t dropped = 0;
    for (;;) {
      WC_CO_TRY(std::optional<nats::Message> message, subscription.next());
      if (!message) {
        co_return Result<>();
      }
      if (subscription.dropped() != dropped) {  // of whom is not known
        dropped = subscription.dropped();
        sessions_.fail_all();
      }
      sessions_.deliver(*message);
      sessions_.spent.add(*std::move(message));
    }
  }

  Task<> watch_losses(std::uint64_t seen) {
    for (;;) {
      WC_CO_CHECK(sessions_.connection.wait_lost(seen, Deadline::never()));
      seen = sessions_.connection.losses();
      sessions_.fail_all();
      if (sessions_.connection.state() == nats::ConnectionState::closed) {
        co_return Result<>();
      }
    }
  }

  NatsSessions sessions_;
  TaskScope scope_;
};

namespace {

// The encoded headers of a message, as they count for its greatest size (wrpc.md 3.4).
std::size_t header_bytes(const nats::Headers& headers) {
  constexpr std::size_t kFrame = std::string_view("NATS/1.0\r\n\r\n").size();
  constexpr std::size_t kEach = std::string_view(": \r\n").size();
  std::size_t size = headers.empty() ? 0 : kFrame;
  for (const nats::Header& header : headers.entries()) {
    size += header.name.size() + header.value.size() + kEach;
  }
  return size;
}

class NatsClient final : public Client {
 public:
  NatsClient(NatsSessions& sessions, std::string prefix)
      : sessions_(sessions), prefix_(std::move(prefix)) {}

  Task<std::unique_ptr<Session>> call(Call call, Deadline deadline) override {
    WC_CO_TRY_VALUE(std::string subject,
                    invocation_subject({prefix_, call.instance, call.function}));
    auto session = std::make_unique<NatsSession>(sessions_, NatsSession::Role::client);
    const std::size_t taken = subject.size() + session->inbox().size() + header_bytes(call.headers);
    const std::size_t most = sessions_.connection.max_payload();
    std::string rest;
    if (const std::size_t first = most > taken ? most - taken : 0; call.params.size() > first) {
      rest = call.params.substr(first);
      call.params.resize(first);
    }
    WC_CO_CHECK_VALUE(publish(subject, std::move(call), session->inbox()));
    WC_CO_CHECK(session->wait_accepted(deadline), "calling {}", subject);
    if (!rest.empty()) {
      WC_CO_CHECK(session->write({}, std::move(rest), deadline), "calling {}", subject);
    }
    WC_CO_CHECK_VALUE(session->send_end({}), "calling {}", subject);
    co_return std::unique_ptr<Session>(std::move(session));
  }

 private:
  // The parameters are gone when it returns: many calls may wait for a server.
  Result<> publish(const std::string& subject, Call call, const std::string& inbox) {
    return sessions_.outbox.publish({.subject = subject,
                                     .payload = std::move(call.params),
                                     .headers = std::move(call.headers),
                                     .reply = inbox});
  }

  NatsSessions& sessions_;
  const std::string prefix_;
};

}  // namespace

Task<std::unique_ptr<NatsTransport>> NatsTransport::create(nats::Connection& connection,
                                                           ChannelLimits limits) {
  auto impl = std::make_unique<Impl>(co_await asio::this_coro::executor, connection, limits);
  WC_CO_CHECK(impl->start(), "wRPC over NATS");
  co_return std::unique_ptr<NatsTransport>(new NatsTransport(std::move(impl)));
}

NatsTransport::NatsTransport(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}

NatsTransport::~NatsTransport() { WC_ASSERT(sessions() == 0); }

Task<> NatsTransport::stop() { return impl_->stop(); }

std::unique_ptr<Client> NatsTransport::client(std::string prefix) {
  return std::make_unique<NatsClient>(impl_->sessions(), std::move(prefix));
}

std::size_t NatsTransport::sessions() const noexcept { return impl_->sessions().by_number.size(); }

// --- serving ---

class NatsServer::Impl {
 public:
  Impl(NatsTransport& transport, NatsServerOptions options, Handler& handler)
      : sessions_(transport.impl().sessions()), options_(std::move(options)), handler_(handler) {}

  Task<> start(std::vector<FunctionName> functions) {
    const auto executor = co_await asio::this_coro::executor;
    std::vector<std::pair<FunctionName, nats::Subscription>> served;
    for (FunctionName& function : functions) {
      WC_CO_TRY_VALUE(std::string subject,
                      invocation_subject({options_.prefix, function.instance, function.function}));
      nats::SubscribeOptions subscribe{.subject = std::move(subject),
                                       .queue_group = options_.queue_group};
      WC_CO_TRY(nats::Subscription subscription,
                sessions_.connection.subscribe(std::move(subscribe)));
      function.function = wire_name(function.function);
      served.emplace_back(std::move(function), std::move(subscription));
    }
    WC_CO_CHECK(sessions_.connection.flush(Deadline::after(kFlushTime)), "serving over NATS");
    accepting_.emplace(executor);
    running_.emplace(executor, options_.max_concurrent);
    served_ = std::move(served);
    for (auto& [function, subscription] : served_) {
      ++accepting_left_;
      accepting_->spawn(fmt::format("serving {}", subscription.subject()),
                        accept(function, subscription));
    }
    co_return Result<>();
  }

  Task<> stop_accepting(Deadline deadline) {
    if (closed_) {
      co_return Result<>();
    }
    // What NATS has given to us by now is nobody else's: it is served.
    for (auto& [function, subscription] : served_) {
      if (!co_await subscription.drain(deadline.min(Deadline::after(kFlushTime)))) {
        co_return Result<>();  // the connection is lost: nothing comes
      }
    }
    closed_ = true;
    static_cast<void>(
        co_await sessions_.connection.flush(deadline.min(Deadline::after(kFlushTime))));
    co_return Result<>();
  }

  Task<> stop(Deadline deadline) {
    if (!accepting_) {
      co_return Result<>();
    }
    // All of it ends here, also for a task that is being cancelled: no exceptions.
    co_await asio::this_coro::throw_if_cancelled(false);
    WC_CO_CHECK(stop_accepting(deadline));
    while (accepting_left_ != 0 && !deadline.expired()) {
      if (!co_await accepted_.wait(deadline)) {
        break;
      }
    }
    accepting_->cancel();
    WC_CO_CHECK(accepting_->join());
    served_.clear();
    co_return co_await running_->drain(deadline);
  }

 private:
  static constexpr std::chrono::seconds kFlushTime{10};

  // The two are of served_.
  Task<> accept(const FunctionName& function, nats::Subscription& subscription) {
    struct End {
      ~End() {
        --server.accepting_left_;
        server.accepted_.notify();
      }

      Impl& server;
    };

    const End end{*this};
    for (;;) {
      WC_CO_TRY(std::optional<nats::Message> message, subscription.next());
      if (!message) {
        co_return Result<>();
      }
      WC_CO_CHECK(running_->wait_room());
      begin(function, *message);
      sessions_.spent.add(*std::move(message));
    }
  }

  void begin(const FunctionName& function, const nats::Message& message) {
    if (message.reply().empty()) {
      log::warn("an invocation that tells no inbox is dropped", {{"subject", message.subject()}});
      return;
    }
    auto session = std::make_unique<NatsSession>(sessions_, NatsSession::Role::server);
    nats::Outgoing accept{.subject = std::string(message.reply()),
                          .payload = {},
                          .headers = {},
                          .reply = session->inbox()};
    if (Result<> sent = sessions_.outbox.publish(accept); !sent) {
      log::warn("an invocation cannot be accepted",
                {{"subject", message.subject()}, {"error", sent.error().describe()}});
      return;
    }
    session->set_peer(std::move(accept.subject));
    session->channels().append({}, message.payload());
    Invocation invocation{.instance = function.instance,
                          .function = function.function,
                          .headers = message.headers(),
                          .session = std::move(session)};
    running_->spawn(fmt::format("{}.{}", function.instance, function.function),
                    handler_.handle(std::move(invocation)));
  }

  NatsSessions& sessions_;
  const NatsServerOptions options_;
  Handler& handler_;
  std::vector<std::pair<FunctionName, nats::Subscription>> served_;
  bool closed_ = false;  // all of served_ have been drained
  std::size_t accepting_left_ = 0;
  Signal accepted_;  // all that came for one of served_
  std::optional<TaskScope> accepting_;
  std::optional<ServerTasks> running_;
};

NatsServer::NatsServer(NatsTransport& transport, NatsServerOptions options, Handler& handler)
    : impl_(std::make_unique<Impl>(transport, std::move(options), handler)) {}

NatsServer::~NatsServer() = default;

Task<> NatsServer::start(std::vector<FunctionName> functions) {
  return impl_->start(std::move(functions));
}

Task<> NatsServer::stop_accepting(Deadline deadline) { return impl_->stop_accepting(deadline); }

Task<> NatsServer::stop(Deadline deadline) { return impl_->stop(deadline); }

}  // namespace wasmcloud::wrpc
