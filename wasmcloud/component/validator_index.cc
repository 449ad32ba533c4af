// Index spaces: an index must name something that is already defined, of the sort that is wanted
// (section 2.2 of the fact sheet).
#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

Error unknown(std::string_view what, std::uint32_t index) {
  return Error(ErrorKind::invalid, "unknown {} {}: {} index out of bounds", what, index, what);
}

template <typename T>
Result<T> at(const std::vector<T>& space, std::uint32_t index, std::string_view what) {
  if (index >= space.size()) {
    return unknown(what, index);
  }
  return space[index];
}

// Core types are copied from space to space: what that costs is counted.
std::uint64_t cost(const CoreExternType& type) {
  if (const auto* func = std::get_if<CoreFuncType>(&type)) {
    return func->params.size() + func->results.size();
  }
  return 1;
}

}  // namespace

Result<TypeEntity> Checker::type_at(std::uint32_t index) {
  return at(spaces().types, index, "type");
}

Result<DefinedTypeId> Checker::defined_type_at(std::uint32_t index) {
  WC_TRY(const TypeEntity type, type_at(index));
  const auto* value = std::get_if<ValType>(&type.type);
  if (value == nullptr) {
    return Error(ErrorKind::invalid, "type index {} is not a defined type", index);
  }
  return std::get<DefinedTypeId>(value->rep);
}

Result<FuncTypeId> Checker::func_type_at(std::uint32_t index) {
  WC_TRY(const TypeEntity type, type_at(index));
  const auto* func = std::get_if<FuncTypeId>(&type.type);
  if (func == nullptr) {
    return Error(ErrorKind::invalid, "type index {} is not a function type", index);
  }
  return *func;
}

Result<TypeEntity> Checker::resource_at(std::uint32_t index) {
  WC_TRY(const TypeEntity type, type_at(index));
  if (!std::holds_alternative<ResourceId>(type.type)) {
    return Error(ErrorKind::invalid, "type index {} is not a resource type", index);
  }
  return type;
}

Result<ValType> Checker::val_type(const ast::ValType& type) {
  if (const auto* primitive = std::get_if<Primitive>(&type)) {
    if (*primitive == Primitive::error_context) {
      WC_CHECK(require(features_.error_context, "`error-context`"));
    }
    return ValType(*primitive);
  }
  WC_TRY(const DefinedTypeId id, defined_type_at(std::get<std::uint32_t>(type)));
  return ValType(id);
}

Result<std::optional<ValType>> Checker::val_type(const std::optional<ast::ValType>& type) {
  if (!type) {
    return std::optional<ValType>();
  }
  WC_TRY(const ValType out, val_type(*type));
  return std::optional(out);
}

Result<FuncTypeId> Checker::func_at(std::uint32_t index) {
  return at(spaces().funcs, index, "function");
}

Result<InstanceTypeId> Checker::instance_at(std::uint32_t index) {
  return at(spaces().instances, index, "instance");
}

Result<ComponentTypeId> Checker::component_at(std::uint32_t index) {
  return at(spaces().components, index, "component");
}

Result<ModuleTypeId> Checker::module_at(std::uint32_t index) {
  return at(spaces().core_modules, index, "module");
}

Result<const CoreTypeEntry*> Checker::core_type_at(std::uint32_t index) {
  if (index >= scope().core_types.size()) {
    return unknown("core type", index);
  }
  return &scope().core_types[index];
}

Result<CoreFuncType> Checker::core_func_at(std::uint32_t index) {
  if (index >= spaces().core_funcs.size()) {
    return unknown("core function", index);
  }
  const CoreFuncType& func = spaces().core_funcs[index];
  WC_CHECK(budget_.spend(cost(func)));
  return func;
}

Result<CoreTableType> Checker::table_at(std::uint32_t index) {
  return at(spaces().core_tables, index, "table");
}

Result<CoreMemoryType> Checker::memory_at(std::uint32_t index) {
  return at(spaces().core_memories, index, "memory");
}

Result<const TypedComponent::CoreInstanceEntry*> Checker::core_instance_at(std::uint32_t index) {
  if (index >= spaces().core_instances.size()) {
    return unknown("core instance", index);
  }
  return &spaces().core_instances[index];
}

Result<CoreExternType> Checker::core_item_at(ast::SortIndex item) {
  switch (item.sort) {
    case Sort::core_func: {
      WC_TRY(CoreFuncType func, core_func_at(item.index));
      return CoreExternType(std::move(func));
    }
    case Sort::core_table: {
      WC_TRY(const CoreTableType table, table_at(item.index));
      return CoreExternType(table);
    }
    case Sort::core_memory: {
      WC_TRY(const CoreMemoryType memory, memory_at(item.index));
      return CoreExternType(memory);
    }
    case Sort::core_global: {
      WC_TRY(const CoreGlobalType global, at(spaces().core_globals, item.index, "global"));
      return CoreExternType(global);
    }
    case Sort::core_tag: {
      WC_TRY(CoreTagType tag, at(spaces().core_tags, item.index, "tag"));
      WC_CHECK(budget_.spend(cost(tag.type)));
      return CoreExternType(std::move(tag));
    }
    default:
      return Error(ErrorKind::invalid, "a {} cannot be exported from a core instance",
                   to_string(item.sort));
  }
}

Result<Entity> Checker::item_at(ast::SortIndex item) {
  switch (item.sort) {
    case Sort::core_module: {
      WC_TRY(const auto module, module_at(item.index));
      return Entity(module);
    }
    case Sort::func: {
      WC_TRY(const auto func, func_at(item.index));
      return Entity(func);
    }
    case Sort::type: {
      WC_TRY(const auto type, type_at(item.index));
      return Entity(type);
    }
    case Sort::component: {
      WC_TRY(const auto component, component_at(item.index));
      return Entity(component);
    }
    case Sort::instance: {
      WC_TRY(const auto instance, instance_at(item.index));
      return Entity(instance);
    }
    case Sort::value:
      return Error(ErrorKind::unsupported, "component values are not supported");
    default:
      return Error(ErrorKind::invalid, "a {} cannot be passed to or exported from a component",
                   to_string(item.sort));
  }
}

Result<> Checker::add_core_func(CoreFuncType type) {
  WC_CHECK(budget_.spend(4 + 2 * cost(type)));
  spaces().core_funcs.push_back(std::move(type));
  return {};
}

}  // namespace wasmcloud::component::internal
