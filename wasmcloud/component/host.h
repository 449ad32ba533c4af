// What a host gives components to import: functions of C++ types, bound at compile time, grouped in
// interfaces.
//
//   HostInterface poll("wasi:io/poll@0.2.12");
//   poll.resource<Pollable>("pollable");
//   poll.function("[method]pollable.ready", [](Store&, Borrow<Pollable> self) { return
//   self->ready(); }); poll.function("poll", [](Store& store, std::vector<Borrow<Pollable>> in) ->
//   Result<std::vector<std::uint32_t>> {...});
//
// A function takes Store& and then its WIT parameters, and gives its WIT result T as T, Result<T>
// (an error traps) or Task<T> (a coroutine: the guest is suspended until it ends). It must not keep
// views of its arguments after it ends.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "wasmcloud/component/abi.h"
#include "wasmcloud/component/await.h"
#include "wasmcloud/component/store.h"

namespace wasmcloud::component {

struct CoreModuleCode;  // program.h
struct FuncPlan;        // value_plan.h

class HostFunction {
 public:
  virtual ~HostFunction() = default;
  // Whether a component that imports this means the same type; else what differs.
  virtual Result<> check(const TypeArena& arena, const ResourceResolver& resources,
                         const types::Func& func) const = 0;

  // Whether it knows its type only as the component has it, and call() needs the plan of that.
  virtual bool needs_plan() const noexcept { return true; }

  // Lifts the arguments from `values`, calls, and lowers the result there. Failures go to
  // guest.fail(). `plan`: empty for who needs none.
  virtual void call(Guest& guest, const FuncPlan& plan, RawValue* values) const = 0;
};

// A named set of functions, resources and further interfaces. Built once, then immutable.
class HostInterface {
 public:
  explicit HostInterface(std::string name) : name_(std::move(name)) {}

  const std::string& name() const noexcept { return name_; }

  template <typename F>
  HostInterface& function(std::string name, F function);

  HostInterface& function(std::string name, std::shared_ptr<const HostFunction> function) {
    functions_[std::move(name)] = std::move(function);
    return *this;
  }

  template <typename R>
  HostInterface& resource(std::string name) {
    resources_[std::move(name)] = &resource_type_of<R>;
    return *this;
  }

  HostInterface& resource(std::string name, const HostResourceType* type) {
    resources_[std::move(name)] = type;
    return *this;
  }

  // A core module that a component of another load() exports (Component::core_module).
  HostInterface& core_module(std::string name, std::shared_ptr<const CoreModuleCode> code) {
    core_modules_[std::move(name)] = std::move(code);
    return *this;
  }

  HostInterface& interface(HostInterface nested) {
    std::string name = nested.name();
    interfaces_.insert_or_assign(std::move(name), std::move(nested));
    return *this;
  }

  std::shared_ptr<const HostFunction> find_function(std::string_view name) const;
  const HostResourceType* find_resource(std::string_view name) const;
  const HostInterface* find_interface(std::string_view name) const;
  std::shared_ptr<const CoreModuleCode> find_core_module(std::string_view name) const;

 private:
  std::string name_;
  std::map<std::string, std::shared_ptr<const HostFunction>, std::less<>> functions_;
  std::map<std::string, const HostResourceType*, std::less<>> resources_;
  std::map<std::string, HostInterface, std::less<>> interfaces_;
  std::map<std::string, std::shared_ptr<const CoreModuleCode>, std::less<>> core_modules_;
};

// Everything a host offers at the root of a component. Immutable once components are loaded against
// it; must outlive them.
class Host {
 public:
  // Functions and resources imported by plain name.
  HostInterface& root() noexcept { return root_; }

  const HostInterface& root() const noexcept { return root_; }

  Host& add(HostInterface interface);
  // By exact name; else the highest version that is compatible (0.2.x serves any 0.2.y; section 5.1
  // of the fact sheet).
  const HostInterface* find(std::string_view name) const;

 private:
  HostInterface root_{""};
  std::map<std::string, HostInterface, std::less<>> interfaces_;
  std::map<std::string, std::string, std::less<>> by_alternate_key_;
};

namespace internal {

template <typename T>
struct HostReturn {
  using Value = T;
  static constexpr bool kTask = false;
  static constexpr bool kResult = false;
};

template <typename T>
struct HostReturn<Result<T>> {
  using Value = T;
  static constexpr bool kTask = false;
  static constexpr bool kResult = true;
};

template <typename T>
struct HostReturn<asio::awaitable<Result<T>>> {
  using Value = T;
  static constexpr bool kTask = true;
  static constexpr bool kResult = true;
};

Result<> arity_mismatch(std::size_t expected, std::size_t found);
Result<> parameter_mismatch(std::size_t index, std::string_view name);
Result<> result_mismatch();

template <typename F, typename R, typename... Args>
class TypedHostFunction final : public HostFunction {
  using Return = HostReturn<R>;
  using Value = typename Return::Value;
  using Params = std::tuple<Args...>;
  using ParamsAbi = Abi<Params>;
  static constexpr bool kVoid = std::is_void_v<Value>;
  static constexpr bool kSpilledParams = ParamsAbi::kFlat.exceeds(kMaxFlatParams);

 public:
  explicit TypedHostFunction(F function) : function_(std::move(function)) {}

  Result<> check(const TypeArena& arena, const ResourceResolver& resources,
                 const types::Func& func) const override {
    if (func.params.size() != sizeof...(Args)) {
      return arity_mismatch(sizeof...(Args), func.params.size());
    }
    Result<> outcome;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((outcome && !Abi<Args>::matches(TypeView(arena, resources, func.params[I].type))
            ? void(outcome = parameter_mismatch(I, func.params[I].name))
            : void()),
       ...);
    }(std::index_sequence_for<Args...>{});
    if (!outcome) {
      return outcome;
    }
    if (func.result.has_value() == kVoid) {
      return result_mismatch();
    }
    if constexpr (!kVoid) {
      if (!Abi<Value>::matches(TypeView(arena, resources, *func.result))) {
        return result_mismatch();
      }
    }
    return {};
  }

  bool needs_plan() const noexcept override { return false; }

  void call(Guest& guest, const FuncPlan& /*plan*/, RawValue* values) const override {
    const RawValue* cursor = values;
    if constexpr (kSpilledParams) {
      const std::uint32_t pointer = (cursor++)->u32();
      guest.bytes(pointer, ParamsAbi::kSize, ParamsAbi::kAlign, "argument");
      finish(guest, values, cursor, ParamsAbi::load(guest, pointer));
    } else {
      Params params = ParamsAbi::lift(guest, cursor);
      finish(guest, values, cursor, std::move(params));
    }
  }

 private:
  void finish(Guest& guest, RawValue* values, const RawValue* cursor, Params params) const {
    if (guest.failed()) [[unlikely]] {
      return;
    }
    if constexpr (kVoid) {
      if constexpr (Return::kResult) {
        Result<> outcome = invoke(guest.store(), std::move(params));
        if (!outcome) [[unlikely]] {
          guest.fail(std::move(outcome).error());
        }
      } else {
        invoke(guest.store(), std::move(params));
      }
    } else if constexpr (Return::kResult) {
      Result<Value> outcome = invoke(guest.store(), std::move(params));
      if (!outcome) [[unlikely]] {
        guest.fail(std::move(outcome).error());
        return;
      }
      lower(guest, values, cursor, *std::move(outcome));
    } else {
      lower(guest, values, cursor, invoke(guest.store(), std::move(params)));
    }
  }

  auto invoke(Store& store, Params params) const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      if constexpr (Return::kTask) {
        return store.await(function_(store, std::get<I>(std::move(params))...));
      } else {
        return function_(store, std::get<I>(std::move(params))...);
      }
    }(std::index_sequence_for<Args...>{});
  }

  template <typename V>
  static void lower(Guest& guest, RawValue* values, const RawValue* cursor, V&& value) {
    using ResultAbi = Abi<Value>;
    if constexpr (!ResultAbi::kFlat.exceeds(kMaxFlatResults)) {
      RawValue* out = values;
      ResultAbi::lower(guest, std::forward<V>(value), out);
    } else {
      const std::uint32_t pointer = cursor->u32();
      guest.bytes(pointer, ResultAbi::kSize, ResultAbi::kAlign, "return pointer");
      ResultAbi::store(guest, std::forward<V>(value), pointer);
    }
  }

  F function_;
};

template <typename F, typename Signature>
struct MakeTyped;

template <typename F, typename C, typename R, typename... Args>
struct MakeTyped<F, R (C::*)(Store&, Args...) const> {
  using type = TypedHostFunction<F, R, std::remove_cvref_t<Args>...>;
};

template <typename F, typename R, typename... Args>
struct MakeTyped<F, R (*)(Store&, Args...)> {
  using type = TypedHostFunction<F, R, std::remove_cvref_t<Args>...>;
};

template <typename F>
struct SignatureOf {
  using type = decltype(&F::operator());
};

template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...)> {
  using type = R (*)(Args...);
};

}  // namespace internal

template <typename F>
HostInterface& HostInterface::function(std::string name, F function) {
  using Typed = typename internal::MakeTyped<F, typename internal::SignatureOf<F>::type>::type;
  functions_[std::move(name)] = std::make_shared<Typed>(std::move(function));
  return *this;
}

}  // namespace wasmcloud::component
