// Imports and exports (Binary.md "Import and Export Definitions"; sections 2.1, 2.5 and 2.7 of the
// fact sheet). Each appends an entry to the index space of its sort.
#include "wasmcloud/component/names.h"
#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::string_view to_string(ExternKind kind) noexcept {
  return kind == ExternKind::import ? "import" : "export";
}

template <typename T>
const T* value_type(const TypeArena& arena, ValType type) {
  const auto* id = std::get_if<DefinedTypeId>(&type.rep);
  return id == nullptr ? nullptr : std::get_if<T>(&arena[*id]);
}

// The resource that `own<R>` or `result<own<R>, E?>` makes.
const types::Own* constructed(const TypeArena& arena, ValType type) {
  if (const auto* own = value_type<types::Own>(arena, type)) {
    return own;
  }
  const auto* result = value_type<types::Result>(arena, type);
  return result != nullptr && result->ok ? value_type<types::Own>(arena, *result->ok) : nullptr;
}

Result<> check_resource_name(const NameScope& names, ResourceId resource, ResourceName name,
                             std::string_view wanted) {
  const std::string* bound = names.name_of(resource, name);
  if (bound == nullptr) {
    return Error(ErrorKind::invalid,
                 "resource used in function does not have a name in this context");
  }
  if (*bound != wanted) {
    return Error(ErrorKind::invalid, "function does not match expected resource name `{}`", *bound);
  }
  return {};
}

Result<> check_constructor(const TypeArena& arena, const types::Func& func, const NameScope& names,
                           std::string_view resource) {
  if (func.async) {
    return Error(ErrorKind::invalid, "constructor function cannot be async");
  }
  if (!func.result) {
    return Error(ErrorKind::invalid, "function should return one value");
  }
  const types::Own* own = constructed(arena, *func.result);
  if (own == nullptr) {
    return Error(ErrorKind::invalid, "function should return `(own $T)` or `(result (own $T))`");
  }
  return check_resource_name(names, own->resource, own->name, resource);
}

Result<> check_method(const TypeArena& arena, const types::Func& func, const NameScope& names,
                      std::string_view resource) {
  if (func.params.empty()) {
    return Error(ErrorKind::invalid, "function should have at least one argument");
  }
  if (func.params.front().name != "self") {
    return Error(ErrorKind::invalid, "function should have a first argument called `self`");
  }
  const auto* borrow = value_type<types::Borrow>(arena, func.params.front().type);
  if (borrow == nullptr) {
    return Error(ErrorKind::invalid, "function should take a first argument of `(borrow $T)`");
  }
  return check_resource_name(names, borrow->resource, borrow->name, resource);
}

}  // namespace

std::shared_ptr<const ExternAttributes> attributes_of(const ast::ExternName& name) {
  if (!name.implements && !name.external_id) {
    return nullptr;
  }
  return std::make_shared<const ExternAttributes>(ExternAttributes{
      .implements = name.implements.transform([](auto it) { return std::string(it); }),
      .external_id = name.external_id.transform([](auto it) { return std::string(it); })});
}

void Scope::define(ResourceId resource, bool local) {
  defined_resources.emplace(resource, local);
  defined_order.push_back(resource);
}

void Checker::push(const Entity& entity) {
  std::visit(Overloaded{
                 [&](ModuleTypeId id) { spaces().core_modules.push_back(id); },
                 [&](FuncTypeId id) { spaces().funcs.push_back(id); },
                 [&](const TypeEntity& type) { spaces().types.push_back(type); },
                 [&](ComponentTypeId id) { spaces().components.push_back(id); },
                 [&](InstanceTypeId id) { spaces().instances.push_back(id); },
                 [](ValType) {},
             },
             entity);
}

// The same type under a name of its own.
TypeEntity Checker::rename(const TypeEntity& type) {
  if (const auto* value = std::get_if<ValType>(&type.type)) {
    const auto former = std::get<DefinedTypeId>(value->rep);
    return TypeEntity{.type = ValType(arena_.add_name(former)), .former = former};
  }
  TypeEntity out = type;
  if (std::holds_alternative<ResourceId>(type.type)) {
    out.former_name = type.name;
    out.name = arena_.add_resource_name();
  }
  return out;
}

Result<Entity> Checker::entity_of(const ast::ExternType& type,
                                  std::optional<TypeEntity>& referenced) {
  using Kind = ast::ExternType::Kind;
  switch (type.kind) {
    case Kind::core_module: {
      WC_TRY(const CoreTypeEntry* entry, core_type_at(type.index));
      const auto* module = std::get_if<ModuleTypeId>(entry);
      if (module == nullptr) {
        return Error(ErrorKind::invalid, "core type index {} is not a module type", type.index);
      }
      return Entity(*module);
    }
    case Kind::func: {
      WC_TRY(const FuncTypeId func, func_type_at(type.index));
      return Entity(func);
    }
    case Kind::type_eq: {
      WC_TRY(referenced, type_at(type.index));
      return Entity(rename(*referenced));
    }
    case Kind::sub_resource:
      return Entity(TypeEntity{arena_.add_resource()});
    case Kind::component: {
      WC_TRY(const TypeEntity of, type_at(type.index));
      if (const auto* id = std::get_if<ComponentTypeId>(&of.type)) {
        return Entity(*id);
      }
      return Error(ErrorKind::invalid, "type index {} is not a component type", type.index);
    }
    case Kind::instance: {
      WC_TRY(const TypeEntity of, type_at(type.index));
      if (const auto* id = std::get_if<InstanceTypeId>(&of.type)) {
        return Entity(*id);
      }
      return Error(ErrorKind::invalid, "type index {} is not an instance type", type.index);
    }
    case Kind::value:
    case Kind::value_eq:
      break;
  }
  return Error(ErrorKind::unsupported, "component values are not supported");
}

Result<> Checker::define(const ast::Import& import) {
  offset_ = import.name.offset;
  return add_import(import.name, import.type);
}

Result<> Checker::add_import(const ast::ExternName& name, const ast::ExternType& type) {
  std::optional<TypeEntity> referenced;
  WC_TRY(const Entity entity, entity_of(type, referenced));
  return add_entity(name, ExternKind::import, entity, referenced);
}

// An export declaration, in a type.
Result<> Checker::add_export(const ast::ExternName& name, const ast::ExternType& type) {
  std::optional<TypeEntity> referenced;
  WC_TRY(const Entity entity, entity_of(type, referenced));
  return add_entity(name, ExternKind::export_, entity, referenced);
}

Result<> Checker::define(const ast::Export& export_) {
  offset_ = export_.name.offset;
  WC_TRY(Entity entity, item_at(export_.item));
  std::optional<TypeEntity> referenced;
  if (const auto* type = std::get_if<TypeEntity>(&entity)) {
    referenced = *type;
    entity = rename(*type);
  }
  if (export_.type) {
    const Entity actual = entity;
    referenced.reset();
    WC_TRY(entity, entity_of(*export_.type, referenced));
    const auto* type = std::get_if<TypeEntity>(&entity);
    const bool abstract = type != nullptr && !referenced;
    const auto* given = std::get_if<TypeEntity>(&actual);
    // `(sub resource)` takes any resource and forgets which.
    if (!(abstract && given != nullptr && std::holds_alternative<ResourceId>(given->type))) {
      WC_CHECK(subtyping_.check(actual, entity),
               "ascribed type of export is not compatible with the item's type");
    }
  }
  return add_entity(export_.name, ExternKind::export_, entity, referenced);
}

// 2.1: an instance type's own resources are made anew each time that it is imported or exported.
Result<InstanceTypeId> Checker::freshen(InstanceTypeId id, ExternKind kind) {
  const InstanceType& type = arena_[id];
  if (type.defined_resources.empty()) {
    return id;
  }
  Substitution fresh(arena_, budget_);
  for (const ResourceId old : type.defined_resources) {
    const ResourceId made = arena_.add_resource();
    fresh.replace(old, made);
    if (kind == ExternKind::import) {
      scope().imported_resources.push_back(made);
    } else {
      scope().define(made, false);
    }
  }
  InstanceType out;
  WC_TRY(out.exports, fresh.apply(type.exports));
  return arena_.add(std::move(out));
}

Result<> Checker::add_entity(const ast::ExternName& name, ExternKind kind, Entity entity,
                             const std::optional<TypeEntity>& referenced) {
  const bool import = kind == ExternKind::import;
  NameScope& names = import ? scope().import_names : scope().export_names;
  if (auto* instance = std::get_if<InstanceTypeId>(&entity)) {
    WC_TRY(*instance, freshen(*instance, kind));
  }
  if (const auto* type = std::get_if<TypeEntity>(&entity)) {
    if (const auto* resource = std::get_if<ResourceId>(&type->type)) {
      names.add_resource(*type, name.name);
      if (!referenced && import) {
        scope().imported_resources.push_back(*resource);
      } else if (!referenced) {
        scope().define(*resource, false);
      }
    }
  }
  push(entity);
  extend(scope().extent, arena_.extent(entity));
  WC_CHECK(check_extent(scope().extent));
  WC_CHECK(check_visible(kind, entity, referenced));
  WC_CHECK(check_name(name, kind, entity, names));
  auto& list = import ? spaces().imports : spaces().exports;
  list.push_back({std::string(name.name), entity, attributes_of(name)});
  return {};
}

Result<> Checker::check_name(const ast::ExternName& name, ExternKind kind, const Entity& entity,
                             NameScope& names) {
  WC_CHECK(budget_.spend(16 + name.name.size() / 4));
  WC_TRY(const ExternName parsed,
         kind == ExternKind::import ? parse_import_name(name.name) : parse_extern_name(name.name),
         "{} name `{}` is not a valid extern name", to_string(kind), name.name);
  WC_CHECK(check_attributes(name, parsed.kind == NameKind::label, entity));
  WC_CHECK(check_annotation(name.name, kind, entity, names), "{} name `{}` is not valid",
           to_string(kind), name.name);
  const auto [before, fresh] = names.canonical.emplace(canonical_name(name.name), name.name);
  if (!fresh) {
    return Error(ErrorKind::invalid, "{} name `{}` conflicts with previous name `{}`",
                 to_string(kind), name.name, before->second);
  }
  return {};
}

Result<> Checker::check_attributes(const ast::ExternName& name, bool label, const Entity& entity) {
  if (name.version_suffix) {
    return Error(ErrorKind::invalid, "the `cm-canon-names` feature is not active");
  }
  if ((name.implements || name.external_id) && !features_.implements) {
    return Error(ErrorKind::invalid, "the `cm-implements` feature is not active");
  }
  if (!name.implements) {
    return {};
  }
  if (!label) {
    return Error(ErrorKind::invalid, "name `{}` is not valid with `implements`", name.name);
  }
  if (!std::holds_alternative<InstanceTypeId>(entity)) {
    return Error(ErrorKind::invalid, "only instances can have an `implements`");
  }
  WC_TRY(const ExternName implemented, parse_extern_name(*name.implements),
         "`{}` is not a valid name", *name.implements);
  if (implemented.kind != NameKind::interface) {
    return Error(ErrorKind::invalid, "name `{}` must be an interface", *name.implements);
  }
  return {};
}

// 2.7: `[constructor]R`, `[method]R.m` and `[static]R.m` are functions of the resource that goes by
// the name R in the same list of imports (or exports).
Result<> Checker::check_annotation(std::string_view name, ExternKind kind, const Entity& entity,
                                   const NameScope& names) {
  WC_TRY(const ExternName parsed,
         kind == ExternKind::import ? parse_import_name(name) : parse_extern_name(name));
  if (parsed.resource.empty()) {
    return {};
  }
  const auto* id = std::get_if<FuncTypeId>(&entity);
  if (id == nullptr) {
    return Error(ErrorKind::invalid, "item is not a func");
  }
  switch (parsed.kind) {
    case NameKind::constructor:
      return check_constructor(arena_, arena_[*id], names, parsed.resource);
    case NameKind::method:
      return check_method(arena_, arena_[*id], names, parsed.resource);
    default:
      if (!names.resource_names.contains(parsed.resource)) {
        return Error(ErrorKind::invalid, "static resource name is not known in this context");
      }
      return {};
  }
}

}  // namespace wasmcloud::component::internal
