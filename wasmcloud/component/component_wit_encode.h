// WIT as a binary, the other direction of component_wit.h: a package as registries hold it and
// tools read it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::component {

struct EncodeLimits {
  std::size_t bytes = std::size_t{64} << 20;  // of what is made
};

// A component that exports a type for each interface and world of the package, and says
// documentation and gates in its section `package-docs`. Each type stands for itself: it brings the
// interfaces that it uses along. Nothing else of other packages is in it.
//
// What comes back is valid, and `wit_of` makes of it the package that it was. It has the bytes that
// `wasm-tools component wit --wasm` writes (but for its section `producers`), if resources stand
// before functions in an interface.
//
// Error `unsupported`: it is WIT that no component can say (a record without fields), with the
// validator's reason. Error `exhausted`: `limits` or those of the validator were reached.
Result<std::vector<std::uint8_t>> encode_package(const wit::Graph& graph, wit::PackageId package,
                                                 const EncodeLimits& limits = {});

}  // namespace wasmcloud::component
