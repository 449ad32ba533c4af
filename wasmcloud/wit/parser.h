// From text to syntax: a file of WIT (WIT.md). Stops at the first thing that is not as the grammar
// wants it, and shows it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// What a hostile file may cost. Time and memory are proportional to the file's size and `nodes`,
// the stack to `nesting`.
struct ParseLimits {
  std::size_t file_bytes = std::size_t{4} << 20;
  std::uint32_t nesting = 100;    // of types in types
  std::uint32_t nodes = 250'000;  // items, fields, cases, parameters, types, names in lists
};

// Error `invalid`: "world.wit:3:12: expected `;`, found `}`", and the line with a caret below it
// (source.h). Error `exhausted`: `limits` were reached.
//
// More than the grammar is checked: gates fit together, names are in kebab case, an enum or variant
// has a case, a map's key is a primitive type that has an order. As tools do, and against the
// grammar, records, flags, tuples and lists of names may be empty, and `;` may stand behind the `}`
// of an include.
Result<syntax::Document> parse(std::string_view text, std::string file_name,
                               const ParseLimits& limits = {});

}  // namespace wasmcloud::wit
