#include "wasmcloud/host/http_server_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>

#include <arpa/inet.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/http/authority.h"
#include "wasmcloud/http/message.h"

namespace wasmcloud::host {
namespace {

using Json = nlohmann::json;
using Texts = std::vector<std::string>;

// Longer than any request lasts: so that a sum of times cannot overflow.
constexpr std::uint64_t kLongestTimeoutMs = std::uint64_t{365} * 24 * 3600 * 1000;
constexpr std::uint64_t kDefaultMaxAge = 300;

struct CorsLists {
  std::optional<Texts> origins;
  std::optional<Texts> headers;
  std::optional<Texts> methods;
  std::optional<Texts> exposed;
  std::optional<std::uint64_t> max_age;

  bool any() const noexcept { return origins || headers || methods || exposed || max_age; }
};

// What was said, by whichever form; not yet judged as a whole.
struct Said {
  std::optional<std::string> address;
  std::optional<std::uint16_t> port;
  std::optional<std::string> cache_control;
  std::optional<bool> readonly_mode;
  std::optional<std::uint64_t> timeout_ms;
  std::string tls_key;  // one that was given
  CorsLists cors;
  std::optional<CorsLists> nested_cors;
};

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

template <typename Int>
std::optional<Int> parse_number(std::string_view text) noexcept {
  Int value = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stopped, error] = std::from_chars(begin, end, value);
  return error == std::errc() && stopped == end ? std::optional<Int>(value) : std::nullopt;
}

Error bad_parameter(std::string_view what) {
  return Error(ErrorKind::invalid, "invalid parameter: {}", what);
}

Error bad_settings(std::string_view what) {
  return Error(ErrorKind::invalid, "problem reading settings: {}", what);
}

// SocketAddr of the sheet: ip:port or [v6]:port, no host names. As the system writes it.
std::optional<std::string> canonical_address(std::string_view text,
                                             std::optional<std::uint16_t> other_port = {}) {
  const auto authority = http::parse_authority(text);
  if (!authority || !authority->port) {
    return std::nullopt;
  }
  const std::string host(authority->host);
  const int family = authority->is_ipv6_literal ? AF_INET6 : AF_INET;
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (::inet_pton(family, host.c_str(), bytes.data()) != 1 ||
      ::inet_ntop(family, bytes.data(), written.data(), written.size()) == nullptr) {
    return std::nullopt;
  }
  const std::uint16_t port = other_port.value_or(*authority->port);
  return authority->is_ipv6_literal ? fmt::format("[{}]:{}", written.data(), port)
                                    : fmt::format("{}:{}", written.data(), port);
}

Result<Json> parse_json(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& e) {
    const auto* const wrong = dynamic_cast<const Json::parse_error*>(&e);
    return Error(ErrorKind::invalid, "not JSON: wrong at byte {}", wrong ? wrong->byte : 0);
  }
}

// --- the types that a field may have ---

Result<> read(const Json& value, std::string& out) {
  if (!value.is_string()) {
    return Error(ErrorKind::invalid, "expected a string");
  }
  out = value.get_ref<const std::string&>();
  return {};
}

Result<> read(const Json& value, bool& out) {
  if (!value.is_boolean()) {
    return Error(ErrorKind::invalid, "expected true or false");
  }
  out = value.get<bool>();
  return {};
}

template <std::unsigned_integral Int>
Result<> read(const Json& value, Int& out) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<Int>::max()) {
    return Error(ErrorKind::invalid, "expected an integer from 0 to {}",
                 std::numeric_limits<Int>::max());
  }
  out = value.get<Int>();
  return {};
}

Result<> read(const Json& value, Texts& out) {
  if (!value.is_array()) {
    return Error(ErrorKind::invalid, "expected an array of strings");
  }
  for (const Json& each : value) {
    WC_CHECK(read(each, out.emplace_back()), "item {}", out.size() - 1);
  }
  return {};
}

// Of a JSON object; absent and null are nothing.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {}

  template <typename T>
  void take(const std::string& name, std::optional<T>& out) {
    const Json* const value = find(name);
    if (value == nullptr || !outcome_) {
      return;
    }
    if (Result<> done = read(*value, out.emplace()); !done) {
      outcome_ = Error(ErrorKind::invalid, "{}: {}", name, done.error().describe());
    }
  }

  const Json* find(const std::string& name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  Result<> outcome() && { return std::move(outcome_); }

 private:
  const Json& object_;
  Result<> outcome_;
};

void take_cors(Fields& fields, const std::string& prefix, CorsLists& cors) {
  fields.take(prefix + "allowed_origins", cors.origins);
  fields.take(prefix + "allowed_headers", cors.headers);
  fields.take(prefix + "allowed_methods", cors.methods);
  fields.take(prefix + "exposed_headers", cors.exposed);
  fields.take(prefix + "max_age_secs", cors.max_age);
}

Result<CorsLists> nested_cors_from(const Json& object) {
  CorsLists cors;
  if (!object.is_object()) {
    return Error(ErrorKind::invalid, "cors: expected an object");
  }
  Fields fields(object);
  take_cors(fields, "", cors);
  WC_CHECK(std::move(fields).outcome(), "cors");
  return cors;
}

// A key of TLS that has a value, or nothing.
std::string tls_key_of(const Fields& fields) {
  for (const char* const name : {"tls_cert_file", "tls_priv_key_file"}) {
    if (fields.find(name) != nullptr) {
      return name;
    }
  }
  const Json* const nested = fields.find("tls");
  const bool used = nested != nullptr && nested->is_object() &&
                    std::ranges::any_of(*nested, [](const Json& each) { return !each.is_null(); });
  return used ? "tls" : "";
}

Result<Said> said_in_object(const Json& object) {
  if (!object.is_object()) {
    return Error(ErrorKind::invalid, "expected an object");
  }
  Said said;
  Fields fields(object);
  fields.take("address", said.address);
  fields.take("port", said.port);
  fields.take("cache_control", said.cache_control);
  fields.take("readonly_mode", said.readonly_mode);
  fields.take("timeout_ms", said.timeout_ms);
  take_cors(fields, "cors_", said.cors);
  std::optional<bool> ignored;  // TCP keep-alive: the server leaves it to its own time limits
  fields.take("disable_keepalive", ignored);
  said.tls_key = tls_key_of(fields);
  if (const Json* const cors = fields.find("cors")) {
    WC_TRY(said.nested_cors, nested_cors_from(*cors));
  }
  WC_CHECK(std::move(fields).outcome());
  return said;
}

Result<Said> said_in_json(std::string_view text) {
  Result<Json> parsed = parse_json(text);
  Result<Said> said = parsed ? said_in_object(*parsed) : Result<Said>(std::move(parsed).error());
  if (!said) {
    return bad_settings(fmt::format("invalid json: {}", said.error().describe()));
  }
  return said;
}

Result<Said> said_in_base64(std::string_view text) {
  const auto bytes = decode_base64(text, Base64::standard, Padding::without);
  if (!bytes) {
    return bad_settings(fmt::format("invalid base64 encoding: {}", bytes.error().describe()));
  }
  return said_in_json({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

// A JSON array of strings in a value of its own.
Result<> take_list(const lattice::StringMap& config, const char* name, std::optional<Texts>& out) {
  const auto found = config.find(name);
  if (found == config.end()) {
    return {};
  }
  Result<Json> parsed = parse_json(found->second);
  const Result<> done = parsed ? read(*parsed, out.emplace()) : Result<>(std::move(parsed).error());
  if (!done) {
    return bad_parameter(fmt::format("invalid {}: {}", name, done.error().describe()));
  }
  return {};
}

Result<> take_cors(const lattice::StringMap& config, CorsLists& cors) {
  WC_CHECK(take_list(config, "cors_allowed_origins", cors.origins));
  WC_CHECK(take_list(config, "cors_allowed_headers", cors.headers));
  WC_CHECK(take_list(config, "cors_allowed_methods", cors.methods));
  WC_CHECK(take_list(config, "cors_exposed_headers", cors.exposed));
  if (const auto found = config.find("cors_max_age_secs"); found != config.end()) {
    cors.max_age = parse_number<std::uint64_t>(found->second);
    if (!cors.max_age) {
      return bad_parameter("Invalid cors_max_age_secs");
    }
  }
  return {};
}

// Keys in lower case.
Result<Said> said_in_keys(const lattice::StringMap& config) {
  Said said;
  if (const auto found = config.find("address"); found != config.end()) {
    said.address = found->second;
  }
  if (const auto found = config.find("port"); found != config.end()) {
    said.port = parse_number<std::uint16_t>(found->second);
    if (!said.port) {
      return bad_parameter(fmt::format("Invalid port: {}", found->second));
    }
  }
  if (const auto found = config.find("cache_control"); found != config.end()) {
    said.cache_control = found->second;
  }
  if (const auto found = config.find("readonly_mode"); found != config.end()) {
    said.readonly_mode = found->second == "true";
  }
  if (const auto found = config.find("timeout_ms"); found != config.end()) {
    said.timeout_ms = parse_number<std::uint64_t>(found->second);  // no number is no limit
  }
  for (const char* const name : {"tls_cert_file", "tls_priv_key_file"}) {
    if (config.contains(name)) {
      said.tls_key = name;
    }
  }
  WC_CHECK(take_cors(config, said.cors));
  return said;
}

Result<Said> said_in(const lattice::StringMap& config) {
  lattice::StringMap keys;
  for (const auto& [key, value] : config) {
    if (value.size() > kMaxHttpSettingBytes) {
      return Error(ErrorKind::exhausted, "{}: {} bytes are more than the {} allowed", key,
                   value.size(), kMaxHttpSettingBytes);
    }
    keys.insert_or_assign(to_lower(key), value);
  }
  if (const auto found = keys.find("config_b64"); found != keys.end()) {
    return said_in_base64(found->second);
  }
  if (const auto found = keys.find("config_json"); found != keys.end()) {
    return said_in_json(found->second);
  }
  return said_in_keys(keys);
}

// --- from what was said to what is meant ---

// "https://a.example/" without its end; nothing if it is no origin.
std::optional<std::string> origin_from(std::string_view text) {
  if (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view scheme = text.substr(0, scheme_end);
  if ((scheme != "http" && scheme != "https") ||
      !http::parse_authority(text.substr(scheme_end + 3))) {
    return std::nullopt;
  }
  return std::string(text);
}

std::string list_field(const Texts& texts) {
  return texts.empty() ? "*" : fmt::format("{}", fmt::join(texts, ","));
}

void check_tokens(std::string_view key, const Texts& names, Texts& errors) {
  for (const std::string& name : names) {
    if (!http::is_token(name)) {
      errors.push_back(fmt::format("invalid {}: '{}' is no header name", key, name));
    }
  }
}

// A list in the first place that has one. A nested object without it means any; no nested object
// the default.
Texts choose(const std::optional<Texts>& said, const std::optional<CorsLists>& nested,
             std::optional<Texts> CorsLists::* member, Texts fallback) {
  if (said) {
    return *said;
  }
  return nested ? ((*nested).*member).value_or(Texts()) : std::move(fallback);
}

CorsSettings cors_from(const Said& said, Texts& errors) {
  const CorsLists& top = said.cors;
  const auto& nested = said.nested_cors;
  CorsSettings cors;
  for (const std::string& text : choose(top.origins, nested, &CorsLists::origins, {})) {
    if (auto origin = origin_from(text)) {
      cors.allowed_origins.push_back(*std::move(origin));
    } else {
      errors.push_back(fmt::format(
          "invalid cors_allowed_origins: '{}': expected http:// or https://, a host and no path",
          text));
    }
  }
  const Texts methods = choose(top.methods, nested, &CorsLists::methods,
                               {"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"});
  for (const std::string& method : methods) {
    if (!http::is_token(method)) {
      errors.push_back(fmt::format("invalid CORS method: '{}'", method));
    }
  }
  const Texts headers = choose(top.headers, nested, &CorsLists::headers,
                               {"accept", "accept-language", "content-type", "content-language"});
  check_tokens("cors_allowed_headers", headers, errors);
  const Texts exposed = choose(top.exposed, nested, &CorsLists::exposed, {});
  check_tokens("cors_exposed_headers", exposed, errors);
  cors.allowed_methods = list_field(methods);
  cors.allowed_headers = list_field(headers);
  cors.exposed_headers = list_field(exposed);
  cors.max_age_seconds = top.max_age;
  if (!cors.max_age_seconds) {
    cors.max_age_seconds = nested ? nested->max_age : kDefaultMaxAge;
  }
  return cors;
}

}  // namespace

Result<HttpServerConfig> parse_http_server_config(const lattice::StringMap& config) {
  HttpServerConfig result;
  if (const auto found = config.find("routing_mode"); found != config.end()) {
    if (found->second == "path") {
      result.mode = RoutingMode::path;
    } else if (found->second == "host") {
      result.mode = RoutingMode::host;
    } else if (found->second != "address") {
      return Error(ErrorKind::invalid, "unknown routing_mode: {}", found->second);
    }
  }
  if (const auto found = config.find("default_address"); found != config.end()) {
    auto address = canonical_address(found->second);
    if (!address) {
      return Error(ErrorKind::invalid,
                   "failed to parse default_address: expected IP:PORT, found \"{}\"",
                   found->second);
    }
    result.default_address = *std::move(address);
  }
  if (const auto found = config.find("header"); found != config.end()) {
    if (!http::is_token(found->second)) {
      return Error(ErrorKind::invalid, "header: expected the name of a header, found \"{}\"",
                   found->second);
    }
    result.header = to_lower(found->second);
  }
  return result;
}

Result<HttpServerSettings> parse_http_server_settings(const lattice::StringMap& config,
                                                      const std::string& default_address) {
  WC_TRY(Said said, said_in(config));
  if (!said.tls_key.empty()) {
    return Error(ErrorKind::unsupported,
                 "invalid parameter: {}: the built-in HTTP server has no TLS yet", said.tls_key);
  }
  HttpServerSettings settings;
  const std::string& address = said.address ? *said.address : default_address;
  auto canonical = canonical_address(address, said.port);
  if (!canonical) {
    return bad_parameter(fmt::format("invalid address: {}", address));
  }
  settings.address = *std::move(canonical);
  Texts errors;
  if (said.cache_control && !http::is_field_value(*said.cache_control)) {
    errors.push_back(fmt::format("Invalid Cache Control header : '{}'", *said.cache_control));
  }
  settings.cache_control = std::move(said.cache_control);
  settings.readonly_mode = said.readonly_mode.value_or(false);
  if (said.timeout_ms) {
    settings.timeout = std::chrono::milliseconds(std::min(*said.timeout_ms, kLongestTimeoutMs));
  }
  if (said.cors.any() || said.nested_cors) {
    settings.cors = cors_from(said, errors);
  }
  if (!errors.empty()) {
    return bad_settings(
        fmt::format("\nInvalid httpserver settings: \n{}\n", fmt::join(errors, "\n")));
  }
  return settings;
}

}  // namespace wasmcloud::host
