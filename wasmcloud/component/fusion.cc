#include "wasmcloud/component/fusion.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "wasmcloud/base/log.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/module_fusion.h"
#include "wasmcloud/component/program.h"

namespace wasmcloud::component {
namespace {

// A change of what fuse() makes needs another name: compiled code is kept under it.
constexpr std::string_view kForm = "fused-2";

// Consecutive steps, about to be one.
struct Group {
  std::size_t first = 0;
  std::vector<fusion::Part> parts;
  std::vector<CoreDef> args;             // of the imports that remain
  std::vector<CoreDef> exported;         // what others know of them
  std::vector<fusion::Binding> exports;  // the same, as the parts name it
  std::vector<std::uint32_t> instances;  // by part
};

class ProgramFuser {
 public:
  explicit ProgramFuser(Program& program) : program_(program) {}

  std::set<std::uint32_t> run() {
    for (std::size_t first = 0; first < program_.steps.size(); ++first) {
      for (std::size_t count = candidates(first); count > 1; --count) {
        if (fuse(first, count)) {
          break;
        }
      }
    }
    return std::move(absorbed_);
  }

 private:
  const CoreModuleCode& code(std::size_t step) const {
    return *program_.modules[program_.steps[step].module];
  }

  // Null if the module is not to be fused at all.
  const fusion::Outline* outline(std::size_t step) {
    const std::uint32_t module = program_.steps[step].module;
    const auto [place, added] = outlines_.try_emplace(module);
    if (added && !code(step).bytes.empty()) {
      if (auto read = fusion::outline(code(step).bytes)) {
        place->second = *std::move(read);
      }
    }
    return place->second ? &*place->second : nullptr;
  }

  // How many steps from `first` on could be one instance.
  std::size_t candidates(std::size_t first) {
    std::size_t count = 0;
    std::size_t memories = 0;
    bool started = false;
    for (std::size_t step = first; step < program_.steps.size(); ++step, ++count) {
      const fusion::Outline* const next = outline(step);
      if (next == nullptr || started || (count != 0 && !bound_to(step, first))) {
        break;
      }
      memories += own_memories(*next);
      if (memories > 1) {
        break;
      }
      started = next->start.has_value();
    }
    return count;
  }

  // Those that it does not import. Whether imported ones are the same is for fusion::fuse to say.
  static std::size_t own_memories(const fusion::Outline& outline) {
    constexpr auto kMemory = static_cast<std::size_t>(fusion::Space::memory);
    return outline.count[kMemory] - outline.imported[kMemory].size();
  }

  // Whether `step` takes anything from the steps between `first` and it, or they from it.
  bool bound_to(std::size_t step, std::size_t first) const {
    const std::uint32_t instance = program_.steps[step].instance;
    const auto takes_from = [&](const Instantiate& user, auto wanted) {
      return std::ranges::any_of(user.args, [&](const CoreDef& arg) {
        const CoreDef* const item = target(arg);
        return item != nullptr && wanted(item->index);
      });
    };
    const auto earlier = std::span(program_.steps).subspan(first, step - first);
    return takes_from(program_.steps[step],
                      [&](std::uint32_t owner) {
                        return std::ranges::find(earlier, owner, &Instantiate::instance) !=
                               earlier.end();
                      }) ||
           std::ranges::any_of(earlier, [&](const Instantiate& user) {
             return takes_from(user, [&](std::uint32_t owner) { return owner == instance; });
           });
  }

  // The core instance's item that stands behind an argument, now or later; null if it is a
  // function of ours.
  const CoreDef* target(const CoreDef& arg) const {
    if (arg.kind == CoreDef::Kind::instance_export) {
      return &arg;
    }
    const auto* const late =
        std::get_if<trampoline::CallLate>(&program_.trampolines[arg.index].body);
    return late == nullptr ? nullptr : &program_.funcs[late->func];
  }

  bool fuse(std::size_t first, std::size_t count) {
    Group group = make_group(first, count);
    Result<ModuleHandle> compiled = compile(group);
    if (!compiled) {
      log::debug("core modules stay apart", {{"why", compiled.error().describe()}});
      return false;
    }
    replace(std::move(group), *std::move(compiled));
    return true;
  }

  Group make_group(std::size_t first, std::size_t count) {
    Group group;
    group.first = first;
    for (std::size_t step = first; step < first + count; ++step) {
      group.instances.push_back(program_.steps[step].instance);
      group.parts.push_back(fusion::Part{*outline(step), {}});
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
    collect_exports(group);
    return group;
  }

  // An item of an instance of the group, as its parts name it.
  static std::optional<fusion::Binding> inside(const Group& group, const CoreDef* item) {
    if (item == nullptr) {
      return std::nullopt;
    }
    const auto found = std::ranges::find(group.instances, item->index);
    if (found == group.instances.end()) {
      return std::nullopt;
    }
    return fusion::Binding{static_cast<std::uint32_t>(found - group.instances.begin()), item->name};
  }

  void collect_exports(Group& group) {
    std::set<CoreDef> seen;
    const auto collect = [&](const CoreDef& def) {
      if (def.kind != CoreDef::Kind::instance_export || !seen.insert(def).second) {
        return;
      }
      if (auto binding = inside(group, &def)) {
        group.exported.push_back(def);
        group.exports.push_back(*std::move(binding));
      }
    };
    for (std::size_t step = 0; step < program_.steps.size(); ++step) {
      if (step < group.first || step >= group.first + group.parts.size()) {
        std::ranges::for_each(program_.steps[step].args, collect);
      }
    }
    std::ranges::for_each(program_.funcs, collect);
    std::ranges::for_each(program_.memories, collect);
  }

  Result<ModuleHandle> compile(const Group& group) {
    std::string form(kForm);
    std::vector<Bytes> made_of{{}};
    for (std::size_t part = 0; part < group.parts.size(); ++part) {
      const Bytes bytes = code(group.first + part).bytes;
      form += fmt::format(" {}(", bytes.size());
      for (const auto& import : group.parts[part].imports) {
        form += import ? fmt::format("{}:{}:{} ", import->part, import->name.size(), import->name)
                       : "- ";
      }
      form += ')';
      made_of.push_back(bytes);
    }
    for (const fusion::Binding& each : group.exports) {
      form += fmt::format(" {}:{}:{}", each.part, each.name.size(), each.name);
    }
    made_of.front() = Bytes(reinterpret_cast<const std::uint8_t*>(form.data()), form.size());
    const Engine& engine = *program_.engine;
    const std::string key = cache_key(engine, made_of);
    if (ModuleHandle cached = cached_module(engine, key)) {
      return cached;
    }
    // What is not valid by itself must not become so among others.
    for (const Bytes part : std::span(made_of).subspan(1)) {
      WC_CHECK(validate_module(engine, part));
    }
    WC_TRY(const std::vector<std::uint8_t> fused, fusion::fuse(group.parts, group.exports));
    return compile_module(engine, fused, key);
  }

  void replace(Group group, ModuleHandle compiled) {
    Instantiate made;
    made.module = static_cast<std::uint32_t>(program_.modules.size());
    made.instance = group.instances.front();
    made.args = std::move(group.args);
    auto fused = std::make_shared<CoreModuleCode>();
    fused->handle = std::move(compiled);
    for (std::size_t i = 0; i < made.args.size(); ++i) {
      fused->imports.emplace_back("", std::to_string(i));
    }
    program_.modules.push_back(std::move(fused));

    const auto begin = program_.steps.begin() + static_cast<std::ptrdiff_t>(group.first);
    const auto end = begin + static_cast<std::ptrdiff_t>(group.parts.size());
    for (auto step = begin; step != end; ++step) {
      absorbed_.insert(step->module);
    }
    if (group.parts.back().outline.start) {
      made.start = static_cast<std::uint32_t>(program_.funcs.size());
      program_.funcs.push_back(
          CoreDef{CoreDef::Kind::instance_export, made.instance, std::string(fusion::kStart)});
    }
    program_.steps.erase(begin + 1, end);
    program_.steps[group.first] = std::move(made);

    std::map<CoreDef, std::string> names;
    for (std::size_t i = 0; i < group.exported.size(); ++i) {
      names.emplace(group.exported[i], std::to_string(i));
    }
    program_.for_core_defs([&](CoreDef& def) {
      if (const auto name = names.find(def); name != names.end()) {
        def.index = group.instances.front();
        def.name = name->second;
      }
    });
  }

  Program& program_;
  std::map<std::uint32_t, std::optional<fusion::Outline>> outlines_;  // by module
  std::set<std::uint32_t> absorbed_;
};

}  // namespace

std::set<std::uint32_t> fuse_modules(Program& program) { return ProgramFuser(program).run(); }

}  // namespace wasmcloud::component
