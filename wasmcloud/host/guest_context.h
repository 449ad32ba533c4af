// The state of one store of a component that may have links.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/host/component_links.h"
#include "wasmcloud/wasi/context.h"

namespace wasmcloud::host {

// What a place of a component knows of its links at the moment; null: it has none.
using CurrentRoutes = std::shared_ptr<const LinkRoutes>;

class GuestContext final : public wasi::Context, public bridge::Caller {
 public:
  // `routes` is looked at for each call, and must outlive it, as `environment` and `client`.
  // `imports`: as LinkRoutes has them.
  GuestContext(const wasi::Environment& environment, asio::any_io_executor executor,
               http::Client* client, const CurrentRoutes& routes,
               const std::vector<std::string>& imports)
      : Context(environment, std::move(executor), client), routes_(routes), imports_(imports) {}

  Result<bridge::Route> route(std::size_t import) override;

  // Calls of `interface` ("wasi:keyvalue/store") go by the link of that name from now on.
  void set_link_name(std::string name, std::string interface);
  // What set_link_name needs to be of use.
  bool has_link(std::string_view name, std::string_view interface) const;

  static bridge::Caller& caller_of(component::Store& store) { return store.host<GuestContext>(); }

 private:
  const CurrentRoutes& routes_;
  const std::vector<std::string>& imports_;
  std::map<std::string, std::string, std::less<>> link_names_;  // by interface; mostly empty
};

}  // namespace wasmcloud::host
