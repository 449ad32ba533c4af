#include "wasmcloud/component/dynamic.h"

#include <algorithm>
#include <array>

#include "wasmcloud/component/calls.h"
#include "wasmcloud/component/dynamic_handles.h"
#include "wasmcloud/component/program.h"
#include "wasmcloud/component/store_impl.h"
#include "wasmcloud/component/value_types.h"

namespace wasmcloud::component {
namespace {

using Kind = ValuePlan::Kind;
using wit::Value;

// The names of an enum or of flags.
const std::vector<std::string>& names_of(const ValuePlan& plan) {
  if (const auto* const flags = std::get_if<types::Flags>(plan.type)) {
    return flags->names;
  }
  return std::get<types::Enum>(*plan.type).names;
}

// --- lifting ---

Value integer(const ValuePlan& plan, std::uint64_t bits) {
  switch (plan.primitive) {
    case Primitive::s8:
      return {static_cast<std::int8_t>(bits)};
    case Primitive::u8:
      return {static_cast<std::uint8_t>(bits)};
    case Primitive::s16:
      return {static_cast<std::int16_t>(bits)};
    case Primitive::u16:
      return {static_cast<std::uint16_t>(bits)};
    case Primitive::s32:
      return {static_cast<std::int32_t>(bits)};
    case Primitive::u32:
      return {static_cast<std::uint32_t>(bits)};
    case Primitive::s64:
      return {static_cast<std::int64_t>(bits)};
    default:
      return {bits};
  }
}

// Values have the names of their types with them.
std::string charged_name(Guest& guest, const std::string& name) {
  return guest.charge(sizeof(name) + name.size()) ? name : std::string();
}

Value flag_set(Guest& guest, const ValuePlan& plan, std::uint32_t bits) {
  wit::FlagSet set;
  const auto& names = names_of(plan);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1U) != 0) {
      set.names.push_back(charged_name(guest, names[i]));
    }
  }
  return {std::move(set)};
}

Value scalar(Guest& guest, const ValuePlan& plan, RawValue raw) {
  const RawValue* cursor = &raw;
  switch (plan.kind) {
    case Kind::boolean:
      return {raw.u32() != 0};
    case Kind::integer:
      return integer(plan, raw.u64());
    case Kind::f32:
      return {Abi<float>::lift(guest, cursor)};
    case Kind::f64:
      return {Abi<double>::lift(guest, cursor)};
    case Kind::character:
      return {Abi<char32_t>::lift(guest, cursor)};
    case Kind::flags:
      return flag_set(guest, plan, raw.u32());
    case Kind::enumeration:
      if (raw.u32() >= plan.length) {
        guest.fail(
            Error(ErrorKind::trap, "discriminant {} out of range [0..{})", raw.u32(), plan.length));
        return {};
      }
      return {wit::EnumCase{charged_name(guest, names_of(plan)[raw.u32()])}};
    default:
      return lift_dynamic(guest, plan, raw.u32());
  }
}

Value load(Guest& guest, const ValuePlan& plan, std::uint32_t pointer);

Value pair(Guest& guest, const ValuePlan& plan, std::uint32_t pointer, std::uint32_t length) {
  if (plan.kind == Kind::string) {
    return {Abi<std::string>::lift_pair(guest, pointer, length)};
  }
  wit::List list;
  guest.bytes(pointer, std::uint64_t{length} * plan.element->size, plan.element->align, "list");
  guest.charge(std::uint64_t{length} * sizeof(Value));
  for (std::uint32_t i = 0; i < length && !guest.failed(); ++i) {
    list.push_back(load(guest, *plan.element, pointer + i * plan.element->size));
  }
  return {std::move(list)};
}

// Makes a value of its parts, which `part` gives by index.
template <typename Part>
Value sequence(Guest& guest, const ValuePlan& plan, Part part) {
  const auto* const record = plan.type == nullptr ? nullptr : std::get_if<types::Record>(plan.type);
  wit::Record fields;
  wit::Tuple items;
  guest.charge(plan.parts.size() * sizeof(Value));
  for (std::size_t i = 0; i < plan.parts.size() && !guest.failed(); ++i) {
    if (record != nullptr) {
      fields.names.push_back(charged_name(guest, record->fields[i].name));
      fields.values.push_back(part(i));
    } else {
      items.items.push_back(part(i));
    }
  }
  return record != nullptr ? Value{std::move(fields)} : Value{std::move(items)};
}

template <typename Payload>
Value variant(Guest& guest, const ValuePlan& plan, std::uint32_t which, Payload payload) {
  if (which >= plan.parts.size()) {
    guest.fail(
        Error(ErrorKind::trap, "discriminant {} out of range [0..{})", which, plan.parts.size()));
    return {};
  }
  std::vector<Value> held;
  if (const ValuePlan* const type = plan.parts[which].layout; type && guest.charge(sizeof(Value))) {
    held.push_back(payload(*type));
  }
  if (std::holds_alternative<types::Option>(*plan.type)) {
    return {wit::Option{std::move(held)}};
  }
  if (std::holds_alternative<types::Result>(*plan.type)) {
    return {wit::ResultValue{which == 0, std::move(held)}};
  }
  const types::Case& chosen = std::get<types::Variant>(*plan.type).cases[which];
  return {wit::Case{charged_name(guest, chosen.name), std::move(held)}};
}

Value load(Guest& guest, const ValuePlan& plan, std::uint32_t pointer) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list:
      return pair(guest, plan, guest.load<std::uint32_t>(pointer),
                  guest.load<std::uint32_t>(pointer + 4));
    case Kind::fixed_list: {
      wit::List list;
      guest.charge(std::uint64_t{plan.length} * sizeof(Value));
      for (std::uint32_t i = 0; i < plan.length && !guest.failed(); ++i) {
        list.push_back(load(guest, *plan.element, pointer + i * plan.element->size));
      }
      return {std::move(list)};
    }
    case Kind::sequence:
      return sequence(guest, plan, [&](std::size_t i) {
        return load(guest, *plan.parts[i].layout, pointer + plan.parts[i].offset);
      });
    case Kind::variant:
      return variant(
          guest, plan, guest.load_raw(plan.discriminant, pointer).u32(),
          [&](const ValuePlan& type) { return load(guest, type, pointer + plan.payload); });
    default:
      return scalar(guest, plan, guest.load_raw(plan.size, pointer));
  }
}

Value lift(Guest& guest, const ValuePlan& plan, const RawValue*& flat) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list:
      flat += 2;
      return pair(guest, plan, flat[-2].u32(), flat[-1].u32());
    case Kind::fixed_list: {
      wit::List list;
      for (std::uint32_t i = 0; i < plan.length; ++i) {
        list.push_back(lift(guest, *plan.element, flat));
      }
      return {std::move(list)};
    }
    case Kind::sequence:
      return sequence(guest, plan,
                      [&](std::size_t i) { return lift(guest, *plan.parts[i].layout, flat); });
    case Kind::variant: {
      const RawValue* payload = flat + 1;
      const std::uint32_t which = flat->u32();
      flat += plan.flat.count;
      return variant(guest, plan, which,
                     [&](const ValuePlan& type) { return lift(guest, type, payload); });
    }
    default:
      return scalar(guest, plan, *flat++);
  }
}

// --- lowering --- (of values that fit their types: check_args has seen to that)

struct Lowering {
  Guest& guest;
  DynamicArguments& handles;
};

// Of a bool, an integer, a char.
std::uint64_t integer_bits(const Value& value) {
  return std::visit(
      [](const auto& held) -> std::uint64_t {
        if constexpr (std::integral<std::remove_cvref_t<decltype(held)>>) {
          return static_cast<std::uint64_t>(held);
        } else {
          return 0;
        }
      },
      value.rep);
}

std::uint32_t name_index(const ValuePlan& plan, std::string_view name) {
  const auto& names = names_of(plan);
  return static_cast<std::uint32_t>(std::ranges::find(names, name) - names.begin());
}

RawValue scalar_bits(Lowering& to, const ValuePlan& plan, const Value& value) {
  RawValue raw;
  switch (plan.kind) {
    case Kind::f32:
      raw.set_u32(std::bit_cast<std::uint32_t>(std::get<float>(value.rep)));
      break;
    case Kind::f64:
      raw.set_u64(std::bit_cast<std::uint64_t>(std::get<double>(value.rep)));
      break;
    case Kind::enumeration:
      raw.set_u32(name_index(plan, std::get<wit::EnumCase>(value.rep).name));
      break;
    case Kind::flags:
      for (const std::string& name : std::get<wit::FlagSet>(value.rep).names) {
        raw.low |= 1ULL << name_index(plan, name);
      }
      break;
    case Kind::own:
    case Kind::borrow:
      raw.set_u32(to.handles.lower(to.guest, plan, std::get<wit::Handle>(value.rep)));
      break;
    default: {
      const std::uint64_t bits = integer_bits(value);
      raw.low = plan.size == 8 ? bits : static_cast<std::uint32_t>(bits);
      break;
    }
  }
  return raw;
}

void store(Lowering& to, const ValuePlan& plan, const Value& value, std::uint32_t pointer);

Guest::Lowered lower_pair(Lowering& to, const ValuePlan& plan, const Value& value) {
  if (plan.kind == Kind::string) {
    return to.guest.lower_string(std::get<std::string>(value.rep));
  }
  const auto& list = std::get<wit::List>(value.rep);
  const std::uint32_t size = plan.element->size;
  const std::uint32_t pointer =
      to.guest.allocate(std::uint64_t{list.size()} * size, plan.element->align, "list");
  for (std::size_t i = 0; i < list.size() && !to.guest.failed(); ++i) {
    store(to, *plan.element, list[i], static_cast<std::uint32_t>(pointer + i * size));
  }
  return {pointer, static_cast<std::uint32_t>(list.size())};
}

void store(Lowering& to, const ValuePlan& plan, const Value& value, std::uint32_t pointer) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list: {
      const Guest::Lowered lowered = lower_pair(to, plan, value);
      to.guest.store_value(pointer, lowered.pointer);
      to.guest.store_value(pointer + 4, lowered.length);
      break;
    }
    case Kind::fixed_list: {
      const auto& list = std::get<wit::List>(value.rep);
      for (std::uint32_t i = 0; i < plan.length; ++i) {
        store(to, *plan.element, list[i], pointer + i * plan.element->size);
      }
      break;
    }
    case Kind::sequence:
      for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        store(to, *plan.parts[i].layout, parts_of(value)[i], pointer + plan.parts[i].offset);
      }
      break;
    case Kind::variant: {
      const std::uint32_t which = case_of(plan, value);
      RawValue raw;
      raw.set_u32(which);
      to.guest.store_raw(plan.discriminant, raw, pointer);
      if (const ValuePlan* const inside = plan.parts[which].layout) {
        store(to, *inside, payload_of(value).front(), pointer + plan.payload);
      }
      break;
    }
    default:
      to.guest.store_raw(plan.size, scalar_bits(to, plan, value), pointer);
      break;
  }
}

void lower(Lowering& to, const ValuePlan& plan, const Value& value, RawValue*& flat) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list: {
      const Guest::Lowered lowered = lower_pair(to, plan, value);
      (flat++)->set_u32(lowered.pointer);
      (flat++)->set_u32(lowered.length);
      break;
    }
    case Kind::fixed_list:
      for (const Value& item : std::get<wit::List>(value.rep)) {
        lower(to, *plan.element, item, flat);
      }
      break;
    case Kind::sequence:
      for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        lower(to, *plan.parts[i].layout, parts_of(value)[i], flat);
      }
      break;
    case Kind::variant: {
      const std::uint32_t which = case_of(plan, value);
      RawValue* const end = flat + plan.flat.count;
      (flat++)->set_u32(which);
      if (const ValuePlan* const inside = plan.parts[which].layout) {
        lower(to, *inside, payload_of(value).front(), flat);
      }
      for (; flat < end; ++flat) {
        *flat = RawValue{};
      }
      break;
    }
    default:
      *flat++ = scalar_bits(to, plan, value);
      break;
  }
}

void lower_params(Lowering& to, const FuncPlan& plan, const Value& params,
                  std::span<RawValue> values) {
  RawValue* out = values.data();
  if (plan.params_spilled) {
    const std::uint32_t pointer =
        to.guest.allocate(plan.params.size, plan.params.align, "argument");
    store(to, plan.params, params, pointer);
    out->set_u32(pointer);
  } else {
    lower(to, plan.params, params, out);
  }
}

// Whether the arguments can be given to the function, as far as that is known before it runs.
Result<> check_args(const Store& store, const LiftedFunc& func, std::span<const Value> args,
                    DynamicArguments& handles) {
  WC_TRY(const auto signature, signature_of(store.component(), func));
  if (args.size() != signature.params.size()) {
    return Error(ErrorKind::invalid, "expected {} arguments, found {}", signature.params.size(),
                 args.size());
  }
  for (std::size_t i = 0; i < args.size(); ++i) {
    const auto& param = signature.params[i];
    WC_CHECK(wit::fits(args[i], *param.type), "argument `{}`", param.name);
    WC_CHECK(handles.check(*func.plan->params.parts[i].layout, args[i]), "argument `{}`",
             param.name);
  }
  return {};
}

}  // namespace

Result<std::optional<Value>> call_dynamic(Store& store, const LiftedFunc& func,
                                          std::span<const Value> args) {
  const FuncPlan& plan = *func.plan;
  DynamicArguments handles(store.impl());
  WC_CHECK(check_args(store, func, args, handles));
  const Value params{wit::Tuple{{args.begin(), args.end()}}};
  std::array<RawValue, kMaxFlatParams> values;
  const std::size_t count = plan.lifted_values();
  std::optional<Value> result;
  auto lower_args = [&](Guest& guest) {
    Lowering to{guest, handles};
    lower_params(to, plan, params, values);
  };
  auto lift_result = [&](Guest& guest) {
    if (!handles.returned()) {
      guest.fail_trap("borrow handles still remain at the end of the call");
    } else if (plan.result_spilled) {
      const std::uint32_t pointer = values[0].u32();
      guest.bytes(pointer, plan.result->size, plan.result->align, "return pointer");
      result = load(guest, *plan.result, pointer);
    } else if (plan.result != nullptr) {
      const RawValue* in = values.data();
      result = lift(guest, *plan.result, in);
    }
  };
  WC_CHECK(
      internal::call_export(store, func, std::span(values).first(count), lower_args, lift_result));
  return result;
}

namespace internal {

wit::Value lift_params(Guest& guest, const FuncPlan& plan, const RawValue* values) {
  if (!plan.params_spilled) {
    return lift(guest, plan.params, values);
  }
  const std::uint32_t pointer = values->u32();
  guest.bytes(pointer, plan.params.size, plan.params.align, "argument");
  return guest.failed() ? wit::Value{} : load(guest, plan.params, pointer);
}

}  // namespace internal

Result<> drop_dynamic(Store& store, const wit::Handle& handle) {
  Store::Impl& impl = store.impl();
  WC_TRY(const FoundHandle found, find_dynamic(impl, handle));
  if (found.entry->lends != 0) {
    return Error(ErrorKind::conflict, "the handle is lent to a call in progress");
  }
  const Handle entry = *found.entry;
  impl.dynamic_handles.remove(std::exchange(found.held->index, 0));
  return end_resource(impl, entry.resource, entry.rep,
                      impl.program.resources[entry.resource].chain);
}

}  // namespace wasmcloud::component
