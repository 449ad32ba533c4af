#include "wasmcloud/wit/graph.h"

#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wasmcloud::wit {
namespace {

std::uint32_t saturating_add(std::uint32_t a, std::uint32_t b) {
  return a > std::numeric_limits<std::uint32_t>::max() - b
             ? std::numeric_limits<std::uint32_t>::max()
             : a + b;
}

// Calls `visit` with a TypeRef& for each part of a body, in order; what it leaves there is kept.
template <typename Body, typename Visit>
class PartVisitor {
 public:
  PartVisitor(Body& body, Visit& visit) : visit_(visit) {
    std::visit([&](auto& it) { parts_of(it); }, body);
  }

 private:
  template <typename T>
  void parts_of(T& body) {
    if constexpr (requires { body.fields; }) {
      each_type(body.fields);
    } else if constexpr (requires { body.cases.front().type; }) {
      each_type(body.cases);
    } else if constexpr (requires { body.types; }) {
      std::ranges::for_each(body.types, [&](auto& type) { part(type); });
    } else if constexpr (requires { body.ok; }) {
      part(body.ok);
      part(body.err);
    } else if constexpr (requires { body.key; }) {
      part(body.key);
      part(body.value);
    } else if constexpr (requires { body.type; }) {
      part(body.type);
    } else if constexpr (requires { body.element; }) {
      part(body.element);
    } else if constexpr (requires { body.resource; }) {
      TypeRef type = body.resource;
      part(type);
      if constexpr (!std::is_const_v<T>) {
        body.resource = std::get<TypeId>(type.rep);
      }
    }
  }

  template <typename Members>
  void each_type(Members& members) {
    std::ranges::for_each(members, [&](auto& member) { part(member.type); });
  }

  template <typename T>
  void part(T& type) {
    if constexpr (requires { type.has_value(); }) {
      if (type) {
        visit_(*type);
      }
    } else {
      visit_(type);
    }
  }

  Visit& visit_;
};

}  // namespace

std::vector<TypeRef> parts_of(const types::Body& body) {
  std::vector<TypeRef> parts;
  auto visit = [&](const TypeRef& part) { parts.push_back(part); };
  PartVisitor(body, visit);
  return parts;
}

void replace_parts(types::Body& body, const std::function<TypeRef(TypeRef)>& replacement) {
  auto visit = [&](TypeRef& part) { part = replacement(part); };
  PartVisitor(body, visit);
}

std::string Package::full_name() const {
  return fmt::format("{}:{}{}", namespace_, name, version ? "@" + version->to_string() : "");
}

std::string Package::full_name_of(std::string_view interface_or_world) const {
  return fmt::format("{}:{}/{}{}", namespace_, name, interface_or_world,
                     version ? "@" + version->to_string() : "");
}

PackageId Graph::add(Package package) {
  const PackageId id{static_cast<std::uint32_t>(packages_.size())};
  packages_by_name_.emplace(package.full_name(), id);
  packages_.push_back(std::move(package));
  return id;
}

InterfaceId Graph::add(Interface interface) {
  const InterfaceId id{static_cast<std::uint32_t>(interfaces_.size())};
  if (!interface.world) {
    interfaces_by_name_.emplace((*this)[interface.package].full_name_of(interface.name), id);
  }
  interfaces_.push_back(std::move(interface));
  return id;
}

WorldId Graph::add(World world) {
  const WorldId id{static_cast<std::uint32_t>(worlds_.size())};
  worlds_by_name_.emplace((*this)[world.package].full_name_of(world.name), id);
  worlds_.push_back(std::move(world));
  return id;
}

TypeId Graph::add(TypeDefinition type) {
  const TypeId id{static_cast<std::uint32_t>(types_.size())};
  TypeFacts facts{.target = id};
  for (const TypeRef part : parts_of(type.body)) {
    if (const auto* const part_id = std::get_if<TypeId>(&part.rep)) {
      const TypeFacts& of_part = this->facts(*part_id);
      facts.depth = std::max(facts.depth, saturating_add(of_part.depth, 1));
      facts.size = saturating_add(facts.size, of_part.size);
      facts.has_borrow = facts.has_borrow || of_part.has_borrow;
    } else {
      facts.size = saturating_add(facts.size, 1);
    }
  }
  facts.has_borrow = facts.has_borrow || std::holds_alternative<types::Borrow>(type.body);
  facts.names_resource = std::holds_alternative<types::Resource>(type.body);
  if (const auto* const alias = std::get_if<types::Alias>(&type.body)) {
    const auto* const named = std::get_if<TypeId>(&alias->type.rep);
    facts.target = named != nullptr ? this->facts(*named).target : std::nullopt;
    facts.names_resource = named != nullptr && this->facts(*named).names_resource;
  }
  types_.push_back(std::move(type));
  facts_.push_back(facts);
  return id;
}

FunctionId Graph::add(Function function) {
  const FunctionId id{static_cast<std::uint32_t>(functions_.size())};
  functions_.push_back(std::move(function));
  return id;
}

std::optional<PackageId> Graph::find_package(std::string_view name) const {
  const auto found = packages_by_name_.find(name);
  return found == packages_by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<InterfaceId> Graph::find_interface(std::string_view name) const {
  const auto found = interfaces_by_name_.find(name);
  return found == interfaces_by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<WorldId> Graph::find_world(std::string_view name) const {
  const auto found = worlds_by_name_.find(name);
  return found == worlds_by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<WorldId> Graph::worlds_named(std::string_view name) const {
  if (name.empty()) {
    return (*this)[main_].worlds;
  }
  if (!name.contains('/')) {
    const auto found = find_world((*this)[main_].full_name_of(name));
    return found ? std::vector{*found} : std::vector<WorldId>{};
  }
  if (const auto found = find_world(name)) {
    return {*found};
  }
  std::vector<WorldId> of_any_version;
  for (const auto& [full_name, id] : worlds_by_name_) {
    if (std::string_view(full_name).substr(0, full_name.find('@')) == name) {
      of_any_version.push_back(id);
    }
  }
  return of_any_version;
}

Result<WorldId> Graph::select_world(std::string_view name) const {
  const std::vector<WorldId> found = worlds_named(name);
  if (found.size() == 1) {
    return found.front();
  }
  std::vector<std::string> choice;
  for (const auto& [full_name, id] : worlds_by_name_) {
    const bool eligible = found.empty() || std::ranges::find(found, id) != found.end();
    if (eligible && choice.size() < 20) {
      choice.push_back(full_name);
    }
  }
  const std::string what =
      name.empty() ? fmt::format("package {} has {} worlds, and none was named",
                                 (*this)[main_].full_name(), found.size())
                   : fmt::format("world \"{}\" is {}", name,
                                 found.empty() ? "not there" : "there in several versions");
  if (choice.empty()) {
    return Error(ErrorKind::not_found, "{}; there is no world", what);
  }
  return Error(ErrorKind::not_found, "{}; there are {}", what, fmt::join(choice, ", "));
}

std::string Graph::name_of(InterfaceId id) const {
  const Interface& interface = (*this)[id];
  return interface.world ? interface.name : (*this)[interface.package].full_name_of(interface.name);
}

std::string Graph::name_of(FunctionId id) const {
  const Function& function = (*this)[id];
  switch (function.kind) {
    case FunctionKind::method:
      return fmt::format("[method]{}.{}", (*this)[*function.resource].name, function.name);
    case FunctionKind::static_:
      return fmt::format("[static]{}.{}", (*this)[*function.resource].name, function.name);
    case FunctionKind::constructor:
      return fmt::format("[constructor]{}", (*this)[*function.resource].name);
    default:
      return function.name;
  }
}

namespace {

std::string_view keyword_of(const types::Body& body) {
  static constexpr std::array<std::string_view, std::variant_size_v<types::Body>> kKeywords{
      "type", "record", "variant", "enum",   "flags",  "resource", "own",    "borrow",
      "list", "list",   "tuple",   "option", "result", "map",      "stream", "future"};
  return kKeywords.at(body.index());
}

}  // namespace

std::string Graph::describe(TypeRef type) const {
  if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
    return std::string(to_string(*primitive));
  }
  const TypeDefinition& definition = (*this)[std::get<TypeId>(type.rep)];
  if (!definition.name.empty()) {
    return definition.name;
  }
  std::vector<std::string> arguments;
  const auto* const result = std::get_if<types::Result>(&definition.body);
  if (result != nullptr && !result->ok && result->err) {
    arguments.emplace_back("_");
  }
  for (const TypeRef part : parts_of(definition.body)) {
    arguments.push_back(describe(part));
  }
  if (const auto* const list = std::get_if<types::FixedList>(&definition.body)) {
    arguments.push_back(std::to_string(list->length));
  }
  const bool bare = arguments.empty() && !std::holds_alternative<types::Tuple>(definition.body);
  return bare ? std::string(keyword_of(definition.body))
              : fmt::format("{}<{}>", keyword_of(definition.body), fmt::join(arguments, ", "));
}

}  // namespace wasmcloud::wit
