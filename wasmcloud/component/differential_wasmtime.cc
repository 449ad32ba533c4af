#include "wasmcloud/component/differential_wasmtime.h"

#include <algorithm>
#include <vector>

#include <wasmtime/component.h>

#include "wasmcloud/component/wasmtime_handles.h"

namespace wasmcloud::component::differential {
namespace {

using wit::Value;
using Val = wasmtime_component_val_t;
using ComponentHandle = std::unique_ptr<wasmtime_component_t, Deleter<wasmtime_component_delete>>;
using ComponentLinkerHandle =
    std::unique_ptr<wasmtime_component_linker_t, Deleter<wasmtime_component_linker_delete>>;
using LinkerRootHandle = std::unique_ptr<wasmtime_component_linker_instance_t,
                                         Deleter<wasmtime_component_linker_instance_delete>>;
using ExportHandle = std::unique_ptr<wasmtime_component_export_index_t,
                                     Deleter<wasmtime_component_export_index_delete>>;

using AnyHandle = std::unique_ptr<wasmtime_component_resource_any_t,
                                  Deleter<wasmtime_component_resource_any_delete>>;

// What a wit::Handle of Wasmtime's stands for.
class WasmtimeHandle final : public wit::HeldResource {
 public:
  explicit WasmtimeHandle(const wasmtime_component_resource_any_t* resource)
      : resource_(wasmtime_component_resource_any_clone(resource)) {}

  wasmtime_component_resource_any_t* copy() const {
    return wasmtime_component_resource_any_clone(resource_.get());
  }

 private:
  AnyHandle resource_;
};

// --- our values as Wasmtime's, which own what they hold ---

wasm_name_t make_name(std::string_view text) {
  wasm_name_t name;
  wasm_byte_vec_new(&name, text.size(), text.data());
  return name;
}

Val make(const Value& value);

Val* make_payload(const std::vector<Value>& payload) {
  if (payload.empty()) {
    return nullptr;
  }
  Val held = make(payload.front());
  return wasmtime_component_val_new(&held);
}

struct ToVal {
  template <typename T>
  Val scalar(wasmtime_component_valkind_t kind, T wasmtime_component_valunion_t::* member,
             T value) const {
    Val out{.kind = kind, .of = {}};
    out.of.*member = value;
    return out;
  }

  using Of = wasmtime_component_valunion_t;

  Val operator()(bool v) const { return scalar(WASMTIME_COMPONENT_BOOL, &Of::boolean, v); }

  Val operator()(std::int8_t v) const { return scalar(WASMTIME_COMPONENT_S8, &Of::s8, v); }

  Val operator()(std::uint8_t v) const { return scalar(WASMTIME_COMPONENT_U8, &Of::u8, v); }

  Val operator()(std::int16_t v) const { return scalar(WASMTIME_COMPONENT_S16, &Of::s16, v); }

  Val operator()(std::uint16_t v) const { return scalar(WASMTIME_COMPONENT_U16, &Of::u16, v); }

  Val operator()(std::int32_t v) const { return scalar(WASMTIME_COMPONENT_S32, &Of::s32, v); }

  Val operator()(std::uint32_t v) const { return scalar(WASMTIME_COMPONENT_U32, &Of::u32, v); }

  Val operator()(std::int64_t v) const { return scalar(WASMTIME_COMPONENT_S64, &Of::s64, v); }

  Val operator()(std::uint64_t v) const { return scalar(WASMTIME_COMPONENT_U64, &Of::u64, v); }

  Val operator()(float v) const { return scalar(WASMTIME_COMPONENT_F32, &Of::f32, v); }

  Val operator()(double v) const { return scalar(WASMTIME_COMPONENT_F64, &Of::f64, v); }

  Val operator()(char32_t v) const {
    return scalar(WASMTIME_COMPONENT_CHAR, &Of::character, std::uint32_t{v});
  }

  Val operator()(const std::string& v) const {
    return scalar(WASMTIME_COMPONENT_STRING, &Of::string, make_name(v));
  }

  Val operator()(const wit::EnumCase& v) const {
    return scalar(WASMTIME_COMPONENT_ENUM, &Of::enumeration, make_name(v.name));
  }

  Val operator()(const wit::Option& v) const {
    return scalar(WASMTIME_COMPONENT_OPTION, &Of::option, make_payload(v.payload));
  }

  Val operator()(const wit::ResultValue& v) const {
    return scalar(WASMTIME_COMPONENT_RESULT, &Of::result,
                  wasmtime_component_valresult_t{v.ok, make_payload(v.payload)});
  }

  Val operator()(const wit::Case& v) const {
    return scalar(WASMTIME_COMPONENT_VARIANT, &Of::variant,
                  wasmtime_component_valvariant_t{make_name(v.name), make_payload(v.payload)});
  }

  Val operator()(const wit::List& v) const {
    Val out{.kind = WASMTIME_COMPONENT_LIST, .of = {}};
    wasmtime_component_vallist_new_uninit(&out.of.list, v.size());
    std::ranges::transform(v, out.of.list.data, make);
    return out;
  }

  Val operator()(const wit::Tuple& v) const {
    Val out{.kind = WASMTIME_COMPONENT_TUPLE, .of = {}};
    wasmtime_component_valtuple_new_uninit(&out.of.tuple, v.items.size());
    std::ranges::transform(v.items, out.of.tuple.data, make);
    return out;
  }

  Val operator()(const wit::Record& v) const {
    Val out{.kind = WASMTIME_COMPONENT_RECORD, .of = {}};
    wasmtime_component_valrecord_new_uninit(&out.of.record, v.values.size());
    for (std::size_t i = 0; i < v.values.size(); ++i) {
      out.of.record.data[i] = {.name = make_name(v.names[i]), .val = make(v.values[i])};
    }
    return out;
  }

  Val operator()(const wit::FlagSet& v) const {
    Val out{.kind = WASMTIME_COMPONENT_FLAGS, .of = {}};
    wasmtime_component_valflags_new_uninit(&out.of.flags, v.names.size());
    std::ranges::transform(v.names, out.of.flags.data, make_name);
    return out;
  }

  Val operator()(const wit::Handle& v) const {
    return scalar(WASMTIME_COMPONENT_RESOURCE, &Of::resource,
                  static_cast<const WasmtimeHandle&>(*v.resource).copy());
  }
};

Val make(const Value& value) { return std::visit(ToVal{}, value.rep); }

// --- and back ---

std::string text_of(const wasm_name_t& name) { return {name.data, name.size}; }

Value read(const Val& val);

std::vector<Value> read_payload(const Val* payload) {
  std::vector<Value> out;
  if (payload != nullptr) {
    out.push_back(read(*payload));
  }
  return out;
}

std::vector<Value> read_all(std::span<const Val> vals) {
  std::vector<Value> out;
  std::ranges::transform(vals, std::back_inserter(out), read);
  return out;
}

wit::Record read_record(const wasmtime_component_valrecord_t& record) {
  wit::Record out;
  for (const auto& entry : std::span(record.data, record.size)) {
    out.names.push_back(text_of(entry.name));
    out.values.push_back(read(entry.val));
  }
  return out;
}

wit::FlagSet read_flags(const wasmtime_component_valflags_t& flags) {
  wit::FlagSet out;
  for (const wasm_name_t& name : std::span(flags.data, flags.size)) {
    out.names.push_back(text_of(name));
  }
  return out;
}

Value read_composite(const Val& val) {
  const auto& of = val.of;
  switch (val.kind) {
    case WASMTIME_COMPONENT_LIST:
      return {read_all({of.list.data, of.list.size})};
    case WASMTIME_COMPONENT_TUPLE:
      return {wit::Tuple{read_all({of.tuple.data, of.tuple.size})}};
    case WASMTIME_COMPONENT_RECORD:
      return {read_record(of.record)};
    case WASMTIME_COMPONENT_VARIANT:
      return {wit::Case{text_of(of.variant.discriminant), read_payload(of.variant.val)}};
    case WASMTIME_COMPONENT_ENUM:
      return {wit::EnumCase{text_of(of.enumeration)}};
    case WASMTIME_COMPONENT_OPTION:
      return {wit::Option{read_payload(of.option)}};
    case WASMTIME_COMPONENT_RESULT:
      return {wit::ResultValue{of.result.is_ok, read_payload(of.result.val)}};
    case WASMTIME_COMPONENT_FLAGS:
      return {read_flags(of.flags)};
    case WASMTIME_COMPONENT_RESOURCE:
      return {wit::Handle{std::make_shared<WasmtimeHandle>(of.resource)}};
    default:
      return {wit::Handle{}};  // not generated
  }
}

Value read(const Val& val) {
  const auto& of = val.of;
  switch (val.kind) {
    case WASMTIME_COMPONENT_BOOL:
      return {of.boolean};
    case WASMTIME_COMPONENT_S8:
      return {of.s8};
    case WASMTIME_COMPONENT_U8:
      return {of.u8};
    case WASMTIME_COMPONENT_S16:
      return {of.s16};
    case WASMTIME_COMPONENT_U16:
      return {of.u16};
    case WASMTIME_COMPONENT_S32:
      return {of.s32};
    case WASMTIME_COMPONENT_U32:
      return {of.u32};
    case WASMTIME_COMPONENT_S64:
      return {of.s64};
    case WASMTIME_COMPONENT_U64:
      return {of.u64};
    case WASMTIME_COMPONENT_F32:
      return {of.f32};
    case WASMTIME_COMPONENT_F64:
      return {of.f64};
    case WASMTIME_COMPONENT_CHAR:
      return {static_cast<char32_t>(of.character)};
    case WASMTIME_COMPONENT_STRING:
      return {text_of(of.string)};
    default:
      return read_composite(val);
  }
}

Result<> check(wasmtime_error_t* error, ErrorKind kind) {
  return error == nullptr ? Result<>() : to_error(ErrorHandle(error), kind);
}

wasm_engine_t* engine() {
  static const EngineHandle made(wasm_engine_new());
  return made.get();
}

wasmtime_error_t* give_back(void* /*data*/, wasmtime_context_t* /*context*/,
                            const wasmtime_component_func_type_t* /*type*/, Val* args,
                            std::size_t /*count*/, Val* results, std::size_t /*result_count*/) {
  wasmtime_component_val_clone(args, results);
  return nullptr;
}

}  // namespace

Result<std::string> assemble(std::string_view text) {
  ByteVec bytes;
  WC_CHECK(check(wasmtime_wat2wasm(text.data(), text.size(), bytes.get()), ErrorKind::invalid));
  return std::string(bytes.view());
}

struct WasmtimeComponent::Impl {
  ComponentHandle component;
  ComponentLinkerHandle linker;
};

WasmtimeComponent::WasmtimeComponent(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WasmtimeComponent::~WasmtimeComponent() = default;

Result<std::unique_ptr<WasmtimeComponent>> WasmtimeComponent::load(std::string_view bytes) {
  auto impl = std::make_unique<Impl>();
  wasmtime_component_t* made = nullptr;
  WC_CHECK(
      check(wasmtime_component_new(engine(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size(), &made),
            ErrorKind::invalid));
  impl->component.reset(made);
  impl->linker.reset(wasmtime_component_linker_new(engine()));
  const LinkerRootHandle root(wasmtime_component_linker_root(impl->linker.get()));
  WC_CHECK(check(
      wasmtime_component_linker_instance_add_func(root.get(), "g", 1, &give_back, nullptr, nullptr),
      ErrorKind::internal));
  return std::unique_ptr<WasmtimeComponent>(new WasmtimeComponent(std::move(impl)));
}

struct WasmtimeInstance::Impl {
  const WasmtimeComponent::Impl* component = nullptr;
  StoreHandle store;
  wasmtime_component_instance_t instance{};

  wasmtime_context_t* context() const { return wasmtime_store_context(store.get()); }

  ExportHandle find(const ExportHandle& inside, std::string_view name) const {
    return ExportHandle(wasmtime_component_instance_get_export_index(
        &instance, context(), inside.get(), name.data(), name.size()));
  }
};

WasmtimeInstance::WasmtimeInstance(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WasmtimeInstance::~WasmtimeInstance() = default;

Result<std::unique_ptr<WasmtimeInstance>> WasmtimeInstance::create(
    const WasmtimeComponent& component) {
  auto impl = std::make_unique<Impl>();
  impl->component = &component.impl();
  impl->store.reset(wasmtime_store_new(engine(), nullptr, nullptr));
  WC_CHECK(check(
      wasmtime_component_linker_instantiate(impl->component->linker.get(), impl->context(),
                                            impl->component->component.get(), &impl->instance),
      ErrorKind::trap));
  return std::unique_ptr<WasmtimeInstance>(new WasmtimeInstance(std::move(impl)));
}

Result<std::optional<Value>> WasmtimeInstance::call(std::string_view instance,
                                                    std::string_view function,
                                                    std::span<const Value> args, bool has_result) {
  const ExportHandle inside = instance.empty() ? nullptr : impl_->find(nullptr, instance);
  const ExportHandle index = impl_->find(inside, function);
  wasmtime_component_func_t func;
  if (index == nullptr || !wasmtime_component_instance_get_func(&impl_->instance, impl_->context(),
                                                                index.get(), &func)) {
    return Error(ErrorKind::not_found, "no function `{}`", function);
  }
  std::vector<Val> given;
  std::ranges::transform(args, std::back_inserter(given), make);
  Val result{.kind = WASMTIME_COMPONENT_BOOL, .of = {}};
  const Result<> called =
      check(wasmtime_component_func_call(&func, impl_->context(), given.data(), given.size(),
                                         &result, has_result ? 1 : 0),
            ErrorKind::trap);
  std::ranges::for_each(given, [](Val& val) { wasmtime_component_val_delete(&val); });
  if (!called) {
    return called.error().clone();
  }
  std::optional<Value> value;
  if (has_result) {
    value = read(result);
    wasmtime_component_val_delete(&result);
  }
  return value;
}

}  // namespace wasmcloud::component::differential
