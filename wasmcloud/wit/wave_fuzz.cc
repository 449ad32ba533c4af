// The first bytes of an input say a type, the rest is a text or a value of it. Whatever they are,
// reading neither crashes nor allocates without bound; what was read fits its type, prints, and is
// read back as the same.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wasmcloud/wit/characters.h"
#include "wasmcloud/wit/wave.h"

namespace {

namespace wit = wasmcloud::wit;
using wit::Value;
using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

constexpr wit::WaveLimits kLimits{.text_bytes = 1U << 16U, .value_bytes = 1U << 22U};

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

class Source {
 public:
  Source(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  std::uint8_t byte() {
    if (size_ == 0) {
      return 0;
    }
    --size_;
    return *data_++;
  }

  std::uint64_t bits() {
    std::uint64_t made = 0;
    for (int i = 0; i < 8; ++i) {
      made = made << 8U | byte();
    }
    return made;
  }

  std::string_view rest() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

constexpr std::string_view kLabels[] = {"a", "some", "b-2", "ok", "X1-y", "none", "true", "inf"};

ValueTypePtr plain(std::uint8_t which) {
  return ValueType::of(static_cast<Kind>(which % (static_cast<unsigned>(Kind::string) + 1U)));
}

ValueTypePtr any_type(Source& source, int depth) {
  const std::uint8_t choice = source.byte();
  const auto kind = static_cast<Kind>(choice % (static_cast<unsigned>(Kind::error_context) + 1U));
  if (kind <= Kind::string || kind == Kind::error_context || depth == 0) {
    return depth == 0 ? plain(choice) : ValueType::of(kind);
  }
  ValueType::Shape shape{.kind = kind};
  const std::size_t count = 1 + source.byte() % std::size(kLabels);
  const auto part = [&] { return any_type(source, depth - 1); };
  const auto maybe = [&] { return source.byte() % 2 == 0 ? nullptr : part(); };
  switch (kind) {
    case Kind::list:
    case Kind::option:
      shape.parts = {part()};
      break;
    case Kind::fixed_list:
      shape.parts = {part()};
      shape.length = static_cast<std::uint32_t>(count);
      break;
    case Kind::map:
      shape.parts.push_back(part());
      shape.parts.push_back(part());
      break;
    case Kind::result:
      shape.parts.push_back(maybe());
      shape.parts.push_back(maybe());
      break;
    case Kind::stream:
    case Kind::future:
      shape.parts = {maybe()};
      break;
    case Kind::tuple:
    case Kind::record:
    case Kind::variant:
    case Kind::enumeration:
    case Kind::flags:
      for (std::size_t i = 0; i < count; ++i) {
        if (kind != Kind::tuple) {
          shape.names.emplace_back(kLabels[i]);
        }
        if (kind == Kind::variant) {
          shape.parts.push_back(maybe());
        } else if (kind == Kind::tuple || kind == Kind::record) {
          shape.parts.push_back(part());
        }
      }
      break;
    default:
      break;
  }
  auto made = ValueType::create(std::move(shape));
  require(made.has_value());
  return *std::move(made);
}

// NaN may come back as any NaN.
bool same(const Value& a, const Value& b);

bool same_all(const std::vector<Value>& a, const std::vector<Value>& b) {
  bool equal = a.size() == b.size();
  for (std::size_t i = 0; equal && i < a.size(); ++i) {
    equal = same(a[i], b[i]);
  }
  return equal;
}

struct Same {
  bool operator()(float a, float b) const {
    return a != a ? b != b : std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
  }

  bool operator()(double a, double b) const {
    return a != a ? b != b : std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  }

  bool operator()(const wit::List& a, const wit::List& b) const { return same_all(a, b); }

  bool operator()(const wit::Tuple& a, const wit::Tuple& b) const {
    return same_all(a.items, b.items);
  }

  bool operator()(const wit::Record& a, const wit::Record& b) const {
    return a.names == b.names && same_all(a.values, b.values);
  }

  bool operator()(const wit::Case& a, const wit::Case& b) const {
    return a.name == b.name && same_all(a.payload, b.payload);
  }

  bool operator()(const wit::Option& a, const wit::Option& b) const {
    return same_all(a.payload, b.payload);
  }

  bool operator()(const wit::ResultValue& a, const wit::ResultValue& b) const {
    return a.ok == b.ok && same_all(a.payload, b.payload);
  }

  template <typename T>
  bool operator()(const T& a, const T& b) const {
    return a == b;
  }

  template <typename A, typename B>
  bool operator()(const A& /*a*/, const B& /*b*/) const {
    return false;
  }
};

bool same(const Value& a, const Value& b) { return std::visit(Same{}, a.rep, b.rep); }

Value any_value(Source& source, const ValueType& type);

std::vector<Value> all_values(Source& source, const std::vector<ValueTypePtr>& types) {
  std::vector<Value> values;
  for (const ValueTypePtr& type : types) {
    values.push_back(any_value(source, *type));
  }
  return values;
}

std::vector<Value> any_payload(Source& source, const ValueTypePtr& type) {
  return type == nullptr ? std::vector<Value>{} : all_values(source, {type});
}

wit::List any_list(Source& source, const ValueType& type) {
  wit::List list;
  const std::size_t count =
      type.kind() == Kind::fixed_list ? type.length() : std::size_t{source.byte()} % 5;
  for (std::size_t i = 0; i < count; ++i) {
    if (type.kind() == Kind::map) {
      list.push_back({wit::Tuple{all_values(source, type.parts())}});
    } else {
      list.push_back(any_value(source, type.element()));
    }
  }
  return list;
}

char32_t any_character(Source& source) {
  const auto c = static_cast<char32_t>(source.bits() >> (source.byte() % 64U)) & 0x1fffffU;
  return wit::is_scalar(c) ? c : U'x';
}

std::string any_string(Source& source) {
  std::string text;
  for (int i = source.byte() % 8; i > 0; --i) {
    wit::append_utf8(text, any_character(source));
  }
  return text;
}

wit::FlagSet any_flags(Source& source, const ValueType& type) {
  wit::FlagSet flags;
  for (const std::string& name : type.names()) {
    if (source.byte() % 2 != 0) {
      flags.names.push_back(name);
    }
  }
  return flags;
}

Value any_value(Source& source, const ValueType& type) {
  const std::size_t which = type.names().empty() ? 0 : source.byte() % type.names().size();
  switch (type.kind()) {
    case Kind::boolean:
      return {source.byte() % 2 != 0};
    case Kind::s8:
      return {static_cast<std::int8_t>(source.byte())};
    case Kind::u8:
      return {source.byte()};
    case Kind::s16:
      return {static_cast<std::int16_t>(source.bits())};
    case Kind::u16:
      return {static_cast<std::uint16_t>(source.bits())};
    case Kind::s32:
      return {static_cast<std::int32_t>(source.bits())};
    case Kind::u32:
      return {static_cast<std::uint32_t>(source.bits())};
    case Kind::s64:
      return {static_cast<std::int64_t>(source.bits())};
    case Kind::u64:
      return {source.bits()};
    case Kind::f32:
      return {std::bit_cast<float>(static_cast<std::uint32_t>(source.bits()))};
    case Kind::f64:
      return {std::bit_cast<double>(source.bits())};
    case Kind::character:
      return {any_character(source)};
    case Kind::string:
      return {any_string(source)};
    case Kind::tuple:
      return {wit::Tuple{all_values(source, type.parts())}};
    case Kind::record:
      return {wit::Record{type.names(), all_values(source, type.parts())}};
    case Kind::variant:
      return {wit::Case{type.names()[which], any_payload(source, type.parts()[which])}};
    case Kind::enumeration:
      return {wit::EnumCase{type.names()[which]}};
    case Kind::option:
      return {wit::Option{source.byte() % 2 == 0 ? std::vector<Value>{}
                                                 : all_values(source, type.parts())}};
    case Kind::result: {
      const bool ok = source.byte() % 2 == 0;
      return {wit::ResultValue{ok, any_payload(source, type.parts()[ok ? 0 : 1])}};
    }
    case Kind::flags:
      return {any_flags(source, type)};
    default:
      return {any_list(source, type)};
  }
}

void check_round_trip(const Value& value, const ValueType& type) {
  const auto text = wit::to_wave(value, type);
  require(text.has_value());
  const auto back = wit::parse_wave(*text, type);
  require(back.has_value() && same(value, *back) && wit::to_wave(*back) == *text);
}

void check_call(std::string_view text, const ValueTypePtr& type) {
  const auto called = wit::parse_wave_call(
      text,
      [&](std::string_view) {
        return wit::FuncSignature{.params = {{"a", type}, {"b", type}}, .result = nullptr};
      },
      kLimits);
  require(!called || (called->args.size() == 2 && wit::fits(called->args[0], *type) &&
                      wit::fits(called->args[1], *type)));
}

void check_text(std::string_view text, const ValueTypePtr& type) {
  check_call(text, type);
  const auto value = wit::parse_wave(text, *type, kLimits);
  if (value) {
    check_round_trip(*value, *type);
  } else {
    require(!value.error().message().empty());
  }
}

// Of handles and the like there are no values.
bool has_values(const ValueType& type) {
  if (type.kind() >= Kind::own) {
    return false;
  }
  for (const ValueTypePtr& part : type.parts()) {
    if (part != nullptr && !has_values(*part)) {
      return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Source source(data, size);
  const bool as_value = source.byte() % 2 != 0;
  const ValueTypePtr type = any_type(source, 3);
  require(!type->describe().empty());
  if (!as_value) {
    check_text(source.rest(), type);
  } else if (has_values(*type)) {
    check_round_trip(any_value(source, *type), *type);
  }
  return 0;
}
