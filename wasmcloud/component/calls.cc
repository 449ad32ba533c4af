#include "wasmcloud/component/calls.h"

#include <algorithm>
#include <array>

#include "wasmcloud/component/component.h"
#include "wasmcloud/component/translate.h"

namespace wasmcloud::component {
namespace {

Error cannot_enter() {
  return Error(ErrorKind::trap, "wasm trap: cannot enter component instance");
}

// Marks the instances that a call enters, for the length of the call. A call that traps leaves them
// marked: the store is poisoned, and none of them may be entered again.
class Entry {
 public:
  Entry(Store::Impl& impl, const std::vector<std::uint32_t>& instances)
      : impl_(impl), instances_(instances) {}

  Result<> enter() {
    const bool allowed = std::ranges::all_of(
        instances_, [this](std::uint32_t instance) { return impl_.instances[instance].may_enter; });
    if (impl_.poisoned || !allowed) {
      return cannot_enter();
    }
    set(false);
    return {};
  }

  void leave() { set(true); }

 private:
  void set(bool may_enter) {
    for (const std::uint32_t instance : instances_) {
      impl_.instances[instance].may_enter = may_enter;
    }
  }

  Store::Impl& impl_;
  const std::vector<std::uint32_t>& instances_;
};

// `results`: the flat results as the callee gave them.
Result<> post_return(Store::Impl& impl, const CanonicalOptions& options,
                     std::span<RawValue> results) {
  if (options.post_return == kNone) {
    return {};
  }
  impl.instances[options.instance].may_leave = false;
  Result<> called = impl.call(options.post_return, results);
  impl.instances[options.instance].may_leave = true;
  return called;
}

Result<> leave_scope(const CallScope& scope) {
  if (scope.borrows != 0) {
    return Error(ErrorKind::trap, "borrow handles still remain at the end of the call");
  }
  return {};
}

// The arguments, from the caller's flat values (or the memory that they point to) into the
// callee's.
void translate_params(Translation& translation, const FuncPlan& plan, Guest& from, Guest& to,
                      const RawValue* in, RawValue* out) {
  if (!plan.params_spilled) {
    translation.flat(plan.params, in, out);
    return;
  }
  const std::uint32_t source = in->u32();
  from.bytes(source, plan.params.size, plan.params.align, "argument");
  const std::uint32_t target =
      from.failed() ? 0 : to.allocate(plan.params.size, plan.params.align, "argument");
  from.refresh();
  translation.memory(plan.params, source, target);
  out->set_u32(target);
}

void translate_result(const FuncPlan& plan, Guest& from, Guest& to, const RawValue* in,
                      RawValue* values) {
  if (plan.result == nullptr) {
    return;
  }
  Translation translation(from, to, nullptr);
  if (!plan.result_spilled) {
    translation.flat(*plan.result, in, values);
    return;
  }
  const std::uint32_t source = in->u32();
  const std::uint32_t target = values[plan.lowered.params.size() - 1].u32();
  from.bytes(source, plan.result->size, plan.result->align, "result");
  to.bytes(target, plan.result->size, plan.result->align, "result");
  if (!from.failed() && !to.failed()) {
    translation.memory(*plan.result, source, target);
  }
}

// The values of a core call on the stack: as many as a lifted function can have.
using CoreValues = std::array<RawValue, kMaxFlatParams>;

}  // namespace

Result<> outcome_of(Guest& guest) {
  if (!guest.failed()) [[likely]] {
    return {};
  }
  Error error = *std::move(guest.store().impl().failure);
  guest.store().impl().failure.reset();
  return error;
}

Result<> call_between(Store::Impl& impl, const trampoline::LowerGuest& lowered, RawValue* values) {
  if (lowered.always_traps) {
    return cannot_enter();
  }
  const LiftedFunc& callee = *lowered.callee;
  const FuncPlan& plan = *lowered.plan;
  Entry entry(impl, lowered.entered);
  WC_CHECK(entry.enter());
  Guest from(impl.owner, lowered.options, Guest::Boundary::guest);
  Guest to(impl.owner, callee.options, Guest::Boundary::guest);
  CallScope scope;
  Translation params(from, to, &scope);
  CoreValues core;
  translate_params(params, plan, from, to, values, core.data());
  WC_CHECK(outcome_of(from.failed() ? from : to));
  const std::size_t count = plan.lifted_values();
  WC_CHECK(impl.call(callee.core_func, std::span(core).first(count)));
  WC_CHECK(leave_scope(scope));
  from.refresh();
  to.refresh();
  translate_result(plan, to, from, core.data(), values);
  WC_CHECK(outcome_of(from.failed() ? from : to));
  WC_CHECK(post_return(impl, callee.options, std::span(core).first(count)));
  HandleTable& lenders = impl.instances[lowered.options.instance].handles;
  for (const std::uint32_t index : params.lent()) {
    if (Handle* const lender = lenders.find(index)) {
      --lender->lends;
    }
  }
  entry.leave();
  return {};
}

Result<> end_resource(Store::Impl& impl, ResourceIndex which, std::uint32_t rep,
                      const std::vector<std::uint32_t>& entered) {
  const RuntimeResource& resource = impl.program.resources[which];
  if (resource.host != nullptr) {
    impl.objects.take(rep).reset();
    return {};
  }
  if (resource.destructor == kNone) {
    return {};
  }
  Entry entry(impl, entered);
  WC_CHECK(entry.enter());
  std::array<RawValue, 1> values;
  values[0].set_u32(rep);
  WC_CHECK(impl.call(resource.destructor, values));
  entry.leave();
  return {};
}

Result<> drop_handle(Store::Impl& impl, Guest& guest, const trampoline::ResourceOp& operation,
                     std::uint32_t index) {
  Handle* const found = guest.find_handle(index, operation.resource);
  if (found == nullptr) {
    return outcome_of(guest);
  }
  if (found->lends != 0) {
    return Error(ErrorKind::trap, "cannot remove owned resource while borrowed");
  }
  const Handle handle = *found;
  impl.instances[operation.options.instance].handles.remove(index);
  if (handle.kind == Handle::Kind::borrow) {
    if (handle.scope != nullptr) {
      --handle.scope->borrows;
    }
    return {};
  }
  return end_resource(impl, handle.resource, handle.rep, operation.entered);
}

namespace internal {

const CanonicalOptions& export_options(const LiftedFunc& func) { return func.options; }

const FuncPlan& export_plan(const LiftedFunc& func) { return *func.plan; }

Result<> check_export(const Component& component, const LiftedFunc& func,
                      const HostFunction& mirror) {
  const TypeArena& arena = component.program().arena;
  return mirror.check(arena, *func.resources, arena[func.type]);
}

Result<> call_export(Store& store, const LiftedFunc& func, std::span<RawValue> values,
                     CallStep lower, CallStep lift) {
  Store::Impl& impl = store.impl();
  Entry entry(impl, func.instance_chain);
  WC_CHECK(entry.enter());
  Guest guest(store, func.options);
  lower(guest);
  Result<> outcome = outcome_of(guest);
  if (outcome) {
    outcome = impl.call(func.core_func, values);
  }
  if (outcome) {
    guest.refresh();
    lift(guest);
    outcome = outcome_of(guest);
  }
  if (outcome) {
    outcome = post_return(impl, func.options, values);
  }
  if (!outcome) {
    impl.poisoned = true;
    return outcome;
  }
  entry.leave();
  return {};
}

}  // namespace internal
}  // namespace wasmcloud::component
