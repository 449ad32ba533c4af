// Reading a component from a file a user named, and telling what it is if it is not one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wash {

inline constexpr std::uint64_t kMaxComponentBytes = std::uint64_t{1} << 30U;

// Errors name the file, what was found and what to do: `not_found`, `denied`, `exhausted` for one
// over `limit`, `invalid` for what is not a component by its first bytes (those behind are the
// decoder's affair).
Result<std::vector<std::uint8_t>> read_component_file(const std::filesystem::path& path,
                                                      std::uint64_t limit = kMaxComponentBytes);

// The same but for the content behind the first bytes, which is not read.
Result<> check_component_file(const std::filesystem::path& path,
                              std::uint64_t limit = kMaxComponentBytes);

// Pure: what `head`, the first bytes of the file `name`, shows. At least kHeadBytes of it, or all.
inline constexpr std::size_t kHeadBytes = 512;
Result<> check_component_head(std::span<const std::uint8_t> head, std::string_view name);

// "68 bytes", "1.7 MiB"
std::string human_size(std::uint64_t bytes);

}  // namespace wasmcloud::wash
