#include "wasmcloud/wit/wave.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "wasmcloud/base/utf8.h"
#include "wasmcloud/wit/wave_reader.h"

namespace wasmcloud::wit {
namespace {

using Kind = ValueType::Kind;

// Long enough to tell types apart in a message.
constexpr std::size_t kInMessage = 100;

bool is_option(const ValueType& type) { return type.kind() == Kind::option; }

// Whether `some(..)` or `ok(..)` around a value of the type may be left out.
bool may_stand_bare(const ValueType& type) {
  return type.kind() != Kind::option && type.kind() != Kind::result;
}

class Parser {
 public:
  Parser(std::string_view text, const WaveLimits& limits)
      : text_(text), reader_(text), room_(limits.value_bytes) {}

  Result<Value> whole(const ValueType& type) {
    WC_TRY(Value parsed, value(type));
    WC_CHECK(finish());
    return parsed;
  }

  Result<WaveCall> call(const FindSignature& find);

 private:
  Result<> finish() {
    reader_.peek();
    return reader_.offset() == text_.size() ? Result<>()
                                            : reader_.unexpected("the end of the text");
  }

  // Counts what a value takes: text of a few bytes can stand for a record of many fields.
  Result<> charge(std::size_t bytes) {
    if (bytes > room_) {
      return Error(ErrorKind::exhausted, "offset {}: the value takes too much memory",
                   reader_.offset());
    }
    room_ -= bytes;
    return {};
  }

  Error unexpected(const ValueType& type) { return reader_.unexpected(type.describe(kInMessage)); }

  Result<> expect(char mark) {
    return reader_.take(mark) ? Result<>() : reader_.unexpected(fmt::format("`{}`", mark));
  }

  // After an item: whether another follows. Takes the comma, or the comma and the closing bracket.
  Result<bool> another(char close) {
    if (reader_.take(close)) {
      return false;
    }
    if (!reader_.take(',')) {
      return reader_.unexpected(fmt::format("`,` or `{}`", close));
    }
    return !reader_.take(close);
  }

  Result<Value> value(const ValueType& type);
  Result<Value> boolean();
  template <typename T>
  Result<Value> integer(const ValueType& type);
  template <typename T>
  Result<Value> floating(const ValueType& type);
  Result<Value> character(const ValueType& type);
  Result<Value> string(const ValueType& type);
  Result<Value> list(const ValueType& type);
  Result<Value> map(const ValueType& type);
  Result<Value> tuple(const ValueType& type);
  Result<std::vector<Value>> items(const std::vector<ValueTypePtr>& types);
  Result<Value> record(const ValueType& type);
  Result<Value> flags(const ValueType& type);
  Result<Value> variant(const ValueType& type);
  Result<Value> enumeration(const ValueType& type);
  Result<Value> option(const ValueType& type);
  Result<Value> result(const ValueType& type);
  Result<std::size_t> case_of(const ValueType& type);
  Result<std::size_t> member_of(const ValueType& type, std::string_view what);
  Result<std::vector<Value>> payload(const ValueType* type, std::string_view name);
  Result<std::vector<Value>> arguments(const FuncSignature& signature);

  std::string_view text_;
  WaveReader reader_;
  std::size_t room_;
};

Result<Value> Parser::boolean() {
  const auto label = reader_.peek_label();
  if (!label.is("true") && !label.is("false")) {
    return reader_.unexpected("bool");
  }
  reader_.skip(label);
  return Value{label.text == "true"};
}

template <typename T>
Result<Value> Parser::integer(const ValueType& type) {
  const std::string_view number = reader_.peek_number();
  T parsed = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), parsed);
  if (!number.empty() && read.ec == std::errc::result_out_of_range) {
    return reader_.error(reader_.offset(),
                         fmt::format("expected {}, from {} to {}", type.describe(),
                                     std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
  }
  if (number.empty() || read.ec != std::errc() || read.ptr != number.data() + number.size()) {
    return unexpected(type);
  }
  reader_.advance(number.size());
  return Value{parsed};
}

template <typename T>
Result<Value> Parser::floating(const ValueType& type) {
  const std::string_view number = reader_.peek_number();
  if (number.empty()) {
    return unexpected(type);
  }
  reader_.advance(number.size());
  return Value{read_float<T>(number)};
}

Result<Value> Parser::character(const ValueType& type) {
  if (reader_.peek() != '\'') {
    return unexpected(type);
  }
  WC_TRY(const char32_t c, reader_.character());
  return Value{c};
}

Result<Value> Parser::string(const ValueType& type) {
  if (reader_.peek() != '"') {
    return unexpected(type);
  }
  WC_TRY(std::string text, reader_.string());
  WC_CHECK(charge(text.size()));
  return Value{std::move(text)};
}

Result<Value> Parser::list(const ValueType& type) {
  const std::size_t start = reader_.offset();
  if (!reader_.take('[')) {
    return unexpected(type);
  }
  List items;
  for (bool more = !reader_.take(']'); more;) {
    WC_TRY(Value item, value(type.element()));
    items.push_back(std::move(item));
    WC_TRY(more, another(']'));
  }
  if (type.kind() == Kind::fixed_list && items.size() != type.length()) {
    return reader_.error(
        start, fmt::format("expected {}, found {} items", type.describe(kInMessage), items.size()));
  }
  return Value{std::move(items)};
}

// WAVE has no form of its own for maps: they are written as the lists that they are.
Result<Value> Parser::map(const ValueType& type) {
  if (!reader_.take('[')) {
    return unexpected(type);
  }
  List entries;
  for (bool more = !reader_.take(']'); more;) {
    if (!reader_.take('(')) {
      return reader_.unexpected("a tuple of key and value");
    }
    WC_CHECK(charge(sizeof(Value)));
    WC_TRY(std::vector<Value> entry, items(type.parts()));
    entries.push_back({Tuple{std::move(entry)}});
    WC_TRY(more, another(']'));
  }
  return Value{std::move(entries)};
}

Result<Value> Parser::tuple(const ValueType& type) {
  if (!reader_.take('(')) {
    return unexpected(type);
  }
  WC_TRY(std::vector<Value> parsed, items(type.parts()));
  return Value{Tuple{std::move(parsed)}};
}

// What stands in round brackets, of which the first is read.
Result<std::vector<Value>> Parser::items(const std::vector<ValueTypePtr>& types) {
  std::vector<Value> parsed;
  for (std::size_t i = 0; i < types.size(); ++i) {
    WC_TRY(Value item, value(*types[i]));
    parsed.push_back(std::move(item));
    const bool last = i + 1 == types.size();
    if (last) {
      reader_.take(',');
    }
    WC_CHECK(expect(last ? ')' : ','));
  }
  return parsed;
}

// The position of the field or flag that is next, which is read.
Result<std::size_t> Parser::member_of(const ValueType& type, std::string_view what) {
  const auto label = reader_.peek_label();
  const auto which = label.text.empty() ? std::nullopt : type.index_of(label.text);
  if (!which) {
    return reader_.unexpected(fmt::format("{} of {}", what, type.describe(kInMessage)));
  }
  reader_.skip(label);
  return *which;
}

Result<Value> Parser::record(const ValueType& type) {
  const std::size_t start = reader_.offset();
  if (!reader_.take('{')) {
    return unexpected(type);
  }
  Record made;
  for (const std::string& name : type.names()) {
    WC_CHECK(charge(sizeof(std::string) + name.size() + sizeof(Value)));
  }
  made.names = type.names();
  made.values.resize(type.names().size());
  std::vector<bool> given(type.names().size());
  bool more = !reader_.take(':');
  if (!more) {
    WC_CHECK(expect('}'));
  }
  while (more) {
    reader_.skip_space();
    const std::size_t at = reader_.offset();
    WC_TRY(const std::size_t which, member_of(type, "a field"));
    if (given[which]) {
      return reader_.error(at, fmt::format("field `{}` comes twice", type.names()[which]));
    }
    given[which] = true;
    WC_CHECK(expect(':'));
    WC_TRY(made.values[which], value(*type.parts()[which]));
    WC_TRY(more, another('}'));
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i]) {
      continue;
    }
    if (!is_option(*type.parts()[i])) {
      return reader_.error(start, fmt::format("expected a field `{}` of type {}", type.names()[i],
                                              type.parts()[i]->describe(kInMessage)));
    }
    made.values[i] = Value{Option{}};
  }
  return Value{std::move(made)};
}

Result<Value> Parser::flags(const ValueType& type) {
  if (!reader_.take('{')) {
    return unexpected(type);
  }
  std::vector<bool> given(type.names().size());
  for (bool more = !reader_.take('}'); more;) {
    reader_.skip_space();
    const std::size_t at = reader_.offset();
    WC_TRY(const std::size_t which, member_of(type, "a flag"));
    if (given[which]) {
      return reader_.error(at, fmt::format("flag `{}` comes twice", type.names()[which]));
    }
    given[which] = true;
    WC_CHECK(charge(sizeof(std::string) + type.names()[which].size()));
    WC_TRY(more, another('}'));
  }
  FlagSet set;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i]) {
      set.names.push_back(type.names()[i]);
    }
  }
  return Value{std::move(set)};
}

// The position of the case that is next, which is read.
Result<std::size_t> Parser::case_of(const ValueType& type) {
  const auto label = reader_.peek_label();
  const auto which = label.text.empty() ? std::nullopt : type.index_of(label.text);
  if (!which) {
    return unexpected(type);
  }
  if (!label.escaped && is_wave_keyword(label.text)) {
    return reader_.error(label.start,
                         fmt::format("expected {}, found the keyword `{}`: the case is `%{}`",
                                     type.describe(kInMessage), label.text, label.text));
  }
  reader_.skip(label);
  return *which;
}

// What stands behind the case `name`; `type` is null where that is nothing.
Result<std::vector<Value>> Parser::payload(const ValueType* type, std::string_view name) {
  std::vector<Value> held;
  if (type == nullptr) {
    return reader_.peek() == '(' ? Result<std::vector<Value>>(
                                       reader_.unexpected(fmt::format("no payload of `{}`", name)))
                                 : held;
  }
  if (!reader_.take('(')) {
    return reader_.unexpected(fmt::format("`{}({})`", name, type->describe(kInMessage)));
  }
  WC_TRY(Value parsed, value(*type));
  WC_CHECK(expect(')'));
  held.push_back(std::move(parsed));
  return held;
}

Result<Value> Parser::variant(const ValueType& type) {
  WC_TRY(const std::size_t which, case_of(type));
  const std::string& name = type.names()[which];
  WC_CHECK(charge(name.size()));
  WC_TRY(auto held, payload(type.parts()[which].get(), name));
  return Value{Case{name, std::move(held)}};
}

Result<Value> Parser::enumeration(const ValueType& type) {
  WC_TRY(const std::size_t which, case_of(type));
  WC_CHECK(charge(type.names()[which].size()));
  return Value{EnumCase{type.names()[which]}};
}

Result<Value> Parser::option(const ValueType& type) {
  const auto label = reader_.peek_label();
  const bool some = label.is("some");
  if (some || label.is("none")) {
    reader_.skip(label);
    WC_TRY(auto held, payload(some ? &type.element() : nullptr, label.text));
    return Value{Option{std::move(held)}};
  }
  if (!may_stand_bare(type.element())) {
    return unexpected(type);
  }
  Option bare;
  WC_TRY(Value held, value(type.element()));
  bare.payload.push_back(std::move(held));
  return Value{std::move(bare)};
}

Result<Value> Parser::result(const ValueType& type) {
  const auto label = reader_.peek_label();
  const bool ok = label.is("ok");
  if (ok || label.is("err")) {
    reader_.skip(label);
    WC_TRY(auto held, payload(type.parts()[ok ? 0 : 1].get(), label.text));
    return Value{ResultValue{ok, std::move(held)}};
  }
  const ValueType* const inside = type.parts()[0].get();
  if (inside == nullptr || !may_stand_bare(*inside)) {
    return unexpected(type);
  }
  ResultValue bare;
  WC_TRY(Value held, value(*inside));
  bare.payload.push_back(std::move(held));
  return Value{std::move(bare)};
}

Result<Value> Parser::value(const ValueType& type) {
  reader_.skip_space();
  WC_CHECK(charge(sizeof(Value)));
  switch (type.kind()) {
    case Kind::boolean:
      return boolean();
    case Kind::s8:
      return integer<std::int8_t>(type);
    case Kind::u8:
      return integer<std::uint8_t>(type);
    case Kind::s16:
      return integer<std::int16_t>(type);
    case Kind::u16:
      return integer<std::uint16_t>(type);
    case Kind::s32:
      return integer<std::int32_t>(type);
    case Kind::u32:
      return integer<std::uint32_t>(type);
    case Kind::s64:
      return integer<std::int64_t>(type);
    case Kind::u64:
      return integer<std::uint64_t>(type);
    case Kind::f32:
      return floating<float>(type);
    case Kind::f64:
      return floating<double>(type);
    case Kind::character:
      return character(type);
    case Kind::string:
      return string(type);
    case Kind::list:
    case Kind::fixed_list:
      return list(type);
    case Kind::map:
      return map(type);
    case Kind::tuple:
      return tuple(type);
    case Kind::record:
      return record(type);
    case Kind::variant:
      return variant(type);
    case Kind::enumeration:
      return enumeration(type);
    case Kind::option:
      return option(type);
    case Kind::result:
      return result(type);
    case Kind::flags:
      return flags(type);
    case Kind::own:
    case Kind::borrow:
    case Kind::stream:
    case Kind::future:
    case Kind::error_context:
      break;
  }
  return Error(ErrorKind::unsupported, "type {} has no text form", type.describe(kInMessage));
}

// The bracket before is read. Options at the end may be left out.
Result<std::vector<Value>> Parser::arguments(const FuncSignature& signature) {
  std::vector<Value> parsed;
  for (bool more = !reader_.take(')'); more;) {
    if (parsed.size() == signature.params.size()) {
      return reader_.unexpected(fmt::format("{} arguments", parsed.size()));
    }
    const auto& param = signature.params[parsed.size()];
    WC_TRY(Value argument, value(*param.type), "argument `{}`", param.name);
    parsed.push_back(std::move(argument));
    WC_TRY(more, another(')'));
  }
  while (parsed.size() < signature.params.size()) {
    const auto& param = signature.params[parsed.size()];
    if (!is_option(*param.type)) {
      return reader_.error(reader_.offset() - 1,
                           fmt::format("expected an argument `{}` of type {}", param.name,
                                       param.type->describe(kInMessage)));
    }
    parsed.push_back({Option{}});
  }
  return parsed;
}

Result<WaveCall> Parser::call(const FindSignature& find) {
  reader_.skip_space();
  const std::string_view name = reader_.take_until('(');
  if (name.empty()) {
    return reader_.unexpected("the name of a function");
  }
  if (!reader_.take('(')) {
    return reader_.unexpected("`(` after the function's name");
  }
  WC_TRY(const FuncSignature signature, find(name));
  WC_TRY(auto parsed, arguments(signature), "call of `{}`", name);
  WC_CHECK(finish());
  return WaveCall{std::string(name), std::move(parsed)};
}

Result<> check_text(std::string_view text, const WaveLimits& limits) {
  if (text.size() > limits.text_bytes) {
    return Error(ErrorKind::exhausted, "a text of {} bytes: at most {} are read", text.size(),
                 limits.text_bytes);
  }
  if (!is_utf8(text)) {
    return Error(ErrorKind::invalid, "the text is not UTF-8");
  }
  return {};
}

}  // namespace

Result<Value> parse_wave(std::string_view text, const ValueType& type, WaveLimits limits) {
  WC_CHECK(check_text(text, limits));
  return Parser(text, limits).whole(type);
}

Result<WaveCall> parse_wave_call(std::string_view text, const FindSignature& find,
                                 WaveLimits limits) {
  WC_CHECK(check_text(text, limits));
  return Parser(text, limits).call(find);
}

}  // namespace wasmcloud::wit
