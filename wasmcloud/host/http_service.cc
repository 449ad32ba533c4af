#include "wasmcloud/host/http_service.h"

#include <string>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/component_runtime.h"
#include "wasmcloud/host/component_slot.h"
#include "wasmcloud/host/served_component.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/wasi/filesystem.h"
#include "wasmcloud/wasi/filesystem_descriptor.h"

namespace wasmcloud::host {
namespace {

class Service final : public HttpService {
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
  Result<> install(const std::filesystem::path& component);
  Task<> stop_serving(Deadline deadline, std::uint64_t& cancelled);
  Result<> run(Task<> task);

  const HttpServiceConfig config_;
  wasi::Environment environment_;  // what all components served get
  std::unique_ptr<ComponentRuntime> runtime_;
  std::unique_ptr<ComponentSlot> slot_;
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
  WC_TRY(runtime_,
         ComponentRuntime::create({.shards = config_.shards, .cache_dir = config_.cache_dir}));
  environment_.blocking = &runtime_->shards().blocking_pool();
  slot_ = std::make_unique<ComponentSlot>(*runtime_, nullptr, component.stem().string());
  WC_CHECK(install(component));
  WC_TRY(server_, http::listen(runtime_->shards(), config_.address, *slot_));
  address_ = server_->address();
  return {};
}

Result<> Service::run(Task<> task) {
  return block_on(runtime_->shards()[0].executor(), std::move(task));
}

Result<> Service::install(const std::filesystem::path& component) {
  WC_TRY(ServedComponent served,
         load_served_component(component, runtime_->engine(), runtime_->host(), environment_,
                               {.needs_incoming_handler = true, .links = false}));
  return run(slot_->install({.served = std::move(served),
                             .slots = nullptr,
                             .memory_bytes = config_.max_memory,
                             .timeout = config_.timeout,
                             .outgoing_http = true}));
}

Result<> Service::replace(std::filesystem::path component) {
  if (!server_) {
    return Error(ErrorKind::conflict, "the service has been stopped");
  }
  WC_CHECK(install(component));
  log::info("component replaced", {{"component", component.stem().string()}});
  return {};
}

// How many requests were cancelled by it.
Task<> Service::stop_serving(Deadline deadline, std::uint64_t& cancelled) {
  WC_CO_TRY(const std::uint64_t before, slot_->cancelled());
  WC_CO_CHECK(server_->stop(deadline));
  WC_CO_TRY(const std::uint64_t after, slot_->cancelled());
  cancelled = after - before;
  co_return Result<>();
}

Result<> Service::stop(Deadline deadline) {
  if (!server_) {
    return {};
  }
  std::uint64_t cancelled = 0;
  WC_CHECK(run(stop_serving(deadline, cancelled)));
  server_.reset();
  if (deadline.expired() && cancelled != 0) {
    return Error(ErrorKind::timeout, "{} requests had not ended in time and were cancelled",
                 cancelled);
  }
  return {};
}

Service::~Service() {
  Result<> stopped = stop(Deadline::after({}));
  if (slot_) {
    const Result<> cleared = run(slot_->clear(Deadline::after({})));
    if (stopped && !cleared) {
      stopped = cleared.error().clone();
    }
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
