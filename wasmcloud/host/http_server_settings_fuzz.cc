// Whatever a configuration says: reading it never crashes, and what is taken can be sent and read
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/host/http_server_settings.h"
#include "wasmcloud/http/message.h"

namespace {

using namespace wasmcloud;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check(const lattice::StringMap& config) {
  const auto settings = host::parse_http_server_settings(config, "127.0.0.1:8000");
  if (!settings) {
    return;
  }
  require(http::is_field_value(settings->cache_control.value_or("")));
  if (settings->cors) {
    for (const std::string& origin : settings->cors->allowed_origins) {
      require(http::is_field_value(origin));
    }
    require(http::is_field_value(settings->cors->allowed_methods));
    require(http::is_field_value(settings->cors->allowed_headers));
    require(http::is_field_value(settings->cors->exposed_headers));
  }
  const auto again = host::parse_http_server_settings({{"address", settings->address}}, "");
  require(again && again->address == settings->address);
}

// "key=value" lines.
lattice::StringMap map_from(std::string_view text) {
  lattice::StringMap config;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
      config.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
  }
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check({{"config_json", text}});
  check({{"config_b64", text}});
  check({{"config_b64", encode_base64({data, size}, Base64::standard, Padding::without)}});
  check(map_from(text));
  (void)host::parse_http_server_config(map_from(text)).has_value();
  return 0;
}
