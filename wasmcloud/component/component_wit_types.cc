#include "wasmcloud/component/component_wit_types.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "wasmcloud/component/names.h"

namespace wasmcloud::component::internal {
namespace {

// The names that are of a body itself.
std::vector<std::string_view> names_in(const wit::types::Body& body) {
  std::vector<std::string_view> names;
  const auto add = [&](const auto& list) {
    for (const auto& item : list) {
      names.push_back(item.name);
    }
  };
  std::visit(
      [&](const auto& it) {
        if constexpr (requires { it.fields; }) {
          add(it.fields);
        } else if constexpr (requires { it.cases; }) {
          add(it.cases);
        } else if constexpr (requires { it.flags; }) {
          add(it.flags);
        }
      },
      body);
  return names;
}

// Its parts by place, with those that may be absent.
std::vector<std::optional<wit::TypeRef>> places_in(const wit::types::Body& body) {
  if (const auto* const result = std::get_if<wit::types::Result>(&body)) {
    return {result->ok, result->err};
  }
  std::vector<std::optional<wit::TypeRef>> places;
  if (const auto* const variant = std::get_if<wit::types::Variant>(&body)) {
    for (const wit::types::Case& one : variant->cases) {
      places.push_back(one.type);
    }
    return places;
  }
  for (const wit::TypeRef part : wit::parts_of(body)) {
    places.emplace_back(part);
  }
  return places;
}

wit::FunctionKind kind_of(NameKind kind) {
  switch (kind) {
    case NameKind::constructor:
      return wit::FunctionKind::constructor;
    case NameKind::method:
      return wit::FunctionKind::method;
    case NameKind::static_:
      return wit::FunctionKind::static_;
    default:
      return wit::FunctionKind::free;
  }
}

std::optional<std::string> external_id(const NamedEntity& item) {
  return item.attributes ? item.attributes->external_id : std::nullopt;
}

}  // namespace

// Scopes.

Result<> WitTypes::enter(wit::InterfaceId id) { return enter(id, draft_[id].scope); }

Result<> WitTypes::enter(wit::WorldId id) {
  return owner_ == wit::Owner(id) ? Result<>{} : enter(id, draft_[id].scope);
}

Result<> WitTypes::enter(wit::Owner owner, const DraftScope& scope) {
  WC_CHECK(budget_.spend(1 + scope.types.size()));
  owner_ = owner;
  unnamed_.clear();
  local_.clear();
  for (const auto& [name, type] : scope.types) {
    local_.emplace(target(type), type);
  }
  return {};
}

DraftScope& WitTypes::scope() {
  const auto* const interface = std::get_if<wit::InterfaceId>(&owner_);
  return interface != nullptr ? draft_[*interface].scope
                              : draft_[std::get<wit::WorldId>(owner_)].scope;
}

// One mention of an interface cannot have both, two can.
Result<> WitTypes::claim(std::string_view name) {
  if (!scope().canonical.insert(canonical_name(name)).second) {
    return Error(ErrorKind::unsupported,
                 "another name here differs only in case, which is the "
                 "same in WIT");
  }
  return {};
}

// Types with names.

Result<wit::TypeId> WitTypes::declare_type(const NamedEntity& item, const TypeEntity& type) {
  const auto* const value = std::get_if<ValType>(&type.type);
  const auto* const resource = std::get_if<ResourceId>(&type.type);
  if (value == nullptr && resource == nullptr) {
    return Error(ErrorKind::unsupported,
                 "WIT gives no names to types of functions, instances and components");
  }
  if (const auto known = scope().types.find(item.name); known != scope().types.end()) {
    return mention_again(known->second, item, type);
  }
  if (!is_label(item.name)) {
    return Error(ErrorKind::unsupported, "a type of WIT has a plain name");
  }
  WC_CHECK(claim(item.name));
  wit::TypeDefinition made{.name = item.name,
                           .owner = owner_,
                           .external_id = external_id(item),
                           .body = wit::types::Resource{}};
  const std::optional<wit::TypeId> alias = aliased(type);
  if (alias) {
    WC_CHECK(check_usable(*alias));
    made.body = wit::types::Alias{.type = *alias};
  } else if (value != nullptr) {
    WC_TRY(made.body, body_of(std::get<DefinedTypeId>(value->rep)));
  }
  WC_TRY(const wit::TypeId id, add_type(std::move(made)));
  scope().types.emplace(item.name, id);
  if (const auto* const interface = std::get_if<wit::InterfaceId>(&owner_)) {
    draft_[*interface].interface.types.push_back(id);
  }
  local_.emplace(target(id), id);
  if (resource != nullptr) {
    resources_.emplace(ResourceKey(*resource, type.name), id);
    first_names_.emplace(*resource, id);
  } else if (const auto as = std::get<DefinedTypeId>(value->rep); alias) {
    types_.emplace(as, id);
  } else {
    types_.insert_or_assign(as, id);  // two interfaces may be of one type of instance
  }
  return id;
}

// An import and an export of one interface have a type each, and are one in WIT.
Result<wit::TypeId> WitTypes::mention_again(wit::TypeId known, const NamedEntity& item,
                                            const TypeEntity& type) {
  const auto* const resource = std::get_if<ResourceId>(&type.type);
  const bool was_alias = std::holds_alternative<wit::types::Alias>(draft_[known].body);
  if (resource != nullptr) {
    const wit::TypeId target = this->target(known);
    if (!std::holds_alternative<wit::types::Resource>(draft_[target].body)) {
      return Error(ErrorKind::unsupported, "`{}` is a resource here and none elsewhere", item.name);
    }
    resources_.emplace(ResourceKey(*resource, type.name), known);
    first_names_.emplace(*resource, known);
    return known;
  }
  const auto id = std::get<DefinedTypeId>(std::get<ValType>(type.type).rep);
  if (!was_alias) {
    WC_TRY(const wit::types::Body body, body_of(id));
    if (!same(body, draft_[known].body)) {
      return Error(ErrorKind::unsupported, "`{}` is another type here than elsewhere", item.name);
    }
  }
  types_.insert_or_assign(id, known);
  return known;
}

Result<wit::TypeId> WitTypes::add_type(wit::TypeDefinition type) {
  WC_CHECK(budget_.spend(8 + type.name.size() / 16));
  const wit::TypeId id{static_cast<std::uint32_t>(draft_.types.size())};
  const auto* const alias = std::get_if<wit::types::Alias>(&type.body);
  const auto* const named = alias == nullptr ? nullptr : std::get_if<wit::TypeId>(&alias->type.rep);
  targets_.push_back(named == nullptr ? id : target(*named));
  draft_.types.push_back(std::move(type));
  return id;
}

wit::TypeId WitTypes::target(wit::TypeId type) const {
  return targets_[static_cast<std::size_t>(type)];
}

std::optional<wit::TypeId> WitTypes::aliased(const TypeEntity& type) const {
  if (const auto* const resource = std::get_if<ResourceId>(&type.type)) {
    if (type.former_name) {
      const auto by_name = resources_.find(ResourceKey(*resource, *type.former_name));
      if (by_name != resources_.end()) {
        return by_name->second;
      }
    }
    const auto first = first_names_.find(*resource);
    return first == first_names_.end() ? std::nullopt : std::optional(first->second);
  }
  return type.former ? known_type(*type.former) : std::nullopt;
}

// By this name or the one it had before, and so on.
std::optional<wit::TypeId> WitTypes::known_type(DefinedTypeId id) const {
  for (std::optional<DefinedTypeId> name = id; name; name = arena_.former(*name)) {
    if (const auto found = types_.find(*name); found != types_.end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

// `use` reaches types of interfaces that have a path.
Result<> WitTypes::check_usable(wit::TypeId type) const {
  const wit::TypeDefinition& definition = draft_[type];
  const auto* const interface = std::get_if<wit::InterfaceId>(&definition.owner);
  const bool has_path = interface != nullptr && !draft_[*interface].interface.world;
  if (definition.owner == owner_ || has_path) {
    return {};
  }
  return Error(ErrorKind::unsupported,
               "it is the type `{}` of {}, which cannot be used elsewhere in WIT", definition.name,
               interface != nullptr ? "an interface within a world" : "a world");
}

Result<wit::TypeId> WitTypes::local(wit::TypeId type) const {
  const wit::TypeDefinition& definition = draft_[type];
  if (definition.owner == owner_) {
    return type;
  }
  const auto found = local_.find(target(type));
  if (found != local_.end()) {
    return found->second;
  }
  return Error(ErrorKind::unsupported,
               "type `{}` of elsewhere is mentioned without a name here, as WIT wants it",
               definition.name);
}

// Functions.

Result<wit::FunctionId> WitTypes::declare_function(const NamedEntity& item, FuncTypeId type) {
  if (const auto known = scope().functions.find(item.name); known != scope().functions.end()) {
    WC_CHECK(check_function_again(known->second, item, type));
    return known->second;
  }
  WC_CHECK(claim(item.name));
  WC_TRY(const wit::FunctionId id, function(item, type));
  scope().functions.emplace(item.name, id);
  if (draft_[id].resource) {
    std::get<wit::types::Resource>(draft_[*draft_[id].resource].body).functions.push_back(id);
  } else if (const auto* const interface = std::get_if<wit::InterfaceId>(&owner_)) {
    draft_[*interface].interface.functions.push_back(id);
  }
  return id;
}

Result<wit::FunctionId> WitTypes::function(const NamedEntity& item, FuncTypeId type) {
  WC_TRY(wit::Function made, make_function(item, type));
  const wit::FunctionId id{static_cast<std::uint32_t>(draft_.functions.size())};
  draft_.functions.push_back(std::move(made));
  return id;
}

Result<wit::Function> WitTypes::make_function(const NamedEntity& item, FuncTypeId type) {
  const types::Func& func = arena_[type];
  wit::Function made{.owner = owner_, .async = func.async, .external_id = external_id(item)};
  WC_CHECK(place(made, item.name));
  for (const types::Param& param : func.params) {
    WC_CHECK(budget_.spend(4 + param.name.size() / 16));
    WC_TRY(const wit::TypeRef of, convert(param.type), "parameter `{}`", param.name);
    made.params.push_back({.name = param.name, .type = of});
  }
  WC_TRY(made.result, convert(func.result), "result");
  return made;
}

Result<> WitTypes::place(wit::Function& function, std::string_view name) {
  WC_TRY(const ExternName parsed, parse_extern_name(name));
  function.kind = kind_of(parsed.kind);
  function.name = parsed.kind == NameKind::constructor ? "constructor" : parsed.label;
  if (parsed.kind == NameKind::label) {
    return {};
  }
  const auto found = scope().types.find(parsed.resource);
  if (function.kind == wit::FunctionKind::free || found == scope().types.end() ||
      !std::holds_alternative<wit::types::Resource>(draft_[found->second].body)) {
    return Error(ErrorKind::unsupported,
                 "WIT has only functions with plain names, and those of resources defined beside "
                 "them");
  }
  function.resource = found->second;
  return {};
}

Result<> WitTypes::check_function_again(wit::FunctionId known, const NamedEntity& item,
                                        FuncTypeId type) {
  WC_TRY(const wit::Function again, make_function(item, type));
  const wit::Function& before = draft_[known];
  const auto same_param = [&](const wit::Param& a, const wit::Param& b) {
    return a.name == b.name && same(a.type, b.type);
  };
  if (again.async != before.async || !same(again.result, before.result) ||
      !std::ranges::equal(again.params, before.params, same_param)) {
    return Error(ErrorKind::unsupported, "it has another type here than elsewhere");
  }
  return {};
}

// Comparison.

bool WitTypes::same(const std::optional<wit::TypeRef>& a, const std::optional<wit::TypeRef>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}

bool WitTypes::same(wit::TypeRef a, wit::TypeRef b) {
  const auto* const x = std::get_if<wit::TypeId>(&a.rep);
  const auto* const y = std::get_if<wit::TypeId>(&b.rep);
  if (x == nullptr || y == nullptr) {
    return a == b;
  }
  const wit::TypeId p = target(*x);
  const wit::TypeId q = target(*y);
  if (p == q) {
    return true;
  }
  if (!draft_[p].name.empty() || !draft_[q].name.empty()) {
    return false;
  }
  // Parts may be shared, and the whole be huge when written out.
  if (const auto known = compared_.find({p, q}); known != compared_.end()) {
    return known->second;
  }
  const bool result = same(draft_[p].body, draft_[q].body);
  compared_.emplace(std::pair(p, q), result);
  return result;
}

bool WitTypes::same(const wit::types::Body& a, const wit::types::Body& b) {
  const auto* const list = std::get_if<wit::types::FixedList>(&a);
  return a.index() == b.index() && names_in(a) == names_in(b) &&
         (list == nullptr || list->length == std::get<wit::types::FixedList>(b).length) &&
         std::ranges::equal(places_in(a), places_in(b),
                            [&](const auto& x, const auto& y) { return same(x, y); });
}

}  // namespace wasmcloud::component::internal
