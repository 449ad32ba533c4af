// Type definitions (Binary.md "Type Definitions"; sections 1.7 and 2.8 of the fact sheet).
#include <map>

#include "wasmcloud/component/names.h"
#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

// The labels of one record, variant, enum, flags or parameter list: each in kebab case, no two the
// same when lower-cased. `what`: "record field"; `again`: "field".
class Labels {
 public:
  Labels(std::string_view what, std::string_view again) : what_(what), again_(again) {}

  Result<std::string> add(std::string_view name) {
    if (name.empty()) {
      return Error(ErrorKind::invalid, "{} name cannot be empty", what_);
    }
    if (!is_label(name)) {
      return Error(ErrorKind::invalid, "{} name `{}` is not in kebab case", what_, name);
    }
    const auto [before, fresh] = seen_.emplace(canonical_name(name), name);
    if (!fresh) {
      return Error(ErrorKind::invalid, "{} name `{}` conflicts with previous {} name `{}`", what_,
                   name, again_, before->second);
    }
    return std::string(name);
  }

  Result<std::vector<std::string>> add_all(const std::vector<std::string_view>& names) {
    std::vector<std::string> out;
    for (const std::string_view name : names) {
      WC_TRY(std::string label, add(name));
      out.push_back(std::move(label));
    }
    return out;
  }

 private:
  std::string_view what_;
  std::string_view again_;
  std::unordered_map<std::string, std::string_view> seen_;
};

std::optional<Primitive> primitive_of(const TypeArena& arena, ValType type) {
  const auto* const id = std::get_if<DefinedTypeId>(&type.rep);
  if (id == nullptr) {
    return std::get<Primitive>(type.rep);
  }
  const auto* const named = std::get_if<Primitive>(&arena[*id]);
  return named == nullptr ? std::nullopt : std::optional(*named);
}

// Steps of the work budget for what a type lists: a name is checked and copied, a layout worked
// out.
constexpr std::uint64_t kPartSteps = 8;

// keytype ::= bool | integers | char | string
bool is_key(Primitive type) {
  return type != Primitive::f32 && type != Primitive::f64 && type != Primitive::error_context;
}

}  // namespace

Result<> Checker::require(bool feature, std::string_view what) const {
  if (!feature) {
    return Error(ErrorKind::invalid, "{} requires a component model feature that is not active",
                 what);
  }
  return {};
}

Result<> Checker::check_extent(const TypeExtent& extent) const {
  if (extent.depth > TypeExtent::kMaxDepth) {
    return Error(ErrorKind::invalid, "type nesting is too deep");
  }
  if (extent.size > TypeExtent::kMaxSize) {
    return Error(ErrorKind::invalid, "effective type size exceeds the limit of {}",
                 TypeExtent::kMaxSize);
  }
  return {};
}

Result<> Checker::add_type(const ast::Type& type) {
  WC_TRY(
      const TypeEntity made,
      std::visit(
          Overloaded{
              [&](const ast::DefinedType& t) { return make_defined(t); },
              [&](const ast::FuncType& t) { return make_func(t); },
              [&](const std::unique_ptr<ast::ComponentType>& t) { return make_component_type(*t); },
              [&](const std::unique_ptr<ast::InstanceType>& t) { return make_instance_type(*t); },
              [&](const ast::ResourceType& t) { return make_resource(t); },
          },
          type.body));
  WC_CHECK(check_extent(arena_.extent(made)));
  WC_CHECK(budget_.spend(12));
  spaces().types.push_back(made);
  return {};
}

Result<TypeEntity> Checker::make_defined(const ast::DefinedType& type) {
  WC_TRY(types::Defined body, make_body(type));
  WC_CHECK(budget_.spend(kPartSteps * parts(body)));
  const DefinedTypeId id = arena_.add(std::move(body));
  const TypeFacts& facts = arena_.facts(id);
  if (facts.layout64.size >= kMaxValueBytes) {
    return Error(ErrorKind::invalid, "the in-memory size of the type exceeds maximum byte size");
  }
  return TypeEntity{ValType(id)};
}

Result<types::Defined> Checker::make_body(const ast::DefinedType& type) {
  return std::visit(
      Overloaded{
          [&](Primitive t) -> Result<types::Defined> {
            WC_CHECK(val_type(ast::ValType(t)));
            return types::Defined(t);
          },
          [&](const ast::List& t) -> Result<types::Defined> {
            WC_TRY(const ValType element, val_type(t.element));
            return types::Defined(types::List{element});
          },
          [&](const ast::Option& t) -> Result<types::Defined> {
            WC_TRY(const ValType element, val_type(t.type));
            return types::Defined(types::Option{element});
          },
          [&](const ast::ResultType& t) -> Result<types::Defined> {
            WC_TRY(const auto ok, val_type(t.ok));
            WC_TRY(const auto err, val_type(t.err));
            return types::Defined(types::Result{ok, err});
          },
          [&](const ast::Own& t) -> Result<types::Defined> {
            WC_TRY(const TypeEntity of, resource_at(t.resource));
            return types::Defined(types::Own{std::get<ResourceId>(of.type), of.name});
          },
          [&](const ast::Borrow& t) -> Result<types::Defined> {
            WC_TRY(const TypeEntity of, resource_at(t.resource));
            return types::Defined(types::Borrow{std::get<ResourceId>(of.type), of.name});
          },
          [&](const auto& t) { return make(t); },
      },
      type);
}

Result<types::Defined> Checker::make(const ast::Record& type) {
  if (type.fields.empty()) {
    return Error(ErrorKind::invalid, "record type must have at least one field");
  }
  types::Record out;
  Labels labels("record field", "field");
  for (const ast::Labelled& field : type.fields) {
    WC_TRY(std::string name, labels.add(field.name));
    WC_TRY(const ValType of, val_type(field.type));
    out.fields.push_back({std::move(name), of});
  }
  return types::Defined(std::move(out));
}

Result<types::Defined> Checker::make(const ast::Variant& type) {
  if (type.cases.empty()) {
    return Error(ErrorKind::invalid, "variant type must have at least one case");
  }
  types::Variant out;
  Labels labels("variant case", "case");
  for (const ast::Case& item : type.cases) {
    WC_TRY(std::string name, labels.add(item.name));
    WC_TRY(const auto of, val_type(item.type));
    out.cases.push_back({std::move(name), of});
  }
  return types::Defined(std::move(out));
}

Result<types::Defined> Checker::make(const ast::FixedList& type) {
  WC_CHECK(require(features_.fixed_length_lists, "a fixed-length list"));
  if (type.length == 0) {
    return Error(ErrorKind::invalid, "a fixed-length list must have more than zero elements");
  }
  WC_TRY(const ValType element, val_type(type.element));
  return types::Defined(types::FixedList{element, type.length});
}

Result<types::Defined> Checker::make(const ast::Tuple& type) {
  if (type.types.empty()) {
    return Error(ErrorKind::invalid, "tuple type must have at least one type");
  }
  types::Tuple out;
  for (const ast::ValType& element : type.types) {
    WC_TRY(const ValType of, val_type(element));
    out.types.push_back(of);
  }
  return types::Defined(std::move(out));
}

Result<types::Defined> Checker::make(const ast::Flags& type) {
  if (type.names.empty()) {
    return Error(ErrorKind::invalid, "flags must have at least one entry");
  }
  if (type.names.size() > 32) {
    return Error(ErrorKind::invalid, "cannot have more than 32 flags");
  }
  WC_TRY(auto names, Labels("flag", "flag").add_all(type.names));
  return types::Defined(types::Flags{std::move(names)});
}

Result<types::Defined> Checker::make(const ast::Enum& type) {
  if (type.names.empty()) {
    return Error(ErrorKind::invalid, "enum type must have at least one variant");
  }
  WC_TRY(auto names, Labels("enum tag", "tag").add_all(type.names));
  return types::Defined(types::Enum{std::move(names)});
}

Result<types::Defined> Checker::make(const ast::Stream& type) {
  WC_CHECK(require(features_.async, "`stream`"));
  WC_TRY(const auto element, val_type(type.element));
  if (element) {
    if (primitive_of(arena_, *element) == Primitive::character) {
      return Error(ErrorKind::invalid,
                   "`stream<char>` is not valid at this time: use a `stream<u8>` of some encoding");
    }
    if (arena_.facts(*element).has_borrow) {
      return Error(ErrorKind::invalid, "`stream` payload cannot contain a `borrow` type");
    }
  }
  return types::Defined(types::Stream{element});
}

Result<types::Defined> Checker::make(const ast::Future& type) {
  WC_CHECK(require(features_.async, "`future`"));
  WC_TRY(const auto element, val_type(type.element));
  if (element && arena_.facts(*element).has_borrow) {
    return Error(ErrorKind::invalid, "`future` payload cannot contain a `borrow` type");
  }
  return types::Defined(types::Future{element});
}

Result<types::Defined> Checker::make(const ast::Map& type) {
  WC_CHECK(require(features_.map, "`map`"));
  WC_TRY(const ValType key, val_type(type.key));
  const std::optional<Primitive> primitive = primitive_of(arena_, key);
  if (!primitive || !is_key(*primitive)) {
    return Error(ErrorKind::invalid, "invalid map key type");
  }
  WC_TRY(const ValType value, val_type(type.value));
  return types::Defined(types::Map{key, value});
}

Result<TypeEntity> Checker::make_func(const ast::FuncType& type) {
  if (type.async) {
    WC_CHECK(require(features_.async, "an async function type"));
  }
  WC_CHECK(budget_.spend(kPartSteps * type.params.size()));
  types::Func out{.async = type.async, .params = {}, .result = {}};
  Labels labels("function parameter", "parameter");
  for (const ast::Labelled& param : type.params) {
    WC_TRY(std::string name, labels.add(param.name));
    WC_TRY(const ValType of, val_type(param.type));
    out.params.push_back({std::move(name), of});
  }
  WC_TRY(out.result, val_type(type.result));
  if (out.result && arena_.facts(*out.result).has_borrow) {
    return Error(ErrorKind::invalid, "function result cannot contain a `borrow` type");
  }
  return TypeEntity{arena_.add(std::move(out))};
}

// 2.4 Resources
Result<TypeEntity> Checker::make_resource(const ast::ResourceType& type) {
  if (scope().kind != Scope::Kind::component) {
    return Error(ErrorKind::invalid, "resources can only be defined within a concrete component");
  }
  if (type.rep64) {
    return Error(ErrorKind::invalid,
                 "resources with `i64` require a component model feature that is not active: "
                 "resources can only be represented by `i32`");
  }
  if (type.destructor) {
    WC_TRY(const CoreFuncType destructor, core_func_at(*type.destructor));
    if (destructor != CoreFuncType{.params = {CoreValType{}}, .results = {}}) {
      return Error(ErrorKind::invalid, "core function {} has wrong signature for a destructor",
                   *type.destructor);
    }
  }
  const ResourceId id = arena_.add_resource();
  scope().define(id, true);
  spaces().local_resources.emplace(static_cast<std::uint32_t>(spaces().types.size()), id);
  return TypeEntity{id};
}

}  // namespace wasmcloud::component::internal
