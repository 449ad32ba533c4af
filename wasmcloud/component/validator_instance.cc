// Instantiation, and instances made of what is at hand (Explainer.md "Instance Definitions"; 2.3 of
// the fact sheet).
#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::uint64_t cost(const CoreExternType& type) {
  const auto* func = std::get_if<CoreFuncType>(&type);
  return 12 + (func == nullptr ? 0 : 2 * (func->params.size() + func->results.size()));
}

// A list gives no new names: what it exports went by the same one before.
void remember_name(Entity& entity) {
  auto* const type = std::get_if<TypeEntity>(&entity);
  if (type == nullptr) {
    return;
  }
  if (const auto* const value = std::get_if<ValType>(&type->type)) {
    type->former = std::get<DefinedTypeId>(value->rep);
  } else if (std::holds_alternative<ResourceId>(type->type)) {
    type->former_name = type->name;
  }
}

}  // namespace

Result<> Checker::define(const ast::CoreInstance& instance) {
  offset_ = instance.offset;
  return std::visit(
      Overloaded{
          [&](const ast::CoreInstantiate& body) { return instantiate_module(body); },
          [&](const std::vector<ast::CoreInlineExport>& body) { return bundle_core(body); },
      },
      instance.body);
}

Result<> Checker::instantiate_module(const ast::CoreInstantiate& instantiate) {
  WC_TRY(const ModuleTypeId id, module_at(instantiate.module));
  std::map<std::string_view, const TypedComponent::CoreInstanceEntry*> args;
  for (const ast::CoreArg& arg : instantiate.args) {
    WC_TRY(const auto* instance, core_instance_at(arg.instance));
    if (!args.emplace(arg.name, instance).second) {
      return Error(ErrorKind::invalid, "duplicate module instantiation argument named `{}`",
                   arg.name);
    }
  }
  const ModuleType& module = arena_[id];
  for (const ModuleType::Import& import : module.imports) {
    WC_CHECK(budget_.spend(cost(import.type)));
    const auto arg = args.find(import.module);
    if (arg == args.end()) {
      return Error(ErrorKind::invalid, "missing module instantiation argument named `{}`",
                   import.module);
    }
    const auto item = arg->second->exports.find(import.name);
    if (item == arg->second->exports.end()) {
      return Error(ErrorKind::invalid,
                   "module instantiation argument `{}` does not export an item named `{}`",
                   import.module, import.name);
    }
    WC_CHECK(check_core_subtype(item->second, import.type),
             "type mismatch for export `{}` of module instantiation argument `{}`", import.name,
             import.module);
  }
  TypedComponent::CoreInstanceEntry made;
  for (const ModuleType::Export& export_ : module.exports) {
    WC_CHECK(budget_.spend(cost(export_.type) + export_.name.size() / 16));
    made.exports.emplace(export_.name, export_.type);
  }
  spaces().core_instances.push_back(std::move(made));
  return {};
}

Result<> Checker::bundle_core(const std::vector<ast::CoreInlineExport>& exports) {
  TypedComponent::CoreInstanceEntry made;
  for (const ast::CoreInlineExport& export_ : exports) {
    WC_TRY(CoreExternType item, core_item_at(export_.item));
    WC_CHECK(budget_.spend(cost(item) + export_.name.size() / 16));
    if (!made.exports.emplace(export_.name, std::move(item)).second) {
      return Error(ErrorKind::invalid, "duplicate instantiation export name `{}` already defined",
                   export_.name);
    }
  }
  spaces().core_instances.push_back(std::move(made));
  return {};
}

Result<> Checker::define(const ast::Instance& instance) {
  offset_ = instance.offset;
  return std::visit(Overloaded{
                        [&](const ast::Instantiate& body) { return instantiate(body); },
                        [&](const std::vector<ast::InlineExport>& body) { return bundle(body); },
                    },
                    instance.body);
}

// The component's imports must be supplied; what it then exports is in terms of what was supplied,
// and its own resources are made anew.
Result<> Checker::instantiate(const ast::Instantiate& instantiate) {
  WC_TRY(const ComponentTypeId id, component_at(instantiate.component));
  std::map<std::string_view, Entity> args;
  for (const ast::Arg& arg : instantiate.args) {
    WC_TRY(const Entity item, item_at(arg.item));
    if (!args.emplace(arg.name, item).second) {
      return Error(ErrorKind::invalid,
                   "instantiation argument `{}` conflicts with previous argument `{}`", arg.name,
                   arg.name);
    }
  }
  const ComponentType& component = arena_[id];
  WC_TRY(Substitution substitution,
         subtyping_.open(component, Side::imports, [&](std::string_view name) -> const Entity* {
           const auto found = args.find(name);
           return found == args.end() ? nullptr : &found->second;
         }));
  for (const ResourceId old : component.defined_resources) {
    WC_CHECK(budget_.spend());
    const ResourceId made = arena_.add_resource();
    substitution.replace(old, made);
    scope().define(made, false);
  }
  InstanceType made;
  WC_TRY(made.exports, substitution.apply(component.exports));
  spaces().instances.push_back(arena_.add(std::move(made)));
  return check_extent(arena_.extent(spaces().instances.back()));
}

// No name is bound by such a list, so that no annotated name can refer to one.
Result<> Checker::bundle(const std::vector<ast::InlineExport>& exports) {
  InstanceType made;
  NameScope names;
  for (const ast::InlineExport& export_ : exports) {
    offset_ = export_.name.offset;
    WC_CHECK(budget_.spend());
    WC_TRY(Entity item, item_at(export_.item));
    WC_CHECK(check_name(export_.name, ExternKind::export_, item, names));
    remember_name(item);
    made.exports.push_back({std::string(export_.name.name), item, attributes_of(export_.name)});
  }
  spaces().instances.push_back(arena_.add(std::move(made)));
  return check_extent(arena_.extent(spaces().instances.back()));
}

}  // namespace wasmcloud::component::internal
