#include "wasmcloud/component/value_types.h"

#include <map>

#include "wasmcloud/component/component.h"
#include "wasmcloud/component/program.h"

namespace wasmcloud::component {
namespace {

using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// Types that stand in many places are made once, so that the result shares what the arena shares.
class Converter {
 public:
  explicit Converter(const TypeArena& arena) : arena_(arena) {}

  Result<ValueTypePtr> convert(ValType type) {
    if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
      return ValueType::of(*primitive);
    }
    const auto id = std::get<DefinedTypeId>(type.rep);
    if (const auto known = made_.find(arena_.body(id)); known != made_.end()) {
      return known->second;
    }
    WC_TRY(ValueTypePtr made, std::visit(*this, arena_[id]));
    made_[arena_.body(id)] = made;
    return made;
  }

  // Null stays null.
  Result<ValueTypePtr> convert(const std::optional<ValType>& type) {
    return type ? convert(*type) : Result<ValueTypePtr>(nullptr);
  }

  Result<ValueTypePtr> operator()(Primitive primitive) { return ValueType::of(primitive); }

  Result<ValueTypePtr> operator()(const types::Record& record) {
    ValueType::Shape shape{.kind = Kind::record};
    for (const types::Field& field : record.fields) {
      shape.names.push_back(field.name);
      WC_CHECK(add(shape, field.type));
    }
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> operator()(const types::Variant& variant) {
    ValueType::Shape shape{.kind = Kind::variant};
    for (const types::Case& each : variant.cases) {
      shape.names.push_back(each.name);
      WC_CHECK(add(shape, each.type));
    }
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> operator()(const types::Tuple& tuple) {
    ValueType::Shape shape{.kind = Kind::tuple};
    for (const ValType type : tuple.types) {
      WC_CHECK(add(shape, type));
    }
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> operator()(const types::FixedList& list) {
    ValueType::Shape shape{.kind = Kind::fixed_list, .length = list.length};
    WC_CHECK(add(shape, list.element));
    return ValueType::create(std::move(shape));
  }

  Result<ValueTypePtr> operator()(const types::List& list) { return of(Kind::list, list.element); }

  Result<ValueTypePtr> operator()(const types::Option& option) {
    return of(Kind::option, option.type);
  }

  Result<ValueTypePtr> operator()(const types::Result& result) {
    return of(Kind::result, result.ok, result.err);
  }

  Result<ValueTypePtr> operator()(const types::Map& map) {
    return of(Kind::map, map.key, map.value);
  }

  Result<ValueTypePtr> operator()(const types::Stream& stream) {
    return of(Kind::stream, stream.element);
  }

  Result<ValueTypePtr> operator()(const types::Future& future) {
    return of(Kind::future, future.element);
  }

  Result<ValueTypePtr> operator()(const types::Own& /*own*/) { return of(Kind::own); }

  Result<ValueTypePtr> operator()(const types::Borrow& /*borrow*/) { return of(Kind::borrow); }

  Result<ValueTypePtr> operator()(const types::Flags& flags) {
    return ValueType::create({.kind = Kind::flags, .names = flags.names});
  }

  Result<ValueTypePtr> operator()(const types::Enum& each) {
    return ValueType::create({.kind = Kind::enumeration, .names = each.names});
  }

 private:
  template <typename Type>
  Result<> add(ValueType::Shape& shape, const Type& type) {
    WC_TRY(ValueTypePtr part, convert(type));
    shape.parts.push_back(std::move(part));
    return {};
  }

  template <typename... Types>
  Result<ValueTypePtr> of(Kind kind, const Types&... parts) {
    ValueType::Shape shape{.kind = kind};
    Result<> added;
    ((added = added ? add(shape, parts) : std::move(added)), ...);
    WC_CHECK(std::move(added));
    return ValueType::create(std::move(shape));
  }

  const TypeArena& arena_;
  std::map<std::uint32_t, ValueTypePtr> made_;  // by body
};

}  // namespace

Result<ValueTypePtr> value_type_of(const TypeArena& arena, ValType type) {
  return Converter(arena).convert(type);
}

Result<wit::FuncSignature> signature_of(const TypeArena& arena, const types::Func& func) {
  Converter converter(arena);
  wit::FuncSignature signature;
  for (const types::Param& param : func.params) {
    WC_TRY(ValueTypePtr type, converter.convert(param.type), "parameter `{}`", param.name);
    signature.params.push_back({param.name, std::move(type)});
  }
  WC_TRY(signature.result, converter.convert(func.result), "result");
  return signature;
}

Result<wit::FuncSignature> signature_of(const Component& component, const LiftedFunc& func) {
  const TypeArena& arena = component.program().arena;
  return signature_of(arena, arena[func.type]);
}

}  // namespace wasmcloud::component
