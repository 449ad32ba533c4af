#include "wasmcloud/wit/world_copy.h"

#include <optional>
#include <utility>

namespace wasmcloud::wit {
namespace {

template <typename Members>
std::size_t cost_of_members(const Members& members) {
  std::size_t cost = members.size();
  for (const auto& member : members) {
    cost += docs_cost(member.docs);
  }
  return cost;
}

// In steps: a type may be as long as a file.
std::size_t cost_of(const TypeDefinition& type) {
  const std::size_t body = std::visit(
      [](const auto& it) -> std::size_t {
        if constexpr (requires { it.fields; }) {
          return cost_of_members(it.fields);
        } else if constexpr (requires { it.cases; }) {
          return cost_of_members(it.cases);
        } else if constexpr (requires { it.flags; }) {
          return cost_of_members(it.flags);
        } else if constexpr (requires { it.types; }) {
          return it.types.size();
        } else {
          return 0;
        }
      },
      type.body);
  return 1 + docs_cost(type.docs) + body;
}

std::size_t cost_of(const Function& function) {
  return 1 + docs_cost(function.docs) + function.params.size();
}

}  // namespace

Result<TypeId> WorldCopy::type(TypeId id, const std::string& name) {
  WC_CHECK(state_.step(scope_, span_, cost_of(state_.graph[id])));
  TypeDefinition copy = state_.graph[id];
  WC_CHECK(map_parts(copy.body));
  copy.name = name;
  copy.owner = to_;
  const bool resource = std::holds_alternative<types::Resource>(copy.body);
  const TypeId result = state_.graph.add(std::move(copy));
  if (resource) {
    resources_.push_back(result);
  }
  copies_.emplace(id, result);
  return result;
}

Result<FunctionId> WorldCopy::function(FunctionId id, const std::string& name) {
  WC_CHECK(state_.step(scope_, span_, cost_of(state_.graph[id])));
  Function copy = state_.graph[id];
  copy.name = name;
  copy.owner = to_;
  if (copy.resource) {
    WC_TRY(copy.resource, map(*copy.resource));
  }
  for (Param& param : copy.params) {
    WC_TRY(param.type, map(param.type));
  }
  if (copy.result) {
    WC_TRY(copy.result, map(*copy.result));
  }
  return state_.graph.add(std::move(copy));
}

Result<> WorldCopy::finish() {
  for (const TypeId resource : resources_) {
    std::vector<FunctionId> functions = state_.graph.resource_at(resource).functions;
    for (FunctionId& function : functions) {
      const std::string name = state_.graph[function].name;
      WC_TRY(function, this->function(function, name));
    }
    state_.graph.resource_at(resource).functions = std::move(functions);
  }
  return {};
}

Result<TypeRef> WorldCopy::map(TypeRef type) {
  if (const auto* const id = std::get_if<TypeId>(&type.rep)) {
    WC_TRY(const TypeId mapped, map(*id));
    return mapped;
  }
  return type;
}

Result<TypeId> WorldCopy::map(TypeId id) {
  if (const auto copied = copies_.find(id); copied != copies_.end()) {
    return copied->second;
  }
  // A named type of the old world is among its imports, in an order that has copied it by now.
  if (!state_.graph[id].name.empty()) {
    return id;
  }
  WC_CHECK(state_.step(scope_, span_, cost_of(state_.graph[id])));
  TypeDefinition copy = state_.graph[id];
  WC_TRY(const bool changed, map_parts(copy.body));
  const TypeId result = changed ? state_.graph.add(std::move(copy)) : id;
  copies_.emplace(id, result);
  return result;
}

Result<bool> WorldCopy::map_parts(types::Body& body) {
  bool changed = false;
  std::optional<Error> failed;
  replace_parts(body, [&](TypeRef part) {
    auto mapped = failed ? Result<TypeRef>(part) : map(part);
    if (!mapped) {
      failed = std::move(mapped).error();
      return part;
    }
    changed = changed || *mapped != part;
    return *mapped;
  });
  if (failed) {
    return *std::move(failed);
  }
  return changed;
}

}  // namespace wasmcloud::wit
