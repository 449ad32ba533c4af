// What the compiler knows while it runs a component's definitions. Internal to compiler*.cc.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "wasmcloud/component/program.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component::compiling {

struct Frame;
struct InstanceDef;

// A core module as a value.
struct ModuleDef {
  std::uint32_t module = 0;  // of Program::modules
};

// A function of a component: a host's, or one lifted from a guest.
using FuncDef = std::variant<HostFunctionIndex, const LiftedFunc*>;

struct TypeDef {
  std::optional<ResourceIndex> resource;
};

// A component as a value: its definition, and the frame that its outer aliases mean.
struct ComponentDef {
  const TypedComponent* typed = nullptr;
  Frame* outer = nullptr;  // the compiler owns the frames
};

using Def = std::variant<ModuleDef, FuncDef, TypeDef, ComponentDef, std::shared_ptr<InstanceDef>>;

struct InstanceDef {
  std::map<std::string, Def, std::less<>> exports;
};

// A core instance: one that exists at run time, or a bag of names.
struct CoreInstanceDef {
  std::uint32_t instance = kNone;
  std::map<std::string, CoreDef, std::less<>> bag;

  CoreDef item(std::string_view name) const {
    if (instance != kNone) {
      return CoreDef{CoreDef::Kind::instance_export, instance, std::string(name)};
    }
    return bag.find(name)->second;  // that it is there has been validated
  }
};

// One instantiation of one component: its index spaces, in step with TypedComponent's.
struct Frame {
  const TypedComponent* typed = nullptr;
  Frame* outer = nullptr;
  InstanceResources* resources = nullptr;     // owned by the program
  std::uint32_t instance = 0;                 // its number as a component instance
  std::vector<std::uint32_t> instance_chain;  // it and those around it
  std::uint32_t depth = 0;

  std::vector<ModuleDef> core_modules;
  std::vector<CoreInstanceDef> core_instances;
  std::vector<CoreDef> core_funcs, core_tables, core_memories, core_globals, core_tags;
  std::vector<FuncDef> funcs;
  std::vector<TypeDef> types;
  std::vector<std::shared_ptr<InstanceDef>> instances;
  std::vector<ComponentDef> components;
  std::size_t nested_seen = 0;

  std::map<std::string, Def, std::less<>> exports;
};

}  // namespace wasmcloud::component::compiling
