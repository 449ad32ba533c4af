// Component, instance and module types, and core types (Binary.md "Type Definitions").
#include <algorithm>

#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

constexpr std::size_t kMaxScopes = 250;

Result<> check_limits(const CoreLimits& limits, std::string_view what) {
  if (limits.max && *limits.max < limits.min) {
    return Error(ErrorKind::invalid, "{} size minimum must not be greater than maximum", what);
  }
  return {};
}

// Addresses of 32 bits reach 4 GiB.
Result<> check_core(const CoreMemoryType& type) {
  if (type.is64) {
    return check_limits(type.limits, "memory");
  }
  const std::uint64_t pages = std::uint64_t{1} << (32 - std::min(type.page_size_log2, 32U));
  if (type.limits.min > pages || (type.limits.max && *type.limits.max > pages)) {
    return Error(ErrorKind::invalid, "memory size must be at most {} pages (4GiB)", pages);
  }
  if (type.shared && !type.limits.max) {
    return Error(ErrorKind::invalid, "shared memory must have maximum size");
  }
  return check_limits(type.limits, "memory");
}

Result<> check_core(const CoreTableType& type) { return check_limits(type.limits, "table"); }

Result<> check_core(const auto&) { return {}; }

// Calls `check` with each type index that the function type refers to.
Result<> each_index(const CoreFuncType& type, auto check) {
  for (const auto* list : {&type.params, &type.results}) {
    for (const CoreValType& value : *list) {
      if (value.code == CoreValType::Code::ref && value.heap >= 0) {
        WC_CHECK(check(static_cast<std::uint64_t>(value.heap)));
      }
    }
  }
  return {};
}

// The type may refer to those before it, and to itself.
Result<> check_ref(const std::vector<CoreTypeEntry>& space, std::uint64_t index) {
  if (index > space.size()) {
    return Error(ErrorKind::invalid, "unknown type {}: type index out of bounds", index);
  }
  if (index < space.size() && std::holds_alternative<ModuleTypeId>(space[index])) {
    return Error(ErrorKind::invalid, "type index {} is a module type", index);
  }
  return {};
}

// The types that a module type's own declarations can refer to.
class ModuleTypeScope {
 public:
  explicit ModuleTypeScope(WorkBudget& budget) : budget_(&budget) {}

  Result<> add(CoreFuncType type) {
    WC_CHECK(budget_->spend(1 + type.params.size() + type.results.size()));
    types_.emplace_back(std::move(type));
    return {};
  }

  Result<> define(CoreFuncType type) {
    WC_CHECK(each_index(type, [&](std::uint64_t index) -> Result<> {
      if (index > types_.size()) {  // it may refer to itself
        return Error(ErrorKind::invalid, "unknown type {}: type index out of bounds", index);
      }
      return {};
    }));
    return add(std::move(type));
  }

  Result<> add_opaque(std::uint32_t count) {
    WC_CHECK(budget_->spend(count));
    types_.resize(types_.size() + count);
    return {};
  }

  // A type of an enclosing component, or component or instance type.
  Result<> alias(const Scope& outer, std::uint32_t index) {
    if (index >= outer.core_types.size()) {
      return Error(ErrorKind::invalid, "unknown core type {}: core type index out of bounds",
                   index);
    }
    const CoreTypeEntry& entry = outer.core_types[index];
    if (const auto* func = std::get_if<CoreFuncType>(&entry)) {
      return add(*func);
    }
    if (std::holds_alternative<ast::CoreType::Opaque>(entry)) {
      return add_opaque(1);
    }
    return Error(ErrorKind::invalid, "a module type cannot alias a module type");
  }

  Result<CoreFuncType> func_at(std::uint32_t index) const {
    if (index >= types_.size()) {
      return Error(ErrorKind::invalid, "unknown type {}: type index out of bounds", index);
    }
    if (!types_[index]) {
      return Error(ErrorKind::invalid, "core type index {} is not a function type", index);
    }
    WC_CHECK(budget_->spend(1 + types_[index]->params.size() + types_[index]->results.size()));
    return *types_[index];
  }

  Result<CoreExternType> resolve(const ast::CoreExternDesc& desc) const {
    if (desc.sort == Sort::core_func) {
      WC_TRY(CoreFuncType type, func_at(desc.type_index));
      return CoreExternType(std::move(type));
    }
    if (desc.sort == Sort::core_tag) {
      WC_TRY(CoreFuncType type, func_at(desc.type_index));
      if (!type.results.empty()) {
        return Error(ErrorKind::invalid, "invalid exception type: non-empty tag result type");
      }
      return CoreExternType(CoreTagType{std::move(type)});
    }
    return std::visit(Overloaded{
                          [](std::monostate) -> Result<CoreExternType> {
                            return Error(ErrorKind::internal, "a core type description is missing");
                          },
                          [](const auto& type) -> Result<CoreExternType> {
                            WC_CHECK(check_core(type));
                            return CoreExternType(type);
                          },
                      },
                      desc.type);
  }

 private:
  WorkBudget* budget_;
  std::vector<std::optional<CoreFuncType>> types_;
};

}  // namespace

Result<> Checker::push_scope(Scope::Kind kind, TypedComponent* typed) {
  if (scopes_.size() >= kMaxScopes) {
    return Error(ErrorKind::invalid, "type nesting is too deep");
  }
  auto scope = std::make_unique<Scope>();
  scope->kind = kind;
  if (typed == nullptr) {
    scope->scratch = std::make_unique<TypedComponent>();
    typed = scope->scratch.get();
  }
  scope->typed = typed;
  scopes_.push_back(std::move(scope));
  return {};
}

Result<TypeEntity> Checker::make_component_type(const ast::ComponentType& type) {
  WC_CHECK(push_scope(Scope::Kind::component_type, nullptr));
  WC_CHECK(check_decls(type.decls));
  WC_TRY(ComponentType made, finish_component_type());
  scopes_.pop_back();
  return TypeEntity{arena_.add(std::move(made))};
}

Result<TypeEntity> Checker::make_instance_type(const ast::InstanceType& type) {
  WC_CHECK(push_scope(Scope::Kind::instance_type, nullptr));
  WC_CHECK(check_decls(type.decls));
  InstanceType made;
  made.exports = std::move(spaces().exports);
  made.defined_resources = std::move(scope().defined_order);
  scopes_.pop_back();
  return TypeEntity{arena_.add(std::move(made))};
}

Result<> Checker::check_decls(const std::vector<ast::Decl>& decls) {
  for (const ast::Decl& decl : decls) {
    WC_CHECK(budget_.spend());
    WC_CHECK(
        std::visit(Overloaded{
                       [&](const std::unique_ptr<ast::CoreType>& type) { return define(*type); },
                       [&](const std::unique_ptr<ast::Type>& type) { return define(*type); },
                       [&](const ast::Alias& alias) { return define(alias); },
                       [&](const ast::Import& import) { return define(import); },
                       [&](const ast::ExportDecl& export_) {
                         offset_ = export_.name.offset;
                         return add_export(export_.name, export_.type);
                       },
                   },
                   decl));
  }
  return {};
}

Result<> Checker::add_core_type(const ast::CoreType& type) {
  auto& space = scope().core_types;
  return std::visit(
      Overloaded{
          [&](const CoreFuncType& func) -> Result<> {
            WC_CHECK(budget_.spend(4 + 2 * (func.params.size() + func.results.size())));
            WC_CHECK(
                each_index(func, [&](std::uint64_t index) { return check_ref(space, index); }));
            space.emplace_back(func);
            return {};
          },
          [&](const std::unique_ptr<ast::ModuleType>& module) -> Result<> {
            WC_TRY(const ModuleTypeId id, make_module_type(*module));
            space.emplace_back(id);
            return {};
          },
          [&](const ast::CoreType::Opaque& opaque) -> Result<> {
            WC_CHECK(budget_.spend(std::uint64_t{4} * opaque.count));
            space.insert(space.end(), opaque.count, CoreTypeEntry(opaque));
            return {};
          },
      },
      type.body);
}

Result<ModuleTypeId> Checker::make_module_type(const ast::ModuleType& type) {
  ModuleTypeScope types(budget_);
  ModuleType made;
  const auto declare = Overloaded{
      [&](const ast::ModuleImportDecl& decl) -> Result<> {
        WC_TRY(CoreExternType of, types.resolve(decl.desc));
        made.imports.push_back({std::string(decl.module), std::string(decl.name), std::move(of)});
        return {};
      },
      [&](const ast::ModuleExportDecl& decl) -> Result<> {
        WC_TRY(CoreExternType of, types.resolve(decl.desc));
        made.exports.push_back({std::string(decl.name), std::move(of)});
        return {};
      },
      [&](const ast::CoreType& core) -> Result<> {
        if (const auto* func = std::get_if<CoreFuncType>(&core.body)) {
          return types.define(*func);
        }
        if (const auto* opaque = std::get_if<ast::CoreType::Opaque>(&core.body)) {
          return types.add_opaque(opaque->count);
        }
        return Error(ErrorKind::invalid, "a module type cannot define a module type");
      },
      [&](const ast::AliasOuter& alias) -> Result<> {
        if (alias.count == 0) {
          WC_TRY(CoreFuncType func, types.func_at(alias.index));
          return types.add(std::move(func));
        }
        WC_TRY(const Scope* outer, outer_scope(alias.count - 1));
        return types.alias(*outer, alias.index);
      },
  };
  for (const ast::ModuleDecl& decl : type.decls) {
    offset_ = decl.offset;
    WC_CHECK(budget_.spend());
    WC_CHECK(std::visit(declare, decl.body));
  }
  return add_module(std::move(made));
}

// 2.10: within a component, a module may not import the same name twice.
Result<ModuleTypeId> Checker::add_module(ModuleType type) {
  const ModuleTypeId id = arena_.add(std::move(type));
  const ModuleType& module = arena_[id];
  for (std::size_t i = 1; i < module.imports_by_name.size(); ++i) {
    const auto& a = module.imports[module.imports_by_name[i - 1]];
    const auto& b = module.imports[module.imports_by_name[i]];
    if (a.module == b.module && a.name == b.name) {
      return Error(ErrorKind::invalid, "duplicate import name `{}:{}` already defined", a.module,
                   a.name);
    }
  }
  for (std::size_t i = 1; i < module.exports_by_name.size(); ++i) {
    const auto& name = module.exports[module.exports_by_name[i]].name;
    if (module.exports[module.exports_by_name[i - 1]].name == name) {
      return Error(ErrorKind::invalid, "duplicate export name `{}` already defined", name);
    }
  }
  WC_CHECK(check_extent(arena_.extent(id)));
  return id;
}

}  // namespace wasmcloud::component::internal
