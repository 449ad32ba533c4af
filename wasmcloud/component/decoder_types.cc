// Component-level types (Binary.md "Type Definitions").
#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component::internal {

namespace {

// primvaltype ::= 0x7F bool | 0x7E s8 | 0x7D u8 | 0x7C s16 | 0x7B u16 | 0x7A s32 | 0x79 u32
//               | 0x78 s64 | 0x77 u64 | 0x76 f32 | 0x75 f64 | 0x74 char | 0x73 string
//               | 0x64 error-context
std::optional<Primitive> to_primitive(std::uint8_t byte) {
  if (byte == 0x64) {
    return Primitive::error_context;
  }
  if (byte < 0x73 || byte > 0x7f) {
    return std::nullopt;
  }
  static_assert(static_cast<int>(Primitive::boolean) == 0 &&
                static_cast<int>(Primitive::string) == 0x7f - 0x73);
  return static_cast<Primitive>(0x7f - byte);
}

Result<std::optional<ast::ValType>> read_optional_val_type(Reader& in) {
  return read_optional(in, "optional component value type", read_val_type);
}

// labelvaltype ::= l:<label'> t:<valtype>
Result<ast::Labelled> read_labelled(Reader& in) {
  ast::Labelled item;
  WC_TRY(item.name, in.name());
  WC_TRY(item.type, read_val_type(in));
  return item;
}

// case ::= l:<label'> t?:<valtype>? 0x00
Result<ast::Case> read_case(Reader& in) {
  ast::Case item;
  WC_TRY(item.name, in.name());
  WC_TRY(item.type, read_optional_val_type(in));
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t zero, in.u8());
  if (zero != 0) {
    return invalid_leading_byte(at, zero, "zero byte required");
  }
  return item;
}

Result<std::string_view> read_label(Reader& in) { return in.name(); }

// The defvaltypes that are lists of things:
//   0x72 lt*:vec(<labelvaltype>) record | 0x71 case*:vec(<case>) variant
// | 0x6f t*:vec(<valtype>) tuple | 0x6e l*:vec(<label'>) flags | 0x6d l*:vec(<label'>) enum
Result<ast::DefinedType> read_aggregate(Reader& in, std::uint8_t lead) {
  switch (lead) {
    case 0x72: {
      ast::Record record;
      WC_TRY(record.fields, read_vec(in, kMaxFields, read_labelled));
      return ast::DefinedType(std::move(record));
    }
    case 0x71: {
      ast::Variant variant;
      WC_TRY(variant.cases, read_vec(in, kMaxCases, read_case));
      return ast::DefinedType(std::move(variant));
    }
    case 0x6f: {
      ast::Tuple tuple;
      WC_TRY(tuple.types, read_vec(in, kMaxTupleTypes, read_val_type));
      return ast::DefinedType(std::move(tuple));
    }
    case 0x6e: {
      ast::Flags flags;
      WC_TRY(flags.names, read_vec(in, kMaxFlags, read_label));
      return ast::DefinedType(std::move(flags));
    }
    default: {
      ast::Enum tags;
      WC_TRY(tags.names, read_vec(in, kMaxEnumTags, read_label));
      return ast::DefinedType(std::move(tags));
    }
  }
}

// The defvaltypes with a fixed number of parts:
//   0x70 t:<valtype> list | 0x67 t:<valtype> len:<u32> list of fixed length | 0x6b t:<valtype>
//   option
// | 0x6a t?:<valtype>? u?:<valtype>? result | 0x69 i:<typeidx> own | 0x68 i:<typeidx> borrow
// | 0x66 t?:<valtype>? stream | 0x65 t?:<valtype>? future | 0x63 k:<keytype> v:<valtype> map
Result<ast::DefinedType> read_constructed(Reader& in, std::uint8_t lead, std::size_t at) {
  switch (lead) {
    case 0x70: {
      WC_TRY(const ast::ValType element, read_val_type(in));
      return ast::DefinedType(ast::List{element});
    }
    case 0x67: {
      WC_TRY(const ast::ValType element, read_val_type(in));
      WC_TRY(const std::uint32_t length, in.leb_u32());
      return ast::DefinedType(ast::FixedList{element, length});
    }
    case 0x6b: {
      WC_TRY(const ast::ValType type, read_val_type(in));
      return ast::DefinedType(ast::Option{type});
    }
    case 0x6a: {
      WC_TRY(const auto ok, read_optional_val_type(in));
      WC_TRY(const auto err, read_optional_val_type(in));
      return ast::DefinedType(ast::ResultType{ok, err});
    }
    case 0x69: {
      WC_TRY(const std::uint32_t resource, in.leb_u32());
      return ast::DefinedType(ast::Own{resource});
    }
    case 0x68: {
      WC_TRY(const std::uint32_t resource, in.leb_u32());
      return ast::DefinedType(ast::Borrow{resource});
    }
    case 0x66: {
      WC_TRY(const auto element, read_optional_val_type(in));
      return ast::DefinedType(ast::Stream{element});
    }
    case 0x65: {
      WC_TRY(const auto element, read_optional_val_type(in));
      return ast::DefinedType(ast::Future{element});
    }
    case 0x63: {
      WC_TRY(const ast::ValType key, read_val_type(in));
      WC_TRY(const ast::ValType value, read_val_type(in));
      return ast::DefinedType(ast::Map{key, value});
    }
    default:
      return invalid_leading_byte(at, lead, "component defined type");
  }
}

// functype  ::= 0x40 ps:<paramlist> rs:<resultlist>
//             | 0x43 ps:<paramlist> rs:<resultlist> (async), of which the first byte has been read
// paramlist ::= lt*:vec(<labelvaltype>)
Result<ast::FuncType> read_func_type(Reader& in, bool async) {
  ast::FuncType func{.async = async, .params = {}, .result = {}};
  WC_TRY(func.params, read_vec(in, kMaxParams, read_labelled));
  WC_TRY(func.result, read_result_list(in));
  return func;
}

// resourcetype ::= 0x3f 0x7f f?:<core:funcidx>? | 0x3f 0x7e f?:<core:funcidx>?
Result<ast::ResourceType> read_resource_type(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t rep, in.u8());
  if (rep != 0x7f && rep != 0x7e) {
    return invalid_leading_byte(at, rep, "resource representation");
  }
  ast::ResourceType resource{.rep64 = rep == 0x7e, .destructor = {}};
  WC_TRY(resource.destructor, read_optional(in, "resource destructor", read_index));
  return resource;
}

// instancedecl  ::= 0x00 t:<core:type> | 0x01 t:<type> | 0x02 a:<alias> | 0x04 ed:<exportdecl>
// componentdecl ::= 0x03 id:<importdecl> | id:<instancedecl>
Result<ast::Decl> read_decl(Reader& in, bool with_imports) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  switch (kind) {
    case 0x00: {
      WC_TRY(ast::CoreType type, read_core_type(in));
      WC_CHECK(in.budget().charge(sizeof(type), at));
      return ast::Decl(std::make_unique<ast::CoreType>(std::move(type)));
    }
    case 0x01: {
      WC_TRY(ast::Type type, read_type(in));
      WC_CHECK(in.budget().charge(sizeof(type), at));
      return ast::Decl(std::make_unique<ast::Type>(std::move(type)));
    }
    case 0x02: {
      WC_TRY(ast::Alias alias, read_alias(in));
      return ast::Decl(std::move(alias));
    }
    case 0x03:
      if (with_imports) {
        WC_TRY(ast::Import item, read_import(in));
        return ast::Decl(std::move(item));
      }
      break;
    case 0x04: {
      ast::ExportDecl item;
      WC_TRY(item.name, read_extern_name(in));
      WC_TRY(item.type, read_extern_type(in));
      return ast::Decl(std::move(item));
    }
    default:
      break;
  }
  return invalid_leading_byte(at, kind, "component or instance type declaration");
}

// componenttype ::= 0x41 cd*:vec(<componentdecl>)
// instancetype  ::= 0x42 id*:vec(<instancedecl>)
Result<ast::TypeBody> read_scope_type(Reader& in, bool component) {
  const Nested level(in);
  WC_CHECK(level.check("type nesting is too deep"));
  const auto read_one = [component](Reader& from) { return read_decl(from, component); };
  WC_TRY(auto decls, read_vec(in, kMaxTypeDecls, read_one));
  if (component) {
    auto type = std::make_unique<ast::ComponentType>();
    type->decls = std::move(decls);
    return ast::TypeBody(std::move(type));
  }
  auto type = std::make_unique<ast::InstanceType>();
  type->decls = std::move(decls);
  return ast::TypeBody(std::move(type));
}

Result<ast::TypeBody> read_type_body(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t lead, in.u8());
  switch (lead) {
    case 0x40:
    case 0x43: {
      WC_TRY(ast::FuncType func, read_func_type(in, lead == 0x43));
      return ast::TypeBody(std::move(func));
    }
    case 0x41:
    case 0x42:
      return read_scope_type(in, lead == 0x41);
    case 0x3f: {
      WC_TRY(const ast::ResourceType resource, read_resource_type(in));
      return ast::TypeBody(resource);
    }
    case 0x72:
    case 0x71:
    case 0x6f:
    case 0x6e:
    case 0x6d: {
      WC_TRY(ast::DefinedType type, read_aggregate(in, lead));
      return ast::TypeBody(std::move(type));
    }
    default:
      break;
  }
  if (const auto primitive = to_primitive(lead)) {
    return ast::TypeBody(ast::DefinedType(*primitive));
  }
  WC_TRY(ast::DefinedType type, read_constructed(in, lead, at));
  return ast::TypeBody(std::move(type));
}

}  // namespace

// valtype ::= i:<typeidx> | pvt:<primvaltype>, where the index is a non-negative s33
Result<ast::ValType> read_val_type(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t lead, in.peek());
  if (const auto primitive = to_primitive(lead)) {
    WC_CHECK(in.u8());
    return ast::ValType(*primitive);
  }
  WC_TRY(const std::int64_t index, in.leb_s33());
  if (index < 0) {
    return invalid_leading_byte(at, lead, "component value type");
  }
  return ast::ValType(static_cast<std::uint32_t>(index));
}

// resultlist ::= 0x00 t:<valtype> | 0x01 0x00
Result<std::optional<ast::ValType>> read_result_list(Reader& in) {
  std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  if (kind == 0x00) {
    WC_TRY(const ast::ValType type, read_val_type(in));
    return std::optional<ast::ValType>(type);
  }
  if (kind != 0x01) {
    return invalid_leading_byte(at, kind, "component function results");
  }
  at = in.offset();
  WC_TRY(const std::uint8_t count, in.u8());
  if (count != 0) {
    return invalid_leading_byte(at, count, "number of results");
  }
  return std::optional<ast::ValType>();
}

// type    ::= dt:<deftype>
// deftype ::= dvt:<defvaltype> | ft:<functype> | ct:<componenttype> | it:<instancetype>
//           | rt:<resourcetype>
Result<ast::Type> read_type(Reader& in) {
  ast::Type type;
  type.offset = in.offset();
  WC_TRY(type.body, read_type_body(in));
  return type;
}

}  // namespace wasmcloud::component::internal
