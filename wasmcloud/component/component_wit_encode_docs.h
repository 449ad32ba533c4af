// What the section `package-docs` holds: documentation and gates of a package. The format stands in
// component_wit_docs.cc, which reads it. For component_wit_encode.cc alone. Pure.
#pragma once

#include <string>

#include "wasmcloud/wit/graph.h"

namespace wasmcloud::component::internal {

std::string package_docs(const wit::Graph& graph, wit::PackageId package);

}  // namespace wasmcloud::component::internal
