#include "wasmcloud/component/import_binding.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace wasmcloud::component::compiling {
namespace {

class Binder {
 public:
  Binder(Program& program, const Host& host, TypeArena& arena, InstanceResources& resources,
         WorkBudget& budget)
      : program_(program), host_(host), arena_(arena), resources_(resources), budget_(budget) {}

  Result<BoundImports> run(const std::vector<NamedEntity>& imports) {
    BoundImports bound;
    std::string missing;
    WC_TRY(const HostInterface* const root, root_scope(imports));
    for (const NamedEntity& import : imports) {
      WC_TRY(const HostInterface* const instance, instance_scope(import));
      if (auto def = from_host(import.entity, import.name, *root, instance, missing)) {
        bound.insert_or_assign(import.name, *std::move(def));
      }
    }
    if (!missing.empty()) {
      return Error(ErrorKind::not_found, "the component imports what this host does not offer: {}",
                   missing);
    }
    for (const NamedEntity& import : imports) {
      WC_CHECK(check_types(import.entity, bound.find(import.name)->second), "import `{}`",
               import.name);
    }
    return bound;
  }

 private:
  // Where the root's own functions are looked up: those that the host has not, the source may.
  Result<const HostInterface*> root_scope(const std::vector<NamedEntity>& imports) {
    ImportedInstance imported{.name = {}, .functions = {}, .resources = {}, .arena = arena_};
    bool lacking = false;
    for (const NamedEntity& import : imports) {
      if (const auto* const func = std::get_if<FuncTypeId>(&import.entity)) {
        imported.functions.push_back({import.name, arena_[*func]});
        lacking |= host_.root().find_function(import.name) == nullptr;
      }
    }
    if (!lacking || program_.source == nullptr) {
      return &host_.root();
    }
    WC_TRY(const HostInterface* const served, program_.source->serve(imported));
    if (served == nullptr) {
      return &host_.root();
    }
    root_ = host_.root();
    for (const ImportedInstance::Function& each : imported.functions) {
      if (root_.find_function(each.name) == nullptr) {
        root_.function(std::string(each.name), served->find_function(each.name));
      }
    }
    return &root_;
  }

  // What serves an instance that is imported; null if it is none, or nothing does.
  Result<const HostInterface*> instance_scope(const NamedEntity& import) {
    const auto* const type = std::get_if<InstanceTypeId>(&import.entity);
    const HostInterface* const offered = type == nullptr ? nullptr : host_.find(import.name);
    if (type == nullptr || offered != nullptr || program_.source == nullptr) {
      return offered;
    }
    ImportedInstance imported{
        .name = import.name, .functions = {}, .resources = {}, .arena = arena_};
    for (const NamedEntity& each : arena_[*type].exports) {
      if (const auto* const func = std::get_if<FuncTypeId>(&each.entity)) {
        imported.functions.push_back({each.name, arena_[*func]});
      } else if (const auto* const named = std::get_if<TypeEntity>(&each.entity);
                 named != nullptr && std::holds_alternative<ResourceId>(named->type)) {
        imported.resources.push_back(each.name);
      }
    }
    return program_.source->serve(imported);
  }

  // What the host has for an import. `scope`: where plain names are looked up; `instance`: what
  // serves an instance of that name. Notes in `missing` what it has not.
  std::optional<Def> from_host(const Entity& entity, const std::string& name,
                               const HostInterface& scope, const HostInterface* instance,
                               std::string& missing) {
    const auto lacks = [&](std::string_view what) {
      missing += fmt::format("{}{}{}", missing.empty() ? "" : ", ", what, name);
      return std::optional<Def>();
    };
    if (std::holds_alternative<FuncTypeId>(entity)) {
      const HostFunction* const func = scope.find_function(name).get();
      return func == nullptr ? lacks("function ") : std::optional<Def>(host_function(func));
    }
    if (const auto* const type = std::get_if<TypeEntity>(&entity)) {
      if (!std::holds_alternative<ResourceId>(type->type)) {
        return Def(TypeDef{});
      }
      return type_from_host(std::get<ResourceId>(type->type), scope.find_resource(name), lacks);
    }
    if (const auto* const type = std::get_if<InstanceTypeId>(&entity)) {
      return instance_from_host(*type, name, instance, missing);
    }
    if (std::holds_alternative<ModuleTypeId>(entity)) {
      auto code = scope.find_core_module(name);
      return code == nullptr ? lacks("core module ")
                             : std::optional<Def>(ModuleDef{program_.add_module(std::move(code))});
    }
    return lacks("component ");
  }

  FuncDef host_function(const HostFunction* function) {
    program_.host_functions.push_back(function);
    return static_cast<HostFunctionIndex>(program_.host_functions.size() - 1);
  }

  // A resource that an earlier import has brought is that one, under whatever name; else the host
  // must have it here.
  std::optional<Def> type_from_host(ResourceId id, const HostResourceType* resource,
                                    const auto& lacks) {
    if (const auto known = resources_.index_of(id)) {
      return Def(TypeDef{*known});
    }
    if (resource == nullptr) {
      return lacks("resource ");
    }
    const ResourceIndex index = host_resource(resource);
    resources_.bind(id, index);
    return Def(TypeDef{index});
  }

  std::optional<Def> instance_from_host(InstanceTypeId type, const std::string& name,
                                        const HostInterface* instance, std::string& missing) {
    static const HostInterface kEmpty("");
    const HostInterface& from = instance == nullptr ? kEmpty : *instance;
    auto def = std::make_shared<InstanceDef>();
    for (const NamedEntity& each : arena_[type].exports) {
      std::string lacking;
      std::optional<Def> found =
          from_host(each.entity, each.name, from, from.find_interface(each.name), lacking);
      if (found) {
        def->exports.insert_or_assign(each.name, *std::move(found));
      } else {
        missing += fmt::format("{}{} ({})", missing.empty() ? "" : ", ", name, lacking);
        if (instance == nullptr) {
          return std::nullopt;  // one line for the interface is enough
        }
      }
    }
    return Def(std::move(def));
  }

  ResourceIndex host_resource(const HostResourceType* type) {
    if (const ResourceIndex known = program_.find_host_resource(type); known != kNone) {
      return known;
    }
    RuntimeResource made;
    made.host = type;
    program_.resources.push_back(made);
    const auto index = static_cast<ResourceIndex>(program_.resources.size() - 1);
    program_.host_resources.emplace_back(type, index);
    return index;
  }

  Result<> check_types(const Entity& entity, const Def& def) {
    if (const auto* const func = std::get_if<FuncTypeId>(&entity)) {
      const auto index = std::get<HostFunctionIndex>(std::get<FuncDef>(def));
      return program_.host_function(index).check(arena_, resources_, arena_[*func]);
    }
    if (const auto* const type = std::get_if<ModuleTypeId>(&entity)) {
      const auto& code = *program_.modules[std::get<ModuleDef>(def).module];
      return Subtyping(arena_, budget_).check(arena_.add(code.type), *type);
    }
    if (const auto* const type = std::get_if<InstanceTypeId>(&entity)) {
      const InstanceDef& instance = *std::get<std::shared_ptr<InstanceDef>>(def);
      for (const NamedEntity& each : arena_[*type].exports) {
        WC_CHECK(check_types(each.entity, instance.exports.find(each.name)->second), "`{}`",
                 each.name);
      }
    }
    return {};
  }

  Program& program_;
  const Host& host_;
  TypeArena& arena_;
  InstanceResources& resources_;
  WorkBudget& budget_;
  HostInterface root_{""};  // the host's, and what the source adds
};

}  // namespace

Result<BoundImports> bind_imports(Program& program, const Host& host, TypeArena& arena,
                                  const std::vector<NamedEntity>& imports,
                                  InstanceResources& resources, WorkBudget& budget) {
  return Binder(program, host, arena, resources, budget).run(imports);
}

}  // namespace wasmcloud::component::compiling
