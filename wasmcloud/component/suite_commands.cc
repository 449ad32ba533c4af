// commands.json as json-from-wast writes it.
#include <charconv>

#include <nlohmann/json.hpp>

#include "wasmcloud/component/suite.h"

namespace wasmcloud::component::suite {

namespace {

using Json = nlohmann::json;

// Thrown inside this file only, for what nlohmann's own exceptions do not cover.
struct Malformed {
  std::string what;
};

struct KindTag {
  std::string_view tag;
  Value::Kind kind;
};

constexpr KindTag kKinds[] = {
    {"bool", Value::Kind::boolean},    {"s8", Value::Kind::s8},
    {"u8", Value::Kind::u8},           {"s16", Value::Kind::s16},
    {"u16", Value::Kind::u16},         {"s32", Value::Kind::s32},
    {"u32", Value::Kind::u32},         {"s64", Value::Kind::s64},
    {"u64", Value::Kind::u64},         {"i32", Value::Kind::i32},
    {"i64", Value::Kind::i64},         {"f32", Value::Kind::f32},
    {"f64", Value::Kind::f64},         {"char", Value::Kind::character},
    {"string", Value::Kind::string},   {"list", Value::Kind::list},
    {"tuple", Value::Kind::tuple},     {"record", Value::Kind::record},
    {"variant", Value::Kind::variant}, {"enum", Value::Kind::enumeration},
    {"option", Value::Kind::option},   {"result", Value::Kind::result},
    {"flags", Value::Kind::flags},
};

Value::Kind kind_of(std::string_view tag) {
  for (const KindTag& known : kKinds) {
    if (known.tag == tag) {
      return known.kind;
    }
  }
  return Value::Kind::other;
}

// A decimal, signed or not, as 64 bits.
std::uint64_t to_bits(const std::string& text) {
  const char* const end = text.data() + text.size();
  if (text.starts_with('-')) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) {
      return static_cast<std::uint64_t>(number);
    }
  } else {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end) {
      return number;
    }
  }
  throw Malformed{fmt::format("`{}` is not a decimal number", text)};
}

std::optional<std::string> optional_text(const Json& from, const char* key) {
  const auto found = from.find(key);
  if (found == from.end() || found->is_null()) {
    return std::nullopt;
  }
  return found->get<std::string>();
}

Value to_value(const Json& from);

std::vector<Value> to_values(const Json& from) {
  std::vector<Value> values;
  for (const Json& item : from) {
    values.push_back(to_value(item));
  }
  return values;
}

void add_payload(Value& value, const Json& payload) {
  if (!payload.is_null()) {
    value.items.push_back(to_value(payload));
  }
}

void read_result(Value& value, const Json& from) {
  const bool ok = from.contains("Ok");
  value.text = ok ? "ok" : "err";
  add_payload(value, from.at(ok ? "Ok" : "Err"));
}

void read_variant(Value& value, const Json& from) {
  value.text = from.at("case").get<std::string>();
  if (const auto payload = from.find("payload"); payload != from.end()) {
    add_payload(value, *payload);
  }
}

void read_float(Value& value, const std::string& text) {
  if (text.starts_with("nan:")) {
    value.text = text;
  } else {
    value.bits = to_bits(text);
  }
}

// { "type": tag, "value": what depends on the tag }
Value to_value(const Json& from) {
  Value value;
  const auto tag = from.at("type").get<std::string>();
  value.kind = kind_of(tag);
  if (value.kind == Value::Kind::other) {
    value.text = tag;
    return value;
  }
  const Json& content = from.at("value");
  switch (value.kind) {
    case Value::Kind::boolean:
      value.bits = content.get<bool>() ? 1 : 0;
      break;
    case Value::Kind::f32:
    case Value::Kind::f64:
      read_float(value, content.get<std::string>());
      break;
    case Value::Kind::character:
    case Value::Kind::string:
    case Value::Kind::enumeration:
      value.text = content.get<std::string>();
      break;
    case Value::Kind::list:
    case Value::Kind::tuple:
      value.items = to_values(content);
      break;
    case Value::Kind::record:
      for (const Json& field : content) {
        value.names.push_back(field.at(0).get<std::string>());
        value.items.push_back(to_value(field.at(1)));
      }
      break;
    case Value::Kind::variant:
      read_variant(value, content);
      break;
    case Value::Kind::option:
      add_payload(value, content);
      break;
    case Value::Kind::result:
      read_result(value, content);
      break;
    case Value::Kind::flags:
      value.names = content.get<std::vector<std::string>>();
      break;
    default:
      value.bits = to_bits(content.get<std::string>());
      break;
  }
  return value;
}

Action to_action(const Json& from) {
  Action action;
  const auto type = from.at("type").get<std::string>();
  if (type != "invoke" && type != "get") {
    throw Malformed{fmt::format("unknown action `{}`", type)};
  }
  action.kind = type == "get" ? Action::Kind::get : Action::Kind::invoke;
  action.instance = optional_text(from, "module");
  action.field = from.at("field").get<std::string>();
  if (const auto args = from.find("args"); args != from.end()) {
    action.args = to_values(*args);
  }
  return action;
}

BinaryFile to_file(const Json& from) {
  if (from.at("module_type").get<std::string>() == "binary") {
    return from.at("filename").get<std::string>();
  }
  return optional_text(from, "binary_filename");
}

std::optional<AssertRefused::When> to_refusal(std::string_view type) {
  using When = AssertRefused::When;
  if (type == "assert_malformed" || type == "assert_malformed_custom") {
    return When::malformed;
  }
  if (type == "assert_invalid" || type == "assert_invalid_custom") {
    return When::invalid;
  }
  if (type == "assert_unlinkable") {
    return When::unlinkable;
  }
  return type == "assert_uninstantiable" ? std::optional(When::uninstantiable) : std::nullopt;
}

std::optional<AssertFails::How> to_failure(std::string_view type) {
  using How = AssertFails::How;
  if (type == "assert_trap") {
    return How::trap;
  }
  if (type == "assert_exhaustion") {
    return How::exhaustion;
  }
  if (type == "assert_exception") {
    return How::exception;
  }
  return type == "assert_suspension" ? std::optional(How::suspension) : std::nullopt;
}

decltype(Command::body) to_body(const Json& from, std::string_view type) {
  if (type == "module") {
    return Module{optional_text(from, "name"), to_file(from)};
  }
  if (type == "module_definition") {
    return ModuleDefinition{optional_text(from, "name"), to_file(from)};
  }
  if (type == "module_instance") {
    return ModuleInstance{optional_text(from, "instance"), optional_text(from, "module")};
  }
  if (type == "register") {
    return Register{optional_text(from, "name"), from.at("as").get<std::string>()};
  }
  if (type == "action") {
    return Do{to_action(from.at("action"))};
  }
  if (type == "assert_return") {
    return AssertReturn{to_action(from.at("action")), to_values(from.at("expected"))};
  }
  if (const auto when = to_refusal(type)) {
    return AssertRefused{*when, to_file(from), from.value("text", "")};
  }
  if (const auto how = to_failure(type)) {
    return AssertFails{*how, to_action(from.at("action")), from.value("text", "")};
  }
  if (type == "thread" || type == "wait") {
    return Unsupported{};
  }
  throw Malformed{fmt::format("unknown command `{}`", type)};
}

Result<Command> to_command(const Json& from, std::size_t index) {
  try {
    Command command;
    command.line = from.at("line").get<unsigned>();
    command.type = from.at("type").get<std::string>();
    command.body = to_body(from, command.type);
    return command;
  } catch (const Json::exception& error) {
    return Error(ErrorKind::invalid, "command {}: {}", index, error.what());
  } catch (const Malformed& error) {
    return Error(ErrorKind::invalid, "command {}: {}", index, error.what);
  }
}

}  // namespace

Result<std::vector<Command>> parse_commands(std::string_view json) {
  const Json document = Json::parse(json, nullptr, false);
  if (document.is_discarded()) {
    return Error(ErrorKind::invalid, "not a JSON document");
  }
  const auto found = document.is_object() ? document.find("commands") : document.end();
  if (found == document.end() || !found->is_array()) {
    return Error(ErrorKind::invalid, "expected an object with an array `commands`");
  }
  std::vector<Command> commands;
  for (const Json& item : *found) {
    WC_TRY(Command command, to_command(item, commands.size()));
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace wasmcloud::component::suite
