#include "wasmcloud/wit/resolver_world.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/wit/resolver_scope.h"
#include "wasmcloud/wit/world_copy.h"

namespace wasmcloud::wit {
namespace {

using syntax::Direction;

// Imports or exports as they gather.
class Items {
 public:
  struct Entry {
    WorldItem item;
    Span span;
  };

  // False if there is one of this name, in any case.
  bool add(WorldItem item, Span span) {
    const bool added = by_name_.emplace(lower_case(item.name), entries_.size()).second;
    if (added) {
      entries_.push_back({.item = std::move(item), .span = span});
    }
    return added;
  }

  const Entry* find(const std::string& name) const {
    const auto found = by_name_.find(lower_case(name));
    return found == by_name_.end() ? nullptr : &entries_[found->second];
  }

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> by_name_;
};

class WorldResolver {
 public:
  WorldResolver(ResolverState& state, ScopeIndex scope, WorldId id)
      : state_(state), scope_(scope), id_(id), names_(state, scope, id) {}

  Result<> run(const syntax::World& world) {
    WC_CHECK(define_types(world));
    for (const auto& item : world.items) {
      if (const auto* const external = std::get_if<syntax::Extern>(&item)) {
        WC_CHECK(add(*external));
      }
    }
    for (const auto& item : world.items) {
      if (const auto* const include = std::get_if<syntax::Include>(&item)) {
        WC_CHECK(this->include(*include));
      }
    }
    WC_CHECK(complete());
    return {};
  }

 private:
  Error error(Span span, std::string_view what) const {
    return state_.sources.error(scope_, span, what);
  }

  Items& items(Direction direction) { return direction == Direction::import ? imports_ : exports_; }

  static std::string_view verb(Direction direction) {
    return direction == Direction::import ? "imported" : "exported";
  }

  Result<> define_types(const syntax::World& world) {
    std::vector<const syntax::TypeDefinition*> definitions;
    for (const auto& item : world.items) {
      if (const auto* const use = std::get_if<syntax::Use>(&item)) {
        WC_CHECK(names_.use(*use));
      } else if (const auto* const definition = std::get_if<syntax::TypeDefinition>(&item)) {
        definitions.push_back(definition);
      }
    }
    WC_CHECK(names_.define(definitions));
    for (const TypeId type : names_.types()) {
      const TypeDefinition& definition = state_.graph[type];
      imports_.add({.name = definition.name,
                    .what = type,
                    .docs = definition.docs,
                    .stability = definition.stability,
                    .external_id = definition.external_id},
                   {});
    }
    return {};
  }

  Result<> add(const syntax::Extern& external) {
    WC_CHECK(state_.step(scope_, external.span));
    WC_TRY(const bool passes, state_.sources.passes(scope_, external.attributes));
    if (!passes) {
      return {};
    }
    WorldItem item{.docs = external.attributes.docs,
                   .stability = stability_of(external.attributes),
                   .external_id = external.attributes.external_id};
    if (const auto* const path = std::get_if<syntax::UsePath>(&external.what)) {
      WC_TRY(const InterfaceId interface, state_.interface_at(scope_, *path));
      item.what = interface;
      item.name = external.name ? external.name->text : state_.graph.name_of(interface);
    } else if (const auto* const type = std::get_if<syntax::FuncType>(&external.what)) {
      item.name = external.name->text;
      WC_TRY(item.what, names_.free_function(*external.name, external.attributes, *type));
    } else {
      item.name = external.name->text;
      WC_TRY(item.what, inline_interface(external));
    }
    const std::string name = item.name;
    if (!items(external.direction).add(std::move(item), external.span)) {
      return error(external.span, fmt::format("`{}` is {} twice", name, verb(external.direction)));
    }
    return {};
  }

  Result<InterfaceId> inline_interface(const syntax::Extern& external) {
    const InterfaceId id =
        state_.graph.add(Interface{.name = external.name->text,
                                   .package = state_.graph[id_].package,
                                   .world = id_,
                                   .docs = external.attributes.docs,
                                   .stability = stability_of(external.attributes)});
    WC_CHECK(resolve_interface(state_, scope_, id,
                               std::get<syntax::InlineInterface>(external.what).items));
    return id;
  }

  // The union with another world. Interfaces that both have become one; other names must differ.
  Result<> include(const syntax::Include& include) {
    WC_TRY(const bool passes, state_.sources.passes(scope_, include.attributes));
    if (!passes) {
      return {};
    }
    WC_TRY(const WorldId from, state_.world_at(scope_, include.from));
    WC_TRY(const auto renamed, renamings(include, from));
    WorldCopy copy(state_, scope_, include.from.span, id_);
    const bool elsewhere = state_.graph[from].package != state_.graph[id_].package;
    for (const Direction direction : {Direction::import, Direction::export_}) {
      const bool importing = direction == Direction::import;
      const std::size_t count =
          (importing ? state_.graph[from].imports : state_.graph[from].exports).size();
      for (std::size_t i = 0; i < count; ++i) {
        // A copy, for the graph grows meanwhile.
        WorldItem item = (importing ? state_.graph[from].imports : state_.graph[from].exports)[i];
        if (elsewhere && item.name.contains(':') && item.stability.since) {
          item.stability = {};  // a version of the other package says nothing here
        }
        WC_CHECK(state_.step(scope_, include.from.span, 1 + docs_cost(item.docs)));
        const auto other_name = renamed.find(item.name);
        WC_CHECK(include_item(item, other_name == renamed.end() ? item.name : other_name->second,
                              copy, direction, include.from.span));
      }
    }
    return copy.finish();
  }

  using Renamings = std::map<std::string, std::string, std::less<>>;

  Result<Renamings> renamings(const syntax::Include& include, WorldId from) {
    const World& other = state_.graph[from];
    std::set<std::string_view> labels;
    for (const auto* const list : {&other.imports, &other.exports}) {
      for (const WorldItem& item : *list) {
        if (!item.name.contains(':')) {
          labels.insert(item.name);
        }
      }
    }
    Renamings renamings;
    for (const syntax::RenamedName& name : include.names) {
      if (!labels.contains(name.name.text)) {
        return error(name.name.span,
                     fmt::format("world `{}` neither imports nor exports `{}` (what goes by the "
                                 "name of an interface cannot be renamed)",
                                 other.name, name.name.text));
      }
      if (!renamings.emplace(name.name.text, name.as.text).second) {
        return error(name.name.span, fmt::format("`{}` is renamed twice", name.name.text));
      }
    }
    return renamings;
  }

  Result<> include_item(const WorldItem& item, const std::string& name, WorldCopy& copy,
                        Direction direction, Span span) {
    if (item.implied) {
      return {};  // complete() finds it again
    }
    WorldItem included = item;
    included.name = name;
    if (const auto* const type = std::get_if<TypeId>(&item.what)) {
      WC_TRY(included.what, copy.type(*type, name));
    } else if (const auto* const function = std::get_if<FunctionId>(&item.what)) {
      WC_TRY(included.what, copy.function(*function, name));
    }
    const bool by_interface = name.contains(':');
    if (!items(direction).add(std::move(included), span) && !by_interface) {
      return error(span, fmt::format("`{0}` would be {1} twice; give it another name: `with {{ {0} "
                                     "as ... }}`",
                                     name, verb(direction)));
    }
    return {};
  }

  // Interfaces whose types are used must be there too. What an import uses is imported. What an
  // exported interface uses is the export, if there is one, else imported, with all that it uses.
  Result<> complete() {
    for (std::size_t rank = 0; rank < complete_.size(); ++rank) {
      for (const Items::Entry& entry : imports_.entries()) {
        if (this->rank(entry.item) == rank) {
          WC_CHECK(complete_import(entry));
        }
      }
    }
    for (const Items::Entry& entry : exports_.entries()) {
      WC_CHECK(complete_export(entry));
    }
    World& world = state_.graph.at(id_);
    for (std::vector<WorldItem>& of_rank : complete_) {
      std::ranges::move(of_rank, std::back_inserter(world.imports));
    }
    for (const Items::Entry& entry : exports_.entries()) {
      world.exports.push_back(entry.item);
    }
    return {};
  }

  // Interfaces, types that come from them, other types, functions.
  std::size_t rank(const WorldItem& item) const {
    if (std::holds_alternative<InterfaceId>(item.what)) {
      return 0;
    }
    if (const auto* const type = std::get_if<TypeId>(&item.what)) {
      return origin(*type) ? 1 : 2;
    }
    return 3;
  }

  // The interface from which `use` brought a type.
  std::optional<InterfaceId> origin(TypeId type) const {
    const auto* const alias = std::get_if<types::Alias>(&state_.graph[type].body);
    const auto* const named = alias == nullptr ? nullptr : std::get_if<TypeId>(&alias->type.rep);
    if (named == nullptr) {
      return std::nullopt;
    }
    const auto* const interface = std::get_if<InterfaceId>(&state_.graph[*named].owner);
    return interface == nullptr ? std::nullopt : std::optional(*interface);
  }

  Result<> complete_import(const Items::Entry& entry) {
    if (const auto* const interface = std::get_if<InterfaceId>(&entry.item.what)) {
      if (entry.item.name == state_.graph.name_of(*interface)) {
        return import_with_dependencies(*interface, entry.span);
      }
      for (const InterfaceId used : state_.graph[*interface].dependencies) {
        WC_CHECK(import_with_dependencies(used, entry.span));
      }
    } else if (const auto* const type = std::get_if<TypeId>(&entry.item.what)) {
      if (const auto from = origin(*type)) {
        WC_CHECK(import_with_dependencies(*from, entry.span));
      }
    }
    complete_[rank(entry.item)].push_back(entry.item);
    return {};
  }

  // Each after those it uses; no recursion.
  Result<> import_with_dependencies(InterfaceId root, Span span) {
    struct Visit {
      InterfaceId id;
      std::size_t next = 0;
    };

    if (!imported_.insert(root).second) {
      return {};
    }
    std::vector<Visit> path{{.id = root}};
    while (!path.empty()) {
      WC_CHECK(state_.step(scope_, span));
      Visit& visit = path.back();
      const auto& dependencies = state_.graph[visit.id].dependencies;
      if (visit.next == dependencies.size()) {
        complete_[0].push_back(import_of(visit.id));
        path.pop_back();
      } else if (const InterfaceId used = dependencies[visit.next++];
                 imported_.insert(used).second) {
        path.push_back({.id = used});
      }
    }
    return {};
  }

  WorldItem import_of(InterfaceId id) const {
    const std::string name = state_.graph.name_of(id);
    const Items::Entry* const written = imports_.find(name);
    return written != nullptr ? written->item
                              : WorldItem{.name = name, .what = id, .implied = true};
  }

  // If what is imported for an export uses something that is exported too, there would be two of
  // that, and types of one are not those of the other.
  Result<> complete_export(const Items::Entry& entry) {
    const auto* const interface = std::get_if<InterfaceId>(&entry.item.what);
    if (interface == nullptr) {
      return {};
    }
    for (const InterfaceId used : state_.graph[*interface].dependencies) {
      if (exports_.find(state_.graph.name_of(used)) == nullptr) {
        WC_CHECK(require_import(used, entry));
      }
    }
    return {};
  }

  Result<> require_import(InterfaceId root, const Items::Entry& why) {
    if (!required_.insert(root).second) {
      return {};
    }
    WC_CHECK(import_with_dependencies(root, why.span));
    for (std::vector<InterfaceId> open{root}; !open.empty();) {
      const InterfaceId id = open.back();
      open.pop_back();
      for (const InterfaceId used : state_.graph[id].dependencies) {
        WC_CHECK(state_.step(scope_, why.span));
        const std::string name = state_.graph.name_of(used);
        if (exports_.find(name) != nullptr) {
          return error(why.span,
                       fmt::format("exporting `{0}` imports `{1}`, which uses types of `{2}`; but "
                                   "`{2}` is exported, and there would be two of it. Export what "
                                   "lies between as well",
                                   why.item.name, state_.graph.name_of(root), name));
        }
        if (required_.insert(used).second) {
          open.push_back(used);
        }
      }
    }
    return {};
  }

  ResolverState& state_;
  ScopeIndex scope_;
  WorldId id_;
  ScopeResolver names_;
  Items imports_;
  Items exports_;
  std::array<std::vector<WorldItem>, 4> complete_;  // the imports, by rank
  std::set<InterfaceId> imported_;                  // by their own names
  std::set<InterfaceId> required_;                  // imported for an export
};

}  // namespace

Result<> resolve_interface(ResolverState& state, ScopeIndex scope, InterfaceId id,
                           const std::vector<syntax::InterfaceItem>& items) {
  ScopeResolver names(state, scope, id);
  std::vector<const syntax::TypeDefinition*> definitions;
  for (const auto& item : items) {
    if (const auto* const use = std::get_if<syntax::Use>(&item)) {
      WC_CHECK(names.use(*use));
    } else if (const auto* const definition = std::get_if<syntax::TypeDefinition>(&item)) {
      definitions.push_back(definition);
    }
  }
  WC_CHECK(names.define(definitions));
  std::vector<FunctionId> functions;
  for (const auto& item : items) {
    if (const auto* const function = std::get_if<syntax::Function>(&item)) {
      WC_TRY(const auto declared, names.declare(*function));
      if (declared) {
        functions.push_back(*declared);
      }
    }
  }
  Interface& interface = state.graph.at(id);
  interface.types = names.types();
  interface.functions = std::move(functions);
  interface.dependencies = names.dependencies();
  state.names.emplace(id, names.take_names());
  return {};
}

Result<> resolve_world(ResolverState& state, ScopeIndex scope, WorldId id,
                       const syntax::World& world) {
  return WorldResolver(state, scope, id).run(world);
}

}  // namespace wasmcloud::wit
