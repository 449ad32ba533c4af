#include "wasmcloud/component/component.h"

#include <array>

#include "wasmcloud/base/process_memory.h"
#include "wasmcloud/base/semver.h"
#include "wasmcloud/component/compiler.h"
#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/program_image.h"
#include "wasmcloud/component/validator.h"

namespace wasmcloud::component {
namespace {

// The item of that name, or of a compatible version.
const ExportItem* find_item(const ExportedInstance& instance, std::string_view name) {
  if (const auto exact = instance.items.find(name); exact != instance.items.end()) {
    return &exact->second;
  }
  const auto wanted = alternate_key(name);
  const bool versioned = name.find('@') != std::string_view::npos;
  for (const auto& [have, item] : instance.items) {
    const bool same_version = wanted && alternate_key(have) == wanted;
    const bool any_version = !versioned && std::string_view(have).substr(0, have.find('@')) == name;
    if (same_version || any_version) {
      return &item;
    }
  }
  return nullptr;
}

// Loading takes far more memory for a moment than what stays if code is compiled (the compiler's
// data and code) or the component is large (syntax, types), and so does the start of a process; a
// host may well do nothing but serve from here on. A small component that comes from the cache
// later would pay more for it than for all else.
class IdleMemory {
 public:
  explicit IdleMemory(const Engine& engine)
      : engine_(engine.impl()), compiled_before_(engine_.modules_compiled) {}

  ~IdleMemory() {
    const bool first = !engine_.has_loaded.exchange(true);
    if (first || large_ || engine_.modules_compiled != compiled_before_) {
      release_idle_memory();
    }
  }

  IdleMemory(const IdleMemory&) = delete;
  IdleMemory& operator=(const IdleMemory&) = delete;

  // That one is decoded, with all that comes of it.
  void decodes(Bytes component) noexcept { large_ = component.size() >= kLarge; }

 private:
  static constexpr std::size_t kLarge = std::size_t{4} << 20;

  Engine::Impl& engine_;
  std::uint64_t compiled_before_;
  bool large_ = false;
};

Result<std::unique_ptr<Program>> make_program(const Engine& engine, const Host& host, Bytes bytes,
                                              std::shared_ptr<ImportSource> source) {
  WC_TRY(const auto syntax, decode(bytes));
  WC_TRY(const auto validated, validate(*syntax));
  return compile(engine, host, std::move(source), *validated);
}

// Empty if there is no cache.
std::string image_key(const Engine& engine, Bytes bytes, std::string_view known_digest) {
  using Parts = std::array<std::string_view, 3>;
  return known_digest.empty()
             ? cache_key(engine, Parts{kImageForm, "bytes", cache_digest(engine, bytes)})
             : cache_key(engine, Parts{kImageForm, "known", known_digest});
}

// From the cache, or made and put there.
Result<std::unique_ptr<Program>> load_program(const Engine& engine, const Host& host, Bytes bytes,
                                              const std::shared_ptr<ImportSource>& source,
                                              std::string_view digest) {
  IdleMemory idle(engine);
  const std::string key = image_key(engine, bytes, digest);
  if (const auto image = cached_image(engine, key)) {
    WC_TRY(auto program, program_of(engine, host, source, *image));
    if (program) {
      return program;
    }
  }
  idle.decodes(bytes);
  WC_TRY(auto program, make_program(engine, host, bytes, source));
  if (!key.empty()) {
    if (const auto image = image_of(*program)) {
      keep_image(engine, key, *image);
    }
  }
  return program;
}

}  // namespace

Component::Component(std::unique_ptr<Program> program) : program_(std::move(program)) {}

Component::~Component() = default;

Result<std::shared_ptr<const Component>> Component::load(const Engine& engine, const Host& host,
                                                         Bytes bytes,
                                                         std::shared_ptr<ImportSource> source,
                                                         std::string_view digest) {
  WC_TRY(std::unique_ptr<Program> program,
         load_program(engine, host, bytes, std::move(source), digest));
  return std::shared_ptr<const Component>(new Component(std::move(program)));
}

const LiftedFunc* Component::find_function(std::string_view interface,
                                           std::string_view function) const {
  const ExportedInstance* scope = &program_->exports;
  if (!interface.empty()) {
    const ExportItem* const item = find_item(*scope, interface);
    const auto* const instance =
        item == nullptr ? nullptr : std::get_if<std::unique_ptr<ExportedInstance>>(item);
    if (instance == nullptr) {
      return nullptr;
    }
    scope = instance->get();
  }
  const auto item = scope->items.find(function);
  if (item == scope->items.end()) {
    return nullptr;
  }
  const auto* const func = std::get_if<const LiftedFunc*>(&item->second);
  return func == nullptr ? nullptr : *func;
}

std::vector<ExportedFunction> Component::exported_functions() const {
  std::vector<ExportedFunction> all;
  const auto add = [&all](std::string_view interface, const ExportedInstance& scope) {
    for (const auto& [name, item] : scope.items) {
      if (const auto* const func = std::get_if<const LiftedFunc*>(&item)) {
        all.push_back({interface, name, *func});
      }
    }
  };
  add({}, program_->exports);
  for (const auto& [name, item] : program_->exports.items) {
    if (const auto* const instance = std::get_if<std::unique_ptr<ExportedInstance>>(&item)) {
      add(name, **instance);
    }
  }
  return all;
}

}  // namespace wasmcloud::component
