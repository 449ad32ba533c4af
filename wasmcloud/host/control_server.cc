#include "wasmcloud/host/control_server.h"

#include <exception>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/control_operations.h"

namespace wasmcloud::host {
namespace {

// Requests under way at a time; more wait where they came in, which is bounded too.
constexpr std::size_t kMaxAtOnce = 1000;

}  // namespace

std::chrono::seconds HostIdentity::uptime() const {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                          started);
}

ControlServer::ControlServer(asio::any_io_executor executor, lattice::ControlSubjects subjects,
                             ControlParts parts)
    : subjects_(std::move(subjects)),
      host_id_(parts.host.id),
      component_auctions_(parts.component_auctions),
      provider_auctions_(parts.provider_auctions),
      connection_(parts.control),
      operations_(std::make_unique<ControlOperations>(subjects_, std::move(parts))),
      tasks_(std::move(executor)) {}

ControlServer::~ControlServer() = default;

lattice::HostInventory ControlServer::inventory() const { return operations_->inventory(); }

std::vector<nats::SubscribeOptions> ControlServer::subscriptions() const {
  std::vector<nats::SubscribeOptions> all = {
      {.subject = subjects_.operation("host", "ping")},
      {.subject = subjects_.operation("component", "*", host_id_)},
      {.subject = subjects_.operation("provider", "*", host_id_)},
      {.subject = subjects_.operation("label", "*", host_id_)},
      {.subject = subjects_.operation("host", "*", host_id_)},
      // Which of the hosts answers does not matter. Existing ones are in the same groups.
      {.subject = subjects_.operation("link", "*"), .queue_group = subjects_.queue_group("link")},
      {.subject = subjects_.operation("claims", "get"),
       .queue_group = subjects_.queue_group("claims")},
      {.subject = subjects_.operation("config", ">"),
       .queue_group = subjects_.queue_group("config")},
  };
  if (component_auctions_) {
    all.push_back({.subject = subjects_.operation("component", "auction")});
  }
  if (provider_auctions_) {
    all.push_back({.subject = subjects_.operation("provider", "auction")});
  }
  return all;
}

Task<> ControlServer::start(Deadline deadline) {
  for (nats::SubscribeOptions& options : subscriptions()) {
    WC_CO_TRY(nats::Subscription subscription, connection_.subscribe(std::move(options)));
    tasks_.spawn("control subscription", listen(std::move(subscription)));
  }
  co_return co_await connection_.flush(deadline);
}

Task<> ControlServer::listen(nats::Subscription subscription) {
  for (;;) {
    WC_CO_TRY(std::optional<nats::Message> message, subscription.next());
    if (!message) {
      co_return Result<>();
    }
    if (tasks_.size() < kMaxAtOnce) {
      tasks_.spawn("control request", operations_->serve(*std::move(message)));
    } else {
      WC_CO_CHECK(serve_here(*std::move(message)));
    }
  }
}

// Whatever becomes of one request, the subscription goes on.
Task<> ControlServer::serve_here(nats::Message message) {
  Result<> served;
  try {
    served = co_await operations_->serve(std::move(message));
  } catch (const std::exception& exception) {
    served = Error(ErrorKind::internal, "exception: {}", exception.what());
  }
  if (!served) {
    log::error("a control request failed", {{"error", served.error().describe()}});
  }
  co_return Result<>();
}

Task<> ControlServer::stop() {
  tasks_.cancel();
  co_return co_await tasks_.join();
}

}  // namespace wasmcloud::host
