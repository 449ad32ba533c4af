#include <algorithm>
#include <utility>

#include "wasmcloud/component/subtype.h"

namespace wasmcloud::component {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::uint64_t key(ResourceId resource, ResourceName name) noexcept {
  return (std::uint64_t{static_cast<std::uint32_t>(resource)} << 32) |
         static_cast<std::uint32_t>(name);
}

// Every resource met, and every one bound, in one walk that enters each type once.
class ResourceCollector {
 public:
  ResourceCollector(const TypeArena& arena, WorkBudget& budget)
      : arena_(&arena), budget_(&budget) {}

  Result<> visit(const Entity& entity) {
    WC_CHECK(budget_->spend());
    if (!arena_->extent(entity).mentions_resources) {
      return {};
    }
    return std::visit([&](const auto& of) { return enter(of); }, entity);
  }

  std::unordered_set<ResourceId> finish() && {
    for (const ResourceId resource : bound_) {
      met_.erase(resource);
    }
    return std::move(met_);
  }

 private:
  Result<> enter(ModuleTypeId) { return {}; }

  Result<> enter(const TypeEntity& type) {
    return std::visit([&](const auto& of) { return enter(of); }, type.type);
  }

  Result<> enter(ResourceId resource) {
    met_.insert(resource);
    return {};
  }

  Result<> enter(ValType type) {
    const auto* id = std::get_if<DefinedTypeId>(&type.rep);
    if (id == nullptr || !arena_->extent(*id).mentions_resources ||
        !bodies_.insert(arena_->body(*id)).second) {
      return {};
    }
    WC_CHECK(budget_->spend(parts((*arena_)[*id])));
    return enter_parts((*arena_)[*id]);
  }

  Result<> enter(const std::optional<ValType>& type) { return type ? enter(*type) : Result<>{}; }

  Result<> enter_parts(const types::Defined& type) {
    return std::visit(Overloaded{
                          [&](const types::Record& t) { return enter_all(t.fields); },
                          [&](const types::Variant& t) { return enter_all(t.cases); },
                          [&](const types::Tuple& t) -> Result<> {
                            for (const ValType element : t.types) {
                              WC_CHECK(enter(element));
                            }
                            return {};
                          },
                          [&](const types::List& t) { return enter(t.element); },
                          [&](const types::FixedList& t) { return enter(t.element); },
                          [&](const types::Option& t) { return enter(t.type); },
                          [&](const types::Stream& t) { return enter(t.element); },
                          [&](const types::Future& t) { return enter(t.element); },
                          [&](const types::Own& t) { return enter(t.resource); },
                          [&](const types::Borrow& t) { return enter(t.resource); },
                          [&](const types::Result& t) -> Result<> {
                            WC_CHECK(enter(t.ok));
                            return enter(t.err);
                          },
                          [&](const types::Map& t) -> Result<> {
                            WC_CHECK(enter(t.key));
                            return enter(t.value);
                          },
                          [](const auto&) -> Result<> { return {}; },
                      },
                      type);
  }

  template <typename List>
  Result<> enter_all(const List& list) {
    for (const auto& item : list) {
      WC_CHECK(enter(item.type));
    }
    return {};
  }

  Result<> enter(FuncTypeId id) {
    if (!funcs_.insert(id).second) {
      return {};
    }
    const types::Func& func = (*arena_)[id];
    WC_CHECK(budget_->spend(func.params.size()));
    WC_CHECK(enter_all(func.params));
    return enter(func.result);
  }

  Result<> enter(InstanceTypeId id) {
    if (!instances_.insert(id).second) {
      return {};
    }
    const InstanceType& instance = (*arena_)[id];
    bound_.insert(instance.defined_resources.begin(), instance.defined_resources.end());
    return visit_all(instance.exports);
  }

  Result<> enter(ComponentTypeId id) {
    if (!components_.insert(id).second) {
      return {};
    }
    const ComponentType& component = (*arena_)[id];
    bound_.insert(component.imported_resources.begin(), component.imported_resources.end());
    bound_.insert(component.defined_resources.begin(), component.defined_resources.end());
    WC_CHECK(visit_all(component.imports));
    return visit_all(component.exports);
  }

  Result<> visit_all(const std::vector<NamedEntity>& list) {
    for (const NamedEntity& item : list) {
      WC_CHECK(visit(item.entity));
    }
    return {};
  }

  const TypeArena* arena_;
  WorkBudget* budget_;
  std::unordered_set<ResourceId> met_;
  std::unordered_set<ResourceId> bound_;
  std::unordered_set<std::uint32_t> bodies_;
  std::unordered_set<FuncTypeId> funcs_;
  std::unordered_set<InstanceTypeId> instances_;
  std::unordered_set<ComponentTypeId> components_;
};

}  // namespace

Result<> WorkBudget::spend(std::uint64_t steps) {
  if (steps > left_) {
    left_ = 0;
    return Error(ErrorKind::exhausted,
                 "the component is too large: working out its types and instances takes too long");
  }
  left_ -= steps;
  return {};
}

Result<std::unordered_set<ResourceId>> free_resources(const TypeArena& arena, WorkBudget& budget,
                                                      std::span<const NamedEntity> entities) {
  ResourceCollector collector(arena, budget);
  for (const NamedEntity& item : entities) {
    WC_CHECK(collector.visit(item.entity));
  }
  return std::move(collector).finish();
}

void Substitution::rename(const TypeEntity& from, const TypeEntity& to) {
  const auto* old_type = std::get_if<ValType>(&from.type);
  const auto* new_type = std::get_if<ValType>(&to.type);
  if (old_type != nullptr && new_type != nullptr) {
    const auto* old_id = std::get_if<DefinedTypeId>(&old_type->rep);
    const auto* new_id = std::get_if<DefinedTypeId>(&new_type->rep);
    if (old_id != nullptr && new_id != nullptr && *old_id != *new_id) {
      defined_.insert_or_assign(*old_id, *new_id);
      first_renamed_ = std::min(first_renamed_, static_cast<std::uint32_t>(*old_id));
    }
    return;
  }
  const auto* old_resource = std::get_if<ResourceId>(&from.type);
  const auto* new_resource = std::get_if<ResourceId>(&to.type);
  if (old_resource != nullptr && new_resource != nullptr) {
    resource_names_.insert_or_assign(key(*old_resource, from.name),
                                     std::pair(*new_resource, to.name));
  }
}

bool Substitution::leaves_alone(DefinedTypeId id) const {
  const bool resources = !resources_.empty() || !resource_names_.empty();
  return static_cast<std::uint32_t>(id) < first_renamed_ &&
         !(resources && arena_->extent(id).mentions_resources);
}

void Substitution::apply_resource(ResourceId& resource, ResourceName& name, bool& changed) const {
  if (const auto renamed = resource_names_.find(key(resource, name));
      renamed != resource_names_.end()) {
    changed |= renamed->second != std::pair(resource, name);
    std::tie(resource, name) = renamed->second;
    return;
  }
  if (const auto replaced = resources_.find(resource); replaced != resources_.end()) {
    changed |= replaced->second != resource;
    resource = replaced->second;
  }
}

Result<Entity> Substitution::apply(const Entity& entity) {
  WC_CHECK(budget_->spend());
  return std::visit(Overloaded{
                        [&](ModuleTypeId id) -> Result<Entity> { return Entity(id); },
                        [&](const auto& of) -> Result<Entity> {
                          WC_TRY(auto changed, apply(of));
                          return Entity(changed);
                        },
                    },
                    entity);
}

Result<std::vector<NamedEntity>> Substitution::apply(const std::vector<NamedEntity>& list) {
  std::vector<NamedEntity> out;
  out.reserve(list.size());
  for (const NamedEntity& item : list) {
    WC_CHECK(budget_->spend(8 + item.name.size() / 16));
    WC_TRY(Entity entity, apply(item.entity));
    out.push_back({item.name, entity, item.attributes});
  }
  return out;
}

Result<TypeEntity> Substitution::apply(const TypeEntity& type) {
  TypeEntity out = type;
  bool changed = false;
  if (auto* resource = std::get_if<ResourceId>(&out.type)) {
    if (out.former_name) {
      ResourceId former = *resource;
      apply_resource(former, *out.former_name, changed);
    }
    apply_resource(*resource, out.name, changed);
    return out;
  }
  if (out.former) {
    WC_TRY(*out.former, apply(*out.former));
  }
  WC_TRY(out.type, std::visit(Overloaded{
                                  [](ResourceId of) -> Result<decltype(out.type)> { return of; },
                                  [&](auto of) -> Result<decltype(out.type)> { return apply(of); },
                              },
                              type.type));
  return out;
}

Result<ValType> Substitution::apply(ValType type) {
  const auto* id = std::get_if<DefinedTypeId>(&type.rep);
  if (id == nullptr) {
    return type;
  }
  WC_TRY(const DefinedTypeId changed, apply(*id));
  return ValType(changed);
}

Result<ValType> Substitution::apply_changed(ValType type, bool& changed) {
  WC_CHECK(budget_->spend());
  WC_TRY(const ValType out, apply(type));
  changed |= out != type;
  return out;
}

// Replaces the parts in place; whether any changed.
Result<bool> Substitution::apply_parts(types::Defined& type) {
  bool changed = false;
  const auto one = [&](ValType& part) -> Result<> {
    WC_TRY(part, apply_changed(part, changed));
    return {};
  };
  const auto maybe = [&](std::optional<ValType>& part) -> Result<> {
    return part ? one(*part) : Result<>{};
  };
  const auto each = [](auto& list, auto f) -> Result<> {
    for (auto& item : list) {
      WC_CHECK(f(item));
    }
    return {};
  };
  WC_CHECK(
      std::visit(Overloaded{
                     [&](types::Record& t) {
                       return each(t.fields, [&](types::Field& field) { return one(field.type); });
                     },
                     [&](types::Variant& t) {
                       return each(t.cases, [&](types::Case& item) { return maybe(item.type); });
                     },
                     [&](types::Tuple& t) { return each(t.types, one); },
                     [&](types::List& t) { return one(t.element); },
                     [&](types::FixedList& t) { return one(t.element); },
                     [&](types::Option& t) { return one(t.type); },
                     [&](types::Stream& t) { return maybe(t.element); },
                     [&](types::Future& t) { return maybe(t.element); },
                     [&](types::Result& t) -> Result<> {
                       WC_CHECK(maybe(t.ok));
                       return maybe(t.err);
                     },
                     [&](types::Map& t) -> Result<> {
                       WC_CHECK(one(t.key));
                       return one(t.value);
                     },
                     [&](types::Own& t) -> Result<> {
                       apply_resource(t.resource, t.name, changed);
                       return {};
                     },
                     [&](types::Borrow& t) -> Result<> {
                       apply_resource(t.resource, t.name, changed);
                       return {};
                     },
                     [](auto&) -> Result<> { return {}; },
                 },
                 type));
  return changed;
}

Result<DefinedTypeId> Substitution::apply(DefinedTypeId id) {
  if (const auto known = defined_.find(id); known != defined_.end()) {
    return known->second;
  }
  if (leaves_alone(id)) {
    return id;
  }
  const std::uint32_t body = arena_->body(id);
  if (const auto known = bodies_.find(body); known != bodies_.end()) {
    const bool unchanged = arena_->body(known->second) == body;
    const DefinedTypeId out = unchanged ? id : arena_->add_name(known->second);
    defined_.emplace(id, out);
    return out;
  }
  const types::Defined& old = (*arena_)[id];
  WC_CHECK(budget_->spend(12 + 4 * parts(old)));
  types::Defined type = old;
  WC_TRY(const bool changed, apply_parts(type));
  const DefinedTypeId out = changed ? arena_->add(std::move(type)) : id;
  bodies_.emplace(body, out);
  defined_.emplace(id, out);
  return out;
}

Result<FuncTypeId> Substitution::apply(FuncTypeId id) {
  if (const auto known = funcs_.find(id); known != funcs_.end()) {
    return known->second;
  }
  WC_CHECK(budget_->spend(8 + 4 * (*arena_)[id].params.size()));
  types::Func func = (*arena_)[id];
  bool changed = false;
  for (types::Param& param : func.params) {
    WC_TRY(param.type, apply_changed(param.type, changed));
  }
  if (func.result) {
    WC_TRY(*func.result, apply_changed(*func.result, changed));
  }
  const FuncTypeId out = changed ? arena_->add(std::move(func)) : id;
  funcs_.emplace(id, out);
  return out;
}

namespace {
bool same(const Entity& a, const Entity& b) {
  return a.index() == b.index() &&
         std::visit(Overloaded{
                        [&](const TypeEntity& t) {
                          const auto& u = std::get<TypeEntity>(b);
                          return t.type == u.type && t.name == u.name && t.former == u.former &&
                                 t.former_name == u.former_name;
                        },
                        [&]<typename T>(const T& t) { return t == std::get<T>(b); },
                    },
                    a);
}

bool same(const std::vector<NamedEntity>& a, const std::vector<NamedEntity>& b) {
  return std::ranges::equal(
      a, b, [](const NamedEntity& x, const NamedEntity& y) { return same(x.entity, y.entity); });
}
}  // namespace

Result<InstanceTypeId> Substitution::apply(InstanceTypeId id) {
  if (const auto known = instances_.find(id); known != instances_.end()) {
    return known->second;
  }
  const InstanceType& old = (*arena_)[id];
  WC_TRY(auto exports, apply(old.exports));
  InstanceTypeId out = id;
  if (!same(exports, old.exports)) {
    out = arena_->add(InstanceType{
        .exports = std::move(exports), .defined_resources = old.defined_resources, .by_name = {}});
  }
  instances_.emplace(id, out);
  return out;
}

Result<ComponentTypeId> Substitution::apply(ComponentTypeId id) {
  if (const auto known = components_.find(id); known != components_.end()) {
    return known->second;
  }
  const ComponentType& old = (*arena_)[id];
  WC_TRY(auto imports, apply(old.imports));
  WC_TRY(auto exports, apply(old.exports));
  ComponentTypeId out = id;
  if (!same(imports, old.imports) || !same(exports, old.exports)) {
    ComponentType type;
    type.imports = std::move(imports);
    type.exports = std::move(exports);
    type.imported_resources = old.imported_resources;
    type.defined_resources = old.defined_resources;
    out = arena_->add(std::move(type));
  }
  components_.emplace(id, out);
  return out;
}

}  // namespace wasmcloud::component
