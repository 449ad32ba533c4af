// The files of WIT that a path names.
#pragma once

#include <filesystem>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/resolver.h"

namespace wasmcloud::wrpc::bindgen {

// As wit::resolve() takes them, in the order of their names. `wit`: a folder, with what it uses in
// `deps/`, or a file, with `deps/` beside it. `more`: folders that each hold a package as well.
// Error `not_found`: the path is not there, or holds no WIT.
Result<std::vector<wit::SourceFile>> read_wit(const std::filesystem::path& wit,
                                              const std::vector<std::filesystem::path>& more);

}  // namespace wasmcloud::wrpc::bindgen
