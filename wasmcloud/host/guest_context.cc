#include "wasmcloud/host/guest_context.h"

#include <utility>

namespace wasmcloud::host {

std::vector<std::string> linked_imports(const std::vector<std::string>& instances) {
  std::vector<std::string> all = instances;
  all.insert(all.end(), kBridged.begin(), kBridged.end());
  return all;
}

GuestContext::GuestContext(const wasi::Environment& environment, asio::any_io_executor executor,
                           http::Client* client, const CurrentRoutes& routes,
                           const std::vector<std::string>& imports)
    : Context(environment, std::move(executor), client != nullptr ? client : &linked_http_),
      linked_http_(kOutgoingHandler, [this] { return route(Bridged::outgoing_http); }),
      routes_(routes),
      imports_(imports) {}

Result<bridge::Route> GuestContext::route(Bridged interface) {
  return route(imports_.size() - kBridged.size() + static_cast<std::size_t>(interface));
}

Result<bridge::Route> GuestContext::route(std::size_t import) {
  const CurrentRoutes routes = routes_;
  if (routes == nullptr) {
    return Error(ErrorKind::not_found, "no link for `{}`: this component has none",
                 imports_[import]);
  }
  const std::string_view name = link_name(lattice::without_version(imports_[import]));
  WC_TRY(bridge::Route route, routes->find(name, import));
  route.trace = trace ? &*trace : nullptr;
  route.keep = routes;
  return route;
}

void GuestContext::set_link_name(std::string name, std::string interface) {
  if (name == LinkRoutes::kDefaultName) {
    link_names_.erase(interface);
  } else {
    link_names_.insert_or_assign(std::move(interface), std::move(name));
  }
}

std::string_view GuestContext::link_name(std::string_view interface) const {
  const auto chosen = link_names_.empty() ? link_names_.end() : link_names_.find(interface);
  return chosen == link_names_.end() ? LinkRoutes::kDefaultName : std::string_view(chosen->second);
}

bool GuestContext::has_link(std::string_view name, std::string_view interface) const {
  return routes_ != nullptr && routes_->contains(name, interface);
}

Result<Way> way(component::Store& store, Bridged interface) {
  WC_TRY(bridge::Route route, store.host<GuestContext>().route(interface));
  Way made{.route = std::move(route), .options = {}};
  made.options.deadline = store.limits().deadline;
  made.options.headers = bridge::headers_of(made.route);
  return made;
}

}  // namespace wasmcloud::host
