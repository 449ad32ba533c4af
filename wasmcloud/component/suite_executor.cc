#include "wasmcloud/component/suite_executor.h"

#include <deque>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "wasmcloud/component/component.h"
#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/engine_impl.h"
#include "wasmcloud/component/program.h"

namespace wasmcloud::component::suite {
namespace {

using Kind = Value::Kind;

wit::Value to_wit(const Value& value);

std::vector<wit::Value> all_to_wit(const std::vector<Value>& items) {
  std::vector<wit::Value> made;
  made.reserve(items.size());
  std::ranges::transform(items, std::back_inserter(made), to_wit);
  return made;
}

char32_t decode_character(const std::string& text) {
  std::u32string decoded;
  const auto lead = static_cast<unsigned char>(text.empty() ? '\0' : text[0]);
  char32_t c = lead < 0x80   ? lead
               : lead < 0xe0 ? lead & 0x1f
               : lead < 0xf0 ? lead & 0x0f
                             : lead & 0x07;
  for (std::size_t i = 1; i < text.size(); ++i) {
    c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  return c;
}

wit::Value number_to_wit(const Value& value) {
  switch (value.kind) {
    case Kind::boolean:
      return {value.bits != 0};
    case Kind::s8:
      return {static_cast<std::int8_t>(value.bits)};
    case Kind::u8:
      return {static_cast<std::uint8_t>(value.bits)};
    case Kind::s16:
      return {static_cast<std::int16_t>(value.bits)};
    case Kind::u16:
      return {static_cast<std::uint16_t>(value.bits)};
    case Kind::s32:
      return {static_cast<std::int32_t>(value.bits)};
    case Kind::u32:
      return {static_cast<std::uint32_t>(value.bits)};
    case Kind::s64:
      return {static_cast<std::int64_t>(value.bits)};
    case Kind::f32:
      return {std::bit_cast<float>(static_cast<std::uint32_t>(value.bits))};
    case Kind::f64:
      return {std::bit_cast<double>(value.bits)};
    default:
      return {value.bits};
  }
}

wit::Value to_wit(const Value& value) {
  switch (value.kind) {
    case Kind::character:
      return {decode_character(value.text)};
    case Kind::string:
      return {value.text};
    case Kind::list:
      return {all_to_wit(value.items)};
    case Kind::tuple:
      return {wit::Tuple{all_to_wit(value.items)}};
    case Kind::record:
      return {wit::Record{value.names, all_to_wit(value.items)}};
    case Kind::variant:
      return {wit::Case{value.text, all_to_wit(value.items)}};
    case Kind::enumeration:
      return {wit::EnumCase{value.text}};
    case Kind::option:
      return {wit::Option{all_to_wit(value.items)}};
    case Kind::result:
      return {wit::ResultValue{value.text == "ok", all_to_wit(value.items)}};
    case Kind::flags:
      return {wit::FlagSet{value.names}};
    default:
      return number_to_wit(value);
  }
}

struct FromWit {
  Value made(Kind kind, std::uint64_t bits) const {
    Value value;
    value.kind = kind;
    value.bits = bits;
    return value;
  }

  Value made(Kind kind, std::string text, const std::vector<wit::Value>& items = {}) const {
    Value value;
    value.kind = kind;
    value.text = std::move(text);
    for (const wit::Value& item : items) {
      value.items.push_back(std::visit(*this, item.rep));
    }
    return value;
  }

  static std::uint64_t extended(std::int64_t value) { return static_cast<std::uint64_t>(value); }

  Value operator()(bool v) const { return made(Kind::boolean, v ? 1U : 0U); }

  Value operator()(std::int8_t v) const { return made(Kind::s8, extended(v)); }

  Value operator()(std::uint8_t v) const { return made(Kind::u8, std::uint64_t{v}); }

  Value operator()(std::int16_t v) const { return made(Kind::s16, extended(v)); }

  Value operator()(std::uint16_t v) const { return made(Kind::u16, std::uint64_t{v}); }

  Value operator()(std::int32_t v) const { return made(Kind::s32, extended(v)); }

  Value operator()(std::uint32_t v) const { return made(Kind::u32, std::uint64_t{v}); }

  Value operator()(std::int64_t v) const { return made(Kind::s64, extended(v)); }

  Value operator()(std::uint64_t v) const { return made(Kind::u64, v); }

  Value operator()(float v) const {
    return made(Kind::f32, std::uint64_t{std::bit_cast<std::uint32_t>(v)});
  }

  Value operator()(double v) const { return made(Kind::f64, std::bit_cast<std::uint64_t>(v)); }

  Value operator()(char32_t c) const {
    std::string text;
    if (c < 0x80) {
      text = {static_cast<char>(c)};
    } else if (c < 0x800) {
      text = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    } else if (c < 0x10000) {
      text = {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
              static_cast<char>(0x80 | (c & 0x3f))};
    } else {
      text = {static_cast<char>(0xf0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3f)),
              static_cast<char>(0x80 | (c >> 6 & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
    }
    return made(Kind::character, std::move(text));
  }

  Value operator()(const std::string& text) const { return made(Kind::string, text); }

  Value operator()(const wit::List& list) const { return made(Kind::list, "", list); }

  Value operator()(const wit::Tuple& tuple) const { return made(Kind::tuple, "", tuple.items); }

  Value operator()(const wit::Record& record) const {
    Value value = made(Kind::record, "", record.values);
    value.names = record.names;
    return value;
  }

  Value operator()(const wit::Case& each) const {
    return made(Kind::variant, each.name, each.payload);
  }

  Value operator()(const wit::EnumCase& each) const { return made(Kind::enumeration, each.name); }

  Value operator()(const wit::Option& option) const {
    return made(Kind::option, "", option.payload);
  }

  Value operator()(const wit::ResultValue& result) const {
    return made(Kind::result, result.ok ? "ok" : "err", result.payload);
  }

  Value operator()(const wit::FlagSet& flags) const {
    Value value = made(Kind::flags, "");
    value.names = flags.names;
    return value;
  }

  Value operator()(const wit::Handle& /*handle*/) const { return made(Kind::other, "handle"); }
};

class RuntimeExecutor final : public Executor {
 public:
  explicit RuntimeExecutor(const Engine& engine) : engine_(engine) {}

  Result<> check_core_module(std::span<const std::uint8_t> binary) override {
    if (ErrorHandle error{
            wasmtime_module_validate(engine_.impl().engine.get(), binary.data(), binary.size())}) {
      return to_error(std::move(error), ErrorKind::invalid);
    }
    return {};
  }

  Result<InstanceId> instantiate(std::span<const std::uint8_t> binary,
                                 std::string_view name) override {
    if (!is_component(binary)) {
      return Error(ErrorKind::unsupported, "a core module by itself");
    }
    // A host of its own for each, as later ones offer more.
    const Host& host = hosts_.emplace_back(named_);
    WC_TRY(auto component, Component::load(engine_, host, binary));
    WC_TRY(auto store,
           Store::create(component, context_.get_executor(), std::make_unique<HostState>()));
    WC_CHECK(drive(*store, [](Store&) { return Result<>(); }));
    if (!name.empty()) {
      offer(*component, name);
    }
    instances_.push_back({std::move(component), std::move(store)});
    return static_cast<InstanceId>(instances_.size() - 1);
  }

  Result<> register_as(InstanceId /*instance*/, std::string_view /*as*/) override {
    return Error(ErrorKind::unsupported, "components are not registered");
  }

  Result<std::vector<Value>> invoke(InstanceId id, std::string_view field,
                                    std::span<const Value> args) override {
    const Instance& instance = instances_[static_cast<std::size_t>(id)];
    const LiftedFunc* const func = instance.component->find_function("", field);
    if (func == nullptr) {
      return Error(ErrorKind::not_found, "no exported function `{}`", field);
    }
    std::vector<wit::Value> lowered;
    std::ranges::transform(args, std::back_inserter(lowered), to_wit);
    std::vector<Value> results;
    WC_CHECK(drive(*instance.store, [&](Store& store) -> Result<> {
      WC_TRY(const auto result, call_dynamic(store, *func, lowered));
      if (result) {
        results.push_back(std::visit(FromWit{}, result->rep));
      }
      return {};
    }));
    return results;
  }

  Result<Value> get(InstanceId /*instance*/, std::string_view /*field*/) override {
    return Error(ErrorKind::unsupported, "a component has no globals");
  }

 private:
  struct Instance {
    std::shared_ptr<const Component> component;
    std::unique_ptr<Store> store;
  };

  Result<> drive(Store& store, Store::Body body) {
    Result<> outcome = Error(ErrorKind::internal, "the call never ended");
    asio::co_spawn(context_, store.run(std::move(body)),
                   [&outcome](const std::exception_ptr& failure, Result<> result) {
                     if (!failure) {
                       outcome = std::move(result);
                     }
                   });
    context_.restart();
    context_.run();
    return outcome;
  }

  // Later components may import what this one exports of core modules and resource types.
  void offer(const Component& component, std::string_view name) {
    HostInterface interface{std::string(name)};
    for (const auto& [item_name, item] : component.program().exports.items) {
      if (const auto* const module = std::get_if<ExportedModule>(&item)) {
        interface.core_module(item_name, component.program().modules[module->module]);
      } else if (const auto* const resource = std::get_if<ResourceIndex>(&item)) {
        interface.resource(item_name, resource_type(component, *resource));
      }
    }
    named_.add(std::move(interface));
  }

  // The same type whenever it is the same resource.
  const HostResourceType* resource_type(const Component& component, ResourceIndex index) {
    const RuntimeResource& resource = component.program().resources[index];
    if (resource.host != nullptr) {
      return resource.host;
    }
    auto& type = resource_types_[{&component, index}];
    if (type == nullptr) {
      type = std::make_unique<HostResourceType>(HostResourceType{"resource"});
    }
    return type.get();
  }

  const Engine& engine_;
  asio::io_context context_{1};
  Host named_;
  std::deque<Host> hosts_;
  std::map<std::pair<const Component*, ResourceIndex>, std::unique_ptr<HostResourceType>>
      resource_types_;
  std::vector<Instance> instances_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(const Engine& engine) {
  return std::make_unique<RuntimeExecutor>(engine);
}

}  // namespace wasmcloud::component::suite
