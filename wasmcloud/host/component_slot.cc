#include "wasmcloud/host/component_slot.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/host/guest_context.h"
#include "wasmcloud/wrpc/server_tasks.h"
#include "wasmcloud/wrpc/subject.h"
#include "wasmcloud/wrpc/trace.h"

namespace wasmcloud::host {
namespace {

using Lease = std::unique_ptr<void, void (*)(void*)>;

Lease no_lease() {
  return {nullptr, [](void*) {}};
}

Lease lease_of(InstanceSlots& slots) {
  return {&slots, [](void* taken) { static_cast<InstanceSlots*>(taken)->give_back(); }};
}

// What is served in another form than it is exported in.
bool is_incoming_handler(std::string_view interface) noexcept {
  return interface.starts_with("wasi:http/incoming-handler@0.2");
}

// A component that runs, with what its shard knows of its links.
struct Installed {
  Serving serving;
  CurrentRoutes routes;
};

// What holds for a call by a link, besides its parameters.
struct CallTerms {
  Deadline deadline;
  std::optional<TraceContext> trace;
};

// `most`: the caller's time.
CallTerms terms_of(const Installed& current, const nats::Headers& headers,
                   Deadline most = Deadline::never()) {
  return {.deadline = most.min(Deadline::after(current.serving.timeout)),
          .trace = wrpc::trace_of(headers)};
}

}  // namespace

// All but `shard` is for its thread.
class alignas(64) ComponentSlot::Place final : public bridge::LocalTarget, public wrpc::Handler {
 public:
  Place(Shard& shard_, ComponentRuntime& runtime, LatticeCalls* calls, const std::string& id)
      : shard(shard_),
        runtime_(runtime),
        calls_(calls),
        id_(id),
        ending_(shard_.executor(), SIZE_MAX) {}

  Shard& shard;
  wasi::RequestCounts counts;

  const Serving* serving() const noexcept { return installed_ ? &installed_->serving : nullptr; }

  Task<> install(const Serving& serving);
  Task<> link(std::shared_ptr<const ComponentLinks> links);
  Task<> clear(Deadline deadline);

  Task<> drain(Deadline deadline) { return ending_.drain(deadline); }

  bool idle() const noexcept { return server_ == nullptr && ending_.idle(); }

  // For an HTTP request, on what is installed now.
  wasi::RequestRun run() { return run(installed_, {}); }

  // To wherever in the lattice the component runs.
  Task<> forward_request(http::Request& request, http::ResponseWriter& response);

  Task<std::string> call(wrpc::Call call, Deadline deadline) override;
  Task<> handle(wrpc::Invocation invocation) override;

 private:
  using Current = std::shared_ptr<const Installed>;

  using Trace = std::optional<TraceContext>;

  std::unique_ptr<GuestContext> context(const Current& current, Trace trace);
  wasi::RequestRun run(const Current& current, Trace trace);
  Task<wasi::RequestRun> run_when_there_is_room(Current current, CallTerms terms);
  Task<Lease> lease(const Serving& serving, Deadline deadline);
  void find_routes();
  std::vector<wrpc::FunctionName> functions() const;
  Task<> serve(std::vector<wrpc::FunctionName> functions);
  static Task<> end(std::unique_ptr<wrpc::NatsServer> server, Deadline deadline);
  Task<> leave(std::unique_ptr<wrpc::NatsServer> server, Deadline deadline);
  static Result<const bridge::ExportedCall*> find(const Current& current, std::string_view instance,
                                                  std::string_view function);
  static const TranslatedExport* find_translated(const Current& current, std::string_view instance,
                                                 std::string_view function);
  Task<GuestRun> guest_run(Current current, CallTerms terms);
  Task<std::string> call_function(wrpc::Call& call, Deadline deadline);
  Task<std::string> run_export(Current current, const bridge::ExportedCall& call,
                               std::string params, CallTerms terms);

  ComponentRuntime& runtime_;
  LatticeCalls* const calls_;
  const std::string& id_;
  std::shared_ptr<Installed> installed_;
  Current leaving_;  // what was, while calls of it still come over NATS
  std::shared_ptr<const ComponentLinks> links_;
  std::unique_ptr<wrpc::NatsServer> server_;
  std::vector<wrpc::FunctionName> served_;  // by server_
  wrpc::ServerTasks ending_;                // servers that are not the place's any more
};

// A count of references of its own for each shard: no two cores write to it.
Task<> ComponentSlot::Place::install(const Serving& serving) {
  installed_ = std::make_shared<Installed>(Installed{.serving = serving, .routes = nullptr});
  find_routes();
  std::vector<wrpc::FunctionName> wanted = functions();
  if (calls_ == nullptr || wanted == served_) {
    co_return Result<>();
  }
  co_return co_await serve(std::move(wanted));
}

Task<> ComponentSlot::Place::link(std::shared_ptr<const ComponentLinks> links) {
  links_ = std::move(links);
  find_routes();
  co_return Result<>();
}

void ComponentSlot::Place::find_routes() {
  if (installed_ && links_ && calls_ != nullptr) {
    installed_->routes = std::make_shared<const LinkRoutes>(
        links_, installed_->serving.served.imports, shard, *calls_);
  }
}

std::vector<wrpc::FunctionName> ComponentSlot::Place::functions() const {
  std::vector<wrpc::FunctionName> names;
  const TranslatedExports& translated = *installed_->serving.served.translated;
  for (const bridge::ExportedCall& each : installed_->serving.served.exports->all()) {
    if (!is_incoming_handler(each.interface) && !translated.takes(each.interface)) {
      names.push_back({.instance = each.interface, .function = each.name});
    }
  }
  for (const auto& each : translated.all()) {
    names.push_back(each->name());
  }
  if (installed_->serving.served.handler) {
    names.push_back({.instance = std::string(kIncomingHandler), .function = std::string(kHandle)});
  }
  return names;
}

// The new functions are there before the old ones go, so that what both have is never without.
Task<> ComponentSlot::Place::serve(std::vector<wrpc::FunctionName> functions) {
  const std::string prefix = calls_->prefix(id_);
  auto server = std::make_unique<wrpc::NatsServer>(
      calls_->transport(shard), wrpc::NatsServerOptions{.prefix = prefix, .queue_group = prefix},
      *this);
  WC_CO_CHECK(server->start(functions));
  served_ = std::move(functions);
  server.swap(server_);
  if (server != nullptr) {
    ending_.spawn("calls of a component that was replaced",
                  end(std::move(server), Deadline::after(installed_->serving.timeout)));
  }
  co_return Result<>();
}

Task<> ComponentSlot::Place::clear(Deadline deadline) {
  leaving_ = std::move(installed_);
  links_.reset();
  served_.clear();
  if (server_ == nullptr) {
    leaving_.reset();
    co_return Result<>();
  }
  std::unique_ptr<wrpc::NatsServer> server = std::move(server_);
  constexpr std::chrono::seconds kMost{2};
  Result<> closed = co_await server->stop_accepting(deadline.min(Deadline::after(kMost)));
  ending_.spawn("calls of a component that has stopped", leave(std::move(server), deadline));
  co_return closed;
}

Task<> ComponentSlot::Place::leave(std::unique_ptr<wrpc::NatsServer> server, Deadline deadline) {
  const Current current = leaving_;
  Result<> stopped = co_await server->stop(deadline);
  if (leaving_ == current) {
    leaving_.reset();
  }
  co_return stopped;
}

Task<> ComponentSlot::Place::end(std::unique_ptr<wrpc::NatsServer> server, Deadline deadline) {
  co_return co_await server->stop(deadline);
}

std::unique_ptr<GuestContext> ComponentSlot::Place::context(const Current& current, Trace trace) {
  const Serving& serving = current->serving;
  auto made =
      std::make_unique<GuestContext>(*serving.served.environment, shard.executor(),
                                     serving.outgoing_http ? &runtime_.client(shard) : nullptr,
                                     current->routes, serving.served.imports);
  made->trace = std::move(trace);
  return made;
}

wasi::RequestRun ComponentSlot::Place::run(const Current& current, Trace trace) {
  const Serving& serving = current->serving;
  return {.component =
              std::shared_ptr<const component::Component>(current, serving.served.component.get()),
          .handler = &*serving.served.handler,
          .context = context(current, std::move(trace)),
          .executor = shard.executor(),
          .memory_bytes = serving.memory_bytes,
          .timeout = serving.timeout,
          .counts = &counts};
}

// --- calls by links ---

Result<const bridge::ExportedCall*> ComponentSlot::Place::find(const Current& current,
                                                               std::string_view instance,
                                                               std::string_view function) {
  if (current == nullptr) {
    return Error(ErrorKind::unavailable, "the component is not running on this host");
  }
  const bridge::ExportedCall* const call =
      current->serving.served.exports->find(instance, function);
  if (call == nullptr) {
    return Error(ErrorKind::not_found, "the component exports no {}{}{}", instance,
                 instance.empty() ? "" : ".", function);
  }
  return call;
}

const TranslatedExport* ComponentSlot::Place::find_translated(const Current& current,
                                                              std::string_view instance,
                                                              std::string_view function) {
  return current == nullptr ? nullptr
                            : current->serving.served.translated->find(instance, function);
}

Task<Lease> ComponentSlot::Place::lease(const Serving& serving, Deadline deadline) {
  InstanceSlots* const slots = serving.slots.get();
  if (slots == nullptr) {
    co_return no_lease();
  }
  if (!slots->try_take()) {
    WC_CO_CHECK(slots->take(deadline.min(Deadline::after(kMaxWait))),
                "waiting for an instance of {}", id_);
  }
  co_return lease_of(*slots);
}

Task<wasi::RequestRun> ComponentSlot::Place::run_when_there_is_room(Current current,
                                                                    CallTerms terms) {
  WC_CO_TRY(Lease room, lease(current->serving, terms.deadline));
  wasi::RequestRun made = run(current, std::move(terms.trace));
  made.lease = std::move(room);
  co_return std::move(made);
}

Task<std::string> ComponentSlot::Place::run_export(Current current,
                                                   const bridge::ExportedCall& call,
                                                   std::string params, CallTerms terms) {
  WC_CO_TRY(GuestRun guest, guest_run(std::move(current), std::move(terms)));
  bridge::ExportRun run{.component = std::move(guest.component),
                        .call = &call,
                        .executor = guest.executor,
                        .state = std::move(guest.state),
                        .limits = guest.limits};
  co_return co_await bridge::run_export(std::move(run), std::move(params));
}

Task<GuestRun> ComponentSlot::Place::guest_run(Current current, CallTerms terms) {
  WC_CO_TRY(Lease room, lease(current->serving, terms.deadline));
  co_return GuestRun{
      .component = std::shared_ptr<const component::Component>(
          current, current->serving.served.component.get()),
      .executor = shard.executor(),
      .state = context(current, std::move(terms.trace)),
      .limits = {.memory_bytes = current->serving.memory_bytes, .deadline = terms.deadline},
      .lease = std::move(room)};
}

Task<std::string> ComponentSlot::Place::call(wrpc::Call call, Deadline deadline) {
  Result<std::string> result = co_await call_function(call, deadline);
  if (!result) {
    log::error("component failed", {{"component", id_},
                                    {"instance", call.instance},
                                    {"function", call.function},
                                    {"error", result.error().describe()},
                                    {"detail", result.error().detail()}});
  }
  co_return result;
}

Task<std::string> ComponentSlot::Place::call_function(wrpc::Call& call, Deadline deadline) {
  const Current current = installed_;
  const std::string_view function = wrpc::wire_name(call.function);
  if (const TranslatedExport* const translated =
          find_translated(current, call.instance, function)) {
    const CallTerms terms = terms_of(*current, call.headers, deadline);
    co_return co_await translated->call(
        std::move(call.params), [this, current, terms] { return guest_run(current, terms); });
  }
  WC_CO_TRY_VALUE(const bridge::ExportedCall* const found, find(current, call.instance, function),
                  "{}", id_);
  CallTerms terms = terms_of(*current, call.headers, deadline);
  co_return co_await run_export(current, *found, std::move(call.params), std::move(terms));
}

Task<> ComponentSlot::Place::handle(wrpc::Invocation invocation) {
  const Current current = installed_ ? Current(installed_) : leaving_;
  if (current && invocation.instance == kIncomingHandler && current->serving.served.handler) {
    const CallTerms terms = terms_of(*current, invocation.headers);
    co_return co_await serve_wrpc_http(
        std::move(invocation), terms.deadline,
        [this, current, terms] { return run_when_there_is_room(current, terms); });
  }
  if (const TranslatedExport* const translated =
          find_translated(current, invocation.instance, invocation.function)) {
    const CallTerms terms = terms_of(*current, invocation.headers);
    co_return co_await translated->serve(
        std::move(invocation), terms.deadline,
        [this, current, terms] { return guest_run(current, terms); });
  }
  WC_CO_TRY_VALUE(const bridge::ExportedCall* const found,
                  find(current, invocation.instance, invocation.function), "{}", id_);
  CallTerms terms = terms_of(*current, invocation.headers);
  const Deadline deadline = terms.deadline;
  wrpc::Session& session = *invocation.session;
  WC_CO_TRY(std::string params, bridge::read_params(*found, session, deadline));
  WC_CO_TRY(std::string result, run_export(current, *found, std::move(params), std::move(terms)));
  co_return co_await bridge::send_result(session, std::move(result), deadline);
}

Task<> ComponentSlot::Place::forward_request(http::Request& request,
                                             http::ResponseWriter& response) {
  const auto find = [this]() -> Result<bridge::Route> {
    return bridge::Route{
        .local = nullptr, .client = &calls_->client(shard, id_), .headers = nullptr, .keep = {}};
  };
  WrpcHttpClient client(kIncomingHandler, find);
  const http::ClientTimeouts timeouts{.connect = kMaxWait,
                                      .first_byte = std::chrono::seconds(600),
                                      .between_bytes = std::chrono::seconds(600)};
  co_return co_await forward(client, timeouts, request, response);
}

// --- the slot ---

ComponentSlot::ComponentSlot(ComponentRuntime& runtime, LatticeCalls* calls, std::string name)
    : runtime_(runtime), calls_(calls), name_(std::move(name)) {
  for (std::size_t i = 0; i < runtime.shards().size(); ++i) {
    places_.push_back(std::make_unique<Place>(runtime.shards()[i], runtime_, calls_, name_));
  }
}

ComponentSlot::~ComponentSlot() = default;

Task<> ComponentSlot::on_places(std::function<Task<>(Place&)> what) {
  co_return co_await runtime_.shards().on_all(
      [this, &what](Shard& shard) { return what(*places_[shard.index()]); });
}

Task<> ComponentSlot::install(Serving serving) {
  co_return co_await on_places([&serving](Place& place) { return place.install(serving); });
}

Task<> ComponentSlot::link(std::shared_ptr<const ComponentLinks> links) {
  co_return co_await on_places([&links](Place& place) { return place.link(links); });
}

Task<> ComponentSlot::clear(Deadline deadline) {
  co_return co_await on_places([deadline](Place& place) { return place.clear(deadline); });
}

Task<> ComponentSlot::drain(Deadline deadline) {
  co_return co_await on_places([deadline](Place& place) { return place.drain(deadline); });
}

Task<bool> ComponentSlot::idle() {
  struct Ask {
    static Task<> on(const Place& place, bool& idle) {
      idle = idle && place.idle();
      co_return Result<>();
    }
  };

  bool idle = true;
  WC_CO_CHECK(on_places([&idle](Place& place) { return Ask::on(place, idle); }));
  co_return idle;
}

Task<std::uint64_t> ComponentSlot::cancelled() {
  struct Count {
    static Task<> on(const Place& place, std::uint64_t& total) {
      total += place.counts.cancelled;
      co_return Result<>();
    }
  };

  std::uint64_t total = 0;
  WC_CO_CHECK(on_places([&total](Place& place) { return Count::on(place, total); }));
  co_return total;
}

ComponentSlot::Place& ComponentSlot::here() noexcept {
  for (const auto& place : places_) {
    if (place->shard.is_current()) {
      return *place;
    }
  }
  WC_ASSERT(false);
}

bridge::LocalTarget* ComponentSlot::local() noexcept {
  Place& place = here();
  return place.serving() == nullptr ? nullptr : &place;
}

Task<> ComponentSlot::handle(http::Request& request, http::ResponseWriter& response) {
  Place& place = here();
  const Serving* const serving = place.serving();
  if (serving == nullptr) {
    return calls_ == nullptr ? refuse(response, "is not running on this host")
                             : forward_request(place, request, response);
  }
  if (!serving->served.handler) {
    return refuse(response, "does not export wasi:http/incoming-handler");
  }
  InstanceSlots* const slots = serving->slots.get();
  if (slots != nullptr && !slots->try_take()) {
    return wait_and_serve(place, request, response);
  }
  wasi::RequestRun run = place.run();
  if (slots != nullptr) {
    run.lease = lease_of(*slots);
  }
  return wasi::serve_request(std::move(run), request, response);
}

Task<> ComponentSlot::forward_request(Place& place, http::Request& request,
                                      http::ResponseWriter& response) {
  Result<> answered = co_await place.forward_request(request, response);
  if (answered || response.started() || answered.error().kind() == ErrorKind::cancelled) {
    co_return answered;
  }
  const ErrorKind kind = answered.error().kind();
  if (kind == ErrorKind::unavailable || kind == ErrorKind::not_found) {
    co_return co_await refuse(response, "is not running, or has failed");
  }
  co_return answered;
}

Task<> ComponentSlot::wait_and_serve(Place& place, http::Request& request,
                                     http::ResponseWriter& response) {
  wasi::RequestRun run = place.run();  // keeps what it began with, the slots too
  InstanceSlots& slots = *place.serving()->slots;
  const Result<> room = co_await slots.take(Deadline::after(kMaxWait));
  if (!room) {
    if (room.error().kind() == ErrorKind::cancelled) {
      ++place.counts.cancelled;
      co_return room.error().clone();
    }
    log::warn("no instance for a request",
              {{"component", name_}, {"limit", slots.limit()}, {"error", room.error().describe()}});
    co_return co_await refuse(response, "has as many calls as it may have");
  }
  run.lease = lease_of(slots);
  co_return co_await wasi::serve_request(std::move(run), request, response);
}

Task<> ComponentSlot::refuse(http::ResponseWriter& response, std::string_view why) {
  const std::string body = fmt::format("component {} {}\n", name_, why);
  http::ResponseHead head{.status = 503, .headers = {}};
  head.headers.add("content-type", "text/plain; charset=utf-8");
  head.headers.add("retry-after", "1");
  co_return co_await response.respond(
      std::move(head), std::span(reinterpret_cast<const std::uint8_t*>(body.data()), body.size()));
}

}  // namespace wasmcloud::host
