#include "wasmcloud/component/forwarding.h"

#include <algorithm>
#include <functional>

#include "wasmcloud/component/calls.h"
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
    find_forwarding();
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
      if (const auto pair = find_pair(i)) {
        replace(*pair);
      }
    }
    remove_steps();
  }

 private:
  const CoreModuleCode& code(const step::Instantiate& step) const {
    return *program_.modules[step.module];
  }

  void find_forwarding() {
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
      const auto* const step = std::get_if<step::Instantiate>(&program_.steps[i]);
      if (step != nullptr && code(*step).forwarding) {
        forwarding_.emplace(step->instance, i);
      }
    }
  }

  // Whether step `i` fills the table of a forwarding instance that nobody else sees, with functions
  // that may be called from anywhere.
  std::optional<Pair> find_pair(std::size_t i) const {
    const auto* const step = std::get_if<step::Instantiate>(&program_.steps[i]);
    if (step == nullptr || !code(*step).filling) {
      return std::nullopt;
    }
    const CoreDef& table = step->args[code(*step).filling->table_import];
    const auto owner = forwarding_.find(table.index);
    if (table.kind != CoreDef::Kind::instance_export || owner == forwarding_.end()) {
      return std::nullopt;
    }
    const auto& forwarding = std::get<step::Instantiate>(program_.steps[owner->second]);
    if (code(forwarding).forwarding->table != table.name || uses(table) != 1 ||
        !all_slots_known(*step, forwarding)) {
      return std::nullopt;
    }
    return Pair{table.index, owner->second, i};
  }

  // Every function that forwards must know where to: the type is the target's.
  bool all_slots_known(const step::Instantiate& filling,
                       const step::Instantiate& forwarding) const {
    const auto& slots = code(filling).filling->slot_imports;
    return std::ranges::all_of(code(forwarding).forwarding->slots, [&](const auto& each) {
      const auto import = slots.find(each.second);
      return import != slots.end() && can_be_called_late(filling.args[import->second]);
    });
  }

  bool can_be_called_late(const CoreDef& target) const {
    if (target.kind == CoreDef::Kind::trampoline) {
      return true;
    }
    const auto owner = std::ranges::find_if(program_.steps, [&](const Step& step) {
      const auto* const instantiate = std::get_if<step::Instantiate>(&step);
      return instantiate != nullptr && instantiate->instance == target.index;
    });
    if (owner == program_.steps.end()) {
      return false;
    }
    const CoreModuleCode& module = code(std::get<step::Instantiate>(*owner));
    const auto* const type = module.type.find_export(target.name);
    return !module.has_tags && type != nullptr && std::holds_alternative<CoreFuncType>(*type) &&
           func_type(std::get<CoreFuncType>(*type)) != nullptr;
  }

  std::size_t uses(const CoreDef& def) const {
    std::size_t count = 0;
    for_defs([&](const CoreDef& each) { count += !(each < def) && !(def < each) ? 1 : 0; });
    return count;
  }

  template <typename F>
  void for_defs(F f) const {
    for (Step& step : program_.steps) {
      if (auto* const instantiate = std::get_if<step::Instantiate>(&step)) {
        std::ranges::for_each(instantiate->args, f);
      } else if (auto* const memory = std::get_if<step::ExtractMemory>(&step)) {
        f(memory->from);
      } else {
        f(std::get<step::ExtractFunc>(step).from);
      }
    }
  }

  // Puts in the place of each forwarding function what it calls: a trampoline itself, or one that
  // calls the function once it exists.
  void replace(const Pair& pair) {
    const auto filling = std::get<step::Instantiate>(program_.steps[pair.filling_step]);
    const auto& forwarding = std::get<step::Instantiate>(program_.steps[pair.forwarding_step]);
    std::vector<Step> late;
    std::map<std::string, CoreDef> targets;
    for (const auto& [name, slot] : code(forwarding).forwarding->slots) {
      const CoreDef& target = filling.args[code(filling).filling->slot_imports.at(slot)];
      targets.emplace(name,
                      target.kind == CoreDef::Kind::trampoline ? target : call_late(target, late));
    }
    removed_.push_back(pair.forwarding_step);
    late_.emplace(pair.filling_step, std::move(late));
    for_defs([&](CoreDef& each) {
      if (each.kind == CoreDef::Kind::instance_export && each.index == pair.forwarding) {
        if (const auto target = targets.find(each.name); target != targets.end()) {
          each = target->second;
        }
      }
    });
  }

  CoreDef call_late(const CoreDef& target, std::vector<Step>& late) {
    const std::uint32_t slot = program_.funcs++;
    late.emplace_back(step::ExtractFunc{target, slot});
    const auto owner = std::ranges::find_if(program_.steps, [&](const Step& step) {
      const auto* const instantiate = std::get_if<step::Instantiate>(&step);
      return instantiate != nullptr && instantiate->instance == target.index;
    });
    const CoreModuleCode& module = code(std::get<step::Instantiate>(*owner));
    Trampoline made;
    made.type = func_type(std::get<CoreFuncType>(*module.type.find_export(target.name)));
    made.body = trampoline::CallLate{slot};
    program_.trampolines.push_back(std::move(made));
    return CoreDef{
        CoreDef::Kind::trampoline, static_cast<std::uint32_t>(program_.trampolines.size() - 1), {}};
  }

  // The filling steps make way for what looks up the functions that they would have written.
  void remove_steps() {
    std::vector<Step> kept;
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
      if (const auto late = late_.find(i); late != late_.end()) {
        std::ranges::move(late->second, std::back_inserter(kept));
      } else if (std::ranges::find(removed_, i) == removed_.end()) {
        kept.push_back(std::move(program_.steps[i]));
      }
    }
    program_.steps = std::move(kept);
  }

  Program& program_;
  std::map<std::uint32_t, std::size_t> forwarding_;  // core instance -> its step
  std::vector<std::size_t> removed_;
  std::map<std::size_t, std::vector<Step>> late_;
};

}  // namespace

void resolve_forwarding(Program& program) { Resolver(program).run(); }

}  // namespace wasmcloud::component
