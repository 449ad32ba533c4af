#include "wasmcloud/component/dynamic.h"

#include <algorithm>
#include <array>

#include "wasmcloud/component/program.h"
#include "wasmcloud/component/store_impl.h"

namespace wasmcloud::component {
namespace {

using Kind = ValuePlan::Kind;
using wit::Value;

Error mismatch(std::string_view expected) {
  return Error(ErrorKind::invalid, "the value does not fit its type: expected {}", expected);
}

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

Value flag_set(const ValuePlan& plan, std::uint32_t bits) {
  wit::FlagSet set;
  const auto& names = names_of(plan);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((bits >> i & 1U) != 0) {
      set.names.push_back(names[i]);
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
      return flag_set(plan, raw.u32());
    case Kind::enumeration:
      if (raw.u32() >= plan.length) {
        guest.fail(
            Error(ErrorKind::trap, "discriminant {} out of range [0..{})", raw.u32(), plan.length));
        return {};
      }
      return {wit::EnumCase{names_of(plan)[raw.u32()]}};
    default:
      guest.fail(Error(ErrorKind::unsupported, "a handle has no dynamic value"));
      return {};
  }
}

Value load(Guest& guest, const ValuePlan& plan, std::uint32_t pointer);

Value pair(Guest& guest, const ValuePlan& plan, std::uint32_t pointer, std::uint32_t length) {
  if (plan.kind == Kind::string) {
    return {std::string(guest.lift_string(pointer, length))};
  }
  wit::List list;
  guest.bytes(pointer, std::uint64_t{length} * plan.element->size, plan.element->align, "list");
  for (std::uint32_t i = 0; i < length && !guest.failed(); ++i) {
    list.push_back(load(guest, *plan.element, pointer + i * plan.element->size));
  }
  return {std::move(list)};
}

// Makes a value of its parts, which `part` gives by index.
template <typename Part>
Value sequence(const ValuePlan& plan, Part part) {
  const auto* const record = plan.type == nullptr ? nullptr : std::get_if<types::Record>(plan.type);
  wit::Record fields;
  wit::Tuple items;
  for (std::size_t i = 0; i < plan.parts.size(); ++i) {
    if (record != nullptr) {
      fields.names.push_back(record->fields[i].name);
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
  if (const ValuePlan* const type = plan.parts[which].layout) {
    held.push_back(payload(*type));
  }
  if (std::holds_alternative<types::Option>(*plan.type)) {
    return {wit::Option{std::move(held)}};
  }
  if (std::holds_alternative<types::Result>(*plan.type)) {
    return {wit::ResultValue{which == 0, std::move(held)}};
  }
  return {wit::Case{std::get<types::Variant>(*plan.type).cases[which].name, std::move(held)}};
}

RawValue load_raw(const Guest& guest, std::uint32_t size, std::uint32_t pointer) {
  RawValue raw;
  switch (size) {
    case 1:
      raw.set_u32(guest.load<std::uint8_t>(pointer));
      break;
    case 2:
      raw.set_u32(guest.load<std::uint16_t>(pointer));
      break;
    case 4:
      raw.set_u32(guest.load<std::uint32_t>(pointer));
      break;
    default:
      raw.set_u64(guest.load<std::uint64_t>(pointer));
      break;
  }
  return raw;
}

Value load(Guest& guest, const ValuePlan& plan, std::uint32_t pointer) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list:
      return pair(guest, plan, guest.load<std::uint32_t>(pointer),
                  guest.load<std::uint32_t>(pointer + 4));
    case Kind::fixed_list: {
      wit::List list;
      for (std::uint32_t i = 0; i < plan.length && !guest.failed(); ++i) {
        list.push_back(load(guest, *plan.element, pointer + i * plan.element->size));
      }
      return {std::move(list)};
    }
    case Kind::sequence:
      return sequence(plan, [&](std::size_t i) {
        return load(guest, *plan.parts[i].layout, pointer + plan.parts[i].offset);
      });
    case Kind::variant:
      return variant(
          guest, plan, load_raw(guest, plan.discriminant, pointer).u32(),
          [&](const ValuePlan& type) { return load(guest, type, pointer + plan.payload); });
    default:
      return scalar(guest, plan, load_raw(guest, plan.size, pointer));
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
      return sequence(plan,
                      [&](std::size_t i) { return lift(guest, *plan.parts[i].layout, flat); });
    case Kind::variant: {
      const RawValue* payload = flat + 1;
      const std::uint32_t which = flat->u32();
      flat += plan.flat.size();
      return variant(guest, plan, which,
                     [&](const ValuePlan& type) { return lift(guest, type, payload); });
    }
    default:
      return scalar(guest, plan, *flat++);
  }
}

// --- lowering ---

template <typename T>
const T* as(Guest& guest, const Value& value, std::string_view expected) {
  const T* const held = std::get_if<T>(&value.rep);
  if (held == nullptr) {
    guest.fail(mismatch(expected));
  }
  return held;
}

template <typename T>
std::uint64_t bits_of(Guest& guest, const Value& value, std::string_view expected) {
  const T* const held = as<T>(guest, value, expected);
  return held == nullptr ? 0 : static_cast<std::uint64_t>(*held);
}

std::uint64_t integer_bits(Guest& guest, const ValuePlan& plan, const Value& value) {
  switch (plan.primitive) {
    case Primitive::s8:
      return bits_of<std::int8_t>(guest, value, "s8");
    case Primitive::u8:
      return bits_of<std::uint8_t>(guest, value, "u8");
    case Primitive::s16:
      return bits_of<std::int16_t>(guest, value, "s16");
    case Primitive::u16:
      return bits_of<std::uint16_t>(guest, value, "u16");
    case Primitive::s32:
      return bits_of<std::int32_t>(guest, value, "s32");
    case Primitive::u32:
      return bits_of<std::uint32_t>(guest, value, "u32");
    case Primitive::s64:
      return bits_of<std::int64_t>(guest, value, "s64");
    default:
      return bits_of<std::uint64_t>(guest, value, "u64");
  }
}

std::uint32_t name_index(Guest& guest, const ValuePlan& plan, std::string_view name) {
  const auto& names = names_of(plan);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    guest.fail(mismatch(fmt::format("one of the names of its type, found `{}`", name)));
    return 0;
  }
  return static_cast<std::uint32_t>(found - names.begin());
}

RawValue scalar_bits(Guest& guest, const ValuePlan& plan, const Value& value) {
  RawValue raw;
  switch (plan.kind) {
    case Kind::boolean:
      raw.set_u32(bits_of<bool>(guest, value, "bool") != 0 ? 1 : 0);
      break;
    case Kind::integer: {
      const std::uint64_t bits = integer_bits(guest, plan, value);
      raw.low = plan.size == 8 ? bits : static_cast<std::uint32_t>(bits);
      break;
    }
    case Kind::f32:
      if (const auto* const held = as<float>(guest, value, "f32")) {
        raw.set_u32(std::bit_cast<std::uint32_t>(*held));
      }
      break;
    case Kind::f64:
      if (const auto* const held = as<double>(guest, value, "f64")) {
        raw.set_u64(std::bit_cast<std::uint64_t>(*held));
      }
      break;
    case Kind::character:
      raw.set_u32(static_cast<std::uint32_t>(bits_of<char32_t>(guest, value, "char")));
      break;
    case Kind::enumeration:
      if (const auto* const held = as<wit::EnumCase>(guest, value, "an enum")) {
        raw.set_u32(name_index(guest, plan, held->name));
      }
      break;
    case Kind::flags:
      if (const auto* const held = as<wit::FlagSet>(guest, value, "flags")) {
        for (const std::string& name : held->names) {
          raw.low |= 1ULL << name_index(guest, plan, name);
        }
      }
      break;
    default:
      guest.fail(Error(ErrorKind::unsupported, "a handle has no dynamic value"));
      break;
  }
  return raw;
}

void store(Guest& guest, const ValuePlan& plan, const Value& value, std::uint32_t pointer);

Guest::Lowered lower_pair(Guest& guest, const ValuePlan& plan, const Value& value) {
  if (plan.kind == Kind::string) {
    const auto* const text = as<std::string>(guest, value, "string");
    return text == nullptr ? Guest::Lowered{} : guest.lower_string(*text);
  }
  const auto* const list = as<wit::List>(guest, value, "list");
  if (list == nullptr) {
    return {};
  }
  const std::uint32_t size = plan.element->size;
  const std::uint32_t pointer =
      guest.allocate(std::uint64_t{list->size()} * size, plan.element->align, "list");
  for (std::size_t i = 0; i < list->size() && !guest.failed(); ++i) {
    store(guest, *plan.element, (*list)[i], static_cast<std::uint32_t>(pointer + i * size));
  }
  return {pointer, static_cast<std::uint32_t>(list->size())};
}

// Gives each part of a record or tuple to `put`, with its value.
template <typename Put>
void for_parts(Guest& guest, const ValuePlan& plan, const Value& value, Put put) {
  const auto* const record = plan.type == nullptr ? nullptr : std::get_if<types::Record>(plan.type);
  if (record == nullptr) {
    const auto* const tuple = as<wit::Tuple>(guest, value, "tuple");
    if (tuple == nullptr || tuple->items.size() != plan.parts.size()) {
      guest.fail(mismatch(fmt::format("a tuple of {}", plan.parts.size())));
      return;
    }
    for (std::size_t i = 0; i < plan.parts.size(); ++i) {
      put(plan.parts[i], tuple->items[i]);
    }
    return;
  }
  const auto* const held = as<wit::Record>(guest, value, "record");
  for (std::size_t i = 0; held != nullptr && i < plan.parts.size(); ++i) {
    const auto& name = record->fields[i].name;
    const auto field = std::ranges::find(held->names, name);
    if (field == held->names.end() || held->names.size() != held->values.size()) {
      guest.fail(mismatch(fmt::format("a field `{}`", name)));
      return;
    }
    put(plan.parts[i], held->values[static_cast<std::size_t>(field - held->names.begin())]);
  }
}

// Which case it is, and its payload (null: none).
struct Chosen {
  std::uint32_t which = 0;
  const Value* payload = nullptr;
};

Chosen choose(Guest& guest, const ValuePlan& plan, const Value& value) {
  Chosen chosen;
  const std::vector<Value>* payload = nullptr;
  if (const auto* const option = std::get_if<wit::Option>(&value.rep)) {
    chosen.which = option->payload.empty() ? 0 : 1;
    payload = &option->payload;
  } else if (const auto* const result = std::get_if<wit::ResultValue>(&value.rep)) {
    chosen.which = result->ok ? 0 : 1;
    payload = &result->payload;
  } else if (const auto* const held = std::get_if<wit::Case>(&value.rep)) {
    const auto* const type = std::get_if<types::Variant>(plan.type);
    const auto found = type == nullptr
                           ? std::vector<types::Case>::const_iterator{}
                           : std::ranges::find(type->cases, held->name, &types::Case::name);
    if (type == nullptr || found == type->cases.end()) {
      guest.fail(mismatch(fmt::format("a case of its type, found `{}`", held->name)));
      return chosen;
    }
    chosen.which = static_cast<std::uint32_t>(found - type->cases.begin());
    payload = &held->payload;
  } else {
    guest.fail(mismatch("a variant, option or result"));
    return chosen;
  }
  const bool wanted = plan.parts[chosen.which].layout != nullptr;
  if (wanted == payload->empty()) {
    guest.fail(mismatch(wanted ? "a payload" : "no payload"));
  } else if (wanted) {
    chosen.payload = &payload->front();
  }
  return chosen;
}

void store_raw(Guest& guest, std::uint32_t size, RawValue raw, std::uint32_t pointer) {
  switch (size) {
    case 1:
      guest.store_value(pointer, static_cast<std::uint8_t>(raw.u32()));
      break;
    case 2:
      guest.store_value(pointer, static_cast<std::uint16_t>(raw.u32()));
      break;
    case 4:
      guest.store_value(pointer, raw.u32());
      break;
    default:
      guest.store_value(pointer, raw.u64());
      break;
  }
}

// The elements of a fixed-length list, to `put` with their index.
template <typename Put>
void for_elements(Guest& guest, const ValuePlan& plan, const Value& value, Put put) {
  const auto* const list = as<wit::List>(guest, value, "list");
  if (list == nullptr || list->size() != plan.length) {
    guest.fail(mismatch(fmt::format("a list of {}", plan.length)));
    return;
  }
  for (std::uint32_t i = 0; i < plan.length; ++i) {
    put(i, (*list)[i]);
  }
}

void store(Guest& guest, const ValuePlan& plan, const Value& value, std::uint32_t pointer) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list: {
      const Guest::Lowered lowered = lower_pair(guest, plan, value);
      guest.store_value(pointer, lowered.pointer);
      guest.store_value(pointer + 4, lowered.length);
      break;
    }
    case Kind::fixed_list:
      for_elements(guest, plan, value, [&](std::uint32_t i, const Value& each) {
        store(guest, *plan.element, each, pointer + i * plan.element->size);
      });
      break;
    case Kind::sequence:
      for_parts(guest, plan, value, [&](const ValuePlan::Part& part, const Value& each) {
        store(guest, *part.layout, each, pointer + part.offset);
      });
      break;
    case Kind::variant: {
      const Chosen chosen = choose(guest, plan, value);
      RawValue which;
      which.set_u32(chosen.which);
      store_raw(guest, plan.discriminant, which, pointer);
      if (chosen.payload != nullptr) {
        store(guest, *plan.parts[chosen.which].layout, *chosen.payload, pointer + plan.payload);
      }
      break;
    }
    default:
      store_raw(guest, plan.size, scalar_bits(guest, plan, value), pointer);
      break;
  }
}

void lower(Guest& guest, const ValuePlan& plan, const Value& value, RawValue*& flat) {
  switch (plan.kind) {
    case Kind::string:
    case Kind::list: {
      const Guest::Lowered lowered = lower_pair(guest, plan, value);
      (flat++)->set_u32(lowered.pointer);
      (flat++)->set_u32(lowered.length);
      break;
    }
    case Kind::fixed_list:
      for_elements(guest, plan, value, [&](std::uint32_t, const Value& each) {
        lower(guest, *plan.element, each, flat);
      });
      break;
    case Kind::sequence:
      for_parts(guest, plan, value, [&](const ValuePlan::Part& part, const Value& each) {
        lower(guest, *part.layout, each, flat);
      });
      break;
    case Kind::variant: {
      const Chosen chosen = choose(guest, plan, value);
      RawValue* const end = flat + plan.flat.size();
      (flat++)->set_u32(chosen.which);
      if (chosen.payload != nullptr) {
        lower(guest, *plan.parts[chosen.which].layout, *chosen.payload, flat);
      }
      for (; flat < end; ++flat) {
        *flat = RawValue{};
      }
      break;
    }
    default:
      *flat++ = scalar_bits(guest, plan, value);
      break;
  }
}

void lower_params(Guest& guest, const FuncPlan& plan, const Value& params,
                  std::span<RawValue> values) {
  RawValue* out = values.data();
  if (plan.params_spilled) {
    const std::uint32_t pointer = guest.allocate(plan.params.size, plan.params.align, "argument");
    store(guest, plan.params, params, pointer);
    out->set_u32(pointer);
  } else {
    lower(guest, plan.params, params, out);
  }
}

}  // namespace

Result<std::optional<Value>> call_dynamic(Store& store, const LiftedFunc& func,
                                          std::span<const Value> args) {
  const FuncPlan& plan = *func.plan;
  if (args.size() != plan.params.parts.size()) {
    return Error(ErrorKind::invalid, "expected {} arguments, found {}", plan.params.parts.size(),
                 args.size());
  }
  const Value params{wit::Tuple{{args.begin(), args.end()}}};
  std::array<RawValue, kMaxFlatParams> values;
  const std::size_t count =
      std::max({std::size_t{1}, plan.lift_params.size(), plan.lift_results.size()});
  std::optional<Value> result;
  auto lift_result = [&](Guest& guest) {
    if (plan.result_spilled) {
      const std::uint32_t pointer = values[0].u32();
      guest.bytes(pointer, plan.result->size, plan.result->align, "return pointer");
      result = load(guest, *plan.result, pointer);
    } else if (plan.result != nullptr) {
      const RawValue* in = values.data();
      result = lift(guest, *plan.result, in);
    }
  };
  WC_CHECK(internal::call_export(
      store, func, std::span(values).first(count),
      [&](Guest& guest) { lower_params(guest, plan, params, values); }, lift_result));
  return result;
}

}  // namespace wasmcloud::component
