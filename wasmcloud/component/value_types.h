// A component's types as types of dynamic values: what tools need to read arguments and to print
// results.
#pragma once

#include "wasmcloud/component/types.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::component {

struct LiftedFunc;
class Component;

// Error `exhausted` for what nests deeper than wit::ValueType does.
Result<wit::ValueTypePtr> value_type_of(const TypeArena& arena, ValType type);
Result<wit::FuncSignature> signature_of(const TypeArena& arena, const types::Func& func);
// Of an exported function.
Result<wit::FuncSignature> signature_of(const Component& component, const LiftedFunc& func);

}  // namespace wasmcloud::component
