#include "wasmcloud/wrpc/bindgen/type_names.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wasmcloud/wrpc/bindgen/cpp_names.h"

namespace wasmcloud::wrpc::bindgen {
namespace {

using wit::InterfaceId;
using wit::Primitive;
using wit::TypeId;
using wit::TypeRef;
namespace types = wit::types;

constexpr std::string_view kUnit = "::wasmcloud::wrpc::Unit";

std::string_view write_primitive(Primitive primitive) {
  switch (primitive) {
    case Primitive::boolean:
      return "bool";
    case Primitive::s8:
      return "std::int8_t";
    case Primitive::u8:
      return "std::uint8_t";
    case Primitive::s16:
      return "std::int16_t";
    case Primitive::u16:
      return "std::uint16_t";
    case Primitive::s32:
      return "std::int32_t";
    case Primitive::u32:
      return "std::uint32_t";
    case Primitive::s64:
      return "std::int64_t";
    case Primitive::u64:
      return "std::uint64_t";
    case Primitive::f32:
      return "float";
    case Primitive::f64:
      return "double";
    case Primitive::character:
      return "char32_t";
    case Primitive::string:
      return "std::string";
    case Primitive::error_context:
      break;
  }
  return "void";  // check() has refused it
}

// "0.2.0-draft" is 0_2_0_draft.
std::string version_suffix(const SemVer& version) {
  std::string text = version.to_string();
  std::ranges::replace_if(text, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

}  // namespace

// A type that has no name of its own.
class TypeNames::Writer {
 public:
  Writer(const TypeNames& names, const std::string& in) : names_(names), in_(in) {}

  std::string operator()(const types::List& list) const {
    return fmt::format("std::vector<{}>", write(list.element));
  }

  std::string operator()(const types::FixedList& list) const {
    return fmt::format("std::array<{}, {}>", write(list.element), list.length);
  }

  std::string operator()(const types::Tuple& tuple) const {
    std::vector<std::string> parts;
    for (const TypeRef part : tuple.types) {
      parts.push_back(write(part));
    }
    return fmt::format("std::tuple<{}>", fmt::join(parts, ", "));
  }

  std::string operator()(const types::Option& option) const {
    return fmt::format("std::optional<{}>", write(option.type));
  }

  std::string operator()(const types::Result& result) const {
    return fmt::format("std::expected<{}, {}>", result.ok ? write(*result.ok) : "void",
                       write_or_unit(result.err));
  }

  std::string operator()(const types::Map& map) const {
    return fmt::format("std::vector<std::tuple<{}, {}>>", write(map.key), write(map.value));
  }

  std::string operator()(const types::Stream& stream) const {
    return fmt::format("::wasmcloud::wrpc::Stream<{}>", write_or_unit(stream.element));
  }

  std::string operator()(const types::Future& future) const {
    return fmt::format("::wasmcloud::wrpc::Future<{}>", write_or_unit(future.element));
  }

  std::string operator()(const types::Own& own) const { return write(own.resource); }

  std::string operator()(const types::Borrow& borrow) const { return write(borrow.resource); }

  std::string operator()(const types::Alias& alias) const { return write(alias.type); }

  template <typename Named>
  std::string operator()(const Named& /*has a name*/) const {
    return "void";
  }

 private:
  std::string write(TypeRef type) const { return names_.write(type, in_); }

  std::string write_or_unit(const std::optional<TypeRef>& type) const {
    return type ? write(*type) : std::string(kUnit);
  }

  const TypeNames& names_;
  const std::string& in_;
};

TypeNames::TypeNames(const wit::Graph& graph, wit::WorldId world, std::string root)
    : graph_(graph), root_(std::move(root)) {
  find_interfaces(world);
  name_interfaces();
  for (const InterfaceId interface : interfaces_) {
    name_types(graph_[interface].types);
  }
  name_types(world_types_);
}

void TypeNames::find_interfaces(wit::WorldId world) {
  std::set<InterfaceId> found;  // whose order is that of use
  std::set<TypeId> types;
  for (const auto* const items : {&graph_[world].imports, &graph_[world].exports}) {
    for (const wit::WorldItem& item : *items) {
      if (const auto* const interface = std::get_if<InterfaceId>(&item.what)) {
        found.insert(*interface);
      } else if (const auto* const type = std::get_if<TypeId>(&item.what)) {
        types.insert(*type);
      }
    }
  }
  interfaces_.assign(found.begin(), found.end());
  world_types_.assign(types.begin(), types.end());
}

// Packages that are there in several versions are told apart by them.
void TypeNames::name_interfaces() {
  std::map<std::string, std::set<wit::PackageId>> versions;
  const auto name_of_package = [&](const wit::Package& package) {
    return fmt::format("{}::{}", snake_case(package.namespace_), snake_case(package.name));
  };
  for (const InterfaceId id : interfaces_) {
    versions[name_of_package(graph_[graph_[id].package])].insert(graph_[id].package);
  }
  NameScope within;  // the world, where one may be imported and another exported by one name
  for (const InterfaceId id : interfaces_) {
    const wit::Interface& interface = graph_[id];
    const wit::Package& package = graph_[interface.package];
    std::string outer = name_of_package(package);
    if (versions[outer].size() > 1 && package.version) {
      outer += "_" + version_suffix(*package.version);
    }
    std::string name = snake_case(interface.name);
    namespaces_[id] = interface.world ? fmt::format("{}::{}", root_, within.take(std::move(name)))
                                      : fmt::format("{}::{}::{}", root_, outer, name);
  }
}

void TypeNames::name_types(const std::vector<TypeId>& types) {
  NameScope scope{"Client", "Server"};
  for (const TypeId type : types) {
    names_[type] = scope.take(pascal_case(graph_[type].name));
  }
}

std::string TypeNames::full_name_of(TypeId type) const {
  const auto* const interface = std::get_if<InterfaceId>(&graph_[type].owner);
  return fmt::format("{}::{}", interface != nullptr ? namespace_of(*interface) : root_,
                     name_of(type));
}

std::string TypeNames::write(TypeRef type, const std::string& in) const {
  if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
    return std::string(write_primitive(*primitive));
  }
  const auto id = std::get<TypeId>(type.rep);
  if (!names_.contains(id)) {
    return write_body(graph_[id].body, in);
  }
  const std::string full = full_name_of(id);
  return full == fmt::format("{}::{}", in, name_of(id)) ? name_of(id) : "::" + full;
}

std::string TypeNames::write_body(const types::Body& body, const std::string& in) const {
  return std::visit(Writer(*this, in), body);
}

std::string TypeNames::write_param(TypeRef type, const std::string& in) const {
  const auto* const id = std::get_if<TypeId>(&type.rep);
  const std::string written = write(type, in);
  if (type.rep == TypeRef(Primitive::string).rep) {
    return "std::string_view";
  }
  if (is_async(type) || is_small(type)) {
    return written;
  }
  const auto* const list = id == nullptr ? nullptr : std::get_if<types::List>(&graph_[*id].body);
  if (list != nullptr && graph_[*id].name.empty()) {
    const std::string element = write(list->element, in);
    if (element != "bool") {  // of which no vector is a span
      return fmt::format("std::span<const {}>", element);
    }
  }
  return fmt::format("const {}&", written);
}

bool TypeNames::is_async(TypeRef type) const {
  const auto* const id = std::get_if<TypeId>(&type.rep);
  if (id == nullptr) {
    return false;
  }
  if (const auto known = async_.find(*id); known != async_.end()) {
    return known->second;
  }
  const types::Body& body = graph_[*id].body;
  const bool made =
      std::holds_alternative<types::Stream>(body) || std::holds_alternative<types::Future>(body) ||
      std::ranges::any_of(wit::parts_of(body), [&](TypeRef part) { return is_async(part); });
  async_[*id] = made;
  return made;
}

bool TypeNames::is_small(TypeRef type) const {
  if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
    return *primitive != Primitive::string;
  }
  const types::Body& body = graph_[std::get<TypeId>(type.rep)].body;
  if (const auto* const alias = std::get_if<types::Alias>(&body)) {
    return is_small(alias->type);
  }
  const auto* const flags = std::get_if<types::Flags>(&body);
  return std::holds_alternative<types::Enum>(body) ||
         (flags != nullptr && flags->flags.size() <= 64);
}

Result<> TypeNames::check(TypeRef type) const {
  if (type.rep == TypeRef(Primitive::error_context).rep) {
    return Error(ErrorKind::unsupported,
                 "error-context has no form on the wire of wRPC: give a string or a variant");
  }
  const auto* const id = std::get_if<TypeId>(&type.rep);
  if (id == nullptr || !checked_.insert(*id).second) {
    return {};
  }
  const types::Body& body = graph_[*id].body;
  const auto* const list = std::get_if<types::FixedList>(&body);
  if (list != nullptr && list->length == 0) {
    return Error(ErrorKind::unsupported,
                 "a list of length 0 has no form on the wire of wRPC: leave it out");
  }
  for (const TypeRef part : wit::parts_of(body)) {
    WC_CHECK(check(part));
  }
  return {};
}

}  // namespace wasmcloud::wrpc::bindgen
