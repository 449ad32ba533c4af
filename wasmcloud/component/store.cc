#include "wasmcloud/component/store.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/component/await.h"
#include "wasmcloud/component/component.h"
#include "wasmcloud/component/store_impl.h"

namespace wasmcloud::component {
namespace {

// What the engine's linker has.
constexpr std::string_view kModule = "wasmcloud";
constexpr std::string_view kEnterName = "enter";
constexpr std::string_view kWaitName = "wait";
// The first tick may come at once: so that what is done within a tick is never interrupted, the
// first slice ends with the second.
constexpr std::uint64_t kFirstSliceTicks = 2;

// Polled by Wasmtime each time the store's future is.
bool wait_is_over(void* env) {
  const auto& impl = *static_cast<Store::Impl*>(env);
  return impl.waiting == nullptr || impl.waiting->done;
}

void begin_wait(void* /*env*/, wasmtime_caller_t* caller, const wasmtime_val_t* /*args*/,
                std::size_t /*nargs*/, wasmtime_val_t* /*results*/, std::size_t /*nresults*/,
                wasm_trap_t** /*trap*/, wasmtime_async_continuation_t* continuation) {
  continuation->callback = wait_is_over;
  continuation->env = &impl_of(wasmtime_caller_context(caller));
  continuation->finalizer = nullptr;
}

// The root of everything that runs on a store's fibre.
wasm_trap_t* enter_fibre(void* /*env*/, wasmtime_caller_t* caller, wasmtime_val_raw_t* /*values*/,
                         std::size_t /*count*/) noexcept {
  Store::Impl& impl = impl_of(wasmtime_caller_context(caller));
  try {
    impl.set_stack_floor();
    impl.outcome = impl.call_start();
    if (impl.outcome) {
      impl.outcome = impl.body(impl.owner);
    }
  } catch (const std::exception& e) {
    impl.outcome = Error(ErrorKind::internal, "exception in a host function: {}", e.what());
  } catch (...) {
    impl.outcome = Error(ErrorKind::internal, "exception of unknown type in a host function");
  }
  return nullptr;
}

// Each tick in which the guest still computes: ends it if it must end, else lets the shard serve
// others.
wasmtime_error_t* on_epoch(wasmtime_context_t* context, void* /*data*/, std::uint64_t* delta,
                           wasmtime_update_deadline_kind_t* kind) {
  Store::Impl& impl = impl_of(context);
  if (!impl.kill_reason && impl.owner.limits().deadline.expired()) {
    impl.owner.kill(Error(ErrorKind::timeout, "the guest ran longer than its time limit"));
  }
  if (impl.kill_reason) {
    impl.failure = impl.kill_reason->clone();
    return wasmtime_error_new("stopped by the host");
  }
  *delta = 1;
  *kind = impl.running ? WASMTIME_UPDATE_DEADLINE_YIELD : WASMTIME_UPDATE_DEADLINE_CONTINUE;
  return nullptr;
}

}  // namespace

namespace internal {

Error describe_exception(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const boost::system::system_error& e) {
    return wasmcloud::to_error(e.code(), "host function");
  } catch (const std::exception& e) {
    return Error(ErrorKind::internal, "exception in a host function: {}", e.what());
  } catch (...) {
    return Error(ErrorKind::internal, "exception of unknown type in a host function");
  }
}

}  // namespace internal

Result<> define_store_functions(wasmtime_linker_t* linker, const wasm_functype_t* type) {
  if (ErrorHandle error{wasmtime_linker_define_func_unchecked(
          linker, kModule.data(), kModule.size(), kEnterName.data(), kEnterName.size(), type,
          enter_fibre, nullptr, nullptr)}) {
    return to_error(std::move(error), ErrorKind::internal);
  }
  if (ErrorHandle error{wasmtime_linker_define_async_func(linker, kModule.data(), kModule.size(),
                                                          kWaitName.data(), kWaitName.size(), type,
                                                          begin_wait, nullptr, nullptr)}) {
    return to_error(std::move(error), ErrorKind::internal);
  }
  return {};
}

// --- Impl ---

Store::Impl::Impl(Store& store, const Program& prog, asio::any_io_executor exec)
    : owner(store),
      program(prog),
      handle(wasmtime_store_new(prog.engine->impl().engine.get(), this, nullptr)),
      context(wasmtime_store_context(handle.get())),
      core_instances(prog.core_instances),
      memories(prog.memories.size()),
      funcs(prog.funcs.size()),
      instances(prog.component_instances),
      executor(std::move(exec)) {}

Store::Impl::~Impl() {
  WC_ASSERT(!running);
  objects.clear();
}

bool Store::Impl::begin(Body new_body) {
  WC_ASSERT(!running);
  body = std::move(new_body);
  outcome = Result<>();
  if (!instantiated) {
    wasmtime_context_set_epoch_deadline(context, kFirstSliceTicks);
    // Wasmtime instantiates on no fibre but its own.
    instantiated = true;
    EpochClock& epochs = *program.engine->impl().epochs;
    epochs.enter();
    set_stack_floor();
    outcome = run_steps();
    epochs.leave();
    if (!outcome) {
      poisoned = true;
      return true;
    }
  }
  running = true;
  wasmtime_context_set_epoch_deadline(context, kFirstSliceTicks);
  entry_trap = nullptr;
  entry_error = nullptr;
  future.reset(
      wasmtime_func_call_async(context, &entry, nullptr, 0, nullptr, 0, &entry_trap, &entry_error));
  return poll();
}

bool Store::Impl::poll() {
  EpochClock& epochs = *program.engine->impl().epochs;
  epochs.enter();
  const bool done = wasmtime_call_future_poll(future.get());
  epochs.leave();
  if (done) {
    finish();
  }
  return done;
}

void Store::Impl::finish() {
  future.reset();
  running = false;
  body = nullptr;
  if (entry_error != nullptr || entry_trap != nullptr) {
    outcome = take_failure(std::exchange(entry_error, nullptr), std::exchange(entry_trap, nullptr));
  }
}

Error Store::Impl::cannot_instantiate(wasmtime_error_t* error, wasm_trap_t* trap) {
  // Without a trap nothing of the guest has run: what fails then is the pool.
  const bool of_the_guest = trap != nullptr || failure.has_value();
  Error why = take_failure(error, trap);
  if (of_the_guest || !why.message().contains("maximum concurrent")) {
    return why;
  }
  return Error(ErrorKind::exhausted, "no room for another instance: {}", why.message());
}

Error Store::Impl::take_failure(wasmtime_error_t* error, wasm_trap_t* trap) {
  poisoned = true;
  ErrorHandle owned_error(error);
  TrapHandle owned_trap(trap);
  Error rendered = owned_error ? to_error(std::move(owned_error), ErrorKind::trap)
                               : to_error(std::move(owned_trap));
  if (!failure) {
    return rendered;
  }
  // A host function's failure: Wasmtime only knows where the guest was.
  Error own = *std::move(failure);
  failure.reset();
  return own.detail().empty() ? std::move(own).with_detail(rendered.detail()) : std::move(own);
}

// Wasmtime grants a guest the same room for its stack at each entry, however deep the host's frames
// between two entries already are.
void Store::Impl::set_stack_floor() {
  constexpr std::size_t kForHostFunctions = 256U << 10U;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  stack_floor = here - program.engine->impl().config.fibre_stack_bytes + kForHostFunctions;
}

Result<> Store::Impl::call(const wasmtime_func_t& func, std::span<RawValue> values) {
  if (reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) < stack_floor) [[unlikely]] {
    poisoned = true;
    return Error(ErrorKind::trap, "wasm trap: call stack exhausted");
  }
  wasm_trap_t* trap = nullptr;
  wasmtime_error_t* const error = wasmtime_func_call_unchecked(
      context, &func, reinterpret_cast<wasmtime_val_raw_t*>(values.data()), values.size(), &trap);
  if (error != nullptr || trap != nullptr) [[unlikely]] {
    return take_failure(error, trap);
  }
  return {};
}

wasm_trap_t* Store::Impl::raise(Error error) {
  failure = std::move(error);
  constexpr std::string_view kText = "host function failed";
  return wasmtime_trap_new(kText.data(), kText.size());
}

wasmtime_func_t Store::Impl::engine_function(std::string_view name) const {
  wasmtime_extern_t item{};
  WC_ASSERT(wasmtime_linker_get(program.engine->impl().linker.get(), context, kModule.data(),
                                kModule.size(), name.data(), name.size(), &item));
  return item.of.func;
}

const wasmtime_func_t& Store::Impl::trampoline(std::uint32_t index) {
  if (trampolines.empty()) {
    trampolines.resize(program.trampolines.size());
  }
  wasmtime_func_t& func = trampolines[index];
  if (func.store_id == 0) {
    make_trampoline(*this, index, func);
  }
  return func;
}

namespace {

// The extern that a CoreDef names; nothing if its instance does not exist yet.
std::optional<wasmtime_extern_t> resolve(Store::Impl& impl, const CoreDef& def) {
  wasmtime_extern_t item{};
  if (def.kind == CoreDef::Kind::trampoline) {
    item.kind = WASMTIME_EXTERN_FUNC;
    item.of.func = impl.trampoline(def.index);
    return item;
  }
  const wasmtime_instance_t& instance = impl.core_instances[def.index];
  if (instance.store_id == 0) {
    return std::nullopt;
  }
  // That it exports this has been validated.
  WC_ASSERT(wasmtime_instance_export_get(impl.context, &instance, def.name.data(), def.name.size(),
                                         &item));
  return item;
}

Result<> instantiate(Store::Impl& impl, const Instantiate& step) {
  wasm_trap_t* trap = nullptr;
  wasmtime_error_t* error = nullptr;
  wasmtime_instance_t& instance = impl.core_instances[step.instance];
  if (step.prepared) {
    error = wasmtime_instance_pre_instantiate(step.prepared->get(), impl.context, &instance, &trap);
  } else {
    std::vector<wasmtime_extern_t> imports;
    imports.reserve(step.args.size());
    for (const CoreDef& arg : step.args) {
      imports.push_back(*resolve(impl, arg));  // file order: what it names exists
    }
    error = wasmtime_instance_new(impl.context, impl.program.modules[step.module]->handle.get(),
                                  imports.data(), imports.size(), &instance, &trap);
  }
  return error == nullptr && trap == nullptr ? Result<>() : impl.cannot_instantiate(error, trap);
}

}  // namespace

Task<> close_state(HostState& state) {
  if (!state.needs_close()) {
    co_return Result<>();
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  Result<> closed = co_await state.close();
  // Joining switched cancellation off for the whole chain of callers.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  co_await asio::this_coro::throw_if_cancelled(true);
  co_return closed;
}

Result<> Store::Impl::run_steps() {
  for (const Instantiate& step : program.steps) {
    WC_CHECK(call_start());
    WC_CHECK(instantiate(*this, step));
    start = step.start;
  }
  return {};
}

Result<> Store::Impl::call_start() {
  const std::uint32_t slot = std::exchange(start, kNone);
  if (slot == kNone) {
    return {};
  }
  std::array<RawValue, 1> none;
  return call(slot, none);
}

const wasmtime_func_t* Store::Impl::func(std::uint32_t slot) {
  wasmtime_func_t& known = funcs[slot];
  if (known.store_id == 0) [[unlikely]] {
    const auto item = resolve(*this, program.funcs[slot]);
    if (!item) {
      return nullptr;
    }
    known = item->of.func;
  }
  return &known;
}

const wasmtime_memory_t* Store::Impl::memory(std::uint32_t slot) {
  wasmtime_memory_t& known = memories[slot];
  if (known.store_id == 0) [[unlikely]] {
    const auto item = resolve(*this, program.memories[slot]);
    if (!item) {
      return nullptr;
    }
    known = item->of.memory;
  }
  return &known;
}

Result<> Store::Impl::call(std::uint32_t slot, std::span<RawValue> values) {
  const wasmtime_func_t* const found = func(slot);
  if (found == nullptr) [[unlikely]] {
    return Error(ErrorKind::trap, "wasm trap: uninitialized element");
  }
  return call(*found, values);
}

// --- Store ---

Store::Store(std::shared_ptr<const Component> component, asio::any_io_executor executor,
             std::unique_ptr<HostState> host, StoreLimits limits)
    : component_(std::move(component)),
      executor_(std::move(executor)),
      limits_(limits),
      host_(std::move(host)),
      impl_(std::make_unique<Impl>(*this, component_->program(), executor_)) {}

Store::~Store() {
  // The guest's objects may still speak to the host's state while they go.
  impl_.reset();
}

Result<std::unique_ptr<Store>> Store::create(std::shared_ptr<const Component> component,
                                             asio::any_io_executor executor,
                                             std::unique_ptr<HostState> host, StoreLimits limits) {
  std::unique_ptr<Store> store(
      new Store(std::move(component), std::move(executor), std::move(host), limits));
  Impl& impl = *store->impl_;
  wasmtime_store_limiter(impl.handle.get(), static_cast<std::int64_t>(limits.memory_bytes), -1, -1,
                         -1, -1);
  wasmtime_store_epoch_deadline_callback(impl.handle.get(), on_epoch, nullptr, nullptr);
  impl.entry = impl.engine_function(kEnterName);
  return store;
}

Task<> Store::run(Body body) {
  if (start(std::move(body))) {
    co_return take_result();
  }
  co_return co_await resume();
}

bool Store::start(Body body) { return impl_->begin(std::move(body)); }

Result<> Store::take_result() { return std::move(impl_->outcome); }

Task<> Store::resume() {
  Impl& impl = *impl_;
  // A cancelled caller must not leave the fibre behind: from here on cancellation is seen, not
  // thrown.
  co_await asio::this_coro::throw_if_cancelled(false);
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  if (!impl.wake_timer) {
    impl.wake_timer.emplace(executor_);
  }
  for (;;) {
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none && !killed()) {
      kill(Error(ErrorKind::cancelled, "the call was cancelled"));
    }
    if (waiting() && !impl.waiting->done) {
      impl.wake_timer->expires_at(killed() ? Deadline::never().when() : limits_.deadline.when());
      auto [error] = co_await impl.wake_timer->async_wait(as_result);
      if (!error) {
        kill(Error(ErrorKind::timeout, "the guest waited longer than its time limit"));
      }
    } else {
      // The guest was interrupted in the middle of its work: let others have their turn.
      co_await asio::post(executor_, as_result);
    }
    if (!waiting() || impl.waiting->done) {
      if (impl.poll()) {
        co_return take_result();
      }
    }
  }
}

Result<> Store::may_wait() const {
  if (!impl_->running) {
    return Error(ErrorKind::unsupported, "a start function called what has to wait");
  }
  return {};
}

Result<> Store::wait(Operation& operation) {
  Impl& impl = *impl_;
  if (operation.done) {
    return {};
  }
  WC_CHECK(may_wait());
  if (impl.wait_func.store_id == 0) {
    // Only now: a store that has an asynchronous function cannot instantiate modules any more.
    impl.wait_func = impl.engine_function(kWaitName);
  }
  impl.waiting = &operation;
  if (impl.kill_reason && operation.cancel) {
    operation.cancel();
  }
  Result<> waited;
  while (!operation.done && waited) {
    std::array<RawValue, 1> none;
    waited = impl.call(impl.wait_func, none);
  }
  impl.waiting = nullptr;
  WC_CHECK(std::move(waited));
  if (impl.kill_reason) {
    return impl.kill_reason->clone();
  }
  return {};
}

void Store::wake() noexcept {
  if (impl_->wake_timer) {
    impl_->wake_timer->cancel();
  }
}

void Store::kill(Error why) {
  if (impl_->kill_reason) {
    return;
  }
  impl_->kill_reason = std::move(why);
  if (impl_->waiting != nullptr && impl_->waiting->cancel) {
    impl_->waiting->cancel();
  }
  wake();
}

bool Store::killed() const noexcept { return impl_->kill_reason.has_value(); }

bool Store::waiting() const noexcept { return impl_->waiting != nullptr; }

}  // namespace wasmcloud::component
