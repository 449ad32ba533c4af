// Where the imports of a component lead, by the links of which it is the source.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/host/lattice_calls.h"
#include "wasmcloud/lattice/links.h"

namespace wasmcloud::host {

class ComponentSlot;

// What all shards share. Immutable.
struct ComponentLinks {
  std::string source;          // the component's id
  lattice::ImportTable table;  // whom an interface reaches
  std::vector<lattice::Link> links;
  // Where each target would run on this host.
  std::map<std::string, std::shared_ptr<ComponentSlot>, std::less<>> slots;
};

// The same for one shard and for the imports of the component as it is now, looked up beforehand: a
// call takes its place in two vectors. Belongs to the shard.
class LinkRoutes {
 public:
  static constexpr std::string_view kDefaultName = "default";

  // `imports`: names of instances, as the component imports them.
  LinkRoutes(std::shared_ptr<const ComponentLinks> links, const std::vector<std::string>& imports,
             const Shard& shard, LatticeCalls& calls);

  // `not_found`: no such link; says of which name, for which interface.
  Result<bridge::Route> find(std::string_view link_name, std::size_t import) const;

  // Whether a link of that name is for the interface ("wasi:keyvalue/store").
  bool contains(std::string_view link_name, std::string_view interface) const {
    return links_->table.contains(link_name, interface);
  }

 private:
  struct Target {
    std::shared_ptr<ComponentSlot> slot;
    wrpc::Client* client = nullptr;
    nats::Headers headers;
  };

  // By import; null where there is no link.
  using Targets = std::vector<const Target*>;

  const std::shared_ptr<const ComponentLinks> links_;
  std::vector<std::string> keys_;                                // of the imports
  std::map<std::pair<std::string, std::string>, Target> known_;  // by link name and target
  std::map<std::string, Targets, std::less<>> by_name_;
};

}  // namespace wasmcloud::host
