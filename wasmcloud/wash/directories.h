// Where wash keeps its files: the XDG base directories, and the variables that move them. None if
// there is no home and nothing else tells; none of them is made here.
#pragma once

#include <filesystem>
#include <optional>

namespace wasmcloud::wash {

// $WASH_CONFIG_DIR, else $XDG_CONFIG_HOME/wash, else ~/.config/wash.
std::optional<std::filesystem::path> config_directory();
// $WASH_DATA_DIR, else $XDG_DATA_HOME/wash, else ~/.local/share/wash.
std::optional<std::filesystem::path> data_directory();
// $WASH_CACHE_DIR, else $XDG_CACHE_HOME/wash, else ~/.cache/wash.
std::optional<std::filesystem::path> cache_directory();

// $WASH_CONTEXT_DIR, else "contexts" in the configuration's.
std::optional<std::filesystem::path> contexts_directory();
// $WASH_DOWNLOADS_DIR, else "downloads" in the data's.
std::optional<std::filesystem::path> downloads_directory();
// $WASH_KEYS_DIR, else "keys" in the data's.
std::optional<std::filesystem::path> keys_directory();

}  // namespace wasmcloud::wash
