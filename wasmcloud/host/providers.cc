#include "wasmcloud/host/providers.h"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/host/reference.h"

namespace wasmcloud::host {
namespace {

using lattice::Link;
using lattice::StartProvider;
using lattice::StringMap;

constexpr std::chrono::seconds kStoreTime{10};  // for what is asked of KV
// Until a link whose configuration cannot be had is tried again.
constexpr std::chrono::milliseconds kFirstRetry{200};
constexpr std::chrono::milliseconds kLongestRetry{5'000};

// What a provider does to hold off cancellation is for its own part, not for its caller's too.
template <typename T>
Task<T> apart(Task<T> task) {
  const auto executor = co_await asio::this_coro::executor;
  co_return co_await asio::co_spawn(executor, std::move(task), not_cancelled());
}

}  // namespace

struct Providers::Linked {
  Link link;
  std::shared_ptr<const ConfigBundle> source_config;
  std::shared_ptr<const ConfigBundle> target_config;
  std::optional<lattice::ResolvedLink> given;  // what the provider has of it
};

struct Providers::Running {
  std::string id;
  // As it was given: existing tools wait for just that. (Existing hosts tell a built-in's bare
  // name, and are waited for in vain.)
  std::string image_ref;
  StringMap annotations;
  std::shared_ptr<const ConfigBundle> config;
  const MakeBuiltin* make = nullptr;
  StringMap made_with;
  Made provider;  // null only while it is replaced
  std::vector<Linked> links;
  bool relink_waits = false;   // a task of relink() that has not begun
  std::set<std::string> told;  // in the log, of links that cannot be had yet
  std::chrono::milliseconds retry_pause = kFirstRetry;
  bool retry_waits = false;
};

Providers::Providers(asio::any_io_executor executor, Builtins builtins, lattice::Store& store,
                     Configs& configs, const LinkBook& links, const EventPublisher& events,
                     KeyedTasks& tasks, std::chrono::milliseconds shutdown_delay)
    : builtins_(std::move(builtins)),
      store_(store),
      configs_(configs),
      links_(links),
      events_(events),
      tasks_(tasks),
      shutdown_delay_(shutdown_delay),
      retries_(std::move(executor)) {}

Providers::~Providers() = default;

bool Providers::runs(std::string_view id) const { return running_.contains(id); }

Providers::Running* Providers::find(std::string_view id) const {
  const auto found = running_.find(id);
  return found == running_.end() ? nullptr : found->second.get();
}

std::vector<lattice::ProviderDescription> Providers::inventory() const {
  std::vector<lattice::ProviderDescription> all;
  for (const auto& [id, running] : running_) {
    lattice::ProviderDescription each;
    each.id = id;
    each.image_ref = running->image_ref;
    each.annotations = running->annotations;
    all.push_back(std::move(each));
  }
  return all;
}

std::string Providers::key_of(std::string_view id) { return fmt::format("provider {}", id); }

void Providers::spawn(std::string_view id, std::string name, Task<> task) {
  if (const Result<> queued = tasks_.spawn(key_of(id), name, std::move(task)); !queued) {
    log::error("a task was dropped", {{"task", name}, {"error", queued.error().describe()}});
  }
}

// --- start and stop ---

Result<> Providers::start(StartProvider request) {
  const std::string key = key_of(request.provider_id);
  return tasks_.spawn(key, "start of a provider", do_start(std::move(request)));
}

Task<> Providers::do_start(StartProvider request) {
  lattice::ProviderStartFailed failed;
  failed.host_id = events_.host_id();
  failed.provider_id = request.provider_id;
  failed.provider_ref = request.provider_ref;
  const Result<> started = co_await try_start(std::move(request));
  if (!started && started.error().kind() != ErrorKind::cancelled) {
    failed.error = started.error().describe();
    log::error("provider not started", {{"provider_id", failed.provider_id},
                                        {"reference", failed.provider_ref},
                                        {"error", failed.error}});
    WC_CO_CHECK_VALUE(events_.publish(failed));
  }
  co_return Result<>();
}

Task<> Providers::try_start(StartProvider request) {
  const Reference from = parse_reference(request.provider_ref);
  if (from.kind != Reference::Kind::builtin) {
    co_return Error(ErrorKind::unsupported,
                    "this host runs no provider processes: `{}` is no wasmcloud+builtin://",
                    request.provider_ref);
  }
  const auto builtin = builtins_.find(from.text);
  if (builtin == builtins_.end()) {
    co_return Error(ErrorKind::not_found, "unknown builtin name: {}", from.text);
  }
  if (runs(request.provider_id)) {
    co_return Error(ErrorKind::conflict, "provider is already running with that ID");
  }
  auto running = std::make_unique<Running>();
  running->id = request.provider_id;
  running->image_ref = std::move(request.provider_ref);
  running->annotations = std::move(request.annotations).value_or(StringMap());
  running->make = &builtin->second;
  const auto on_change = [this, id = running->id] {
    spawn(id, "restart of a provider", restart(id));
  };
  WC_CO_TRY(running->config,
            configs_.bundle(std::move(request.config), on_change, Deadline::after(kStoreTime)));
  WC_CO_CHECK(store_.add_spec(running->id, running->image_ref, Deadline::after(kStoreTime)));
  running->made_with = *running->config->current();
  WC_CO_TRY(running->provider, make(*running, running->made_with));

  Running& started = *running_.emplace(running->id, std::move(running)).first->second;
  WC_CO_CHECK(reach_links(started));
  log::info("provider started", {{"provider_id", started.id}, {"reference", started.image_ref}});
  lattice::ProviderStarted event;
  event.annotations = started.annotations;
  event.host_id = events_.host_id();
  event.image_ref = started.image_ref;
  event.provider_id = started.id;
  co_return events_.publish(event);
}

Result<> Providers::stop(std::string id, std::function<void(bool)> done) {
  const std::string key = key_of(id);
  return tasks_.spawn(key, "stop of a provider", do_stop(std::move(id), std::move(done)));
}

Task<> Providers::do_stop(std::string id, std::function<void(bool)> done) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    done(false);
    co_return Result<>();
  }
  const std::unique_ptr<Running> running = std::move(found->second);
  running_.erase(found);
  WC_CO_CHECK(end(*running, Deadline::after(shutdown_delay_)));
  log::info("provider stopped", {{"provider_id", id}});
  Result<> told = tell_stopped(*running, {});
  done(true);
  co_return told;
}

Result<> Providers::tell_stopped(const Running& running, std::string reason) const {
  lattice::ProviderStopped event;
  event.annotations = running.annotations;
  event.host_id = events_.host_id();
  event.instance_id = event.provider_id = event.public_key = running.id;
  event.reason = std::move(reason);
  WC_CHECK(events_.publish(event));
  return {};
}

Task<Providers::Made> Providers::make(const Running& running, StringMap config) {
  return apart((*running.make)(running.id, std::move(config)));
}

Task<> Providers::restart(std::string id) {
  Running* const running = find(id);
  if (running == nullptr) {
    co_return Result<>();
  }
  StringMap config = *running->config->current();
  if (config == running->made_with) {
    co_return Result<>();
  }
  co_return co_await replace(*running, std::move(config));
}

Task<> Providers::replace(Running& running, StringMap config) {
  Result<Made> made = co_await make(running, config);
  if (!made && made.error().kind() == ErrorKind::conflict) {
    // The address that it wants may be its own.
    WC_CO_CHECK(end(running, Deadline::after(shutdown_delay_)));
    made = co_await make(running, config);
  }
  if (!made) {
    co_return co_await restore(running, std::move(made).error());
  }
  WC_CO_CHECK(end(running, Deadline::after(shutdown_delay_)));
  running.provider = *std::move(made);
  running.made_with = std::move(config);
  running.links.clear();
  log::info("provider started again with its new configuration", {{"provider_id", running.id}});
  co_return co_await reach_links(running);
}

// What its new configuration leaves of a provider: itself as it was, if that can be.
Task<> Providers::restore(Running& running, Error reason) {
  log::error("a provider's new configuration cannot be used: it keeps the one before",
             {{"provider_id", running.id}, {"error", reason.describe()}});
  if (running.provider) {
    co_return Result<>();
  }
  Result<Made> made = co_await make(running, running.made_with);
  if (!made) {
    log::error("provider stopped",
               {{"provider_id", running.id}, {"error", made.error().describe()}});
    const Result<> told = tell_stopped(running, reason.describe());
    running_.erase(std::string(running.id));
    co_return told.has_value() ? Result<>() : Result<>(told.error().clone());
  }
  running.provider = *std::move(made);
  running.links.clear();
  co_return co_await reach_links(running);
}

Task<> Providers::end(Running& running, Deadline deadline) {
  if (!running.provider) {
    co_return Result<>();
  }
  const Result<> stopped = co_await apart(running.provider->stop(deadline));
  if (!stopped) {
    log::warn("a provider did not end well",
              {{"provider_id", running.id}, {"error", stopped.error().describe()}});
  }
  running.provider.reset();
  co_return Result<>();
}

Task<> Providers::stop_all(Deadline deadline) {
  retries_.cancel();
  WC_CO_CHECK(retries_.join());
  for (const auto& [id, running] : std::exchange(running_, {})) {
    WC_CO_CHECK(end(*running, deadline));
  }
  co_return Result<>();
}

// --- links ---

void Providers::links_changed(const LinkBook::Change& change) {
  for (const auto* const links : {&change.removed, &change.put}) {
    for (const Link& link : *links) {
      relink_soon(link.source_id);
      relink_soon(link.target);
    }
  }
}

void Providers::relink_soon(std::string_view id) {
  Running* const running = find(id);
  if (running == nullptr || running->relink_waits) {
    return;
  }
  running->relink_waits = true;
  if (!tasks_.spawn(key_of(id), "links of a provider", relink(running->id))) {
    running->relink_waits = false;
    relink_later(*running);
  }
}

Task<> Providers::relink(std::string id) {
  Running* const running = find(id);
  if (running == nullptr) {
    co_return Result<>();
  }
  running->relink_waits = false;
  co_return co_await reach_links(*running);
}

// What is wrong with one link is no reason for anything else to fail.
Task<> Providers::reach_links(Running& running) {
  const std::vector<Link> wanted = links_.links_with(running.id);
  // First those that go: they may hold what the others need.
  WC_CO_CHECK(drop_links(running, wanted));
  bool reached = true;
  for (const Link& link : wanted) {
    const Result<> put = co_await put_link(running, link);
    if (!put && put.error().kind() == ErrorKind::cancelled) {
      co_return put.error().clone();
    }
    if (!put) {
      reached = false;
      std::string reason = put.error().describe();
      if (running.told.insert(reason).second) {
        log::error("a link cannot be had yet: trying again",
                   {{"provider_id", running.id}, {"error", reason}});
      }
    }
  }
  if (reached) {
    running.told.clear();
    running.retry_pause = kFirstRetry;
  } else {
    relink_later(running);
  }
  co_return Result<>();
}

Task<> Providers::drop_links(Running& running, const std::vector<Link>& wanted) {
  for (auto each = running.links.begin(); each != running.links.end();) {
    if (std::ranges::any_of(wanted,
                            [&each](const Link& link) { return same_link(link, each->link); })) {
      ++each;
      continue;
    }
    Link gone = std::move(each->link);
    each = running.links.erase(each);
    WC_CO_CHECK(apart(running.provider->delete_link(std::move(gone))));
  }
  co_return Result<>();
}

// Until the configuration of a changed link can be had, it stays as it was.
Task<> Providers::put_link(Running& running, Link link) {
  auto linked = std::ranges::find_if(
      running.links, [&link](const Linked& each) { return same_link(each.link, link); });
  if (linked == running.links.end() || linked->link != link) {
    WC_CO_TRY(Linked resolved, resolve(running, std::move(link)));
    if (linked == running.links.end()) {
      linked = running.links.insert(linked, std::move(resolved));
    } else {
      resolved.given = std::move(linked->given);
      *linked = std::move(resolved);
    }
  }
  co_return co_await give_link(running, *linked);
}

Task<Providers::Linked> Providers::resolve(const Running& running, Link link) {
  const std::string what =
      fmt::format("link {} of {} to {}", link.name, link.source_id, link.target);
  const auto on_change = [this, id = running.id] { relink_soon(id); };
  const Deadline deadline = Deadline::after(kStoreTime);
  Linked linked;
  WC_CO_TRY(linked.source_config, configs_.bundle(link.source_config, on_change, deadline), "{}",
            what);
  WC_CO_TRY(linked.target_config, configs_.bundle(link.target_config, on_change, deadline), "{}",
            what);
  linked.link = std::move(link);
  co_return std::move(linked);
}

// If it is news to the provider. One that does not work is tried again by the provider itself.
Task<> Providers::give_link(Running& running, Linked& linked) {
  lattice::ResolvedLink now;
  now.source_id = linked.link.source_id;
  now.target = linked.link.target;
  now.name = linked.link.name;
  now.wit_namespace = linked.link.wit_namespace;
  now.wit_package = linked.link.wit_package;
  now.interfaces = linked.link.interfaces;
  now.source_config = *linked.source_config->current();
  now.target_config = *linked.target_config->current();
  if (linked.given == now) {
    co_return Result<>();
  }
  linked.given = now;
  const Result<> put = co_await apart(running.provider->put_link(std::move(now)));
  if (!put && put.error().kind() == ErrorKind::cancelled) {
    co_return put.error().clone();
  }
  if (!put) {
    log::error("a link does not work", {{"provider_id", running.id},
                                        {"source_id", linked.link.source_id},
                                        {"target", linked.link.target},
                                        {"link_name", linked.link.name},
                                        {"error", put.error().describe()}});
  }
  co_return Result<>();
}

void Providers::relink_later(Running& running) {
  if (std::exchange(running.retry_waits, true)) {
    return;
  }
  retries_.spawn("retry of links", relink_after(running.id, running.retry_pause));
  running.retry_pause = std::min(running.retry_pause * 2, kLongestRetry);
}

Task<> Providers::relink_after(std::string id, std::chrono::milliseconds pause) {
  asio::steady_timer timer(co_await asio::this_coro::executor, pause);
  if (const auto [error] = co_await timer.async_wait(as_result); error) {
    co_return to_error(error, "waiting to try links again");
  }
  if (Running* const running = find(id)) {
    running->retry_waits = false;
    relink_soon(id);
  }
  co_return Result<>();
}

}  // namespace wasmcloud::host
