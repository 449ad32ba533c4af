// Lines of C++. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace wasmcloud::wrpc::bindgen {

inline constexpr std::size_t kColumns = 100;

// Docs as comment lines, `indent` blanks from the left, broken where they are too long.
std::string comment(std::string_view docs, std::size_t indent);

// `head` item, item, ... `tail` and a line end. If that is too long for a line, items go on below
// the first one; if one does not fit there, all of them begin on a line of their own.
std::string packed(std::string_view head, std::span<const std::string> items, std::string_view tail,
                   std::size_t indent);

}  // namespace wasmcloud::wrpc::bindgen
