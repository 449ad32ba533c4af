// Those types of an arena that something needs, in an arena of their own: what is kept of the types
// of a component once it is compiled. Internal to the module.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

// Copies what it is given, and what that is made of. Resources keep their ids; names of types and
// of resources, which mean nothing at run time, are left out.
class TypeSubset {
 public:
  // Both must outlive it.
  TypeSubset(const TypeArena& from, TypeArena& to) : from_(from), to_(to) {}

  FuncTypeId add(FuncTypeId id);
  // Functions, resources and instances of these; what else has a name is left out, because nothing
  // at run time asks for it.
  std::vector<NamedEntity> add(const std::vector<NamedEntity>& entities);

 private:
  void replace(ValType& type);
  DefinedTypeId add(DefinedTypeId id);
  InstanceTypeId add(InstanceTypeId id);

  const TypeArena& from_;
  TypeArena& to_;
  std::map<std::uint32_t, DefinedTypeId> defined_;  // by body
  std::map<FuncTypeId, FuncTypeId> funcs_;
  std::map<InstanceTypeId, InstanceTypeId> instances_;
};

}  // namespace wasmcloud::component
