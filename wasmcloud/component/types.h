// The types of a validated component. All types of one component tree live in one arena, are
// immutable once made, and are named by index; resources are told apart by identity (Explainer.md
// "Type Checking", CanonicalABI.md). Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wasmcloud/component/ast.h"

namespace wasmcloud::component {

// Strong indices into the arena.
enum class DefinedTypeId : std::uint32_t {};
enum class FuncTypeId : std::uint32_t {};
enum class InstanceTypeId : std::uint32_t {};
enum class ComponentTypeId : std::uint32_t {};
enum class ModuleTypeId : std::uint32_t {};
// The identity of a resource type as the checker sees it: one for each definition, import or
// instantiation that makes a distinct resource type. Which resource it is at run time is known when
// the component is compiled (compiler.h).
enum class ResourceId : std::uint32_t {};

struct ValType {
  ValType(Primitive primitive) : rep(primitive) {}  // NOLINT(google-explicit-constructor)

  ValType(DefinedTypeId id) : rep(id) {}  // NOLINT(google-explicit-constructor)

  std::variant<Primitive, DefinedTypeId> rep;
  friend bool operator==(const ValType&, const ValType&) = default;
};

namespace types {

struct Field {
  std::string name;
  ValType type;
};

struct Case {
  std::string name;
  std::optional<ValType> type;
};

struct Record {
  std::vector<Field> fields;
};

struct Variant {
  std::vector<Case> cases;
};

struct List {
  ValType element;
};

struct FixedList {
  ValType element;
  std::uint32_t length;
};

struct Tuple {
  std::vector<ValType> types;
};

struct Flags {
  std::vector<std::string> names;
};

struct Enum {
  std::vector<std::string> names;
};

struct Option {
  ValType type;
};

struct Result {
  std::optional<ValType> ok;
  std::optional<ValType> err;
};

struct Own {
  ResourceId resource;
};

struct Borrow {
  ResourceId resource;
};

struct Stream {
  std::optional<ValType> element;
};

struct Future {
  std::optional<ValType> element;
};

struct Map {
  ValType key;
  ValType value;
};

using Defined = std::variant<Primitive, Record, Variant, List, FixedList, Tuple, Flags, Enum,
                             Option, Result, Own, Borrow, Stream, Future, Map>;

struct Param {
  std::string name;
  ValType type;
};

struct Func {
  bool async = false;
  std::vector<Param> params;
  std::optional<ValType> result;
};

}  // namespace types

// The type of anything that can be imported, exported or passed to an instantiation.
struct TypeEntity {
  // A type that is exported or imported: a defined, function, instance or component type, or a
  // resource.
  std::variant<ValType, FuncTypeId, InstanceTypeId, ComponentTypeId, ResourceId> type;
};

using Entity = std::variant<ModuleTypeId, FuncTypeId, TypeEntity, ComponentTypeId, InstanceTypeId,
                            ValType /* a value */>;

struct NamedEntity {
  std::string name;
  Entity entity;
};

// In order of declaration; names are unique (lower-cased as 1.9 of the fact sheet has it).
struct InstanceType {
  std::vector<NamedEntity> exports;
  // Resources that are new in this type: each use of it as an import, or as the result of an
  // instantiation, makes them anew.
  std::vector<ResourceId> defined_resources;
  const Entity* find(std::string_view name) const noexcept;
};

struct ComponentType {
  std::vector<NamedEntity> imports;
  std::vector<NamedEntity> exports;
  std::vector<ResourceId> imported_resources;
  std::vector<ResourceId> defined_resources;
};

struct ModuleType {
  struct Import {
    std::string module;
    std::string name;
    CoreExternType type;
  };

  struct Export {
    std::string name;
    CoreExternType type;
  };

  std::vector<Import> imports;
  std::vector<Export> exports;
};

// Grows only; references stay valid for its life.
class TypeArena {
 public:
  const types::Defined& operator[](DefinedTypeId id) const { return defined_[index(id)]; }

  const types::Func& operator[](FuncTypeId id) const { return funcs_[index(id)]; }

  const InstanceType& operator[](InstanceTypeId id) const { return instances_[index(id)]; }

  const ComponentType& operator[](ComponentTypeId id) const { return components_[index(id)]; }

  const ModuleType& operator[](ModuleTypeId id) const { return modules_[index(id)]; }

  DefinedTypeId add(types::Defined type) { return push<DefinedTypeId>(defined_, std::move(type)); }

  FuncTypeId add(types::Func type) { return push<FuncTypeId>(funcs_, std::move(type)); }

  InstanceTypeId add(InstanceType type) {
    return push<InstanceTypeId>(instances_, std::move(type));
  }

  ComponentTypeId add(ComponentType type) {
    return push<ComponentTypeId>(components_, std::move(type));
  }

  ModuleTypeId add(ModuleType type) { return push<ModuleTypeId>(modules_, std::move(type)); }

  ResourceId add_resource() { return ResourceId{next_resource_++}; }

 private:
  template <typename Id>
  static std::size_t index(Id id) {
    return static_cast<std::size_t>(id);
  }

  template <typename Id, typename T>
  static Id push(std::deque<T>& into, T value) {
    into.push_back(std::move(value));
    return static_cast<Id>(into.size() - 1);
  }

  std::deque<types::Defined> defined_;
  std::deque<types::Func> funcs_;
  std::deque<InstanceType> instances_;
  std::deque<ComponentType> components_;
  std::deque<ModuleType> modules_;
  std::uint32_t next_resource_ = 0;
};

// A component whose every rule has been checked: its syntax, and for each entry of each index space
// its type, in the order in which the definitions (imports, aliases and exports among them) made
// them.
struct TypedComponent {
  const ast::Component* syntax = nullptr;
  ComponentTypeId type{};

  struct CoreInstanceEntry {
    // name -> type of what a core instance exports.
    std::map<std::string, CoreExternType, std::less<>> exports;
  };

  std::vector<ModuleTypeId> core_modules;
  std::vector<CoreInstanceEntry> core_instances;
  std::vector<CoreFuncType> core_funcs;
  std::vector<FuncTypeId> funcs;
  std::vector<TypeEntity> types;
  std::vector<InstanceTypeId> instances;
  std::vector<ComponentTypeId> components;
  // Nested components defined here, in the order of their definitions (not index space order:
  // aliases and imports make entries of the component space too).
  std::vector<std::unique_ptr<TypedComponent>> nested;
  // The resource that a ResourceType definition of this component made, by type index.
  std::map<std::uint32_t, ResourceId> local_resources;
  // The types of its imports and exports as its own definitions see them: the ids that `funcs`,
  // `instances` and `types` above use (and not those of a later instantiation).
  std::vector<NamedEntity> imports;
  std::vector<NamedEntity> exports;
};

}  // namespace wasmcloud::component
