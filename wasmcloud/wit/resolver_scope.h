// The resolver's part for what stands in an interface or world: `use`, types, functions. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/resolver_state.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// For one interface or world. First every `use`, then all types at once, then functions.
class ScopeResolver {
 public:
  // `state` outlives it.
  ScopeResolver(ResolverState& state, ScopeIndex scope, Owner owner)
      : state_(state), scope_(scope), owner_(owner) {}

  Result<> use(const syntax::Use& use);
  Result<> define(std::span<const syntax::TypeDefinition* const> definitions);
  // None if a gate leaves it out. Takes its name in the scope.
  Result<std::optional<FunctionId>> declare(const syntax::Function& function);
  // Neither gate nor name are looked at.
  Result<FunctionId> free_function(const syntax::Id& name, const syntax::Attributes& attributes,
                                   const syntax::FuncType& type);

  // What came of it: types in an order in which each stands after those it uses, interfaces of
  // which it uses types.
  const std::vector<TypeId>& types() const { return types_; }

  const std::vector<InterfaceId>& dependencies() const { return dependencies_; }

  ScopeNames take_names() { return std::move(names_); }

 private:
  struct NewFunction;

  Result<> declare(const syntax::Id& name, ScopeName what);
  Result<> use_one(InterfaceId from, const ScopeNames& names, const syntax::UsedName& used,
                   const syntax::Attributes& attributes);
  Result<> define_one(const syntax::TypeDefinition& definition);
  Result<> define_functions(const syntax::TypeDefinition& definition);
  Result<TypeId> named(const syntax::Id& name);
  Result<TypeRef> type(const syntax::Type& type);
  Result<types::Body> body(const syntax::Type& type);
  Result<std::optional<TypeRef>> argument(const syntax::Type& type, std::size_t at);
  Result<TypeId> resource(const syntax::Id& name);
  Result<TypeId> add(TypeDefinition definition, Span span);
  Result<TypeId> add_unnamed(types::Body body, Span span);
  Result<FunctionId> function(const NewFunction& function);
  Result<> check_result(const NewFunction& function, const syntax::Type& result, TypeRef type);

  Result<types::Body> body_of(const syntax::Alias& alias);
  Result<types::Body> body_of(const syntax::Record& record);
  Result<types::Body> body_of(const syntax::Variant& variant);
  Result<types::Body> body_of(const syntax::Enum& enumeration);
  Result<types::Body> body_of(const syntax::Flags& flags);
  Result<types::Body> body_of(const syntax::Resource& resource);

  Error error(Span span, std::string_view what) const {
    return state_.sources.error(scope_, span, what);
  }

  ResolverState& state_;
  ScopeIndex scope_;
  Owner owner_;
  ScopeNames names_;
  std::vector<TypeId> types_;
  std::vector<InterfaceId> dependencies_;
};

}  // namespace wasmcloud::wit
