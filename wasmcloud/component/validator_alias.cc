// Aliases (Binary.md "Alias Definitions"; sections 2.2 and 2.6 of the fact sheet).
#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

// In component and instance types, only what has a type and no state may be aliased.
bool allowed_in_types(const ast::Alias& alias) {
  if (std::holds_alternative<ast::AliasExport>(alias.target)) {
    return alias.sort == Sort::type || alias.sort == Sort::instance;
  }
  return std::holds_alternative<ast::AliasOuter>(alias.target) &&
         (alias.sort == Sort::type || alias.sort == Sort::core_type);
}

bool is_a(const Entity& entity, Sort sort) noexcept {
  switch (sort) {
    case Sort::core_module:
      return std::holds_alternative<ModuleTypeId>(entity);
    case Sort::func:
      return std::holds_alternative<FuncTypeId>(entity);
    case Sort::type:
      return std::holds_alternative<TypeEntity>(entity);
    case Sort::component:
      return std::holds_alternative<ComponentTypeId>(entity);
    case Sort::instance:
      return std::holds_alternative<InstanceTypeId>(entity);
    default:
      return false;
  }
}

std::string_view sort_name(Sort sort) noexcept {
  switch (sort) {
    case Sort::core_module:
      return "module";
    case Sort::core_func:
      return "function";
    case Sort::core_table:
      return "table";
    case Sort::core_memory:
      return "memory";
    case Sort::core_global:
      return "global";
    case Sort::core_tag:
      return "tag";
    default:
      return to_string(sort);
  }
}

bool is_a(const CoreExternType& type, Sort sort) noexcept {
  switch (sort) {
    case Sort::core_func:
      return std::holds_alternative<CoreFuncType>(type);
    case Sort::core_table:
      return std::holds_alternative<CoreTableType>(type);
    case Sort::core_memory:
      return std::holds_alternative<CoreMemoryType>(type);
    case Sort::core_global:
      return std::holds_alternative<CoreGlobalType>(type);
    case Sort::core_tag:
      return std::holds_alternative<CoreTagType>(type);
    default:
      return false;
  }
}

template <typename T>
Result<> copy_outer(const std::vector<T>& from, std::vector<T>& to, std::uint32_t index,
                    std::string_view what) {
  if (index >= from.size()) {
    return Error(ErrorKind::invalid, "unknown {} {}: {} index out of bounds", what, index, what);
  }
  T item = from[index];  // `to` may be `from`
  to.push_back(std::move(item));
  return {};
}

}  // namespace

Result<> Checker::define(const ast::Alias& alias) {
  offset_ = alias.offset;
  if (scope().kind != Scope::Kind::component && !allowed_in_types(alias)) {
    return Error(ErrorKind::invalid,
                 "aliases in a component or instance type may only refer to types or instances");
  }
  return std::visit(
      Overloaded{
          [&](const ast::AliasExport& target) { return alias_export(alias, target); },
          [&](const ast::AliasCoreExport& target) { return alias_core_export(alias, target); },
          [&](const ast::AliasOuter& target) { return alias_outer(alias, target); },
      },
      alias.target);
}

Result<> Checker::alias_export(const ast::Alias& alias, const ast::AliasExport& target) {
  if (alias.sort == Sort::value) {
    return Error(ErrorKind::unsupported, "component values are not supported");
  }
  WC_TRY(const InstanceTypeId instance, instance_at(target.instance));
  const Entity* entity = arena_[instance].find(target.name);
  if (entity == nullptr) {
    return Error(ErrorKind::invalid, "instance {} has no export named `{}`", target.instance,
                 target.name);
  }
  if (!is_a(*entity, alias.sort)) {
    return Error(ErrorKind::invalid, "export `{}` for instance {} is not a {}", target.name,
                 target.instance, sort_name(alias.sort));
  }
  push(*entity);
  return {};
}

Result<> Checker::alias_core_export(const ast::Alias& alias, const ast::AliasCoreExport& target) {
  WC_TRY(const auto* instance, core_instance_at(target.instance));
  const auto found = instance->exports.find(target.name);
  if (found == instance->exports.end()) {
    return Error(ErrorKind::invalid, "core instance {} has no export named `{}`", target.instance,
                 target.name);
  }
  if (!is_a(found->second, alias.sort)) {
    return Error(ErrorKind::invalid, "export `{}` for core instance {} is not a {}", target.name,
                 target.instance, sort_name(alias.sort));
  }
  return std::visit(Overloaded{
                        [&](const CoreFuncType& type) -> Result<> { return add_core_func(type); },
                        [&](const CoreTagType& type) -> Result<> {
                          WC_CHECK(budget_.spend(type.type.params.size()));
                          spaces().core_tags.push_back(type);
                          return {};
                        },
                        [&](const CoreTableType& type) -> Result<> {
                          spaces().core_tables.push_back(type);
                          return {};
                        },
                        [&](const CoreMemoryType& type) -> Result<> {
                          spaces().core_memories.push_back(type);
                          return {};
                        },
                        [&](const CoreGlobalType& type) -> Result<> {
                          spaces().core_globals.push_back(type);
                          return {};
                        },
                    },
                    found->second);
}

Result<Scope*> Checker::outer_scope(std::uint32_t count) {
  if (count >= scopes_.size()) {
    return Error(ErrorKind::invalid, "invalid outer alias count of {}", count);
  }
  return scopes_[scopes_.size() - 1 - count].get();
}

Result<> Checker::alias_outer(const ast::Alias& alias, const ast::AliasOuter& target) {
  WC_TRY(const Scope* outer, outer_scope(target.count));
  switch (alias.sort) {
    case Sort::core_module:
      return copy_outer(outer->typed->core_modules, spaces().core_modules, target.index, "module");
    case Sort::component:
      return copy_outer(outer->typed->components, spaces().components, target.index, "component");
    case Sort::core_type:
      WC_CHECK(copy_outer(outer->core_types, scope().core_types, target.index, "core type"));
      if (const auto* func = std::get_if<CoreFuncType>(&scope().core_types.back())) {
        return budget_.spend(func->params.size() + func->results.size());
      }
      return {};
    case Sort::type:
      return alias_outer_type(target);
    default:
      return Error(ErrorKind::invalid, "invalid outer alias of a {}", to_string(alias.sort));
  }
}

// A component stands by itself: no resource of its surroundings may get into it by way of a type.
// Declarators of a type may reach anything of the component that they are in.
Result<> Checker::alias_outer_type(const ast::AliasOuter& target) {
  WC_TRY(const Scope* outer, outer_scope(target.count));
  if (target.index >= outer->typed->types.size()) {
    return Error(ErrorKind::invalid, "unknown type {}: type index out of bounds", target.index);
  }
  const TypeEntity type = outer->typed->types[target.index];
  const bool crosses =
      target.count > 0 && scopes_[scopes_.size() - target.count]->kind == Scope::Kind::component;
  if (crosses && arena_.extent(type).mentions_resources) {
    const NamedEntity item{.name = {}, .entity = type};
    WC_TRY(const auto free, free_resources(arena_, budget_, {&item, 1}));
    if (!free.empty()) {
      return Error(ErrorKind::invalid,
                   "cannot alias outer type which transitively refers to resources not defined in "
                   "the current component");
    }
  }
  spaces().types.push_back(type);
  return {};
}

}  // namespace wasmcloud::component::internal
