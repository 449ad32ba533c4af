#include "wasmcloud/wit/resolver_scope.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/wit/topological_order.h"

namespace wasmcloud::wit {
namespace {

using syntax::TypeKind;

// Each name of a type that is mentioned, however deep.
template <typename Visit>
void visit_names(const syntax::Type& type, const Visit& visit) {
  if (type.kind == TypeKind::name || type.kind == TypeKind::own || type.kind == TypeKind::borrow) {
    visit(type.name);
  }
  for (const syntax::Type& argument : type.arguments) {
    visit_names(argument, visit);
  }
}

template <typename Visit>
void visit_names(const syntax::TypeDefinition& definition, const Visit& visit) {
  if (const auto* const alias = std::get_if<syntax::Alias>(&definition.body)) {
    visit_names(alias->type, visit);
  } else if (const auto* const record = std::get_if<syntax::Record>(&definition.body)) {
    for (const syntax::Field& field : record->fields) {
      visit_names(field.type, visit);
    }
  } else if (const auto* const variant = std::get_if<syntax::Variant>(&definition.body)) {
    for (const syntax::Case& one : variant->cases) {
      if (one.type) {
        visit_names(*one.type, visit);
      }
    }
  }
}

// Names that must differ, and not only in case.
class UniqueNames {
 public:
  UniqueNames(const ResolverState& state, ScopeIndex scope) : state_(state), scope_(scope) {}

  Result<> add(const syntax::Id& name) {
    if (!names_.insert(lower_case(name.text)).second) {
      return state_.sources.error(scope_, name.span, fmt::format("`{}` is here twice", name.text));
    }
    return {};
  }

 private:
  const ResolverState& state_;
  ScopeIndex scope_;
  std::set<std::string> names_;
};

}  // namespace

struct ScopeResolver::NewFunction {
  const syntax::Id& name;
  const syntax::Attributes& attributes;
  const syntax::FuncType& type;
  FunctionKind kind = FunctionKind::free;
  std::optional<TypeId> resource{};
};

Result<> ScopeResolver::declare(const syntax::Id& name, ScopeName what) {
  what.text = name.text;
  if (!names_.emplace(lower_case(name.text), std::move(what)).second) {
    return error(name.span, fmt::format("`{}` is defined twice", name.text));
  }
  return {};
}

Result<> ScopeResolver::use(const syntax::Use& use) {
  WC_TRY(const bool included, state_.sources.passes(scope_, use.attributes));
  if (!included) {
    for (const syntax::UsedName& used : use.names) {
      WC_CHECK(declare(used.as ? *used.as : used.name, {.text = {},
                                                        .kind = ScopeName::Kind::left_out,
                                                        .type = {},
                                                        .feature = use.attributes.unstable->text}));
    }
    return {};
  }
  WC_TRY(const InterfaceId from, state_.interface_at(scope_, use.from));
  const ScopeNames& names = state_.names.at(from);
  for (const syntax::UsedName& used : use.names) {
    WC_CHECK(use_one(from, names, used, use.attributes));
  }
  if (!use.names.empty() && std::ranges::find(dependencies_, from) == dependencies_.end()) {
    dependencies_.push_back(from);
  }
  return {};
}

Result<> ScopeResolver::use_one(InterfaceId from, const ScopeNames& names,
                                const syntax::UsedName& used,
                                const syntax::Attributes& attributes) {
  const auto found = names.find(lower_case(used.name.text));
  if (found == names.end() || found->second.text != used.name.text) {
    return error(used.name.span, fmt::format("interface {} has no type `{}`",
                                             state_.graph.name_of(from), used.name.text));
  }
  const ScopeName& name = found->second;
  if (name.kind == ScopeName::Kind::left_out) {
    return error(used.name.span,
                 fmt::format("`{}` is there only with feature `{}`", name.text, name.feature));
  }
  if (name.kind == ScopeName::Kind::function) {
    return error(used.name.span,
                 fmt::format("`{}` is a function; only types can be used", name.text));
  }
  const syntax::Id& as = used.as ? *used.as : used.name;
  WC_TRY(const TypeId type, add({.name = as.text,
                                 .owner = owner_,
                                 .docs = attributes.docs,
                                 .stability = stability_of(attributes),
                                 .body = types::Alias{.type = name.type}},
                                used.name.span));
  types_.push_back(type);
  return declare(as, {.text = {}, .kind = ScopeName::Kind::type, .type = type, .feature = {}});
}

Result<> ScopeResolver::define(std::span<const syntax::TypeDefinition* const> definitions) {
  std::vector<const syntax::TypeDefinition*> included;
  std::map<std::string_view, std::uint32_t> positions;
  for (const syntax::TypeDefinition* const definition : definitions) {
    ScopeName name;
    WC_TRY(const bool passes, state_.sources.passes(scope_, definition->attributes));
    if (passes) {
      positions.emplace(definition->name.text, static_cast<std::uint32_t>(included.size()));
      included.push_back(definition);
    } else {
      name.kind = ScopeName::Kind::left_out;
      name.feature = definition->attributes.unstable->text;
    }
    WC_CHECK(declare(definition->name, std::move(name)));
  }
  std::vector<std::vector<std::uint32_t>> uses(included.size());
  for (std::size_t i = 0; i < included.size(); ++i) {
    visit_names(*included[i], [&](const syntax::Id& name) {
      if (const auto used = positions.find(name.text); used != positions.end()) {
        uses[i].push_back(used->second);
      }
    });
  }
  const TopologicalOrder order = order_by_use(uses);
  if (!order.cycle.empty()) {
    const syntax::Id& name = included[order.cycle.front()]->name;
    std::string path;
    for (const std::uint32_t on_the_way : order.cycle) {
      path += included[on_the_way]->name.text + " -> ";
    }
    return error(name.span,
                 fmt::format("type `{}` is made of itself: {}{}", name.text, path, name.text));
  }
  for (const std::uint32_t position : order.order) {
    WC_CHECK(define_one(*included[position]));
  }
  for (const syntax::TypeDefinition* const definition : included) {
    WC_CHECK(define_functions(*definition));
  }
  return {};
}

Result<> ScopeResolver::define_one(const syntax::TypeDefinition& definition) {
  auto body = std::visit([&](const auto& it) { return body_of(it); }, definition.body);
  if (!body) {
    return std::move(body).error();
  }
  WC_TRY(const TypeId type, add({.name = definition.name.text,
                                 .owner = owner_,
                                 .docs = definition.attributes.docs,
                                 .stability = stability_of(definition.attributes),
                                 .external_id = definition.attributes.external_id,
                                 .body = *std::move(body)},
                                definition.name.span));
  types_.push_back(type);
  names_.at(lower_case(definition.name.text)).type = type;
  return {};
}

Result<types::Body> ScopeResolver::body_of(const syntax::Alias& alias) {
  if (alias.type.kind == TypeKind::primitive) {
    return types::Alias{.type = alias.type.primitive};
  }
  if (alias.type.kind == TypeKind::name) {
    WC_TRY(const TypeId named, this->named(alias.type.name));
    return types::Alias{.type = named};
  }
  return body(alias.type);
}

Result<types::Body> ScopeResolver::body_of(const syntax::Record& record) {
  types::Record body;
  UniqueNames names(state_, scope_);
  for (const syntax::Field& field : record.fields) {
    WC_CHECK(names.add(field.name));
    WC_TRY(const TypeRef type, this->type(field.type));
    body.fields.push_back({.name = field.name.text, .docs = field.docs, .type = type});
  }
  return body;
}

Result<types::Body> ScopeResolver::body_of(const syntax::Variant& variant) {
  types::Variant body;
  UniqueNames names(state_, scope_);
  for (const syntax::Case& one : variant.cases) {
    WC_CHECK(names.add(one.name));
    types::Case of_body{.name = one.name.text, .docs = one.docs, .type = std::nullopt};
    if (one.type) {
      WC_TRY(of_body.type, type(*one.type));
    }
    body.cases.push_back(std::move(of_body));
  }
  return body;
}

namespace {

Result<std::vector<types::Label>> labels_of(const std::vector<syntax::Label>& labels,
                                            UniqueNames names) {
  std::vector<types::Label> result;
  for (const syntax::Label& label : labels) {
    WC_CHECK(names.add(label.name));
    result.push_back({.name = label.name.text, .docs = label.docs});
  }
  return result;
}

}  // namespace

Result<types::Body> ScopeResolver::body_of(const syntax::Enum& enumeration) {
  types::Enum body;
  WC_TRY(body.cases, labels_of(enumeration.cases, UniqueNames(state_, scope_)));
  return body;
}

Result<types::Body> ScopeResolver::body_of(const syntax::Flags& flags) {
  types::Flags body;
  WC_TRY(body.flags, labels_of(flags.flags, UniqueNames(state_, scope_)));
  return body;
}

// Its functions come when all types are there, for they may use any.
Result<types::Body> ScopeResolver::body_of(const syntax::Resource&) { return types::Resource{}; }

Result<> ScopeResolver::define_functions(const syntax::TypeDefinition& definition) {
  const auto* const resource = std::get_if<syntax::Resource>(&definition.body);
  if (resource == nullptr) {
    return {};
  }
  const TypeId id = names_.at(lower_case(definition.name.text)).type;
  UniqueNames names(state_, scope_);
  bool constructed = false;
  for (const syntax::ResourceFunction& one : resource->functions) {
    FunctionKind kind = FunctionKind::constructor;
    if (one.kind == syntax::ResourceFunctionKind::constructor) {
      if (std::exchange(constructed, true)) {
        return error(one.function.name.span,
                     fmt::format("resource `{}` has another constructor", definition.name.text));
      }
    } else {
      const bool is_static = one.kind == syntax::ResourceFunctionKind::static_;
      kind = is_static ? FunctionKind::static_ : FunctionKind::method;
      WC_CHECK(names.add(one.function.name));
    }
    WC_TRY(const bool passes, state_.sources.passes(scope_, one.function.attributes));
    if (passes) {
      WC_TRY(const FunctionId function, this->function({.name = one.function.name,
                                                        .attributes = one.function.attributes,
                                                        .type = one.function.type,
                                                        .kind = kind,
                                                        .resource = id}));
      state_.graph.resource_at(id).functions.push_back(function);
    }
  }
  return {};
}

Result<TypeId> ScopeResolver::named(const syntax::Id& name) {
  const auto found = names_.find(lower_case(name.text));
  if (found == names_.end() || found->second.text != name.text) {
    return error(name.span, fmt::format("there is no type `{}` here", name.text));
  }
  if (found->second.kind == ScopeName::Kind::left_out) {
    return error(name.span, fmt::format("`{}` is there only with feature `{}`", name.text,
                                        found->second.feature));
  }
  if (found->second.kind == ScopeName::Kind::function) {
    return error(name.span, fmt::format("`{}` is a function, not a type", name.text));
  }
  return found->second.type;
}

Result<TypeId> ScopeResolver::resource(const syntax::Id& name) {
  WC_TRY(const TypeId id, named(name));
  if (!state_.graph.facts(id).names_resource) {
    return error(name.span, fmt::format("`{}` is no resource", name.text));
  }
  return id;
}

Result<TypeRef> ScopeResolver::type(const syntax::Type& type) {
  if (type.kind == TypeKind::primitive) {
    return type.primitive;
  }
  if (type.kind == TypeKind::name) {
    WC_TRY(const TypeId id, named(type.name));
    if (!state_.graph.facts(id).names_resource) {
      return id;
    }
    WC_TRY(const TypeId own, add_unnamed(types::Own{.resource = id}, type.span));
    return own;
  }
  WC_TRY(types::Body body, this->body(type));
  WC_TRY(const TypeId id, add_unnamed(std::move(body), type.span));
  return id;
}

// None for a hole, and where there is none.
Result<std::optional<TypeRef>> ScopeResolver::argument(const syntax::Type& type, std::size_t at) {
  if (at >= type.arguments.size() || type.arguments[at].kind == TypeKind::hole) {
    return std::nullopt;
  }
  WC_TRY(const TypeRef argument, this->type(type.arguments[at]));
  return argument;
}

// The parser saw to it that each kind has the arguments it wants.
Result<types::Body> ScopeResolver::body(const syntax::Type& type) {
  if (type.kind == TypeKind::own || type.kind == TypeKind::borrow) {
    WC_TRY(const TypeId resource, this->resource(type.name));
    return type.kind == TypeKind::own ? types::Body(types::Own{.resource = resource})
                                      : types::Body(types::Borrow{.resource = resource});
  }
  if (type.kind == TypeKind::tuple) {
    types::Tuple tuple;
    for (const syntax::Type& argument : type.arguments) {
      WC_TRY(const TypeRef part, this->type(argument));
      tuple.types.push_back(part);
    }
    return tuple;
  }
  WC_TRY(const std::optional<TypeRef> first, argument(type, 0));
  WC_TRY(const std::optional<TypeRef> second, argument(type, 1));
  switch (type.kind) {
    case TypeKind::list:
      return types::List{.element = *first};
    case TypeKind::fixed_list:
      return types::FixedList{.element = *first, .length = type.length};
    case TypeKind::option:
      return types::Option{.type = *first};
    case TypeKind::map:
      return types::Map{.key = *first, .value = *second};
    case TypeKind::stream:
      return types::Stream{.element = first};
    case TypeKind::future:
      return types::Future{.element = first};
    default:
      return types::Result{.ok = first, .err = second};
  }
}

Result<TypeId> ScopeResolver::add(TypeDefinition definition, Span span) {
  WC_CHECK(state_.step(scope_, span));
  const TypeId id = state_.graph.add(std::move(definition));
  const TypeFacts& facts = state_.graph.facts(id);
  const ResolveLimits& limits = state_.options.limits;
  if (facts.depth > limits.type_depth) {
    return error_at(ErrorKind::exhausted, state_.sources.scopes()[scope_].source, span,
                    fmt::format("types are nested more than {} deep", limits.type_depth));
  }
  if (facts.size > limits.type_size) {
    return error_at(ErrorKind::exhausted, state_.sources.scopes()[scope_].source, span,
                    fmt::format("a type has more than {} parts", limits.type_size));
  }
  return id;
}

Result<TypeId> ScopeResolver::add_unnamed(types::Body body, Span span) {
  return add({.body = std::move(body)}, span);
}

Result<std::optional<FunctionId>> ScopeResolver::declare(const syntax::Function& function) {
  WC_TRY(const bool passes, state_.sources.passes(scope_, function.attributes));
  WC_CHECK(declare(function.name,
                   {.text = {}, .kind = ScopeName::Kind::function, .type = {}, .feature = {}}));
  if (!passes) {
    return std::nullopt;
  }
  WC_TRY(const FunctionId id, free_function(function.name, function.attributes, function.type));
  return id;
}

Result<FunctionId> ScopeResolver::free_function(const syntax::Id& name,
                                                const syntax::Attributes& attributes,
                                                const syntax::FuncType& type) {
  return function({.name = name, .attributes = attributes, .type = type});
}

Result<FunctionId> ScopeResolver::function(const NewFunction& function) {
  WC_CHECK(state_.step(scope_, function.name.span));
  Function result{.name = function.name.text,
                  .kind = function.kind,
                  .resource = function.resource,
                  .owner = owner_,
                  .async = function.type.async,
                  .docs = function.attributes.docs,
                  .stability = stability_of(function.attributes),
                  .external_id = function.attributes.external_id};
  UniqueNames names(state_, scope_);
  if (function.kind == FunctionKind::method) {
    const syntax::Id self{.text = "self", .span = function.name.span};
    WC_CHECK(names.add(self));
    WC_TRY(const TypeId borrow,
           add_unnamed(types::Borrow{.resource = *function.resource}, self.span));
    result.params.push_back({.name = self.text, .type = borrow});
  }
  for (const syntax::Param& param : function.type.params) {
    WC_CHECK(names.add(param.name));
    WC_TRY(const TypeRef type, this->type(param.type));
    result.params.push_back({.name = param.name.text, .type = type});
  }
  if (function.type.result) {
    WC_TRY(result.result, type(*function.type.result));
    WC_CHECK(check_result(function, *function.type.result, *result.result));
  } else if (function.kind == FunctionKind::constructor) {
    WC_TRY(result.result,
           add_unnamed(types::Own{.resource = *function.resource}, function.name.span));
  }
  return state_.graph.add(std::move(result));
}

Result<> ScopeResolver::check_result(const NewFunction& function, const syntax::Type& result,
                                     TypeRef type) {
  const auto* const id = std::get_if<TypeId>(&type.rep);
  if (id != nullptr && state_.graph.facts(*id).has_borrow) {
    return error(result.span, fmt::format("`{}` returns a type with a `borrow` in it, which is "
                                          "lent for the length of a call only",
                                          function.name.text));
  }
  if (function.kind != FunctionKind::constructor) {
    return {};
  }
  const std::string& resource = state_.graph[*function.resource].name;
  const bool fits = result.kind == TypeKind::result && !result.arguments.empty() &&
                    (result.arguments.front().kind == TypeKind::name ||
                     result.arguments.front().kind == TypeKind::own) &&
                    result.arguments.front().name.text == resource;
  if (!fits) {
    return error(result.span, fmt::format("a constructor of `{0}` returns nothing, which means "
                                          "`{0}`, or `result<{0}>`, with or without an error type",
                                          resource));
  }
  return {};
}

}  // namespace wasmcloud::wit
