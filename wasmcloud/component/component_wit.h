// The WIT of a component: what it imports and exports, as packages, interfaces and a world whose
// types have names again. Needs the bytes alone, and nothing of a host. Pure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/validator.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::component {

// What a hostile component may cost.
struct WitLimits {
  std::uint64_t steps = 5'000'000;      // things looked at; 16 bytes of their names are one more
  std::uint32_t type_depth = 100;       // names looked through, as ResolveLimits has it
  std::uint32_t type_size = 1'000'000;  // written out as a tree
  std::size_t docs_bytes = std::size_t{16} << 20;
};

// Of a component: its packages, and as main package `root:component` with the world `root`. An
// interface holds what this component mentions of it, which may be less than the interface has.
// Modules and components that it imports are no part of WIT and left out.
//
// Of a package of WIT in its binary form, as tools publish it (a component that exports nothing but
// component types, each of which exports a world or an interface): that package as main package,
// and what it uses of others. Documentation and gates come from the section `package-docs`.
//
// Error `invalid`: not a component, or broken, with the offset; or `package-docs` is. Error
// `unsupported`: a component that WIT has no words for, with the way to what is in the way. Error
// `exhausted`: `limits` were reached.
Result<wit::Graph> wit_of(Bytes bytes, const WitLimits& limits = {});

// Of a component that has been validated; `validated` is what `validate` made of `component`.
Result<wit::Graph> wit_of(const ast::Component& component, const Validated& validated,
                          const WitLimits& limits = {});

}  // namespace wasmcloud::component
