#include "wasmcloud/wit/resolver.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/wit/package_sources.h"
#include "wasmcloud/wit/resolver_state.h"
#include "wasmcloud/wit/resolver_world.h"
#include "wasmcloud/wit/topological_order.h"

namespace wasmcloud::wit {

Stability stability_of(const syntax::Attributes& attributes) {
  Stability stability;
  if (attributes.since) {
    stability.since = attributes.since->value;
  }
  if (attributes.unstable) {
    stability.unstable = attributes.unstable->text;
  }
  if (attributes.deprecated) {
    stability.deprecated = attributes.deprecated->value;
  }
  return stability;
}

Result<> ResolverState::step(ScopeIndex scope, Span span, std::size_t things) {
  steps += things;
  if (steps > options.limits.steps) {
    return error_at(ErrorKind::exhausted, sources.scopes()[scope].source, span,
                    fmt::format("resolving takes more than {} steps", options.limits.steps));
  }
  return {};
}

namespace {

enum class Wanted : std::uint8_t { interface, world };

// What `path` means, if it is there and of the kind that is wanted.
Result<ItemIndex> item_at(const PackageSources& sources, ScopeIndex scope,
                          const syntax::UsePath& path, Wanted wanted) {
  WC_TRY(const ItemIndex index, sources.find(scope, path));
  const SourceItem& item = sources.items()[index];
  const bool world_wanted = wanted == Wanted::world;
  if (item.is_world() != world_wanted) {
    return sources.error(scope, path.span,
                         fmt::format("`{}` is {}", path.name.text,
                                     world_wanted ? "an interface, and a world is expected"
                                                  : "a world, and an interface is expected"));
  }
  if (!item.included) {
    const auto feature = std::visit(
        [](const auto* syntax) { return syntax->attributes.unstable->text; }, item.syntax);
    return sources.error(
        scope, path.span,
        fmt::format("`{}` is there only with feature `{}`", path.name.text, feature));
  }
  return index;
}

}  // namespace

Result<InterfaceId> ResolverState::interface_at(ScopeIndex scope, const syntax::UsePath& path) {
  WC_TRY(const ItemIndex index, item_at(sources, scope, path, Wanted::interface));
  return std::get<InterfaceId>(items[index]);
}

Result<WorldId> ResolverState::world_at(ScopeIndex scope, const syntax::UsePath& path) {
  WC_TRY(const ItemIndex index, item_at(sources, scope, path, Wanted::world));
  return std::get<WorldId>(items[index]);
}

namespace {

using Uses = std::vector<std::vector<std::uint32_t>>;

// Which interfaces and worlds each one mentions, and so which packages.
class UseFinder {
 public:
  explicit UseFinder(const PackageSources& sources)
      : sources_(sources),
        of_items_(sources.items().size()),
        of_packages_(sources.packages().size()) {}

  Result<> run() {
    for (ItemIndex item = 0; item < sources_.items().size(); ++item) {
      item_ = item;
      if (sources_.items()[item].included) {
        WC_CHECK(std::visit([&](const auto* syntax) { return list(syntax->items); },
                            sources_.items()[item].syntax));
      }
    }
    for (const SourceScope& scope : sources_.scopes()) {
      for (const auto& [name, item] : scope.names) {
        use_package(scope.package, sources_.items()[item].package);
      }
    }
    return {};
  }

  const Uses& of_items() const { return of_items_; }

  const Uses& of_packages() const { return of_packages_; }

 private:
  template <typename Item>
  Result<> list(const std::vector<Item>& items) {
    for (const Item& item : items) {
      const ScopeIndex scope = sources_.items()[item_].scope;
      WC_CHECK(std::visit(
          [&](const auto& it) -> Result<> {
            WC_TRY(const bool passes, sources_.passes(scope, it.attributes));
            return passes ? look_at(it) : Result<>();
          },
          item));
    }
    return {};
  }

  Result<> look_at(const syntax::Use& use) { return path(use.from, Wanted::interface); }

  Result<> look_at(const syntax::Include& include) { return path(include.from, Wanted::world); }

  Result<> look_at(const syntax::Extern& external) {
    if (const auto* const path = std::get_if<syntax::UsePath>(&external.what)) {
      return this->path(*path, Wanted::interface);
    }
    const auto* const interface = std::get_if<syntax::InlineInterface>(&external.what);
    return interface != nullptr ? list(interface->items) : Result<>();
  }

  Result<> look_at(const syntax::TypeDefinition&) { return {}; }

  Result<> look_at(const syntax::Function&) { return {}; }

  Result<> path(const syntax::UsePath& path, Wanted wanted) {
    const SourceItem& from = sources_.items()[item_];
    WC_TRY(const ItemIndex used, item_at(sources_, from.scope, path, wanted));
    of_items_[item_].push_back(used);
    use_package(from.package, sources_.items()[used].package);
    return {};
  }

  void use_package(PackageIndex from, PackageIndex used) {
    if (from != used) {
      of_packages_[from].push_back(used);
    }
  }

  const PackageSources& sources_;
  ItemIndex item_ = 0;
  Uses of_items_;
  Uses of_packages_;
};

class Resolver {
 public:
  Resolver(const PackageSources& sources, const ResolveOptions& options)
      : sources_(sources),
        state_{.options = options,
               .sources = sources,
               .graph = {},
               .packages = {},
               .items = {},
               .names = {}} {}

  Result<Graph> run() {
    UseFinder uses(sources_);
    WC_CHECK(uses.run());
    WC_CHECK(add_packages(uses.of_packages()));
    const TopologicalOrder order = order_by_use(uses.of_items());
    if (!order.cycle.empty()) {
      return cycle_of_items(order.cycle);
    }
    state_.items.resize(sources_.items().size());
    for (const ItemIndex item : order.order) {
      if (sources_.items()[item].included) {
        WC_CHECK(add_item(item));
      }
    }
    list_items();
    return std::move(state_.graph);
  }

 private:
  Result<> add_packages(const Uses& uses) {
    const TopologicalOrder order = order_by_use(uses);
    if (!order.cycle.empty()) {
      std::string path;
      for (const PackageIndex package : order.cycle) {
        path += sources_.packages()[package].full_name + " -> ";
      }
      const SourcePackage& first = sources_.packages()[order.cycle.front()];
      return sources_.error(
          first.named_in, first.name->span,
          fmt::format("package {} uses itself: {}{}", first.full_name, path, first.full_name));
    }
    state_.packages.resize(sources_.packages().size());
    for (const PackageIndex index : order.order) {
      const SourcePackage& package = sources_.packages()[index];
      Package added{.namespace_ = package.name->namespace_.text,
                    .name = package.name->name.text,
                    .docs = package.docs};
      if (package.name->version) {
        added.version = package.name->version->value;
      }
      state_.packages[index] = state_.graph.add(std::move(added));
    }
    state_.graph.set_main_package(state_.packages.front());
    return {};
  }

  Error cycle_of_items(const std::vector<std::uint32_t>& cycle) const {
    std::string path;
    for (const ItemIndex item : cycle) {
      path += sources_.items()[item].name().text + " -> ";
    }
    const SourceItem& first = sources_.items()[cycle.front()];
    const syntax::Id& name = first.name();
    return sources_.error(
        first.scope, name.span,
        fmt::format("{} `{}` uses itself: {}{}", first.is_world() ? "world" : "interface",
                    name.text, path, name.text));
  }

  Result<> add_item(ItemIndex index) {
    const SourceItem& item = sources_.items()[index];
    WC_CHECK(state_.step(item.scope, item.name().span));
    const PackageId package = state_.packages[item.package];
    if (const auto* const* const interface = std::get_if<const syntax::Interface*>(&item.syntax)) {
      const syntax::Interface& syntax = **interface;
      const InterfaceId id =
          state_.graph.add(Interface{.name = syntax.name.text,
                                     .package = package,
                                     .docs = syntax.attributes.docs,
                                     .stability = stability_of(syntax.attributes)});
      state_.items[index] = id;
      return resolve_interface(state_, item.scope, id, syntax.items);
    }
    const syntax::World& syntax = *std::get<const syntax::World*>(item.syntax);
    const WorldId id = state_.graph.add(World{.name = syntax.name.text,
                                              .package = package,
                                              .docs = syntax.attributes.docs,
                                              .stability = stability_of(syntax.attributes)});
    state_.items[index] = id;
    return resolve_world(state_, item.scope, id, syntax);
  }

  // As declared, which is the order of the items.
  void list_items() {
    for (ItemIndex index = 0; index < sources_.items().size(); ++index) {
      const SourceItem& item = sources_.items()[index];
      if (!item.included) {
        continue;
      }
      Package& package = state_.graph.at(state_.packages[item.package]);
      if (item.is_world()) {
        package.worlds.push_back(std::get<WorldId>(state_.items[index]));
      } else {
        package.interfaces.push_back(std::get<InterfaceId>(state_.items[index]));
      }
    }
  }

  const PackageSources& sources_;
  ResolverState state_;
};

}  // namespace

Result<Graph> resolve(std::span<const SourceFile> files, const ResolveOptions& options) {
  WC_TRY(const PackageSources sources, PackageSources::load(files, options));
  return Resolver(sources, options).run();
}

}  // namespace wasmcloud::wit
