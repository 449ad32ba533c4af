#include "wasmcloud/wit/graph_values.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace wasmcloud::wit {
namespace {

using Kind = ValueType::Kind;

// Names of types on the way down to a value type. Twice that of values, for names add to depth.
constexpr std::uint32_t kMaxWalk = 2 * ValueType::kMaxDepth;

class Converter {
 public:
  explicit Converter(const Graph& graph) : graph_(graph) {}

  Result<ValueTypePtr> convert(TypeRef type) {
    if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
      return ValueType::of(*primitive);
    }
    const auto id = std::get<TypeId>(type.rep);
    if (const auto known = made_.find(id); known != made_.end()) {
      return known->second;
    }
    const TypeDefinition& definition = graph_[id];
    if (graph_.facts(id).depth > kMaxWalk) {
      return Error(ErrorKind::exhausted, "types are nested more than {} deep", kMaxWalk);
    }
    const auto make = [&](const auto& body) { return made(body); };
    auto result = std::visit(make, definition.body);
    if (!result && !definition.name.empty()) {
      return std::move(result).error().with_context(fmt::format("type `{}`", definition.name));
    }
    if (result) {
      made_.emplace(id, *result);
    }
    return result;
  }

  // Null stays null.
  Result<ValueTypePtr> convert(const std::optional<TypeRef>& type) {
    return type ? convert(*type) : Result<ValueTypePtr>(nullptr);
  }

 private:
  Result<ValueTypePtr> made(const types::Alias& alias) { return convert(alias.type); }

  Result<ValueTypePtr> made(const types::Resource&) {
    return Error(ErrorKind::invalid, "no value is a resource, but `own` or `borrow` of it");
  }

  Result<ValueTypePtr> made(const types::Own& own) { return handle(Kind::own, own.resource); }

  Result<ValueTypePtr> made(const types::Borrow& borrow) {
    return handle(Kind::borrow, borrow.resource);
  }

  Result<ValueTypePtr> handle(Kind kind, TypeId resource) {
    return ValueType::create({.kind = kind, .names = {graph_[resource].name}});
  }

  Result<ValueTypePtr> made(const types::Record& record) {
    return members(Kind::record, record.fields);
  }

  Result<ValueTypePtr> made(const types::Variant& variant) {
    return members(Kind::variant, variant.cases);
  }

  template <typename Members>
  Result<ValueTypePtr> members(Kind kind, const Members& members) {
    ValueType::Shape shape{.kind = kind};
    for (const auto& member : members) {
      shape.names.push_back(member.name);
      WC_TRY(ValueTypePtr part, convert(member.type), "`{}`", member.name);
      shape.parts.push_back(std::move(part));
    }
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> made(const types::Enum& enumeration) {
    return labels(Kind::enumeration, enumeration.cases);
  }

  Result<ValueTypePtr> made(const types::Flags& flags) { return labels(Kind::flags, flags.flags); }

  static Result<ValueTypePtr> labels(Kind kind, const std::vector<types::Label>& labels) {
    ValueType::Shape shape{.kind = kind};
    for (const types::Label& label : labels) {
      shape.names.push_back(label.name);
    }
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> made(const types::Tuple& tuple) {
    ValueType::Shape shape{.kind = Kind::tuple};
    for (const TypeRef type : tuple.types) {
      WC_TRY(ValueTypePtr part, convert(type));
      shape.parts.push_back(std::move(part));
    }
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> made(const types::List& list) { return of(Kind::list, list.element, 0); }

  Result<ValueTypePtr> made(const types::FixedList& list) {
    return of(Kind::fixed_list, list.element, list.length);
  }

  Result<ValueTypePtr> made(const types::Option& option) {
    return of(Kind::option, option.type, 0);
  }

  Result<ValueTypePtr> made(const types::Stream& stream) {
    return of(Kind::stream, stream.element, 0);
  }

  Result<ValueTypePtr> made(const types::Future& future) {
    return of(Kind::future, future.element, 0);
  }

  Result<ValueTypePtr> made(const types::Result& result) {
    return pair(Kind::result, result.ok, result.err);
  }

  Result<ValueTypePtr> made(const types::Map& map) { return pair(Kind::map, map.key, map.value); }

  Result<ValueTypePtr> of(Kind kind, const std::optional<TypeRef>& type, std::uint32_t length) {
    WC_TRY(ValueTypePtr part, convert(type));
    return ValueType::create({.kind = kind, .parts = {std::move(part)}, .length = length});
  }

  Result<ValueTypePtr> pair(Kind kind, const std::optional<TypeRef>& first,
                            const std::optional<TypeRef>& second) {
    WC_TRY(ValueTypePtr one, convert(first));
    WC_TRY(ValueTypePtr other, convert(second));
    return ValueType::create({.kind = kind, .parts = {std::move(one), std::move(other)}});
  }

  const Graph& graph_;
  std::map<TypeId, ValueTypePtr> made_;
};

}  // namespace

Result<ValueTypePtr> value_type_of(const Graph& graph, TypeRef type) {
  return Converter(graph).convert(type);
}

Result<FuncSignature> signature_of(const Graph& graph, FunctionId function) {
  Converter converter(graph);
  FuncSignature signature;
  for (const Param& param : graph[function].params) {
    WC_TRY(ValueTypePtr type, converter.convert(param.type), "parameter `{}`", param.name);
    signature.params.push_back({param.name, std::move(type)});
  }
  WC_TRY(signature.result, converter.convert(graph[function].result), "result");
  return signature;
}

}  // namespace wasmcloud::wit
