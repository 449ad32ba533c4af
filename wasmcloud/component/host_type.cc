#include "wasmcloud/component/host_type.h"

#include <algorithm>

namespace wasmcloud::component {

template <typename T>
const T* TypeView::as() const noexcept {
  const auto* const id = std::get_if<DefinedTypeId>(&type_.rep);
  return id == nullptr ? nullptr : std::get_if<T>(&(*arena_)[*id]);
}

bool TypeView::is_primitive(Primitive primitive) const noexcept {
  if (const auto* const direct = std::get_if<Primitive>(&type_.rep)) {
    return *direct == primitive;
  }
  const auto* const named = as<Primitive>();
  return named != nullptr && *named == primitive;
}

bool TypeView::is_record() const noexcept { return as<types::Record>() != nullptr; }

bool TypeView::is_tuple() const noexcept { return as<types::Tuple>() != nullptr; }

bool TypeView::is_variant() const noexcept { return as<types::Variant>() != nullptr; }

bool TypeView::is_option() const noexcept { return as<types::Option>() != nullptr; }

bool TypeView::is_result() const noexcept { return as<types::Result>() != nullptr; }

bool TypeView::is_list() const noexcept { return as<types::List>() != nullptr; }

bool TypeView::is_enum() const noexcept { return as<types::Enum>() != nullptr; }

bool TypeView::is_flags() const noexcept { return as<types::Flags>() != nullptr; }

bool TypeView::is_own(const HostResourceType* resource) const {
  const auto* const own = as<types::Own>();
  return own != nullptr && resources_->host_resource(own->resource) == resource;
}

bool TypeView::is_borrow(const HostResourceType* resource) const {
  const auto* const borrow = as<types::Borrow>();
  return borrow != nullptr && resources_->host_resource(borrow->resource) == resource;
}

std::size_t TypeView::child_count() const noexcept {
  if (const auto* const record = as<types::Record>()) {
    return record->fields.size();
  }
  if (const auto* const tuple = as<types::Tuple>()) {
    return tuple->types.size();
  }
  const auto* const variant = as<types::Variant>();
  return variant == nullptr ? 0 : variant->cases.size();
}

std::string_view TypeView::child_name(std::size_t index) const {
  if (const auto* const record = as<types::Record>()) {
    return record->fields[index].name;
  }
  return as<types::Variant>()->cases[index].name;
}

TypeView TypeView::child(std::size_t index) const {
  if (const auto* const record = as<types::Record>()) {
    return view(record->fields[index].type);
  }
  return view(as<types::Tuple>()->types[index]);
}

std::optional<TypeView> TypeView::case_payload(std::size_t index) const {
  const auto& payload = as<types::Variant>()->cases[index].type;
  return payload ? std::optional(view(*payload)) : std::nullopt;
}

TypeView TypeView::element() const {
  if (const auto* const option = as<types::Option>()) {
    return view(option->type);
  }
  return view(as<types::List>()->element);
}

std::optional<TypeView> TypeView::ok() const {
  const auto& type = as<types::Result>()->ok;
  return type ? std::optional(view(*type)) : std::nullopt;
}

std::optional<TypeView> TypeView::err() const {
  const auto& type = as<types::Result>()->err;
  return type ? std::optional(view(*type)) : std::nullopt;
}

bool TypeView::names_equal(std::span<const std::string_view> names) const {
  if (const auto* const flags = as<types::Flags>()) {
    return std::ranges::equal(flags->names, names);
  }
  return std::ranges::equal(as<types::Enum>()->names, names);
}

}  // namespace wasmcloud::component
