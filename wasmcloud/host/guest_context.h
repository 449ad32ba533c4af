// The state of one store of a component that may have links.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/host/component_links.h"
#include "wasmcloud/host/wrpc_http.h"
#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wrpc/typed.h"

namespace wasmcloud::host {

// Interfaces that the host itself gives to components, and calls by links on their behalf.
enum class Bridged : std::uint8_t {
  outgoing_http,
  keyvalue_store,
  keyvalue_atomics,
  keyvalue_batch,
  blobstore,  // all of wasi:blobstore
  messaging,  // of wasmcloud:messaging@0.3.0
};
inline constexpr std::array<std::string_view, 6> kBridged = {
    "wasi:http/outgoing-handler", "wasi:keyvalue/store",      "wasi:keyvalue/atomics",
    "wasi:keyvalue/batch",        "wasi:blobstore/blobstore", "wasmcloud:messaging/consumer"};

// What a component may call by links: the instances that it imports from nobody else, then
// kBridged.
std::vector<std::string> linked_imports(const std::vector<std::string>& instances);

// What a place of a component knows of its links at the moment; null: it has none.
using CurrentRoutes = std::shared_ptr<const LinkRoutes>;

class GuestContext final : public wasi::Context, public bridge::Caller {
 public:
  // `routes` is looked at for each call, and must outlive it, as all else does. `imports`: as
  // LinkRoutes has them. `client`: for the guest's HTTP requests; null: they go by a link.
  GuestContext(const wasi::Environment& environment, asio::any_io_executor executor,
               http::Client* client, const CurrentRoutes& routes,
               const std::vector<std::string>& imports);

  Result<bridge::Route> route(std::size_t import) override;
  Result<bridge::Route> route(Bridged interface);

  // Calls of `interface` ("wasi:keyvalue/store") go by the link of that name from now on.
  void set_link_name(std::string name, std::string interface);
  // By which they go now.
  std::string_view link_name(std::string_view interface) const;
  // What set_link_name needs to be of use.
  bool has_link(std::string_view name, std::string_view interface) const;

  static bridge::Caller& caller_of(component::Store& store) { return store.host<GuestContext>(); }

 private:
  WrpcHttpClient linked_http_;
  const CurrentRoutes& routes_;
  const std::vector<std::string>& imports_;
  std::map<std::string, std::string, std::less<>> link_names_;  // by interface; mostly empty
};

// What a call by a link needs, until it has ended.
struct Way {
  bridge::Route route;
  wrpc::CallOptions options;
};

// For a store whose HostState is a GuestContext.
Result<Way> way(component::Store& store, Bridged interface);

}  // namespace wasmcloud::host
