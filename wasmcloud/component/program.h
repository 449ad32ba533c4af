// A component compiled: everything that instantiation and calls need, with nothing left to look up.
// The tree of nested components is flattened: each instantiation of each component gets numbers of
// its own for its core instances, memories, functions and resources, so that a running store is a
// handful of flat arrays (section 3.2 of the fact sheet). Internal to the module.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/forwarding.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/component/import_source.h"
#include "wasmcloud/component/types.h"
#include "wasmcloud/component/value_plan.h"
#include "wasmcloud/component/wasmtime_handles.h"

namespace wasmcloud::component {

inline constexpr std::uint32_t kNone = 0xffffffff;

// A position in Program::host_functions.
enum class HostFunctionIndex : std::uint32_t {};

// Of what follows, pointers to the program, to plans and to functions of the host are set by
// finish_program.

// The options of a `canon lift` or `canon lower`, as slots of the running store.
struct CanonicalOptions {
  const Program* program = nullptr;
  std::uint32_t instance = 0;  // the component instance whose handles and flags they mean
  std::uint32_t memory = kNone;
  std::uint32_t realloc = kNone;
  std::uint32_t post_return = kNone;
  ast::StringEncoding encoding = ast::StringEncoding::utf8;
};

// A resource type at run time. Two resources are the same type exactly if they have the same
// number.
struct RuntimeResource {
  const HostResourceType* host = nullptr;  // a host's; else a guest's:
  std::uint32_t instance = kNone;          // the component instance that defines it
  std::uint32_t destructor = kNone;        // a function slot
  std::vector<std::uint32_t> chain;        // `instance` and those around it
};

// An item of a core instance, or a function that we make.
struct CoreDef {
  enum class Kind : std::uint8_t { instance_export, trampoline };
  Kind kind = Kind::instance_export;
  std::uint32_t index = 0;  // of the core instance or the trampoline
  std::string name;         // of the export

  friend bool operator<(const CoreDef& a, const CoreDef& b) {
    return std::tie(a.kind, a.index, a.name) < std::tie(b.kind, b.index, b.name);
  }
};

// A function of a component, lifted from a core function.
struct LiftedFunc {
  std::uint32_t core_func = kNone;  // a function slot
  CanonicalOptions options;
  FuncTypeId type{};
  const ResourceIndexer* resources = nullptr;
  const FuncPlan* plan = nullptr;
  // The component instances that a call from outside enters: options.instance and those around it.
  std::vector<std::uint32_t> instance_chain;
};

namespace trampoline {

struct LowerHost {
  const HostFunction* function = nullptr;  // the one at `import`
  HostFunctionIndex import{};
  CanonicalOptions options;
  FuncTypeId type{};
  const FuncPlan* plan = nullptr;
};

struct LowerGuest {
  const LiftedFunc* callee = nullptr;
  CanonicalOptions options;
  FuncTypeId type{};
  const FuncPlan* plan = nullptr;
  std::vector<std::uint32_t>
      entered;                // the callee's instance and those around it, without the caller's
  bool always_traps = false;  // one instance is the other or is around it (section 3.6)
};

struct ResourceOp {
  ast::CanonOp op = ast::CanonOp::resource_new;
  ResourceIndex resource = 0;
  CanonicalOptions options;  // only which instance's handles
  std::vector<std::uint32_t>
      entered;  // by its destructor: the defining instance and those around it, but not ours
};

// A call of a core function that exists only later in the instantiation (forwarding.h).
struct CallLate {
  std::uint32_t func = kNone;  // a function slot
};

}  // namespace trampoline

struct Trampoline {
  FlatSignature type;
  std::variant<trampoline::LowerHost, trampoline::LowerGuest, trampoline::ResourceOp,
               trampoline::CallLate>
      body;
};

// A core module, compiled, and what it shows. Shared by programs: one that exports it and those
// that import it.
struct CoreModuleCode {
  // Null where nothing instantiates the module by itself.
  ModuleHandle handle;
  Bytes bytes;             // while its component is compiled; then, and of a fused one, empty
  std::size_t offset = 0;  // of `bytes` in the component
  std::string digest;      // of `bytes`, in keys of the cache
  std::string key;         // of the compiled code in the cache; empty if it has none
  ModuleType type;
  // In the module's own order, which is what instantiation wants.
  std::vector<std::pair<std::string, std::string>> imports;
  // Of a module with bytes; null if it has what fusion does not know (module_fusion.h), exceptions
  // for one, which must not be thrown through a function of ours.
  std::shared_ptr<const fusion::Outline> outline;
  std::optional<ForwardingModule> forwarding;
  std::optional<FillingModule> filling;
};

// One core instance to be made; a component's instantiation is a list of these.
struct Instantiate {
  std::uint32_t module = 0;     // of Program::modules
  std::uint32_t instance = 0;   // where the result goes
  std::vector<CoreDef> args;    // by position of the module's imports
  std::uint32_t start = kNone;  // a function slot: to be called then (fusion.h)
  // Where all arguments are trampolines: the module with them bound, checked once and for all
  // stores.
  std::shared_ptr<const InstancePreHandle> prepared;
};

// Which resource of the program each ResourceId is, as one component instance sees it.
class InstanceResources final : public ResourceIndexer {
 public:
  using Indices = std::map<ResourceId, ResourceIndex>;

  explicit InstanceResources(const Program& program, Indices indices = {})
      : program_(program), indices_(std::move(indices)) {}

  void bind(ResourceId id, ResourceIndex index) { indices_.insert_or_assign(id, index); }

  const Indices& all() const noexcept { return indices_; }

  std::optional<ResourceIndex> index_of(ResourceId id) const override {
    const auto found = indices_.find(id);
    return found == indices_.end() ? std::nullopt : std::optional(found->second);
  }

  const HostResourceType* host_resource(ResourceId id) const override;

 private:
  const Program& program_;
  Indices indices_;
};

struct ExportedInstance;

// A core module that is exported, for those who link components by hand.
struct ExportedModule {
  std::uint32_t module = 0;
};

using ExportItem = std::variant<const LiftedFunc*, std::unique_ptr<ExportedInstance>,
                                ExportedModule, ResourceIndex>;

struct ExportedInstance {
  std::map<std::string, ExportItem, std::less<>> items;
};

struct Program {
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Each mention of an item of a core instance, or of a trampoline.
  template <typename F>
  void for_core_defs(F f) {
    for (Instantiate& step : steps) {
      std::ranges::for_each(step.args, f);
    }
    std::ranges::for_each(funcs, f);
    std::ranges::for_each(memories, f);
  }

  // kNone if the component knows nothing of it.
  ResourceIndex find_host_resource(const HostResourceType* type) const noexcept {
    const auto found = std::ranges::find(host_resources, type,
                                         &std::pair<const HostResourceType*, ResourceIndex>::first);
    return found == host_resources.end() ? kNone : found->second;
  }

  const HostFunction& host_function(HostFunctionIndex index) const {
    return *host_functions[static_cast<std::size_t>(index)];
  }

  std::uint32_t add_module(std::shared_ptr<const CoreModuleCode> code) {
    modules.push_back(std::move(code));
    return static_cast<std::uint32_t>(modules.size() - 1);
  }

  // The types of what a caller or the host asks for: of lifted and lowered functions, and of the
  // root's imports.
  TypeArena arena;
  std::vector<NamedEntity> imports;

  const Engine* engine = nullptr;
  std::shared_ptr<ImportSource> source;  // of what the host did not offer; may be null
  // What is bound to the imports' functions, in the order in which the imports name them.
  std::vector<const HostFunction*> host_functions;
  std::vector<std::shared_ptr<const CoreModuleCode>> modules;
  std::size_t bound_modules = 0;  // the first ones: those that the imports brought
  std::vector<Instantiate> steps;
  std::deque<Trampoline> trampolines;
  LinkerHandle trampoline_linker;  // has those that stores name, by number (trampolines.cc)
  std::deque<LiftedFunc> lifted;
  std::vector<RuntimeResource> resources;
  std::size_t bound_resources = 0;  // the first ones: those that the imports brought
  std::vector<std::pair<const HostResourceType*, ResourceIndex>> host_resources;  // a handful
  std::vector<std::unique_ptr<InstanceResources>> resolvers;  // by component instance
  PlanTable plans;
  std::uint32_t core_instances = 0;
  // What function and memory slots hold. A store looks them up when they are first used.
  std::vector<CoreDef> funcs;
  std::vector<CoreDef> memories;
  std::uint32_t component_instances = 0;
  ExportedInstance exports;
};

inline const HostResourceType* InstanceResources::host_resource(ResourceId id) const {
  const auto index = index_of(id);
  return index ? program_.resources[*index].host : nullptr;
}

// The last step of making one: puts in what was left out of its functions (pointers to the host's
// functions, plans), makes the trampolines known to Wasmtime, and binds the modules that import
// nothing else.
Result<> finish_program(Program& program);

}  // namespace wasmcloud::component
