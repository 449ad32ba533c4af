// Explainer.md "External Visibility of Types"; section 2.5 of the fact sheet:
//
//   named(t) = record, variant, enum, flags, resource (by own or borrow)
//   a function, or another type, may mention a named type only by a name that is visible; a type
//   that is itself imported or exported is visible from there on, under its new name
#include <algorithm>

#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

std::uint64_t key(ResourceId resource, ResourceName name) noexcept {
  return (std::uint64_t{static_cast<std::uint32_t>(resource)} << 32) |
         static_cast<std::uint32_t>(name);
}

bool must_be_named(const types::Defined& type) noexcept {
  return std::holds_alternative<types::Record>(type) ||
         std::holds_alternative<types::Variant>(type) ||
         std::holds_alternative<types::Enum>(type) || std::holds_alternative<types::Flags>(type);
}

}  // namespace

bool VisibleTypes::insert(const TypeEntity& type) {
  if (const auto* value = std::get_if<ValType>(&type.type)) {
    return defined_.insert(std::get<DefinedTypeId>(value->rep)).second;
  }
  if (const auto* resource = std::get_if<ResourceId>(&type.type)) {
    return resources_.insert(key(*resource, type.name)).second;
  }
  return false;
}

void VisibleTypes::erase(const TypeEntity& type) {
  if (const auto* value = std::get_if<ValType>(&type.type)) {
    defined_.erase(std::get<DefinedTypeId>(value->rep));
  } else if (const auto* resource = std::get_if<ResourceId>(&type.type)) {
    resources_.erase(key(*resource, type.name));
  }
}

bool VisibleTypes::contains(const TypeEntity& type) const {
  if (const auto* value = std::get_if<ValType>(&type.type)) {
    return contains(std::get<DefinedTypeId>(value->rep));
  }
  const auto* resource = std::get_if<ResourceId>(&type.type);
  return resource != nullptr && contains(*resource, type.name);
}

bool VisibleTypes::contains(ResourceId resource, ResourceName name) const {
  return resources_.contains(key(resource, name));
}

void NameScope::add_resource(const TypeEntity& resource, std::string_view name) {
  resources.emplace(key(std::get<ResourceId>(resource.type), resource.name), name);
  resource_names.emplace(name);
}

const std::string* NameScope::name_of(ResourceId resource, ResourceName name) const {
  const auto found = resources.find(key(resource, name));
  return found == resources.end() ? nullptr : &found->second;
}

Result<> Checker::check_visible(ExternKind kind, const Entity& entity,
                                const std::optional<TypeEntity>& referenced) {
  WC_TRY(const bool valid, register_visible(kind, entity, referenced));
  if (!valid) {
    return Error(ErrorKind::invalid, "{} not valid to be used as {}", describe(entity),
                 kind == ExternKind::import ? "import" : "export");
  }
  return {};
}

// `referenced`: for a type that goes by a name before it gets another here.
Result<bool> Checker::register_visible(ExternKind kind, const Entity& entity,
                                       const std::optional<TypeEntity>& referenced) {
  if (scope().kind == Scope::Kind::instance_type) {
    return true;  // checked where the type is used
  }
  WC_CHECK(budget_.spend());
  VisibleTypes& imported = scope().imported_types;
  VisibleTypes& exported = scope().exported_types;
  VisibleTypes& visible = kind == ExternKind::import ? imported : exported;
  if (const auto* type = std::get_if<TypeEntity>(&entity)) {
    if (kind == ExternKind::import && referenced && exported.contains(*referenced) &&
        !imported.contains(*referenced)) {
      return false;  // an import cannot depend on an export
    }
    WC_TRY(const bool valid, parts_named(referenced.value_or(*type), visible));
    if (!valid) {
      return false;
    }
    exported.insert(*type);
    if (kind == ExternKind::import) {
      imported.insert(*type);
    }
    return true;
  }
  if (const auto* func = std::get_if<FuncTypeId>(&entity)) {
    return parts_named(*func, visible);
  }
  if (const auto* instance = std::get_if<InstanceTypeId>(&entity)) {
    for (const NamedEntity& item : arena_[*instance].exports) {
      WC_TRY(const bool valid, register_visible(kind, item.entity, std::nullopt));
      if (!valid) {
        return false;
      }
    }
  }
  return true;  // components and modules are closed
}

Result<bool> Checker::parts_named(const TypeEntity& type, VisibleTypes& visible) {
  return std::visit(Overloaded{
                        [&](ValType t) -> Result<bool> {
                          return parts_named(std::get<DefinedTypeId>(t.rep), visible);
                        },
                        [&](FuncTypeId t) -> Result<bool> { return parts_named(t, visible); },
                        [&](InstanceTypeId t) -> Result<bool> { return parts_named(t, visible); },
                        [](ComponentTypeId) -> Result<bool> { return true; },
                        [](ResourceId) -> Result<bool> { return true; },
                    },
                    type.type);
}

Result<bool> Checker::parts_named(FuncTypeId id, const VisibleTypes& visible) {
  const types::Func& func = arena_[id];
  for (const types::Param& param : func.params) {
    WC_TRY(const bool valid, named(param.type, visible));
    if (!valid) {
      return false;
    }
  }
  return func.result ? named(*func.result, visible) : Result<bool>(true);
}

// What an instance type exports is visible within it, from there on, and not outside.
Result<bool> Checker::parts_named(InstanceTypeId id, VisibleTypes& visible) {
  std::vector<TypeEntity> added;
  bool valid = true;
  for (const NamedEntity& item : arena_[id].exports) {
    WC_CHECK(budget_.spend());
    if (const auto* type = std::get_if<TypeEntity>(&item.entity)) {
      WC_TRY(valid, parts_named(*type, visible));
      if (valid && visible.insert(*type)) {
        added.push_back(*type);
      }
    } else if (const auto* func = std::get_if<FuncTypeId>(&item.entity)) {
      WC_TRY(valid, parts_named(*func, visible));
    } else if (const auto* instance = std::get_if<InstanceTypeId>(&item.entity)) {
      WC_TRY(valid, parts_named(*instance, visible));
    }
    if (!valid) {
      break;
    }
  }
  for (const TypeEntity& type : added) {
    visible.erase(type);
  }
  return valid;
}

Result<bool> Checker::named(ValType type, const VisibleTypes& visible) {
  WC_CHECK(budget_.spend());
  const auto* id = std::get_if<DefinedTypeId>(&type.rep);
  if (id == nullptr) {
    return true;
  }
  return must_be_named(arena_[*id]) ? Result<bool>(visible.contains(*id))
                                    : parts_named(*id, visible);
}

Result<bool> Checker::parts_named(DefinedTypeId id, const VisibleTypes& visible) {
  const auto one = [&](ValType part) { return named(part, visible); };
  const auto maybe = [&](const std::optional<ValType>& part) {
    return part ? one(*part) : Result<bool>(true);
  };
  const auto both = [&](const std::optional<ValType>& a,
                        const std::optional<ValType>& b) -> Result<bool> {
    WC_TRY(const bool first, maybe(a));
    return first ? maybe(b) : Result<bool>(false);
  };
  const auto all = [](const auto& list, auto check) -> Result<bool> {
    for (const auto& item : list) {
      WC_TRY(const bool valid, check(item));
      if (!valid) {
        return false;
      }
    }
    return true;
  };
  return std::visit(
      Overloaded{
          [&](const types::Record& t) {
            return all(t.fields, [&](const types::Field& field) { return one(field.type); });
          },
          [&](const types::Variant& t) {
            return all(t.cases, [&](const types::Case& item) { return maybe(item.type); });
          },
          [&](const types::Tuple& t) { return all(t.types, one); },
          [&](const types::List& t) { return one(t.element); },
          [&](const types::FixedList& t) { return one(t.element); },
          [&](const types::Option& t) { return one(t.type); },
          [&](const types::Result& t) { return both(t.ok, t.err); },
          [&](const types::Map& t) { return both(t.key, t.value); },
          [&](const types::Stream& t) { return maybe(t.element); },
          [&](const types::Future& t) { return maybe(t.element); },
          [&](const types::Own& t) { return Result<bool>(visible.contains(t.resource, t.name)); },
          [&](const types::Borrow& t) {
            return Result<bool>(visible.contains(t.resource, t.name));
          },
          [](const auto&) { return Result<bool>(true); },  // primitive, enum, flags
      },
      arena_[id]);
}

}  // namespace wasmcloud::component::internal
