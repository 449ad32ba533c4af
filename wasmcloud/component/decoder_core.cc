// The core definitions of a component: core instances and core types (Binary.md "Core
// Definitions").
#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component::internal {

namespace {

constexpr std::uint8_t kModuleType = 0x50;
constexpr std::uint8_t kOpenSubPrefix = 0x00;

// core:instantiatearg ::= n:<core:name> 0x12 i:<instanceidx>
Result<ast::CoreArg> read_core_arg(Reader& in) {
  ast::CoreArg arg;
  arg.offset = in.offset();
  WC_TRY(arg.name, in.name());
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  if (kind != 0x12) {
    return invalid_leading_byte(at, kind, "instantiation arg kind");
  }
  WC_TRY(arg.instance, in.leb_u32());
  return arg;
}

// core:inlineexport ::= n:<core:name> si:<core:sortidx>
Result<ast::CoreInlineExport> read_core_inline_export(Reader& in) {
  ast::CoreInlineExport item;
  item.offset = in.offset();
  WC_TRY(item.name, in.name());
  WC_TRY(item.item.sort, read_core_sort(in));
  WC_TRY(item.item.index, in.leb_u32());
  return item;
}

// core:importdesc ::= 0x00 typeidx | 0x01 tabletype | 0x02 memtype | 0x03 globaltype | 0x04 tagtype
Result<ast::CoreExternDesc> read_core_extern_desc(Reader& in) {
  ast::CoreExternDesc desc;
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  switch (kind) {
    case 0x00: {
      desc.sort = Sort::core_func;
      WC_TRY(desc.type_index, in.leb_u32());
      return desc;
    }
    case 0x01: {
      desc.sort = Sort::core_table;
      WC_TRY(desc.type, read_core_table_type(in));
      return desc;
    }
    case 0x02: {
      desc.sort = Sort::core_memory;
      WC_TRY(desc.type, read_core_memory_type(in));
      return desc;
    }
    case 0x03: {
      desc.sort = Sort::core_global;
      WC_TRY(desc.type, read_core_global_type(in));
      return desc;
    }
    case 0x04: {
      desc.sort = Sort::core_tag;
      WC_TRY(desc.type_index, read_core_tag_type(in));
      return desc;
    }
    default:
      return invalid_leading_byte(at, kind, "external kind");
  }
}

// A rec group takes as many places in the index space as it has types.
Result<ast::CoreType> read_rec_type_definition(Reader& in) {
  ast::CoreType type;
  type.offset = in.offset();
  WC_TRY(CoreTypeGroup group, read_core_rec_type(in));
  if (group.size() == 1 && group.front()) {
    type.body = std::move(*group.front());
  } else {
    type.body = ast::CoreType::Opaque{.count = static_cast<std::uint32_t>(group.size())};
  }
  return type;
}

// core:alias       ::= s:<core:sort> t:<core:aliastarget>, here only of types
// core:aliastarget ::= 0x01 ct:<u32> idx:<u32>
Result<ast::AliasOuter> read_core_outer_alias(Reader& in) {
  std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  if (kind != 0x10) {
    return invalid_leading_byte(at, kind, "outer alias kind");
  }
  at = in.offset();
  WC_TRY(const std::uint8_t target, in.u8());
  if (target != 0x01) {
    return invalid_leading_byte(at, target, "outer alias target");
  }
  ast::AliasOuter alias;
  WC_TRY(alias.count, in.leb_u32());
  WC_TRY(alias.index, in.leb_u32());
  return alias;
}

// core:moduledecl ::= 0x00 i:<core:import> | 0x01 t:<core:type> | 0x02 a:<core:alias>
//                   | 0x03 e:<core:exportdecl>
Result<ast::ModuleDecl> read_module_decl(Reader& in) {
  ast::ModuleDecl decl;
  decl.offset = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  switch (kind) {
    case 0x00: {
      ast::ModuleImportDecl item;
      WC_TRY(item.module, in.name());
      WC_TRY(item.name, in.name());
      WC_TRY(item.desc, read_core_extern_desc(in));
      decl.body = std::move(item);
      return decl;
    }
    case 0x01: {
      // No module types in module types: here 0x50 is what it is in core modules, a subtype.
      WC_TRY(decl.body, read_rec_type_definition(in));
      return decl;
    }
    case 0x02: {
      WC_TRY(decl.body, read_core_outer_alias(in));
      return decl;
    }
    case 0x03: {
      ast::ModuleExportDecl item;
      WC_TRY(item.name, in.name());
      WC_TRY(item.desc, read_core_extern_desc(in));
      decl.body = std::move(item);
      return decl;
    }
    default:
      return invalid_leading_byte(decl.offset, kind, "type definition");
  }
}

}  // namespace

// core:instance     ::= ie:<core:instanceexpr>
// core:instanceexpr ::= 0x00 m:<moduleidx> arg*:vec(<core:instantiatearg>)
//                     | 0x01 e*:vec(<core:inlineexport>)
Result<ast::CoreInstance> read_core_instance(Reader& in) {
  ast::CoreInstance instance;
  instance.offset = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  if (kind == 0x00) {
    ast::CoreInstantiate body;
    WC_TRY(body.module, in.leb_u32());
    WC_TRY(body.args, read_vec(in, kMaxArgs, read_core_arg));
    instance.body = std::move(body);
    return instance;
  }
  if (kind == 0x01) {
    WC_TRY(instance.body, read_vec(in, kMaxInlineExports, read_core_inline_export));
    return instance;
  }
  return invalid_leading_byte(instance.offset, kind, "core instance");
}

// core:type       ::= dt:<core:deftype>
// core:deftype    ::= rt:<core:rectype> | 0x00 0x50 x*:vec(<core:typeidx>) ct:<core:comptype>
//                   | mt:<core:moduletype>
// core:moduletype ::= 0x50 md*:vec(<core:moduledecl>)
Result<ast::CoreType> read_core_type(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t lead, in.peek());
  if (lead == kModuleType) {
    WC_CHECK(in.u8());
    auto module = std::make_unique<ast::ModuleType>();
    WC_TRY(module->decls, read_vec(in, kMaxModuleTypeDecls, read_module_decl));
    return ast::CoreType{.offset = at, .body = std::move(module)};
  }
  if (lead == kOpenSubPrefix) {
    WC_CHECK(in.u8());
    const std::size_t next_at = in.offset();
    WC_TRY(const std::uint8_t next, in.peek());
    if (next != 0x50) {
      return invalid_leading_byte(next_at, next, "non-final sub type");
    }
  }
  WC_TRY(ast::CoreType type, read_rec_type_definition(in));
  type.offset = at;
  return type;
}

}  // namespace wasmcloud::component::internal
