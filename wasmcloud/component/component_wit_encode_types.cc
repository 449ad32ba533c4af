#include "wasmcloud/component/component_wit_encode_types.h"

#include <array>
#include <type_traits>
#include <utility>
#include <variant>

namespace wasmcloud::component::internal {
namespace {

// The bytes are those of Binary.md of the Component Model; decoder_types.cc quotes its grammar.
constexpr std::uint8_t kTypeSort = 0x03;
constexpr std::uint8_t kErrorContext = 0x64;
constexpr std::uint8_t kFirstPrimitive = 0x7f;  // downwards from here

std::uint8_t code_of(wit::Primitive primitive) {
  static_assert(static_cast<int>(wit::Primitive::string) == 0x7f - 0x73);
  return primitive == wit::Primitive::error_context
             ? kErrorContext
             : static_cast<std::uint8_t>(kFirstPrimitive - static_cast<std::uint8_t>(primitive));
}

// By index of the body; none where there is only a name.
constexpr std::array<std::uint8_t, std::variant_size_v<wit::types::Body>> kCodes{
    0x00, 0x72, 0x71, 0x6d, 0x6e, 0x00, 0x69, 0x68, 0x70, 0x67, 0x6f, 0x6b, 0x6a, 0x63, 0x66, 0x65};

}  // namespace

// Declarations.

void Declarations::begin(std::uint8_t kind) {
  ++count_;
  body_.u8(kind);
}

void Declarations::begin(Way way, const ItemName& name) {
  begin(static_cast<std::uint8_t>(way));
  std::vector<std::pair<std::uint8_t, std::string_view>> attributes;
  if (name.implements) {
    attributes.emplace_back(std::uint8_t{0x00}, *name.implements);
  }
  if (name.external_id) {
    attributes.emplace_back(std::uint8_t{0x02}, *name.external_id);
  }
  body_.u8(attributes.empty() ? 0x00 : 0x02);
  body_.name(name.name);
  if (attributes.empty()) {
    return;
  }
  body_.leb(attributes.size());
  for (const auto& [kind, text] : attributes) {
    body_.u8(kind);
    body_.name(text);
  }
}

std::uint32_t Declarations::define(const ByteWriter& type) {
  begin(0x01);
  body_.bytes(type.view());
  return types_++;
}

std::uint32_t Declarations::define_unnamed(const ByteWriter& type) {
  const auto [known, fresh] =
      unnamed_.try_emplace({type.view().begin(), type.view().end()}, types_);
  return fresh ? define(type) : known->second;
}

std::uint32_t Declarations::alias_export(std::uint32_t instance, std::string_view name) {
  begin(0x02);
  body_.bytes(std::array{kTypeSort, std::uint8_t{0x00}});
  body_.leb(instance);
  body_.name(name);
  return types_++;
}

std::uint32_t Declarations::alias_outer(std::uint32_t type) {
  begin(0x02);
  body_.bytes(std::array{kTypeSort, std::uint8_t{0x02}, std::uint8_t{1}});
  body_.leb(type);
  return types_++;
}

std::uint32_t Declarations::name_type(Way way, const ItemName& name,
                                      std::optional<std::uint32_t> type) {
  begin(way, name);
  body_.u8(kTypeSort);
  body_.u8(type ? 0x00 : 0x01);
  if (type) {
    body_.leb(*type);
  }
  return types_++;
}

void Declarations::item(Way way, const ItemName& name, Sort sort, std::uint32_t type) {
  begin(way, name);
  body_.u8(static_cast<std::uint8_t>(sort));
  body_.leb(type);
}

ByteWriter Declarations::as_type(std::uint8_t kind) const {
  ByteWriter type;
  type.u8(kind);
  type.leb(count_);
  type.bytes(body_.view());
  return type;
}

// Interfaces and worlds.

Result<> ComponentTypeEncoder::open(wit::InterfaceId id) {
  inner_.emplace(Scope{.interface = id});
  for (const wit::TypeId type : graph_[id].types) {
    WC_CHECK(index_of(type));
  }
  return {};
}

void ComponentTypeEncoder::close(Way way, const ItemName& name) {
  const std::uint32_t type = outer_.declarations.define(inner_->declarations.instance_type());
  instances_.insert_or_assign(*inner_->interface, instance_count_++);
  inner_.reset();
  outer_.declarations.item(way, name, Declarations::Sort::instance, type);
}

Result<> ComponentTypeEncoder::use(wit::InterfaceId id) {
  WC_CHECK(open(id));
  close(Way::import, {.name = graph_.name_of(id)});
  return {};
}

Result<> ComponentTypeEncoder::interface(Way way, const ItemName& name, wit::InterfaceId id) {
  const auto declare = [&](wit::FunctionId function) {
    return this->function(
        Way::export_,
        {.name = graph_.name_of(function), .external_id = graph_[function].external_id}, function);
  };
  WC_CHECK(open(id));
  for (const wit::TypeId type : graph_[id].types) {
    if (const auto* const resource = std::get_if<wit::types::Resource>(&graph_[type].body)) {
      for (const wit::FunctionId function : resource->functions) {
        WC_CHECK(declare(function));
      }
    }
  }
  for (const wit::FunctionId function : graph_[id].functions) {
    WC_CHECK(declare(function));
  }
  close(way, name);
  return {};
}

Result<> ComponentTypeEncoder::function(Way way, const ItemName& name, wit::FunctionId id) {
  ByteWriter type;
  WC_CHECK(write(graph_[id], type), "function `{}`", name.name);
  Declarations& into = scope().declarations;
  const std::uint32_t index = into.define_unnamed(type);
  into.item(way, name, Declarations::Sort::func, index);
  return {};
}

Result<> ComponentTypeEncoder::import_type(wit::TypeId id) {
  WC_CHECK(index_of(id), "type `{}`", graph_[id].name);
  return {};
}

// Types.

Result<std::uint32_t> ComponentTypeEncoder::index_of(wit::TypeId id) {
  if (const auto known = scope().types.find(id); known != scope().types.end()) {
    return known->second;
  }
  const wit::Owner& owner = graph_[id].owner;
  const auto* const interface = std::get_if<wit::InterfaceId>(&owner);
  if (inner_ && std::holds_alternative<wit::WorldId>(owner)) {
    return Error(ErrorKind::unsupported, "type `{}` of a world is mentioned in an interface",
                 graph_[id].name);
  }
  const bool elsewhere = interface != nullptr && scope().interface != *interface;
  WC_TRY(const std::uint32_t index, elsewhere ? bring(*interface, id) : define(id));
  scope().types.emplace(id, index);
  return index;
}

// The graph's facts bound the depth.
Result<std::uint32_t> ComponentTypeEncoder::define(wit::TypeId id) {
  const wit::TypeDefinition& type = graph_[id];
  const Way way = inner_ ? Way::export_ : Way::import;
  const ItemName name{.name = type.name, .external_id = type.external_id};
  if (std::holds_alternative<wit::types::Resource>(type.body)) {
    return scope().declarations.name_type(way, name, std::nullopt);
  }
  const auto* const alias = std::get_if<wit::types::Alias>(&type.body);
  const auto* const target =
      alias == nullptr ? nullptr : std::get_if<wit::TypeId>(&alias->type.rep);
  if (target != nullptr) {
    WC_TRY(const std::uint32_t index, index_of(*target));
    return scope().declarations.name_type(way, name, index);
  }
  ByteWriter body;
  WC_CHECK(write(type.body, body));
  Declarations& into = scope().declarations;
  return type.name.empty() ? into.define_unnamed(body)
                           : into.name_type(way, name, into.define(body));
}

// Of several instances of an interface the first that was asked for, as existing tools do it: who
// reads the package goes by names.
Result<std::uint32_t> ComponentTypeEncoder::bring(wit::InterfaceId owner, wit::TypeId id) {
  auto known = brought_.find(id);
  if (known == brought_.end()) {
    const auto instance = instances_.find(owner);
    if (instance == instances_.end()) {
      return Error(ErrorKind::unsupported, "type `{}` of `{}`, which has not come before",
                   graph_[id].name, graph_.name_of(owner));
    }
    known =
        brought_.emplace(id, outer_.declarations.alias_export(instance->second, graph_[id].name))
            .first;
  }
  return inner_ ? inner_->declarations.alias_outer(known->second) : known->second;
}

// What they are made of.

Result<> ComponentTypeEncoder::write(const wit::Function& function, ByteWriter& out) {
  out.u8(function.async ? 0x43 : 0x40);
  WC_CHECK(write_each(function.params, out));
  out.u8(function.result ? 0x00 : 0x01);
  if (function.result) {
    return write(*function.result, out);
  }
  out.u8(0x00);
  return {};
}

Result<> ComponentTypeEncoder::write(const wit::types::Body& body, ByteWriter& out) {
  if (const std::uint8_t code = kCodes.at(body.index()); code != 0) {
    out.u8(code);
  }
  return std::visit([&](const auto& type) { return write_parts(type, out); }, body);
}

template <typename Body>
Result<> ComponentTypeEncoder::write_parts(const Body& body, ByteWriter& out) {
  if constexpr (requires { body.fields; }) {
    return write_each(body.fields, out);
  } else if constexpr (requires { body.cases; }) {
    return write_each(body.cases, out);
  } else if constexpr (requires { body.flags; }) {
    return write_each(body.flags, out);
  } else if constexpr (requires { body.types; }) {
    return write_each(body.types, out);
  } else if constexpr (requires { body.ok; }) {
    WC_CHECK(write(body.ok, out));
    return write(body.err, out);
  } else if constexpr (requires { body.key; }) {
    WC_CHECK(write(body.key, out));
    return write(body.value, out);
  } else if constexpr (requires { body.resource; }) {
    WC_TRY(const std::uint32_t resource, index_of(body.resource));
    out.leb(resource);
    return {};
  } else if constexpr (requires { body.length; }) {
    WC_CHECK(write(body.element, out));
    out.leb(body.length);
    return {};
  } else if constexpr (requires { body.element; }) {
    return write(body.element, out);
  } else if constexpr (requires { body.type; }) {
    return write(body.type, out);
  } else {
    return {};  // a resource, which is a name alone
  }
}

template <typename Members>
Result<> ComponentTypeEncoder::write_each(const Members& members, ByteWriter& out) {
  out.leb(members.size());
  for (const auto& member : members) {
    WC_CHECK(write(member, out));
  }
  return {};
}

// A parameter, field, case or label.
template <typename Named>
Result<> ComponentTypeEncoder::write(const Named& member, ByteWriter& out) {
  out.name(member.name);
  if constexpr (requires { member.type; }) {
    WC_CHECK(write(member.type, out));
  }
  if constexpr (std::is_same_v<Named, wit::types::Case>) {
    out.u8(0x00);  // where cases once named others that they refine
  }
  return {};
}

Result<> ComponentTypeEncoder::write(wit::TypeRef type, ByteWriter& out) {
  if (const auto* const primitive = std::get_if<wit::Primitive>(&type.rep)) {
    out.u8(code_of(*primitive));
    return {};
  }
  WC_TRY(const std::uint32_t index, index_of(std::get<wit::TypeId>(type.rep)));
  out.leb(std::int64_t{index});
  return {};
}

Result<> ComponentTypeEncoder::write(const std::optional<wit::TypeRef>& type, ByteWriter& out) {
  out.u8(type ? 0x01 : 0x00);
  return type ? write(*type, out) : Result<>{};
}

}  // namespace wasmcloud::component::internal
