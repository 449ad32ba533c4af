// The state of a validation, for the files validator*.cc and canon_check*.cc alone. A Checker walks
// the syntax in file order; a Scope holds what the definitions so far have made. Errors returned by
// its members carry no offset: validate() adds that of the definition that was being checked.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "wasmcloud/component/abi_flat.h"
#include "wasmcloud/component/subtype.h"
#include "wasmcloud/component/validator.h"

namespace wasmcloud::component::internal {

// 2.5: which types may be mentioned by what a component imports or exports. Types are told apart by
// name, so that an alias is not the type it is an alias of.
class VisibleTypes {
 public:
  // Whether it was not there before.
  bool insert(const TypeEntity& type);
  void erase(const TypeEntity& type);
  bool contains(const TypeEntity& type) const;

  bool contains(DefinedTypeId id) const { return defined_.contains(id); }

  bool contains(ResourceId resource, ResourceName name) const;

 private:
  std::unordered_set<DefinedTypeId> defined_;
  std::unordered_set<std::uint64_t> resources_;
};

// The names in one scope of imports or of exports. (Names are looked up in trees: a hash table can
// be made slow by who chooses the names.)
struct NameScope {
  std::map<std::string, std::string> canonical;  // canonical form -> name as written
  // 2.7: the resources that are imported (or exported) under a name of their own.
  std::unordered_map<std::uint64_t, std::string> resources;
  std::set<std::string, std::less<>> resource_names;

  void add_resource(const TypeEntity& resource, std::string_view name);
  const std::string* name_of(ResourceId resource, ResourceName name) const;
};

using CoreTypeEntry = std::variant<CoreFuncType, ModuleTypeId, ast::CoreType::Opaque>;

struct Scope {
  enum class Kind : std::uint8_t { component, component_type, instance_type };

  Kind kind = Kind::component;
  TypedComponent* typed = nullptr;          // its index spaces, imports and exports
  std::unique_ptr<TypedComponent> scratch;  // those of a component or instance type
  std::vector<CoreTypeEntry> core_types;
  NameScope import_names;
  NameScope export_names;
  VisibleTypes imported_types;
  VisibleTypes exported_types;  // imported ones too
  std::vector<ResourceId> imported_resources;
  // Each with whether it was defined right here (and so has a representation).
  std::unordered_map<ResourceId, bool> defined_resources;
  std::vector<ResourceId> defined_order;
  std::optional<CoreValType> context_type;  // of context.get and context.set
  TypeExtent extent;                        // of all imports and exports

  void define(ResourceId resource, bool local);
};

std::shared_ptr<const ExternAttributes> attributes_of(const ast::ExternName& name);

// The options of a canonical definition, checked for form and for core types.
struct CanonOptions {
  bool memory = false;
  bool realloc = false;
  std::optional<std::uint32_t> post_return;
  std::optional<std::uint32_t> callback;
  bool async = false;

  CallStyle style() const noexcept;
};

enum class ExternKind : std::uint8_t { import, export_ };

class Checker {
 public:
  Checker(TypeArena& arena, const Features& features)
      : arena_(arena), features_(features), subtyping_(arena, budget_) {}

  Result<> check_component(const ast::Component& component, TypedComponent& out);

  // Of the definition last looked at.
  std::size_t offset() const noexcept { return offset_; }

 private:
  // --- validator.cc: the definitions of a component ---
  Result<> check_definitions(const ast::Component& component);
  Result<> define(const std::unique_ptr<CoreModule>& module);
  Result<> define(const std::unique_ptr<ast::Component>& component);
  Result<> define(const ast::CoreInstance& instance);
  Result<> define(const ast::CoreType& type);
  Result<> define(const ast::Instance& instance);
  Result<> define(const ast::Alias& alias);
  Result<> define(const ast::Type& type);
  Result<> define(const ast::Canon& canon);
  Result<> define(const ast::Start& start);
  Result<> define(const ast::Import& import);
  Result<> define(const ast::Export& export_);
  Result<> define(const ast::ValueDef& value);
  Result<ComponentType> finish_component_type();
  Result<std::vector<ResourceId>> exported_resources();

  // --- validator_index.cc: index spaces ---
  Scope& scope() { return *scopes_.back(); }

  TypedComponent& spaces() { return *scopes_.back()->typed; }

  Result<TypeEntity> type_at(std::uint32_t index);
  Result<DefinedTypeId> defined_type_at(std::uint32_t index);
  Result<FuncTypeId> func_type_at(std::uint32_t index);
  Result<TypeEntity> resource_at(std::uint32_t index);
  Result<ValType> val_type(const ast::ValType& type);
  Result<std::optional<ValType>> val_type(const std::optional<ast::ValType>& type);
  Result<FuncTypeId> func_at(std::uint32_t index);
  Result<InstanceTypeId> instance_at(std::uint32_t index);
  Result<ComponentTypeId> component_at(std::uint32_t index);
  Result<ModuleTypeId> module_at(std::uint32_t index);
  Result<const CoreTypeEntry*> core_type_at(std::uint32_t index);
  Result<CoreFuncType> core_func_at(std::uint32_t index);
  Result<CoreTableType> table_at(std::uint32_t index);
  Result<CoreMemoryType> memory_at(std::uint32_t index);
  Result<const TypedComponent::CoreInstanceEntry*> core_instance_at(std::uint32_t index);
  Result<CoreExternType> core_item_at(ast::SortIndex item);
  Result<Entity> item_at(ast::SortIndex item);
  Result<> add_core_func(CoreFuncType type);

  // --- validator_types.cc: type definitions ---
  Result<> add_type(const ast::Type& type);
  Result<TypeEntity> make_defined(const ast::DefinedType& type);
  Result<types::Defined> make_body(const ast::DefinedType& type);
  Result<types::Defined> make(const ast::Record& type);
  Result<types::Defined> make(const ast::Variant& type);
  Result<types::Defined> make(const ast::FixedList& type);
  Result<types::Defined> make(const ast::Tuple& type);
  Result<types::Defined> make(const ast::Flags& type);
  Result<types::Defined> make(const ast::Enum& type);
  Result<types::Defined> make(const ast::Stream& type);
  Result<types::Defined> make(const ast::Future& type);
  Result<types::Defined> make(const ast::Map& type);
  Result<TypeEntity> make_func(const ast::FuncType& type);
  Result<TypeEntity> make_resource(const ast::ResourceType& type);
  Result<> check_extent(const TypeExtent& extent) const;
  Result<> require(bool feature, std::string_view what) const;

  // --- validator_decls.cc: component, instance and module types; core types ---
  Result<TypeEntity> make_component_type(const ast::ComponentType& type);
  Result<TypeEntity> make_instance_type(const ast::InstanceType& type);
  Result<> check_decls(const std::vector<ast::Decl>& decls);
  Result<> push_scope(Scope::Kind kind, TypedComponent* typed);
  Result<> add_core_type(const ast::CoreType& type);
  Result<ModuleTypeId> make_module_type(const ast::ModuleType& type);
  Result<ModuleTypeId> add_module(ModuleType type);

  // --- validator_alias.cc ---
  Result<> alias_export(const ast::Alias& alias, const ast::AliasExport& target);
  Result<> alias_core_export(const ast::Alias& alias, const ast::AliasCoreExport& target);
  Result<> alias_outer(const ast::Alias& alias, const ast::AliasOuter& target);
  Result<> alias_outer_type(const ast::AliasOuter& target);
  Result<Scope*> outer_scope(std::uint32_t count);

  // --- validator_extern.cc: imports and exports ---
  Result<> add_import(const ast::ExternName& name, const ast::ExternType& type);
  Result<> add_export(const ast::ExternName& name, const ast::ExternType& type);
  // What the description stands for. `referenced`: for a type, what it was before it got a name of
  // its own.
  Result<Entity> entity_of(const ast::ExternType& type, std::optional<TypeEntity>& referenced);
  TypeEntity rename(const TypeEntity& type);
  Result<Entity> ascribe(const Entity& actual, Entity ascribed);
  Result<> add_entity(const ast::ExternName& name, ExternKind kind, Entity entity,
                      const std::optional<TypeEntity>& referenced);
  void push(const Entity& entity);
  Result<InstanceTypeId> freshen(InstanceTypeId id, ExternKind kind);
  Result<> check_name(const ast::ExternName& name, ExternKind kind, const Entity& entity,
                      NameScope& names);
  Result<> check_attributes(const ast::ExternName& name, bool label, const Entity& entity);
  Result<> check_annotation(std::string_view name, ExternKind kind, const Entity& entity,
                            const NameScope& names);

  // --- validator_visibility.cc: 2.5 ---
  Result<> check_visible(ExternKind kind, const Entity& entity,
                         const std::optional<TypeEntity>& referenced);
  Result<bool> register_visible(ExternKind kind, const Entity& entity,
                                const std::optional<TypeEntity>& referenced);
  Result<bool> parts_named(const TypeEntity& type, VisibleTypes& visible);
  Result<bool> parts_named(DefinedTypeId id, const VisibleTypes& visible);
  Result<bool> parts_named(FuncTypeId id, const VisibleTypes& visible);
  Result<bool> parts_named(InstanceTypeId id, VisibleTypes& visible);
  Result<bool> named(ValType type, const VisibleTypes& visible);

  // --- validator_instance.cc ---
  Result<> instantiate_module(const ast::CoreInstantiate& instantiate);
  Result<> bundle_core(const std::vector<ast::CoreInlineExport>& exports);
  Result<> instantiate(const ast::Instantiate& instantiate);
  Result<> bundle(const std::vector<ast::InlineExport>& exports);

  // --- canon_check.cc: 2.9 ---
  Result<CanonOptions> options(const ast::CanonOptions& options);
  Result<> check_option_counts(const ast::CanonOptions& options);
  Result<> check_lowering(const CanonOptions& options);
  Result<> check_lift_options(const CanonOptions& options, const CoreFuncType& core);
  Result<> lift(const ast::Canon& canon);
  Result<> lower(const ast::Canon& canon);
  Result<CoreFuncType> signature(const types::Func& func, Direction direction,
                                 const CanonOptions& options);
  Result<> check_memory(std::uint32_t index);

  // --- canon_check_builtins.cc ---
  Result<> builtin(const ast::Canon& canon);
  Result<> resource_builtin(const ast::Canon& canon);
  Result<> task_return(const ast::Canon& canon);
  Result<> context_builtin(const ast::Canon& canon);
  Result<> channel_builtin(const ast::Canon& canon);
  Result<> channel_copy(const ast::Canon& canon, const std::optional<ValType>& element);
  Result<> error_context_builtin(const ast::Canon& canon);
  Result<> thread_builtin(const ast::Canon& canon);
  Result<> add_builtin(std::string_view params, std::string_view results);

  TypeArena& arena_;
  const Features& features_;
  WorkBudget budget_;
  Subtyping subtyping_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::size_t offset_ = 0;
};

}  // namespace wasmcloud::component::internal
