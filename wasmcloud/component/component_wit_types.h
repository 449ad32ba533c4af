// From the types of a component to types of WIT: which types are new, which are other names of one
// that is there, and what a function belongs to. For component_wit*.cc alone. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/component_wit_draft.h"
#include "wasmcloud/component/subtype.h"
#include "wasmcloud/component/types.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::component::internal {

class WitTypes {
 public:
  // All must outlive it.
  WitTypes(const TypeArena& arena, WitDraft& draft, WorkBudget& budget)
      : arena_(arena), draft_(draft), budget_(budget) {}

  // Where what follows stands. Types that are there already keep their places; another mention of
  // one must say the same.
  Result<> enter(wit::InterfaceId id);
  Result<> enter(wit::WorldId id);

  Result<wit::TypeId> declare_type(const NamedEntity& item, const TypeEntity& type);
  // Adds it to the scope, or to its resource.
  Result<wit::FunctionId> declare_function(const NamedEntity& item, FuncTypeId type);
  // The same, but leaves it to the caller where it stands.
  Result<wit::FunctionId> function(const NamedEntity& item, FuncTypeId type);

 private:
  using ResourceKey = std::pair<ResourceId, ResourceName>;

  Result<> enter(wit::Owner owner, const DraftScope& scope);
  DraftScope& scope();
  // Names that differ in case alone are the same in WIT.
  Result<> claim(std::string_view name);
  Result<wit::Function> make_function(const NamedEntity& item, FuncTypeId type);
  Result<> place(wit::Function& function, std::string_view name);
  Result<wit::TypeId> mention_again(wit::TypeId known, const NamedEntity& item,
                                    const TypeEntity& type);
  Result<> check_function_again(wit::FunctionId known, const NamedEntity& item, FuncTypeId type);
  Result<wit::TypeId> add_type(wit::TypeDefinition type);

  // What it is another name of.
  std::optional<wit::TypeId> aliased(const TypeEntity& type) const;
  std::optional<wit::TypeId> known_type(DefinedTypeId id) const;
  Result<> check_usable(wit::TypeId type) const;
  // The type by a name that it has in this scope.
  Result<wit::TypeId> local(wit::TypeId type) const;
  wit::TypeId target(wit::TypeId type) const;

  Result<wit::TypeRef> convert(ValType type);
  Result<std::optional<wit::TypeRef>> convert(const std::optional<ValType>& type);
  Result<wit::types::Body> body_of(DefinedTypeId id);
  Result<wit::types::Body> body(Primitive type);
  Result<wit::types::Body> body(const types::Record& type);
  Result<wit::types::Body> body(const types::Variant& type);
  Result<wit::types::Body> body(const types::List& type);
  Result<wit::types::Body> body(const types::FixedList& type);
  Result<wit::types::Body> body(const types::Tuple& type);
  Result<wit::types::Body> body(const types::Flags& type);
  Result<wit::types::Body> body(const types::Enum& type);
  Result<wit::types::Body> body(const types::Option& type);
  Result<wit::types::Body> body(const types::Result& type);
  Result<wit::types::Body> body(const types::Own& type);
  Result<wit::types::Body> body(const types::Borrow& type);
  Result<wit::types::Body> body(const types::Stream& type);
  Result<wit::types::Body> body(const types::Future& type);
  Result<wit::types::Body> body(const types::Map& type);
  Result<wit::TypeId> resource(ResourceId id, ResourceName name) const;

  // Whether two mean the same, by whatever names.
  bool same(wit::TypeRef a, wit::TypeRef b);
  bool same(const std::optional<wit::TypeRef>& a, const std::optional<wit::TypeRef>& b);
  bool same(const wit::types::Body& a, const wit::types::Body& b);

  const TypeArena& arena_;
  WitDraft& draft_;
  WorkBudget& budget_;
  wit::Owner owner_;
  std::unordered_map<DefinedTypeId, wit::TypeId> types_;  // those with names
  std::map<ResourceKey, wit::TypeId> resources_;
  std::unordered_map<ResourceId, wit::TypeId> first_names_;  // of resources
  std::unordered_map<DefinedTypeId, wit::TypeRef> unnamed_;  // of this scope
  std::map<wit::TypeId, wit::TypeId> local_;                 // what a type is called in this scope
  std::vector<wit::TypeId> targets_;                         // what an alias comes to, by type
  std::map<std::pair<wit::TypeId, wit::TypeId>, bool> compared_;
};

}  // namespace wasmcloud::component::internal
