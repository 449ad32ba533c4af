// Calls with values whose types are known only at run time: for tools and tests.
#pragma once

#include <optional>
#include <span>

#include "wasmcloud/component/component.h"
#include "wasmcloud/wit/value.h"

namespace wasmcloud::component {

// Calls an exported function, on the store's fibre. Error `invalid` if `args` do not fit its type
// (nothing has run then, but for the guest's realloc); `unsupported` for handles, which have no
// dynamic value; `trap` as every call.
Result<std::optional<wit::Value>> call_dynamic(Store& store, const LiftedFunc& func,
                                               std::span<const wit::Value> args);

}  // namespace wasmcloud::component
