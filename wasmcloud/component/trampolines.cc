// The core functions that a component's `canon` definitions make: what happens when a guest calls
// one.
#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <map>
#include <set>
#include <span>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/component/calls.h"
#include "wasmcloud/component/store_impl.h"
#include "wasmcloud/component/translate.h"

namespace wasmcloud::component {
namespace {

Error cannot_leave() {
  return Error(ErrorKind::trap, "wasm trap: cannot leave component instance");
}

// Whether a guest may call out now, with what its options name. They name what does not exist yet
// if a start function calls a function before its component has defined it: through a table, that
// would be an empty slot (forwarding.h).
Result<> may_call(Store::Impl& impl, const CanonicalOptions& options) {
  if (!impl.instances[options.instance].may_leave) [[unlikely]] {
    return cannot_leave();
  }
  if (options.memory != kNone && impl.memory(options.memory) == nullptr) [[unlikely]] {
    return Error(ErrorKind::trap, "wasm trap: uninitialized element");
  }
  return {};
}

// Runs `body`, which gives nothing or an error, with nothing thrown across Wasmtime's frames.
template <typename Body>
wasm_trap_t* guarded(Store::Impl& impl, Body body) noexcept {
  try {
    Result<> outcome = body();
    if (outcome) [[likely]] {
      return nullptr;
    }
    return impl.raise(std::move(outcome).error());
  } catch (const std::exception& e) {
    return impl.raise(Error(ErrorKind::internal, "exception in a host function: {}", e.what()));
  } catch (...) {
    return impl.raise(Error(ErrorKind::internal, "exception of unknown type in a host function"));
  }
}

wasm_trap_t* call_host(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                       std::size_t /*count*/) noexcept {
  const auto& lowered = *static_cast<const trampoline::LowerHost*>(env);
  Store::Impl& impl = impl_of(wasmtime_caller_context(caller));
  return guarded(impl, [&]() -> Result<> {
    WC_CHECK(may_call(impl, lowered.options));
    Guest guest(impl.owner, lowered.options);
    lowered.function->call(guest, *lowered.plan, reinterpret_cast<RawValue*>(values));
    return outcome_of(guest);
  });
}

wasm_trap_t* call_guest(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                        std::size_t /*count*/) noexcept {
  const auto& lowered = *static_cast<const trampoline::LowerGuest*>(env);
  Store::Impl& impl = impl_of(wasmtime_caller_context(caller));
  return guarded(impl, [&]() -> Result<> {
    WC_CHECK(may_call(impl, lowered.options));
    return call_between(impl, lowered, reinterpret_cast<RawValue*>(values));
  });
}

wasm_trap_t* call_resource(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* raw,
                           std::size_t /*count*/) noexcept {
  const auto& operation = *static_cast<const trampoline::ResourceOp*>(env);
  Store::Impl& impl = impl_of(wasmtime_caller_context(caller));
  return guarded(impl, [&]() -> Result<> {
    auto& value = *reinterpret_cast<RawValue*>(raw);
    if (operation.op != ast::CanonOp::resource_rep &&
        !impl.instances[operation.options.instance].may_leave) {
      return cannot_leave();
    }
    Guest guest(impl.owner, operation.options);
    switch (operation.op) {
      case ast::CanonOp::resource_new:
        value.set_u32(guest.insert_handle(
            Handle{Handle::Kind::own, operation.resource, value.u32(), 0, nullptr}));
        return outcome_of(guest);
      case ast::CanonOp::resource_rep: {
        const Handle* const handle = guest.find_handle(value.u32(), operation.resource);
        value.set_u32(handle == nullptr ? 0 : handle->rep);
        return outcome_of(guest);
      }
      default:
        return drop_handle(impl, guest, operation, value.u32());
    }
  });
}

wasm_trap_t* call_late(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                       std::size_t count) noexcept {
  const auto& late = *static_cast<const trampoline::CallLate*>(env);
  Store::Impl& impl = impl_of(wasmtime_caller_context(caller));
  return guarded(impl, [&]() -> Result<> {
    return impl.call(late.func, std::span(reinterpret_cast<RawValue*>(values), count));
  });
}

wasm_valtype_t* to_wasm(FlatType type) {
  switch (type) {
    case FlatType::i32:
      return wasm_valtype_new(WASM_I32);
    case FlatType::i64:
      return wasm_valtype_new(WASM_I64);
    case FlatType::f32:
      return wasm_valtype_new(WASM_F32);
    case FlatType::f64:
      return wasm_valtype_new(WASM_F64);
  }
  std::unreachable();
}

constexpr std::string_view kModule = "trampoline";

// The callback and what it is given: part of the program, which outlives every store, and only
// read.
std::pair<wasmtime_func_unchecked_callback_t, void*> callback(const Trampoline& trampoline) {
  const auto env = [](const auto& body) {
    return const_cast<void*>(static_cast<const void*>(&body));
  };
  if (const auto* const host = std::get_if<trampoline::LowerHost>(&trampoline.body)) {
    return {call_host, env(*host)};
  }
  if (const auto* const guest = std::get_if<trampoline::LowerGuest>(&trampoline.body)) {
    return {call_guest, env(*guest)};
  }
  if (const auto* const late = std::get_if<trampoline::CallLate>(&trampoline.body)) {
    return {call_late, env(*late)};
  }
  return {call_resource, env(std::get<trampoline::ResourceOp>(trampoline.body))};
}

FuncTypeHandle func_type(const FlatSignature& signature) {
  const auto make = [](const std::vector<FlatType>& types, wasm_valtype_vec_t& out) {
    std::vector<wasm_valtype_t*> made;
    made.reserve(types.size());
    std::ranges::transform(types, std::back_inserter(made), to_wasm);
    wasm_valtype_vec_new(&out, made.size(), made.data());
  };
  wasm_valtype_vec_t params{};
  wasm_valtype_vec_t results{};
  make(signature.params, params);
  make(signature.results, results);
  return FuncTypeHandle(wasm_functype_new(&params, &results));
}

bool is_trampoline(const CoreDef& def) { return def.kind == CoreDef::Kind::trampoline; }

class TrampolineLinker {
 public:
  explicit TrampolineLinker(Program& program) : program_(program) {}

  Result<> run() {
    std::set<std::uint32_t> named;  // by something else than a module that is bound in advance
    const auto name = [&named](const CoreDef& def) {
      if (is_trampoline(def)) {
        named.insert(def.index);
      }
    };
    for (Instantiate& step : program_.steps) {
      if (std::ranges::all_of(step.args, is_trampoline)) {
        WC_TRY(step.prepared, prepare(step));
      } else {
        std::ranges::for_each(step.args, name);
      }
    }
    std::ranges::for_each(program_.funcs, name);
    program_.trampoline_linker = new_linker();
    for (const std::uint32_t index : named) {
      WC_CHECK(define(program_.trampoline_linker.get(), kModule, std::to_string(index), index));
    }
    return {};
  }

 private:
  LinkerHandle new_linker() const {
    return LinkerHandle(wasmtime_linker_new(program_.engine->impl().engine.get()));
  }

  Result<> define(wasmtime_linker_t* linker, std::string_view module, std::string_view name,
                  std::uint32_t index) {
    const Trampoline& trampoline = program_.trampolines[index];
    const auto [function, env] = callback(trampoline);
    if (ErrorHandle error{wasmtime_linker_define_func_unchecked(
            linker, module.data(), module.size(), name.data(), name.size(), type_of(trampoline),
            function, env, nullptr)}) {
      return to_error(std::move(error), ErrorKind::internal);
    }
    return {};
  }

  // Wasmtime registers each one that it is given; most trampolines share a few.
  const wasm_functype_t* type_of(const Trampoline& trampoline) {
    FuncTypeHandle& known = types_[trampoline.type];
    if (!known) {
      known = func_type(trampoline.type);
    }
    return known.get();
  }

  // Binds a module whose imports are trampolines, all of them.
  Result<std::shared_ptr<const InstancePreHandle>> prepare(const Instantiate& step) {
    const CoreModuleCode& code = *program_.modules[step.module];
    const LinkerHandle linker = new_linker();
    for (std::size_t i = 0; i < step.args.size(); ++i) {
      const auto& [from, name] = code.imports[i];
      WC_CHECK(define(linker.get(), from, name, step.args[i].index));
    }
    wasmtime_instance_pre_t* prepared = nullptr;
    if (ErrorHandle error{
            wasmtime_linker_instantiate_pre(linker.get(), code.handle.get(), &prepared)}) {
      return to_error(std::move(error), ErrorKind::invalid);
    }
    return std::make_shared<const InstancePreHandle>(prepared);
  }

  Program& program_;
  std::map<FlatSignature, FuncTypeHandle> types_;
};

}  // namespace

Result<> link_trampolines(Program& program) { return TrampolineLinker(program).run(); }

void make_trampoline(Store::Impl& store, std::uint32_t index, wasmtime_func_t& out) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), index).ptr;
  wasmtime_extern_t item{};
  WC_ASSERT(wasmtime_linker_get(store.program.trampoline_linker.get(), store.context,
                                kModule.data(), kModule.size(), digits.data(),
                                static_cast<std::size_t>(end - digits.data()), &item));
  out = item.of.func;
}

}  // namespace wasmcloud::component
