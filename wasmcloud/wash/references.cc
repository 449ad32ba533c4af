#include "wasmcloud/wash/references.h"

#include <filesystem>
#include <string_view>

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kFile = "file://";

}  // namespace

std::string resolve_reference(const std::string& text) {
  const std::string path = text.starts_with(kFile) ? text.substr(kFile.size()) : text;
  if (path.empty()) {
    return text;
  }
  if (path.starts_with('/')) {
    return std::string(kFile) + path;
  }
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(path, error);
  return error ? text : std::string(kFile) + canonical.string();
}

}  // namespace wasmcloud::wash
