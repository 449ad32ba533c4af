// What a world includes of another: its types and functions become those of the new world. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/resolver_state.h"

namespace wasmcloud::wit {

// What copying docs of that length costs, in steps.
constexpr std::size_t docs_cost(std::string_view docs) noexcept { return docs.size() / 64; }

// For one `include`. Types first, then functions, then finish().
class WorldCopy {
 public:
  // `state` outlives it. Costs are counted at `span`.
  WorldCopy(ResolverState& state, ScopeIndex scope, Span span, WorldId to)
      : state_(state), scope_(scope), span_(span), to_(to) {}

  // A copy under another name, or the same one.
  Result<TypeId> type(TypeId id, const std::string& name);
  Result<FunctionId> function(FunctionId id, const std::string& name);
  // Copies the functions of resources, which may use any type.
  Result<> finish();

 private:
  // The copy of a type, or the type itself if nothing in it is of the old world.
  Result<TypeId> map(TypeId id);
  Result<TypeRef> map(TypeRef type);
  Result<bool> map_parts(types::Body& body);

  ResolverState& state_;
  ScopeIndex scope_;
  Span span_;
  WorldId to_;
  std::map<TypeId, TypeId> copies_;
  std::vector<TypeId> resources_;  // copies, with the functions of the originals
};

}  // namespace wasmcloud::wit
