// Types without names, and what types with names are made of.
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/component/component_wit_types.h"

namespace wasmcloud::component::internal {
namespace {

// WIT defines these only by name.
bool needs_name(const types::Defined& type) {
  return std::holds_alternative<types::Record>(type) ||
         std::holds_alternative<types::Variant>(type) ||
         std::holds_alternative<types::Flags>(type) || std::holds_alternative<types::Enum>(type);
}

std::vector<wit::types::Label> labels_of(const std::vector<std::string>& names) {
  std::vector<wit::types::Label> labels;
  for (const std::string& name : names) {
    labels.push_back({.name = name, .docs = {}});
  }
  return labels;
}

}  // namespace

Result<wit::TypeRef> WitTypes::convert(ValType type) {
  if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
    return wit::TypeRef(*primitive);
  }
  const auto id = std::get<DefinedTypeId>(type.rep);
  if (const auto named = types_.find(id); named != types_.end()) {
    const auto here = local(named->second);
    if (here) {
      return wit::TypeRef(*here);
    }
    if (needs_name(arena_[id])) {
      return here.error().clone();
    }
  }
  if (const auto made = unnamed_.find(id); made != unnamed_.end()) {
    return made->second;
  }
  if (const auto* const primitive = std::get_if<Primitive>(&arena_[id])) {
    return wit::TypeRef(*primitive);
  }
  if (needs_name(arena_[id])) {
    return Error(ErrorKind::unsupported, "a {} without a name, which WIT does not have",
                 describe(arena_[id]));
  }
  WC_TRY(wit::types::Body body, body_of(id));
  WC_TRY(const wit::TypeId made, add_type({.body = std::move(body)}));
  unnamed_.emplace(id, made);
  return wit::TypeRef(made);
}

Result<std::optional<wit::TypeRef>> WitTypes::convert(const std::optional<ValType>& type) {
  if (!type) {
    return std::nullopt;
  }
  WC_TRY(const wit::TypeRef made, convert(*type));
  return made;
}

// The depth of types was limited when they were validated.
Result<wit::types::Body> WitTypes::body_of(DefinedTypeId id) {
  return std::visit([&](const auto& type) { return body(type); }, arena_[id]);
}

Result<wit::types::Body> WitTypes::body(Primitive type) { return wit::types::Alias{.type = type}; }

Result<wit::types::Body> WitTypes::body(const types::Record& type) {
  wit::types::Record made;
  for (const types::Field& field : type.fields) {
    WC_CHECK(budget_.spend(4 + field.name.size() / 16));
    WC_TRY(const wit::TypeRef of, convert(field.type), "field `{}`", field.name);
    made.fields.push_back({.name = field.name, .docs = {}, .type = of});
  }
  return made;
}

Result<wit::types::Body> WitTypes::body(const types::Variant& type) {
  wit::types::Variant made;
  for (const types::Case& one : type.cases) {
    WC_CHECK(budget_.spend(4 + one.name.size() / 16));
    WC_TRY(const auto of, convert(one.type), "case `{}`", one.name);
    made.cases.push_back({.name = one.name, .docs = {}, .type = of});
  }
  return made;
}

Result<wit::types::Body> WitTypes::body(const types::List& type) {
  WC_TRY(const wit::TypeRef element, convert(type.element));
  return wit::types::List{.element = element};
}

Result<wit::types::Body> WitTypes::body(const types::FixedList& type) {
  WC_TRY(const wit::TypeRef element, convert(type.element));
  return wit::types::FixedList{.element = element, .length = type.length};
}

Result<wit::types::Body> WitTypes::body(const types::Tuple& type) {
  wit::types::Tuple made;
  for (const ValType element : type.types) {
    WC_CHECK(budget_.spend());
    WC_TRY(const wit::TypeRef of, convert(element));
    made.types.push_back(of);
  }
  return made;
}

Result<wit::types::Body> WitTypes::body(const types::Flags& type) {
  return wit::types::Flags{.flags = labels_of(type.names)};
}

Result<wit::types::Body> WitTypes::body(const types::Enum& type) {
  for (const std::string& name : type.names) {
    WC_CHECK(budget_.spend(4 + name.size() / 16));
  }
  return wit::types::Enum{.cases = labels_of(type.names)};
}

Result<wit::types::Body> WitTypes::body(const types::Option& type) {
  WC_TRY(const wit::TypeRef of, convert(type.type));
  return wit::types::Option{.type = of};
}

Result<wit::types::Body> WitTypes::body(const types::Result& type) {
  wit::types::Result made;
  WC_TRY(made.ok, convert(type.ok));
  WC_TRY(made.err, convert(type.err));
  return made;
}

Result<wit::types::Body> WitTypes::body(const types::Own& type) {
  WC_TRY(const wit::TypeId of, resource(type.resource, type.name));
  return wit::types::Own{.resource = of};
}

Result<wit::types::Body> WitTypes::body(const types::Borrow& type) {
  WC_TRY(const wit::TypeId of, resource(type.resource, type.name));
  return wit::types::Borrow{.resource = of};
}

Result<wit::types::Body> WitTypes::body(const types::Stream& type) {
  WC_TRY(const auto element, convert(type.element));
  return wit::types::Stream{.element = element};
}

Result<wit::types::Body> WitTypes::body(const types::Future& type) {
  WC_TRY(const auto element, convert(type.element));
  return wit::types::Future{.element = element};
}

Result<wit::types::Body> WitTypes::body(const types::Map& type) {
  WC_TRY(const wit::TypeRef key, convert(type.key));
  WC_TRY(const wit::TypeRef value, convert(type.value));
  return wit::types::Map{.key = key, .value = value};
}

Result<wit::TypeId> WitTypes::resource(ResourceId id, ResourceName name) const {
  if (const auto known = resources_.find(ResourceKey(id, name)); known != resources_.end()) {
    return local(known->second);
  }
  const auto first = first_names_.find(id);
  if (first == first_names_.end()) {
    return Error(ErrorKind::unsupported, "a resource without a name, which WIT does not have");
  }
  return local(first->second);
}

}  // namespace wasmcloud::component::internal
