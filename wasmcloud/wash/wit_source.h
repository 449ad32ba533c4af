// The WIT that a user names by a path.
#pragma once

#include <filesystem>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::wash {

// That of a component or of a package in its binary form (a .wasm file), of a WIT file with `deps`
// beside it, or of a folder with `deps` in it. Errors name the path: `not_found`, `unavailable`,
// and those of component::wit_of() and wit::resolve().
Result<wit::Graph> read_wit(const std::filesystem::path& path);

}  // namespace wasmcloud::wash
