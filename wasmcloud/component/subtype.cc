#include "wasmcloud/component/subtype.h"

#include <fmt/format.h>

namespace wasmcloud::component {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

enum : std::uint32_t { kDefined, kFunc, kInstance, kComponent, kModule };

std::uint64_t pair(std::uint32_t a, std::uint32_t b) noexcept {
  return (std::uint64_t{a} << 32) | b;
}

template <typename Id>
std::uint32_t raw(Id id) noexcept {
  return static_cast<std::uint32_t>(id);
}

Error found(std::string_view expected, std::string_view actual) {
  return Error(ErrorKind::invalid, "expected {}, found {}", expected, actual);
}

Result<> check_primitive(Primitive actual, Primitive expected) {
  if (actual != expected) {
    return Error(ErrorKind::invalid, "expected primitive `{}` found primitive `{}`",
                 to_string(expected), to_string(actual));
  }
  return {};
}

Result<> check_counts(std::size_t actual, std::size_t expected, std::string_view what) {
  if (actual != expected) {
    return Error(ErrorKind::invalid, "expected {} {}, found {}", expected, what, actual);
  }
  return {};
}

Result<> check_resource(ResourceId actual, ResourceId expected) {
  if (actual != expected) {
    return Error(ErrorKind::invalid, "resource types are not the same");
  }
  return {};
}

}  // namespace

std::string_view describe(const Entity& entity) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"module",    "func",     "type",
                                                      "component", "instance", "value"};
  return kNames[entity.index()];
}

std::string_view describe(const TypeArena&, const TypeEntity& type) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"defined type", "func type", "instance type",
                                                      "component type", "resource"};
  return kNames[type.type.index()];
}

std::string_view describe(const types::Defined& type) noexcept {
  constexpr std::array<std::string_view, 15> kNames = {
      "primitive", "record", "variant", "list",   "fixed-length list",
      "tuple",     "flags",  "enum",    "option", "result",
      "own",       "borrow", "stream",  "future", "map"};
  return kNames[type.index()];
}

std::string missing_message(Side side, std::string_view name) {
  return fmt::format("missing {} named `{}`", side == Side::imports ? "import" : "export", name);
}

bool Subtyping::known(std::uint32_t kind, std::uint32_t actual, std::uint32_t expected) const {
  return actual == expected || known_[kind].contains(pair(actual, expected));
}

void Subtyping::learn(std::uint32_t kind, std::uint32_t actual, std::uint32_t expected) {
  known_[kind].insert(pair(actual, expected));
}

Result<> Subtyping::check(const Entity& actual, const Entity& expected) {
  WC_CHECK(budget_->spend());
  if (actual.index() != expected.index()) {
    return found(describe(expected), describe(actual));
  }
  return std::visit(
      [&]<typename T>(const T& type) -> Result<> { return check(type, std::get<T>(expected)); },
      actual);
}

Result<> Subtyping::check(const TypeEntity& actual, const TypeEntity& expected) {
  if (actual.type.index() != expected.type.index()) {
    return found(describe(*arena_, expected), describe(*arena_, actual));
  }
  return std::visit(
      Overloaded{
          [&](ResourceId id) { return check_resource(id, std::get<ResourceId>(expected.type)); },
          [&]<typename T>(T type) -> Result<> { return check(type, std::get<T>(expected.type)); },
      },
      actual.type);
}

Result<> Subtyping::check(ValType actual, ValType expected) {
  WC_CHECK(budget_->spend());
  const auto primitive = [&](ValType type) -> std::optional<Primitive> {
    if (const auto* inline_ = std::get_if<Primitive>(&type.rep)) {
      return *inline_;
    }
    const auto* defined = std::get_if<Primitive>(&(*arena_)[std::get<DefinedTypeId>(type.rep)]);
    return defined == nullptr ? std::nullopt : std::optional(*defined);
  };
  const auto a = primitive(actual);
  const auto b = primitive(expected);
  if (a && b) {
    return check_primitive(*a, *b);
  }
  if (a) {
    return found(describe((*arena_)[std::get<DefinedTypeId>(expected.rep)]), to_string(*a));
  }
  const auto id = std::get<DefinedTypeId>(actual.rep);
  if (b) {
    const bool inline_ = std::holds_alternative<Primitive>(expected.rep);
    return found(inline_ ? to_string(*b) : "primitive", describe((*arena_)[id]));
  }
  return check(id, std::get<DefinedTypeId>(expected.rep));
}

Result<> Subtyping::check(DefinedTypeId actual, DefinedTypeId expected) {
  const std::uint32_t a = arena_->body(actual);
  const std::uint32_t b = arena_->body(expected);
  if (known(kDefined, a, b)) {
    return {};
  }
  WC_CHECK(check_bodies((*arena_)[actual], (*arena_)[expected]));
  learn(kDefined, a, b);
  return {};
}

Result<> Subtyping::check_optional(const std::optional<ValType>& actual,
                                   const std::optional<ValType>& expected, std::string_view what) {
  if (expected && !actual) {
    return Error(ErrorKind::invalid, "expected {} type, but found none", what);
  }
  if (actual && !expected) {
    return Error(ErrorKind::invalid, "expected {} type to not be present", what);
  }
  return actual ? check(*actual, *expected) : Result<>{};
}

namespace {

Result<> check_names(const std::vector<std::string>& actual,
                     const std::vector<std::string>& expected, std::string_view what) {
  if (actual != expected) {
    return Error(ErrorKind::invalid, "mismatch in {} elements", what);
  }
  return {};
}

}  // namespace

// Value types are compared by structure; names count.
Result<> Subtyping::check_bodies(const types::Defined& actual, const types::Defined& expected) {
  if (actual.index() != expected.index()) {
    return found(describe(expected), describe(actual));
  }
  return std::visit(
      [&]<typename T>(const T& type) -> Result<> {
        return check_body(type, std::get<T>(expected));
      },
      actual);
}

Result<> Subtyping::check_body(Primitive actual, Primitive expected) {
  return check_primitive(actual, expected);
}

Result<> Subtyping::check_body(const types::Record& actual, const types::Record& expected) {
  const auto& a = actual.fields;
  const auto& b = expected.fields;
  WC_CHECK(check_counts(a.size(), b.size(), "fields"));
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (a[i].name != b[i].name) {
      return Error(ErrorKind::invalid, "expected field name `{}`, found `{}`", b[i].name,
                   a[i].name);
    }
    WC_CHECK(check(a[i].type, b[i].type), "type mismatch in record field `{}`", b[i].name);
  }
  return {};
}

Result<> Subtyping::check_body(const types::Variant& actual, const types::Variant& expected) {
  const auto& a = actual.cases;
  const auto& b = expected.cases;
  WC_CHECK(check_counts(a.size(), b.size(), "cases"));
  for (std::size_t i = 0; i < b.size(); ++i) {
    const std::string& name = b[i].name;
    if (a[i].name != name) {
      return Error(ErrorKind::invalid, "expected case named `{}`, found `{}`", name, a[i].name);
    }
    if (b[i].type && !a[i].type) {
      return Error(ErrorKind::invalid, "expected case `{}` to have a type, found none", name);
    }
    if (a[i].type && !b[i].type) {
      return Error(ErrorKind::invalid, "expected case `{}` to have no type", name);
    }
    WC_CHECK(check_optional(a[i].type, b[i].type, "case"), "type mismatch in variant case `{}`",
             name);
  }
  return {};
}

Result<> Subtyping::check_body(const types::Tuple& actual, const types::Tuple& expected) {
  WC_CHECK(check_counts(actual.types.size(), expected.types.size(), "types"));
  for (std::size_t i = 0; i < expected.types.size(); ++i) {
    WC_CHECK(check(actual.types[i], expected.types[i]), "type mismatch in tuple field {}", i);
  }
  return {};
}

Result<> Subtyping::check_body(const types::List& actual, const types::List& expected) {
  return check(actual.element, expected.element);
}

Result<> Subtyping::check_body(const types::FixedList& actual, const types::FixedList& expected) {
  if (actual.length != expected.length) {
    return Error(ErrorKind::invalid, "expected fixed-length {}, found size {}", expected.length,
                 actual.length);
  }
  return check(actual.element, expected.element);
}

Result<> Subtyping::check_body(const types::Flags& actual, const types::Flags& expected) {
  return check_names(actual.names, expected.names, "flags");
}

Result<> Subtyping::check_body(const types::Enum& actual, const types::Enum& expected) {
  return check_names(actual.names, expected.names, "enum");
}

Result<> Subtyping::check_body(const types::Option& actual, const types::Option& expected) {
  return check(actual.type, expected.type);
}

Result<> Subtyping::check_body(const types::Result& actual, const types::Result& expected) {
  WC_CHECK(check_optional(actual.ok, expected.ok, "ok"), "type mismatch in ok variant");
  WC_CHECK(check_optional(actual.err, expected.err, "err"), "type mismatch in err variant");
  return {};
}

Result<> Subtyping::check_body(const types::Own& actual, const types::Own& expected) {
  return check_resource(actual.resource, expected.resource);
}

Result<> Subtyping::check_body(const types::Borrow& actual, const types::Borrow& expected) {
  return check_resource(actual.resource, expected.resource);
}

Result<> Subtyping::check_body(const types::Stream& actual, const types::Stream& expected) {
  WC_CHECK(check_optional(actual.element, expected.element, "stream"), "type mismatch in stream");
  return {};
}

Result<> Subtyping::check_body(const types::Future& actual, const types::Future& expected) {
  WC_CHECK(check_optional(actual.element, expected.element, "future"), "type mismatch in future");
  return {};
}

Result<> Subtyping::check_body(const types::Map& actual, const types::Map& expected) {
  WC_CHECK(check(actual.key, expected.key), "type mismatch in map key");
  WC_CHECK(check(actual.value, expected.value), "type mismatch in map value");
  return {};
}

Result<> Subtyping::check(FuncTypeId actual, FuncTypeId expected) {
  if (known(kFunc, raw(actual), raw(expected))) {
    return {};
  }
  const types::Func& a = (*arena_)[actual];
  const types::Func& b = (*arena_)[expected];
  if (a.async != b.async) {
    return Error(ErrorKind::invalid, "expected {} function, found {} function",
                 b.async ? "async" : "sync", a.async ? "async" : "sync");
  }
  WC_CHECK(check_counts(a.params.size(), b.params.size(), "parameters"));
  for (std::size_t i = 0; i < b.params.size(); ++i) {
    if (a.params[i].name != b.params[i].name) {
      return Error(ErrorKind::invalid, "expected parameter named `{}`, found `{}`",
                   b.params[i].name, a.params[i].name);
    }
    WC_CHECK(check(a.params[i].type, b.params[i].type), "type mismatch in function parameter `{}`",
             b.params[i].name);
  }
  if (a.result.has_value() != b.result.has_value()) {
    return Error(ErrorKind::invalid, "expected {}",
                 b.result ? "a result, found none" : "no result, found one");
  }
  if (a.result) {
    WC_CHECK(check(*a.result, *b.result), "type mismatch with result type");
  }
  learn(kFunc, raw(actual), raw(expected));
  return {};
}

// An instance may have more exports than are expected of it.
Result<> Subtyping::check(InstanceTypeId actual, InstanceTypeId expected) {
  if (known(kInstance, raw(actual), raw(expected))) {
    return {};
  }
  const InstanceType& a = (*arena_)[actual];
  const InstanceType& b = (*arena_)[expected];
  Substitution bound(*arena_, *budget_);
  if (!b.defined_resources.empty()) {
    WC_CHECK(budget_->spend(b.defined_resources.size()));
    WC_CHECK(
        match(expected, actual, {b.defined_resources.begin(), b.defined_resources.end()}, bound));
  }
  for (const NamedEntity& item : b.exports) {
    const Entity* given = a.find(item.name);
    if (given == nullptr) {
      return Error(ErrorKind::invalid, "missing expected export `{}`", item.name);
    }
    Entity wanted = item.entity;
    if (!b.defined_resources.empty()) {
      WC_TRY(wanted, bound.apply(item.entity));
    }
    WC_CHECK(check(*given, wanted), "type mismatch in instance export `{}`", item.name);
  }
  learn(kInstance, raw(actual), raw(expected));
  return {};
}

// "Whoever expects a component supplies its imports, which must be enough for the actual one; what
// the actual one then exports must be enough for him."
Result<> Subtyping::check(ComponentTypeId actual, ComponentTypeId expected) {
  if (known(kComponent, raw(actual), raw(expected))) {
    return {};
  }
  const ComponentType& a = (*arena_)[actual];
  const ComponentType& b = (*arena_)[expected];
  WC_TRY(Substitution imported,
         open(a, Side::imports, [&](std::string_view name) { return b.find_import(name); }));
  InstanceType made;
  WC_TRY(made.exports, imported.apply(a.exports));
  made.by_name = index_names(made.exports);
  WC_CHECK(open(b, Side::exports, [&](std::string_view name) { return made.find(name); }));
  learn(kComponent, raw(actual), raw(expected));
  return {};
}

// A module may import less and export more than is expected of it.
Result<> Subtyping::check(ModuleTypeId actual, ModuleTypeId expected) {
  if (known(kModule, raw(actual), raw(expected))) {
    return {};
  }
  const ModuleType& a = (*arena_)[actual];
  const ModuleType& b = (*arena_)[expected];
  WC_CHECK(budget_->spend(a.imports.size() + b.exports.size()));
  for (const ModuleType::Import& item : a.imports) {
    const CoreExternType* given = b.find_import(item.module, item.name);
    if (given == nullptr) {
      return Error(ErrorKind::invalid, "missing expected import `{}::{}`", item.module, item.name);
    }
    WC_CHECK(check_core_subtype(*given, item.type), "type mismatch in import `{}::{}`", item.module,
             item.name);
  }
  for (const ModuleType::Export& item : b.exports) {
    const CoreExternType* given = a.find_export(item.name);
    if (given == nullptr) {
      return Error(ErrorKind::invalid, "missing expected export `{}`", item.name);
    }
    WC_CHECK(check_core_subtype(*given, item.type), "type mismatch in export `{}`", item.name);
  }
  learn(kModule, raw(actual), raw(expected));
  return {};
}

Result<Substitution> Subtyping::open(std::span<const Pair> pairs,
                                     const std::vector<ResourceId>& resources, Side side) {
  Substitution substitution(*arena_, *budget_);
  if (!resources.empty()) {
    WC_CHECK(budget_->spend(resources.size()));
    const std::unordered_set<ResourceId> wanted(resources.begin(), resources.end());
    for (const Pair& pair : pairs) {
      WC_CHECK(match(pair.expected->entity, *pair.actual, wanted, substitution));
    }
  }
  Substitution renamed = substitution;  // before it has met any type
  const std::string_view what = side == Side::imports ? "import" : "export";
  for (const Pair& pair : pairs) {
    WC_TRY(const Entity expected, substitution.apply(pair.expected->entity));
    WC_CHECK(check(*pair.actual, expected), "type mismatch for {} `{}`", what, pair.expected->name);
    WC_CHECK(rename(pair.expected->entity, *pair.actual, renamed));
  }
  return renamed;
}

Result<> Subtyping::match(const Entity& expected, const Entity& actual,
                          const std::unordered_set<ResourceId>& resources, Substitution& out) {
  std::unordered_set<InstanceTypeId> seen;
  return match_in(expected, actual, resources, seen, out);
}

Result<> Subtyping::match_in(const Entity& expected, const Entity& actual,
                             const std::unordered_set<ResourceId>& resources,
                             std::unordered_set<InstanceTypeId>& seen, Substitution& out) {
  WC_CHECK(budget_->spend());
  if (const auto* type = std::get_if<TypeEntity>(&expected)) {
    const auto* resource = std::get_if<ResourceId>(&type->type);
    const auto* given = std::get_if<TypeEntity>(&actual);
    if (resource == nullptr || given == nullptr || !resources.contains(*resource) ||
        out.has(*resource)) {
      return {};
    }
    if (const auto* to = std::get_if<ResourceId>(&given->type)) {
      out.replace(*resource, *to);
    }
    return {};
  }
  const auto* wanted = std::get_if<InstanceTypeId>(&expected);
  const auto* given = std::get_if<InstanceTypeId>(&actual);
  if (wanted == nullptr || given == nullptr || !arena_->extent(*wanted).mentions_resources ||
      !seen.insert(*wanted).second) {
    return {};
  }
  for (const NamedEntity& item : (*arena_)[*wanted].exports) {
    if (const Entity* found = (*arena_)[*given].find(item.name)) {
      WC_CHECK(match_in(item.entity, *found, resources, seen, out));
    }
  }
  return {};
}

// The types that a component imports go, in what it exports, by the names of those it was given.
Result<> Subtyping::rename(const Entity& expected, const Entity& actual, Substitution& out) {
  WC_CHECK(budget_->spend());
  if (const auto* type = std::get_if<TypeEntity>(&expected)) {
    out.rename(*type, std::get<TypeEntity>(actual));
    return {};
  }
  const auto* instance = std::get_if<InstanceTypeId>(&expected);
  if (instance == nullptr) {
    return {};
  }
  for (const NamedEntity& item : (*arena_)[*instance].exports) {
    const Entity* given = (*arena_)[std::get<InstanceTypeId>(actual)].find(item.name);
    WC_CHECK(rename(item.entity, *given, out));
  }
  return {};
}

}  // namespace wasmcloud::component
