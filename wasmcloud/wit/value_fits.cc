#include <algorithm>

#include "wasmcloud/base/utf8.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wit {
namespace {

using Kind = ValueType::Kind;

// Long enough to tell types apart in a message.
constexpr std::size_t kInMessage = 100;

// The kind of type that a value is one of, in the order of Value::rep.
std::string_view kind_of(const Value& value) {
  constexpr std::string_view kNames[] = {"bool",   "s8",     "u8",    "s16",     "u16",     "s32",
                                         "u32",    "s64",    "u64",   "f32",     "f64",     "char",
                                         "string", "list",   "tuple", "record",  "variant", "enum",
                                         "option", "result", "flags", "a handle"};
  static_assert(std::size(kNames) == std::variant_size_v<decltype(Value::rep)>);
  return kNames[value.rep.index()];
}

// What is wrong and, innermost first, where: the way is worked out only when there is something to
// tell.
struct Mismatch {
  std::string what;
  std::vector<std::string> where;
};

using Checked = std::optional<Mismatch>;  // none: it fits

Checked wrong(std::string what) { return Mismatch{std::move(what), {}}; }

Checked wrong(const ValueType& type, const Value& value) {
  return wrong(fmt::format("expected {}, found {}", type.describe(kInMessage), kind_of(value)));
}

Checked at(std::string place, Checked checked) {
  if (checked) {
    checked->where.push_back(std::move(place));
  }
  return checked;
}

Checked check(const Value& value, const ValueType& type);

Checked check_items(const std::vector<Value>& items, const ValueType& element) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (Checked checked = check(items[i], element)) {
      return at(fmt::format("item {}", i), std::move(checked));
    }
  }
  return std::nullopt;
}

Checked check_list(const Value& value, const ValueType& type) {
  const auto* const list = std::get_if<List>(&value.rep);
  if (list == nullptr) {
    return wrong(type, value);
  }
  if (type.kind() == Kind::fixed_list && list->size() != type.length()) {
    return wrong(fmt::format("expected {} items, found {}", type.length(), list->size()));
  }
  return check_items(*list, type.element());
}

Checked check_map(const Value& value, const ValueType& type) {
  const auto* const list = std::get_if<List>(&value.rep);
  if (list == nullptr) {
    return wrong(type, value);
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto* const entry = std::get_if<Tuple>(&(*list)[i].rep);
    Checked checked;
    if (entry == nullptr || entry->items.size() != 2) {
      checked = wrong("expected a tuple of key and value");
    } else if (checked = at("key", check(entry->items[0], *type.parts()[0])); !checked) {
      checked = at("value", check(entry->items[1], *type.parts()[1]));
    }
    if (checked) {
      return at(fmt::format("item {}", i), std::move(checked));
    }
  }
  return std::nullopt;
}

Checked check_tuple(const Value& value, const ValueType& type) {
  const auto* const tuple = std::get_if<Tuple>(&value.rep);
  if (tuple == nullptr) {
    return wrong(type, value);
  }
  if (tuple->items.size() != type.parts().size()) {
    return wrong(
        fmt::format("expected {} items, found {}", type.parts().size(), tuple->items.size()));
  }
  for (std::size_t i = 0; i < tuple->items.size(); ++i) {
    if (Checked checked = check(tuple->items[i], *type.parts()[i])) {
      return at(fmt::format("item {}", i), std::move(checked));
    }
  }
  return std::nullopt;
}

Checked check_record(const Value& value, const ValueType& type) {
  const auto* const record = std::get_if<Record>(&value.rep);
  if (record == nullptr) {
    return wrong(type, value);
  }
  if (record->names.size() != record->values.size()) {
    return wrong(fmt::format("a record of {} names and {} values", record->names.size(),
                             record->values.size()));
  }
  for (std::size_t i = 0; i < type.names().size(); ++i) {
    const std::string& name = type.names()[i];
    if (i == record->names.size()) {
      return wrong(fmt::format("expected a field `{}`, found none", name));
    }
    if (record->names[i] != name) {
      return wrong(fmt::format("expected the field `{}`, found `{}`", name, record->names[i]));
    }
    if (Checked checked = check(record->values[i], *type.parts()[i])) {
      return at(fmt::format("field `{}`", name), std::move(checked));
    }
  }
  if (record->names.size() != type.names().size()) {
    return wrong(fmt::format("expected no field `{}`", record->names[type.names().size()]));
  }
  return std::nullopt;
}

// `type` is null where there must be no payload.
Checked check_payload(const std::vector<Value>& payload, const ValueType* type, std::string place) {
  if (payload.size() != (type == nullptr ? 0U : 1U)) {
    return at(std::move(place), wrong(type == nullptr ? "expected no payload"
                                                      : fmt::format("expected a payload, {}",
                                                                    type->describe(kInMessage))));
  }
  return type == nullptr ? std::nullopt : at(std::move(place), check(payload.front(), *type));
}

Checked unknown_case(const ValueType& type, std::string_view name) {
  return wrong(fmt::format("expected {}, found case `{}`", type.describe(kInMessage), name));
}

Checked check_variant(const Value& value, const ValueType& type) {
  const auto* const held = std::get_if<Case>(&value.rep);
  if (held == nullptr) {
    return wrong(type, value);
  }
  const auto which = type.index_of(held->name);
  if (!which) {
    return unknown_case(type, held->name);
  }
  return check_payload(held->payload, type.parts()[*which].get(),
                       fmt::format("case `{}`", held->name));
}

Checked check_enum(const Value& value, const ValueType& type) {
  const auto* const held = std::get_if<EnumCase>(&value.rep);
  if (held == nullptr) {
    return wrong(type, value);
  }
  return type.index_of(held->name) ? std::nullopt : unknown_case(type, held->name);
}

Checked check_option(const Value& value, const ValueType& type) {
  const auto* const option = std::get_if<Option>(&value.rep);
  if (option == nullptr) {
    return wrong(type, value);
  }
  return option->payload.empty() ? std::nullopt
                                 : check_payload(option->payload, &type.element(), "some");
}

Checked check_result(const Value& value, const ValueType& type) {
  const auto* const result = std::get_if<ResultValue>(&value.rep);
  if (result == nullptr) {
    return wrong(type, value);
  }
  return check_payload(result->payload, type.parts()[result->ok ? 0 : 1].get(),
                       result->ok ? "ok" : "err");
}

Checked check_flags(const Value& value, const ValueType& type) {
  const auto* const flags = std::get_if<FlagSet>(&value.rep);
  if (flags == nullptr) {
    return wrong(type, value);
  }
  std::optional<std::size_t> last;
  for (const std::string& name : flags->names) {
    const auto which = type.index_of(name);
    if (!which) {
      return wrong(fmt::format("expected {}, found flag `{}`", type.describe(kInMessage), name));
    }
    if (last && *which <= *last) {
      return wrong(fmt::format("flag `{}` does not stand in the order of its type", name));
    }
    last = which;
  }
  return std::nullopt;
}

// The plain kinds stand in the order of Value::rep.
static_assert(
    std::is_same_v<std::string, std::variant_alternative_t<static_cast<std::size_t>(Kind::string),
                                                           decltype(Value::rep)>>);

Checked check_plain(const Value& value, const ValueType& type) {
  if (value.rep.index() != static_cast<std::size_t>(type.kind())) {
    return wrong(type, value);
  }
  if (const auto* const c = std::get_if<char32_t>(&value.rep); c != nullptr && !is_scalar(*c)) {
    return wrong(fmt::format("expected a Unicode scalar value, found {:#x}",
                             static_cast<std::uint32_t>(*c)));
  }
  if (const auto* const text = std::get_if<std::string>(&value.rep);
      text != nullptr && !is_utf8(*text)) {
    return wrong("expected UTF-8");
  }
  return std::nullopt;
}

Checked check(const Value& value, const ValueType& type) {
  switch (type.kind()) {
    case Kind::list:
    case Kind::fixed_list:
      return check_list(value, type);
    case Kind::map:
      return check_map(value, type);
    case Kind::tuple:
      return check_tuple(value, type);
    case Kind::record:
      return check_record(value, type);
    case Kind::variant:
      return check_variant(value, type);
    case Kind::enumeration:
      return check_enum(value, type);
    case Kind::option:
      return check_option(value, type);
    case Kind::result:
      return check_result(value, type);
    case Kind::flags:
      return check_flags(value, type);
    case Kind::own:
    case Kind::borrow:
      return std::holds_alternative<Handle>(value.rep) ? std::nullopt : wrong(type, value);
    case Kind::stream:
    case Kind::future:
    case Kind::error_context:
      return wrong(fmt::format("type {} has no values", type.describe(kInMessage)));
    default:
      return check_plain(value, type);
  }
}

}  // namespace

Result<> fits(const Value& value, const ValueType& type) {
  Checked checked = check(value, type);
  if (!checked) {
    return {};
  }
  if (checked->where.empty()) {
    return Error(ErrorKind::invalid, "{}", checked->what);
  }
  std::ranges::reverse(checked->where);
  return Error(ErrorKind::invalid, "{}: {}", fmt::join(checked->where, ", "), checked->what);
}

}  // namespace wasmcloud::wit
