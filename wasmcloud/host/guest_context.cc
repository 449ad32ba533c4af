#include "wasmcloud/host/guest_context.h"

#include <utility>

namespace wasmcloud::host {

Result<bridge::Route> GuestContext::route(std::size_t import) {
  const CurrentRoutes routes = routes_;
  if (routes == nullptr) {
    return Error(ErrorKind::not_found, "no link for `{}`: this component has none",
                 imports_[import]);
  }
  std::string_view name = LinkRoutes::kDefaultName;
  if (!link_names_.empty()) {
    const auto chosen = link_names_.find(lattice::without_version(imports_[import]));
    name = chosen == link_names_.end() ? name : std::string_view(chosen->second);
  }
  WC_TRY(bridge::Route route, routes->find(name, import));
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

bool GuestContext::has_link(std::string_view name, std::string_view interface) const {
  return routes_ != nullptr && routes_->contains(name, interface);
}

}  // namespace wasmcloud::host
