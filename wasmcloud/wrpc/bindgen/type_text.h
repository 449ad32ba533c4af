// Types of WIT as types of C++. Pure.
#pragma once

#include <string>

#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wrpc/bindgen/type_names.h"

namespace wasmcloud::wrpc::bindgen {

// The definition of a type that has a name, with its docs.
std::string define_type(const TypeNames& names, wit::TypeId type);

// What says of it that it is a record, variant, enum or flags (wit/native.h): for global scope.
// Empty for what needs none.
std::string describe_type(const TypeNames& names, wit::TypeId type);

}  // namespace wasmcloud::wrpc::bindgen
