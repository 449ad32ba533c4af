// Functions of WIT as C++: a class that calls them, a class to implement that serves them. Pure.
#pragma once

#include <string>
#include <vector>

#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wrpc/bindgen/type_names.h"

namespace wasmcloud::wrpc::bindgen {

// What stands in one namespace and is called under one instance.
struct FunctionGroup {
  std::string instance;  // as it is on the wire; empty for the world's own
  std::string in;        // the namespace
  std::vector<wit::FunctionId> functions;
};

std::string declare_client(const TypeNames& names, const FunctionGroup& group);
std::string define_client(const TypeNames& names, const FunctionGroup& group);

std::string declare_server(const TypeNames& names, const FunctionGroup& group);
std::string define_server(const TypeNames& names, const FunctionGroup& group);

}  // namespace wasmcloud::wrpc::bindgen
