// Values of flags, from text. Every error is `invalid` and says what form was expected. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wash {

// "1024", "64KiB", "256MiB", "1GiB": bytes, more than none. Suffixes in any case.
Result<std::uint64_t> parse_size(std::string_view text);

// "500ms", "30s", "10m", "2h": more than none, a year at most.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// "2000": more than none, a day at most.
Result<std::chrono::milliseconds> parse_milliseconds(std::string_view text);

// Either of the two.
Result<std::chrono::milliseconds> parse_interval(std::string_view text);

// "KEY=VALUE", split at the first '='.
Result<std::pair<std::string, std::string>> parse_env(std::string_view text);

// All of them, in order; a name that comes again replaces the value it had.
Result<std::vector<std::pair<std::string, std::string>>> parse_envs(
    const std::vector<std::string>& texts);

// "HOST::GUEST", split at the last "::".
Result<std::pair<std::string, std::string>> parse_dir(std::string_view text);

struct Address {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// "HOST:PORT"; an IPv6 address stands in brackets.
Result<Address> parse_address(std::string_view text);

// What a client on this machine types to reach `address` ("0.0.0.0" is a place to listen, not one
// to connect to): "http://127.0.0.1:8000".
std::string url_of(const Address& address);

// A whole number from `least` to `most`.
Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most);

// "true", "1", "yes"; "false", "0", "no"; in any case.
Result<bool> parse_bool(std::string_view text);

// "key=value" of each, split at the first '='; a later one replaces an earlier one of that key.
Result<std::map<std::string, std::string>> parse_key_values(const std::vector<std::string>& texts);

// An id of a component or a provider, unchanged: letters (of all scripts), digits, '_' and '-'.
Result<std::string> parse_id(std::string_view text);

// What is wrong with the value of an option, which `option` shows: "--addr <HOST:PORT>".
Error bad_value(std::string_view text, std::string_view option, const Error& why);

// What `parse` makes of an option's text, or bad_value().
template <typename Parse>
auto parse_option(const std::string& text, std::string_view option, Parse parse)
    -> decltype(parse(text)) {
  auto value = parse(text);
  if (!value) {
    return bad_value(text, option, value.error());
  }
  return value;
}

}  // namespace wasmcloud::wash
