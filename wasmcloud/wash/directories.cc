#include "wasmcloud/wash/directories.h"

#include <cstdlib>
#include <string_view>

namespace wasmcloud::wash {
namespace {

// Empty counts as not set.
std::optional<std::string_view> variable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::filesystem::path> cache_directory() {
  const auto home = variable("HOME");
  if (const auto moved = variable("WASH_CACHE_DIR")) {
    if (home && moved->starts_with("~/")) {
      return std::filesystem::path(*home) / moved->substr(2);
    }
    return *moved;
  }
  // The XDG specification: a relative path is to be ignored.
  if (const auto xdg = variable("XDG_CACHE_HOME"); xdg && xdg->starts_with('/')) {
    return std::filesystem::path(*xdg) / "wash";
  }
  if (home) {
    return std::filesystem::path(*home) / ".cache" / "wash";
  }
  return std::nullopt;
}

}  // namespace wasmcloud::wash
