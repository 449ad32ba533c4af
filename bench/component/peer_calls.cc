#include "peer_calls.h"

#include <utility>

#include "wasmcloud/component/engine_impl.h"

#include "our_calls.h"

namespace wasmcloud::bench {
namespace {

using Val = wasmtime_component_val_t;
using component::ErrorHandle;
using component::StoreHandle;

constexpr std::uint64_t kNoDeadline = 1ULL << 62U;

wasm_name_t name(std::string_view text) {
  wasm_name_t made;
  wasm_byte_vec_new(&made, text.size(), text.data());
  return made;
}

Val number(std::uint32_t value) {
  Val made{.kind = WASMTIME_COMPONENT_U32, .of = {}};
  made.of.u32 = value;
  return made;
}

Val fields() {
  const Fields values;
  constexpr const char* kNames[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  constexpr wasmtime_component_valkind_t kKinds[] = {
      WASMTIME_COMPONENT_U8,  WASMTIME_COMPONENT_U16, WASMTIME_COMPONENT_U32,
      WASMTIME_COMPONENT_U64, WASMTIME_COMPONENT_S32, WASMTIME_COMPONENT_F32,
      WASMTIME_COMPONENT_F64, WASMTIME_COMPONENT_BOOL};
  Val made{.kind = WASMTIME_COMPONENT_RECORD, .of = {}};
  wasmtime_component_valrecord_new_uninit(&made.of.record, std::size(kNames));
  auto* const entries = made.of.record.data;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    entries[i] = {.name = name(kNames[i]), .val = {.kind = kKinds[i], .of = {}}};
  }
  entries[0].val.of.u8 = values.a;
  entries[1].val.of.u16 = values.b;
  entries[2].val.of.u32 = values.c;
  entries[3].val.of.u64 = values.d;
  entries[4].val.of.s32 = values.e;
  entries[5].val.of.f32 = values.f;
  entries[6].val.of.f64 = values.g;
  entries[7].val.of.boolean = values.h;
  return made;
}

template <typename Make>
Val list(std::size_t count, Make make) {
  Val made{.kind = WASMTIME_COMPONENT_LIST, .of = {}};
  wasmtime_component_vallist_new_uninit(&made.of.list, count);
  for (std::size_t i = 0; i < count; ++i) {
    made.of.list.data[i] = make();
  }
  return made;
}

wasmtime_error_t* host_add(void* /*data*/, wasmtime_context_t* /*context*/,
                           const wasmtime_component_func_type_t* /*type*/, Val* args,
                           std::size_t /*nargs*/, Val* results, std::size_t /*nresults*/) {
  results[0] = number(args[0].of.u32 + args[1].of.u32);
  return nullptr;
}

// Hands the argument over without a copy.
wasmtime_error_t* host_echo(void* /*data*/, wasmtime_context_t* /*context*/,
                            const wasmtime_component_func_type_t* /*type*/, Val* args,
                            std::size_t /*nargs*/, Val* results, std::size_t /*nresults*/) {
  std::swap(args[0], results[0]);
  return nullptr;
}

void add_host(wasmtime_component_linker_t* linker) {
  wasmtime_component_linker_instance_t* const root = wasmtime_component_linker_root(linker);
  const auto add = [&](std::string_view function, wasmtime_component_func_callback_t callback) {
    need(wasmtime_component_linker_instance_add_func(root, function.data(), function.size(),
                                                     callback, nullptr, nullptr));
  };
  add("host-add", &host_add);
  add("host-record", &host_echo);
  add("host-text", &host_echo);
  add("host-bytes", &host_echo);
  add("host-records", &host_echo);
  wasmtime_component_linker_instance_delete(root);
}

// Arguments that are deleted with the measure.
class Args {
 public:
  explicit Args(std::vector<Val> values) : values_(std::move(values)) {}

  ~Args() {
    for (Val& value : values_) {
      wasmtime_component_val_delete(&value);
    }
  }

  Args(const Args&) = delete;
  Args& operator=(const Args&) = delete;

  const std::vector<Val>& values() const { return values_; }

 private:
  std::vector<Val> values_;
};

}  // namespace

wasm_engine_t* raw_engine() { return engine().impl().engine.get(); }

void need(wasmtime_error_t* error) {
  if (error != nullptr) {
    need(Result<>(component::to_error(ErrorHandle(error), ErrorKind::internal)));
  }
}

StoreHandle new_raw_store() {
  StoreHandle store(wasmtime_store_new(raw_engine(), nullptr, nullptr));
  wasmtime_context_set_epoch_deadline(wasmtime_store_context(store.get()), kNoDeadline);
  return store;
}

PeerCalls::PeerCalls()
    : linker_(wasmtime_component_linker_new(raw_engine())), store_(new_raw_store()) {
  const auto bytes = read_file(WC_CALLS_COMPONENT);
  wasmtime_component_t* made = nullptr;
  need(wasmtime_component_new(raw_engine(), bytes.data(), bytes.size(), &made));
  component_.reset(made);
  add_host(linker_.get());
  need(wasmtime_component_linker_instantiate(linker_.get(), wasmtime_store_context(store_.get()),
                                             component_.get(), &instance_));
}

PeerCalls::~PeerCalls() = default;

Measure PeerCalls::call(std::size_t batch, const std::string& function, std::vector<Val> args,
                        bool has_result) {
  wasmtime_context_t* const context = wasmtime_store_context(store_.get());
  wasmtime_component_export_index_t* const index = wasmtime_component_instance_get_export_index(
      &instance_, context, nullptr, function.data(), function.size());
  wasmtime_component_func_t func;
  if (index == nullptr ||
      !wasmtime_component_instance_get_func(&instance_, context, index, &func)) {
    need(Result<>(Error(ErrorKind::not_found, "no function {}", function)));
  }
  wasmtime_component_export_index_delete(index);
  auto held = std::make_shared<Args>(std::move(args));
  return [=](Seconds duration) {
    return nanoseconds_each(duration, batch, [&] {
      Val result{.kind = WASMTIME_COMPONENT_BOOL, .of = {}};
      need(wasmtime_component_func_call(&func, context, held->values().data(),
                                        held->values().size(), &result, has_result ? 1 : 0));
      wasmtime_component_val_delete(&result);
    });
  };
}

Measure PeerCalls::scalars() { return call(1000, "add", {number(2), number(3)}, true); }

Measure PeerCalls::record() { return call(1000, "echo-record", {fields()}, true); }

Measure PeerCalls::text(std::size_t size) {
  Val text{.kind = WASMTIME_COMPONENT_STRING, .of = {}};
  text.of.string = name(std::string(size, 'x'));
  return call(100, "echo-text", {text}, true);
}

Measure PeerCalls::bytes(std::size_t size) {
  const auto byte = [] {
    Val made{.kind = WASMTIME_COMPONENT_U8, .of = {}};
    made.of.u8 = 7;
    return made;
  };
  return call(1, "echo-bytes", {list(size, byte)}, true);
}

Measure PeerCalls::records(std::size_t count) {
  return call(1, "echo-records", {list(count, fields)}, true);
}

Measure PeerCalls::host(const std::string& function, std::uint32_t times) {
  const Measure all = call(1, function, {number(times)}, function == "call-host");
  return [all, times](Seconds duration) { return all(duration) / times; };
}

Measure PeerCalls::host(const std::string& function, std::uint32_t times, std::uint32_t size) {
  const Measure all = call(1, function, {number(times), number(size)}, false);
  return [all, times](Seconds duration) { return all(duration) / times; };
}

}  // namespace wasmcloud::bench
