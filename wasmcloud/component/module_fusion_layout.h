// Where each item of each part goes in the fused module. Internal to module_fusion*.cc.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "wasmcloud/component/module_fusion_binary.h"

namespace wasmcloud::component::fusion {

class Layout {
 public:
  // `parts` must outlive it.
  static Result<Layout> make(const std::vector<Part>& parts);

  const Translation& of_part(std::size_t part) const noexcept { return translations_[part]; }

  // How many items there are of a kind, imported ones included.
  std::uint32_t total(Space space) const noexcept { return of(total_, space); }

  // How many of them are not imported.
  std::uint32_t defined(Space space) const;
  // Follows a binding to the part where the item is defined, or imported from outside.
  Result<std::pair<std::size_t, Item>> find(const Binding& binding) const;
  // What an imported item is bound to; null if it is the part's own, or remains an import.
  static const Binding* bound(const Part& part, Item item);

 private:
  explicit Layout(const std::vector<Part>& parts) : parts_(&parts), translations_(parts.size()) {}

  Result<> assign();
  void assign_imports(std::size_t part, std::array<std::uint32_t, kSpaces>& next);
  Result<> bind_imports(std::size_t part);

  const std::vector<Part>* parts_;
  std::vector<Translation> translations_;
  std::array<std::uint32_t, kSpaces> total_{};
};

}  // namespace wasmcloud::component::fusion
