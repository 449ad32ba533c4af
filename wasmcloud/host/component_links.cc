#include "wasmcloud/host/component_links.h"

#include <utility>

#include <fmt/format.h>

#include "wasmcloud/host/component_slot.h"

namespace wasmcloud::host {

LinkRoutes::LinkRoutes(std::shared_ptr<const ComponentLinks> links,
                       const std::vector<std::string>& imports, const Shard& shard,
                       LatticeCalls& calls)
    : links_(std::move(links)) {
  for (const std::string& import : imports) {
    keys_.emplace_back(lattice::without_version(import));
  }
  for (const lattice::Link& link : links_->links) {
    Targets& targets = by_name_[link.name];
    targets.resize(keys_.size());
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto id = links_->table.find(link.name, keys_[i]);
      if (!id || *id != link.target) {
        continue;
      }
      const auto [place, added] = known_.try_emplace(std::pair(link.name, link.target));
      if (added) {
        place->second = {.slot = links_->slots.at(link.target),
                         .client = &calls.client(shard, link.target),
                         .headers = {{"source-id", links_->source}, {"link-name", link.name}}};
      }
      targets[i] = &place->second;
    }
  }
}

Result<bridge::Route> LinkRoutes::find(std::string_view link_name, std::size_t import) const {
  const auto targets = by_name_.find(link_name);
  const Target* const target = targets == by_name_.end() ? nullptr : targets->second[import];
  if (target == nullptr) {
    return Error(ErrorKind::not_found,
                 "failed to find a configured link with name `{}` from component `{}` for `{}`, "
                 "please check your configuration",
                 link_name, links_->source, keys_[import]);
  }
  return bridge::Route{.local = target->slot->local(),
                       .client = target->client,
                       .headers = &target->headers,
                       .keep = {}};
}

}  // namespace wasmcloud::host
