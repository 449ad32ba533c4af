#include "wasmcloud/lattice/links.h"

#include <algorithm>

#include <fmt/format.h>

namespace wasmcloud::lattice {
namespace {

// Of one source: the same package under the same name.
bool same_place(const Link& a, const Link& b) {
  return a.wit_namespace == b.wit_namespace && a.wit_package == b.wit_package && a.name == b.name;
}

bool share_an_interface(const Link& a, const Link& b) {
  return std::ranges::any_of(a.interfaces, [&b](const std::string& each) {
    return std::ranges::find(b.interfaces, each) != b.interfaces.end();
  });
}

}  // namespace

Result<> put_link(std::vector<Link>& links, Link link) {
  for (const Link& each : links) {
    if (same_place(each, link) && each.target != link.target && share_an_interface(each, link)) {
      return Error(ErrorKind::conflict,
                   "link already exists with different target, consider deleting the existing link "
                   "or using a different link name");
    }
  }
  const auto known = std::ranges::find_if(links, [&link](const Link& each) {
    return same_place(each, link) && each.target == link.target;
  });
  if (known != links.end()) {
    *known = std::move(link);
  } else {
    links.push_back(std::move(link));
  }
  return {};
}

std::optional<Link> delete_link(std::vector<Link>& links, const LinkDelete& request) {
  const auto found = std::ranges::find_if(links, [&request](const Link& each) {
    return each.source_id == request.source_id && each.wit_namespace == request.wit_namespace &&
           each.wit_package == request.wit_package && each.name == request.name;
  });
  if (found == links.end()) {
    return std::nullopt;
  }
  Link removed = std::move(*found);
  links.erase(found);
  return removed;
}

ImportTable::ImportTable(const std::vector<Link>& links) {
  for (const Link& link : links) {
    Targets& targets = targets_[link.name];
    for (const std::string& interface : link.interfaces) {
      targets.insert_or_assign(
          fmt::format("{}:{}/{}", link.wit_namespace, link.wit_package, interface), link.target);
    }
  }
}

Result<std::string_view> ImportTable::find(std::string_view name,
                                           std::string_view interface) const {
  const auto targets = targets_.find(name);
  if (targets == targets_.end()) {
    return Error(ErrorKind::not_found, "link `{}` not found for instance `{}`", name, interface);
  }
  const auto target = targets->second.find(interface);
  if (target == targets->second.end()) {
    return Error(ErrorKind::not_found,
                 "no link named `{}` is for `{}`: put one, or add the interface", name, interface);
  }
  return std::string_view(target->second);
}

bool ImportTable::contains(std::string_view name, std::string_view interface) const {
  const auto targets = targets_.find(name);
  return targets != targets_.end() && targets->second.contains(interface);
}

std::string_view without_version(std::string_view interface) noexcept {
  return interface.substr(0, interface.find('@'));
}

}  // namespace wasmcloud::lattice
