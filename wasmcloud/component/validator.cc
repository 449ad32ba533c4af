#include "wasmcloud/component/validator.h"

#include <utility>

#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component {
namespace internal {

Result<> Checker::check_component(const ast::Component& component, TypedComponent& out) {
  out.syntax = &component;
  WC_CHECK(push_scope(Scope::Kind::component, &out));
  WC_CHECK(check_definitions(component));
  offset_ = component.offset;
  WC_TRY(ComponentType type, finish_component_type());
  scopes_.pop_back();
  out.type = arena_.add(std::move(type));
  return check_extent(arena_.extent(out.type));
}

Result<> Checker::check_definitions(const ast::Component& component) {
  for (const ast::Definition& definition : component.definitions) {
    WC_CHECK(budget_.spend(4));
    WC_CHECK(std::visit([&](const auto& of) { return define(of); }, definition));
  }
  return {};
}

Result<> Checker::define(const std::unique_ptr<CoreModule>& module) {
  offset_ = module->offset;
  ModuleType type;
  for (const CoreImport& import : module->imports) {
    type.imports.push_back({std::string(import.module), std::string(import.name), import.type});
  }
  for (const CoreExport& export_ : module->exports) {
    type.exports.push_back({std::string(export_.name), export_.type});
  }
  WC_TRY(const ModuleTypeId id, add_module(std::move(type)));
  spaces().core_modules.push_back(id);
  return {};
}

Result<> Checker::define(const std::unique_ptr<ast::Component>& component) {
  auto nested = std::make_unique<TypedComponent>();
  WC_CHECK(check_component(*component, *nested));
  spaces().components.push_back(nested->type);
  spaces().nested.push_back(std::move(nested));
  return {};
}

Result<> Checker::define(const ast::CoreType& type) {
  offset_ = type.offset;
  return add_core_type(type);
}

Result<> Checker::define(const ast::Type& type) {
  offset_ = type.offset;
  return add_type(type);
}

Result<> Checker::define(const ast::Start& start) {
  offset_ = start.offset;
  return Error(ErrorKind::unsupported, "component start functions are not supported");
}

Result<> Checker::define(const ast::ValueDef& value) {
  offset_ = value.offset;
  return Error(ErrorKind::unsupported, "component values are not supported");
}

// 2.4: no resource of its own may be in what a component imports, and those in what it exports must
// be exported under a name.
Result<ComponentType> Checker::finish_component_type() {
  ComponentType type;
  type.imports = spaces().imports;
  type.exports = spaces().exports;
  type.imported_resources = scope().imported_resources;
  if (!scope().defined_order.empty()) {
    WC_TRY(const auto imported, free_resources(arena_, budget_, type.imports));
    for (const ResourceId resource : imported) {
      if (scope().defined_resources.contains(resource)) {
        return Error(ErrorKind::invalid, "local resource type found in imports");
      }
    }
    WC_TRY(type.defined_resources, exported_resources());
  }
  return type;
}

Result<std::vector<ResourceId>> Checker::exported_resources() {
  WC_TRY(const auto mentioned, free_resources(arena_, budget_, spaces().exports));
  std::unordered_set<ResourceId> named;
  std::unordered_set<InstanceTypeId> seen;
  std::vector<const std::vector<NamedEntity>*> left = {&spaces().exports};
  while (!left.empty()) {
    const auto* list = left.back();
    left.pop_back();
    for (const NamedEntity& item : *list) {
      WC_CHECK(budget_.spend());
      if (const auto* instance = std::get_if<InstanceTypeId>(&item.entity)) {
        if (arena_.extent(*instance).mentions_resources && seen.insert(*instance).second) {
          left.push_back(&arena_[*instance].exports);
        }
      } else if (const auto* entity = std::get_if<TypeEntity>(&item.entity)) {
        if (const auto* resource = std::get_if<ResourceId>(&entity->type)) {
          named.insert(*resource);
        }
      }
    }
  }
  std::vector<ResourceId> out;
  for (const ResourceId resource : scope().defined_order) {
    if (!mentioned.contains(resource)) {
      continue;
    }
    if (!named.contains(resource)) {
      return Error(ErrorKind::invalid,
                   "local resource type found in export but not exported itself");
    }
    out.push_back(resource);
  }
  return out;
}

}  // namespace internal

Result<std::unique_ptr<Validated>> validate(const ast::Component& component,
                                            const Features& features) {
  auto out = std::make_unique<Validated>();
  internal::Checker checker(out->arena, features);
  auto checked = checker.check_component(component, out->root);
  if (!checked) {
    const Error error = std::move(checked).error();
    return Error(error.kind(), "offset {:#x}: {}", checker.offset(), error.describe());
  }
  return out;
}

}  // namespace wasmcloud::component
