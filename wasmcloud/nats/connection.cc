#include "wasmcloud/nats/connection.h"

#include "wasmcloud/nats/core.h"

namespace wasmcloud::nats {

using internal::Core;

std::string_view to_string(ConnectionState state) noexcept {
  switch (state) {
    case ConnectionState::connected:
      return "connected";
    case ConnectionState::reconnecting:
      return "reconnecting";
    case ConnectionState::closed:
      return "closed";
  }
  return "unknown";
}

Connection::~Connection() { core_->close(Core::Tell::nothing); }

Result<> Connection::publish(const Outgoing& message) {
  return core_->publish(message, message.reply);
}

Connection::Hold::Hold(Connection& connection) : connection_(connection) {
  connection_.core_->cork().hold();
}

Connection::Hold::~Hold() { connection_.core_->cork().release(); }

Task<Message> Connection::request(Outgoing message, Deadline deadline) {
  return Core::request(core_, std::move(message), deadline);
}

Task<Message> Connection::request(Outgoing message) {
  return Core::request(core_, std::move(message),
                       Deadline::after(core_->options().request_timeout));
}

Task<Subscription> Connection::subscribe(SubscribeOptions options) {
  return Core::subscribe(core_, std::move(options));
}

Task<> Connection::flush(Deadline deadline) { return Core::flush(core_, deadline); }

Task<> Connection::drain(Deadline deadline) { return Core::drain(core_, deadline); }

Task<> Connection::close() {
  const auto core = core_;
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  std::function<Result<>()> work = [core]() -> Result<> {
    core->close(Core::Tell::changes);
    return {};
  };
  WC_CO_CHECK(internal::run_blocking<void>(core->blocking(), std::move(work), Deadline::never()));
  WC_CO_CHECK(Core::wait_closed(core, Deadline::never()));
  if (core->options().on_state && core->options().state_executor) {
    // What was posted there before has run when this has.
    const auto waiter = std::make_shared<internal::Waiter>(
        asio::any_io_executor(co_await asio::this_coro::executor));
    asio::post(core->options().state_executor, [waiter] { internal::Waiter::wake(waiter); });
    WC_CO_CHECK(waiter->wait(Deadline::never()));
  }
  co_return Result<>();
}

Task<> Connection::wait_connected(Deadline deadline) {
  return Core::wait_connected(core_, deadline);
}

std::uint64_t Connection::losses() const noexcept { return core_->losses(); }

Task<> Connection::wait_lost(std::uint64_t seen, Deadline deadline) {
  return Core::wait_lost(core_, seen, deadline);
}

ConnectionState Connection::state() const noexcept { return core_->state(); }

std::string Connection::server() const { return core_->server(); }

std::size_t Connection::max_payload() const noexcept { return core_->max_payload(); }

std::string Connection::new_inbox() const { return core_->new_inbox(); }

std::uint64_t Connection::lost_publishes() const noexcept { return core_->lost_publishes(); }

Task<std::unique_ptr<Connection>> connect(asio::any_io_executor blocking, ConnectOptions options,
                                          Deadline deadline) {
  const auto core = std::make_shared<Core>(blocking, std::move(options));
  std::function<Result<std::unique_ptr<Connection>>()> work =
      [core, deadline]() -> Result<std::unique_ptr<Connection>> {
    WC_CHECK(Core::connect(core, deadline));
    return std::unique_ptr<Connection>(new Connection(core));
  };
  WC_CO_TRY(
      auto connection,
      internal::run_blocking<std::unique_ptr<Connection>>(blocking, std::move(work), deadline),
      "connecting to NATS");
  WC_CO_CHECK(connection->wait_connected(deadline));
  co_return std::move(connection);
}

}  // namespace wasmcloud::nats
