// Documentation and gates of a package of WIT. The binary form of types has no place for them, so
// that tools keep them in a section of their own: a byte, the version (0 or 1), and JSON:
//
//   package:   {"docs", "worlds": {name: world}, "interfaces": {name: interface}}
//   interface: {"docs", "stability", "funcs": {name: function}, "types": {name: type}}
//   world:     the same, where "funcs" are imports (or exports, in version 0), "interfaces" those
//              that stand in it, "func_exports" and "interface_exports"; and for interfaces with a
//              path "interface_{import,export}_{docs,stability}": {path: docs or stability}
//   function:  {"docs", "stability"}, or the docs alone (version 0)
//   type:      {"docs", "stability", "items": {field, case or flag: docs}}
//   stability: {"stable": {"since", "deprecated"}}, {"unstable": {"feature", "deprecated"}}
//
// Any of it may be absent. What is not known is passed over.
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/component/component_wit_draft.h"
#include "wasmcloud/component/names.h"
#include "wasmcloud/wit/characters.h"

namespace wasmcloud::component::internal {
namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* name) {
  static const Json kNone;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : kNone;
}

// Calls `visit` with name and value of each member; an object that is not there has none.
template <typename Visit>
Result<> each_member(const Json& object, std::string_view what, const Visit& visit) {
  if (object.is_null()) {
    return {};
  }
  if (!object.is_object()) {
    return Error(ErrorKind::invalid, "expected {} as an object, found {}", what,
                 object.type_name());
  }
  for (auto it = object.begin(); it != object.end(); ++it) {
    WC_CHECK(visit(it.key(), *it), "{} `{}`", what, it.key());
  }
  return {};
}

// WIT's text could not hold other characters.
Result<> set_docs(std::string& docs, const Json& json) {
  if (json.is_null()) {
    return {};
  }
  if (!json.is_string()) {
    return Error(ErrorKind::invalid, "expected docs as a string, found {}", json.type_name());
  }
  const auto& text = json.get_ref<const std::string&>();
  for (std::size_t at = 0; at < text.size();) {
    const wit::Character character = wit::character_at(text, at);
    const std::string_view why = wit::why_forbidden(character.code);
    if (!why.empty()) {
      return Error(ErrorKind::invalid, "docs have the character U+{:04X}, which WIT forbids: {}",
                   static_cast<std::uint32_t>(character.code), why);
    }
    at += character.length;
  }
  docs = text;
  return {};
}

Result<std::optional<SemVer>> version_in(const Json& json) {
  if (json.is_null()) {
    return std::nullopt;
  }
  if (!json.is_string()) {
    return Error(ErrorKind::invalid, "expected a version as a string, found {}", json.type_name());
  }
  WC_TRY(SemVer version, SemVer::parse(json.get_ref<const std::string&>()));
  return version;
}

Result<> set_stability(wit::Stability& stability, const Json& json) {
  const Json& stable = member(json, "stable");
  const Json& unstable = member(json, "unstable");
  if (!stable.is_null()) {
    WC_TRY(stability.since, version_in(member(stable, "since")));
    if (!stability.since) {
      return Error(ErrorKind::invalid, "expected the version since which it is stable");
    }
    WC_TRY(stability.deprecated, version_in(member(stable, "deprecated")));
  } else if (!unstable.is_null()) {
    const Json& feature = member(unstable, "feature");
    if (!feature.is_string() || !is_label(feature.get_ref<const std::string&>())) {
      return Error(ErrorKind::invalid, "expected the name of a feature, found {}",
                   feature.type_name());
    }
    stability.unstable = feature.get<std::string>();
    WC_TRY(stability.deprecated, version_in(member(unstable, "deprecated")));
  }
  return {};
}

// Whatever has both.
template <typename Documented>
Result<> describe(Documented& what, const Json& json) {
  WC_CHECK(set_docs(what.docs, json.is_string() ? json : member(json, "docs")));
  return set_stability(what.stability, member(json, "stability"));
}

template <typename Id>
Result<Id> id_of(const ByName<Id>& names, const std::string& name) {
  const auto found = names.find(name);
  if (found == names.end()) {
    return Error(ErrorKind::invalid, "it is not there");
  }
  return found->second;
}

class DocsReader {
 public:
  explicit DocsReader(WitDraft& draft) : draft_(draft) {
    for (std::uint32_t i = 0; i < draft.interfaces.size(); ++i) {
      const wit::Interface& interface = draft.interfaces[i].interface;
      if (interface.package == draft.main && !interface.world) {
        interfaces_.emplace(interface.name, wit::InterfaceId{i});
      }
    }
    for (std::uint32_t i = 0; i < draft.worlds.size(); ++i) {
      worlds_.emplace(draft.worlds[i].world.name, wit::WorldId{i});
    }
  }

  Result<> package(const Json& json) {
    WC_CHECK(set_docs(draft_[draft_.main].docs, member(json, "docs")));
    WC_CHECK(each_member(member(json, "interfaces"), "interface",
                         [&](const std::string& name, const Json& of) -> Result<> {
                           WC_TRY(const wit::InterfaceId id, id_of(interfaces_, name));
                           return interface(id, of);
                         }));
    return each_member(member(json, "worlds"), "world",
                       [&](const std::string& name, const Json& of) -> Result<> {
                         WC_TRY(const wit::WorldId id, id_of(worlds_, name));
                         return world(id, of);
                       });
  }

 private:
  Result<> interface(wit::InterfaceId id, const Json& json) {
    DraftInterface& draft = draft_[id];
    WC_CHECK(describe(draft.interface, json));
    WC_CHECK(types(draft.scope, json));
    return functions(draft.scope.functions, nullptr, member(json, "funcs"));
  }

  Result<> types(const DraftScope& scope, const Json& json) {
    return each_member(member(json, "types"), "type",
                       [&](const std::string& name, const Json& of) -> Result<> {
                         WC_TRY(const wit::TypeId id, id_of(scope.types, name));
                         wit::TypeDefinition& type = draft_[id];
                         WC_CHECK(describe(type, of));
                         return members(type.body, member(of, "items"));
                       });
  }

  // `fallback`, if there is one, has those of `names` that are not in it.
  Result<> functions(const ByName<wit::FunctionId>& names, const ByName<wit::FunctionId>* fallback,
                     const Json& json) {
    return each_member(json, "function", [&](const std::string& name, const Json& of) -> Result<> {
      const bool there = names.contains(name) || fallback == nullptr;
      WC_TRY(const wit::FunctionId id, id_of(there ? names : *fallback, name));
      return describe(draft_[id], of);
    });
  }

  // Docs of fields, cases and flags.
  static Result<> members(wit::types::Body& body, const Json& json) {
    if (json.is_null()) {
      return {};
    }
    std::map<std::string_view, std::string*> docs_of;
    const auto add = [&](auto& list) {
      for (auto& one : list) {
        docs_of.emplace(one.name, &one.docs);
      }
    };
    std::visit(
        [&](auto& it) {
          if constexpr (requires { it.fields; }) {
            add(it.fields);
          } else if constexpr (requires { it.cases; }) {
            add(it.cases);
          } else if constexpr (requires { it.flags; }) {
            add(it.flags);
          }
        },
        body);
    return each_member(json, "item", [&](const std::string& name, const Json& docs) -> Result<> {
      const auto found = docs_of.find(name);
      return found == docs_of.end() ? Error(ErrorKind::invalid, "it is not there")
                                    : set_docs(*found->second, docs);
    });
  }

  Result<> world(wit::WorldId id, const Json& json) {
    DraftWorld& draft = draft_[id];
    WC_CHECK(describe(draft.world, json));
    WC_CHECK(types(draft.scope, json));
    WC_CHECK(functions(draft.scope.functions, &draft.exported_functions, member(json, "funcs")));
    WC_CHECK(functions(draft.exported_functions, nullptr, member(json, "func_exports")));
    take_function_docs(draft.world);
    return interfaces(draft.world, json);
  }

  // An item of the world says what its function says; types are told with the type.
  void take_function_docs(wit::World& world) {
    for (auto* const items : {&world.imports, &world.exports}) {
      for (wit::WorldItem& item : *items) {
        if (const auto* const function = std::get_if<wit::FunctionId>(&item.what)) {
          item.docs = draft_[*function].docs;
          item.stability = draft_[*function].stability;
        } else if (const auto* const type = std::get_if<wit::TypeId>(&item.what)) {
          item.docs = draft_[*type].docs;
          item.stability = draft_[*type].stability;
        }
      }
    }
  }

  using InterfaceItems = std::map<std::string_view, wit::WorldItem*>;

  static InterfaceItems interface_items(std::vector<wit::WorldItem>& items) {
    InterfaceItems by_name;
    for (wit::WorldItem& item : items) {
      if (std::holds_alternative<wit::InterfaceId>(item.what)) {
        by_name.emplace(item.name, &item);
      }
    }
    return by_name;
  }

  Result<> interfaces(wit::World& world, const Json& json) {
    const InterfaceItems imports = interface_items(world.imports);
    const InterfaceItems exports = interface_items(world.exports);
    InterfaceItems both = exports;
    for (const auto& [name, item] : imports) {
      both.insert_or_assign(name, item);
    }
    const auto inline_interface = [this](wit::WorldItem& item, const Json& of) -> Result<> {
      WC_CHECK(describe(item, of));
      return interface(std::get<wit::InterfaceId>(item.what), of);
    };
    WC_CHECK(each_item(both, member(json, "interfaces"), inline_interface));
    WC_CHECK(each_item(exports, member(json, "interface_exports"), inline_interface));
    const auto docs = [](wit::WorldItem& item, const Json& of) { return set_docs(item.docs, of); };
    const auto stability = [](wit::WorldItem& item, const Json& of) {
      return set_stability(item.stability, of);
    };
    WC_CHECK(each_item(imports, member(json, "interface_import_docs"), docs));
    WC_CHECK(each_item(exports, member(json, "interface_export_docs"), docs));
    WC_CHECK(each_item(imports, member(json, "interface_import_stability"), stability));
    return each_item(exports, member(json, "interface_export_stability"), stability);
  }

  template <typename Set>
  static Result<> each_item(const InterfaceItems& items, const Json& json, const Set& set) {
    return each_member(json, "interface", [&](const std::string& name, const Json& of) -> Result<> {
      const auto found = items.find(name);
      return found == items.end() ? Error(ErrorKind::invalid, "it is not there")
                                  : set(*found->second, of);
    });
  }

  WitDraft& draft_;
  ByName<wit::InterfaceId> interfaces_;
  ByName<wit::WorldId> worlds_;
};

}  // namespace

Result<> add_package_docs(WitDraft& draft, std::string_view content) {
  constexpr unsigned char kNewestVersion = 1;
  if (content.empty() || static_cast<unsigned char>(content.front()) > kNewestVersion) {
    return Error(
        ErrorKind::invalid, "expected version 0 or {}, found {}", kNewestVersion,
        content.empty() ? "nothing" : fmt::to_string(static_cast<unsigned char>(content.front())));
  }
  const Json json = Json::parse(content.substr(1), nullptr, false);
  if (!json.is_object()) {
    return Error(ErrorKind::invalid, "expected a JSON object");
  }
  return DocsReader(draft).package(json);
}

}  // namespace wasmcloud::component::internal
