// WIT whose names have been looked up: packages, interfaces, worlds, types and functions in one
// arena, named by index. Whoever generates bindings, or reads and writes values of types that are
// known only at run time, builds on this. Made by resolver.h; then immutable, and threads may share
// it. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/semver.h"
#include "wasmcloud/wit/primitive.h"

namespace wasmcloud::wit {

// Strong indices into the graph, from 0 on without gaps. Whatever a thing uses has a smaller index
// than itself, so that walking up the indices meets each thing after what it is made of. (Functions
// and the resource that they belong to apart.)
enum class PackageId : std::uint32_t {};
enum class InterfaceId : std::uint32_t {};
enum class WorldId : std::uint32_t {};
enum class TypeId : std::uint32_t {};
enum class FunctionId : std::uint32_t {};

struct TypeRef {
  TypeRef(Primitive primitive) : rep(primitive) {}  // NOLINT(google-explicit-constructor)

  TypeRef(TypeId id) : rep(id) {}  // NOLINT(google-explicit-constructor)

  std::variant<Primitive, TypeId> rep;
  friend bool operator==(const TypeRef&, const TypeRef&) = default;
};

namespace types {

struct Field {
  std::string name;
  std::string docs;
  TypeRef type;
};

struct Record {
  std::vector<Field> fields;
};

struct Case {
  std::string name;
  std::string docs;
  std::optional<TypeRef> type;
};

struct Variant {
  std::vector<Case> cases;
};

struct Label {
  std::string name;
  std::string docs;
};

struct Enum {
  std::vector<Label> cases;
};

struct Flags {
  std::vector<Label> flags;
};

// Another name for a type: `type a = b`, or one that `use` brought. It may name a resource.
struct Alias {
  TypeRef type;
};

// Values never have this type, but `Own` or `Borrow` of it.
struct Resource {
  std::vector<FunctionId> functions;  // as declared
};

struct Own {
  TypeId resource;  // a Resource, or an Alias of one
};

struct Borrow {
  TypeId resource;
};

struct List {
  TypeRef element;
};

struct FixedList {
  TypeRef element;
  std::uint32_t length;
};

struct Tuple {
  std::vector<TypeRef> types;
};

struct Option {
  TypeRef type;
};

struct Result {
  std::optional<TypeRef> ok;
  std::optional<TypeRef> err;
};

struct Map {
  TypeRef key;  // a Primitive
  TypeRef value;
};

struct Stream {
  std::optional<TypeRef> element;
};

struct Future {
  std::optional<TypeRef> element;
};

using Body = std::variant<Alias, Record, Variant, Enum, Flags, Resource, Own, Borrow, List,
                          FixedList, Tuple, Option, Result, Map, Stream, Future>;

}  // namespace types

// What gates say. Whatever stands in a graph has passed its own.
struct Stability {
  std::optional<SemVer> since;
  std::optional<std::string> unstable;  // the feature
  std::optional<SemVer> deprecated;
};

// What surrounds a type or function; none for a type without a name.
using Owner = std::variant<std::monostate, InterfaceId, WorldId>;

struct TypeDefinition {
  std::string name{};  // empty for `list<u8>` and the like, of which each mention is a type
  Owner owner{};
  std::string docs{};
  Stability stability{};
  std::optional<std::string> external_id{};
  types::Body body;
};

struct Param {
  std::string name;
  TypeRef type;
};

enum class FunctionKind : std::uint8_t { free, method, static_, constructor };

struct Function {
  std::string name{};  // "read"; "constructor"
  FunctionKind kind = FunctionKind::free;
  std::optional<TypeId> resource{};  // not of a free one
  Owner owner{};
  bool async = false;
  std::vector<Param> params{};  // of a method the first is `self`
  std::optional<TypeRef> result{};
  std::string docs{};
  Stability stability{};
  std::optional<std::string> external_id{};
};

struct Interface {
  std::string name{};  // "streams"; of one that stands within a world the name it has there
  PackageId package{};
  std::optional<WorldId> world{};  // within which it stands
  std::string docs{};
  Stability stability{};
  std::vector<TypeId> types{};          // with names, each after those it uses
  std::vector<FunctionId> functions{};  // free ones, as declared; the others are with the resource
  std::vector<InterfaceId> dependencies{};  // whose types it uses, each once
};

// An import or export. Types are only imported.
struct WorldItem {
  std::string name{};  // as a component has it: "wasi:io/streams@0.2.0", or a label
  std::variant<InterfaceId, FunctionId, TypeId> what{};
  // Not written, but another import or export uses its types.
  bool implied = false;
  std::string docs{};
  Stability stability{};
  std::optional<std::string> external_id{};
};

struct World {
  std::string name{};
  PackageId package{};
  std::string docs{};
  Stability stability{};
  // With what was included. Interfaces, then types, then functions; each after those it uses.
  std::vector<WorldItem> imports{};
  std::vector<WorldItem> exports{};
};

struct Package {
  std::string namespace_{};
  std::string name{};
  std::optional<SemVer> version{};
  std::string docs{};
  std::vector<InterfaceId> interfaces{};  // as declared
  std::vector<WorldId> worlds{};

  // "wasi:io@0.2.0"
  std::string full_name() const;
  // "wasi:io/streams@0.2.0"
  std::string full_name_of(std::string_view interface_or_world) const;
};

// What is asked of a type again and again, worked out once.
struct TypeFacts {
  std::uint32_t depth = 1;       // of types in types, an Alias being one
  std::uint32_t size = 1;        // written out as a tree; saturates
  bool has_borrow = false;       // anywhere in it
  bool names_resource = false;   // it is a Resource, or an Alias of one
  std::optional<TypeId> target;  // what an Alias comes to in the end; none for a Primitive
};

class Graph {
 public:
  const Package& operator[](PackageId id) const { return packages_[index(id)]; }

  const Interface& operator[](InterfaceId id) const { return interfaces_[index(id)]; }

  const World& operator[](WorldId id) const { return worlds_[index(id)]; }

  const TypeDefinition& operator[](TypeId id) const { return types_[index(id)]; }

  const Function& operator[](FunctionId id) const { return functions_[index(id)]; }

  std::size_t package_count() const noexcept { return packages_.size(); }

  std::size_t interface_count() const noexcept { return interfaces_.size(); }

  std::size_t world_count() const noexcept { return worlds_.size(); }

  std::size_t type_count() const noexcept { return types_.size(); }

  std::size_t function_count() const noexcept { return functions_.size(); }

  const TypeFacts& facts(TypeId id) const { return facts_[index(id)]; }

  PackageId main_package() const noexcept { return main_; }

  // By full name: "wasi:io@0.2.0", "wasi:io/streams@0.2.0".
  std::optional<PackageId> find_package(std::string_view name) const;
  std::optional<InterfaceId> find_interface(std::string_view name) const;
  std::optional<WorldId> find_world(std::string_view name) const;

  // The world that `name` means: one of the main package ("proxy"), or of any ("wasi:http/proxy",
  // if only one version is there). Empty: the only one of the main package. Error `not_found`, with
  // those to choose from.
  Result<WorldId> select_world(std::string_view name) const;

  // The name of an interface in a component: the full one, or a label within a world.
  std::string name_of(InterfaceId id) const;
  // "read", "[method]file.read", "[constructor]file".
  std::string name_of(FunctionId id) const;
  // "list<tuple<u8, datetime>>": named types by name.
  std::string describe(TypeRef type) const;

  // For the resolver. Each `add` works out the facts of a type from those of its parts, which must
  // be there; it does not enforce limits.
  PackageId add(Package package);
  InterfaceId add(Interface interface);
  WorldId add(World world);
  TypeId add(TypeDefinition type);
  FunctionId add(Function function);

  Package& at(PackageId id) { return packages_[index(id)]; }

  Interface& at(InterfaceId id) { return interfaces_[index(id)]; }

  World& at(WorldId id) { return worlds_[index(id)]; }

  types::Resource& resource_at(TypeId id) {
    return std::get<types::Resource>(types_[index(id)].body);
  }

  void set_main_package(PackageId id) { main_ = id; }

 private:
  template <typename Id>
  static std::size_t index(Id id) {
    return static_cast<std::size_t>(id);
  }

  std::vector<WorldId> worlds_named(std::string_view name) const;

  std::vector<Package> packages_;
  std::vector<Interface> interfaces_;
  std::vector<World> worlds_;
  std::vector<TypeDefinition> types_;
  std::vector<TypeFacts> facts_;
  std::vector<Function> functions_;
  std::map<std::string, PackageId, std::less<>> packages_by_name_;
  std::map<std::string, InterfaceId, std::less<>> interfaces_by_name_;
  std::map<std::string, WorldId, std::less<>> worlds_by_name_;
  PackageId main_{};
};

// The types that a type is directly made of, in order.
std::vector<TypeRef> parts_of(const types::Body& body);
// Puts another type in the place of each; in that of a resource another resource.
void replace_parts(types::Body& body, const std::function<TypeRef(TypeRef)>& replacement);

}  // namespace wasmcloud::wit
