// From a graph back to WIT as it is written, which printer.h makes a text of: what tools show of a
// component or a package. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

struct PrintLimits {
  std::uint64_t types = 500'000;  // mentioned, with each part of those without a name
};

// One file: the main package, then the others as `package a:b { ... }`. Resolving it gives the same
// graph again, but that what a world implies is written out. It says what `wasm-tools component
// wit` says, line by line, except that
// - there is one empty line between interfaces, worlds and packages, and one before docs;
// - docs of `use` are kept.
// In worlds interfaces come first, then types, then functions; `include` is no more. Error
// `exhausted`: types share their parts and are huge when written out; `unsupported`: a graph that
// no resolver made, in which a type is used where it has no name.
Result<syntax::Document> to_syntax(const Graph& graph, const PrintLimits& limits = {});

// The text of it.
Result<std::string> print(const Graph& graph, const PrintLimits& limits = {});

}  // namespace wasmcloud::wit
