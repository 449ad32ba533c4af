#include "wasmcloud/component/component_wit_draft.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include "wasmcloud/wit/topological_order.h"

namespace wasmcloud::component::internal {
namespace {

using Uses = std::vector<std::vector<std::uint32_t>>;

template <typename Id>
std::uint32_t position(Id id) {
  return static_cast<std::uint32_t>(id);
}

// Interfaces, then types, then functions.
std::vector<wit::WorldItem> by_kind(std::vector<wit::WorldItem> items) {
  std::vector<wit::WorldItem> sorted;
  sorted.reserve(items.size());
  const auto take = [&]<typename Id>(Id /*of this kind*/) {
    for (wit::WorldItem& item : items) {
      if (std::holds_alternative<Id>(item.what)) {
        sorted.push_back(std::move(item));
      }
    }
  };
  take(wit::InterfaceId{});
  take(wit::TypeId{});
  take(wit::FunctionId{});
  return sorted;
}

class Assembly {
 public:
  Assembly(WitDraft draft, const WitLimits& limits) : draft_(std::move(draft)), limits_(limits) {}

  Result<wit::Graph> run() {
    find_uses();
    WC_TRY(const auto packages, order(package_uses_, "package"));
    WC_TRY(const auto interfaces, order(interface_uses_, "interface"));
    add_packages(packages);
    add_interfaces(interfaces);
    WC_CHECK(add_types());
    for (wit::Function& function : draft_.functions) {
      function.owner = moved(function.owner);
      graph_.add(std::move(function));
    }
    add_worlds();
    fill_packages();
    return std::move(graph_);
  }

 private:
  // What an interface takes from another are the types that are aliases of the other's.
  void find_uses() {
    interface_uses_.resize(draft_.interfaces.size());
    package_uses_.resize(draft_.packages.size());
    for (const wit::TypeDefinition& type : draft_.types) {
      const auto* const alias = std::get_if<wit::types::Alias>(&type.body);
      const auto* const target =
          alias == nullptr ? nullptr : std::get_if<wit::TypeId>(&alias->type.rep);
      const auto* const from =
          target == nullptr ? nullptr : std::get_if<wit::InterfaceId>(&draft_[*target].owner);
      if (from == nullptr) {
        continue;
      }
      if (const auto* const to = std::get_if<wit::InterfaceId>(&type.owner)) {
        add_use(interface_uses_[position(*to)], position(*from), position(*to));
        packages_use(draft_[*to].interface.package, *from);
      }
    }
    for (const DraftWorld& world : draft_.worlds) {
      for (const auto* const items : {&world.world.imports, &world.world.exports}) {
        for (const wit::WorldItem& item : *items) {
          if (const auto* const interface = std::get_if<wit::InterfaceId>(&item.what)) {
            packages_use(world.world.package, *interface);
          }
        }
      }
    }
  }

  void packages_use(wit::PackageId to, wit::InterfaceId from) {
    add_use(package_uses_[position(to)], position(draft_[from].interface.package), position(to));
  }

  void add_use(std::vector<std::uint32_t>& uses, std::uint32_t used, std::uint32_t by) {
    if (used != by && seen_.emplace(&uses, used).second) {
      uses.push_back(used);
    }
  }

  Result<std::vector<std::uint32_t>> order(const Uses& uses, std::string_view what) {
    wit::TopologicalOrder order = wit::order_by_use(uses);
    if (order.cycle.empty()) {
      return std::move(order.order);
    }
    const auto name = [&](std::uint32_t at) {
      return what == "package" ? draft_.packages[at].full_name()
                               : draft_.name_of(wit::InterfaceId{at});
    };
    return Error(ErrorKind::unsupported,
                 "{0}s `{1}` and `{2}` use types of each other, by whatever way; in WIT no {0} may "
                 "use itself",
                 what, name(order.cycle.front()), name(order.cycle.back()));
  }

  void add_packages(const std::vector<std::uint32_t>& order) {
    packages_.resize(order.size());
    for (const std::uint32_t at : order) {
      packages_[at] = graph_.add(std::move(draft_.packages[at]));
    }
    graph_.set_main_package(packages_[position(draft_.main)]);
  }

  void add_interfaces(const std::vector<std::uint32_t>& order) {
    interfaces_.resize(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      interfaces_[order[i]] = wit::InterfaceId{i};
    }
    for (const std::uint32_t at : order) {
      wit::Interface interface = std::move(draft_.interfaces[at].interface);
      interface.package = packages_[position(interface.package)];
      for (const std::uint32_t used : interface_uses_[at]) {
        interface.dependencies.push_back(interfaces_[used]);
      }
      graph_.add(std::move(interface));
    }
  }

  wit::Owner moved(wit::Owner owner) const {
    const auto* const interface = std::get_if<wit::InterfaceId>(&owner);
    return interface == nullptr ? owner : wit::Owner(interfaces_[position(*interface)]);
  }

  Result<> add_types() {
    for (wit::TypeDefinition& type : draft_.types) {
      type.owner = moved(type.owner);
      const wit::TypeFacts& facts = graph_.facts(graph_.add(std::move(type)));
      if (facts.depth > limits_.type_depth) {
        return Error(ErrorKind::exhausted, "types are nested more than {} deep",
                     limits_.type_depth);
      }
      if (facts.size > limits_.type_size) {
        return Error(ErrorKind::exhausted, "a type has more than {} parts", limits_.type_size);
      }
    }
    return {};
  }

  void add_worlds() {
    for (DraftWorld& draft : draft_.worlds) {
      wit::World world = std::move(draft.world);
      world.package = packages_[position(world.package)];
      for (auto* const items : {&world.imports, &world.exports}) {
        for (wit::WorldItem& item : *items) {
          if (auto* const interface = std::get_if<wit::InterfaceId>(&item.what)) {
            *interface = interfaces_[position(*interface)];
          }
        }
      }
      world.imports = by_kind(std::move(world.imports));
      const wit::PackageId package = world.package;
      const wit::WorldId id = graph_.add(std::move(world));
      graph_.at(package).worlds.push_back(id);
    }
  }

  // With their interfaces, in the order in which they were met.
  void fill_packages() {
    for (const wit::InterfaceId id : interfaces_) {
      if (!graph_[id].world) {
        graph_.at(graph_[id].package).interfaces.push_back(id);
      }
    }
  }

  WitDraft draft_;
  const WitLimits& limits_;
  wit::Graph graph_;
  Uses interface_uses_;
  Uses package_uses_;
  std::set<std::pair<const void*, std::uint32_t>> seen_;
  std::vector<wit::PackageId> packages_;      // by place in the draft
  std::vector<wit::InterfaceId> interfaces_;  // by place in the draft
};

}  // namespace

Result<wit::Graph> finish(WitDraft draft, const WitLimits& limits) {
  return Assembly(std::move(draft), limits).run();
}

}  // namespace wasmcloud::component::internal
