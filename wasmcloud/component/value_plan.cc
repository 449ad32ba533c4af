#include "wasmcloud/component/value_plan.h"

#include <algorithm>

namespace wasmcloud::component {
namespace {

constexpr std::size_t kFlatKept = kMaxFlatParams + 1;
// Elements of fixed-length lists multiply: what does not fit 32-bit memory cannot be a value.
constexpr std::uint64_t kMaxSize = 1ULL << 28U;

void append_flat(std::vector<FlatType>& to, const std::vector<FlatType>& more) {
  const std::size_t room = kFlatKept - std::min(kFlatKept, to.size());
  to.insert(to.end(), more.begin(),
            more.begin() + static_cast<std::ptrdiff_t>(std::min(room, more.size())));
}

ValuePlan scalar(ValuePlan::Kind kind, std::uint32_t size, FlatType flat, bool copyable,
                 bool is_signed = false) {
  ValuePlan layout;
  layout.kind = kind;
  layout.size = layout.align = size;
  layout.flat = {flat};
  layout.copyable = copyable;
  layout.is_signed = is_signed;
  return layout;
}

ValuePlan pointer_pair(ValuePlan::Kind kind) {
  ValuePlan layout;
  layout.kind = kind;
  layout.size = 8;
  layout.align = 4;
  layout.flat = {FlatType::i32, FlatType::i32};
  return layout;
}

Result<ValuePlan> primitive_layout(Primitive primitive) {
  using Kind = ValuePlan::Kind;
  switch (primitive) {
    case Primitive::boolean:
      return scalar(Kind::boolean, 1, FlatType::i32, false);
    case Primitive::s8:
      return scalar(Kind::integer, 1, FlatType::i32, true, true);
    case Primitive::u8:
      return scalar(Kind::integer, 1, FlatType::i32, true);
    case Primitive::s16:
      return scalar(Kind::integer, 2, FlatType::i32, true, true);
    case Primitive::u16:
      return scalar(Kind::integer, 2, FlatType::i32, true);
    case Primitive::s32:
      return scalar(Kind::integer, 4, FlatType::i32, true, true);
    case Primitive::u32:
      return scalar(Kind::integer, 4, FlatType::i32, true);
    case Primitive::s64:
      return scalar(Kind::integer, 8, FlatType::i64, true, true);
    case Primitive::u64:
      return scalar(Kind::integer, 8, FlatType::i64, true);
    case Primitive::f32:
      return scalar(Kind::f32, 4, FlatType::f32, true);
    case Primitive::f64:
      return scalar(Kind::f64, 8, FlatType::f64, true);
    case Primitive::character:
      return scalar(Kind::character, 4, FlatType::i32, false);
    case Primitive::string:
      return pointer_pair(Kind::string);
    case Primitive::error_context:
      break;
  }
  return Error(ErrorKind::unsupported, "type `error-context` needs the asynchronous runtime");
}

ValuePlan handle(ValuePlan::Kind kind, ResourceIndex resource) {
  ValuePlan layout = scalar(kind, 4, FlatType::i32, false);
  layout.resource = resource;
  return layout;
}

ValuePlan flags(std::size_t count) {
  const std::uint32_t size = count <= 8 ? 1 : count <= 16 ? 2 : 4;
  // Bits beyond the names are ignored when lifted, so the bytes are not the value.
  ValuePlan layout =
      scalar(ValuePlan::Kind::flags, size, FlatType::i32, count == std::size_t{size} * 8);
  layout.length = static_cast<std::uint32_t>(count);
  return layout;
}

ValuePlan enumeration(std::size_t count) {
  ValuePlan layout =
      scalar(ValuePlan::Kind::enumeration, discriminant_size(count), FlatType::i32, false);
  layout.length = static_cast<std::uint32_t>(count);
  layout.discriminant = layout.size;
  return layout;
}

std::vector<FlatType> flat_of(const ValuePlan* layout) {
  return layout == nullptr ? std::vector<FlatType>{} : layout->flat;
}

}  // namespace

Result<const ValuePlan*> PlanTable::layout(const TypeArena& arena, const ResourceIndexer& resources,
                                           ValType type) {
  if (const auto* const primitive = std::get_if<Primitive>(&type.rep)) {
    const auto known = primitives_.find(*primitive);
    if (known != primitives_.end()) {
      return known->second;
    }
    WC_TRY(ValuePlan made, primitive_layout(*primitive));
    made.primitive = *primitive;
    return primitives_[*primitive] = &values_.emplace_back(std::move(made));
  }
  const auto id = std::get<DefinedTypeId>(type.rep);
  const auto key = std::pair(&resources, id);
  if (const auto known = defined_.find(key); known != defined_.end()) {
    return known->second;
  }
  const types::Defined& defined = arena[id];
  if (const auto* const primitive = std::get_if<Primitive>(&defined)) {
    return layout(arena, resources, *primitive);
  }
  WC_TRY(ValuePlan made, build(arena, resources, defined));
  made.type = &defined;
  return defined_[key] = &values_.emplace_back(std::move(made));
}

Result<ValuePlan> PlanTable::build_sequence(const TypeArena& arena,
                                            const ResourceIndexer& resources,
                                            const std::vector<ValType>& types) {
  ValuePlan made;
  made.kind = ValuePlan::Kind::sequence;
  made.copyable = true;
  std::uint64_t at = 0;
  for (const ValType type : types) {
    WC_TRY(const ValuePlan* const part, layout(arena, resources, type));
    const std::uint64_t offset = (at + part->align - 1) / part->align * part->align;
    // Padding has no defined bytes, but copying it is harmless.
    made.parts.push_back({part, static_cast<std::uint32_t>(offset)});
    made.align = std::max(made.align, part->align);
    made.copyable = made.copyable && part->copyable;
    append_flat(made.flat, part->flat);
    at = offset + part->size;
    if (at > kMaxSize) {
      return Error(ErrorKind::invalid, "a value of {} bytes and more exceeds maximum byte size",
                   kMaxSize);
    }
  }
  made.size = align_to(static_cast<std::uint32_t>(at), made.align);
  return made;
}

Result<ValuePlan> PlanTable::build_variant(const TypeArena& arena, const ResourceIndexer& resources,
                                           const std::vector<std::optional<ValType>>& cases) {
  ValuePlan made;
  made.kind = ValuePlan::Kind::variant;
  made.length = static_cast<std::uint32_t>(cases.size());
  made.discriminant = discriminant_size(cases.size());
  std::uint32_t payload_size = 0;
  std::uint32_t payload_align = 1;
  std::vector<FlatType> joined;
  for (const auto& type : cases) {
    const ValuePlan* part = nullptr;
    if (type.has_value()) {
      WC_TRY(part, layout(arena, resources, *type));
      payload_size = std::max(payload_size, part->size);
      payload_align = std::max(payload_align, part->align);
    }
    made.parts.push_back({part, 0});
    const std::vector<FlatType> flat = flat_of(part);
    for (std::size_t i = 0; i < flat.size(); ++i) {
      if (i < joined.size()) {
        joined[i] = join(joined[i], flat[i]);
      } else {
        joined.push_back(flat[i]);
      }
    }
  }
  made.align = std::max(made.discriminant, payload_align);
  made.payload = align_to(made.discriminant, payload_align);
  made.size = align_to(made.payload + payload_size, made.align);
  made.flat = {FlatType::i32};
  append_flat(made.flat, joined);
  return made;
}

Result<ValuePlan> PlanTable::build(const TypeArena& arena, const ResourceIndexer& resources,
                                   const types::Defined& type) {
  struct Visitor {
    PlanTable& table;
    const TypeArena& arena;
    const ResourceIndexer& resources;

    Result<ValuePlan> operator()(const Primitive& primitive) const {
      return primitive_layout(primitive);
    }

    Result<ValuePlan> operator()(const types::Record& record) const {
      std::vector<ValType> fields;
      fields.reserve(record.fields.size());
      for (const auto& field : record.fields) {
        fields.push_back(field.type);
      }
      return table.build_sequence(arena, resources, fields);
    }

    Result<ValuePlan> operator()(const types::Tuple& tuple) const {
      return table.build_sequence(arena, resources, tuple.types);
    }

    Result<ValuePlan> operator()(const types::Variant& variant) const {
      std::vector<std::optional<ValType>> cases;
      cases.reserve(variant.cases.size());
      for (const auto& each : variant.cases) {
        cases.push_back(each.type);
      }
      return table.build_variant(arena, resources, cases);
    }

    Result<ValuePlan> operator()(const types::Option& option) const {
      return table.build_variant(arena, resources, {std::nullopt, option.type});
    }

    Result<ValuePlan> operator()(const types::Result& result) const {
      return table.build_variant(arena, resources, {result.ok, result.err});
    }

    Result<ValuePlan> list_of(ValType element) const {
      ValuePlan made = pointer_pair(ValuePlan::Kind::list);
      WC_TRY(made.element, table.layout(arena, resources, element));
      return made;
    }

    Result<ValuePlan> operator()(const types::List& list) const { return list_of(list.element); }

    Result<ValuePlan> operator()(const types::Map& map) const {
      ValuePlan made = pointer_pair(ValuePlan::Kind::list);
      WC_TRY(ValuePlan entry, table.build_sequence(arena, resources, {map.key, map.value}));
      made.element = &table.values_.emplace_back(std::move(entry));
      return made;
    }

    Result<ValuePlan> operator()(const types::FixedList& list) const {
      ValuePlan made;
      made.kind = ValuePlan::Kind::fixed_list;
      WC_TRY(made.element, table.layout(arena, resources, list.element));
      const std::uint64_t size = std::uint64_t{made.element->size} * list.length;
      if (size > kMaxSize) {
        return Error(ErrorKind::invalid, "a list of {} elements exceeds maximum byte size",
                     list.length);
      }
      made.length = list.length;
      made.size = static_cast<std::uint32_t>(size);
      made.align = made.element->align;
      made.copyable = made.element->copyable;
      for (std::uint32_t i = 0; i < list.length && made.flat.size() < kFlatKept; ++i) {
        append_flat(made.flat, made.element->flat);
      }
      return made;
    }

    Result<ValuePlan> operator()(const types::Flags& each) const {
      return flags(each.names.size());
    }

    Result<ValuePlan> operator()(const types::Enum& each) const {
      return enumeration(each.names.size());
    }

    Result<ValuePlan> resource(ValuePlan::Kind kind, ResourceId id) const {
      const auto index = resources.index_of(id);
      if (!index) {
        return Error(ErrorKind::internal, "resource {} was never bound",
                     static_cast<std::uint32_t>(id));
      }
      return handle(kind, *index);
    }

    Result<ValuePlan> operator()(const types::Own& own) const {
      return resource(ValuePlan::Kind::own, own.resource);
    }

    Result<ValuePlan> operator()(const types::Borrow& borrow) const {
      return resource(ValuePlan::Kind::borrow, borrow.resource);
    }

    Result<ValuePlan> operator()(const types::Stream&) const {
      return Error(ErrorKind::unsupported, "type `stream` needs the asynchronous runtime");
    }

    Result<ValuePlan> operator()(const types::Future&) const {
      return Error(ErrorKind::unsupported, "type `future` needs the asynchronous runtime");
    }
  };

  return std::visit(Visitor{*this, arena, resources}, type);
}

// CanonicalABI.md "Flattening": flatten_functype.
Result<const FuncPlan*> PlanTable::plan(const TypeArena& arena, const ResourceIndexer& resources,
                                        const types::Func& func) {
  if (func.async) {
    return Error(ErrorKind::unsupported, "an `async` function needs the asynchronous runtime");
  }
  FuncPlan plan;
  std::vector<ValType> params;
  params.reserve(func.params.size());
  for (const auto& param : func.params) {
    params.push_back(param.type);
  }
  WC_TRY(plan.params, build_sequence(arena, resources, params));
  if (func.result.has_value()) {
    WC_TRY(plan.result, layout(arena, resources, *func.result));
  }
  plan.params_spilled = plan.params.flat.size() > kMaxFlatParams;
  plan.result_spilled = plan.result != nullptr && plan.result->flat.size() > kMaxFlatResults;
  plan.lift_params = plan.params_spilled ? std::vector{FlatType::i32} : plan.params.flat;
  plan.lower_params = plan.lift_params;
  if (plan.result_spilled) {
    plan.lift_results = {FlatType::i32};
    plan.lower_params.push_back(FlatType::i32);
  } else if (plan.result != nullptr) {
    plan.lift_results = plan.lower_results = plan.result->flat;
  }
  return &plans_.emplace_back(std::move(plan));
}

}  // namespace wasmcloud::component
