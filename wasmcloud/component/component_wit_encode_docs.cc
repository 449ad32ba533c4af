#include "wasmcloud/component/component_wit_encode_docs.h"

#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

namespace wasmcloud::component::internal {
namespace {

// Members in the order of existing tools.
using Json = nlohmann::ordered_json;

constexpr char kVersion = 1;

// What says nothing is left out. Names differ, and are not looked for: that would be a search
// through all that are there.
void put(Json& object, std::string_view name, Json value) {
  using Members = Json::object_t::Container;
  if (!value.empty()) {
    static_cast<Members&>(object.get_ref<Json::object_t&>()).emplace_back(name, std::move(value));
  }
}

Json docs_json(const std::string& docs) { return docs.empty() ? Json() : Json(docs); }

Json stability_json(const wit::Stability& stability) {
  Json says = Json::object();
  if (stability.since) {
    says["since"] = stability.since->to_string();
  } else if (stability.unstable) {
    says["feature"] = *stability.unstable;
  } else {
    return {};
  }
  if (stability.deprecated) {
    says["deprecated"] = stability.deprecated->to_string();
  }
  return {{stability.since ? "stable" : "unstable", std::move(says)}};
}

// Of whatever has both.
template <typename Documented>
Json described(const Documented& what) {
  Json made = Json::object();
  put(made, "docs", docs_json(what.docs));
  put(made, "stability", stability_json(what.stability));
  return made;
}

// Of fields, cases or flags.
template <typename Members>
Json items_json(const Members& members) {
  Json items = Json::object();
  for (const auto& member : members) {
    put(items, member.name, docs_json(member.docs));
  }
  return items;
}

Json items_of(const wit::types::Body& body) {
  return std::visit(
      [](const auto& it) {
        if constexpr (requires { it.fields; }) {
          return items_json(it.fields);
        } else if constexpr (requires { it.cases; }) {
          return items_json(it.cases);
        } else if constexpr (requires { it.flags; }) {
          return items_json(it.flags);
        } else {
          return Json();
        }
      },
      body);
}

class DocsWriter {
 public:
  explicit DocsWriter(const wit::Graph& graph) : graph_(graph) {}

  Json package(const wit::Package& package) const {
    Json worlds = Json::object();
    for (const wit::WorldId id : package.worlds) {
      put(worlds, graph_[id].name, world(graph_[id]));
    }
    Json interfaces = Json::object();
    for (const wit::InterfaceId id : package.interfaces) {
      put(interfaces, graph_[id].name, interface(graph_[id], graph_[id]));
    }
    Json made = Json::object();
    put(made, "docs", docs_json(package.docs));
    put(made, "worlds", std::move(worlds));
    put(made, "interfaces", std::move(interfaces));
    return made;
  }

 private:
  // `described_by`: itself, or the item of a world that it stands in.
  template <typename Documented>
  Json interface(const wit::Interface& interface, const Documented& described_by) const {
    Json functions = Json::object();
    for (const wit::TypeId type : interface.types) {
      put_functions_of(functions, type);
    }
    for (const wit::FunctionId id : interface.functions) {
      put(functions, graph_.name_of(id), described(graph_[id]));
    }
    Json types = Json::object();
    for (const wit::TypeId id : interface.types) {
      put(types, graph_[id].name, type(graph_[id]));
    }
    Json made = described(described_by);
    put(made, "funcs", std::move(functions));
    put(made, "types", std::move(types));
    return made;
  }

  static Json type(const wit::TypeDefinition& type) {
    Json made = described(type);
    put(made, "items", items_of(type.body));
    return made;
  }

  void put_functions_of(Json& functions, wit::TypeId type) const {
    if (const auto* const resource = std::get_if<wit::types::Resource>(&graph_[type].body)) {
      for (const wit::FunctionId id : resource->functions) {
        put(functions, graph_.name_of(id), described(graph_[id]));
      }
    }
  }

  // Imports or exports of a world, by what they are.
  struct Items {
    Json interfaces = Json::object();  // those that stand in the world
    Json types = Json::object();
    Json functions = Json::object();
    Json stability = Json::object();  // of interfaces that have a path
    Json docs = Json::object();
  };

  Items items(const std::vector<wit::WorldItem>& list) const {
    Items made;
    for (const wit::WorldItem& item : list) {
      if (const auto* const id = std::get_if<wit::TypeId>(&item.what)) {
        put(made.types, item.name, type(graph_[*id]));
      } else if (std::holds_alternative<wit::FunctionId>(item.what)) {
        put(made.functions, item.name, described(item));
      } else if (const wit::Interface& of = graph_[std::get<wit::InterfaceId>(item.what)];
                 of.world) {
        put(made.interfaces, item.name, interface(of, item));
      } else {
        put(made.stability, item.name, stability_json(item.stability));
        put(made.docs, item.name, docs_json(item.docs));
      }
    }
    for (const wit::WorldItem& item : list) {
      if (const auto* const id = std::get_if<wit::TypeId>(&item.what)) {
        put_functions_of(made.functions, *id);
      }
    }
    return made;
  }

  Json world(const wit::World& world) const {
    Items imports = items(world.imports);
    Items exports = items(world.exports);
    Json made = described(world);
    put(made, "interfaces", std::move(imports.interfaces));
    put(made, "types", std::move(imports.types));
    put(made, "funcs", std::move(imports.functions));
    put(made, "interface_exports", std::move(exports.interfaces));
    put(made, "func_exports", std::move(exports.functions));
    put(made, "interface_import_stability", std::move(imports.stability));
    put(made, "interface_export_stability", std::move(exports.stability));
    put(made, "interface_import_docs", std::move(imports.docs));
    put(made, "interface_export_docs", std::move(exports.docs));
    return made;
  }

  const wit::Graph& graph_;
};

}  // namespace

std::string package_docs(const wit::Graph& graph, wit::PackageId package) {
  const Json json = DocsWriter(graph).package(graph[package]);
  return kVersion + json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace wasmcloud::component::internal
