// Where the things of a world stand in C++: namespaces of interfaces, names of types, and how a
// type is written. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::wrpc::bindgen {

class TypeNames {
 public:
  // `root`: the namespace of all. `graph` outlives it.
  TypeNames(const wit::Graph& graph, wit::WorldId world, std::string root);

  const wit::Graph& graph() const noexcept { return graph_; }

  // The interfaces that the world imports or exports, each after those it uses.
  const std::vector<wit::InterfaceId>& interfaces() const noexcept { return interfaces_; }

  // The types with a name that stand in the world itself.
  const std::vector<wit::TypeId>& world_types() const noexcept { return world_types_; }

  // "kv::wrpc::keyvalue::store"
  const std::string& namespace_of(wit::InterfaceId interface) const {
    return namespaces_.at(interface);
  }

  const std::string& root() const noexcept { return root_; }

  // Of a type that has one: "Error".
  const std::string& name_of(wit::TypeId type) const { return names_.at(type); }

  // "kv::wrpc::keyvalue::store::Error"
  std::string full_name_of(wit::TypeId type) const;

  // A type as `in`, a namespace, writes it: "std::vector<Error>".
  std::string write(wit::TypeRef type, const std::string& in) const;
  // The same of what stands behind the name.
  std::string write_body(const wit::types::Body& body, const std::string& in) const;
  // As a parameter that is sent: what need not be copied is a view.
  std::string write_param(wit::TypeRef type, const std::string& in) const;

  // Whether its values hold streams or futures.
  bool is_async(wit::TypeRef type) const;
  // Whether it is passed by value at no cost.
  bool is_small(wit::TypeRef type) const;

  // `unsupported`: what has no form on the wire.
  Result<> check(wit::TypeRef type) const;

 private:
  class Writer;

  void find_interfaces(wit::WorldId world);
  void name_interfaces();
  void name_types(const std::vector<wit::TypeId>& types);

  const wit::Graph& graph_;
  const std::string root_;
  std::vector<wit::InterfaceId> interfaces_;
  std::vector<wit::TypeId> world_types_;
  std::map<wit::InterfaceId, std::string> namespaces_;
  std::map<wit::TypeId, std::string> names_;
  mutable std::map<wit::TypeId, bool> async_;  // as far as it was asked for
  mutable std::set<wit::TypeId> checked_;
};

}  // namespace wasmcloud::wrpc::bindgen
