#include "wasmcloud/host/reference.h"

#include <optional>

namespace wasmcloud::host {
namespace {

std::optional<std::string_view> behind(std::string_view text, std::string_view scheme) {
  if (!text.starts_with(scheme)) {
    return std::nullopt;
  }
  return text.substr(scheme.size());
}

}  // namespace

Reference parse_reference(std::string_view text) {
  if (const auto path = behind(text, "file://")) {
    return {Reference::Kind::file, std::string(*path)};
  }
  if (text.starts_with('/')) {
    return {Reference::Kind::file, std::string(text)};
  }
  if (const auto name = behind(text, "wasmcloud+builtin://")) {
    return {Reference::Kind::builtin, std::string(*name)};
  }
  for (const std::string_view scheme : {"oci://", "http://", "https://"}) {
    if (const auto image = behind(text, scheme)) {
      return {Reference::Kind::oci, std::string(*image)};
    }
  }
  return {Reference::Kind::oci, std::string(text)};
}

}  // namespace wasmcloud::host
