// What the host and the source of imports have for the imports of a root component: bound when it
// is compiled, and anew whenever a compiled one comes from the cache. Internal to the module.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/compiler_frame.h"
#include "wasmcloud/component/host.h"
#include "wasmcloud/component/program.h"
#include "wasmcloud/component/subtype.h"

namespace wasmcloud::component::compiling {

// By name; each instance holds what is asked of it.
using BoundImports = std::map<std::string, Def, std::less<>>;

// `imports`: of the root, with types of `arena`. Puts the host's functions and resources into
// `program`, numbered in the order in which the imports name them, and which resource is which into
// `resources`. Errors: `not_found` names every import that nobody offers; `invalid` one that is
// offered with another type.
Result<BoundImports> bind_imports(Program& program, const Host& host, TypeArena& arena,
                                  const std::vector<NamedEntity>& imports,
                                  InstanceResources& resources, WorkBudget& budget);

}  // namespace wasmcloud::component::compiling
