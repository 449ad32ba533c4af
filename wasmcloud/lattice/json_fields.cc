#include "wasmcloud/lattice/json_fields.h"

#include <set>

#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::lattice::json {
namespace {

// Watches the parser: what it has no setting for.
class Guard {
 public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        keys_.emplace_back();
        too_deep_ = too_deep_ || depth >= kMaxBodyDepth;
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        keys_.pop_back();
        break;
      case Json::parse_event_t::key:
        if (!keys_.back().insert(parsed.get_ref<const std::string&>()).second && !repeated_) {
          repeated_ = parsed.get<std::string>();
        }
        break;
      case Json::parse_event_t::value:
        break;
    }
    return !too_deep_;
  }

  Result<> verdict() const {
    if (too_deep_) {
      return Error(ErrorKind::exhausted, "nested deeper than {}", kMaxBodyDepth);
    }
    if (repeated_) {
      return Error(ErrorKind::invalid, "duplicate field `{}`", *repeated_);
    }
    return {};
  }

 private:
  std::vector<std::set<std::string>> keys_;
  bool too_deep_ = false;
  std::optional<std::string> repeated_;
};

template <std::integral T>
Result<> read_integer(const Json& value, T& out, std::string_view wanted) {
  const bool fits = value.is_number_unsigned()
                        ? std::in_range<T>(value.get<std::uint64_t>())
                        : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
  if (!fits) {
    return wrong_type(wanted, value);
  }
  out = value.get<T>();
  return {};
}

}  // namespace

Result<Json> parse_text(std::string_view body) {
  if (body.size() > kMaxBodyBytes) {
    return Error(ErrorKind::exhausted, "{} bytes are more than the {} allowed", body.size(),
                 kMaxBodyBytes);
  }
  Guard guard;
  try {
    Json parsed = Json::parse(body, std::ref(guard));
    WC_CHECK(guard.verdict());
    return parsed;
  } catch (const Json::parse_error& e) {
    return Error(ErrorKind::invalid, "not JSON: wrong at byte {}", e.byte);
  }
}

std::string to_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string_view kind_of(const Json& value) noexcept {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::number_float:
      return "a number with a fraction";
    default:
      return "another integer";
  }
}

Error wrong_type(std::string_view wanted, const Json& found) {
  return Error(ErrorKind::invalid, "expected {}, found {}", wanted, kind_of(found));
}

Result<> read(const Json& value, std::string& out) {
  if (!value.is_string()) {
    return wrong_type("a string", value);
  }
  out = value.get_ref<const std::string&>();
  return {};
}

Result<> read(const Json& value, bool& out) {
  if (!value.is_boolean()) {
    return wrong_type("true or false", value);
  }
  out = value.get<bool>();
  return {};
}

Result<> read(const Json& value, std::uint64_t& out) {
  return read_integer(value, out, "an integer from 0 on");
}

Result<> read(const Json& value, std::uint32_t& out) {
  return read_integer(value, out, "an integer from 0 to 4294967295");
}

Result<> read(const Json& value, std::uint8_t& out) {
  return read_integer(value, out, "an integer from 0 to 255");
}

Result<> read(const Json& value, std::int32_t& out) {
  return read_integer(value, out, "an integer of 32 bits");
}

}  // namespace wasmcloud::lattice::json
