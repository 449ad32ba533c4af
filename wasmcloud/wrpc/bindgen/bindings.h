// C++ for the functions of a world: what its imports need to be called, and its exports to be
// served, over wRPC (docs/wrpc.md). Pure.
#pragma once

#include <string>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::wrpc::bindgen {

struct Options {
  std::string header_name;       // how the source includes the header
  std::string root_namespace{};  // of all; empty: the world's name
};

struct Bindings {
  std::string header;
  std::string source;
};

// The same text for the same world. Error `unsupported`, with the function or type: what has no
// form on the wire.
Result<Bindings> generate(const wit::Graph& graph, wit::WorldId world, const Options& options);

}  // namespace wasmcloud::wrpc::bindgen
