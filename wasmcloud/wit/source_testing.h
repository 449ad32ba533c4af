// For tests: what came of a text of WIT, in a form to compare. Pure.
#pragma once

#include <string>
#include <string_view>

#include "wasmcloud/wit/parser.h"

namespace wasmcloud::wit {

// The error of parsing a file `t.wit`, as it is shown; "no error" if it parses.
inline std::string error_of(std::string_view text, const ParseLimits& limits = {}) {
  const auto parsed = parse(text, "t.wit", limits);
  return parsed ? "no error" : parsed.error().describe();
}

}  // namespace wasmcloud::wit
