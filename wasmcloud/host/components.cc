#include "wasmcloud/host/components.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <filesystem>
#include <set>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/reference.h"
#include "wasmcloud/wasi/context.h"

namespace wasmcloud::host {
namespace {

using lattice::ScaleComponent;
using lattice::StringMap;
using lattice::UpdateComponent;

constexpr std::size_t kLoaders = 2;
constexpr std::chrono::seconds kStoreTime{10};  // for what is asked of KV

// What existing hosts do with a limit that is no number: nothing. Under one of 0 nothing could run.
std::optional<std::uint64_t> limit_of(const std::optional<StringMap>& limits,
                                      std::string_view name) {
  if (!limits) {
    return std::nullopt;
  }
  const auto found = limits->find(std::string(name));
  std::uint64_t number = 0;
  if (found == limits->end()) {
    return std::nullopt;
  }
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

struct Components::Running {
  std::string id;
  std::string reference;  // as it was given
  StringMap annotations;
  std::optional<StringMap> limits;
  std::shared_ptr<const ConfigBundle> config;
  std::shared_ptr<InstanceSlots> slots;
  ServedComponent served;
  std::shared_ptr<ComponentSlot> slot;
};

Components::Components(ComponentRuntime& runtime, LatticeCalls& calls, lattice::Store& store,
                       Configs& configs, const LinkBook& links, const EventPublisher& events,
                       KeyedTasks& tasks, ComponentOptions options)
    : runtime_(runtime),
      calls_(calls),
      store_(store),
      configs_(configs),
      links_(links),
      events_(events),
      tasks_(tasks),
      options_(options),
      loaders_(kLoaders) {}

Components::~Components() { loaders_.join(); }

// --- who is there ---

Components::Running* Components::find(std::string_view id) const {
  const auto found = running_.find(id);
  return found == running_.end() ? nullptr : found->second.get();
}

std::optional<std::string> Components::reference_of(std::string_view id) const {
  const Running* const running = find(id);
  return running == nullptr ? std::nullopt : std::optional(running->reference);
}

std::vector<lattice::ComponentDescription> Components::inventory() const {
  std::vector<lattice::ComponentDescription> all;
  for (const auto& [id, running] : running_) {
    lattice::ComponentDescription each;
    each.id = id;
    each.image_ref = running->reference;
    each.annotations = running->annotations;
    each.max_instances = running->slots->limit();
    each.limits = running->limits;
    all.push_back(std::move(each));
  }
  return all;
}

std::shared_ptr<ComponentSlot> Components::slot(std::string_view id) {
  const std::scoped_lock lock(mutex_);
  const auto found = slots_.find(id);
  if (found != slots_.end()) {
    return found->second;
  }
  auto made = std::make_shared<ComponentSlot>(runtime_, &calls_, std::string(id));
  slots_.emplace(id, made);
  return made;
}

std::shared_ptr<http::Handler> Components::target(std::string_view id) { return slot(id); }

// Of components that do not run, and that nobody reaches any more.
Task<> Components::forget_idle_slots() {
  std::vector<std::shared_ptr<ComponentSlot>> unused;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, slot] : slots_) {
      if (slot.use_count() == 1) {
        unused.push_back(slot);
      }
    }
  }
  for (const auto& slot : unused) {
    WC_CO_TRY(const bool idle, slot->idle());
    const std::scoped_lock lock(mutex_);
    std::erase_if(slots_, [&](const auto& item) {
      return idle && item.second == slot && slot.use_count() == 2;  // here and in `unused`
    });
  }
  co_return Result<>();
}

// --- scale ---

Task<> Components::scale(ScaleComponent request) {
  lattice::ComponentScaleFailed failed{.annotations = request.annotations.value_or(StringMap()),
                                       .component_id = request.component_id,
                                       .error = {},
                                       .host_id = events_.host_id(),
                                       .image_ref = request.component_ref,
                                       .max_instances = request.count,
                                       .public_key = {}};
  const Result<> scaled = co_await try_scale(std::move(request));
  if (!scaled && scaled.error().kind() != ErrorKind::cancelled) {
    failed.error = scaled.error().describe();
    log::error("component not scaled", {{"component_id", failed.component_id},
                                        {"reference", failed.image_ref},
                                        {"error", failed.error}});
    WC_CO_CHECK_VALUE(events_.publish(failed));
  }
  co_return Result<>();
}

Task<> Components::try_scale(ScaleComponent request) {
  Running* const running = find(request.component_id);
  if (request.count == 0) {
    return stop_one(std::move(request));
  }
  return running == nullptr ? start(std::move(request)) : rescale(*running, std::move(request));
}

void Components::tell_scaled(const Running& running, std::uint32_t count) const {
  log::info(
      "component scaled",
      {{"component_id", running.id}, {"reference", running.reference}, {"max_instances", count}});
  lattice::ComponentScaled event;
  event.annotations = running.annotations;
  event.component_id = running.id;
  event.host_id = events_.host_id();
  event.image_ref = running.reference;
  event.max_instances = count;
  (void)events_.publish(event);  // a failure is logged there
}

Task<> Components::start(ScaleComponent request) {
  auto running = std::make_unique<Running>();
  running->id = request.component_id;
  running->reference = request.component_ref;
  running->annotations = std::move(request.annotations).value_or(StringMap());
  running->limits = std::move(request.component_limits);
  running->slots = std::make_shared<InstanceSlots>(request.count);
  WC_CO_TRY(running->config,
            configs_.bundle(std::move(request.config), {}, Deadline::after(kStoreTime)));
  WC_CO_TRY(running->served, load(running->id, running->reference, running->config));
  WC_CO_CHECK(store_.add_spec(running->id, running->reference, Deadline::after(kStoreTime)));
  running->slot = slot(running->id);
  WC_CO_CHECK(running->slot->link(links_of(running->id)));
  WC_CO_CHECK(install(*running));
  const Running& started = *running_.emplace(running->id, std::move(running)).first->second;
  tell_scaled(started, request.count);
  co_return Result<>();
}

Task<> Components::rescale(Running& running, ScaleComponent request) {
  const bool new_code = request.allow_update && request.component_ref != running.reference;
  if (request.config != running.config->names()) {
    WC_CO_TRY(running.config,
              configs_.bundle(std::move(request.config), {}, Deadline::after(kStoreTime)));
    auto environment = std::make_shared<wasi::Environment>(*running.served.environment);
    environment->config = running.config;
    running.served.environment = std::move(environment);
  }
  // What a request does not speak of stays: wadm knows what is its own by annotations.
  if (request.annotations) {
    running.annotations = *std::move(request.annotations);
  }
  if (request.component_limits) {
    running.limits = std::move(request.component_limits);
  }
  running.slots->set_limit(request.count);
  WC_CO_CHECK(install(running));
  tell_scaled(running, request.count);
  if (new_code) {
    WC_CO_CHECK(change_code(running, std::move(request.component_ref), running.annotations));
  }
  co_return Result<>();
}

Task<> Components::stop_one(ScaleComponent request) {
  const auto found = running_.find(request.component_id);
  if (found == running_.end()) {
    Running absent;
    absent.id = std::move(request.component_id);
    absent.reference = std::move(request.component_ref);
    absent.annotations = std::move(request.annotations).value_or(StringMap());
    tell_scaled(absent, 0);
    co_return Result<>();
  }
  const std::unique_ptr<Running> running = std::move(found->second);
  running_.erase(found);
  WC_CO_CHECK(running->slot->clear(Deadline::after(options_.max_execution_time)));
  tell_scaled(*running, 0);
  running->slot.reset();
  co_return co_await forget_idle_slots();
}

// --- links ---

std::shared_ptr<const ComponentLinks> Components::links_of(std::string_view id) {
  auto made = std::make_shared<ComponentLinks>();
  made->source = id;
  made->links = links_.links_from(id);
  made->table = lattice::ImportTable(made->links);
  for (const lattice::Link& link : made->links) {
    made->slots.try_emplace(link.target, slot(link.target));
  }
  return made;
}

void Components::links_changed(const LinkBook::Change& change) {
  std::set<std::string, std::less<>> sources;
  for (const auto* const links : {&change.put, &change.removed}) {
    for (const lattice::Link& link : *links) {
      sources.insert(link.source_id);
    }
  }
  for (const std::string& id : sources) {
    if (const Result<> queued = tasks_.spawn("component " + id, "links of a component", relink(id));
        !queued) {
      log::error("a component does not know of its links",
                 {{"component_id", id}, {"error", queued.error().describe()}});
    }
  }
}

Task<> Components::relink(std::string id) {
  Running* const running = find(id);
  if (running == nullptr) {
    co_return Result<>();
  }
  co_return co_await running->slot->link(links_of(id));
}

// --- update ---

Task<> Components::update(UpdateComponent request) {
  Running* const running = find(request.component_id);
  if (running == nullptr || running->reference == request.new_component_ref) {
    co_return Result<>();
  }
  const Result<> changed =
      co_await change_code(*running, std::move(request.new_component_ref),
                           std::move(request.annotations).value_or(running->annotations));
  if (!changed) {
    co_return changed.error().clone().with_context("component " + request.component_id);
  }
  co_return Result<>();
}

Task<> Components::change_code(Running& running, std::string reference, StringMap annotations) {
  WC_CO_TRY(running.served, load(running.id, reference, running.config));
  const std::string before = std::exchange(running.reference, std::move(reference));
  running.annotations = std::move(annotations);
  WC_CO_CHECK(install(running));
  log::info("component updated",
            {{"component_id", running.id}, {"from", before}, {"to", running.reference}});
  tell_scaled(running, running.slots->limit());
  co_return Result<>();
}

// --- from a reference to code that serves ---

Task<ServedComponent> Components::load(std::string id, std::string reference,
                                       std::shared_ptr<const ConfigBundle> config) {
  struct Load {
    static Task<ServedComponent> run(const Components& self, const std::string& id,
                                     const std::string& reference,
                                     std::shared_ptr<const ConfigBundle> config) {
      try {
        co_return self.load_now(id, reference, std::move(config));
      } catch (const std::exception& exception) {
        co_return Error(ErrorKind::internal, "exception: {}", exception.what());
      }
    }
  };

  auto loading = Load::run(*this, id, reference, std::move(config));
  co_return co_await asio::co_spawn(loaders_.get_executor(), std::move(loading), not_cancelled());
}

Result<ServedComponent> Components::load_now(const std::string& id, const std::string& reference,
                                             std::shared_ptr<const ConfigBundle> config) const {
  const Reference from = parse_reference(reference);
  switch (from.kind) {
    case Reference::Kind::builtin:
      return Error(ErrorKind::invalid, "nothing to fetch for a builtin");
    case Reference::Kind::oci:
      return Error(ErrorKind::unsupported,
                   "this host does not fetch images: `{}` is neither file:// nor an absolute path",
                   reference);
    case Reference::Kind::file:
      break;
  }
  if (!options_.allow_file_load) {
    return Error(ErrorKind::denied,
                 "unable to start component from file, file loading is disabled");
  }
  if (!std::filesystem::path(from.text).is_absolute()) {
    return Error(ErrorKind::invalid, "{}: a file is named by its absolute path", reference);
  }
  wasi::Environment environment;
  environment.blocking = &runtime_.shards().blocking_pool();
  environment.config = std::move(config);
  environment.log_name = id;
  return load_served_component(from.text, runtime_.engine(), runtime_.host(),
                               std::move(environment),
                               {.needs_incoming_handler = false, .links = true});
}

Task<> Components::install(Running& running) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  Serving serving{.served = running.served,
                  .slots = running.slots,
                  .memory_bytes = options_.max_memory_bytes,
                  .timeout = options_.max_execution_time,
                  .outgoing_http = false};
  if (const auto bytes = limit_of(running.limits, "max_memory_limit")) {
    serving.memory_bytes = std::min(serving.memory_bytes, *bytes);
  }
  const auto time = limit_of(running.limits, "max_execution_time");
  const auto most = std::chrono::ceil<seconds>(options_.max_execution_time).count();
  if (time && *time < static_cast<std::uint64_t>(most)) {
    serving.timeout = std::min<milliseconds>(serving.timeout, seconds(*time));
  }
  co_return co_await running.slot->install(std::move(serving));
}

Task<> Components::stop(Deadline deadline) {
  for (const auto& [id, running] : std::exchange(running_, {})) {
    WC_CO_CHECK(running->slot->clear(deadline));
  }
  std::vector<std::shared_ptr<ComponentSlot>> slots;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, slot] : slots_) {
      slots.push_back(slot);
    }
  }
  for (const auto& slot : slots) {
    WC_CO_CHECK(slot->drain(deadline));
  }
  co_return Result<>();
}

}  // namespace wasmcloud::host
