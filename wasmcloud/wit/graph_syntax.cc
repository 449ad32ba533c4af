#include "wasmcloud/wit/graph_syntax.h"

#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "wasmcloud/wit/printer.h"

namespace wasmcloud::wit {
namespace {

syntax::Id id_of(std::string_view name) { return {.text = std::string(name), .span = {}}; }

std::optional<syntax::Version> version_of(const std::optional<SemVer>& version) {
  return version ? std::optional(syntax::Version{.value = *version, .span = {}}) : std::nullopt;
}

// Of a definition, a function or an item of a world.
template <typename Described>
syntax::Attributes attributes_of(const Described& what) {
  syntax::Attributes attributes;
  attributes.docs = what.docs;
  attributes.since = version_of(what.stability.since);
  attributes.unstable = what.stability.unstable.transform(id_of);
  attributes.deprecated = version_of(what.stability.deprecated);
  if constexpr (requires { what.external_id; }) {
    attributes.external_id = what.external_id;
  }
  return attributes;
}

std::vector<syntax::Label> labels_of(const std::vector<types::Label>& labels) {
  std::vector<syntax::Label> made;
  for (const types::Label& label : labels) {
    made.push_back({.docs = label.docs, .name = id_of(label.name)});
  }
  return made;
}

class Writer {
 public:
  Writer(const Graph& graph, const PrintLimits& limits)
      : graph_(graph), types_left_(limits.types) {}

  Result<syntax::Document> document() {
    syntax::Document document;
    document.package = declaration(graph_.main_package());
    WC_CHECK(package(graph_.main_package(), document.items));
    for (std::uint32_t i = 0; i < graph_.package_count(); ++i) {
      const PackageId id{i};
      if (id != graph_.main_package()) {
        syntax::NestedPackage nested{.declaration = declaration(id), .items = {}};
        WC_CHECK(package(id, nested.items));
        document.items.emplace_back(std::move(nested));
      }
    }
    return document;
  }

 private:
  // The interface or world that is being written.
  struct Scope {
    Owner owner;
    PackageId package;
  };

  syntax::PackageName name_of(PackageId id) const {
    const Package& package = graph_[id];
    return {.namespace_ = id_of(package.namespace_),
            .name = id_of(package.name),
            .version = version_of(package.version),
            .span = {}};
  }

  syntax::PackageDeclaration declaration(PackageId id) const {
    return {.docs = graph_[id].docs, .name = name_of(id)};
  }

  template <typename Items>
  Result<> package(PackageId id, Items& items) {
    for (const InterfaceId interface : graph_[id].interfaces) {
      syntax::Interface made{.attributes = attributes_of(graph_[interface]),
                             .name = id_of(graph_[interface].name),
                             .items = {}};
      WC_TRY(made.items, interface_items(interface), "interface {}", graph_.name_of(interface));
      items.emplace_back(std::move(made));
    }
    for (const WorldId world : graph_[id].worlds) {
      syntax::World made{.attributes = attributes_of(graph_[world]),
                         .name = id_of(graph_[world].name),
                         .items = {}};
      WC_TRY(made.items, world_items(world), "world {}",
             graph_[id].full_name_of(graph_[world].name));
      items.emplace_back(std::move(made));
    }
    return {};
  }

  Result<std::vector<syntax::InterfaceItem>> interface_items(InterfaceId id) {
    const Interface& interface = graph_[id];
    const Scope scope{.owner = id, .package = interface.package};
    std::vector<syntax::InterfaceItem> items;
    WC_CHECK(types(scope, interface.types, items));
    for (const FunctionId function : interface.functions) {
      WC_TRY(auto made, this->function(scope, function));
      items.emplace_back(std::move(made));
    }
    return items;
  }

  Result<std::vector<syntax::WorldItem>> world_items(WorldId id) {
    const World& world = graph_[id];
    const Scope scope{.owner = id, .package = world.package};
    std::vector<syntax::WorldItem> items;
    std::vector<TypeId> types;
    std::vector<const WorldItem*> functions;
    for (const WorldItem& item : world.imports) {
      if (const auto* const type = std::get_if<TypeId>(&item.what)) {
        types.push_back(*type);
      } else if (std::holds_alternative<FunctionId>(item.what)) {
        functions.push_back(&item);
      } else {
        WC_TRY(auto made, external(scope, item, syntax::Direction::import));
        items.emplace_back(std::move(made));
      }
    }
    WC_CHECK(this->types(scope, types, items));
    for (const WorldItem* const item : functions) {
      WC_TRY(auto made, external(scope, *item, syntax::Direction::import));
      items.emplace_back(std::move(made));
    }
    for (const WorldItem& item : world.exports) {
      WC_TRY(auto made, external(scope, item, syntax::Direction::export_));
      items.emplace_back(std::move(made));
    }
    return items;
  }

  Result<syntax::Extern> external(const Scope& scope, const WorldItem& item,
                                  syntax::Direction direction) {
    syntax::Extern made{.attributes = attributes_of(item),
                        .direction = direction,
                        .name = id_of(item.name),
                        .what = syntax::FuncType{},
                        .span = {}};
    if (const auto* const function = std::get_if<FunctionId>(&item.what)) {
      WC_TRY(made.what, signature(scope, graph_[*function]));
      return made;
    }
    const auto id = std::get<InterfaceId>(item.what);
    if (graph_[id].world) {
      syntax::InlineInterface inline_interface;
      WC_TRY(inline_interface.items, interface_items(id), "interface {}", item.name);
      made.what = std::move(inline_interface);
      return made;
    }
    made.what = path_to(scope, id);
    if (item.name == graph_.name_of(id)) {
      made.name.reset();
    }
    return made;
  }

  syntax::UsePath path_to(const Scope& scope, InterfaceId id) const {
    const Interface& interface = graph_[id];
    syntax::UsePath path{.package = std::nullopt, .name = id_of(interface.name), .span = {}};
    if (interface.package != scope.package) {
      path.package = name_of(interface.package);
    }
    return path;
  }

  // What comes by `use` stands first.
  template <typename Items>
  Result<> types(const Scope& scope, std::span<const TypeId> types, Items& items) {
    std::vector<TypeId> defined;
    std::optional<InterfaceId> last;
    std::vector<syntax::Use> uses;
    for (const TypeId id : types) {
      const auto from = origin(scope, id);
      if (!from) {
        defined.push_back(id);
        continue;
      }
      syntax::Attributes attributes = attributes_of(graph_[id]);
      if (last != from || uses.back().attributes != attributes) {
        uses.push_back(
            {.attributes = std::move(attributes), .from = path_to(scope, *from), .names = {}});
        last = from;
      }
      uses.back().names.push_back(used_name(id));
    }
    for (syntax::Use& use : uses) {
      items.emplace_back(std::move(use));
    }
    for (const TypeId id : defined) {
      WC_TRY(auto made, definition(scope, id), "type `{}`", graph_[id].name);
      items.emplace_back(std::move(made));
    }
    return {};
  }

  // The other interface of which it is a type.
  std::optional<InterfaceId> origin(const Scope& scope, TypeId id) const {
    const auto* const alias = std::get_if<types::Alias>(&graph_[id].body);
    const auto* const target = alias == nullptr ? nullptr : std::get_if<TypeId>(&alias->type.rep);
    if (target == nullptr || graph_[*target].owner == scope.owner) {
      return std::nullopt;
    }
    const auto* const interface = std::get_if<InterfaceId>(&graph_[*target].owner);
    return interface == nullptr || graph_[*interface].world ? std::nullopt
                                                            : std::optional(*interface);
  }

  syntax::UsedName used_name(TypeId id) const {
    const std::string& name = graph_[id].name;
    const TypeRef target = std::get<types::Alias>(graph_[id].body).type;
    const std::string& there = graph_[std::get<TypeId>(target.rep)].name;
    return {.name = id_of(there), .as = name == there ? std::nullopt : std::optional(id_of(name))};
  }

  Result<syntax::TypeDefinition> definition(const Scope& scope, TypeId id) {
    const TypeDefinition& type = graph_[id];
    syntax::TypeDefinition made{
        .attributes = attributes_of(type), .name = id_of(type.name), .body = {}};
    if (const auto* const record = std::get_if<types::Record>(&type.body)) {
      WC_TRY(made.body, body(scope, *record));
    } else if (const auto* const variant = std::get_if<types::Variant>(&type.body)) {
      WC_TRY(made.body, body(scope, *variant));
    } else if (const auto* const enumeration = std::get_if<types::Enum>(&type.body)) {
      made.body = syntax::Enum{.cases = labels_of(enumeration->cases)};
    } else if (const auto* const flags = std::get_if<types::Flags>(&type.body)) {
      made.body = syntax::Flags{.flags = labels_of(flags->flags)};
    } else if (const auto* const resource = std::get_if<types::Resource>(&type.body)) {
      WC_TRY(made.body, body(scope, *resource));
    } else if (const auto* const alias = std::get_if<types::Alias>(&type.body)) {
      WC_TRY(syntax::Type of, this->type(scope, alias->type));
      made.body = syntax::Alias{.type = std::move(of)};
    } else {
      WC_TRY(syntax::Type of, unnamed(scope, type.body, Handles::by_keyword));
      made.body = syntax::Alias{.type = std::move(of)};
    }
    return made;
  }

  Result<syntax::Record> body(const Scope& scope, const types::Record& record) {
    syntax::Record made;
    for (const types::Field& field : record.fields) {
      WC_TRY(syntax::Type of, type(scope, field.type));
      made.fields.push_back({.docs = field.docs, .name = id_of(field.name), .type = std::move(of)});
    }
    return made;
  }

  Result<syntax::Variant> body(const Scope& scope, const types::Variant& variant) {
    syntax::Variant made;
    for (const types::Case& one : variant.cases) {
      WC_TRY(auto of, type(scope, one.type));
      made.cases.push_back({.docs = one.docs, .name = id_of(one.name), .type = std::move(of)});
    }
    return made;
  }

  Result<syntax::Resource> body(const Scope& scope, const types::Resource& resource) {
    syntax::Resource made;
    for (const FunctionId id : resource.functions) {
      WC_TRY(syntax::Function function, this->function(scope, id));
      made.functions.push_back({.kind = kind_of(graph_[id].kind), .function = std::move(function)});
    }
    return made;
  }

  static syntax::ResourceFunctionKind kind_of(FunctionKind kind) {
    switch (kind) {
      case FunctionKind::constructor:
        return syntax::ResourceFunctionKind::constructor;
      case FunctionKind::static_:
        return syntax::ResourceFunctionKind::static_;
      default:
        return syntax::ResourceFunctionKind::method;
    }
  }

  Result<syntax::Function> function(const Scope& scope, FunctionId id) {
    const Function& function = graph_[id];
    syntax::Function made{
        .attributes = attributes_of(function), .name = id_of(function.name), .type = {}};
    WC_TRY(made.type, signature(scope, function), "function `{}`", graph_.name_of(id));
    return made;
  }

  // `self`, and what a constructor always gives, are not written.
  Result<syntax::FuncType> signature(const Scope& scope, const Function& function) {
    syntax::FuncType made{.async = function.async, .params = {}, .result = {}};
    std::span<const Param> params = function.params;
    if (function.kind == FunctionKind::method && !params.empty()) {
      params = params.subspan(1);
    }
    for (const Param& param : params) {
      WC_TRY(syntax::Type of, type(scope, param.type));
      made.params.push_back({.name = id_of(param.name), .type = std::move(of)});
    }
    if (function.result && !makes_own_resource(function)) {
      WC_TRY(made.result, type(scope, function.result));
    }
    return made;
  }

  bool makes_own_resource(const Function& function) const {
    const auto* const result = std::get_if<TypeId>(&function.result->rep);
    const auto* const own =
        result == nullptr ? nullptr : std::get_if<types::Own>(&graph_[*result].body);
    return function.kind == FunctionKind::constructor && own != nullptr &&
           own->resource == function.resource;
  }

  Result<std::optional<syntax::Type>> type(const Scope& scope, const std::optional<TypeRef>& type) {
    if (!type) {
      return std::nullopt;
    }
    WC_TRY(syntax::Type made, this->type(scope, *type));
    return made;
  }

  Result<syntax::Type> type(const Scope& scope, TypeRef type) {
    WC_CHECK(count());
    if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
      syntax::Type made;
      made.primitive = *primitive;
      return made;
    }
    const auto id = std::get<TypeId>(type.rep);
    if (!graph_[id].name.empty()) {
      return named(scope, id, syntax::TypeKind::name);
    }
    return unnamed(scope, graph_[id].body, Handles::by_name);
  }

  Result<> count() {
    if (types_left_ == 0) {
      return Error(ErrorKind::exhausted, "too many types are mentioned to be written out");
    }
    --types_left_;
    return {};
  }

  Result<syntax::Type> named(const Scope& scope, TypeId id, syntax::TypeKind kind) const {
    const TypeDefinition& definition = graph_[id];
    if (definition.owner != scope.owner) {
      return Error(ErrorKind::unsupported, "type `{}` of elsewhere has no name here",
                   definition.name);
    }
    syntax::Type made;
    made.kind = kind;
    made.name = id_of(definition.name);
    return made;
  }

  // A mention of a resource means `own`, but `type a = own<r>` is not `type a = r`.
  enum class Handles : std::uint8_t { by_name, by_keyword };

  // The graph's facts bound its depth.
  Result<syntax::Type> unnamed(const Scope& scope, const types::Body& body, Handles handles) {
    if (const auto* const own = std::get_if<types::Own>(&body)) {
      return named(scope, own->resource,
                   handles == Handles::by_name ? syntax::TypeKind::name : syntax::TypeKind::own);
    }
    if (const auto* const borrow = std::get_if<types::Borrow>(&body)) {
      return named(scope, borrow->resource, syntax::TypeKind::borrow);
    }
    syntax::Type made;
    made.kind = kind_of(body);
    const auto* const result = std::get_if<types::Result>(&body);
    if (result != nullptr && !result->ok && result->err) {
      made.arguments.emplace_back().kind = syntax::TypeKind::hole;
    }
    for (const TypeRef part : parts_of(body)) {
      WC_TRY(syntax::Type argument, type(scope, part));
      made.arguments.push_back(std::move(argument));
    }
    if (const auto* const list = std::get_if<types::FixedList>(&body)) {
      made.length = list->length;
    }
    return made;
  }

  static syntax::TypeKind kind_of(const types::Body& body) {
    return std::visit(
        []<typename T>(const T&) {
          using enum syntax::TypeKind;
          if constexpr (std::is_same_v<T, types::List>) {
            return list;
          } else if constexpr (std::is_same_v<T, types::FixedList>) {
            return fixed_list;
          } else if constexpr (std::is_same_v<T, types::Tuple>) {
            return tuple;
          } else if constexpr (std::is_same_v<T, types::Option>) {
            return option;
          } else if constexpr (std::is_same_v<T, types::Result>) {
            return syntax::TypeKind::result;
          } else if constexpr (std::is_same_v<T, types::Map>) {
            return map;
          } else if constexpr (std::is_same_v<T, types::Stream>) {
            return stream;
          } else if constexpr (std::is_same_v<T, types::Future>) {
            return future;
          } else {
            return hole;  // those with names
          }
        },
        body);
  }

  const Graph& graph_;
  std::uint64_t types_left_;
};

}  // namespace

Result<syntax::Document> to_syntax(const Graph& graph, const PrintLimits& limits) {
  return Writer(graph, limits).document();
}

Result<std::string> print(const Graph& graph, const PrintLimits& limits) {
  WC_TRY(const syntax::Document document, to_syntax(graph, limits));
  return print(document);
}

}  // namespace wasmcloud::wit
