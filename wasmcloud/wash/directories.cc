#include "wasmcloud/wash/directories.h"

#include "wasmcloud/wash/environment.h"

namespace wasmcloud::wash {
namespace {

using std::filesystem::path;

// How one of the XDG base directories is told, and where it is in a home if it is not.
struct Base {
  const char* moved;
  const char* xdg;
  const char* in_home;
};

std::optional<path> base_directory(const Base& base) {
  if (auto moved = path_variable(base.moved)) {
    return moved;
  }
  // The XDG specification: a relative path is to be ignored.
  if (const auto xdg = variable(base.xdg); xdg && xdg->starts_with('/')) {
    return path(*xdg) / "wash";
  }
  if (const auto home = variable("HOME")) {
    return path(*home) / base.in_home / "wash";
  }
  return std::nullopt;
}

std::optional<path> below(const char* moved, const std::optional<path>& parent, const char* name) {
  if (auto found = path_variable(moved)) {
    return found;
  }
  return parent ? std::optional(*parent / name) : std::nullopt;
}

}  // namespace

std::optional<path> config_directory() {
  return base_directory({"WASH_CONFIG_DIR", "XDG_CONFIG_HOME", ".config"});
}

std::optional<path> data_directory() {
  return base_directory({"WASH_DATA_DIR", "XDG_DATA_HOME", ".local/share"});
}

std::optional<path> cache_directory() {
  return base_directory({"WASH_CACHE_DIR", "XDG_CACHE_HOME", ".cache"});
}

std::optional<path> contexts_directory() {
  return below("WASH_CONTEXT_DIR", config_directory(), "contexts");
}

std::optional<path> downloads_directory() {
  return below("WASH_DOWNLOADS_DIR", data_directory(), "downloads");
}

std::optional<path> keys_directory() { return below("WASH_KEYS_DIR", data_directory(), "keys"); }

}  // namespace wasmcloud::wash
