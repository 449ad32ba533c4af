#include <algorithm>
#include <utility>

#include "wasmcloud/wrpc/value_codec.h"
#include "wasmcloud/wrpc/wire_error.h"

namespace wasmcloud::wrpc {
namespace {

using wit::List;
using wit::Value;
using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// Long enough to tell types apart in a message.
constexpr std::size_t kInMessage = 100;

// `value` is of another kind than `type`: the first thing that fits() sees.
[[gnu::cold]] Error misfit(const Value& value, const ValueType& type) {
  auto fit = wit::fits(value, type);
  return fit ? Error(ErrorKind::internal, "a value of {}", type.describe(kInMessage))
             : std::move(fit).error();
}

[[gnu::cold]] Error misfit(const ValueType& type, std::string_view found) {
  return Error(ErrorKind::invalid, "expected {}, found {}", type.describe(kInMessage), found);
}

[[gnu::cold]] Error wrong_count(const ValueType& type, std::size_t found) {
  return misfit(type, fmt::format("{} items", found));
}

void put(WireWriter& out, bool value) { out.boolean(value); }

void put(WireWriter& out, float value) { out.f32(value); }

void put(WireWriter& out, double value) { out.f64(value); }

void put(WireWriter& out, char32_t value) { out.character(value); }

void put(WireWriter& out, const std::string& value) { out.string(value); }

template <WireInteger T>
  requires(!std::same_as<T, char32_t>)
void put(WireWriter& out, T value) {
  out.integer(value);
}

}  // namespace

Result<> ValueEncoder::tuple(std::span<const Value> values, std::span<const ValueTypePtr> types) {
  if (values.size() != types.size()) {
    return Error(ErrorKind::invalid, "expected {} values, found {}", types.size(), values.size());
  }
  path_.assign(1, 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    path_.back() = static_cast<std::uint32_t>(i);
    WC_CHECK(encode(values[i], types[i]), "value {}", i);
  }
  return {};
}

Result<> ValueEncoder::value(const Value& value, const ValueTypePtr& type, Path at) {
  path_ = std::move(at);
  return encode(value, type);
}

Result<> ValueEncoder::chunk(const Chunk& chunk, const ValueTypePtr& stream, Path at,
                             std::uint32_t sent) {
  const ValueTypePtr& element = stream->parts().front();
  if (chunk.items.size() != (element == nullptr ? 0 : chunk.count)) {
    return Error(ErrorKind::invalid, "a chunk of {} elements that holds {}", chunk.count,
                 chunk.items.size());
  }
  if (chunk.count == 0) {
    return {};
  }
  path_ = std::move(at);
  out_.count(chunk.count);
  return element == nullptr ? Result<>{} : items(chunk.items, element, sent);
}

// The type bounds the depth.
Result<> ValueEncoder::encode(const Value& value, const ValueTypePtr& type) {
  switch (type->kind()) {
    case Kind::list:
    case Kind::fixed_list:
      return list(value, type);
    case Kind::map:
      return map(value, type);
    case Kind::tuple: {
      const auto* const tuple = std::get_if<wit::Tuple>(&value.rep);
      if (tuple == nullptr) {
        return misfit(value, *type);
      }
      if (tuple->items.size() != type->parts().size()) {
        return wrong_count(*type, tuple->items.size());
      }
      return parts(tuple->items, *type);
    }
    case Kind::record:
      return record(value, type);
    case Kind::variant:
    case Kind::enumeration:
      return variant(value, type);
    case Kind::option: {
      const auto* const option = std::get_if<wit::Option>(&value.rep);
      if (option == nullptr) {
        return misfit(value, *type);
      }
      out_.boolean(!option->payload.empty());
      return option->payload.empty() ? Result<>{} : payload(option->payload, *type, 0);
    }
    case Kind::result: {
      const auto* const result = std::get_if<wit::ResultValue>(&value.rep);
      if (result == nullptr) {
        return misfit(value, *type);
      }
      out_.boolean(!result->ok);
      return payload(result->payload, *type, result->ok ? 0 : 1);
    }
    case Kind::flags:
      return flags(value, *type);
    case Kind::own:
    case Kind::borrow:
      return resource(value, *type);
    case Kind::stream:
    case Kind::future:
      return part(value, type);
    case Kind::error_context:
      return wire_error::no_form(out_.size(), *type);
    default:
      return plain(value, *type);
  }
}

// The plain kinds stand in the order of Value::rep.
static_assert(
    std::is_same_v<std::string, std::variant_alternative_t<static_cast<std::size_t>(Kind::string),
                                                           decltype(Value::rep)>>);

Result<> ValueEncoder::plain(const Value& value, const ValueType& type) {
  if (value.rep.index() != static_cast<std::size_t>(type.kind())) {
    return misfit(value, type);
  }
  const auto write = [&](const auto& held) {
    if constexpr (requires { put(out_, held); }) {
      put(out_, held);
    }
  };
  std::visit(write, value.rep);
  return out_.status();
}

Result<> ValueEncoder::list(const Value& value, const ValueTypePtr& type) {
  const auto* const list = std::get_if<List>(&value.rep);
  if (list == nullptr) {
    return misfit(value, *type);
  }
  if (type->kind() == Kind::list) {
    out_.count(list->size());
  } else if (type->length() == 0) {
    return wire_error::no_form(out_.size(), *type);
  } else if (list->size() != type->length()) {
    return wrong_count(*type, list->size());
  }
  WC_CHECK(out_.status());
  return items(*list, type->parts().front(), 0);
}

Result<> ValueEncoder::map(const Value& value, const ValueTypePtr& type) {
  const auto* const list = std::get_if<List>(&value.rep);
  if (list == nullptr) {
    return misfit(value, *type);
  }
  out_.count(list->size());
  WC_CHECK(out_.status());
  path_.push_back(0);
  for (std::size_t i = 0; i < list->size(); ++i) {
    path_.back() = static_cast<std::uint32_t>(i);
    const auto* const entry = std::get_if<wit::Tuple>(&(*list)[i].rep);
    if (entry == nullptr || entry->items.size() != 2) {
      return misfit(*type, fmt::format("an item {} that is no pair", i));
    }
    WC_CHECK(parts(entry->items, *type), "item {}", i);
  }
  path_.pop_back();
  return {};
}

// `first` counts what went before of the same stream.
Result<> ValueEncoder::items(std::span<const Value> items, const ValueTypePtr& type,
                             std::uint32_t first) {
  path_.push_back(first);
  for (std::size_t i = 0; i < items.size(); ++i) {
    path_.back() = first + static_cast<std::uint32_t>(i);
    WC_CHECK(encode(items[i], type), "item {}", i);
  }
  path_.pop_back();
  return {};
}

// One value for each part of the type.
Result<> ValueEncoder::parts(std::span<const Value> values, const ValueType& type) {
  path_.push_back(0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    path_.back() = static_cast<std::uint32_t>(i);
    if (type.names().empty()) {
      WC_CHECK(encode(values[i], type.parts()[i]), "item {}", i);
    } else {
      WC_CHECK(encode(values[i], type.parts()[i]), "field `{}`", type.names()[i]);
    }
  }
  path_.pop_back();
  return {};
}

Result<> ValueEncoder::record(const Value& value, const ValueTypePtr& type) {
  const auto* const record = std::get_if<wit::Record>(&value.rep);
  if (record == nullptr) {
    return misfit(value, *type);
  }
  if (record->names != type->names() || record->values.size() != record->names.size()) {
    return misfit(*type, fmt::format("fields {}", fmt::join(record->names, ", ")));
  }
  return parts(record->values, *type);
}

Result<> ValueEncoder::variant(const Value& value, const ValueTypePtr& type) {
  const bool is_enum = type->kind() == Kind::enumeration;
  const auto* const one = std::get_if<wit::Case>(&value.rep);
  const auto* const label = std::get_if<wit::EnumCase>(&value.rep);
  if (is_enum ? label == nullptr : one == nullptr) {
    return misfit(value, *type);
  }
  const std::string& name = is_enum ? label->name : one->name;
  const auto which = type->index_of(name);
  if (!which) {
    return misfit(*type, fmt::format("case `{}`", name));
  }
  out_.discriminant(static_cast<std::uint32_t>(*which));
  return is_enum ? Result<>{} : payload(one->payload, *type, *which);
}

// What a value of `type` holds in its case `which`.
Result<> ValueEncoder::payload(const std::vector<Value>& payload, const ValueType& type,
                               std::size_t which) {
  const ValueTypePtr& wanted = type.parts()[which];
  if (payload.size() != (wanted == nullptr ? 0U : 1U)) {
    return misfit(type, fmt::format("{} payloads in its case {}", payload.size(), which));
  }
  if (wanted == nullptr) {
    return {};
  }
  if (type.kind() == Kind::variant) {
    WC_CHECK(encode(payload.front(), wanted), "case `{}`", type.names()[which]);
    return {};
  }
  return encode(payload.front(), wanted);
}

Result<> ValueEncoder::flags(const Value& value, const ValueType& type) {
  const auto* const set = std::get_if<wit::FlagSet>(&value.rep);
  if (set == nullptr) {
    return misfit(value, type);
  }
  std::vector<std::uint8_t> bytes((type.names().size() + 7) / 8);
  for (const std::string& name : set->names) {
    const auto which = type.index_of(name);
    if (!which) {
      return misfit(type, fmt::format("flag `{}`", name));
    }
    bytes[*which / 8] |= static_cast<std::uint8_t>(1U << *which % 8);
  }
  out_.raw(bytes);
  return {};
}

Result<> ValueEncoder::resource(const Value& value, const ValueType& type) {
  const auto* const handle = std::get_if<wit::Handle>(&value.rep);
  if (handle == nullptr) {
    return misfit(value, type);
  }
  const auto* const remote = dynamic_cast<const RemoteResource*>(handle->resource.get());
  if (remote == nullptr) {
    return misfit(type, "a handle that is no peer's");
  }
  out_.byte_list(remote->name());
  return out_.status();
}

// Never inline, whatever it holds: not every peer reads that (wrpc.md 1.11).
Result<> ValueEncoder::part(const Value& value, const ValueTypePtr& type) {
  const auto* const handle = std::get_if<wit::Handle>(&value.rep);
  auto held = handle == nullptr ? nullptr : std::dynamic_pointer_cast<AsyncPart>(handle->resource);
  if (held == nullptr) {
    return misfit(*type, "no handle of one");
  }
  out_.u8(0);
  parts_.push_back({path_, type, std::move(held)});
  return {};
}

}  // namespace wasmcloud::wrpc
