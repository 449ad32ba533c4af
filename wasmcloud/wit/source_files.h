// The files of a package of WIT, as they lie on disk. What reads files stands here, the rest of the
// module is pure.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/resolver.h"

namespace wasmcloud::wit {

// As resolve() takes them, in the order of their names. `wit`: a folder, with what it uses in
// `deps/` (`deps/NAME.wit`, `deps/NAME/*.wit`), or a file, with `deps/` beside it. `more`: folders
// that each hold a package as well. Errors name the path. `not_found`: it is not there, or holds no
// WIT; `unavailable`: it cannot be read.
Result<std::vector<SourceFile>> read_source_files(const std::filesystem::path& wit,
                                                  std::span<const std::filesystem::path> more = {});

}  // namespace wasmcloud::wit
