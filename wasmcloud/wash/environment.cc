#include "wasmcloud/wash/environment.h"

#include <cstdlib>

namespace wasmcloud::wash {

using std::filesystem::path;

std::optional<std::string> variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    return std::nullopt;
  }
  return value;
}

std::optional<path> path_variable(const char* name) {
  const auto value = variable(name);
  const auto home = variable("HOME");
  if (value && home && value->starts_with("~/")) {
    return path(*home) / value->substr(2);
  }
  return value;
}

std::optional<log::Level> log_level_variable() {
  const auto text = variable("RUST_LOG");
  const auto level = text ? log::parse_level(*text) : Result<log::Level>(log::Level::info);
  return text && level ? std::optional(*level) : std::nullopt;
}

}  // namespace wasmcloud::wash
