// Where wash keeps its files: the XDG base directories, and the variables that move them.
#pragma once

#include <filesystem>
#include <optional>

namespace wasmcloud::wash {

// $WASH_CACHE_DIR (which may start with "~/"), else $XDG_CACHE_HOME/wash, else ~/.cache/wash. None
// if there is no home. Not made.
std::optional<std::filesystem::path> cache_directory();

}  // namespace wasmcloud::wash
