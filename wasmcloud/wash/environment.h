// What the environment tells.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "wasmcloud/base/log.h"

namespace wasmcloud::wash {

// What the variable holds; nothing if it is empty or not set.
std::optional<std::string> variable(const char* name);

// The path in the variable, where "~/" at its start stands for the home.
std::optional<std::filesystem::path> path_variable(const char* name);

// RUST_LOG if it is a plain level: it may hold filters, which are none of ours.
std::optional<log::Level> log_level_variable();

}  // namespace wasmcloud::wash
