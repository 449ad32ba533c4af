// Calls with values whose types are known only at run time: for tools and tests.
#pragma once

#include <optional>
#include <span>

#include "wasmcloud/component/component.h"
#include "wasmcloud/wit/value.h"

namespace wasmcloud::component {

struct FuncPlan;  // value_plan.h

// Calls an exported function, on the store's fibre. Error `invalid` if `args` do not fit its type,
// or a handle among them is of another store, of another resource, or has been given away or
// dropped; `conflict` if one to be given away is lent to a call in progress. Nothing has run then,
// and the store is good for further calls. `trap` as every call.
//
// An own handle in the result is the host's from then on (wit::Handle): it may be lent to calls,
// given back in one, dropped (drop_dynamic), and else goes with the store, without its destructor.
// Those in `args` for `own` parameters are given away.
Result<std::optional<wit::Value>> call_dynamic(Store& store, const LiftedFunc& func,
                                               std::span<const wit::Value> args);

// Drops what a handle stands for, on the store's fibre: a guest's destructor runs. Errors as for
// handles above.
Result<> drop_dynamic(Store& store, const wit::Handle& handle);

namespace internal {

// The arguments of a host function, as its caller passes them: a tuple. Check guest.failed() after.
wit::Value lift_params(Guest& guest, const FuncPlan& plan, const RawValue* values);

}  // namespace internal
}  // namespace wasmcloud::component
