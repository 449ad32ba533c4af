#include "wasmcloud/wash/arguments.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include <fmt/format.h>

namespace wasmcloud::wash {
namespace {

constexpr std::uint64_t kMaxValue = std::numeric_limits<std::uint64_t>::max();

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> kSizeUnits{{{"", 1},
                                          {"b", 1},
                                          {"kib", std::uint64_t{1} << 10U},
                                          {"mib", std::uint64_t{1} << 20U},
                                          {"gib", std::uint64_t{1} << 30U}}};
constexpr std::array<Unit, 4> kTimeUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::uint64_t kDay = std::uint64_t{24} * 3'600'000;
constexpr std::uint64_t kYear = std::uint64_t{365} * 24 * 3'600'000;

// A number and a unit that is one of `units`, multiplied; nothing if it is not of that form, the
// greatest value if it is too large for one.
std::optional<std::uint64_t> parse_quantity(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::invalid_argument) {
    return std::nullopt;
  }
  std::string unit(text.substr(static_cast<std::size_t>(end - text.data())));
  std::ranges::transform(unit, unit.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = std::ranges::find(units, unit, &Unit::name);
  if (found == units.end()) {
    return std::nullopt;
  }
  if (error == std::errc::result_out_of_range || number > kMaxValue / found->factor) {
    return kMaxValue;
  }
  return number * found->factor;
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  const std::optional<std::uint64_t> size = parse_quantity(text, kSizeUnits);
  if (!size) {
    return Error(ErrorKind::invalid,
                 "expected a number of bytes, bare or with KiB, MiB or GiB, such as 256MiB");
  }
  if (*size == 0 || *size == kMaxValue) {
    return Error(ErrorKind::invalid, "expected more than no bytes and fewer than 2^64");
  }
  return *size;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const std::optional<std::uint64_t> duration = parse_quantity(text, kTimeUnits);
  if (!duration) {
    return Error(ErrorKind::invalid, "expected a number with ms, s, m or h, such as 500ms or 30s");
  }
  if (*duration == 0 || *duration > kYear) {
    return Error(ErrorKind::invalid, "expected more than no time and at most a year (8760h)");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(*duration));
}

Result<std::pair<std::string, std::string>> parse_env(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Error(ErrorKind::invalid, "expected KEY=VALUE, such as LOG=debug");
  }
  return std::pair(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
}

Result<std::vector<std::pair<std::string, std::string>>> parse_envs(
    const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> envs;
  for (const std::string& text : texts) {
    WC_TRY(auto env, parse_env(text), "'{}'", text);
    const auto same =
        std::ranges::find(envs, env.first, &std::pair<std::string, std::string>::first);
    if (same != envs.end()) {
      same->second = std::move(env.second);
    } else {
      envs.push_back(std::move(env));
    }
  }
  return envs;
}

Result<std::pair<std::string, std::string>> parse_dir(std::string_view text) {
  const std::size_t colons = text.rfind("::");
  if (colons == std::string_view::npos || colons == 0 || colons + 2 == text.size()) {
    return Error(ErrorKind::invalid,
                 "expected HOST::GUEST, a folder here and its path for the component, such as "
                 "./data::/data");
  }
  return std::pair(std::string(text.substr(0, colons)), std::string(text.substr(colons + 2)));
}

Result<Address> parse_address(std::string_view text) {
  const auto malformed = [] {
    return Error(ErrorKind::invalid,
                 "expected HOST:PORT, such as 127.0.0.1:8000, [::1]:8000 or localhost:0");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return malformed();
  }
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']' && host.size() > 2) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return malformed();
  }
  const Result<std::uint64_t> port = parse_number(text.substr(colon + 1), 0, 65535);
  if (!port) {
    return malformed();
  }
  return Address{.host = std::string(host), .port = static_cast<std::uint16_t>(*port)};
}

std::string url_of(const Address& address) {
  if (address.host == "0.0.0.0") {
    return fmt::format("http://127.0.0.1:{}", address.port);
  }
  if (address.host.find(':') != std::string::npos) {
    return fmt::format("http://[{}]:{}", address.host == "::" ? "::1" : address.host, address.port);
  }
  return fmt::format("http://{}:{}", address.host, address.port);
}

Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    return Error(ErrorKind::invalid, "expected a whole number from {} to {}", least, most);
  }
  return number;
}

Result<std::chrono::milliseconds> parse_milliseconds(std::string_view text) {
  WC_TRY(const std::uint64_t count, parse_number(text, 1, kDay));
  return std::chrono::milliseconds(count);
}

Result<std::chrono::milliseconds> parse_interval(std::string_view text) {
  if (auto bare = parse_milliseconds(text)) {
    return bare;
  }
  Result<std::chrono::milliseconds> duration = parse_duration(text);
  if (!duration) {
    return Error(ErrorKind::invalid,
                 "Invalid duration: '{}'. Expected a duration like '5s', '1m', '100ms', or "
                 "milliseconds as an integer.",
                 text);
  }
  return duration;
}

Result<bool> parse_bool(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "true" || lower == "1" || lower == "yes") {
    return true;
  }
  if (lower == "false" || lower == "0" || lower == "no") {
    return false;
  }
  return Error(ErrorKind::invalid, "expected true or false");
}

Result<std::map<std::string, std::string>> parse_key_values(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> values;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return Error(ErrorKind::invalid,
                   "Input values were not properly formatted. Ensure they are formatted as "
                   "key=value");
    }
    values.insert_or_assign(text.substr(0, equals), text.substr(equals + 1));
  }
  return values;
}

Result<std::string> parse_id(std::string_view text) {
  const bool good = !text.empty() && std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-';
  });
  if (!good) {
    return Error(ErrorKind::invalid,
                 "Component ID must contain only alphanumeric characters and underscores");
  }
  return std::string(text);
}

Error bad_value(std::string_view text, std::string_view option, const Error& why) {
  return Error(ErrorKind::invalid, "invalid value '{}' for '{}': {}", text, option, why.message());
}

}  // namespace wasmcloud::wash
