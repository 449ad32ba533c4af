#include "wasmcloud/component/module_fusion_layout.h"

#include <algorithm>

namespace wasmcloud::component::fusion {
namespace {

constexpr std::uint32_t kUnknown = 0xffffffff;

Result<> same_type(const Outline& wants, std::uint32_t type, const Outline& has,
                   std::uint32_t func) {
  if (func >= has.funcs.size() || has.funcs[func] >= has.types.size() ||
      type >= wants.types.size()) {
    return Error(ErrorKind::invalid, "a function or type index is out of bounds");
  }
  if (!std::ranges::equal(wants.types[type], has.types[has.funcs[func]])) {
    return Error(ErrorKind::unsupported, "functions of different types cannot be fused");
  }
  return {};
}

}  // namespace

Result<Layout> Layout::make(const std::vector<Part>& parts) {
  Layout layout(parts);
  WC_CHECK(layout.assign());
  return layout;
}

std::uint32_t Layout::defined(Space space) const {
  const auto at = static_cast<std::size_t>(space);
  std::uint32_t count = 0;
  for (const Part& part : *parts_) {
    count +=
        part.outline->count[at] - static_cast<std::uint32_t>(part.outline->imported[at].size());
  }
  return count;
}

Result<> Layout::assign() {
  std::array<std::uint32_t, kSpaces> next{};
  for (std::size_t p = 0; p < parts_->size(); ++p) {
    const Outline& outline = (*(*parts_)[p].outline);
    for (std::size_t space = 0; space < kSpaces; ++space) {
      translations_[p].to[space].resize(outline.count[space], kUnknown);
    }
    assign_imports(p, next);
  }
  for (std::size_t p = 0; p < parts_->size(); ++p) {
    const Outline& outline = (*(*parts_)[p].outline);
    for (std::size_t space = 0; space < kSpaces; ++space) {
      auto& to = translations_[p].to[space];
      const std::size_t first = space < kImportable ? outline.imported[space].size() : 0;
      for (std::size_t i = first; i < to.size(); ++i) {
        to[i] = next[space]++;
      }
    }
  }
  total_ = next;
  if (of(total_, Space::memory) > 1) {
    return Error(ErrorKind::unsupported, "modules with several memories cannot be fused");
  }
  for (std::size_t p = 0; p < parts_->size(); ++p) {
    WC_CHECK(bind_imports(p));
  }
  return {};
}

// Those that remain.
void Layout::assign_imports(std::size_t p, std::array<std::uint32_t, kSpaces>& next) {
  std::array<std::uint32_t, kSpaces> seen{};
  const Part& part = (*parts_)[p];
  for (std::size_t i = 0; i < part.outline->imports.size(); ++i) {
    const Space space = part.outline->imports[i].space;
    const std::uint32_t index = of(seen, space)++;
    if (!part.imports[i]) {
      translations_[p].to[static_cast<std::size_t>(space)][index] = of(next, space)++;
    }
  }
}

// Those that another part fulfils.
Result<> Layout::bind_imports(std::size_t p) {
  std::array<std::uint32_t, kSpaces> seen{};
  const Part& part = (*parts_)[p];
  for (std::size_t i = 0; i < part.outline->imports.size(); ++i) {
    const Import& import = part.outline->imports[i];
    const std::uint32_t index = of(seen, import.space)++;
    if (!part.imports[i]) {
      continue;
    }
    WC_TRY(const auto found, find(*part.imports[i]));
    const auto [owner, item] = found;
    if (item.space != import.space) {
      return Error(ErrorKind::invalid, "`{}` is bound to another kind of thing",
                   part.imports[i]->name);
    }
    if (import.space == Space::func) {
      WC_CHECK(same_type((*part.outline), import.type, *(*parts_)[owner].outline, item.index));
    }
    WC_TRY(const std::uint32_t now, translations_[owner](item.space, item.index));
    translations_[p].to[static_cast<std::size_t>(import.space)][index] = now;
  }
  return {};
}

Result<std::pair<std::size_t, Item>> Layout::find(const Binding& binding) const {
  const Binding* at = &binding;
  for (std::size_t steps = 0; steps <= parts_->size(); ++steps) {
    const Part& part = (*parts_)[at->part];
    const auto found = part.outline->exports.find(at->name);
    if (found == part.outline->exports.end()) {
      return Error(ErrorKind::invalid, "no export `{}`", at->name);
    }
    const Item item = found->second;
    const Binding* const next = bound(part, item);
    if (next == nullptr) {
      return std::pair(std::size_t{at->part}, item);
    }
    at = next;
  }
  return Error(ErrorKind::unsupported, "`{}` is exported in a circle", binding.name);
}

const Binding* Layout::bound(const Part& part, Item item) {
  const auto& positions = part.outline->imported[static_cast<std::size_t>(item.space)];
  if (item.index >= positions.size() || !part.imports[positions[item.index]]) {
    return nullptr;
  }
  return &*part.imports[positions[item.index]];
}

}  // namespace wasmcloud::component::fusion
