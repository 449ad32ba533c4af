// A component's type as the host's bindings look at it when a component is loaded, to see that both
// mean the same.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/guest.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

// Which host resource a ResourceId of the component is, if it is one.
class ResourceResolver {
 public:
  virtual ~ResourceResolver() = default;
  virtual const HostResourceType* host_resource(ResourceId id) const = 0;
};

// A view of one value type; cheap to copy. What it was made of must outlive it.
class TypeView {
 public:
  TypeView(const TypeArena& arena, const ResourceResolver& resources, ValType type)
      : arena_(&arena), resources_(&resources), type_(type) {}

  bool is_primitive(Primitive primitive) const noexcept;
  bool is_record() const noexcept;
  bool is_tuple() const noexcept;
  bool is_variant() const noexcept;
  bool is_option() const noexcept;
  bool is_result() const noexcept;
  bool is_list() const noexcept;
  bool is_enum() const noexcept;
  bool is_flags() const noexcept;
  bool is_own(const HostResourceType* resource) const;
  bool is_borrow(const HostResourceType* resource) const;

  // Record fields, tuple members, variant cases.
  std::size_t child_count() const noexcept;
  std::string_view child_name(std::size_t index) const;
  TypeView child(std::size_t index) const;
  std::optional<TypeView> case_payload(std::size_t index) const;
  // Of a list or an option.
  TypeView element() const;
  std::optional<TypeView> ok() const;
  std::optional<TypeView> err() const;
  // Of an enum or flags.
  bool names_equal(std::span<const std::string_view> names) const;

 private:
  template <typename T>
  const T* as() const noexcept;

  TypeView view(ValType type) const { return TypeView(*arena_, *resources_, type); }

  const TypeArena* arena_;
  const ResourceResolver* resources_;
  ValType type_;
};

// The number by which the running component knows a host resource type.
ResourceIndex resource_index(Guest& guest, const HostResourceType& type);

}  // namespace wasmcloud::component
