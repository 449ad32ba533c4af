#include "wasmcloud/component/fusion.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/module_fusion.h"
#include "wasmcloud/component/program.h"

namespace wasmcloud::component {
namespace {

// A change of what fusion::fuse() makes needs another name: compiled code is kept under it.
constexpr std::string_view kForm = "fused-5";
// Of one group. Tools put two or three beside each other, or as many as a program has shared
// libraries.
constexpr std::size_t kMaxParts = 32;
// How much is fused in all, as a multiple of the bytes that the modules have: a component that
// instantiates one module many times must not make that many copies of it.
constexpr std::size_t kMaxGrowth = 2;
constexpr std::size_t kMaxLateCalls = 100;  // one behind the other

// Consecutive steps, about to be one.
struct Group {
  std::size_t first = 0;
  std::vector<std::uint32_t> instances;  // by part
  std::vector<std::uint32_t> modules;    // by part
  std::vector<fusion::Part> parts;
  std::vector<CoreDef> args;             // of the imports that remain
  std::vector<CoreDef> exported;         // what others know of them
  std::vector<fusion::Binding> exports;  // the same, as the parts name it
};

// Where something is mentioned: steps, or no step (a slot), which is behind all of them.
struct Mentions {
  std::size_t first = std::numeric_limits<std::size_t>::max();
  std::size_t last = 0;
};

class ProgramFuser {
 public:
  explicit ProgramFuser(Program& program) : program_(program) {
    for (std::size_t step = 0; step < program_.steps.size(); ++step) {
      steps_.emplace(program_.steps[step].instance, step);
      for (const CoreDef& arg : program_.steps[step].args) {
        note(arg, step);
      }
    }
    constexpr std::size_t kNoStep = std::numeric_limits<std::size_t>::max();
    std::ranges::for_each(program_.funcs, [this](const CoreDef& def) { note(def, kNoStep); });
    std::ranges::for_each(program_.memories, [this](const CoreDef& def) { note(def, kNoStep); });
    for (std::uint32_t module = 0; module < program_.modules.size(); ++module) {
      bytes_left_ += kMaxGrowth * code(module).bytes.size();
      if (code(module).outline != nullptr && is_noted(engine(), note_key(module, "unfusable"))) {
        unfusable_.insert(module);
      }
    }
  }

  std::set<std::uint32_t> run() {
    for (std::size_t first = 0; first < program_.steps.size();) {
      first += fuse_from(first);
    }
    program_.steps = std::move(done_);
    program_.for_core_defs([this](CoreDef& def) {
      if (const auto now = renamed_.find(def); now != renamed_.end()) {
        def = now->second;
      }
    });
    // Only now: a start function's name is none that any part has given.
    for (const std::size_t step : starting_) {
      program_.steps[step].start = static_cast<std::uint32_t>(program_.funcs.size());
      program_.funcs.push_back(CoreDef{CoreDef::Kind::instance_export,
                                       program_.steps[step].instance, std::string(fusion::kStart)});
    }
    return std::move(absorbed_);
  }

 private:
  const CoreModuleCode& code(std::uint32_t module) const { return *program_.modules[module]; }

  const Engine& engine() const { return *program_.engine; }

  std::string note_key(std::uint32_t module, std::string_view what) const {
    return cache_key(engine(), std::array<std::string_view, 3>{kForm, what, code(module).digest});
  }

  void note(const CoreDef& def, std::size_t step) {
    if (def.kind == CoreDef::Kind::instance_export) {
      Mentions& mentions = mentions_[def.index][def];
      mentions.first = std::min(mentions.first, step);
      mentions.last = std::max(mentions.last, step);
    }
  }

  // --- what could be one ---

  // Does what can be done with the step `first`; gives how many steps are done with.
  std::size_t fuse_from(std::size_t first) {
    for (;;) {
      const std::size_t count = candidates(first);
      if (count < 2) {
        done_.push_back(std::move(program_.steps[first]));
        return 1;
      }
      Group group = make_group(first, count);
      if (auto fused = fused_code(group)) {
        replace(std::move(group), std::move(fused));
        return count;
      }
      if (!exclude_unfusable(group)) {
        done_.push_back(std::move(program_.steps[first]));
        return 1;
      }
    }
  }

  // How many steps from `first` on could be one instance. The last one is bound to another; between
  // them may be what only a later one needs.
  std::size_t candidates(std::size_t first) {
    std::size_t count = 1;
    std::size_t memories = 0;
    std::set<std::uint32_t> modules;
    const std::size_t end = std::min(program_.steps.size(), first + kMaxParts);
    for (std::size_t step = first; step < end; ++step) {
      const std::uint32_t module = program_.steps[step].module;
      const fusion::Outline* const next = outline(module);
      if (next == nullptr || !modules.insert(module).second) {
        break;
      }
      memories += own_memories(*next);
      if (memories > 1) {
        break;
      }
      if (bound_to(step, first)) {
        count = step - first + 1;
      }
      if (next->start) {
        break;
      }
    }
    return count;
  }

  // Null if the module is not to be fused at all.
  const fusion::Outline* outline(std::uint32_t module) const {
    return unfusable_.contains(module) ? nullptr : code(module).outline.get();
  }

  static std::size_t own_memories(const fusion::Outline& outline) {
    constexpr auto kMemory = static_cast<std::size_t>(fusion::Space::memory);
    return outline.count[kMemory] - outline.imported[kMemory].size();
  }

  // After a group could not be fused: leaves out the modules with instructions that cannot be.
  // Whether there was one.
  bool exclude_unfusable(const Group& group) {
    bool excluded = false;
    for (const std::uint32_t module : group.modules) {
      if (checked_.insert(module).second && !fusable(module)) {
        unfusable_.insert(module);
        excluded = true;
      }
    }
    return excluded;
  }

  // By its instructions, which are looked at once and not again when the component is loaded anew.
  bool fusable(std::uint32_t module) const {
    const std::string yes = note_key(module, "fusable");
    if (is_noted(engine(), yes)) {
      return true;
    }
    const bool fusable = fusion::check_code(*outline(module)).has_value();
    keep_note(engine(), fusable ? yes : note_key(module, "unfusable"));
    return fusable;
  }

  // Whether `step` takes anything from the steps between `first` and it, or they from it.
  bool bound_to(std::size_t step, std::size_t first) const {
    const auto takes = [this](std::size_t user, std::size_t from, std::size_t to) {
      return std::ranges::any_of(program_.steps[user].args, [&](const CoreDef& arg) {
        const CoreDef* const item = target(arg);
        const auto owner = item == nullptr ? steps_.end() : steps_.find(item->index);
        return owner != steps_.end() && owner->second >= from && owner->second < to;
      });
    };
    if (takes(step, first, step)) {
      return true;
    }
    for (std::size_t user = first; user < step; ++user) {
      if (takes(user, step, step + 1)) {
        return true;
      }
    }
    return false;
  }

  // The core instance's item that stands behind an argument, now or later; null if it is a
  // function of ours.
  const CoreDef* target(const CoreDef& arg) const {
    const CoreDef* at = &arg;
    for (std::size_t i = 0; i < kMaxLateCalls; ++i) {
      if (at->kind == CoreDef::Kind::instance_export) {
        return at;
      }
      const auto* const late =
          std::get_if<trampoline::CallLate>(&program_.trampolines[at->index].body);
      if (late == nullptr) {
        return nullptr;
      }
      at = &program_.funcs[late->func];
    }
    return nullptr;
  }

  Group make_group(std::size_t first, std::size_t count) {
    Group group;
    group.first = first;
    for (std::size_t step = first; step < first + count; ++step) {
      group.instances.push_back(program_.steps[step].instance);
      group.modules.push_back(program_.steps[step].module);
      group.parts.push_back(fusion::Part{outline(program_.steps[step].module), {}});
    }
    for (std::size_t part = 0; part < count; ++part) {
      for (const CoreDef& arg : program_.steps[first + part].args) {
        auto binding = inside(group, target(arg));
        if (!binding) {
          group.args.push_back(arg);
        }
        group.parts[part].imports.push_back(std::move(binding));
      }
    }
    for (const std::uint32_t instance : group.instances) {
      for (const auto& [def, mentions] : mentions_[instance]) {
        if (mentions.first < first || mentions.last >= first + count) {
          group.exported.push_back(def);
          group.exports.push_back(*inside(group, &def));
        }
      }
    }
    return group;
  }

  // An item of an instance of the group, as its parts name it.
  static std::optional<fusion::Binding> inside(const Group& group, const CoreDef* item) {
    const auto found =
        item == nullptr ? group.instances.end() : std::ranges::find(group.instances, item->index);
    if (found == group.instances.end()) {
      return std::nullopt;
    }
    return fusion::Binding{static_cast<std::uint32_t>(found - group.instances.begin()), item->name};
  }

  // --- making it ---

  // Null if it cannot be had. The same group is made once, however often it is instantiated.
  std::shared_ptr<const CoreModuleCode> fused_code(const Group& group) {
    const std::string form = form_of(group);
    std::string identity = form;
    for (const std::uint32_t module : group.modules) {
      identity += fmt::format(" #{}", module);
    }
    const auto [place, added] = made_.try_emplace(std::move(identity));
    if (added) {
      auto made = std::make_shared<CoreModuleCode>();
      made->key = key_of(group, form);
      Result<ModuleHandle> compiled = compile(group, made->key);
      if (compiled) {
        made->handle = *std::move(compiled);
        for (std::size_t i = 0; i < group.args.size(); ++i) {
          made->imports.emplace_back("", std::to_string(i));
        }
        place->second = std::move(made);
      } else {
        log::debug("core modules stay apart", {{"why", compiled.error().describe()}});
      }
    }
    return place->second;
  }

  // Everything but the parts' bytes that decides what the fused module is.
  std::string form_of(const Group& group) const {
    std::string form(kForm);
    const auto add = [&form](const fusion::Binding& binding) {
      form += fmt::format(" {}:{}:{}", binding.part, binding.name.size(), binding.name);
    };
    for (std::size_t part = 0; part < group.parts.size(); ++part) {
      form += fmt::format(" {}(", code(group.modules[part]).bytes.size());
      for (const auto& import : group.parts[part].imports) {
        if (import) {
          add(*import);
        } else {
          form += " -";
        }
      }
      form += ')';
    }
    std::ranges::for_each(group.exports, add);
    return form;
  }

  std::string key_of(const Group& group, std::string_view form) const {
    std::vector<std::string_view> made_of{form};
    for (const std::uint32_t module : group.modules) {
      made_of.emplace_back(code(module).digest);
    }
    return cache_key(engine(), made_of);
  }

  Result<ModuleHandle> compile(const Group& group, const std::string& key) {
    std::size_t size = 0;
    for (const std::uint32_t module : group.modules) {
      size += code(module).bytes.size();
    }
    if (size > bytes_left_) {
      return Error(ErrorKind::exhausted, "too many copies of the same modules");
    }
    bytes_left_ -= size;
    if (ModuleHandle cached = cached_module(engine(), key)) {
      return cached;
    }
    if (is_noted(engine(), key)) {
      return Error(ErrorKind::unsupported, "they did so before");
    }
    // What is not valid by itself must not become so among others.
    for (const std::uint32_t module : group.modules) {
      WC_CHECK(valid(module));
    }
    const auto fused = fusion::fuse(group.parts, group.exports);
    if (!fused) {
      keep_note(engine(), key);
      return fused.error().clone();
    }
    Result<ModuleHandle> compiled = compile_module(engine(), *fused, key);
    if (!compiled) {
      log::warn("core modules that belong together could not be compiled as one",
                {{"error", compiled.error().describe()}});
    }
    return compiled;
  }

  Result<> valid(std::uint32_t module) {
    const auto [place, added] = valid_.try_emplace(module, false);
    if (added) {
      WC_CHECK(validate_module(engine(), code(module).bytes));
      place->second = true;
    }
    return place->second ? Result<>() : Error(ErrorKind::invalid, "module {}", module);
  }

  void replace(Group group, std::shared_ptr<const CoreModuleCode> fused) {
    Instantiate made;
    made.module = slot_of(std::move(fused));
    made.instance = group.instances.front();
    made.args = std::move(group.args);
    absorbed_.insert(group.modules.begin(), group.modules.end());
    for (std::size_t i = 0; i < group.exported.size(); ++i) {
      renamed_.emplace(group.exported[i],
                       CoreDef{CoreDef::Kind::instance_export, made.instance, std::to_string(i)});
    }
    if (group.parts.back().outline->start) {
      starting_.push_back(done_.size());
    }
    done_.push_back(std::move(made));
  }

  std::uint32_t slot_of(std::shared_ptr<const CoreModuleCode> fused) {
    const auto [place, added] =
        slots_.try_emplace(fused.get(), static_cast<std::uint32_t>(program_.modules.size()));
    if (added) {
      program_.add_module(std::move(fused));
    }
    return place->second;
  }

  Program& program_;
  std::map<std::uint32_t, std::size_t> steps_;                         // by instance
  std::map<std::uint32_t, std::map<CoreDef, Mentions>> mentions_;      // by instance
  std::set<std::uint32_t> checked_;                                    // modules: their bodies
  std::set<std::uint32_t> unfusable_;                                  // modules, by their bodies
  std::map<std::uint32_t, bool> valid_;                                // by module
  std::map<std::string, std::shared_ptr<const CoreModuleCode>> made_;  // null: cannot be
  std::map<const CoreModuleCode*, std::uint32_t> slots_;
  std::size_t bytes_left_ = 0;
  std::vector<Instantiate> done_;
  std::map<CoreDef, CoreDef> renamed_;
  std::vector<std::size_t> starting_;  // of done_: steps with a start function
  std::set<std::uint32_t> absorbed_;
};

}  // namespace

std::set<std::uint32_t> fuse_modules(Program& program) { return ProgramFuser(program).run(); }

}  // namespace wasmcloud::component
