#include "wasmcloud/host/http_server_provider.h"

#include <algorithm>
#include <chrono>
#include <list>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/http_routes.h"
#include "wasmcloud/host/http_server_listener.h"
#include "wasmcloud/host/http_server_settings.h"

namespace wasmcloud::host {
namespace {

using namespace std::chrono_literals;

// What requests under way have when their link is deleted or moves.
constexpr auto kDrainTime = 10s;
// Between two attempts at addresses that could not be had.
constexpr std::chrono::milliseconds kFirstRetry = 100ms;
constexpr std::chrono::milliseconds kLongestRetry = 5s;

HttpLinkId id_of(const auto& link) {
  return {link.target, link.name, fmt::format("{}:{}", link.wit_namespace, link.wit_package)};
}

std::string_view port_in(std::string_view address) noexcept {
  return address.substr(address.rfind(':') + 1);
}

// Two links never share "any port".
std::string address_claim(const std::string& address, const HttpLinkId& link) {
  return port_in(address) == "0" ? fmt::format("{} {} {}", address, link.component, link.name)
                                 : address;
}

// All is for the control executor.
class HttpServerProvider final : public BuiltinProvider {
 public:
  HttpServerProvider(std::string id, HttpServerConfig config, Shards& shards, HttpTargets& targets)
      : id_(std::move(id)),
        config_(std::move(config)),
        shards_(shards),
        targets_(targets),
        claims_(config_.mode),
        turn_over_(shards[0].executor(), asio::steady_timer::time_point::max()),
        retry_timer_(shards[0].executor()),
        scope_(shards[0].executor()) {}

  // Of path and host mode.
  Task<> open(HttpServerSettings settings);

  Task<> put_link(lattice::ResolvedLink link) override;
  Task<> delete_link(lattice::Link link) override;
  Task<> stop(Deadline deadline) override;

 private:
  struct Linked {
    lattice::ResolvedLink link;
    std::string address;                   // in address mode
    std::shared_ptr<const HttpView> view;  // in address mode
  };

  struct Serving {
    HttpLinkId link;  // in address mode: whose requests they are
    std::unique_ptr<HttpListener> listener;
  };

  using Listeners = std::map<std::string, Serving>;  // by claim; "" in path and host mode

  // Changes are made one at a time, also those of retry(): who wants to make one takes the turn.
  Task<> take_turn();

  struct EndOfTurn {
    explicit EndOfTurn(HttpServerProvider& provider_) : provider(provider_) {}

    EndOfTurn(const EndOfTurn&) = delete;
    EndOfTurn& operator=(const EndOfTurn&) = delete;

    ~EndOfTurn() {
      provider.turn_taken_ = false;
      provider.turn_over_.cancel();
    }

    HttpServerProvider& provider;
  };

  Result<bool> accept(const HttpLinkId& id, lattice::ResolvedLink link);
  // Makes what is served what the links say.
  Task<> reconcile();
  Task<> reconcile_listeners();
  Task<> show_routes();
  Task<> serve(const HttpClaims::Entry& entry);
  Task<bool> end_leftover(std::string port);
  bool is_needed(const std::string& claim, const Serving& serving) const;
  Task<> end(Listeners::iterator place);
  Task<> drain(std::list<std::unique_ptr<HttpListener>>::iterator place);
  Task<> retry();
  Result<> state_of(const HttpLinkId& id) const;
  http::Handler& handler_of(const std::string& component);

  const std::string id_;
  const HttpServerConfig config_;
  Shards& shards_;
  HttpTargets& targets_;
  // Each component ever linked. They stay: a request may be in one, and nobody counts those.
  std::map<std::string, std::shared_ptr<http::Handler>> handlers_;
  std::map<HttpLinkId, Linked> links_;
  HttpClaims claims_;
  Listeners listeners_;
  std::map<std::string, Error> failures_;  // by claim: why nobody listens there
  std::list<std::unique_ptr<HttpListener>> draining_;
  bool turn_taken_ = false;
  bool retrying_ = false;
  bool stopping_ = false;
  asio::steady_timer turn_over_;  // never expires: cancelled at each end of a turn
  asio::steady_timer retry_timer_;
  TaskScope scope_;
};

Task<> HttpServerProvider::take_turn() {
  while (turn_taken_) {
    co_await turn_over_.async_wait(as_result);
  }
  turn_taken_ = true;
  co_return Result<>();
}

http::Handler& HttpServerProvider::handler_of(const std::string& component) {
  const auto [place, is_new] = handlers_.try_emplace(component);
  if (is_new) {
    place->second = targets_.target(component);
  }
  return *place->second;
}

Task<> HttpServerProvider::open(HttpServerSettings settings) {
  const std::string address = settings.address;
  HttpView view{.routes = HttpRoutes(config_.mode, config_.header),
                .settings = std::move(settings)};
  auto listener =
      std::make_unique<HttpListener>(shards_, std::make_shared<const HttpView>(std::move(view)));
  WC_CO_CHECK(listener->open(address));
  log::info("listening for HTTP", {{"provider_id", id_}, {"address", listener->address()}});
  listeners_.emplace("", Serving{.link = {}, .listener = std::move(listener)});
  co_return Result<>();
}

// --- what the host says ---

Task<> HttpServerProvider::put_link(lattice::ResolvedLink link) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (link.source_id != id_) {
    co_return Result<>();  // nobody asks anything of an HTTP server
  }
  WC_CO_CHECK(take_turn());
  const EndOfTurn end_of_turn(*this);
  const HttpLinkId id = id_of(link);
  WC_CO_TRY_VALUE(const bool changed, accept(id, std::move(link)));
  if (changed || !failures_.empty()) {
    WC_CO_CHECK(reconcile());
  }
  co_return state_of(id);
}

// Whether anything changes. A link that is refused leaves the one before as it was.
Result<bool> HttpServerProvider::accept(const HttpLinkId& id, lattice::ResolvedLink link) {
  const auto before = links_.find(id);
  if (before != links_.end() && before->second.link == link) {
    return false;
  }
  WC_CHECK(claims_.check_name(id));
  Linked linked;
  if (config_.mode == RoutingMode::address) {
    WC_TRY(HttpServerSettings settings,
           parse_http_server_settings(link.source_config, config_.default_address));
    linked.address = settings.address;
    HttpView view{.routes = HttpRoutes(handler_of(id.component)), .settings = std::move(settings)};
    linked.view = std::make_shared<const HttpView>(std::move(view));
    claims_.put(id, address_claim(linked.address, id));
  } else {
    WC_TRY(std::string claim, claim_of(config_.mode, id.component, link.source_config));
    claims_.put(id, std::move(claim));
  }
  linked.link = std::move(link);
  links_.insert_or_assign(id, std::move(linked));
  return true;
}

Task<> HttpServerProvider::delete_link(lattice::Link link) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  WC_CO_CHECK(take_turn());
  const EndOfTurn end_of_turn(*this);
  const HttpLinkId id = id_of(link);
  if (link.source_id != id_ || !claims_.remove(id)) {
    co_return Result<>();
  }
  links_.erase(id);
  co_return co_await reconcile();
}

Task<> HttpServerProvider::stop(Deadline deadline) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  {
    WC_CO_CHECK(take_turn());
    const EndOfTurn end_of_turn(*this);
    stopping_ = true;
    retry_timer_.cancel();
    for (auto& [claim, serving] : listeners_) {
      draining_.push_back(std::move(serving.listener));
    }
    listeners_.clear();
    for (const auto& listener : draining_) {
      scope_.spawn("http server stop", listener->stop(deadline));
    }
  }
  WC_CO_CHECK(scope_.join());
  draining_.clear();
  co_return Result<>();
}

// --- what is served ---

Result<> HttpServerProvider::state_of(const HttpLinkId& id) const {
  WC_CHECK(claims_.check_holds(id));
  const std::string* const claim = claims_.claim(id);
  const auto failure = claim == nullptr ? failures_.end() : failures_.find(*claim);
  return failure == failures_.end() ? Result<>() : failure->second.clone();
}

Task<> HttpServerProvider::reconcile() {
  return config_.mode == RoutingMode::address ? reconcile_listeners() : show_routes();
}

Task<> HttpServerProvider::show_routes() {
  HttpListener& listener = *listeners_.begin()->second.listener;
  HttpView view{.routes = HttpRoutes(config_.mode, config_.header),
                .settings = listener.view()->settings};
  for (const HttpClaims::Entry* const entry : claims_.holders()) {
    view.routes.add(entry->claim, handler_of(entry->link.component));
  }
  return listener.show(std::make_shared<const HttpView>(std::move(view)));
}

Task<> HttpServerProvider::reconcile_listeners() {
  std::erase_if(failures_,
                [this](const auto& each) { return claims_.holder(each.first) == nullptr; });
  for (const HttpClaims::Entry* const entry : claims_.holders()) {
    WC_CO_CHECK(serve(*entry));
  }
  // Only now, so that a link that moves is served all the time.
  for (auto place = listeners_.begin(); place != listeners_.end();) {
    const auto current = place++;
    if (!is_needed(current->first, current->second)) {
      WC_CO_CHECK(end(current));
    }
  }
  if (!failures_.empty() && !retrying_) {
    retrying_ = true;
    scope_.spawn("http server retry", retry());
  }
  co_return Result<>();
}

// `entry` stays: it is the turn's.
Task<> HttpServerProvider::serve(const HttpClaims::Entry& entry) {
  const Linked& linked = links_.at(entry.link);
  if (const auto found = listeners_.find(entry.claim); found != listeners_.end()) {
    Serving& serving = found->second;
    serving.link = entry.link;
    if (serving.listener->view() != linked.view) {
      co_return co_await serving.listener->show(linked.view);
    }
    co_return Result<>();
  }
  auto listener = std::make_unique<HttpListener>(shards_, linked.view);
  Result<> opened = co_await listener->open(linked.address);
  if (!opened && opened.error().kind() == ErrorKind::conflict) {
    // It may be ourselves: a link that moves from 127.0.0.1:80 to 0.0.0.0:80.
    WC_CO_TRY(const bool ended, end_leftover(std::string(port_in(linked.address))));
    if (ended) {
      opened = co_await listener->open(linked.address);
    }
  }
  if (!opened) {
    failures_.insert_or_assign(entry.claim, std::move(opened).error());
    co_return Result<>();
  }
  failures_.erase(entry.claim);
  log::info("listening for HTTP", {{"provider_id", id_},
                                   {"address", listener->address()},
                                   {"component_id", entry.link.component},
                                   {"link_name", entry.link.name}});
  listeners_.emplace(entry.claim, Serving{.link = entry.link, .listener = std::move(listener)});
  co_return Result<>();
}

// Ends those at `port` that no link claims any more. Whether there was one.
Task<bool> HttpServerProvider::end_leftover(std::string port) {
  bool ended = false;
  for (auto place = listeners_.begin(); place != listeners_.end();) {
    const auto current = place++;
    if (port_in(current->first) == port && claims_.holder(current->first) == nullptr) {
      WC_CO_CHECK(end(current));
      ended = true;
    }
  }
  co_return ended;
}

// Also the old address of a link whose new one cannot be had yet.
bool HttpServerProvider::is_needed(const std::string& claim, const Serving& serving) const {
  if (claims_.holder(claim) != nullptr) {
    return true;
  }
  const std::string* const wanted = claims_.claim(serving.link);
  return wanted != nullptr && failures_.contains(*wanted) &&
         *claims_.holder(*wanted) == serving.link;
}

Task<> HttpServerProvider::end(Listeners::iterator place) {
  draining_.push_back(std::move(place->second.listener));
  listeners_.erase(place);
  const auto listener = std::prev(draining_.end());
  log::info("no longer listening for HTTP",
            {{"provider_id", id_}, {"address", (*listener)->address()}});
  const Result<> closed = co_await (*listener)->stop_accepting();
  scope_.spawn("http server drain", drain(listener));
  co_return closed ? Result<>() : closed.error().clone();
}

Task<> HttpServerProvider::drain(std::list<std::unique_ptr<HttpListener>>::iterator place) {
  Result<> stopped = co_await (*place)->stop(Deadline::after(kDrainTime));
  if (!stopping_) {
    draining_.erase(place);  // stop() clears all of them
  }
  co_return stopped;
}

Task<> HttpServerProvider::retry() {
  for (auto pause = kFirstRetry;; pause = std::min(pause * 2, kLongestRetry)) {
    retry_timer_.expires_after(pause);
    co_await retry_timer_.async_wait(as_result);
    WC_CO_CHECK(take_turn());
    const EndOfTurn end_of_turn(*this);
    Result<> done;
    if (!stopping_) {
      done = co_await reconcile();
    }
    if (stopping_ || !done || failures_.empty()) {
      retrying_ = false;
      co_return done;
    }
  }
}

}  // namespace

Task<std::unique_ptr<BuiltinProvider>> make_http_server_provider(std::string id,
                                                                 lattice::StringMap config,
                                                                 Shards& shards,
                                                                 HttpTargets& targets) {
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  WC_CO_TRY_VALUE(HttpServerConfig parsed, parse_http_server_config(config));
  const RoutingMode mode = parsed.mode;
  const std::string default_address = parsed.default_address;
  auto provider =
      std::make_unique<HttpServerProvider>(std::move(id), std::move(parsed), shards, targets);
  if (mode != RoutingMode::address) {
    WC_CO_TRY_VALUE(HttpServerSettings settings,
                    parse_http_server_settings(config, default_address));
    WC_CO_CHECK(provider->open(std::move(settings)));
  }
  co_return std::unique_ptr<BuiltinProvider>(std::move(provider));
}

}  // namespace wasmcloud::host
