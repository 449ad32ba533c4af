// A graph's types as types of values: what a tool needs that reads arguments, and prints results,
// of a function it knows from WIT alone. Pure.
#pragma once

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wit {

// Names of types are gone, but for those of resources. The result shares what the graph shares, and
// does not need it any more. Error `invalid` for what has no values (a resource itself, a record
// without fields), with the name of the type; `exhausted` for what nests deeper than ValueType
// does.
Result<ValueTypePtr> value_type_of(const Graph& graph, TypeRef type);

// A method's `self` is a parameter like others.
Result<FuncSignature> signature_of(const Graph& graph, FunctionId function);

}  // namespace wasmcloud::wit
