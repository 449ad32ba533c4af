#include "wasmcloud/component/type_subset.h"

#include <utility>

#include "wasmcloud/component/type_elements.h"

namespace wasmcloud::component {
void TypeSubset::replace(ValType& type) {
  if (const auto* const id = std::get_if<DefinedTypeId>(&type.rep)) {
    type = add(*id);
  }
}

DefinedTypeId TypeSubset::add(DefinedTypeId id) {
  const std::uint32_t body = from_.body(id);
  if (const auto known = defined_.find(body); known != defined_.end()) {
    return known->second;
  }
  types::Defined type = from_[id];
  each_element(type, [this](ValType& element) { replace(element); });
  return defined_[body] = to_.add(std::move(type));
}

FuncTypeId TypeSubset::add(FuncTypeId id) {
  if (const auto known = funcs_.find(id); known != funcs_.end()) {
    return known->second;
  }
  types::Func type = from_[id];
  for (types::Param& param : type.params) {
    replace(param.type);
  }
  if (type.result) {
    replace(*type.result);
  }
  return funcs_[id] = to_.add(std::move(type));
}

InstanceTypeId TypeSubset::add(InstanceTypeId id) {
  if (const auto known = instances_.find(id); known != instances_.end()) {
    return known->second;
  }
  InstanceType type;
  type.exports = add(from_[id].exports);
  return instances_[id] = to_.add(std::move(type));
}

std::vector<NamedEntity> TypeSubset::add(const std::vector<NamedEntity>& entities) {
  std::vector<NamedEntity> kept;
  for (const NamedEntity& each : entities) {
    if (const auto* const func = std::get_if<FuncTypeId>(&each.entity)) {
      kept.push_back({.name = each.name, .entity = add(*func)});
    } else if (const auto* const instance = std::get_if<InstanceTypeId>(&each.entity)) {
      kept.push_back({.name = each.name, .entity = add(*instance)});
    } else if (const auto* const type = std::get_if<TypeEntity>(&each.entity);
               type != nullptr && std::holds_alternative<ResourceId>(type->type)) {
      kept.push_back({.name = each.name, .entity = TypeEntity{.type = type->type}});
    }
  }
  return kept;
}

}  // namespace wasmcloud::component
