#include "wasmcloud/component/types.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "wasmcloud/component/abi_flat.h"
#include "wasmcloud/component/type_elements.h"

namespace wasmcloud::component {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

template <typename List, typename Key>
NameIndex index_by(const List& list, Key key) {
  NameIndex order(list.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(key(list[a]), a) < std::pair(key(list[b]), b);
  });
  return order;
}

constexpr auto kName = [](const auto& item) { return std::string_view(item.name); };
constexpr auto kModuleAndName = [](const auto& item) {
  return std::pair(std::string_view(item.module), std::string_view(item.name));
};

// Null if there is none. A list that is not indexed (yet) is searched from its start.
template <typename List, typename Name, typename Key>
auto find_in(const List& list, const NameIndex& order, const Name& name, Key key) noexcept
    -> decltype(&list[0]) {
  if (order.size() != list.size()) {
    const auto it = std::ranges::find(list, name, key);
    return it == list.end() ? nullptr : &*it;
  }
  const auto it = std::ranges::lower_bound(order, name, std::less<>(),
                                           [&](std::uint32_t i) { return key(list[i]); });
  return it == order.end() || key(list[*it]) != name ? nullptr : &list[*it];
}

TypeFacts facts_of_primitive(Primitive type) {
  TypeFacts facts;
  facts.has_pointer = type == Primitive::string;
  facts.has_handle = type == Primitive::error_context;
  return facts;
}

// What `type` is by itself, without what it is made of.
void add_own_facts(const types::Defined& type, TypeFacts& facts) {
  std::visit(Overloaded{
                 [&](Primitive t) { facts = facts_of_primitive(t); },
                 [&](const types::Own&) {
                   facts.has_handle = true;
                   facts.extent.mentions_resources = true;
                 },
                 [&](const types::Borrow&) {
                   facts.has_handle = facts.has_borrow = true;
                   facts.extent.mentions_resources = true;
                 },
                 [&](const types::Stream&) { facts.has_handle = true; },
                 [&](const types::Future&) { facts.has_handle = true; },
                 [&](const types::List&) { facts.has_pointer = true; },
                 [&](const types::Map&) { facts.has_pointer = true; },
                 [](const auto&) {},
             },
             type);
}

bool is_channel(const types::Defined& type) noexcept {
  return std::holds_alternative<types::Stream>(type) || std::holds_alternative<types::Future>(type);
}

}  // namespace

std::size_t parts(const types::Defined& type) noexcept {
  return std::visit(Overloaded{
                        [](const types::Record& t) { return t.fields.size(); },
                        [](const types::Variant& t) { return t.cases.size(); },
                        [](const types::Tuple& t) { return t.types.size(); },
                        [](const types::Flags& t) { return t.names.size(); },
                        [](const types::Enum& t) { return t.names.size(); },
                        [](const auto&) { return std::size_t{1}; },
                    },
                    type);
}

void extend(TypeExtent& whole, const TypeExtent& part) noexcept {
  whole.size = std::min(whole.size + part.size, TypeExtent::kMaxSize + 1);
  whole.depth = std::max(whole.depth, std::min(part.depth + 1, TypeExtent::kMaxDepth + 1));
  whole.mentions_resources |= part.mentions_resources;
}

NameIndex index_names(const std::vector<NamedEntity>& list) { return index_by(list, kName); }

const Entity* InstanceType::find(std::string_view name) const noexcept {
  const NamedEntity* found = find_in(exports, by_name, name, kName);
  return found == nullptr ? nullptr : &found->entity;
}

const Entity* ComponentType::find_import(std::string_view name) const noexcept {
  const NamedEntity* found = find_in(imports, imports_by_name, name, kName);
  return found == nullptr ? nullptr : &found->entity;
}

const Entity* ComponentType::find_export(std::string_view name) const noexcept {
  const NamedEntity* found = find_in(exports, exports_by_name, name, kName);
  return found == nullptr ? nullptr : &found->entity;
}

const CoreExternType* ModuleType::find_import(std::string_view module,
                                              std::string_view name) const noexcept {
  const Import* found = find_in(imports, imports_by_name, std::pair(module, name), kModuleAndName);
  return found == nullptr ? nullptr : &found->type;
}

const CoreExternType* ModuleType::find_export(std::string_view name) const noexcept {
  const Export* found = find_in(exports, exports_by_name, name, kName);
  return found == nullptr ? nullptr : &found->type;
}

TypeFacts TypeArena::facts(ValType type) const {
  if (const auto* primitive = std::get_if<Primitive>(&type.rep)) {
    return facts_of_primitive(*primitive);
  }
  return facts(std::get<DefinedTypeId>(type.rep));
}

TypeExtent TypeArena::extent(const TypeEntity& type) const {
  return std::visit(Overloaded{
                        [&](ValType t) { return facts(t).extent; },
                        [&](ResourceId) { return TypeExtent{.mentions_resources = true}; },
                        [&](auto id) { return extent(id); },
                    },
                    type.type);
}

TypeExtent TypeArena::extent(const Entity& entity) const {
  return std::visit(Overloaded{
                        [&](ValType t) { return facts(t).extent; },
                        [&](const TypeEntity& t) { return extent(t); },
                        [&](auto id) { return extent(id); },
                    },
                    entity);
}

DefinedTypeId TypeArena::add(types::Defined type) {
  TypeFacts facts;
  add_own_facts(type, facts);
  each_element(type, [&](ValType element) {
    const auto part = [&](const TypeFacts& of) {
      extend(facts.extent, of.extent);
      facts.has_borrow |= of.has_borrow;
      if (!is_channel(type)) {  // what flows through one is not in the value itself
        facts.has_handle |= of.has_handle;
        facts.has_pointer |= of.has_pointer;
      }
    };
    if (const auto* id = std::get_if<DefinedTypeId>(&element.rep)) {
      part(this->facts(*id));
    } else {
      part(facts_of_primitive(std::get<Primitive>(element.rep)));
    }
  });
  facts.layout32 = compute_layout(*this, type, PointerSize::bits32);
  facts.layout64 = compute_layout(*this, type, PointerSize::bits64);
  facts.flat = compute_flat(*this, type);
  bodies_.push_back(std::move(type));
  body_facts_.push_back(facts);
  const auto id = static_cast<DefinedTypeId>(defined_.size());
  defined_.push_back(static_cast<std::uint32_t>(bodies_.size() - 1));
  formers_.push_back(id);
  return id;
}

DefinedTypeId TypeArena::add_name(DefinedTypeId id) {
  defined_.push_back(body(id));
  formers_.push_back(id);
  return static_cast<DefinedTypeId>(defined_.size() - 1);
}

FuncTypeId TypeArena::add(types::Func type) {
  TypeExtent extent;
  for (const types::Param& param : type.params) {
    extend(extent, facts(param.type).extent);
  }
  if (type.result) {
    extend(extent, facts(*type.result).extent);
  }
  funcs_.push_back(std::move(type));
  func_extents_.push_back(extent);
  return static_cast<FuncTypeId>(funcs_.size() - 1);
}

InstanceTypeId TypeArena::add(InstanceType type) {
  TypeExtent extent;
  for (const NamedEntity& item : type.exports) {
    extend(extent, this->extent(item.entity));
  }
  type.by_name = index_names(type.exports);
  instances_.push_back(std::move(type));
  instance_extents_.push_back(extent);
  return static_cast<InstanceTypeId>(instances_.size() - 1);
}

ComponentTypeId TypeArena::add(ComponentType type) {
  TypeExtent extent;
  for (const auto* list : {&type.imports, &type.exports}) {
    for (const NamedEntity& item : *list) {
      extend(extent, this->extent(item.entity));
    }
  }
  type.imports_by_name = index_by(type.imports, kName);
  type.exports_by_name = index_by(type.exports, kName);
  components_.push_back(std::move(type));
  component_extents_.push_back(extent);
  return static_cast<ComponentTypeId>(components_.size() - 1);
}

ModuleTypeId TypeArena::add(ModuleType type) {
  TypeExtent extent;
  const auto count = type.imports.size() + type.exports.size();
  extent.size =
      static_cast<std::uint32_t>(std::min<std::size_t>(count + 1, TypeExtent::kMaxSize + 1));
  type.imports_by_name = index_by(type.imports, kModuleAndName);
  type.exports_by_name = index_by(type.exports, kName);
  modules_.push_back(std::move(type));
  module_extents_.push_back(extent);
  return static_cast<ModuleTypeId>(modules_.size() - 1);
}

}  // namespace wasmcloud::component
