#include "wasmcloud/host/control_operations.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "wasmcloud/lattice/links.h"
#include "wasmcloud/lattice/uptime.h"

namespace wasmcloud::host {
namespace {

using lattice::Link;
using lattice::StringMap;

constexpr std::chrono::seconds kStoreTime{10};  // for what is asked of KV

// Every answer to a ping and every heartbeat has all labels in it, and must not become too long.
constexpr std::size_t kMaxLabelBytes = 64 * 1024;

Deadline store_deadline() { return Deadline::after(kStoreTime); }

std::size_t size_of(const StringMap& labels) {
  std::size_t size = 0;
  for (const auto& [key, value] : labels) {
    size += key.size() + value.size();
  }
  return size;
}

bool is_host_label(std::string_view key) {
  constexpr std::string_view kPrefix = "hostcore.";
  return key.size() >= kPrefix.size() &&
         std::ranges::equal(key.substr(0, kPrefix.size()), kPrefix, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
         });
}

// A link as providers are told of its end: without configuration.
lattice::ResolvedLink bare(const Link& link) {
  lattice::ResolvedLink resolved;
  resolved.source_id = link.source_id;
  resolved.target = link.target;
  resolved.name = link.name;
  resolved.wit_namespace = link.wit_namespace;
  resolved.wit_package = link.wit_package;
  resolved.interfaces = link.interfaces;
  return resolved;
}

}  // namespace

// --- from a subject to an operation ---

ControlOperations::Operation ControlOperations::find(
    const lattice::ControlOperation& asked) noexcept {
  enum class Id : std::uint8_t { none, one };

  struct Entry {
    std::string_view noun;
    std::string_view verb;
    Id id;
    Operation operation;
  };

  using Self = ControlOperations;
  static constexpr std::array kOperations = {
      Entry{"host", "ping", Id::none, &Self::ping},
      Entry{"host", "get", Id::one, &Self::get_inventory},
      Entry{"host", "stop", Id::one, &Self::stop_host},
      Entry{"label", "put", Id::one, &Self::put_label},
      Entry{"label", "del", Id::one, &Self::delete_label},
      Entry{"component", "scale", Id::one, &Self::scale},
      Entry{"component", "update", Id::one, &Self::update},
      Entry{"component", "auction", Id::none, &Self::component_auction},
      Entry{"provider", "start", Id::one, &Self::start_provider},
      Entry{"provider", "stop", Id::one, &Self::stop_provider},
      Entry{"provider", "auction", Id::none, &Self::provider_auction},
      Entry{"link", "get", Id::none, &Self::get_links},
      Entry{"link", "put", Id::none, &Self::put_link},
      Entry{"link", "del", Id::none, &Self::delete_link},
      Entry{"claims", "get", Id::none, &Self::get_claims},
      Entry{"config", "get", Id::one, &Self::get_config},
      Entry{"config", "put", Id::one, &Self::put_config},
      Entry{"config", "del", Id::one, &Self::delete_config},
  };
  const auto* const found = std::ranges::find_if(kOperations, [&asked](const Entry& entry) {
    return entry.noun == asked.noun && entry.verb == asked.verb &&
           (entry.id == Id::none) == asked.id.empty();
  });
  return found == kOperations.end() ? nullptr : found->operation;
}

Task<> ControlOperations::serve(nats::Message message) {
  std::optional<lattice::ControlOperation> asked = subjects_.parse(message.subject());
  const Operation operation = asked ? find(*asked) : nullptr;
  ControlRequest request{.message = std::move(message),
                         .id = asked ? std::move(asked->id) : std::string()};
  if (operation == nullptr) {
    refuse(request, "unsupported subject", "unknown operation");
    co_return Result<>();
  }
  log::debug("control request", {{"subject", request.message.subject()}});
  co_return co_await (this->*operation)(std::move(request));
}

// --- answers ---

void ControlOperations::answer(const ControlRequest& request, std::string body) const {
  if (request.message.reply().empty()) {
    return;
  }
  const Result<> sent = parts_.control.publish(
      {.subject = std::string(request.message.reply()), .payload = std::move(body)});
  if (!sent) {
    log::error("cannot answer a request",
               {{"subject", request.message.subject()}, {"error", sent.error().describe()}});
  }
}

void ControlOperations::accept(const ControlRequest& request, std::string_view text) const {
  answer(request, lattice::reply(true, text));
}

void ControlOperations::refuse(const ControlRequest& request, std::string_view text,
                               std::string_view why) const {
  log::warn("a request was refused",
            {{"subject", request.message.subject()}, {"answer", text}, {"error", why}});
  answer(request, lattice::reply(false, text));
}

template <typename T>
std::optional<T> ControlOperations::read(const ControlRequest& request,
                                         std::string_view what) const {
  Result<T> parsed = lattice::parse<T>(request.body());
  if (!parsed) {
    refuse(request, fmt::format("failed to deserialize {}", what), parsed.error().describe());
    return std::nullopt;
  }
  return *std::move(parsed);
}

template <typename Data>
bool ControlOperations::tell(const ControlRequest& request, const Data& data) const {
  const Result<> told = parts_.events.publish(data);
  if (!told) {
    refuse(request, fmt::format("failed to publish `{}` event", Data::kName),
           told.error().describe());
  }
  return told.has_value();
}

// --- hosts ---

lattice::HostInventory ControlOperations::inventory() const {
  const auto uptime = parts_.host.uptime();
  lattice::HostInventory inventory;
  inventory.components = parts_.components.inventory();
  inventory.providers = parts_.providers.inventory();
  inventory.host_id = parts_.host.id;
  inventory.friendly_name = parts_.host.friendly_name;
  inventory.labels = parts_.host.labels;
  inventory.version = parts_.host.version;
  inventory.uptime_human = lattice::uptime_text(uptime);
  inventory.uptime_seconds = static_cast<std::uint64_t>(uptime.count());
  return inventory;
}

Task<> ControlOperations::ping(ControlRequest request) {
  const auto uptime = parts_.host.uptime();
  lattice::Host host;
  host.rpc_host = parts_.rpc.server();
  host.ctl_host = parts_.control.server();
  host.friendly_name = parts_.host.friendly_name;
  host.id = parts_.host.id;
  host.js_domain = parts_.host.js_domain;
  host.labels = parts_.host.labels;
  host.lattice = subjects_.lattice();
  host.uptime_human = lattice::uptime_text(uptime);
  host.uptime_seconds = static_cast<std::uint64_t>(uptime.count());
  host.version = parts_.host.version;
  answer(request, lattice::reply_with(host));
  co_return Result<>();
}

Task<> ControlOperations::get_inventory(ControlRequest request) {
  answer(request, lattice::reply_with(inventory()));
  co_return Result<>();
}

Task<> ControlOperations::stop_host(ControlRequest request) {
  lattice::StopHost stop;
  if (!request.body().empty()) {
    auto read_body = read<lattice::StopHost>(request, "stop command");
    if (!read_body) {
      co_return Result<>();
    }
    stop = *std::move(read_body);
  }
  if (!stop.host_id.empty() && stop.host_id != parts_.host.id) {
    refuse(request, fmt::format("invalid host_id [{}]", stop.host_id), "meant for another host");
    co_return Result<>();
  }
  accept(request, "successfully handled stop host");
  std::optional<std::chrono::milliseconds> time;
  if (stop.timeout) {
    constexpr std::uint64_t kLongest = 24ULL * 60 * 60 * 1000;
    time = std::chrono::milliseconds(std::min(*stop.timeout, kLongest));
  }
  log::info("asked to stop", {{"subject", request.message.subject()}});
  parts_.stop(time);
  co_return Result<>();
}

Task<> ControlOperations::put_label(ControlRequest request) {
  auto label = read<lattice::Label>(request, "put label request");
  if (!label) {
    co_return Result<>();
  }
  if (is_host_label(label->key)) {
    refuse(request, "hostcore.* labels cannot be set dynamically", label->key);
    co_return Result<>();
  }
  StringMap labels = parts_.host.labels;
  labels.insert_or_assign(std::move(label->key), std::move(label->value));
  if (size_of(labels) > kMaxLabelBytes) {
    refuse(request, "too many labels", fmt::format("at most {} bytes", kMaxLabelBytes));
    co_return Result<>();
  }
  parts_.host.labels = std::move(labels);
  if (tell(request,
           lattice::LabelsChanged{.host_id = parts_.host.id, .labels = parts_.host.labels})) {
    accept(request, "successfully put label");
  }
  co_return Result<>();
}

Task<> ControlOperations::delete_label(ControlRequest request) {
  const auto label = read<lattice::LabelKey>(request, "delete label request");
  if (!label) {
    co_return Result<>();
  }
  if (parts_.host.labels.erase(label->key) == 0) {
    accept(request, "successfully deleted label (no such label)");
  } else if (tell(request, lattice::LabelsChanged{.host_id = parts_.host.id,
                                                  .labels = parts_.host.labels})) {
    accept(request, "successfully deleted label");
  }
  co_return Result<>();
}

// --- components ---

Task<> ControlOperations::scale(ControlRequest request) {
  auto scale = read<lattice::ScaleComponent>(request, "component scale command");
  if (!scale) {
    co_return Result<>();
  }
  std::string text;
  const auto running = parts_.components.reference_of(scale->component_id);
  if (running && *running != scale->component_ref) {
    text = fmt::format(
        "Requested to scale existing component to a different image reference: {} != {}. The "
        "component will be scaled but the image reference will not be updated. If you meant to "
        "update this component to a new image ref, use the update command.",
        *running, scale->component_ref);
    if (scale->allow_update) {
      text = fmt::format(
          "Requested to scale existing component, with a changed image reference: {} != {}. The "
          "component will be scaled, and the image reference will be updated afterwards.",
          *running, scale->component_ref);
    }
  }
  const std::string id = scale->component_id;
  if (const Result<> queued = parts_.tasks.spawn("component " + id, "scaling of a component",
                                                 parts_.components.scale(*std::move(scale)));
      !queued) {
    refuse(request, "too many requests are waiting", queued.error().describe());
    co_return Result<>();
  }
  accept(request, text);
  co_return Result<>();
}

Task<> ControlOperations::update(ControlRequest request) {
  auto update = read<lattice::UpdateComponent>(request, "component update command");
  if (!update) {
    co_return Result<>();
  }
  const std::string id = update->component_id;
  const auto running = parts_.components.reference_of(id);
  if (!running) {
    refuse(request, fmt::format("component {} not found", id), "it does not run here");
    co_return Result<>();
  }
  if (*running == update->new_component_ref) {
    accept(request, fmt::format("component {} already updated to {}", id, *running));
    co_return Result<>();
  }
  const std::string text =
      fmt::format("component {} updating from {} to {}", id, *running, update->new_component_ref);
  if (const Result<> queued = parts_.tasks.spawn("component " + id, "update of a component",
                                                 parts_.components.update(*std::move(update)));
      !queued) {
    refuse(request, "too many requests are waiting", queued.error().describe());
    co_return Result<>();
  }
  accept(request, text);
  co_return Result<>();
}

bool ControlOperations::meets(const StringMap& constraints) const {
  return std::ranges::all_of(constraints, [this](const auto& constraint) {
    const auto label = parts_.host.labels.find(constraint.first);
    return label != parts_.host.labels.end() && label->second == constraint.second;
  });
}

// Silence is how a host says no. A component that runs already may be scaled here: that is a yes.
Task<> ControlOperations::component_auction(ControlRequest request) {
  auto auction = read<lattice::ComponentAuction>(request, "component auction command");
  if (auction && meets(auction->constraints)) {
    const lattice::ComponentAuctionAck ack{.component_ref = std::move(auction->component_ref),
                                           .component_id = std::move(auction->component_id),
                                           .host_id = parts_.host.id,
                                           .constraints = std::move(auction->constraints)};
    answer(request, lattice::reply_with(ack));
  }
  co_return Result<>();
}

// --- providers ---

Task<> ControlOperations::provider_auction(ControlRequest request) {
  auto auction = read<lattice::ProviderAuction>(request, "provider auction command");
  if (auction && meets(auction->constraints) && !parts_.providers.runs(auction->provider_id)) {
    const lattice::ProviderAuctionAck ack{.host_id = parts_.host.id,
                                          .provider_ref = std::move(auction->provider_ref),
                                          .provider_id = std::move(auction->provider_id),
                                          .constraints = std::move(auction->constraints)};
    answer(request, lattice::reply_with(ack));
  }
  co_return Result<>();
}

Task<> ControlOperations::start_provider(ControlRequest request) {
  auto start = read<lattice::StartProvider>(request, "provider start command");
  if (!start) {
    co_return Result<>();
  }
  if (parts_.providers.runs(start->provider_id)) {
    refuse(request, "provider with that ID is already running", start->provider_id);
    co_return Result<>();
  }
  if (const Result<> queued = parts_.providers.start(*std::move(start)); !queued) {
    refuse(request, "too many requests are waiting", queued.error().describe());
    co_return Result<>();
  }
  accept(request, "successfully started provider");
  co_return Result<>();
}

Task<> ControlOperations::stop_provider(ControlRequest request) {
  auto stop = read<lattice::StopProvider>(request, "provider stop command");
  if (!stop) {
    co_return Result<>();
  }
  auto asked = std::make_shared<ControlRequest>(std::move(request));
  const auto done = [this, asked](bool ran) {
    if (ran) {
      accept(*asked, "successfully stopped provider");
    } else {
      refuse(*asked, "provider with that ID is not running", "it does not run here");
    }
  };
  if (const Result<> queued = parts_.providers.stop(std::move(stop->provider_id), done); !queued) {
    refuse(*asked, "too many requests are waiting", queued.error().describe());
  }
  co_return Result<>();
}

// --- links ---

Task<> ControlOperations::get_links(ControlRequest request) {
  answer(request, lattice::reply_with(parts_.links.links()));
  co_return Result<>();
}

Task<> ControlOperations::put_link(ControlRequest request) {
  const auto link = read<Link>(request, "wrpc link definition");
  if (!link) {
    co_return Result<>();
  }
  const Result<> stored = co_await store_link(*link);
  if (!stored) {
    (void)parts_.events.publish(
        lattice::LinkSetFailed{.link = *link, .error = stored.error().describe()});
    refuse(request, stored.error().message(), stored.error().describe());
    co_return Result<>();
  }
  if (tell(request, lattice::LinkSet{.link = *link})) {
    accept(request, "successfully set link");
  }
  co_return Result<>();
}

Task<> ControlOperations::store_link(Link link) {
  using Spec = std::optional<lattice::ComponentSpec>;
  WC_CO_TRY(const lattice::ResolvedLink resolved, resolve(link));
  const auto add = [&link](Spec stored) -> Result<Spec> {
    lattice::ComponentSpec spec = std::move(stored).value_or(lattice::ComponentSpec());
    WC_CHECK(lattice::put_link(spec.links, link));
    return Spec(std::move(spec));
  };
  WC_CO_TRY(const auto entry, parts_.store.change_spec(link.source_id, add, store_deadline()));
  learn(entry.value());
  if (std::ranges::none_of(link.source_config, is_secret) &&
      std::ranges::none_of(link.target_config, is_secret)) {
    tell_providers("put", resolved);
  }
  co_return Result<>();
}

// Of the link's configurations everything must be there, and readable.
Task<lattice::ResolvedLink> ControlOperations::resolve(Link link) {
  std::string missing;
  lattice::ResolvedLink resolved = bare(link);
  WC_CO_TRY(resolved.source_config, merged_config(link.source_config, missing));
  WC_CO_TRY(resolved.target_config, merged_config(link.target_config, missing));
  if (!missing.empty()) {
    co_return Error(ErrorKind::not_found, "Failed to validate configuration and secrets. {}",
                    missing);
  }
  co_return resolved;
}

Task<StringMap> ControlOperations::merged_config(std::vector<std::string> names,
                                                 std::string& missing) {
  StringMap merged;
  for (const std::string& name : names) {
    auto stored = co_await parts_.store.config(name, store_deadline());
    if (!stored && stored.error().kind() != ErrorKind::invalid) {
      co_return std::move(stored).error();
    }
    if (!stored || !*stored) {  // a name that cannot be is not there
      missing += fmt::format("{} {} not found in config store. ",
                             is_secret(name) ? "Secret reference" : "Configuration", name);
      continue;
    }
    if (is_secret(name)) {
      continue;
    }
    Result<StringMap> values = lattice::parse<StringMap>((*stored)->body);
    if (!values) {
      Error error(ErrorKind::invalid, "failed to resolve link config");
      co_return std::move(error).with_context(
          fmt::format("{}: {}", name, values.error().describe()));
    }
    for (auto& [key, value] : *values) {
      merged.insert_or_assign(key, std::move(value));
    }
  }
  co_return merged;
}

Task<> ControlOperations::delete_link(ControlRequest request) {
  using Spec = std::optional<lattice::ComponentSpec>;
  const auto asked = read<lattice::LinkDelete>(request, "wrpc link definition");
  if (!asked) {
    co_return Result<>();
  }
  bool known = false;
  std::optional<Link> removed;
  const auto remove = [&](Spec stored) -> Result<Spec> {
    known = stored.has_value();
    removed = stored ? lattice::delete_link(stored->links, *asked) : std::nullopt;
    return removed ? std::move(stored) : Spec();
  };
  const auto changed =
      co_await parts_.store.change_spec(asked->source_id, remove, store_deadline());
  if (!changed) {
    refuse(request, "failed to delete link", changed.error().describe());
    co_return Result<>();
  }
  if (!known) {
    accept(request, "successfully deleted link (spec doesn't exist)");
    co_return Result<>();
  }
  lattice::LinkDeleted event{.source_id = asked->source_id,
                             .name = asked->name,
                             .wit_namespace = asked->wit_namespace,
                             .wit_package = asked->wit_package,
                             .target = {},
                             .interfaces = {}};
  if (removed) {
    learn(changed->value());
    tell_providers("del", bare(*removed));
    event.target = removed->target;
    event.interfaces = removed->interfaces;
  }
  if (tell(request, event)) {
    accept(request, "successfully deleted link");
  }
  co_return Result<>();
}

// Our own watch tells the same later; who asks right after a change is to see it.
void ControlOperations::learn(const lattice::SpecEntry& entry) {
  const LinkBook::Change change = parts_.links.apply(entry);
  parts_.components.links_changed(change);
  parts_.providers.links_changed(change);
}

// For provider processes of other hosts, which learn of some changes by no other way.
void ControlOperations::tell_providers(std::string_view verb, const lattice::ResolvedLink& link) {
  const std::string body = lattice::to_json(link);
  for (const std::string& id : {link.source_id, link.target}) {
    const Result<> sent = parts_.rpc.publish(
        {.subject = fmt::format("wasmbus.rpc.{}.{}.linkdefs.{}", subjects_.lattice(), id, verb),
         .payload = body});
    if (!sent) {
      log::warn("cannot tell a provider of a link",
                {{"provider_id", id}, {"error", sent.error().describe()}});
    }
  }
}

// --- claims and configurations ---

Task<> ControlOperations::get_claims(ControlRequest request) {
  answer(request, lattice::reply_with(parts_.links.claims()));
  co_return Result<>();
}

Task<> ControlOperations::get_config(ControlRequest request) {
  const auto stored = co_await parts_.store.config(request.id, store_deadline());
  if (!stored && stored.error().kind() != ErrorKind::invalid) {
    refuse(request, "unable to read config data", stored.error().describe());
    co_return Result<>();
  }
  if (!stored || !*stored) {
    accept(request, "Configuration not found");
    co_return Result<>();
  }
  const Result<StringMap> values = lattice::parse<StringMap>((*stored)->body);
  if (!values) {
    refuse(request, "config data should be a map of string -> string", values.error().describe());
    co_return Result<>();
  }
  answer(request, lattice::reply_with(*values));
  co_return Result<>();
}

Task<> ControlOperations::put_config(ControlRequest request) {
  const Result<StringMap> values = lattice::parse<StringMap>(request.body());
  if (!values) {
    refuse(request, "config data should be a map of string -> string", values.error().describe());
    co_return Result<>();
  }
  const Result<> put =
      co_await parts_.store.put_config(request.id, std::string(request.body()), store_deadline());
  if (!put) {
    refuse(request, "unable to store config data", put.error().describe());
    co_return Result<>();
  }
  if (tell(request, lattice::ConfigSet{.config_name = request.id})) {
    accept(request, "successfully put config");
  }
  co_return Result<>();
}

Task<> ControlOperations::delete_config(ControlRequest request) {
  const Result<> deleted = co_await parts_.store.delete_config(request.id, store_deadline());
  if (!deleted) {
    refuse(request, "Unable to delete config data", deleted.error().describe());
    co_return Result<>();
  }
  if (tell(request, lattice::ConfigDeleted{.config_name = request.id})) {
    accept(request, "successfully deleted config");
  }
  co_return Result<>();
}

}  // namespace wasmcloud::host
