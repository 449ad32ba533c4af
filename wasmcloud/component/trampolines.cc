// The core functions that a component's `canon` definitions make: what happens when a guest calls
// one.
#include <exception>

#include "wasmcloud/component/calls.h"
#include "wasmcloud/component/store_impl.h"
#include "wasmcloud/component/translate.h"

namespace wasmcloud::component {
namespace {

Error cannot_leave() {
  return Error(ErrorKind::trap, "wasm trap: cannot leave component instance");
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
    if (!impl.instances[lowered.options.instance].may_leave) [[unlikely]] {
      return cannot_leave();
    }
    Guest guest(impl.owner, lowered.options);
    lowered.function->call(guest, reinterpret_cast<RawValue*>(values));
    return outcome_of(guest);
  });
}

wasm_trap_t* call_guest(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values,
                        std::size_t /*count*/) noexcept {
  const auto& lowered = *static_cast<const trampoline::LowerGuest*>(env);
  Store::Impl& impl = impl_of(wasmtime_caller_context(caller));
  return guarded(impl, [&]() -> Result<> {
    if (!impl.instances[lowered.options.instance].may_leave) [[unlikely]] {
      return cannot_leave();
    }
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

}  // namespace

void make_trampoline(Store::Impl& store, const Trampoline& trampoline, wasmtime_func_t& out) {
  const auto make = [&](wasmtime_func_unchecked_callback_t callback, const auto& body) {
    // What the callback gets is part of the program, which outlives the store; it only reads it.
    using Body = std::remove_cvref_t<decltype(body)>;
    wasmtime_func_new_unchecked(store.context, trampoline.type.get(), callback,
                                const_cast<Body*>(&body), nullptr, &out);
  };
  if (const auto* const host = std::get_if<trampoline::LowerHost>(&trampoline.body)) {
    make(call_host, *host);
  } else if (const auto* const guest = std::get_if<trampoline::LowerGuest>(&trampoline.body)) {
    make(call_guest, *guest);
  } else {
    make(call_resource, std::get<trampoline::ResourceOp>(trampoline.body));
  }
}

}  // namespace wasmcloud::component
