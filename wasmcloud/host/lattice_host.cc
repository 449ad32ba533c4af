#include "wasmcloud/host/lattice_host.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/utsname.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/admin_server.h"
#include "wasmcloud/host/component_runtime.h"
#include "wasmcloud/host/components.h"
#include "wasmcloud/host/configs.h"
#include "wasmcloud/host/control_server.h"
#include "wasmcloud/host/event_publisher.h"
#include "wasmcloud/host/friendly_name.h"
#include "wasmcloud/host/http_server_provider.h"
#include "wasmcloud/host/keyed_tasks.h"
#include "wasmcloud/host/lattice_calls.h"
#include "wasmcloud/host/link_book.h"
#include "wasmcloud/host/providers.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/lattice/store.h"

namespace wasmcloud::host {
namespace {

constexpr std::chrono::seconds kStartTime{30};
constexpr std::chrono::seconds kFlushTime{2};
// Until the host has told the lattice that it is gone, even if there was no time given.
constexpr std::chrono::milliseconds kLastWord{500};
constexpr std::chrono::seconds kStoreRetry{1};
constexpr std::string_view kClientName = "wasmbus";

// What others select hosts by, in the words of existing ones.
lattice::StringMap machine_labels() {
  lattice::StringMap labels = {{"hostcore.os", "linux"}, {"hostcore.osfamily", "unix"}};
  utsname machine{};
  if (::uname(&machine) == 0) {
    labels.emplace("hostcore.arch", machine.machine);
  }
  return labels;
}

Result<identity::KeyPair> host_key(const std::optional<SecretString>& seed) {
  if (!seed) {
    return identity::KeyPair::generate(identity::KeyType::host);
  }
  WC_TRY(auto key, identity::KeyPair::from_seed(seed->reveal()), "host seed");
  if (key.public_key().type() != identity::KeyType::host) {
    return Error(ErrorKind::invalid,
                 "host seed: expected the seed of a host, which begins with SN");
  }
  return key;
}

class Host final : public LatticeHost {
 public:
  Host(LatticeHostConfig config, StopAsked stop_asked)
      : config_(std::move(config)), stop_asked_(std::move(stop_asked)) {}

  ~Host() override;

  Result<> start();

  const std::string& id() const noexcept override { return identity_.id; }

  const std::string& friendly_name() const noexcept override { return identity_.friendly_name; }

  const std::string& admin_address() const noexcept override { return admin_address_; }

  Result<> stop(Deadline deadline) override;

 private:
  // What needs a connection to the lattice; made and dropped on the control executor.
  struct Joined {
    Joined(Host& host, asio::any_io_executor executor, lattice::Store store_,
           lattice::ControlSubjects subjects);

    lattice::Store store;
    Configs configs{store};
    LinkBook links;
    EventPublisher events;
    TaskScope background;  // what requests have set going
    KeyedTasks tasks{background};
    LatticeCalls calls;
    Components components;
    Providers providers;
    ControlServer control;
    TaskScope watches;
  };

  asio::any_io_executor executor() { return runtime_->shards()[0].executor(); }

  Result<> identify();
  Task<> join();
  Task<> connect(std::unique_ptr<nats::Connection>& into, nats::ConnectOptions options,
                 Deadline deadline);
  void state_changed(const nats::StateChange& change);
  void apply(const nats::KvEntry& entry);

  void apply_config(const nats::KvEntry& entry) { joined_->configs.apply(entry); }

  void forget_revisions() { joined_->links.forget_revisions(); }

  void forget_config_revisions() { joined_->configs.forget_revisions(); }

  // One of the store's buckets, and who is told what is in it.
  struct Followed {
    Task<nats::KvWatch> (lattice::Store::*watch)(Deadline deadline);
    void (Host::*told)(const nats::KvEntry& entry);
    void (Host::*forget)();  // the revisions
  };

  Task<> follow(nats::KvWatch watch, Followed followed);
  Task<> follow_anew(Followed followed);
  Task<> follow_always(nats::KvWatch watch, Followed followed);
  Task<> heartbeats();
  Task<> leave(Deadline deadline);
  Task<> say_goodbye(Deadline deadline);
  Task<> end_tasks();
  void ask_to_stop(Result<std::optional<std::chrono::milliseconds>> time);

  LatticeHostConfig config_;
  StopAsked stop_asked_;  // empty once it was called
  HostIdentity identity_;
  std::string admin_address_;
  std::unique_ptr<ComponentRuntime> runtime_;
  AdminHandler admin_;
  std::unique_ptr<http::Server> admin_server_;
  std::unique_ptr<nats::Connection> control_;
  std::unique_ptr<nats::Connection> rpc_;
  std::unique_ptr<Joined> joined_;
  bool started_ = false;
};

Host::Joined::Joined(Host& host, asio::any_io_executor executor, lattice::Store store_,
                     lattice::ControlSubjects subjects)
    : store(std::move(store_)),
      events(*host.control_, host.config_.lattice, host.identity_.id),
      background(executor),
      calls(host.runtime_->shards(), host.config_.lattice),
      components(*host.runtime_, calls, store, configs, links, events, tasks,
                 {.allow_file_load = host.config_.allow_file_load,
                  .max_execution_time = host.config_.max_execution_time,
                  .max_memory_bytes = host.config_.max_memory_bytes}),
      providers(executor,
                {{"http-server",
                  [this, &host](std::string id, lattice::StringMap config) {
                    return make_http_server_provider(std::move(id), std::move(config),
                                                     host.runtime_->shards(), components);
                  }}},
                store, configs, links, events, tasks, host.config_.provider_shutdown_delay),
      control(executor, std::move(subjects),
              {.host = host.identity_,
               .control = *host.control_,
               .rpc = *host.rpc_,
               .store = store,
               .links = links,
               .components = components,
               .providers = providers,
               .events = events,
               .tasks = tasks,
               .component_auctions = host.config_.component_auctions,
               .provider_auctions = host.config_.provider_auctions,
               .stop = [&host](auto time) { host.ask_to_stop(time); }}),
      watches(executor) {}

// --- start ---

Result<> Host::identify() {
  WC_TRY(const identity::KeyPair key, host_key(config_.host_seed));
  identity_.id = key.public_key().text();
  identity_.friendly_name = host::friendly_name();
  identity_.version = config_.version;
  identity_.labels = machine_labels();
  for (const auto& [label, value] : config_.labels) {
    identity_.labels.insert_or_assign(label, value);
  }
  if (!config_.js_domain.empty()) {
    identity_.js_domain = config_.js_domain;
  }
  return {};
}

Result<> Host::start() {
  WC_CHECK(identify());
  WC_TRY(runtime_, ComponentRuntime::create({.shards = config_.shards,
                                             .cache_dir = config_.cache_dir,
                                             .instances = config_.max_instances,
                                             .messaging_v3 = config_.messaging_v3}));
  if (!config_.http_admin.empty()) {
    WC_TRY(admin_server_, http::listen(runtime_->shards(), config_.http_admin, admin_),
           "HTTP administration");
    admin_address_ = admin_server_->address();
  }
  WC_CHECK(block_on(executor(), join()));
  started_ = true;
  return {};
}

Task<> Host::connect(std::unique_ptr<nats::Connection>& into, nats::ConnectOptions options,
                     Deadline deadline) {
  options.name = kClientName;
  options.state_executor = executor();
  options.on_state = [this](const nats::StateChange& change) { state_changed(change); };
  WC_CO_TRY(into, nats::connect(runtime_->shards().blocking_pool().get_executor(),
                                std::move(options), deadline));
  co_return Result<>();
}

Task<> Host::join() {
  const Deadline deadline = Deadline::after(kStartTime);
  WC_CO_TRY_VALUE(auto subjects,
                  lattice::ControlSubjects::create(config_.lattice, config_.control_prefix));
  WC_CO_CHECK(connect(control_, std::move(config_.control), deadline),
              "connecting to NATS for control");
  WC_CO_CHECK(connect(rpc_, std::move(config_.rpc), deadline), "connecting to NATS for calls");
  WC_CO_TRY(lattice::Store store,
            lattice::Store::open(*control_, config_.lattice, config_.js_domain, deadline),
            "the lattice's store (it needs JetStream)");
  joined_ = std::make_unique<Joined>(*this, executor(), std::move(store), std::move(subjects));
  WC_CO_CHECK(joined_->calls.start(*rpc_));

  constexpr Followed kConfigs{&lattice::Store::watch_configs, &Host::apply_config,
                              &Host::forget_config_revisions};
  WC_CO_TRY(nats::KvWatch configs, joined_->store.watch_configs(deadline));
  joined_->watches.spawn("watch of the configurations",
                         follow_always(std::move(configs), kConfigs));

  constexpr Followed kLattice{&lattice::Store::watch, &Host::apply, &Host::forget_revisions};
  WC_CO_TRY(nats::KvWatch watch, joined_->store.watch(deadline));
  for (;;) {
    WC_CO_TRY(const nats::KvEvent event, watch.next(deadline), "reading the lattice's store");
    if (event.is_initial_end()) {
      break;
    }
    apply(*event.entry);
  }
  joined_->watches.spawn("watch of the lattice", follow_always(std::move(watch), kLattice));
  WC_CO_CHECK(joined_->control.start(deadline));
  joined_->watches.spawn("heartbeats", heartbeats());
  admin_.set_ready(true);
  const lattice::HostStarted event{.friendly_name = identity_.friendly_name,
                                   .labels = identity_.labels,
                                   .uptime_seconds = 0,
                                   .version = identity_.version};
  WC_CO_CHECK_VALUE(joined_->events.publish(event));
  log::info("host started", {{"host_id", identity_.id},
                             {"friendly_name", identity_.friendly_name},
                             {"lattice", config_.lattice},
                             {"nats", control_->server()},
                             {"version", identity_.version}});
  co_return co_await control_->flush(deadline);
}

// --- running ---

void Host::state_changed(const nats::StateChange& change) {
  // What the connection does is logged by itself. Without it for good, the host is of no use.
  if (change.state == nats::ConnectionState::closed) {
    ask_to_stop(
        Error(ErrorKind::unavailable, "the connection to NATS is closed: {}", change.reason));
  }
}

void Host::ask_to_stop(Result<std::optional<std::chrono::milliseconds>> time) {
  admin_.set_ready(false);
  if (const StopAsked asked = std::exchange(stop_asked_, {})) {
    asked(std::move(time));
  }
}

void Host::apply(const nats::KvEntry& entry) {
  const Result<lattice::StoreEntry> parsed = lattice::parse_entry(entry);
  if (!parsed) {
    log::warn("an entry of the lattice's store is left out",
              {{"key", entry.key}, {"error", parsed.error().describe()}});
    return;
  }
  if (const auto* const spec = std::get_if<lattice::SpecEntry>(&*parsed)) {
    const LinkBook::Change change = joined_->links.apply(*spec);
    joined_->components.links_changed(change);
    joined_->providers.links_changed(change);
  } else if (const auto* const claims = std::get_if<lattice::ClaimsEntry>(&*parsed)) {
    joined_->links.apply(*claims);
  }
}

Task<> Host::follow(nats::KvWatch watch, Followed followed) {
  for (;;) {
    WC_CO_TRY(const nats::KvEvent event, watch.next(Deadline::never()));
    if (event.entry) {
      (this->*followed.told)(*event.entry);
    }
  }
}

// A watch goes on over lost connections; it ends if somebody deletes the bucket under us. Then
// there is a new one to be watched.
Task<> Host::follow_always(nats::KvWatch watch, Followed followed) {
  Result<> ended = co_await follow(std::move(watch), followed);
  asio::steady_timer timer(executor());
  while (!ended && ended.error().kind() != ErrorKind::cancelled) {
    log::error("the lattice's store cannot be followed: trying again",
               {{"error", ended.error().describe()}});
    timer.expires_after(kStoreRetry);
    if (const auto [error] = co_await timer.async_wait(as_result); error) {
      co_return to_error(error, "waiting to follow the store again");
    }
    ended = co_await follow_anew(followed);
  }
  co_return ended;
}

Task<> Host::follow_anew(Followed followed) {
  const Deadline deadline = Deadline::after(kStartTime);
  WC_CO_CHECK(lattice::Store::open(*control_, config_.lattice, config_.js_domain, deadline));
  WC_CO_TRY(nats::KvWatch watch, (joined_->store.*followed.watch)(deadline));
  (this->*followed.forget)();
  co_return co_await follow(std::move(watch), followed);
}

Task<> Host::heartbeats() {
  asio::steady_timer timer(executor());
  for (;;) {
    timer.expires_after(config_.heartbeat);
    if (const auto [error] = co_await timer.async_wait(as_result); error) {
      co_return to_error(error, "waiting for the next heartbeat");
    }
    // One that is kept for later tells of a state that has passed.
    if (control_->state() == nats::ConnectionState::connected) {
      (void)joined_->events.publish(
          lattice::HostHeartbeat{.inventory = joined_->control.inventory()});
    }
  }
}

// --- stop ---

Task<> Host::leave(Deadline deadline) {
  stop_asked_ = {};
  if (joined_) {
    WC_CO_CHECK(joined_->control.stop());
    joined_->watches.cancel();
    WC_CO_CHECK(joined_->watches.join());
    WC_CO_CHECK(end_tasks());
    if (started_) {
      if (const Result<> said = co_await say_goodbye(deadline); !said) {
        log::warn("the lattice may not know that this host has stopped",
                  {{"error", said.error().describe()}});
      }
    }
    WC_CO_CHECK(joined_->providers.stop_all(deadline));
    WC_CO_CHECK(joined_->components.stop(deadline));
    WC_CO_CHECK(joined_->calls.stop());
  }
  for (nats::Connection* const connection : {control_.get(), rpc_.get()}) {
    if (connection != nullptr) {
      WC_CO_CHECK(connection->close());
    }
  }
  joined_.reset();
  control_.reset();
  rpc_.reset();
  co_return Result<>();
}

Task<> Host::say_goodbye(Deadline deadline) {
  const Deadline last = Deadline::after(std::max<Deadline::Clock::duration>(
      std::min<Deadline::Clock::duration>(deadline.remaining(), kFlushTime), kLastWord));
  WC_CO_CHECK_VALUE(joined_->events.publish(lattice::HostStopped{.labels = identity_.labels}));
  WC_CO_CHECK(control_->flush(last));
  co_return co_await rpc_->flush(last);
}

// What a task waits for when it is cancelled ends; what it begins to wait for after that does not,
// by itself: it is told again.
Task<> Host::end_tasks() {
  constexpr std::chrono::milliseconds kAgain{20};
  joined_->tasks.close();
  asio::steady_timer timer(executor());
  while (joined_->background.size() != 0) {
    joined_->background.cancel();
    timer.expires_after(kAgain);
    co_await timer.async_wait(as_result);
  }
  co_return Result<>();
}

Result<> Host::stop(Deadline deadline) {
  if (!runtime_) {
    return {};
  }
  admin_.set_ready(false);
  Result<> left = block_on(executor(), leave(deadline));
  if (admin_server_) {
    const Result<> closed = block_on(executor(), admin_server_->stop(Deadline::after({})));
    admin_server_.reset();
    if (left && !closed && closed.error().kind() != ErrorKind::timeout) {
      left = closed.error().clone();
    }
  }
  runtime_.reset();
  if (started_) {
    log::info("host stopped", {{"host_id", identity_.id}});
  }
  return left;
}

Host::~Host() {
  if (const Result<> stopped = stop(Deadline::after({})); !stopped) {
    log::error("the host did not stop well", {{"error", stopped.error().describe()}});
  }
}

}  // namespace

Result<std::unique_ptr<LatticeHost>> start_lattice_host(LatticeHostConfig config,
                                                        StopAsked stop_asked) {
  auto host = std::make_unique<Host>(std::move(config), std::move(stop_asked));
  WC_CHECK(host->start());
  return host;
}

}  // namespace wasmcloud::host
