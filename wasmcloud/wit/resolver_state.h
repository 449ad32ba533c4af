// What the parts of the resolver share. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/package_sources.h"
#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// What a name within an interface or world stands for.
struct ScopeName {
  enum class Kind : std::uint8_t { type, function, left_out };

  std::string text;  // as written
  Kind kind = Kind::type;
  TypeId type{};        // of a type, once it is defined
  std::string feature;  // of what is left out: what would bring it in
};

using ScopeNames = std::map<std::string, ScopeName, std::less<>>;  // in lower case

struct ResolverState {
  const ResolveOptions& options;
  const PackageSources& sources;
  Graph graph;
  std::vector<PackageId> packages;                        // by PackageIndex
  std::vector<std::variant<InterfaceId, WorldId>> items;  // by ItemIndex, of those resolved
  std::map<InterfaceId, ScopeNames> names;                // of interfaces that have been resolved
  std::uint64_t steps = 0;

  // Counts things made.
  Result<> step(ScopeIndex scope, Span span, std::size_t things = 1);
  // An interface or world that has been resolved; an error if it is the other, or left out.
  Result<InterfaceId> interface_at(ScopeIndex scope, const syntax::UsePath& path);
  Result<WorldId> world_at(ScopeIndex scope, const syntax::UsePath& path);
};

Stability stability_of(const syntax::Attributes& attributes);

}  // namespace wasmcloud::wit
