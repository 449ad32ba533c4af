#include "wasmcloud/component/component_wit.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/byte_reader.h"
#include "wasmcloud/component/component_wit_draft.h"
#include "wasmcloud/component/component_wit_types.h"
#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/names.h"

namespace wasmcloud::component {
namespace internal {
namespace {

using Items = std::vector<NamedEntity>;

enum class Direction : std::uint8_t { import, export_ };

// "a:b/c@1.0.0", taken apart.
struct InterfaceName {
  wit::Package package;
  std::string interface;
};

Result<InterfaceName> interface_name(std::string_view name) {
  WC_TRY(const ExternName parsed, parse_extern_name(name));
  if (parsed.kind != NameKind::interface || !is_label(parsed.namespace_) ||
      !is_label(parsed.package) || !is_label(parsed.interface)) {
    return Error(ErrorKind::unsupported, "WIT knows no name like `{}` for an interface", name);
  }
  InterfaceName parts{.package = {.namespace_ = std::string(parsed.namespace_),
                                  .name = std::string(parsed.package)},
                      .interface = std::string(parsed.interface)};
  if (!parsed.version.empty()) {
    WC_TRY(parts.package.version, SemVer::parse(parsed.version));
  }
  return parts;
}

bool is_interface_name(std::string_view name) {
  const auto parsed = parse_extern_name(name);
  return parsed && parsed->kind == NameKind::interface;
}

const ComponentTypeId* component_type(const Entity& entity) {
  const auto* const type = std::get_if<TypeEntity>(&entity);
  return type == nullptr ? nullptr : std::get_if<ComponentTypeId>(&type->type);
}

class Decoder {
 public:
  Decoder(const TypeArena& arena, const WitLimits& limits)
      : arena_(arena), budget_(limits.steps), types_(arena, draft_, budget_) {}

  // What tools print for a component, which has no name of its own.
  Result<> component(const TypedComponent& root) {
    const wit::PackageId package =
        this->package({.namespace_ = "root", .name = "component"}).value();
    draft_.main = package;
    return world("root", package, root.imports, root.exports);
  }

  // A package: each export is the type of a component that exports one interface or world.
  Result<> package_of(const Items& exports) {
    for (const NamedEntity& item : exports) {
      const ComponentType& type = arena_[*component_type(item.entity)];
      if (type.exports.size() != 1) {
        return Error(ErrorKind::unsupported,
                     "package of WIT: expected one interface or world in `{}`, found {}", item.name,
                     type.exports.size());
      }
      WC_CHECK(mention_all(type.imports));
      WC_TRY(const wit::PackageId package, member(type.exports.front()));
      if (&item == &exports.front()) {
        draft_.main = package;
      } else if (package != draft_.main) {
        return Error(ErrorKind::unsupported,
                     "package of WIT: `{}` is of package `{}`, those before of `{}`", item.name,
                     draft_[package].full_name(), draft_[draft_.main].full_name());
      }
    }
    return {};
  }

  // The older form: one export for the whole package, `a:b/wit`.
  Result<> package_of(const NamedEntity& whole) {
    WC_TRY(InterfaceName name, interface_name(whole.name));
    WC_TRY(draft_.main, package(std::move(name.package)));
    const ComponentType& type = arena_[*component_type(whole.entity)];
    WC_CHECK(mention_all(type.imports));
    for (const NamedEntity& item : type.exports) {
      WC_TRY(const wit::PackageId package, member(item));
      if (package != draft_.main) {
        return Error(ErrorKind::unsupported, "package of WIT: `{}` is not of package `{}`",
                     item.name, draft_[draft_.main].full_name());
      }
    }
    return {};
  }

  WitDraft& draft() { return draft_; }

 private:
  Result<> mention_all(const Items& imports) {
    for (const NamedEntity& item : imports) {
      const auto* const instance = std::get_if<InstanceTypeId>(&item.entity);
      if (instance == nullptr) {
        return Error(ErrorKind::unsupported, "package of WIT: import `{}` is no interface",
                     item.name);
      }
      WC_CHECK(mention(item.name, *instance));
    }
    return {};
  }

  // An interface or world of the main package; its package.
  Result<wit::PackageId> member(const NamedEntity& item) {
    if (const auto* const instance = std::get_if<InstanceTypeId>(&item.entity)) {
      WC_TRY(const wit::InterfaceId id, mention(item.name, *instance));
      return draft_[id].interface.package;
    }
    const auto* const component = std::get_if<ComponentTypeId>(&item.entity);
    if (component == nullptr) {
      return Error(ErrorKind::unsupported, "package of WIT: `{}` is neither interface nor world",
                   item.name);
    }
    WC_TRY(InterfaceName name, interface_name(item.name));
    WC_TRY(const wit::PackageId package, this->package(std::move(name.package)));
    const ComponentType& type = arena_[*component];
    WC_CHECK(world(std::move(name.interface), package, type.imports, type.exports), "world `{}`",
             item.name);
    return package;
  }

  Result<wit::PackageId> package(wit::Package package) {
    std::string name = package.full_name();
    WC_CHECK(budget_.spend(4 + name.size() / 16));
    const wit::PackageId next{static_cast<std::uint32_t>(draft_.packages.size())};
    const auto [found, fresh] = packages_.emplace(std::move(name), next);
    if (fresh) {
      draft_.packages.push_back(std::move(package));
    }
    return found->second;
  }

  Result<> claim(wit::PackageId package, const std::string& member) {
    if (!members_.emplace(package, canonical_name(member)).second) {
      return Error(ErrorKind::unsupported,
                   "package `{}` has another interface or world `{}`, or one that differs only in "
                   "case",
                   draft_[package].full_name(), member);
    }
    return {};
  }

  // The interface of that name, with what this mention of it says.
  Result<wit::InterfaceId> mention(const std::string& name, InstanceTypeId type) {
    WC_CHECK(budget_.spend(4 + name.size() / 16));
    const wit::InterfaceId next{static_cast<std::uint32_t>(draft_.interfaces.size())};
    const auto known = interfaces_.find(name);
    if (known == interfaces_.end()) {
      WC_TRY(InterfaceName parts, interface_name(name));
      WC_TRY(const wit::PackageId package, this->package(std::move(parts.package)));
      WC_CHECK(claim(package, parts.interface));
      interfaces_.emplace(name, next);
      draft_.interfaces.push_back(
          {.interface = {.name = std::move(parts.interface), .package = package}, .scope = {}});
    }
    const wit::InterfaceId id = known == interfaces_.end() ? next : known->second;
    WC_CHECK(fill(id, type), "interface `{}`", name);
    return id;
  }

  // An interface that stands within a world.
  Result<wit::InterfaceId> inline_interface(const std::string& name, InstanceTypeId type,
                                            wit::WorldId world) {
    const wit::InterfaceId id{static_cast<std::uint32_t>(draft_.interfaces.size())};
    draft_.interfaces.push_back(
        {.interface = {.name = name, .package = draft_[world].world.package, .world = world},
         .scope = {}});
    WC_CHECK(fill(id, type), "interface `{}`", name);
    return id;
  }

  Result<> fill(wit::InterfaceId id, InstanceTypeId type) {
    WC_CHECK(types_.enter(id));
    for (const NamedEntity& item : arena_[type].exports) {
      WC_CHECK(budget_.spend(4 + item.name.size() / 16));
      if (const auto* const entity = std::get_if<TypeEntity>(&item.entity)) {
        WC_CHECK(types_.declare_type(item, *entity), "type `{}`", item.name);
      } else if (const auto* const function = std::get_if<FuncTypeId>(&item.entity)) {
        WC_CHECK(types_.declare_function(item, *function), "function `{}`", item.name);
      } else {
        return Error(ErrorKind::unsupported, "`{}` is neither a type nor a function", item.name);
      }
    }
    return {};
  }

  Result<> world(std::string name, wit::PackageId package, const Items& imports,
                 const Items& exports) {
    const wit::WorldId id{static_cast<std::uint32_t>(draft_.worlds.size())};
    WC_CHECK(budget_.spend(4 + name.size() / 16));
    WC_CHECK(claim(package, name));
    draft_.worlds.push_back({.world = {.name = std::move(name), .package = package},
                             .scope = {},
                             .exported_functions = {}});
    for (const NamedEntity& item : imports) {
      WC_CHECK(add(id, item, Direction::import), "import `{}`", item.name);
    }
    for (const NamedEntity& item : exports) {
      WC_CHECK(add(id, item, Direction::export_), "export `{}`", item.name);
    }
    return {};
  }

  Result<> add(wit::WorldId world, const NamedEntity& item, Direction direction) {
    WC_CHECK(budget_.spend(4 + item.name.size() / 16));
    wit::WorldItem made{.name = item.name};
    if (item.attributes) {
      made.external_id = item.attributes->external_id;
    }
    if (const auto* const instance = std::get_if<InstanceTypeId>(&item.entity)) {
      WC_TRY(made.what, interface_item(world, item, *instance));
    } else if (const auto* const function = std::get_if<FuncTypeId>(&item.entity)) {
      WC_TRY(const auto id, function_item(world, item, *function, direction));
      if (!id) {
        return {};
      }
      made.what = *id;
    } else if (const auto* const type = std::get_if<TypeEntity>(&item.entity)) {
      if (direction == Direction::export_) {
        return Error(ErrorKind::unsupported, "it is a type, and worlds of WIT export no types");
      }
      WC_CHECK(types_.enter(world));
      WC_TRY(made.what, types_.declare_type(item, *type));
    } else if (direction == Direction::import) {
      return {};  // a module or component: no part of WIT
    } else {
      return Error(ErrorKind::unsupported, "it is neither an interface nor a function");
    }
    wit::World& of = draft_[world].world;
    (direction == Direction::import ? of.imports : of.exports).push_back(std::move(made));
    return {};
  }

  Result<wit::InterfaceId> interface_item(wit::WorldId world, const NamedEntity& item,
                                          InstanceTypeId type) {
    if (item.attributes && item.attributes->implements) {
      return mention(*item.attributes->implements, type);
    }
    return is_interface_name(item.name) ? mention(item.name, type)
                                        : inline_interface(item.name, type, world);
  }

  // None for one that stands with its resource.
  Result<std::optional<wit::FunctionId>> function_item(wit::WorldId world, const NamedEntity& item,
                                                       FuncTypeId type, Direction direction) {
    WC_CHECK(types_.enter(world));
    if (direction == Direction::import) {
      WC_TRY(const wit::FunctionId id, types_.declare_function(item, type));
      return draft_[id].resource ? std::nullopt : std::optional(id);
    }
    WC_TRY(const wit::FunctionId id, types_.function(item, type));
    if (draft_[id].resource) {
      return Error(ErrorKind::unsupported,
                   "it is a function of a resource, of which worlds of WIT export none");
    }
    draft_[world].exported_functions.emplace(item.name, id);
    return id;
  }

  const TypeArena& arena_;
  WorkBudget budget_;
  WitDraft draft_;
  WitTypes types_;
  ByName<wit::PackageId> packages_;
  ByName<wit::InterfaceId> interfaces_;
  std::set<std::pair<wit::PackageId, std::string>> members_;  // by canonical names
};

enum class Form : std::uint8_t { component, package, package_as_one };

Form form_of(const TypedComponent& root) {
  const bool only_types = root.imports.empty() && !root.exports.empty() &&
                          std::ranges::all_of(root.exports, component_type, &NamedEntity::entity);
  if (!only_types) {
    return Form::component;
  }
  const auto name = parse_extern_name(root.exports.front().name);
  if (name && name->kind == NameKind::label) {
    return Form::package;
  }
  const bool one = root.exports.size() == 1 && name && name->kind == NameKind::interface &&
                   name->interface == "wit";
  return one ? Form::package_as_one : Form::component;
}

// The content of the section `package-docs`, if there is one. The bytes have been decoded.
Result<std::optional<std::string_view>> docs_section(const ast::Component& component,
                                                     const WitLimits& limits) {
  constexpr std::size_t kPreamble = 8;
  ByteReader in(component.bytes, component.offset);
  WC_CHECK(in.take(kPreamble));
  std::optional<std::string_view> docs;
  while (!in.at_end()) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint8_t id, in.u8());
    WC_TRY(const std::uint32_t size, in.leb_u32());
    WC_TRY(ByteReader section, in.slice(size));
    if (id != 0) {
      continue;
    }
    WC_TRY(const std::string_view name, section.name(size));
    if (name != "package-docs") {
      continue;
    }
    if (docs) {
      return error_at(at, "there is a second section `package-docs`");
    }
    if (section.remaining() > limits.docs_bytes) {
      return Error(ErrorKind::exhausted, "offset {:#x}: section `package-docs` exceeds {} bytes",
                   at, limits.docs_bytes);
    }
    const Bytes rest = section.rest();
    docs = std::string_view(reinterpret_cast<const char*>(rest.data()), rest.size());
  }
  return docs;
}

}  // namespace
}  // namespace internal

Result<wit::Graph> wit_of(const ast::Component& component, const Validated& validated,
                          const WitLimits& limits) {
  const TypedComponent& root = validated.root;
  internal::Decoder decoder(validated.arena, limits);
  switch (internal::form_of(root)) {
    case internal::Form::component:
      WC_CHECK(decoder.component(root));
      break;
    case internal::Form::package:
      WC_CHECK(decoder.package_of(root.exports));
      break;
    case internal::Form::package_as_one:
      WC_CHECK(decoder.package_of(root.exports.front()));
      break;
  }
  WC_TRY(const auto docs, internal::docs_section(component, limits));
  if (docs) {
    WC_CHECK(internal::add_package_docs(decoder.draft(), *docs), "section `package-docs`");
  }
  return internal::finish(std::move(decoder.draft()), limits);
}

Result<wit::Graph> wit_of(Bytes bytes, const WitLimits& limits) {
  WC_TRY(const auto component, decode(bytes));
  WC_TRY(const auto validated, validate(*component));
  return wit_of(*component, *validated, limits);
}

}  // namespace wasmcloud::component
