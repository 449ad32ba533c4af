// The core modules of a component, each bound to the one before it by the names of imports and
// exports: fusing two of them never crashes, and gives a valid module if both are valid.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/module_fusion.h"

namespace {

namespace component = wasmcloud::component;
namespace fusion = wasmcloud::component::fusion;

const component::Engine& engine() {
  static const auto made = [] {
    component::EngineConfig config;
    config.instances = 1;
    return *component::Engine::create(config);
  }();
  return *made;
}

bool valid(component::Bytes module) {
  return component::validate_module(engine(), module).has_value();
}

void check(const component::CoreModule& first, const component::CoreModule& second) {
  const auto first_outline = fusion::outline(first.bytes);
  const auto second_outline = fusion::outline(second.bytes);
  if (!first_outline || !second_outline) {
    return;
  }
  std::vector<fusion::Part> parts(2);
  parts[0].outline = &*first_outline;
  parts[0].imports.resize(first.imports.size());
  parts[1].outline = &*second_outline;
  std::vector<fusion::Binding> exports;
  for (const auto& import : second.imports) {
    const bool bound = parts[0].outline->exports.contains(import.name);
    parts[1].imports.push_back(bound ? std::optional(fusion::Binding{0, std::string(import.name)})
                                     : std::nullopt);
  }
  for (const auto& [name, item] : parts[1].outline->exports) {
    exports.push_back(fusion::Binding{1, std::string(name)});
  }
  const auto fused = fusion::fuse(parts, exports);
  // Tables, memories and globals are compared when the component is validated, which here it is
  // not: with only functions bound, what two valid modules give is valid.
  const bool only_functions = std::ranges::all_of(second.imports, [](const auto& import) {
    return std::holds_alternative<component::CoreFuncType>(import.type);
  });
  // Together they may exceed what Wasmtime allows a module to have.
  constexpr auto kTable = static_cast<std::size_t>(fusion::Space::table);
  constexpr std::uint32_t kMaxTables = 100;
  const bool within_limits =
      first_outline->count[kTable] + second_outline->count[kTable] <= kMaxTables &&
      first.bytes.size() + second.bytes.size() < 100'000;
  if (fused && only_functions && within_limits && valid(first.bytes) && valid(second.bytes) &&
      !valid(*fused)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto decoded = component::decode(component::Bytes(data, size));
  if (!decoded) {
    return -1;
  }
  const component::CoreModule* before = nullptr;
  for (const auto& definition : (*decoded)->definitions) {
    if (const auto* module = std::get_if<std::unique_ptr<component::CoreModule>>(&definition)) {
      if (before != nullptr) {
        check(*before, **module);
      }
      before = module->get();
    }
  }
  return 0;
}
