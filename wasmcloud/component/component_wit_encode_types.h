// Types of WIT as declarations in the type of a component. For component_wit_encode*.cc alone.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/byte_writer.h"
#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::component::internal {

enum class Way : std::uint8_t { import = 0x03, export_ = 0x04 };  // as declarations begin

// By what an import or export goes.
struct ItemName {
  std::string name;
  std::optional<std::string> implements = std::nullopt;
  std::optional<std::string> external_id = std::nullopt;
};

// What stands in the type of a component or an instance, as it is written. Gives types their index.
class Declarations {
 public:
  enum class Sort : std::uint8_t { func = 0x01, component = 0x04, instance = 0x05 };

  std::uint32_t define(const ByteWriter& type);
  // The same type is defined once.
  std::uint32_t define_unnamed(const ByteWriter& type);
  std::uint32_t alias_export(std::uint32_t instance, std::string_view name);
  // A type of what is around this.
  std::uint32_t alias_outer(std::uint32_t type);
  // A name for a type; a new resource if there is none.
  std::uint32_t name_type(Way way, const ItemName& name, std::optional<std::uint32_t> type);
  void item(Way way, const ItemName& name, Sort sort, std::uint32_t type);

  std::size_t size() const noexcept { return body_.size(); }

  ByteWriter component_type() const { return as_type(0x41); }

  ByteWriter instance_type() const { return as_type(0x42); }

 private:
  void begin(std::uint8_t kind);
  void begin(Way way, const ItemName& name);
  ByteWriter as_type(std::uint8_t kind) const;

  ByteWriter body_;
  std::uint32_t count_ = 0;
  std::uint32_t types_ = 0;
  std::map<std::vector<std::uint8_t>, std::uint32_t> unnamed_;
};

// The type of a component that imports and exports interfaces, functions and types of a graph, in
// an order in which each comes after what it uses. Error `unsupported` if one does not.
class ComponentTypeEncoder {
 public:
  // `graph` must outlive it.
  explicit ComponentTypeEncoder(const wit::Graph& graph) : graph_(graph) {}

  // Imports an interface's types, for others to use.
  Result<> use(wit::InterfaceId id);
  Result<> interface(Way way, const ItemName& name, wit::InterfaceId id);
  Result<> function(Way way, const ItemName& name, wit::FunctionId id);
  // Of a world, under its own name.
  Result<> import_type(wit::TypeId id);

  std::size_t size() const noexcept { return outer_.declarations.size(); }

  ByteWriter type() const { return outer_.declarations.component_type(); }

 private:
  // The world, or an interface in it.
  struct Scope {
    std::optional<wit::InterfaceId> interface = std::nullopt;
    Declarations declarations{};
    std::map<wit::TypeId, std::uint32_t> types{};
  };

  Scope& scope() { return inner_ ? *inner_ : outer_; }

  Result<> open(wit::InterfaceId id);
  void close(Way way, const ItemName& name);
  Result<std::uint32_t> index_of(wit::TypeId id);
  Result<std::uint32_t> define(wit::TypeId id);
  Result<std::uint32_t> bring(wit::InterfaceId owner, wit::TypeId id);

  // Each appends something as it is written, and defines first what it mentions.
  Result<> write(const wit::Function& function, ByteWriter& out);
  Result<> write(const wit::types::Body& body, ByteWriter& out);
  template <typename Body>
  Result<> write_parts(const Body& body, ByteWriter& out);
  template <typename Members>
  Result<> write_each(const Members& members, ByteWriter& out);
  template <typename Named>
  Result<> write(const Named& member, ByteWriter& out);
  Result<> write(wit::TypeRef type, ByteWriter& out);
  Result<> write(const std::optional<wit::TypeRef>& type, ByteWriter& out);

  const wit::Graph& graph_;
  Scope outer_;
  std::optional<Scope> inner_;
  std::map<wit::InterfaceId, std::uint32_t> instances_;
  std::uint32_t instance_count_ = 0;
  std::map<wit::TypeId, std::uint32_t> brought_;  // types of instances
};

}  // namespace wasmcloud::component::internal
