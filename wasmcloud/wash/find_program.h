// Where the programs are that wash starts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasmcloud::wash {

// The first of `folders` and then of those of `path`, which is of $PATH's form, that holds an
// executable file of that name.
std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::vector<std::filesystem::path>& folders,
                                                  std::string_view path);

// nats-server: in PATH, or where Debian has it.
std::optional<std::filesystem::path> find_nats_server_program();

// The host: beside the running wash, or in PATH.
std::optional<std::filesystem::path> find_host_program();

}  // namespace wasmcloud::wash
