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

}  // namespace

std::vector<Value> ValueDecoder::tuple(std::span<const ValueTypePtr> types) {
  std::vector<Value> values;
  path_.assign(1, 0);
  for (const ValueTypePtr& type : types) {
    values.push_back(decode(type));
    ++path_.back();
  }
  return values;
}

Value ValueDecoder::value(const ValueTypePtr& type, Path at) {
  path_ = std::move(at);
  return decode(type);
}

Chunk ValueDecoder::chunk(const ValueTypePtr& stream, Path at, std::uint32_t received) {
  path_ = std::move(at);
  return contents(*stream, received);
}

// The type bounds the depth.
Value ValueDecoder::decode(const ValueTypePtr& type) {
  if (!spend(sizeof(Value))) {
    return {};
  }
  switch (type->kind()) {
    case Kind::list:
      return {items(type->parts().front(), in_.count(), 0)};
    case Kind::fixed_list:
      return {fixed_list(*type)};
    case Kind::map:
      return {map(*type)};
    case Kind::tuple:
      return {wit::Tuple{parts(*type)}};
    case Kind::record: {
      wit::Record record;
      for (const std::string& each : type->names()) {
        record.names.push_back(name(each));
      }
      record.values = parts(*type);
      return {std::move(record)};
    }
    case Kind::variant: {
      const std::uint32_t which = in_.discriminant(type->names().size(), "variant");
      return {wit::Case{name(type->names()[which]), payload(type->parts()[which])}};
    }
    case Kind::enumeration:
      return {wit::EnumCase{name(type->names()[in_.discriminant(type->names().size(), "enum")])}};
    case Kind::option: {
      const bool some = in_.status_byte("option status");
      return {wit::Option{payload(some ? type->parts().front() : nullptr)}};
    }
    case Kind::result: {
      const bool ok = !in_.status_byte("result status");
      return {wit::ResultValue{ok, payload(type->parts()[ok ? 0 : 1])}};
    }
    case Kind::flags:
      return {flags(*type)};
    case Kind::own:
    case Kind::borrow: {
      const auto bytes = in_.byte_list("handle");
      spend(sizeof(RemoteResource) + bytes.size());
      return {wit::Handle{
          std::make_shared<RemoteResource>(std::vector<std::uint8_t>(bytes.begin(), bytes.end()))}};
    }
    case Kind::stream:
    case Kind::future:
      return part(type);
    case Kind::error_context:
      in_.fail(wire_error::no_form(in_.offset(), *type));
      return {};
    default:
      return plain(*type);
  }
}

Value ValueDecoder::plain(const ValueType& type) {
  switch (type.kind()) {
    case Kind::boolean:
      return {in_.boolean()};
    case Kind::s8:
      return {in_.integer<std::int8_t>()};
    case Kind::u8:
      return {in_.integer<std::uint8_t>()};
    case Kind::s16:
      return {in_.integer<std::int16_t>()};
    case Kind::u16:
      return {in_.integer<std::uint16_t>()};
    case Kind::s32:
      return {in_.integer<std::int32_t>()};
    case Kind::u32:
      return {in_.integer<std::uint32_t>()};
    case Kind::s64:
      return {in_.integer<std::int64_t>()};
    case Kind::u64:
      return {in_.integer<std::uint64_t>()};
    case Kind::f32:
      return {in_.f32()};
    case Kind::f64:
      return {in_.f64()};
    case Kind::character:
      return {in_.character()};
    default: {
      const std::string_view text = in_.string();
      return {spend(text.size()) ? std::string(text) : std::string()};
    }
  }
}

// `first` counts what came before of the same stream.
List ValueDecoder::items(const ValueTypePtr& element, std::uint32_t count, std::uint32_t first) {
  if (element->kind() == Kind::u8) {
    return byte_items(count);
  }
  List list;
  // An element has a byte at least: so much room, and no more, is sure to be needed.
  list.reserve(std::min({std::size_t{count}, in_.remaining(), budget_ / sizeof(Value)}));
  path_.push_back(first);
  for (std::uint32_t i = 0; i < count && !in_.failed(); ++i) {
    path_.back() = first + i;
    list.push_back(decode(element));
  }
  path_.pop_back();
  return list;
}

List ValueDecoder::byte_items(std::uint32_t count) {
  List list;
  const auto bytes = in_.raw(count, "list");
  if (spend(bytes.size() * sizeof(Value))) {
    list.reserve(bytes.size());
    for (const std::uint8_t byte : bytes) {
      list.push_back({byte});
    }
  }
  return list;
}

List ValueDecoder::map(const ValueType& type) {
  List list;
  const std::uint32_t count = in_.count();
  list.reserve(std::min({std::size_t{count}, in_.remaining(), budget_ / sizeof(Value)}));
  path_.push_back(0);
  for (std::uint32_t i = 0; i < count && !in_.failed(); ++i) {
    path_.back() = i;
    if (spend(sizeof(Value))) {
      list.push_back({wit::Tuple{parts(type)}});
    }
  }
  path_.pop_back();
  return list;
}

List ValueDecoder::fixed_list(const ValueType& type) {
  if (type.length() == 0) {
    in_.fail(wire_error::no_form(in_.offset(), type));
    return {};
  }
  return items(type.parts().front(), type.length(), 0);
}

// One value for each part.
std::vector<Value> ValueDecoder::parts(const ValueType& type) {
  std::vector<Value> values;
  path_.push_back(0);
  for (const ValueTypePtr& each : type.parts()) {
    if (in_.failed()) {
      break;
    }
    values.push_back(decode(each));
    ++path_.back();
  }
  path_.pop_back();
  return values;
}

// `type` is null where nothing follows.
std::vector<Value> ValueDecoder::payload(const ValueTypePtr& type) {
  std::vector<Value> values;
  if (type != nullptr && !in_.failed()) {
    values.push_back(decode(type));
  }
  return values;
}

wit::FlagSet ValueDecoder::flags(const ValueType& type) {
  wit::FlagSet flags;
  const auto bytes = in_.flags(type.names().size());
  for (std::size_t i = 0; !bytes.empty() && i < type.names().size(); ++i) {
    if ((bytes[i / 8] >> i % 8 & 1U) != 0) {
      flags.names.push_back(name(type.names()[i]));
    }
  }
  return flags;
}

// A stream's count is 0 if its contents are not there, a future has a byte for that.
Value ValueDecoder::part(const ValueTypePtr& type) {
  Chunk chunk;
  if (type->kind() == Kind::stream) {
    chunk = contents(*type, 0);
  } else if (in_.status_byte("future status")) {
    chunk.count = 1;
    chunk.items = payload(type->parts().front());
  }
  if (!spend(sizeof(PartAt) + sizeof(AsyncPart) + path_.size() * sizeof(path_[0]))) {
    return {};
  }
  auto part = chunk.count == 0 ? std::make_shared<AsyncPart>()
                               : std::make_shared<AsyncPart>(std::move(chunk));
  parts_.push_back({path_, type, part});
  return {wit::Handle{std::move(part)}};
}

Chunk ValueDecoder::contents(const ValueType& stream, std::uint32_t first) {
  Chunk chunk;
  chunk.count = in_.count("stream count");
  if (const ValueTypePtr& element = stream.parts().front(); element != nullptr) {
    chunk.items = items(element, chunk.count, first);
  }
  return chunk;
}

std::string ValueDecoder::name(const std::string& name) {
  return spend(sizeof(name) + name.size()) ? name : std::string();
}

bool ValueDecoder::spend(std::size_t bytes) {
  if (bytes > budget_) {
    budget_ = 0;
    in_.fail(Error(ErrorKind::exhausted, "offset {}: the values take more memory than is allowed",
                   in_.offset()));
  }
  budget_ -= std::min(bytes, budget_);
  return !in_.failed();
}

}  // namespace wasmcloud::wrpc
