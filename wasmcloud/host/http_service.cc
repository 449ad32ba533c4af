#include "wasmcloud/host/http_service.h"

#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/base/shard.h"
#include "wasmcloud/component/engine.h"
#include "wasmcloud/host/served_component.h"
#include "wasmcloud/http/client.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/wasi/filesystem.h"
#include "wasmcloud/wasi/filesystem_descriptor.h"
#include "wasmcloud/wasi/wasi.h"

namespace wasmcloud::host {
namespace {

// What a shard has of its own, so that a request takes no lock and shares no counter with other
// shards. All but `shard` is for its thread.
struct alignas(64) Place {
  explicit Place(Shard& shard_) : shard(shard_) {}

  Shard& shard;
  std::unique_ptr<http::Client> client;
  std::shared_ptr<const ServedComponent> served;
  wasi::RequestCounts counts;
};

class Service final : public HttpService, private http::Handler {
 public:
  explicit Service(HttpServiceConfig config) : config_(std::move(config)) {}

  ~Service() override;

  // Everything up to serving.
  Result<> start(const std::filesystem::path& component);

  const std::string& address() const noexcept override { return address_; }

  Result<> replace(std::filesystem::path component) override;
  Result<> stop(Deadline deadline) override;

 private:
  Result<> open_directories();
  Task<> furnish(Shard& shard);
  Task<> install(Place* place, ServedComponent served);
  Task<> clear(Place* place);
  Task<> count_cancelled(Place* place, std::uint64_t* total);
  Result<std::uint64_t> cancelled();
  Place& here() noexcept;
  Task<> handle(http::Request& request, http::ResponseWriter& response) override;

  const HttpServiceConfig config_;
  wasi::Environment environment_;  // what all components served get
  std::unique_ptr<component::Engine> engine_;
  component::Host host_;
  std::unique_ptr<Shards> shards_;
  std::vector<std::unique_ptr<Place>> places_;  // by the shard's index
  std::string address_;
  std::unique_ptr<http::Server> server_;
};

Result<> Service::open_directories() {
  for (const auto& [directory, guest_path] : config_.dirs) {
    WC_TRY(auto preopen,
           wasi::Preopen::open(directory, guest_path, wasi::filesystem::Access::read_write),
           "directory {} as {}", directory, guest_path);
    environment_.preopens.push_back(std::move(preopen));
  }
  return {};
}

Result<> Service::start(const std::filesystem::path& component) {
  WC_CHECK(open_directories());
  environment_.variables = config_.env;
  shards_ = std::make_unique<Shards>(config_.shards);
  for (std::size_t i = 0; i < shards_->size(); ++i) {
    places_.push_back(std::make_unique<Place>((*shards_)[i]));
  }
  environment_.blocking = &shards_->blocking_pool();
  component::EngineConfig engine;
  engine.cache_dir = config_.cache_dir;
  WC_TRY(engine_, component::Engine::create(engine));
  wasi::add_to(host_);
  WC_TRY(ServedComponent served, load_served_component(component, *engine_, host_, environment_));
  WC_CHECK(shards_->run_on_all([this](Shard& shard) { return furnish(shard); }));
  WC_CHECK(shards_->run_on_all(
      [this, &served](Shard& shard) { return install(places_[shard.index()].get(), served); }));
  WC_TRY(server_, http::listen(*shards_, config_.address, *this));
  address_ = server_->address();
  return {};
}

Task<> Service::furnish(Shard& shard) {
  Place& place = *places_[shard.index()];
  WC_CO_TRY_VALUE(place.client, http::make_client(shard.executor(), http::ClientConfig()));
  co_return Result<>();
}

// A count of references of its own for each shard: no two cores write to it.
Task<> Service::install(Place* place, ServedComponent served) {
  place->served = std::make_shared<const ServedComponent>(std::move(served));
  co_return Result<>();
}

Task<> Service::clear(Place* place) {
  place->served.reset();
  place->client.reset();
  co_return Result<>();
}

Result<> Service::replace(std::filesystem::path component) {
  if (!server_) {
    return Error(ErrorKind::conflict, "the service has been stopped");
  }
  WC_TRY(ServedComponent served, load_served_component(component, *engine_, host_, environment_));
  WC_CHECK(shards_->run_on_all(
      [this, &served](Shard& shard) { return install(places_[shard.index()].get(), served); }));
  log::info("component replaced", {{"component", component.stem().string()}});
  return {};
}

Place& Service::here() noexcept {
  for (const auto& place : places_) {
    if (place->shard.is_current()) {
      return *place;
    }
  }
  WC_ASSERT(false);
}

Task<> Service::handle(http::Request& request, http::ResponseWriter& response) {
  Place& place = here();
  const ServedComponent& served = *place.served;
  wasi::RequestRun run{.component = std::shared_ptr<const component::Component>(
                           place.served, served.component.get()),
                       .handler = &served.handler,
                       .environment = served.environment.get(),
                       .client = place.client.get(),
                       .executor = place.shard.executor(),
                       .memory_bytes = config_.max_memory,
                       .timeout = config_.timeout,
                       .counts = &place.counts};
  return wasi::serve_request(std::move(run), request, response);
}

Task<> Service::count_cancelled(Place* place, std::uint64_t* total) {
  *total = place->counts.cancelled;
  co_return Result<>();
}

Result<std::uint64_t> Service::cancelled() {
  std::vector<std::uint64_t> counts(places_.size());
  WC_CHECK(shards_->run_on_all([this, &counts](Shard& shard) {
    return count_cancelled(places_[shard.index()].get(), &counts[shard.index()]);
  }));
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) {
    total += count;
  }
  return total;
}

Result<> Service::stop(Deadline deadline) {
  if (!server_) {
    return {};
  }
  WC_TRY(const std::uint64_t before, cancelled());
  WC_CHECK(block_on((*shards_)[0].executor(), server_->stop(deadline)));
  WC_TRY(const std::uint64_t after, cancelled());
  server_.reset();
  if (deadline.expired() && after != before) {
    return Error(ErrorKind::timeout, "{} requests had not ended in time and were cancelled",
                 after - before);
  }
  return {};
}

Service::~Service() {
  Result<> stopped = stop(Deadline::after({}));
  if (shards_) {
    // What lives on a shard dies there.
    const Result<> cleared =
        shards_->run_on_all([this](Shard& shard) { return clear(places_[shard.index()].get()); });
    if (stopped && !cleared) {
      stopped = cleared.error().clone();
    }
    shards_->stop();
  }
  if (!stopped && stopped.error().kind() != ErrorKind::timeout) {
    log::error("cannot stop the HTTP service", {{"error", stopped.error().describe()}});
  }
}

}  // namespace

Result<std::unique_ptr<HttpService>> start_http_service(std::filesystem::path component,
                                                        HttpServiceConfig config) {
  auto service = std::make_unique<Service>(std::move(config));
  WC_CHECK(service->start(component));
  return service;
}

}  // namespace wasmcloud::host
