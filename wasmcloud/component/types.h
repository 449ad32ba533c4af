// The types of a validated component. All types of one component tree live in one arena, are
// immutable once made, and are named by index; resources are told apart by identity (Explainer.md
// "Type Checking", CanonicalABI.md). Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/canonical_abi.h"

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
// One of the names a resource goes by. A definition that renames it (an import `eq`, an export)
// keeps its identity and makes a new name, and whether a function may be exported depends on the
// name that its type uses ("External visibility" in Explainer.md). Of no meaning at run time.
enum class ResourceName : std::uint32_t {};

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
  ResourceName name{};
};

struct Borrow {
  ResourceId resource;
  ResourceName name{};
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
  // resource. (A ValType here is never a bare Primitive, always a DefinedTypeId.)
  std::variant<ValType, FuncTypeId, InstanceTypeId, ComponentTypeId, ResourceId> type;
  ResourceName name{};  // of a resource only
  // What it went by before it got this name, if that is known: of a value type, and of a resource.
  // Says what a `use` of WIT is a use of; of no meaning for validity.
  std::optional<DefinedTypeId> former{};
  std::optional<ResourceName> former_name{};
};

using Entity = std::variant<ModuleTypeId, FuncTypeId, TypeEntity, ComponentTypeId, InstanceTypeId,
                            ValType /* a value */>;

// What may be attached to a name, as it is written.
struct ExternAttributes {
  std::optional<std::string> implements;
  std::optional<std::string> external_id;
};

struct NamedEntity {
  std::string name;
  Entity entity;
  std::shared_ptr<const ExternAttributes> attributes{};  // null: none, as nearly always
};

// Positions of a list's entries in the order of their names.
using NameIndex = std::vector<std::uint32_t>;
NameIndex index_names(const std::vector<NamedEntity>& list);

// In order of declaration; names are unique (lower-cased as 1.9 of the fact sheet has it).
struct InstanceType {
  std::vector<NamedEntity> exports;
  // Resources that are new in this type: each use of it as an import, or as the result of an
  // instantiation, makes them anew. Empty for the type of an instance that exists.
  std::vector<ResourceId> defined_resources;
  NameIndex by_name;  // made by TypeArena::add
  const Entity* find(std::string_view name) const noexcept;
};

struct ComponentType {
  std::vector<NamedEntity> imports;
  std::vector<NamedEntity> exports;
  std::vector<ResourceId> imported_resources;
  // Those of its own that its exports mention, each exported by name. Every instantiation makes
  // them anew.
  std::vector<ResourceId> defined_resources;
  NameIndex imports_by_name;  // made by TypeArena::add
  NameIndex exports_by_name;  // made by TypeArena::add
  const Entity* find_import(std::string_view name) const noexcept;
  const Entity* find_export(std::string_view name) const noexcept;
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
  NameIndex imports_by_name;  // made by TypeArena::add
  NameIndex exports_by_name;  // made by TypeArena::add
  const CoreExternType* find_import(std::string_view module, std::string_view name) const noexcept;
  const CoreExternType* find_export(std::string_view name) const noexcept;
};

// How large a type is when written out as a tree: limits on both keep every later walk short.
struct TypeExtent {
  static constexpr std::uint32_t kMaxSize = 1'000'000;
  static constexpr std::uint32_t kMaxDepth = 100;
  std::uint32_t size = 1;           // saturates above kMaxSize
  std::uint32_t depth = 1;          // saturates above kMaxDepth
  bool mentions_resources = false;  // anywhere, bound or free
};

// What is asked of a defined type again and again, worked out once.
struct TypeFacts {
  TypeExtent extent;
  bool has_borrow = false;
  bool has_handle = false;   // own, borrow, stream, future, error-context
  bool has_pointer = false;  // string, list, map: needs memory
  Layout layout32;
  Layout layout64;
  FlatTypes flat;  // with 32-bit pointers
};

// Grows only; references stay valid for its life. Each `add` works out the facts of the new type
// from those of its parts, which must be in the arena; it does not enforce limits.
class TypeArena {
 public:
  const types::Defined& operator[](DefinedTypeId id) const { return bodies_[body(id)]; }

  const types::Func& operator[](FuncTypeId id) const { return funcs_[index(id)]; }

  const InstanceType& operator[](InstanceTypeId id) const { return instances_[index(id)]; }

  const ComponentType& operator[](ComponentTypeId id) const { return components_[index(id)]; }

  const ModuleType& operator[](ModuleTypeId id) const { return modules_[index(id)]; }

  DefinedTypeId add(types::Defined type);
  FuncTypeId add(types::Func type);
  InstanceTypeId add(InstanceType type);
  ComponentTypeId add(ComponentType type);
  ModuleTypeId add(ModuleType type);

  ResourceId add_resource() { return ResourceId{next_resource_++}; }

  // A new name for the same type: equal in structure, distinct for external visibility. Shares the
  // body.
  DefinedTypeId add_name(DefinedTypeId id);

  // The name of which this one was made; none for a type that has its first.
  std::optional<DefinedTypeId> former(DefinedTypeId id) const {
    const DefinedTypeId former = formers_[index(id)];
    return former == id ? std::nullopt : std::optional(former);
  }

  ResourceName add_resource_name() { return ResourceName{next_name_++}; }

  // How many there are; ids are positions.
  std::size_t defined_count() const noexcept { return defined_.size(); }

  std::size_t func_count() const noexcept { return funcs_.size(); }

  std::size_t instance_count() const noexcept { return instances_.size(); }

  // The same for all names of a type, and only for these.
  std::uint32_t body(DefinedTypeId id) const { return defined_[index(id)]; }

  const TypeFacts& facts(DefinedTypeId id) const { return body_facts_[body(id)]; }

  TypeFacts facts(ValType type) const;

  const TypeExtent& extent(DefinedTypeId id) const { return facts(id).extent; }

  const TypeExtent& extent(FuncTypeId id) const { return func_extents_[index(id)]; }

  const TypeExtent& extent(InstanceTypeId id) const { return instance_extents_[index(id)]; }

  const TypeExtent& extent(ComponentTypeId id) const { return component_extents_[index(id)]; }

  const TypeExtent& extent(ModuleTypeId id) const { return module_extents_[index(id)]; }

  TypeExtent extent(const TypeEntity& type) const;
  TypeExtent extent(const Entity& entity) const;

 private:
  template <typename Id>
  static std::size_t index(Id id) {
    return static_cast<std::size_t>(id);
  }

  std::vector<std::uint32_t> defined_;  // the body of each DefinedTypeId
  std::vector<DefinedTypeId> formers_;  // the former name of each, or itself
  std::deque<types::Defined> bodies_;
  std::deque<TypeFacts> body_facts_;
  std::deque<types::Func> funcs_;
  std::deque<TypeExtent> func_extents_;
  std::deque<InstanceType> instances_;
  std::deque<TypeExtent> instance_extents_;
  std::deque<ComponentType> components_;
  std::deque<TypeExtent> component_extents_;
  std::deque<ModuleType> modules_;
  std::deque<TypeExtent> module_extents_;
  std::uint32_t next_resource_ = 0;
  std::uint32_t next_name_ = 1;
};

// How many parts the type lists: fields, cases, members, names; 1 if it has no list.
std::size_t parts(const types::Defined& type) noexcept;

// Adds a part to a whole: sizes add up, depths nest.
void extend(TypeExtent& whole, const TypeExtent& part) noexcept;

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
  std::vector<CoreTableType> core_tables;
  std::vector<CoreMemoryType> core_memories;
  std::vector<CoreGlobalType> core_globals;
  std::vector<CoreTagType> core_tags;
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
