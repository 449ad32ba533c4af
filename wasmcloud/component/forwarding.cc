#include "wasmcloud/component/forwarding.h"

#include <algorithm>
#include <set>

#include "wasmcloud/component/program.h"

namespace wasmcloud::component {
namespace {

// A forwarding instance and the instantiation that fills its table.
struct Pair {
  std::uint32_t forwarding = 0;  // core instance
  std::size_t forwarding_step = 0;
  std::size_t filling_step = 0;
};

class Resolver {
 public:
  explicit Resolver(Program& program) : program_(program) {}

  void run() {
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
      if (const auto pair = find_pair(i)) {
        replace(*pair);
      }
    }
    std::size_t at = 0;
    std::erase_if(program_.steps, [&](const Instantiate&) { return removed_.contains(at++); });
  }

 private:
  const CoreModuleCode& code(const Instantiate& step) const {
    return *program_.modules[step.module];
  }

  std::optional<std::size_t> step_of(std::uint32_t instance) const {
    const auto found = std::ranges::find(program_.steps, instance, &Instantiate::instance);
    return found == program_.steps.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - program_.steps.begin()));
  }

  // Whether step `i` fills the table of a forwarding instance that nobody else sees, with functions
  // that may be called from anywhere.
  std::optional<Pair> find_pair(std::size_t i) const {
    const Instantiate& filling = program_.steps[i];
    if (!code(filling).filling) {
      return std::nullopt;
    }
    const CoreDef& table = filling.args[code(filling).filling->table_import];
    const auto owner =
        table.kind == CoreDef::Kind::instance_export ? step_of(table.index) : std::nullopt;
    if (!owner) {
      return std::nullopt;
    }
    const Instantiate& forwarding = program_.steps[*owner];
    if (!code(forwarding).forwarding || code(forwarding).forwarding->table != table.name ||
        uses(table) != 1 || !all_slots_known(filling, forwarding)) {
      return std::nullopt;
    }
    return Pair{table.index, *owner, i};
  }

  // Every function that forwards must know where to: the type is the target's.
  bool all_slots_known(const Instantiate& filling, const Instantiate& forwarding) const {
    const auto& slots = code(filling).filling->slot_imports;
    return std::ranges::all_of(code(forwarding).forwarding->slots, [&](const auto& each) {
      const auto import = slots.find(each.second);
      if (import == slots.end()) {
        return false;
      }
      // Of another type, only a call would trap.
      const auto own = export_type(code(forwarding), each.first);
      return own && own == target_type(filling.args[import->second]);
    });
  }

  std::optional<FlatSignature> target_type(const CoreDef& target) const {
    return target.kind == CoreDef::Kind::trampoline ? program_.trampolines[target.index].type
                                                    : late_type(target);
  }

  // Nothing if it is no function, or one with types of which trampolines know nothing.
  static std::optional<FlatSignature> export_type(const CoreModuleCode& module,
                                                  const std::string& name) {
    const CoreExternType* const type = module.type.find_export(name);
    const auto* const func = type == nullptr ? nullptr : std::get_if<CoreFuncType>(type);
    return func == nullptr ? std::nullopt : flat_signature(*func);
  }

  // The type of a core instance's function that can be called by a trampoline; nothing if it
  // cannot.
  std::optional<FlatSignature> late_type(const CoreDef& target) const {
    const auto owner = step_of(target.index);
    if (!owner) {
      return std::nullopt;
    }
    const CoreModuleCode& module = code(program_.steps[*owner]);
    return module.outline == nullptr ? std::nullopt : export_type(module, target.name);
  }

  std::size_t uses(const CoreDef& def) const {
    std::size_t count = 0;
    program_.for_core_defs(
        [&](const CoreDef& each) { count += !(each < def) && !(def < each) ? 1 : 0; });
    return count;
  }

  // Puts in the place of each forwarding function what it calls: a trampoline itself, or one that
  // calls the function once it exists.
  void replace(const Pair& pair) {
    const std::vector<CoreDef> filled = program_.steps[pair.filling_step].args;
    const FillingModule& filling = *code(program_.steps[pair.filling_step]).filling;
    std::map<std::string, CoreDef> targets;
    for (const auto& [name, slot] : code(program_.steps[pair.forwarding_step]).forwarding->slots) {
      const CoreDef& target = filled[filling.slot_imports.at(slot)];
      targets.emplace(name, target.kind == CoreDef::Kind::trampoline ? target : call_late(target));
    }
    program_.for_core_defs([&](CoreDef& each) {
      if (each.kind == CoreDef::Kind::instance_export && each.index == pair.forwarding) {
        if (const auto target = targets.find(each.name); target != targets.end()) {
          each = target->second;
        }
      }
    });
    removed_.insert({pair.forwarding_step, pair.filling_step});
  }

  CoreDef call_late(const CoreDef& target) {
    Trampoline made;
    made.type = late_type(target).value();
    made.body = trampoline::CallLate{static_cast<std::uint32_t>(program_.funcs.size())};
    program_.funcs.push_back(target);
    program_.trampolines.push_back(std::move(made));
    return CoreDef{
        CoreDef::Kind::trampoline, static_cast<std::uint32_t>(program_.trampolines.size() - 1), {}};
  }

  Program& program_;
  std::set<std::size_t> removed_;
};

}  // namespace

void resolve_forwarding(Program& program) { Resolver(program).run(); }

}  // namespace wasmcloud::component
