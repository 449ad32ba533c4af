#include "wasmcloud/wash/version.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace wasmcloud::wash {
namespace {

// The 1.x shell lists the versions of nats-server, wadm and the host that it would download. This
// one downloads nothing: it lists what it was built from, so that a report of a fault says what
// ran. The form, a tree with aligned versions and a JSON object of the same keys, is the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kVersions{
    {{"wash", WC_WASH_VERSION}, {"wasmtime", WC_WASMTIME_VERSION}}};

}  // namespace

std::string version_text(OutputFormat format) {
  if (format == OutputFormat::json) {
    nlohmann::ordered_json json;
    for (const auto& [name, version] : kVersions) {
      json[std::string(name)] = fmt::format("v{}", version);
    }
    return json.dump(2) + "\n";
  }
  std::size_t width = 0;
  for (const auto& [name, version] : kVersions) {
    width = std::max(width, name.size());
  }
  std::string text;
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    const auto& [name, version] = kVersions.at(i);
    const std::string_view branch = i == 0 ? "" : i + 1 == kVersions.size() ? "└ " : "├ ";
    const std::size_t column = i == 0 ? width + 2 : width;
    text += fmt::format("{}{:<{}} v{}\n", branch, name, column, version);
  }
  return text;
}

}  // namespace wasmcloud::wash
