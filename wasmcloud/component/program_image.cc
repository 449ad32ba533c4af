#include "wasmcloud/component/program_image.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/image_coding.h"
#include "wasmcloud/component/import_binding.h"
#include "wasmcloud/component/type_subset.h"

namespace wasmcloud::component {
namespace image {
namespace {

// Of a CoreModuleCode that a step instantiates; empty for the others, whose places are kept.
struct Module {
  std::string key;
  std::vector<std::pair<std::string, std::string>> imports;
};

}  // namespace

template <>
constexpr auto kParts<Module> = std::tuple(&Module::key, &Module::imports);

template <>
struct Coding<ValType> {
  static void write(auto& out, const ValType& type) { out.put(type.rep); }

  static ValType read(auto& in) {
    return std::visit([](auto type) { return ValType(type); },
                      in.template get<decltype(ValType::rep)>());
  }
};

template <>
constexpr auto kParts<types::Field> = std::tuple(&types::Field::name, &types::Field::type);

template <>
constexpr auto kParts<types::Case> = std::tuple(&types::Case::name, &types::Case::type);

template <>
constexpr auto kParts<types::Record> = std::tuple(&types::Record::fields);

template <>
constexpr auto kParts<types::Variant> = std::tuple(&types::Variant::cases);

template <>
constexpr auto kParts<types::List> = std::tuple(&types::List::element);

template <>
constexpr auto kParts<types::FixedList> =
    std::tuple(&types::FixedList::element, &types::FixedList::length);

template <>
constexpr auto kParts<types::Tuple> = std::tuple(&types::Tuple::types);

template <>
constexpr auto kParts<types::Flags> = std::tuple(&types::Flags::names);

template <>
constexpr auto kParts<types::Enum> = std::tuple(&types::Enum::names);

template <>
constexpr auto kParts<types::Option> = std::tuple(&types::Option::type);

template <>
constexpr auto kParts<types::Result> = std::tuple(&types::Result::ok, &types::Result::err);

template <>
constexpr auto kParts<types::Own> = std::tuple(&types::Own::resource);

template <>
constexpr auto kParts<types::Borrow> = std::tuple(&types::Borrow::resource);

template <>
constexpr auto kParts<types::Stream> = std::tuple(&types::Stream::element);

template <>
constexpr auto kParts<types::Future> = std::tuple(&types::Future::element);

template <>
constexpr auto kParts<types::Map> = std::tuple(&types::Map::key, &types::Map::value);

template <>
constexpr auto kParts<types::Param> = std::tuple(&types::Param::name, &types::Param::type);

template <>
constexpr auto kParts<types::Func> =
    std::tuple(&types::Func::async, &types::Func::params, &types::Func::result);

template <>
constexpr auto kParts<TypeEntity> = std::tuple(&TypeEntity::type);

template <>
constexpr auto kParts<NamedEntity> = std::tuple(&NamedEntity::name, &NamedEntity::entity);

template <>
constexpr auto kParts<InstanceType> = std::tuple(&InstanceType::exports);

// Of a TypeSubset: no type has a second name, and what a type is made of comes before it.
template <>
struct Coding<TypeArena> {
  static void write(auto& out, const TypeArena& arena) {
    write_all<DefinedTypeId>(out, arena, arena.defined_count());
    write_all<FuncTypeId>(out, arena, arena.func_count());
    write_all<InstanceTypeId>(out, arena, arena.instance_count());
  }

  // Empty if there is too little: what is not there would be taken for types that are.
  static TypeArena read(auto& in) {
    auto defined = in.template get<std::vector<types::Defined>>();
    auto funcs = in.template get<std::vector<types::Func>>();
    auto instances = in.template get<std::vector<InstanceType>>();
    TypeArena arena;
    if (!in.lacking()) {
      add_all(arena, defined);
      add_all(arena, funcs);
      add_all(arena, instances);
    }
    return arena;
  }

 private:
  template <typename Id>
  static void write_all(auto& out, const TypeArena& arena, std::size_t count) {
    out.put(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      out.put(arena[static_cast<Id>(i)]);
    }
  }

  template <typename T>
  static void add_all(TypeArena& arena, std::vector<T>& types) {
    for (T& type : types) {
      arena.add(std::move(type));
    }
  }
};

template <>
constexpr auto kParts<CanonicalOptions> =
    std::tuple(&CanonicalOptions::instance, &CanonicalOptions::memory, &CanonicalOptions::realloc,
               &CanonicalOptions::post_return, &CanonicalOptions::encoding);

template <>
constexpr auto kParts<RuntimeResource> =
    std::tuple(&RuntimeResource::instance, &RuntimeResource::destructor, &RuntimeResource::chain);

template <>
constexpr auto kParts<CoreDef> = std::tuple(&CoreDef::kind, &CoreDef::index, &CoreDef::name);

template <>
constexpr auto kParts<LiftedFunc> = std::tuple(&LiftedFunc::core_func, &LiftedFunc::options,
                                               &LiftedFunc::type, &LiftedFunc::instance_chain);

template <>
constexpr auto kParts<trampoline::LowerHost> = std::tuple(
    &trampoline::LowerHost::import, &trampoline::LowerHost::options, &trampoline::LowerHost::type);

template <>
constexpr auto kParts<trampoline::LowerGuest> =
    std::tuple(&trampoline::LowerGuest::callee, &trampoline::LowerGuest::options,
               &trampoline::LowerGuest::type, &trampoline::LowerGuest::entered,
               &trampoline::LowerGuest::always_traps);

template <>
constexpr auto kParts<trampoline::ResourceOp> =
    std::tuple(&trampoline::ResourceOp::op, &trampoline::ResourceOp::resource,
               &trampoline::ResourceOp::options, &trampoline::ResourceOp::entered);

template <>
constexpr auto kParts<trampoline::CallLate> = std::tuple(&trampoline::CallLate::func);

template <>
constexpr auto kParts<FlatSignature> = std::tuple(&FlatSignature::params, &FlatSignature::results);

template <>
constexpr auto kParts<Trampoline> = std::tuple(&Trampoline::type, &Trampoline::body);

template <>
constexpr auto kParts<Instantiate> = std::tuple(&Instantiate::module, &Instantiate::instance,
                                                &Instantiate::args, &Instantiate::start);

template <>
constexpr auto kParts<ExportedModule> = std::tuple(&ExportedModule::module);

template <>
constexpr auto kParts<ExportedInstance> = std::tuple(&ExportedInstance::items);

// One of the program's lifted functions, by its position.
template <>
struct Coding<const LiftedFunc*> {
  static void write(auto& out, const LiftedFunc* func) { out.put(out.position(func)); }

  static const LiftedFunc* read(auto& in) { return in.lifted(in.template get<std::uint32_t>()); }
};

}  // namespace image

namespace {

class ProgramWriter : public image::Writer {
 public:
  explicit ProgramWriter(const Program& program) {
    for (const LiftedFunc& func : program.lifted) {
      positions_.emplace(&func, static_cast<std::uint32_t>(positions_.size()));
    }
  }

  std::uint32_t position(const LiftedFunc* func) const { return positions_.find(func)->second; }

 private:
  std::unordered_map<const LiftedFunc*, std::uint32_t> positions_;
};

class ProgramReader : public image::Reader {
 public:
  ProgramReader(Program& program, std::string_view image) : Reader(image), program_(program) {}

  const LiftedFunc* lifted(std::uint32_t position) {
    if (position >= program_.lifted.size()) {
      fail();
      return nullptr;
    }
    return &program_.lifted[position];
  }

 private:
  Program& program_;
};

bool exports_modules(const ExportedInstance& instance) {
  return std::ranges::any_of(instance.items, [](const auto& item) {
    const auto* const nested = std::get_if<std::unique_ptr<ExportedInstance>>(&item.second);
    return std::holds_alternative<ExportedModule>(item.second) ||
           (nested != nullptr && exports_modules(**nested));
  });
}

// Nothing if the code of one is not in the cache.
std::optional<std::vector<image::Module>> modules_of(const Program& program) {
  std::vector<image::Module> modules(program.modules.size());
  for (const Instantiate& step : program.steps) {
    const CoreModuleCode& code = *program.modules[step.module];
    if (code.key.empty()) {
      return std::nullopt;
    }
    modules[step.module] = {.key = code.key, .imports = code.imports};
  }
  return modules;
}

bool load_code(Program& program, std::vector<image::Module> modules) {
  for (image::Module& module : modules) {
    auto code = std::make_shared<CoreModuleCode>();
    if (!module.key.empty()) {
      code->handle = cached_module(*program.engine, module.key);
      if (!code->handle) {
        return false;
      }
    }
    code->key = std::move(module.key);
    code->imports = std::move(module.imports);
    program.add_module(std::move(code));
  }
  return true;
}

using ResourceMaps = std::vector<InstanceResources::Indices>;

ResourceMaps resource_maps(const Program& program) {
  ResourceMaps maps;
  for (const auto& instance : program.resolvers) {
    maps.push_back(instance->all());
  }
  return maps;
}

// Binds the imports to what this host has. False if its resources are not told apart as they were
// when the image was made: the program might then mean another one.
Result<bool> bind(Program& program, const Host& host, std::size_t bound_resources,
                  ResourceMaps maps) {
  if (maps.empty()) {
    return false;
  }
  InstanceResources root(program);
  WorkBudget budget;
  WC_CHECK(compiling::bind_imports(program, host, program.arena, program.imports, root, budget));
  if (program.resources.size() != bound_resources ||
      !std::ranges::includes(maps.front(), root.all())) {
    return false;
  }
  for (InstanceResources::Indices& map : maps) {
    program.resolvers.push_back(std::make_unique<InstanceResources>(program, std::move(map)));
  }
  return true;
}

}  // namespace

std::optional<std::string> image_of(const Program& program) {
  const auto modules = modules_of(program);
  if (!modules || program.bound_modules != 0 || exports_modules(program.exports)) {
    return std::nullopt;
  }
  ProgramWriter out(program);
  out.put(program.arena);
  out.put(program.imports);
  out.put(static_cast<std::uint64_t>(program.bound_resources));
  out.put(resource_maps(program));
  out.put(program.resources);
  out.put(*modules);
  out.put(program.steps);
  out.put(program.lifted);
  out.put(program.trampolines);
  out.put(program.core_instances);
  out.put(program.funcs);
  out.put(program.memories);
  out.put(program.component_instances);
  out.put(program.exports);
  return out.take();
}

Result<std::unique_ptr<Program>> program_of(const Engine& engine, const Host& host,
                                            std::shared_ptr<ImportSource> source,
                                            std::string_view image) {
  auto program = std::make_unique<Program>();
  program->engine = &engine;
  program->source = std::move(source);
  ProgramReader in(*program, image);
  program->arena = in.get<TypeArena>();
  program->imports = in.get<std::vector<NamedEntity>>();
  program->bound_resources = in.get<std::uint64_t>();
  auto maps = in.get<ResourceMaps>();
  const auto resources = in.get<std::vector<RuntimeResource>>();
  auto modules = in.get<std::vector<image::Module>>();
  program->steps = in.get<std::vector<Instantiate>>();
  program->lifted = in.get<std::deque<LiftedFunc>>();
  program->trampolines = in.get<std::deque<Trampoline>>();
  program->core_instances = in.get<std::uint32_t>();
  program->funcs = in.get<std::vector<CoreDef>>();
  program->memories = in.get<std::vector<CoreDef>>();
  program->component_instances = in.get<std::uint32_t>();
  program->exports = in.get<ExportedInstance>();
  if (in.failed() || resources.size() < program->bound_resources ||
      !load_code(*program, std::move(modules))) {
    return nullptr;
  }
  WC_TRY(const bool as_before, bind(*program, host, program->bound_resources, std::move(maps)));
  if (!as_before) {
    return nullptr;
  }
  program->resources.insert(
      program->resources.end(),
      resources.begin() + static_cast<std::ptrdiff_t>(program->bound_resources), resources.end());
  WC_CHECK(finish_program(*program));
  return program;
}

}  // namespace wasmcloud::component
