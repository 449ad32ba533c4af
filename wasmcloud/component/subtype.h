// When one type may stand for another (Explainer.md "Type Checking"; section 2.3 of the fact
// sheet), and what follows for resources: which of the actual ones an expected one stands for.
// Value types have no subtypes, only equals; instances, components and modules have. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

// What a hostile component may cost in all: a step of a walk over types takes one, and so do each
// 16 bytes or so that are kept. Large real components need about a hundredth.
class WorkBudget {
 public:
  static constexpr std::uint64_t kDefault = 25'000'000;

  explicit WorkBudget(std::uint64_t steps = kDefault) noexcept : left_(steps) {}

  // Error `exhausted` when there is none left.
  Result<> spend(std::uint64_t steps = 1);

  std::uint64_t left() const noexcept { return left_; }

 private:
  std::uint64_t left_;
};

// Replaces resources (and, for external visibility, the names of types) all through a type. Parts
// that do not change are shared; a type is replaced once, however often it is met.
class Substitution {
 public:
  // Both must outlive it.
  Substitution(TypeArena& arena, WorkBudget& budget) : arena_(&arena), budget_(&budget) {}

  // To be called before the first `apply`.
  void replace(ResourceId from, ResourceId to) { resources_.emplace(from, to); }

  // `from` itself becomes `to`, its name included. Other types are left as they are.
  void rename(const TypeEntity& from, const TypeEntity& to);

  bool has(ResourceId resource) const { return resources_.contains(resource); }

  Result<Entity> apply(const Entity& entity);
  Result<std::vector<NamedEntity>> apply(const std::vector<NamedEntity>& list);
  Result<TypeEntity> apply(const TypeEntity& type);
  Result<ValType> apply(ValType type);
  Result<DefinedTypeId> apply(DefinedTypeId id);
  Result<FuncTypeId> apply(FuncTypeId id);
  Result<InstanceTypeId> apply(InstanceTypeId id);
  Result<ComponentTypeId> apply(ComponentTypeId id);

 private:
  Result<ValType> apply_changed(ValType type, bool& changed);
  Result<bool> apply_parts(types::Defined& type);
  void apply_resource(ResourceId& resource, ResourceName& name, bool& changed) const;
  bool leaves_alone(DefinedTypeId id) const;

  TypeArena* arena_;
  WorkBudget* budget_;
  std::unordered_map<ResourceId, ResourceId> resources_;
  std::unordered_map<std::uint64_t, std::pair<ResourceId, ResourceName>> resource_names_;
  std::unordered_map<DefinedTypeId, DefinedTypeId> defined_;
  std::unordered_map<std::uint32_t, DefinedTypeId> bodies_;
  std::unordered_map<FuncTypeId, FuncTypeId> funcs_;
  std::unordered_map<InstanceTypeId, InstanceTypeId> instances_;
  std::unordered_map<ComponentTypeId, ComponentTypeId> components_;
  // No defined type below this one can have a renamed part: parts come before wholes.
  std::uint32_t first_renamed_ = UINT32_MAX;
};

// Which list of a component is meant.
enum class Side : std::uint8_t { imports, exports };

class Subtyping {
 public:
  // Both must outlive it.
  Subtyping(TypeArena& arena, WorkBudget& budget) : arena_(&arena), budget_(&budget) {}

  // Error `invalid`, innermost cause as the message, the way to it as context, if `actual` cannot
  // stand for `expected`.
  Result<> check(const Entity& actual, const Entity& expected);
  Result<> check(const TypeEntity& actual, const TypeEntity& expected);
  Result<> check(ValType actual, ValType expected);
  Result<> check(FuncTypeId actual, FuncTypeId expected);
  Result<> check(InstanceTypeId actual, InstanceTypeId expected);
  Result<> check(ComponentTypeId actual, ComponentTypeId expected);
  Result<> check(ModuleTypeId actual, ModuleTypeId expected);

  // Checks that `supplied` (name to entity, null if there is none) has all that a component imports
  // (or exports), and yields the substitution of what the component calls by its own names.
  template <typename Supplied>
  Result<Substitution> open(const ComponentType& component, Side side, const Supplied& supplied);

  // Finds for each of `resources` what it stands for in `actual`, where `expected` names it.
  // Whatever does not fit is skipped: the check that follows will tell.
  Result<> match(const Entity& expected, const Entity& actual,
                 const std::unordered_set<ResourceId>& resources, Substitution& out);

 private:
  struct Pair {
    const NamedEntity* expected;
    const Entity* actual;
  };

  Result<> check(DefinedTypeId actual, DefinedTypeId expected);
  Result<> check_bodies(const types::Defined& actual, const types::Defined& expected);
  Result<> check_body(Primitive actual, Primitive expected);
  Result<> check_body(const types::Record& actual, const types::Record& expected);
  Result<> check_body(const types::Variant& actual, const types::Variant& expected);
  Result<> check_body(const types::Tuple& actual, const types::Tuple& expected);
  Result<> check_body(const types::List& actual, const types::List& expected);
  Result<> check_body(const types::FixedList& actual, const types::FixedList& expected);
  Result<> check_body(const types::Flags& actual, const types::Flags& expected);
  Result<> check_body(const types::Enum& actual, const types::Enum& expected);
  Result<> check_body(const types::Option& actual, const types::Option& expected);
  Result<> check_body(const types::Result& actual, const types::Result& expected);
  Result<> check_body(const types::Own& actual, const types::Own& expected);
  Result<> check_body(const types::Borrow& actual, const types::Borrow& expected);
  Result<> check_body(const types::Stream& actual, const types::Stream& expected);
  Result<> check_body(const types::Future& actual, const types::Future& expected);
  Result<> check_body(const types::Map& actual, const types::Map& expected);
  Result<> check_optional(const std::optional<ValType>& actual,
                          const std::optional<ValType>& expected, std::string_view what);
  Result<Substitution> open(std::span<const Pair> pairs, const std::vector<ResourceId>& resources,
                            Side side);
  Result<> match_in(const Entity& expected, const Entity& actual,
                    const std::unordered_set<ResourceId>& resources,
                    std::unordered_set<InstanceTypeId>& seen, Substitution& out);
  Result<> rename(const Entity& expected, const Entity& actual, Substitution& out);
  // Whether this pair of ids has been found to fit before (and, from now on, is).
  bool known(std::uint32_t kind, std::uint32_t actual, std::uint32_t expected) const;
  void learn(std::uint32_t kind, std::uint32_t actual, std::uint32_t expected);

  TypeArena* arena_;
  WorkBudget* budget_;
  std::array<std::unordered_set<std::uint64_t>, 5> known_;
};

// Core types: 2.3 "Core entity matching".
Result<> check_core_subtype(const CoreExternType& actual, const CoreExternType& expected);
Result<> check_core_memory(const CoreMemoryType& actual, const CoreMemoryType& expected);
Result<> check_core_table(const CoreTableType& actual, const CoreTableType& expected);

// "func", "module", "record", "resource"...: as error messages name it.
std::string_view describe(const Entity& entity) noexcept;
std::string_view describe(const TypeArena& arena, const TypeEntity& type) noexcept;
std::string_view describe(const types::Defined& type) noexcept;
std::string_view describe(const CoreExternType& type) noexcept;
// "i32", "funcref", ...
std::string to_string(const CoreValType& type);

// Each resource that the entity mentions and does not itself bind, in no particular order.
Result<std::unordered_set<ResourceId>> free_resources(const TypeArena& arena, WorkBudget& budget,
                                                      std::span<const NamedEntity> entities);

std::string missing_message(Side side, std::string_view name);

template <typename Supplied>
Result<Substitution> Subtyping::open(const ComponentType& component, Side side,
                                     const Supplied& supplied) {
  const auto& list = side == Side::imports ? component.imports : component.exports;
  std::vector<Pair> pairs;
  pairs.reserve(list.size());
  for (const NamedEntity& expected : list) {
    WC_CHECK(budget_->spend());
    const Entity* actual = supplied(expected.name);
    if (actual == nullptr) {
      return Error(ErrorKind::invalid, "{}", missing_message(side, expected.name));
    }
    pairs.push_back({&expected, actual});
  }
  return open(pairs,
              side == Side::imports ? component.imported_resources : component.defined_resources,
              side);
}

}  // namespace wasmcloud::component
