// WIT as it is written (WIT.md): one file is a Document. Names are not looked up here; resolver.h
// does that. Copying copies all; two trees are equal when they say the same, wherever it stands and
// however it is laid out. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "wasmcloud/base/semver.h"
#include "wasmcloud/wit/primitive.h"
#include "wasmcloud/wit/source.h"

namespace wasmcloud::wit::syntax {

// A name, without the `%` that it may have been written with.
struct Id {
  std::string text;
  Span span;
  friend bool operator==(const Id&, const Id&) = default;
};

struct Version {
  SemVer value;
  Span span;

  // Unlike SemVer's own comparison, this one looks at build metadata too.
  friend bool operator==(const Version& a, const Version& b) {
    return a.value == b.value && a.value.build == b.value.build;
  }
};

// What may stand before an item. A gate that is not there does not gate; `since` and `unstable`
// exclude each other, and `deprecated` needs one of them.
struct Attributes {
  std::string docs;  // lines joined by '\n', without comment marks and common indentation
  std::optional<Version> since;
  std::optional<Id> unstable;
  std::optional<Version> deprecated;
  std::optional<std::string> external_id;
  friend bool operator==(const Attributes&, const Attributes&) = default;
};

// Types.

enum class TypeKind : std::uint8_t {
  primitive,
  name,        // may be a resource: then it owns
  own,         // of `name`
  borrow,      // of `name`
  list,        // one argument
  fixed_list,  // one, and `length`
  option,      // one
  tuple,       // any number
  result,      // none, ok; or ok and error, where ok may be a `hole`
  map,         // key, a primitive; and value
  stream,      // one or none
  future,      // one or none
  hole,        // the `_` of result<_, e>
};

struct Type {
  TypeKind kind = TypeKind::primitive;
  Primitive primitive = Primitive::boolean;
  std::uint32_t length = 0;
  Id name;
  std::vector<Type> arguments;
  Span span;
  friend bool operator==(const Type&, const Type&) = default;
};

struct Param {
  Id name;
  Type type;
  friend bool operator==(const Param&, const Param&) = default;
};

struct FuncType {
  bool async = false;
  std::vector<Param> params;
  std::optional<Type> result;
  friend bool operator==(const FuncType&, const FuncType&) = default;
};

struct Function {
  Attributes attributes;
  Id name;
  FuncType type;
  friend bool operator==(const Function&, const Function&) = default;
};

// Definitions of types.

struct Alias {
  Type type;
  friend bool operator==(const Alias&, const Alias&) = default;
};

struct Field {
  std::string docs;
  Id name;
  Type type;
  friend bool operator==(const Field&, const Field&) = default;
};

struct Record {
  std::vector<Field> fields;
  friend bool operator==(const Record&, const Record&) = default;
};

struct Case {
  std::string docs;
  Id name;
  std::optional<Type> type;
  friend bool operator==(const Case&, const Case&) = default;
};

struct Variant {
  std::vector<Case> cases;
  friend bool operator==(const Variant&, const Variant&) = default;
};

// A case of an enum, or a flag.
struct Label {
  std::string docs;
  Id name;
  friend bool operator==(const Label&, const Label&) = default;
};

struct Enum {
  std::vector<Label> cases;
  friend bool operator==(const Enum&, const Enum&) = default;
};

struct Flags {
  std::vector<Label> flags;
  friend bool operator==(const Flags&, const Flags&) = default;
};

enum class ResourceFunctionKind : std::uint8_t { method, static_, constructor };

struct ResourceFunction {
  ResourceFunctionKind kind = ResourceFunctionKind::method;
  Function function;  // a constructor's name is the keyword
  friend bool operator==(const ResourceFunction&, const ResourceFunction&) = default;
};

struct Resource {
  std::vector<ResourceFunction> functions;
  friend bool operator==(const Resource&, const Resource&) = default;
};

struct TypeDefinition {
  Attributes attributes;
  Id name;
  std::variant<Alias, Record, Variant, Enum, Flags, Resource> body;
  friend bool operator==(const TypeDefinition&, const TypeDefinition&) = default;
};

// Paths.

struct PackageName {
  Id namespace_;
  Id name;
  std::optional<Version> version;
  Span span;
  friend bool operator==(const PackageName&, const PackageName&) = default;
};

// "types", or "wasi:http/types@0.2.0".
struct UsePath {
  std::optional<PackageName> package;
  Id name;
  Span span;
  friend bool operator==(const UsePath&, const UsePath&) = default;
};

// "a", or "a as b".
struct UsedName {
  Id name;
  std::optional<Id> as;
  friend bool operator==(const UsedName&, const UsedName&) = default;
};

struct Use {
  Attributes attributes;
  UsePath from;
  std::vector<UsedName> names;
  friend bool operator==(const Use&, const Use&) = default;
};

// Interfaces and worlds.

using InterfaceItem = std::variant<Use, TypeDefinition, Function>;

struct Interface {
  Attributes attributes;
  Id name;
  std::vector<InterfaceItem> items;
  friend bool operator==(const Interface&, const Interface&) = default;
};

struct InlineInterface {
  std::vector<InterfaceItem> items;
  friend bool operator==(const InlineInterface&, const InlineInterface&) = default;
};

enum class Direction : std::uint8_t { import, export_ };

// What a world imports or exports.
struct Extern {
  Attributes attributes;
  Direction direction = Direction::import;
  std::optional<Id> name;  // only an interface may do without
  std::variant<UsePath, FuncType, InlineInterface> what;
  Span span;  // of the name or the path
  friend bool operator==(const Extern&, const Extern&) = default;
};

struct RenamedName {
  Id name;
  Id as;
  friend bool operator==(const RenamedName&, const RenamedName&) = default;
};

struct Include {
  Attributes attributes;
  UsePath from;
  std::vector<RenamedName> names;  // of `with`
  friend bool operator==(const Include&, const Include&) = default;
};

using WorldItem = std::variant<Use, TypeDefinition, Include, Extern>;

struct World {
  Attributes attributes;
  Id name;
  std::vector<WorldItem> items;
  friend bool operator==(const World&, const World&) = default;
};

// Files.

// `use wasi:http/types as http-types;`: a name for this file.
struct FileUse {
  std::string docs;
  UsePath path;
  std::optional<Id> as;
  friend bool operator==(const FileUse&, const FileUse&) = default;
};

using PackageItem = std::variant<FileUse, Interface, World>;

struct PackageDeclaration {
  std::string docs;
  PackageName name;
  friend bool operator==(const PackageDeclaration&, const PackageDeclaration&) = default;
};

// `package foo:bar { ... }`, a package of its own.
struct NestedPackage {
  PackageDeclaration declaration;
  std::vector<PackageItem> items;
  friend bool operator==(const NestedPackage&, const NestedPackage&) = default;
};

struct Document {
  std::string file;
  std::optional<PackageDeclaration> package;
  std::vector<std::variant<FileUse, Interface, World, NestedPackage>> items;
  friend bool operator==(const Document&, const Document&) = default;
};

}  // namespace wasmcloud::wit::syntax
