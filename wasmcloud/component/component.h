// A component, loaded: decoded, validated, its code compiled (or taken from the cache), its imports
// bound to what the host offers. Immutable and thread-safe; any number of stores can run it at a
// time.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/component/store.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

struct Program;
class ImportSource;  // import_source.h

// A function that a component exports, and where.
struct ExportedFunction {
  std::string_view interface;  // empty: of the root
  std::string_view name;
  const LiftedFunc* func;
};

class Component {
 public:
  // Copies what it needs of `bytes`. `engine` and `host` must outlive it. Errors: `invalid` not a
  // component, or broken; `not_found` names an import that the host does not offer; `unsupported`
  // names a feature that needs more than this runtime has, with its offset. `source`, if it is
  // there, is asked for what the host does not offer. `digest`: by which the caller knows these
  // bytes, and never others (of a package that was verified, say); with it, a component that is in
  // the engine's cache is loaded without a look at its bytes.
  static Result<std::shared_ptr<const Component>> load(
      const Engine& engine, const Host& host, Bytes bytes,
      std::shared_ptr<ImportSource> source = nullptr, std::string_view digest = {});
  ~Component();
  Component(const Component&) = delete;
  Component& operator=(const Component&) = delete;

  // An exported function: of interface `interface` (by compatible version; empty: of the root) and
  // name `function`. Null if there is none.
  const LiftedFunc* find_function(std::string_view interface, std::string_view function) const;

  // All of the root, and of the instances that it exports; instances in instances are left out.
  std::vector<ExportedFunction> exported_functions() const;

  const Program& program() const noexcept { return *program_; }

 private:
  explicit Component(std::unique_ptr<Program> program);
  std::unique_ptr<Program> program_;
};

namespace internal {

// A reference to what lowers arguments or lifts results; must not outlive the full expression it is
// passed in.
class CallStep {
 public:
  template <typename F>
    requires std::invocable<F&, Guest&>
  CallStep(F&& body)  // NOLINT(google-explicit-constructor): made of a lambda at the call
      : body_(&body), call_([](void* self, Guest& guest) {
          (*static_cast<std::remove_reference_t<F>*>(self))(guest);
        }) {}

  void operator()(Guest& guest) const { call_(body_, guest); }

 private:
  void* body_;
  void (*call_)(void*, Guest&);
};

Result<> check_export(const Component& component, const LiftedFunc& func,
                      const HostFunction& mirror);
const CanonicalOptions& export_options(const LiftedFunc& func);
const FuncPlan& export_plan(const LiftedFunc& func);
// Enters the instance, runs `lower` (which puts the arguments into `values`), calls the core
// function, runs `lift` on its results, then post-return, and leaves. `values` has room for
// arguments and results.
Result<> call_export(Store& store, const LiftedFunc& func, std::span<RawValue> values,
                     CallStep lower, CallStep lift);

}  // namespace internal

// A guest's exported function as a C++ function of type R(Args...).
template <typename Signature>
class Export;

template <typename R, typename... Args>
class Export<R(Args...)> {
 public:
  // `not_found` if the component does not export it, `invalid` if its type is another. `component`
  // must outlive it.
  static Result<Export> find(const Component& component, std::string_view interface,
                             std::string_view function) {
    const LiftedFunc* const func = component.find_function(interface, function);
    if (func == nullptr) {
      return Error(ErrorKind::not_found, "the component does not export {}{}{}", interface,
                   interface.empty() ? "" : "#", function);
    }
    // A host function of the same type knows how to compare types.
    const auto mirror = [](Store&, Args...) -> R { std::unreachable(); };
    const internal::TypedHostFunction<decltype(mirror), R, Args...> typed(mirror);
    WC_CHECK(internal::check_export(component, *func, typed), "export {}#{}", interface, function);
    return Export(func);
  }

  // On the store's fibre (in a body of Store::run).
  Result<R> operator()(Store& store, Args... args) const {
    using ParamsAbi = Abi<std::tuple<Args...>>;
    std::array<RawValue, std::max<std::size_t>(1, ParamsAbi::kFlat.count)> values;
    std::tuple<Args...> params(std::move(args)...);
    auto lower = [&](Guest& guest) {
      RawValue* out = values.data();
      if constexpr (ParamsAbi::kFlat.exceeds(kMaxFlatParams)) {
        const std::uint32_t pointer =
            guest.allocate(ParamsAbi::kSize, ParamsAbi::kAlign, "argument");
        ParamsAbi::store(guest, std::move(params), pointer);
        out->set_u32(pointer);
      } else {
        ParamsAbi::lower(guest, std::move(params), out);
      }
    };
    if constexpr (std::is_void_v<R>) {
      return internal::call_export(store, *func_, values, lower, [](Guest&) {});
    } else {
      std::optional<R> result;
      WC_CHECK(internal::call_export(store, *func_, values, lower, [&](Guest& guest) {
        if constexpr (Abi<R>::kFlat.exceeds(kMaxFlatResults)) {
          const std::uint32_t pointer = values[0].u32();
          guest.bytes(pointer, Abi<R>::kSize, Abi<R>::kAlign, "return pointer");
          result.emplace(Abi<R>::load(guest, pointer));
        } else {
          const RawValue* in = values.data();
          result.emplace(Abi<R>::lift(guest, in));
        }
      }));
      return *std::move(result);
    }
  }

 private:
  explicit Export(const LiftedFunc* func) : func_(func) {}

  const LiftedFunc* func_;
};

}  // namespace wasmcloud::component
