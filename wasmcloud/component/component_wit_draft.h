// A graph of WIT while a component is read: in the order in which things are met, interfaces
// growing with each mention. For component_wit*.cc alone. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::component::internal {

template <typename Id>
using ByName = std::map<std::string, Id, std::less<>>;

// What stands in an interface or world. The names of functions are those of the component:
// "[method]file.read".
struct DraftScope {
  ByName<wit::TypeId> types;
  ByName<wit::FunctionId> functions;  // of a world those that it imports
  std::set<std::string> canonical;    // names of both, as canonical_name() has them
};

struct DraftInterface {
  wit::Interface interface;
  DraftScope scope;
};

struct DraftWorld {
  wit::World world;
  DraftScope scope;
  ByName<wit::FunctionId> exported_functions;
};

// Ids are those of the draft. Those of types, functions and worlds stay as they are.
struct WitDraft {
  std::vector<wit::Package> packages;
  std::vector<DraftInterface> interfaces;
  std::vector<DraftWorld> worlds;
  std::vector<wit::TypeDefinition> types;
  std::vector<wit::Function> functions;
  wit::PackageId main{};

  wit::Package& operator[](wit::PackageId id) { return packages[static_cast<std::size_t>(id)]; }

  DraftInterface& operator[](wit::InterfaceId id) {
    return interfaces[static_cast<std::size_t>(id)];
  }

  DraftWorld& operator[](wit::WorldId id) { return worlds[static_cast<std::size_t>(id)]; }

  wit::TypeDefinition& operator[](wit::TypeId id) { return types[static_cast<std::size_t>(id)]; }

  wit::Function& operator[](wit::FunctionId id) { return functions[static_cast<std::size_t>(id)]; }

  std::string name_of(wit::InterfaceId id) {
    const wit::Interface& interface = (*this)[id].interface;
    return interface.world ? interface.name
                           : (*this)[interface.package].full_name_of(interface.name);
  }
};

// Puts packages and interfaces in the order of use. Error `unsupported` if there is none.
Result<wit::Graph> finish(WitDraft draft, const WitLimits& limits);

// Documentation and gates of the main package: the content of a section `package-docs`.
Result<> add_package_docs(WitDraft& draft, std::string_view content);

}  // namespace wasmcloud::component::internal
