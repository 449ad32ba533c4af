// What a component or a provider is started from (fact sheet "lattice", 2.2). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wasmcloud::host {

struct Reference {
  enum class Kind : std::uint8_t { file, builtin, oci };

  Kind kind = Kind::oci;
  // The path, the built-in's name, or the image without a scheme.
  std::string text;

  friend bool operator==(const Reference&, const Reference&) = default;
};

// "file:///srv/a.wasm" and "/srv/a.wasm" are files, "wasmcloud+builtin://http-server" a built-in,
// all else images.
Reference parse_reference(std::string_view text);

}  // namespace wasmcloud::host
