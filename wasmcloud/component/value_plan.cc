#include "wasmcloud/component/value_plan.h"

#include "wasmcloud/component/abi_flat.h"

namespace wasmcloud::component {
namespace {

using Kind = ValuePlan::Kind;

// What a plan costs that is kept, besides its parts.
constexpr std::uint64_t kPlanSteps = 16;

ValuePlan of_kind(Kind kind, bool copyable = false, bool is_signed = false) {
  ValuePlan plan;
  plan.kind = kind;
  plan.copyable = copyable;
  plan.is_signed = is_signed;
  return plan;
}

ValuePlan named(Kind kind, std::size_t names) {
  ValuePlan plan = of_kind(kind);
  plan.length = static_cast<std::uint32_t>(names);
  return plan;
}

Error needs_async(std::string_view type) {
  return Error(ErrorKind::unsupported, "type `{}` needs the asynchronous runtime", type);
}

Result<ValuePlan> primitive_plan(Primitive type) {
  switch (type) {
    case Primitive::boolean:
      return of_kind(Kind::boolean);
    case Primitive::s8:
    case Primitive::s16:
    case Primitive::s32:
    case Primitive::s64:
      return of_kind(Kind::integer, true, true);
    case Primitive::u8:
    case Primitive::u16:
    case Primitive::u32:
    case Primitive::u64:
      return of_kind(Kind::integer, true);
    case Primitive::f32:
      return of_kind(Kind::f32, true);
    case Primitive::f64:
      return of_kind(Kind::f64, true);
    case Primitive::character:
      return of_kind(Kind::character);
    case Primitive::string:
      return of_kind(Kind::string);
    case Primitive::error_context:
      break;
  }
  return needs_async("error-context");
}

void set_figures(ValuePlan& plan, const Layout& layout, const FlatTypes& flat) {
  plan.size = static_cast<std::uint32_t>(layout.size);
  plan.align = layout.align;
  plan.flat = flat;
}

}  // namespace

// Plans types of one component: for each kind of type an operator() that says what it is and where
// its parts lie. Sizes and flat forms are the arena's.
class PlanTable::Builder {
 public:
  Builder(PlanTable& table, const TypeArena& arena, const ResourceIndexer& resources,
          WorkBudget& budget)
      : table_(table), arena_(arena), resources_(resources), budget_(budget) {}

  Result<const ValuePlan*> value(ValType type) {
    const auto* const primitive = std::get_if<Primitive>(&type.rep);
    return primitive != nullptr ? value(*primitive) : value(std::get<DefinedTypeId>(type.rep));
  }

  // What is a sequence of types, but no type of the arena.
  Result<ValuePlan> sequence_alone(const std::vector<ValType>& types) {
    RecordLayout layout;
    FlatTypes flat;
    for (const ValType type : types) {
      layout.add(component::layout(arena_, type));
      flat.append(flatten(arena_, type));
    }
    if (layout.finish().size > kMaxValueBytes) {
      return Error(ErrorKind::invalid, "a value of {} bytes exceeds maximum byte size",
                   layout.finish().size);
    }
    WC_TRY(ValuePlan made, sequence(types));
    set_figures(made, layout.finish(), flat);
    return made;
  }

  Result<ValuePlan> operator()(Primitive type) { return primitive_plan(type); }

  Result<ValuePlan> operator()(const types::Record& type) {
    std::vector<ValType> fields;
    fields.reserve(type.fields.size());
    for (const types::Field& field : type.fields) {
      fields.push_back(field.type);
    }
    return sequence(fields);
  }

  Result<ValuePlan> operator()(const types::Tuple& type) { return sequence(type.types); }

  Result<ValuePlan> operator()(const types::Variant& type) {
    std::vector<std::optional<ValType>> cases;
    cases.reserve(type.cases.size());
    for (const types::Case& each : type.cases) {
      cases.push_back(each.type);
    }
    return variant(cases);
  }

  Result<ValuePlan> operator()(const types::Option& type) {
    return variant({std::nullopt, type.type});
  }

  Result<ValuePlan> operator()(const types::Result& type) { return variant({type.ok, type.err}); }

  Result<ValuePlan> operator()(const types::List& type) {
    ValuePlan made = of_kind(Kind::list);
    WC_TRY(made.element, value(type.element));
    return made;
  }

  Result<ValuePlan> operator()(const types::Map& type) {
    ValuePlan made = of_kind(Kind::list);
    WC_TRY(ValuePlan entry, sequence_alone({type.key, type.value}));
    made.element = table_.keep(std::move(entry));
    return made;
  }

  Result<ValuePlan> operator()(const types::FixedList& type) {
    ValuePlan made = named(Kind::fixed_list, type.length);
    WC_TRY(made.element, value(type.element));
    made.copyable = made.element->copyable;
    return made;
  }

  Result<ValuePlan> operator()(const types::Flags& type) {
    ValuePlan made = named(Kind::flags, type.names.size());
    // Bits beyond the names are ignored when lifted, so the bytes are not the value.
    made.copyable = type.names.size() == flags_layout(type.names.size()).size * 8;
    return made;
  }

  Result<ValuePlan> operator()(const types::Enum& type) {
    ValuePlan made = named(Kind::enumeration, type.names.size());
    made.discriminant = discriminant_size(type.names.size());
    return made;
  }

  Result<ValuePlan> operator()(const types::Own& type) { return handle(Kind::own, type.resource); }

  Result<ValuePlan> operator()(const types::Borrow& type) {
    return handle(Kind::borrow, type.resource);
  }

  Result<ValuePlan> operator()(const types::Stream&) { return needs_async("stream"); }

  Result<ValuePlan> operator()(const types::Future&) { return needs_async("future"); }

 private:
  Result<const ValuePlan*> value(Primitive type) {
    if (const auto known = table_.primitives_.find(type); known != table_.primitives_.end()) {
      return known->second;
    }
    WC_TRY(ValuePlan made, primitive_plan(type));
    set_figures(made, primitive_layout(type), primitive_flat(type));
    made.primitive = type;
    return table_.primitives_[type] = table_.keep(std::move(made));
  }

  Result<const ValuePlan*> value(DefinedTypeId id) {
    const auto key = std::pair(&resources_, id);
    if (const auto known = table_.defined_.find(key); known != table_.defined_.end()) {
      return known->second;
    }
    const types::Defined& defined = arena_[id];
    if (const auto* const primitive = std::get_if<Primitive>(&defined)) {
      return value(*primitive);
    }
    WC_CHECK(budget_.spend(kPlanSteps));
    WC_TRY(ValuePlan made, std::visit(*this, defined));
    set_figures(made, component::layout(arena_, id), flatten(arena_, id));
    made.type = &defined;
    return table_.defined_[key] = table_.keep(std::move(made));
  }

  Result<ValuePlan> sequence(const std::vector<ValType>& types) {
    ValuePlan made = of_kind(Kind::sequence, true);
    RecordLayout layout;
    WC_CHECK(budget_.spend(types.size()));
    for (const ValType type : types) {
      WC_TRY(const ValuePlan* const part, value(type));
      const std::uint64_t offset = layout.add({.size = part->size, .align = part->align});
      made.parts.push_back({part, static_cast<std::uint32_t>(offset)});
      // Padding has no defined bytes, but copying it is harmless.
      made.copyable = made.copyable && part->copyable;
    }
    return made;
  }

  Result<ValuePlan> variant(const std::vector<std::optional<ValType>>& cases) {
    ValuePlan made = named(Kind::variant, cases.size());
    VariantLayout layout(cases.size());
    WC_CHECK(budget_.spend(cases.size()));
    for (const std::optional<ValType>& type : cases) {
      const ValuePlan* part = nullptr;
      if (type) {
        WC_TRY(part, value(*type));
        layout.add({.size = part->size, .align = part->align});
      }
      made.parts.push_back({part, 0});
    }
    made.discriminant = layout.discriminant_size();
    made.payload = static_cast<std::uint32_t>(layout.payload_offset());
    return made;
  }

  Result<ValuePlan> handle(Kind kind, ResourceId id) {
    const auto index = resources_.index_of(id);
    if (!index) {
      return Error(ErrorKind::internal, "resource {} was never bound",
                   static_cast<std::uint32_t>(id));
    }
    ValuePlan made = of_kind(kind);
    made.resource = *index;
    return made;
  }

  PlanTable& table_;
  const TypeArena& arena_;
  const ResourceIndexer& resources_;
  WorkBudget& budget_;
};

Result<const FuncPlan*> PlanTable::plan(const TypeArena& arena, const ResourceIndexer& resources,
                                        const types::Func& func, WorkBudget& budget) {
  if (func.async) {
    return Error(ErrorKind::unsupported, "an `async` function needs the asynchronous runtime");
  }
  Builder builder(*this, arena, resources, budget);
  FuncPlan plan;
  std::vector<ValType> params;
  params.reserve(func.params.size());
  for (const auto& param : func.params) {
    params.push_back(param.type);
  }
  WC_TRY(plan.params, builder.sequence_alone(params));
  plan.params_spilled = plan.params.flat.exceeds(kMaxFlatParams);
  if (func.result.has_value()) {
    WC_TRY(plan.result, builder.value(*func.result));
    plan.result_spilled = plan.result->flat.exceeds(kMaxFlatResults);
  }
  plan.lifted = flatten_function(arena, func, Direction::lift, CallStyle::sync);
  plan.lowered = flatten_function(arena, func, Direction::lower, CallStyle::sync);
  return &plans_.emplace_back(std::move(plan));
}

}  // namespace wasmcloud::component
