// The resolver's part for worlds: imports and exports, what is included, what is implied. Pure.
#pragma once

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/resolver_state.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// Fills an interface that is in the graph and empty. Whatever it uses has been resolved.
Result<> resolve_interface(ResolverState& state, ScopeIndex scope, InterfaceId id,
                           const std::vector<syntax::InterfaceItem>& items);

// The same for a world.
Result<> resolve_world(ResolverState& state, ScopeIndex scope, WorldId id,
                       const syntax::World& world);

}  // namespace wasmcloud::wit
