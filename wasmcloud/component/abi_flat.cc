#include "wasmcloud/component/abi_flat.h"

namespace wasmcloud::component {
namespace {

// The layout of a type from those of its parts.
class LayoutOf {
 public:
  LayoutOf(const TypeArena& arena, PointerSize pointers) : arena_(&arena), pointers_(pointers) {}

  Layout operator()(Primitive type) const { return primitive_layout(type, pointers_); }

  Layout operator()(const types::Record& type) const {
    RecordLayout out;
    for (const types::Field& field : type.fields) {
      out.add(of(field.type));
    }
    return out.finish();
  }

  Layout operator()(const types::Tuple& type) const {
    RecordLayout out;
    for (const ValType element : type.types) {
      out.add(of(element));
    }
    return out.finish();
  }

  Layout operator()(const types::Variant& type) const {
    VariantLayout out(type.cases.size());
    for (const types::Case& item : type.cases) {
      add(out, item.type);
    }
    return out.finish();
  }

  Layout operator()(const types::Enum& type) const { return enum_layout(type.names.size()); }

  Layout operator()(const types::Option& type) const {
    VariantLayout out(2);
    add(out, type.type);
    return out.finish();
  }

  Layout operator()(const types::Result& type) const {
    VariantLayout out(2);
    add(out, type.ok);
    add(out, type.err);
    return out.finish();
  }

  Layout operator()(const types::Flags& type) const { return flags_layout(type.names.size()); }

  Layout operator()(const types::List&) const { return pair_layout(pointers_); }

  Layout operator()(const types::Map&) const { return pair_layout(pointers_); }

  Layout operator()(const types::FixedList& type) const {
    return fixed_list_layout(of(type.element), type.length);
  }

  Layout operator()(const auto&) const { return handle_layout(); }

 private:
  Layout of(ValType type) const { return layout(*arena_, type, pointers_); }

  void add(VariantLayout& out, const std::optional<ValType>& payload) const {
    if (payload) {
      out.add(of(*payload));
    }
  }

  const TypeArena* arena_;
  PointerSize pointers_;
};

// The flat form of a type from those of its parts.
class FlatOf {
 public:
  explicit FlatOf(const TypeArena& arena) : arena_(&arena) {}

  FlatTypes operator()(Primitive type) const { return primitive_flat(type); }

  FlatTypes operator()(const types::Record& type) const {
    FlatTypes out;
    for (const types::Field& field : type.fields) {
      out.append(of(field.type));
    }
    return out;
  }

  FlatTypes operator()(const types::Tuple& type) const {
    FlatTypes out;
    for (const ValType element : type.types) {
      out.append(of(element));
    }
    return out;
  }

  FlatTypes operator()(const types::Variant& type) const {
    VariantFlat out;
    for (const types::Case& item : type.cases) {
      add(out, item.type);
    }
    return out.finish();
  }

  FlatTypes operator()(const types::Option& type) const {
    VariantFlat out;
    add(out, type.type);
    return out.finish();
  }

  FlatTypes operator()(const types::Result& type) const {
    VariantFlat out;
    add(out, type.ok);
    add(out, type.err);
    return out.finish();
  }

  FlatTypes operator()(const types::List&) const { return pair_flat(); }

  FlatTypes operator()(const types::Map&) const { return pair_flat(); }

  FlatTypes operator()(const types::FixedList& type) const {
    return fixed_list_flat(of(type.element), type.length);
  }

  FlatTypes operator()(const auto&) const { return {FlatType::i32}; }  // enum, flags, handles

 private:
  FlatTypes of(ValType type) const { return flatten(*arena_, type); }

  void add(VariantFlat& out, const std::optional<ValType>& payload) const {
    if (payload) {
      out.add(of(*payload));
    }
  }

  const TypeArena* arena_;
};

// More values than may be passed as such are passed as one pointer to them.
std::vector<FlatType> spill_above(const FlatTypes& flat, std::size_t limit) {
  if (flat.exceeds(limit)) {
    return {FlatType::i32};
  }
  return {flat.span().begin(), flat.span().end()};
}

CoreValType::Code code_of(FlatType type) noexcept {
  switch (type) {
    case FlatType::i32:
      return CoreValType::Code::i32;
    case FlatType::i64:
      return CoreValType::Code::i64;
    case FlatType::f32:
      return CoreValType::Code::f32;
    case FlatType::f64:
      break;
  }
  return CoreValType::Code::f64;
}

std::vector<CoreValType> core_types(std::span<const FlatType> flat) {
  std::vector<CoreValType> out;
  out.reserve(flat.size());
  for (const FlatType type : flat) {
    out.push_back(CoreValType{.code = code_of(type)});
  }
  return out;
}

}  // namespace

Layout layout(const TypeArena& arena, ValType type, PointerSize pointers) {
  if (const auto* primitive = std::get_if<Primitive>(&type.rep)) {
    return primitive_layout(*primitive, pointers);
  }
  const TypeFacts& facts = arena.facts(std::get<DefinedTypeId>(type.rep));
  return pointers == PointerSize::bits32 ? facts.layout32 : facts.layout64;
}

std::uint64_t size(const TypeArena& arena, ValType type) { return layout(arena, type).size; }

std::uint32_t align(const TypeArena& arena, ValType type) { return layout(arena, type).align; }

FlatTypes flatten(const TypeArena& arena, ValType type) {
  if (const auto* primitive = std::get_if<Primitive>(&type.rep)) {
    return primitive_flat(*primitive);
  }
  return arena.facts(std::get<DefinedTypeId>(type.rep)).flat;
}

FlatTypes flatten(const TypeArena& arena, const std::vector<types::Param>& params) {
  FlatTypes flat;
  for (const types::Param& param : params) {
    flat.append(flatten(arena, param.type));
  }
  return flat;
}

Layout compute_layout(const TypeArena& arena, const types::Defined& type, PointerSize pointers) {
  return std::visit(LayoutOf(arena, pointers), type);
}

FlatTypes compute_flat(const TypeArena& arena, const types::Defined& type) {
  return std::visit(FlatOf(arena), type);
}

FlatSignature flatten_function(const TypeArena& arena, const types::Func& func, Direction direction,
                               CallStyle style) {
  const bool async = style != CallStyle::sync;
  const bool lower = direction == Direction::lower;
  FlatSignature out;
  out.params = spill_above(flatten(arena, func.params),
                           async && lower ? kMaxFlatAsyncParams : kMaxFlatParams);
  if (async) {
    if (lower && func.result) {
      out.params.push_back(FlatType::i32);  // where to put the result
    }
    if (lower || style == CallStyle::async_callback) {
      out.results.push_back(FlatType::i32);
    }
    return out;
  }
  if (!func.result) {
    return out;
  }
  const FlatTypes results = flatten(arena, *func.result);
  if (lower && results.exceeds(kMaxFlatResults)) {
    out.params.push_back(FlatType::i32);  // where to put the result
  } else {
    out.results = spill_above(results, kMaxFlatResults);
  }
  return out;
}

CoreFuncType core_type(const FlatSignature& signature) {
  return {.params = core_types(signature.params), .results = core_types(signature.results)};
}

std::optional<FlatSignature> flat_signature(const CoreFuncType& type) {
  FlatSignature flat;
  const auto convert = [](const std::vector<CoreValType>& from, std::vector<FlatType>& to) {
    return std::ranges::all_of(from, [&to](const CoreValType each) {
      to.push_back(static_cast<FlatType>(each.code));
      return each.code <= CoreValType::Code::f64;
    });
  };
  const bool converted = convert(type.params, flat.params) && convert(type.results, flat.results);
  return converted ? std::optional(std::move(flat)) : std::nullopt;
}

}  // namespace wasmcloud::component
