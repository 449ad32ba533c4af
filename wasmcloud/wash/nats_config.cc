#include "wasmcloud/wash/nats_config.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace wasmcloud::wash {
namespace {

// A text in quotes, with what would end it escaped.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        result += '\\';
        result += c;
        break;
      case '\n':
        result += "\\n";
        break;
      case '\t':
        result += "\\t";
        break;
      case '\r':
        result += "\\r";
        break;
      default:
        result += c;
    }
  }
  return result + '"';
}

// Without quotes where it cannot be taken for a number, a truth value or anything but a text.
std::string word(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTruths{"true", "false", "yes", "no", "on", "off"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_plain = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  const bool plain = !text.empty() && is_letter(text.front()) &&
                     std::ranges::all_of(text, is_plain) &&
                     std::ranges::find(kTruths, lower) == kTruths.end();
  return plain ? std::string(text) : quoted(text);
}

}  // namespace

std::string nats_config_text(const NatsConfig& config) {
  std::string text = fmt::format(
      "jetstream {{\n"
      "    domain={}\n"
      "    store_dir={}\n"
      "}}\n",
      word(config.jetstream_domain), quoted(config.store_directory));
  if (config.remote) {
    text += fmt::format(
        "leafnodes {{\n"
        "    remotes = [\n"
        "        {{\n"
        "            url: {}\n",
        quoted(config.remote->url));
    if (config.remote->credsfile) {
      text += fmt::format("            credentials: {}\n", quoted(*config.remote->credsfile));
    }
    text +=
        "        }\n"
        "    ]\n"
        "}\n";
  }
  if (config.websocket_port != 0) {
    text += fmt::format(
        "websocket {{\n"
        "    port: {}\n"
        "    no_tls: true\n"
        "}}\n",
        config.websocket_port);
  }
  return text;
}

}  // namespace wasmcloud::wash
