#include "wasmcloud/component/compiler.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <set>
#include <unordered_map>

#include "wasmcloud/component/calls.h"
#include "wasmcloud/component/compiler_frame.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/fusion.h"
#include "wasmcloud/component/import_binding.h"
#include "wasmcloud/component/subtype.h"
#include "wasmcloud/component/type_subset.h"

namespace wasmcloud::component {
namespace compiling {
namespace {

// What a hostile component may make of a few bytes by instantiating components that instantiate
// components. All else that its definitions do is counted against a WorkBudget: a definition is run
// anew for each instance.
constexpr std::uint32_t kMaxInstances = 10'000;
constexpr std::size_t kMaxSteps = 1'000'000;
constexpr std::uint32_t kMaxDepth = 100;

constexpr std::uint64_t kMaxWork = 10'000'000;

// Steps of the budget, for what is kept and costs more than one.
constexpr std::uint64_t kDefinitionSteps = 4;
constexpr std::uint64_t kNamedSteps = 8;  // an entry of a map by name
constexpr std::uint64_t kFuncSteps = 64;  // a lifted function, a trampoline and its core type

// A name that is copied, or looked up: it may be long, and it may be long the same as others.
std::uint64_t named_steps(std::string_view name) { return kNamedSteps + name.size() / 16; }

std::uint32_t optional_slot(const std::vector<std::uint32_t>& given, const auto& slot_of) {
  return given.empty() ? kNone : slot_of(given.front());
}

bool contains(const std::vector<std::uint32_t>& chain, std::uint32_t instance) {
  return std::ranges::find(chain, instance) != chain.end();
}

std::vector<std::uint32_t> without(const std::vector<std::uint32_t>& chain,
                                   const std::vector<std::uint32_t>& others) {
  std::vector<std::uint32_t> rest;
  std::ranges::copy_if(chain, std::back_inserter(rest),
                       [&](std::uint32_t instance) { return !contains(others, instance); });
  return rest;
}

class Compiler {
 public:
  Compiler(const Engine& engine, const Host& host, std::shared_ptr<ImportSource> source)
      : host_(host), program_(std::make_unique<Program>()) {
    program_->engine = &engine;
    program_->source = std::move(source);
  }

  Result<std::unique_ptr<Program>> compile(Validated& validated) {
    arena_ = &validated.arena;
    WC_CHECK(run_root(validated.root));
    resolve_forwarding(*program_);
    WC_CHECK(compile_modules(fuse_modules(*program_)));
    keep_types(validated.root.imports);
    WC_CHECK(finish_program(*program_));
    return std::move(program_);
  }

 private:
  Result<> run_root(const TypedComponent& typed) {
    WC_TRY(Frame* const root, new_frame(typed, nullptr, {}));
    WC_TRY(root_imports_,
           bind_imports(*program_, host_, *arena_, typed.imports, *root->resources, budget_));
    program_->bound_resources = program_->resources.size();
    program_->bound_modules = program_->modules.size();
    WC_CHECK(run(*root, nullptr));
    WC_TRY(program_->exports, exported(root->exports));
    return {};
  }

  // --- frames ---

  Result<Frame*> new_frame(const TypedComponent& typed, Frame* outer,
                           std::vector<std::uint32_t> around) {
    WC_CHECK(budget_.spend(kFuncSteps + around.size()));
    Frame* const frame = &frames_.emplace_back();
    frame->typed = &typed;
    frame->depth = static_cast<std::uint32_t>(around.size());
    if (program_->component_instances >= kMaxInstances || program_->steps.size() > kMaxSteps ||
        frame->depth > kMaxDepth) {
      return Error(ErrorKind::exhausted,
                   "the component instantiates more than {} instances, or deeper than {}",
                   kMaxInstances, kMaxDepth);
    }
    frame->outer = outer;
    frame->instance = program_->component_instances++;
    around.push_back(frame->instance);
    frame->instance_chain = std::move(around);
    chains_.push_back(frame->instance_chain);
    frame->resources =
        program_->resolvers.emplace_back(std::make_unique<InstanceResources>(*program_)).get();
    return frame;
  }

  // Runs the frame's definitions. `args`: what the instantiation gave, by name; null for the root,
  // whose imports were bound to the host's.
  Result<> run(Frame& frame, const std::map<std::string, Def, std::less<>>* args) {
    for (const ast::Definition& definition : frame.typed->syntax->definitions) {
      WC_CHECK(budget_.spend(kDefinitionSteps));
      WC_CHECK(std::visit([&](const auto& each) { return define(frame, each, args); }, definition));
    }
    return {};
  }

  // --- binding of static resource types to run-time ones ---

  // Walks a type and what stands behind it at the same time, and notes which resource each
  // ResourceId is.
  Result<> bind(Frame& frame, const Entity& entity, const Def& def) {
    if (const auto* const type = std::get_if<TypeEntity>(&entity)) {
      const auto* const id = std::get_if<ResourceId>(&type->type);
      const auto* const what = std::get_if<TypeDef>(&def);
      if (id != nullptr && what != nullptr && what->resource) {
        frame.resources->bind(*id, *what->resource);
      }
    } else if (const auto* const instance = std::get_if<InstanceTypeId>(&entity)) {
      return bind(frame, *instance, *std::get<std::shared_ptr<InstanceDef>>(def));
    }
    return {};
  }

  Result<> bind(Frame& frame, InstanceTypeId type, const InstanceDef& def) {
    if (!arena_->extent(type).mentions_resources) {
      return {};  // nothing to find
    }
    for (const NamedEntity& each : (*arena_)[type].exports) {
      WC_CHECK(budget_.spend(1 + each.name.size() / 16));
      if (const auto found = def.exports.find(each.name); found != def.exports.end()) {
        WC_CHECK(bind(frame, each.entity, found->second));
      }
    }
    return {};
  }

  // Appends `def` to the index space of its kind, and binds the resources that its type at that
  // place names.
  Result<> append(Frame& frame, Def def) {
    return std::visit(
        [&](auto&& each) -> Result<> {
          using Each = std::decay_t<decltype(each)>;
          if constexpr (std::is_same_v<Each, ModuleDef>) {
            frame.core_modules.push_back(each);
          } else if constexpr (std::is_same_v<Each, FuncDef>) {
            frame.funcs.push_back(each);
          } else if constexpr (std::is_same_v<Each, TypeDef>) {
            WC_CHECK(bind(frame, frame.typed->types[frame.types.size()], Def(each)));
            frame.types.push_back(each);
          } else if constexpr (std::is_same_v<Each, ComponentDef>) {
            frame.components.push_back(each);
          } else {
            WC_CHECK(bind(frame, frame.typed->instances[frame.instances.size()], *each));
            frame.instances.push_back(each);
          }
          return {};
        },
        std::move(def));
  }

  Def item(const Frame& frame, ast::SortIndex index) const {
    switch (index.sort) {
      case Sort::core_module:
        return frame.core_modules[index.index];
      case Sort::func:
        return frame.funcs[index.index];
      case Sort::type:
        return frame.types[index.index];
      case Sort::component:
        return frame.components[index.index];
      default:
        return frame.instances[index.index];
    }
  }

  // --- definitions ---

  using Args = const std::map<std::string, Def, std::less<>>*;

  Result<> define(Frame& frame, const std::unique_ptr<CoreModule>& module, Args) {
    const ModuleTypeId type = frame.typed->core_modules[frame.core_modules.size()];
    frame.core_modules.push_back(ModuleDef{module_slot(*module, type)});
    return {};
  }

  // Its bytes are looked at once, however often its component is instantiated.
  std::uint32_t module_slot(const CoreModule& module, ModuleTypeId type) {
    const auto [place, added] = module_places_.try_emplace(&module, 0);
    if (added) {
      place->second = module_slot_by_bytes(module, type);
    }
    return place->second;
  }

  // The same bytes are compiled once, wherever they stand.
  std::uint32_t module_slot_by_bytes(const CoreModule& module, ModuleTypeId type) {
    const std::string_view key(reinterpret_cast<const char*>(module.bytes.data()),
                               module.bytes.size());
    if (const auto known = modules_.find(key); known != modules_.end()) {
      return known->second;
    }
    auto code = std::make_shared<CoreModuleCode>();
    code->bytes = module.bytes;
    code->offset = module.offset;
    code->digest = cache_digest(*program_->engine, module.bytes);
    code->type = (*arena_)[type];
    for (const CoreImport& import : module.imports) {
      code->imports.emplace_back(import.module, import.name);
    }
    if (auto outline = fusion::outline(module.bytes)) {
      code->outline = std::make_shared<const fusion::Outline>(*std::move(outline));
      code->forwarding = read_forwarding_module(*code->outline);
      code->filling = read_filling_module(*code->outline);
    }
    const std::uint32_t slot = program_->add_module(code);
    modules_.emplace(key, slot);
    own_modules_.emplace(slot, std::move(code));
    return slot;
  }

  // Whatever is instantiated or exported by itself is compiled; the rest must be valid all the
  // same.
  Result<> compile_modules(const std::set<std::uint32_t>& known_valid) {
    std::set<std::uint32_t> used;
    for (const Instantiate& step : program_->steps) {
      used.insert(step.module);
    }
    collect_modules(program_->exports, used);
    for (const auto& [slot, code] : own_modules_) {
      const Bytes bytes = std::exchange(code->bytes, {});
      code->outline = nullptr;  // views into them
      if (used.contains(slot)) {
        WC_CHECK(make_code(*code, bytes), "core module at offset {:#x}", code->offset);
      } else if (!known_valid.contains(slot)) {
        WC_CHECK(check_valid(*code, bytes), "core module at offset {:#x}", code->offset);
      }
    }
    return {};
  }

  Result<> make_code(CoreModuleCode& code, Bytes bytes) const {
    const Engine& engine = *program_->engine;
    code.key = cache_key(engine, std::array<std::string_view, 2>{"code", code.digest});
    code.handle = cached_module(engine, code.key);
    if (!code.handle) {
      WC_TRY(code.handle, compile_module(engine, bytes, code.key));
    }
    return {};
  }

  Result<> check_valid(const CoreModuleCode& code, Bytes bytes) const {
    const Engine& engine = *program_->engine;
    const std::string key =
        cache_key(engine, std::array<std::string_view, 2>{"valid", code.digest});
    if (!is_noted(engine, key)) {
      WC_CHECK(validate_module(engine, bytes));
      keep_note(engine, key);
    }
    return {};
  }

  static void collect_modules(const ExportedInstance& instance, std::set<std::uint32_t>& modules) {
    for (const auto& [name, item] : instance.items) {
      if (const auto* const module = std::get_if<ExportedModule>(&item)) {
        modules.insert(module->module);
      } else if (const auto* const nested = std::get_if<std::unique_ptr<ExportedInstance>>(&item)) {
        collect_modules(**nested, modules);
      }
    }
  }

  Result<> define(Frame& frame, const ast::CoreInstance& instance, Args) {
    CoreInstanceDef def;
    if (const auto* const bag = std::get_if<std::vector<ast::CoreInlineExport>>(&instance.body)) {
      for (const ast::CoreInlineExport& each : *bag) {
        WC_CHECK(budget_.spend(named_steps(each.name)));
        def.bag.emplace(each.name, core_item(frame, each.item));
      }
    } else {
      WC_TRY(def.instance, instantiate_core(frame, std::get<ast::CoreInstantiate>(instance.body)));
    }
    frame.core_instances.push_back(std::move(def));
    return {};
  }

  static CoreDef core_item(const Frame& frame, ast::SortIndex index) {
    switch (index.sort) {
      case Sort::core_table:
        return frame.core_tables[index.index];
      case Sort::core_memory:
        return frame.core_memories[index.index];
      case Sort::core_global:
        return frame.core_globals[index.index];
      case Sort::core_tag:
        return frame.core_tags[index.index];
      default:
        return frame.core_funcs[index.index];
    }
  }

  Result<std::uint32_t> instantiate_core(const Frame& frame,
                                         const ast::CoreInstantiate& instantiate) {
    Instantiate made;
    made.module = frame.core_modules[instantiate.module].module;
    made.instance = program_->core_instances++;
    const auto& imports = program_->modules[made.module]->imports;
    std::map<std::string_view, std::uint32_t> args;
    for (const ast::CoreArg& arg : instantiate.args) {
      WC_CHECK(budget_.spend(named_steps(arg.name)));
      args.emplace(arg.name, arg.instance);
    }
    for (const auto& [from, name] : imports) {
      WC_CHECK(budget_.spend(named_steps(from) + name.size() / 16));
      made.args.push_back(frame.core_instances[args.find(from)->second].item(name));
    }
    const std::uint32_t instance = made.instance;
    program_->steps.push_back(std::move(made));
    return instance;
  }

  Result<> define(Frame&, const ast::CoreType&, Args) { return {}; }

  Result<> define(Frame& frame, const std::unique_ptr<ast::Component>&, Args) {
    frame.components.push_back(
        ComponentDef{frame.typed->nested[frame.nested_seen++].get(), &frame});
    return {};
  }

  Result<> define(Frame& frame, const ast::Instance& instance, Args) {
    auto def = std::make_shared<InstanceDef>();
    if (const auto* const bag = std::get_if<std::vector<ast::InlineExport>>(&instance.body)) {
      for (const ast::InlineExport& each : *bag) {
        WC_CHECK(budget_.spend(named_steps(each.name.name)));
        def->exports.insert_or_assign(std::string(each.name.name), item(frame, each.item));
      }
    } else {
      const auto& instantiate = std::get<ast::Instantiate>(instance.body);
      std::map<std::string, Def, std::less<>> args;
      for (const ast::Arg& arg : instantiate.args) {
        WC_CHECK(budget_.spend(named_steps(arg.name)));
        args.insert_or_assign(std::string(arg.name), item(frame, arg.item));
      }
      const ComponentDef component = frame.components[instantiate.component];
      WC_TRY(Frame* const child,
             new_frame(*component.typed, component.outer, frame.instance_chain));
      WC_CHECK(run(*child, &args));
      def->exports = std::move(child->exports);
    }
    return append(frame, std::move(def));
  }

  Result<> define(Frame& frame, const ast::Alias& alias, Args) {
    if (const auto* const exported = std::get_if<ast::AliasExport>(&alias.target)) {
      WC_CHECK(budget_.spend(named_steps(exported->name)));
      return append(frame,
                    frame.instances[exported->instance]->exports.find(exported->name)->second);
    }
    if (const auto* const core = std::get_if<ast::AliasCoreExport>(&alias.target)) {
      WC_CHECK(budget_.spend(named_steps(core->name)));
      append_core(frame, alias.sort, frame.core_instances[core->instance].item(core->name));
    } else if (alias.sort != Sort::core_type) {
      const auto& outer = std::get<ast::AliasOuter>(alias.target);
      const Frame* from = &frame;
      for (std::uint32_t i = 0; i < outer.count; ++i) {
        from = from->outer;
      }
      return append(frame, item(*from, {alias.sort, outer.index}));
    }
    return {};
  }

  static void append_core(Frame& frame, Sort sort, CoreDef def) {
    switch (sort) {
      case Sort::core_table:
        frame.core_tables.push_back(std::move(def));
        break;
      case Sort::core_memory:
        frame.core_memories.push_back(std::move(def));
        break;
      case Sort::core_global:
        frame.core_globals.push_back(std::move(def));
        break;
      case Sort::core_tag:
        frame.core_tags.push_back(std::move(def));
        break;
      default:
        frame.core_funcs.push_back(std::move(def));
        break;
    }
  }

  Result<> define(Frame& frame, const ast::Type& type, Args) {
    TypeDef def;
    if (const auto* const resource = std::get_if<ast::ResourceType>(&type.body)) {
      RuntimeResource made;
      made.instance = frame.instance;
      made.chain = frame.instance_chain;
      if (resource->destructor) {
        made.destructor = func_slot(frame.core_funcs[*resource->destructor]);
      }
      program_->resources.push_back(std::move(made));
      def.resource = static_cast<ResourceIndex>(program_->resources.size() - 1);
    }
    return append(frame, def);
  }

  Result<> define(Frame&, const ast::Start& start, Args) {
    return Error(ErrorKind::unsupported, "offset {:#x}: start functions with values are not run",
                 start.offset);
  }

  Result<> define(Frame&, const ast::ValueDef& value, Args) {
    return Error(ErrorKind::unsupported, "offset {:#x}: values are not supported", value.offset);
  }

  Result<> define(Frame& frame, const ast::Import& import, Args args) {
    if (args == nullptr) {  // the root
      return append(frame, root_imports_.find(import.name.name)->second);
    }
    if (const auto arg = args->find(import.name.name); arg != args->end()) {
      return append(frame, arg->second);
    }
    return append(frame, TypeDef{});  // given by its own bounds: nothing has to be supplied
  }

  Result<> define(Frame& frame, const ast::Export& exported, Args) {
    WC_CHECK(budget_.spend(named_steps(exported.name.name)));
    Def def = item(frame, exported.item);
    frame.exports.insert_or_assign(std::string(exported.name.name), def);
    return append(frame, std::move(def));
  }

  // --- canon ---

  Result<> define(Frame& frame, const ast::Canon& canon, Args) {
    WC_CHECK(budget_.spend(kFuncSteps + frame.instance_chain.size()));
    switch (canon.op) {
      case ast::CanonOp::lift:
        return lift(frame, canon);
      case ast::CanonOp::lower:
        return lower(frame, canon);
      case ast::CanonOp::resource_new:
      case ast::CanonOp::resource_drop:
      case ast::CanonOp::resource_rep:
        return resource_op(frame, canon);
      default:
        return Error(
            ErrorKind::unsupported,
            "offset {:#x}: canonical built-in `{}` (opcode {:#04x}) needs the asynchronous runtime",
            canon.offset, to_string(canon.op), static_cast<unsigned>(canon.op));
    }
  }

  Result<CanonicalOptions> options(const Frame& frame, const ast::Canon& canon) {
    if (canon.options.async != 0 || !canon.options.callback.empty()) {
      return Error(ErrorKind::unsupported,
                   "offset {:#x}: `canon {}` with `async` needs the asynchronous runtime",
                   canon.offset, to_string(canon.op));
    }
    const auto func = [&](std::uint32_t index) { return func_slot(frame.core_funcs[index]); };
    CanonicalOptions made;
    made.instance = frame.instance;
    made.memory = optional_slot(canon.options.memory, [&](std::uint32_t index) {
      return memory_slot(frame.core_memories[index]);
    });
    made.realloc = optional_slot(canon.options.realloc, func);
    made.post_return = optional_slot(canon.options.post_return, func);
    if (!canon.options.encodings.empty()) {
      made.encoding = canon.options.encodings.front();
    }
    return made;
  }

  // Whether calls of it can be run, and with which core types.
  Result<const FuncPlan*> plan(const Frame& frame, FuncTypeId type, std::size_t offset) {
    WC_TRY(const FuncPlan* const made,
           plans_.plan(*arena_, *frame.resources, (*arena_)[type], budget_), "offset {:#x}",
           offset);
    return made;
  }

  Result<> lift(Frame& frame, const ast::Canon& canon) {
    LiftedFunc made;
    made.core_func = func_slot(frame.core_funcs[canon.func]);
    WC_TRY(made.options, options(frame, canon));
    made.type = frame.typed->funcs[frame.funcs.size()];
    WC_CHECK(plan(frame, made.type, canon.offset));
    made.instance_chain = frame.instance_chain;
    frame.funcs.emplace_back(&program_->lifted.emplace_back(std::move(made)));
    return {};
  }

  Result<> lower(Frame& frame, const ast::Canon& canon) {
    WC_TRY(const CanonicalOptions opts, options(frame, canon));
    const FuncTypeId type = frame.typed->funcs[canon.func];
    WC_TRY(const FuncPlan* const func_plan, plan(frame, type, canon.offset));
    Trampoline made;
    made.type = func_plan->lowered;
    const FuncDef& func = frame.funcs[canon.func];
    if (const auto* const host = std::get_if<HostFunctionIndex>(&func)) {
      made.body = trampoline::LowerHost{nullptr, *host, opts, type, nullptr};
    } else {
      made.body = lower_guest(frame, *std::get<const LiftedFunc*>(func), opts, type);
    }
    add_trampoline(frame, std::move(made));
    return {};
  }

  // Section 3.6: whether a call between these two instances can ever be allowed, and which
  // instances it enters.
  static trampoline::LowerGuest lower_guest(const Frame& frame, const LiftedFunc& callee,
                                            const CanonicalOptions& opts, FuncTypeId type) {
    trampoline::LowerGuest made{&callee, opts, type, nullptr, {}, false};
    made.always_traps = contains(frame.instance_chain, callee.options.instance) ||
                        contains(callee.instance_chain, frame.instance);
    made.entered = without(callee.instance_chain, frame.instance_chain);
    return made;
  }

  Result<> resource_op(Frame& frame, const ast::Canon& canon) {
    const std::vector<FlatType> i32{FlatType::i32};
    Trampoline made;
    made.type.params = i32;
    if (canon.op != ast::CanonOp::resource_drop) {
      made.type.results = i32;
    }
    const ResourceIndex resource = *frame.types[canon.type].resource;
    CanonicalOptions own;
    own.instance = frame.instance;
    std::vector<std::uint32_t> entered;
    if (const std::uint32_t definer = program_->resources[resource].instance; definer != kNone) {
      entered = without(chains_[definer], frame.instance_chain);
    }
    made.body = trampoline::ResourceOp{canon.op, resource, own, std::move(entered)};
    add_trampoline(frame, std::move(made));
    return {};
  }

  void add_trampoline(Frame& frame, Trampoline made) {
    program_->trampolines.push_back(std::move(made));
    frame.core_funcs.push_back(CoreDef{CoreDef::Kind::trampoline,
                                       static_cast<std::uint32_t>(program_->trampolines.size() - 1),
                                       {}});
  }

  // --- slots ---

  using Slots = std::map<CoreDef, std::uint32_t>;

  static std::uint32_t slot(Slots& slots, std::vector<CoreDef>& defs, const CoreDef& def) {
    const auto [place, added] = slots.try_emplace(def, static_cast<std::uint32_t>(defs.size()));
    if (added) {
      defs.push_back(def);
    }
    return place->second;
  }

  std::uint32_t func_slot(const CoreDef& def) { return slot(func_slots_, program_->funcs, def); }

  std::uint32_t memory_slot(const CoreDef& def) {
    return slot(memory_slots_, program_->memories, def);
  }

  // Of the types only those that somebody may ask for; there are many more.
  void keep_types(const std::vector<NamedEntity>& imports) {
    TypeSubset kept(*arena_, program_->arena);
    for (LiftedFunc& func : program_->lifted) {
      func.type = kept.add(func.type);
    }
    for (Trampoline& trampoline : program_->trampolines) {
      if (auto* const host = std::get_if<trampoline::LowerHost>(&trampoline.body)) {
        host->type = kept.add(host->type);
      } else if (auto* const guest = std::get_if<trampoline::LowerGuest>(&trampoline.body)) {
        guest->type = kept.add(guest->type);
      }
    }
    program_->imports = kept.add(imports);
  }

  // --- the root's exports ---

  Result<ExportedInstance> exported(const std::map<std::string, Def, std::less<>>& defs) {
    ExportedInstance made;
    for (const auto& [name, def] : defs) {
      WC_CHECK(budget_.spend(named_steps(name)));
      if (const auto* const func = std::get_if<FuncDef>(&def)) {
        // A function of the host that is exported again has nothing of the guest's in it, and
        // nothing to call here.
        if (const auto* const lifted = std::get_if<const LiftedFunc*>(func)) {
          made.items.emplace(name, *lifted);
        }
      } else if (const auto* const instance = std::get_if<std::shared_ptr<InstanceDef>>(&def)) {
        WC_TRY(ExportedInstance nested, exported((*instance)->exports));
        made.items.emplace(name, std::make_unique<ExportedInstance>(std::move(nested)));
      } else if (const auto* const module = std::get_if<ModuleDef>(&def)) {
        made.items.emplace(name, ExportedModule{module->module});
      } else if (const auto* const type = std::get_if<TypeDef>(&def);
                 type != nullptr && type->resource) {
        made.items.emplace(name, *type->resource);
      }
    }
    return made;
  }

  const Host& host_;
  std::deque<Frame> frames_;
  std::unique_ptr<Program> program_;
  TypeArena* arena_ = nullptr;
  WorkBudget budget_{kMaxWork};
  std::map<std::string_view, std::uint32_t> modules_;
  std::unordered_map<const CoreModule*, std::uint32_t> module_places_;
  std::map<std::uint32_t, std::shared_ptr<CoreModuleCode>> own_modules_;  // not a host's
  std::vector<std::vector<std::uint32_t>> chains_;                        // by component instance
  Slots func_slots_;
  Slots memory_slots_;
  PlanTable plans_;  // of types that are still the arena's
  BoundImports root_imports_;
};

}  // namespace
}  // namespace compiling

Result<std::unique_ptr<Program>> compile(const Engine& engine, const Host& host,
                                         std::shared_ptr<ImportSource> source,
                                         Validated& validated) {
  compiling::Compiler compiler(engine, host, std::move(source));
  return compiler.compile(validated);
}

}  // namespace wasmcloud::component
