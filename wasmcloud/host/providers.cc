#include "wasmcloud/host/providers.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/reference.h"

namespace wasmcloud::host {
namespace {

using lattice::Link;
using lattice::StartProvider;
using lattice::StringMap;

constexpr std::chrono::seconds kStoreTime{10};  // for what is asked of KV

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
};

struct Providers::Running {
  std::string id;
  // As it was given: existing tools wait for just that. (Existing hosts tell a built-in's bare
  // name, and are waited for in vain.)
  std::string image_ref;
  StringMap annotations;
  std::shared_ptr<const ConfigBundle> config;
  const MakeBuiltin* make = nullptr;
  std::unique_ptr<BuiltinProvider> provider;
  std::vector<Linked> links;
};

Providers::Providers(Builtins builtins, lattice::Store& store, Configs& configs,
                     const LinkBook& links, const EventPublisher& events, KeyedTasks& tasks,
                     std::chrono::milliseconds shutdown_delay)
    : builtins_(std::move(builtins)),
      store_(store),
      configs_(configs),
      links_(links),
      events_(events),
      tasks_(tasks),
      shutdown_delay_(shutdown_delay) {}

Providers::~Providers() = default;

bool Providers::runs(std::string_view id) const { return running_.contains(id); }

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
  WC_CO_TRY(running->provider, apart((*running->make)(running->id, *running->config->current())));

  Running& started = *running_.emplace(running->id, std::move(running)).first->second;
  for (const Link& link : links_.links_with(started.id)) {
    WC_CO_CHECK(put_link_now(started, link));
  }
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
  lattice::ProviderStopped event;
  event.annotations = running->annotations;
  event.host_id = events_.host_id();
  event.instance_id = id;
  event.provider_id = id;
  event.public_key = id;
  const Result<> told = events_.publish(event);
  done(true);
  co_return told.has_value() ? Result<>() : Result<>(told.error().clone());
}

Task<> Providers::restart(std::string id) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    co_return Result<>();
  }
  Running& running = *found->second;
  WC_CO_CHECK(end(running, Deadline::after(shutdown_delay_)));
  Result<std::unique_ptr<BuiltinProvider>> made =
      co_await apart((*running.make)(id, *running.config->current()));
  if (!made) {
    running_.erase(id);
    lattice::ProviderStopped event;
    event.host_id = events_.host_id();
    event.instance_id = event.provider_id = event.public_key = id;
    event.reason = made.error().describe();
    (void)events_.publish(event);
    co_return std::move(made).error().with_context(
        fmt::format("provider {}: its new configuration", id));
  }
  running.provider = *std::move(made);
  for (const Linked& linked : running.links) {
    WC_CO_CHECK(give_link(running, linked));
  }
  log::info("provider started again with its new configuration", {{"provider_id", id}});
  co_return Result<>();
}

Task<> Providers::end(Running& running, Deadline deadline) {
  const Result<> stopped = co_await apart(running.provider->stop(deadline));
  if (!stopped) {
    log::warn("a provider did not end well",
              {{"provider_id", running.id}, {"error", stopped.error().describe()}});
  }
  co_return Result<>();
}

Task<> Providers::stop_all(Deadline deadline) {
  for (const auto& [id, running] : std::exchange(running_, {})) {
    WC_CO_CHECK(end(*running, deadline));
  }
  co_return Result<>();
}

// --- links ---

void Providers::links_changed(const LinkBook::Change& change) {
  // Those that go first: they may hold what the others need.
  for (const Link& link : change.removed) {
    for (const std::string& id : {link.source_id, link.target}) {
      if (runs(id)) {
        spawn(id, "removal of a link", delete_link(id, link));
      }
    }
  }
  for (const Link& link : change.put) {
    for (const std::string& id : {link.source_id, link.target}) {
      if (runs(id)) {
        spawn(id, "a link", put_link(id, link));
      }
    }
  }
}

Task<> Providers::put_link(std::string id, Link link) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    co_return Result<>();
  }
  co_return co_await put_link_now(*found->second, std::move(link));
}

// What is wrong with one link is logged, and no reason for anything else to fail.
Task<> Providers::put_link_now(Running& running, Link link) {
  const auto on_change = [this, id = running.id, link] {
    spawn(id, "a link's configuration", config_changed(id, link));
  };
  const Deadline deadline = Deadline::after(kStoreTime);
  auto source_config = co_await configs_.bundle(link.source_config, on_change, deadline);
  auto target_config = co_await configs_.bundle(link.target_config, on_change, deadline);
  for (const auto* const config : {&source_config, &target_config}) {
    if (!*config) {
      log::error("a link is left out: its configuration cannot be had",
                 {{"provider_id", running.id},
                  {"source_id", link.source_id},
                  {"target", link.target},
                  {"link_name", link.name},
                  {"error", config->error().describe()}});
      co_return Result<>();
    }
  }
  std::erase_if(running.links,
                [&link](const Linked& linked) { return same_link(linked.link, link); });
  running.links.push_back({std::move(link), *std::move(source_config), *std::move(target_config)});
  const Linked linked = running.links.back();
  co_return co_await give_link(running, linked);
}

Task<> Providers::give_link(Running& running, const Linked& linked) {
  lattice::ResolvedLink resolved;
  resolved.source_id = linked.link.source_id;
  resolved.target = linked.link.target;
  resolved.name = linked.link.name;
  resolved.wit_namespace = linked.link.wit_namespace;
  resolved.wit_package = linked.link.wit_package;
  resolved.interfaces = linked.link.interfaces;
  resolved.source_config = *linked.source_config->current();
  resolved.target_config = *linked.target_config->current();
  const Result<> put = co_await apart(running.provider->put_link(std::move(resolved)));
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

Task<> Providers::config_changed(std::string id, Link link) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    co_return Result<>();
  }
  Running& running = *found->second;
  const auto linked = std::ranges::find_if(
      running.links, [&link](const Linked& each) { return each.link == link; });
  if (linked == running.links.end()) {
    co_return Result<>();
  }
  const Linked now = *linked;
  co_return co_await give_link(running, now);
}

Task<> Providers::delete_link(std::string id, Link link) {
  const auto found = running_.find(id);
  if (found == running_.end()) {
    co_return Result<>();
  }
  Running& running = *found->second;
  std::erase_if(running.links,
                [&link](const Linked& linked) { return same_link(linked.link, link); });
  co_return co_await apart(running.provider->delete_link(std::move(link)));
}

}  // namespace wasmcloud::host
