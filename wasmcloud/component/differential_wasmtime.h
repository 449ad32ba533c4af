// The second opinion: Wasmtime's own implementation of the Component Model, through its C API, with
// our dynamic values. Only the differential test uses it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value.h"

namespace wasmcloud::component::differential {

// A component in binary form, from text. Error `invalid`.
Result<std::string> assemble(std::string_view text);

// A component, compiled. The host's function `g` gives back its argument.
class WasmtimeComponent {
 public:
  static Result<std::unique_ptr<WasmtimeComponent>> load(std::string_view bytes);
  ~WasmtimeComponent();
  WasmtimeComponent(const WasmtimeComponent&) = delete;
  WasmtimeComponent& operator=(const WasmtimeComponent&) = delete;

  struct Impl;

  Impl& impl() const noexcept { return *impl_; }

 private:
  explicit WasmtimeComponent(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// An instance of it, in a store of its own; the component must outlive it. Good until a trap.
class WasmtimeInstance {
 public:
  static Result<std::unique_ptr<WasmtimeInstance>> create(const WasmtimeComponent& component);
  ~WasmtimeInstance();
  WasmtimeInstance(const WasmtimeInstance&) = delete;
  WasmtimeInstance& operator=(const WasmtimeInstance&) = delete;

  // Calls `function` of the exported instance `instance` (empty: of the component itself). Error
  // `trap` with what Wasmtime says. Handles are those that calls of this instance have given.
  Result<std::optional<wit::Value>> call(std::string_view instance, std::string_view function,
                                         std::span<const wit::Value> args, bool has_result);

  struct Impl;

 private:
  explicit WasmtimeInstance(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wasmcloud::component::differential
