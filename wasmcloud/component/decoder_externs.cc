// Names, sorts, aliases, imports, exports and instances (Binary.md "Import and Export Definitions",
// "Alias Definitions", "Instance Definitions").
#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component::internal {

namespace {

constexpr std::uint8_t kCoreSort = 0x00;
constexpr std::uint8_t kCoreType = 0x10;
constexpr std::uint8_t kCoreModule = 0x11;

// A sort as written: its byte, and after 0x00 the core sort's.
struct RawSort {
  std::size_t offset = 0;
  std::uint8_t first = 0;
  std::uint8_t core = 0;
};

Result<RawSort> read_raw_sort(Reader& in) {
  RawSort raw;
  raw.offset = in.offset();
  WC_TRY(raw.first, in.u8());
  if (raw.first == kCoreSort) {
    WC_TRY(raw.core, in.u8());
  }
  return raw;
}

Error invalid_sort(const RawSort& raw, std::string_view what) {
  if (raw.first == kCoreSort) {
    return invalid_leading_byte(raw.offset + 1, raw.core, what);
  }
  return invalid_leading_byte(raw.offset, raw.first, what);
}

// core:sort ::= 0x00 func | 0x01 table | 0x02 memory | 0x03 global | 0x04 tag | 0x10 type
//             | 0x11 module | 0x12 instance, of which a core instance can export the first five
std::optional<Sort> to_core_extern_sort(std::uint8_t byte) {
  constexpr Sort kSorts[] = {Sort::core_func, Sort::core_table, Sort::core_memory,
                             Sort::core_global, Sort::core_tag};
  if (byte >= std::size(kSorts)) {
    return std::nullopt;
  }
  return kSorts[byte];
}

// sort ::= 0x00 cs:<core:sort> | 0x01 func | 0x02 value | 0x03 type | 0x04 component | 0x05
// instance, where of the core sorts only modules can stand
std::optional<Sort> to_extern_sort(const RawSort& raw) {
  switch (raw.first) {
    case kCoreSort:
      return raw.core == kCoreModule ? std::optional(Sort::core_module) : std::nullopt;
    case 0x01:
      return Sort::func;
    case 0x02:
      return Sort::value;
    case 0x03:
      return Sort::type;
    case 0x04:
      return Sort::component;
    case 0x05:
      return Sort::instance;
    default:
      return std::nullopt;
  }
}

// What an outer alias can name.
std::optional<Sort> to_outer_sort(const RawSort& raw) {
  if (raw.first == kCoreSort) {
    if (raw.core == kCoreType) {
      return Sort::core_type;
    }
    return raw.core == kCoreModule ? std::optional(Sort::core_module) : std::nullopt;
  }
  if (raw.first == 0x03) {
    return Sort::type;
  }
  return raw.first == 0x04 ? std::optional(Sort::component) : std::nullopt;
}

std::optional<Sort> to_aliased_sort(const RawSort& raw, std::uint8_t target) {
  switch (target) {
    case 0x00:
      return to_extern_sort(raw);
    case 0x01:
      return raw.first == kCoreSort ? to_core_extern_sort(raw.core) : std::nullopt;
    default:
      return to_outer_sort(raw);
  }
}

// attribute ::= 0x00 len bytes (implements) | 0x01 len bytes (versionsuffix)
//             | 0x02 len bytes (external-id)
Result<> read_name_attribute(Reader& in, ast::ExternName& name) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  std::optional<std::string_view>* into = nullptr;
  std::string_view what;
  switch (kind) {
    case 0x00:
      into = &name.implements;
      what = "implements";
      break;
    case 0x01:
      into = &name.version_suffix;
      what = "versionsuffix";
      break;
    case 0x02:
      into = &name.external_id;
      what = "external-id";
      break;
    default:
      return invalid_leading_byte(at, kind, "name option");
  }
  if (into->has_value()) {
    return error_at(at, fmt::format("duplicate '{}' option in name `{}`", what, name.name));
  }
  WC_TRY(*into, in.name());
  return {};
}

// arg ::= n:<name> si:<sortidx>
Result<ast::Arg> read_arg(Reader& in) {
  ast::Arg arg;
  arg.offset = in.offset();
  WC_TRY(arg.name, in.name());
  WC_TRY(arg.item, read_sort_index(in));
  return arg;
}

// inlineexport ::= n:<nameattributes> si:<sortidx>
Result<ast::InlineExport> read_inline_export(Reader& in) {
  ast::InlineExport item;
  WC_TRY(item.name, read_extern_name(in));
  WC_TRY(item.item, read_sort_index(in));
  return item;
}

// typebound ::= 0x00 i:<typeidx> (eq) | 0x01 (sub resource)
Result<> read_type_bound(Reader& in, ast::ExternType& type) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t bound, in.u8());
  if (bound > 0x01) {
    return invalid_leading_byte(at, bound, "type bound");
  }
  type.kind = bound == 0 ? ast::ExternType::Kind::type_eq : ast::ExternType::Kind::sub_resource;
  if (bound == 0) {
    WC_TRY(type.index, in.leb_u32());
  }
  return {};
}

// valuebound ::= 0x00 i:<valueidx> (eq) | 0x01 t:<valtype>
Result<> read_value_bound(Reader& in, ast::ExternType& type) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t bound, in.u8());
  if (bound > 0x01) {
    return invalid_leading_byte(at, bound, "value bound");
  }
  if (bound == 0) {
    type.kind = ast::ExternType::Kind::value_eq;
    WC_TRY(type.index, in.leb_u32());
    return {};
  }
  type.kind = ast::ExternType::Kind::value;
  WC_TRY(type.value, read_val_type(in));
  return {};
}

}  // namespace

Result<Sort> read_core_sort(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t byte, in.u8());
  const auto sort = to_core_extern_sort(byte);
  if (!sort) {
    return invalid_leading_byte(at, byte, "external kind");
  }
  return *sort;
}

// sortidx ::= s:<sort> i:<u32>
Result<ast::SortIndex> read_sort_index(Reader& in) {
  WC_TRY(const RawSort raw, read_raw_sort(in));
  const auto sort = to_extern_sort(raw);
  if (!sort) {
    return invalid_sort(raw, "component external kind");
  }
  WC_TRY(const std::uint32_t index, in.leb_u32());
  return ast::SortIndex{*sort, index};
}

// nameattributes ::= 0x00 len bytes | 0x01 len bytes | 0x02 len bytes vec(<attribute>)
Result<ast::ExternName> read_extern_name(Reader& in) {
  ast::ExternName name;
  name.offset = in.offset();
  WC_TRY(const std::uint8_t form, in.u8());
  if (form > 0x02) {
    return invalid_leading_byte(name.offset, form, "component name");
  }
  WC_TRY(name.name, in.name());
  if (form == 0x02) {
    WC_TRY(const std::uint32_t count, read_count(in, kMaxNameOptions));
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_CHECK(read_name_attribute(in, name));
    }
  }
  return name;
}

// externtype ::= 0x00 0x11 i:<core:typeidx> | 0x01 i:<typeidx> | 0x02 b:<valuebound>
//              | 0x03 b:<typebound> | 0x04 i:<typeidx> | 0x05 i:<typeidx>
Result<ast::ExternType> read_extern_type(Reader& in) {
  using Kind = ast::ExternType::Kind;
  WC_TRY(const RawSort raw, read_raw_sort(in));
  const auto sort = to_extern_sort(raw);
  if (!sort) {
    return invalid_sort(raw, "component external kind");
  }
  ast::ExternType type;
  switch (*sort) {
    case Sort::value:
      WC_CHECK(read_value_bound(in, type));
      return type;
    case Sort::type:
      WC_CHECK(read_type_bound(in, type));
      return type;
    case Sort::core_module:
      type.kind = Kind::core_module;
      break;
    case Sort::component:
      type.kind = Kind::component;
      break;
    case Sort::instance:
      type.kind = Kind::instance;
      break;
    default:
      type.kind = Kind::func;
      break;
  }
  WC_TRY(type.index, in.leb_u32());
  return type;
}

// alias       ::= s:<sort> t:<aliastarget>
// aliastarget ::= 0x00 i:<instanceidx> n:<name> | 0x01 i:<core:instanceidx> n:<core:name>
//               | 0x02 ct:<u32> idx:<u32>
Result<ast::Alias> read_alias(Reader& in) {
  ast::Alias alias;
  alias.offset = in.offset();
  WC_TRY(const RawSort raw, read_raw_sort(in));
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t target, in.u8());
  if (target > 0x02) {
    return invalid_leading_byte(at, target, "alias");
  }
  const auto sort = to_aliased_sort(raw, target);
  if (!sort) {
    constexpr std::string_view kKinds[] = {"component external kind", "core instance export kind",
                                           "component outer alias kind"};
    return invalid_sort(raw, kKinds[target]);
  }
  alias.sort = *sort;
  WC_TRY(const std::uint32_t first, in.leb_u32());
  if (target == 0x02) {
    WC_TRY(const std::uint32_t index, in.leb_u32());
    alias.target = ast::AliasOuter{.count = first, .index = index};
    return alias;
  }
  WC_TRY(const std::string_view name, in.name());
  if (target == 0x01) {
    alias.target = ast::AliasCoreExport{.instance = first, .name = name};
  } else {
    alias.target = ast::AliasExport{.instance = first, .name = name};
  }
  return alias;
}

// import ::= n:<nameattributes> et:<externtype>
Result<ast::Import> read_import(Reader& in) {
  ast::Import item;
  WC_TRY(item.name, read_extern_name(in));
  WC_TRY(item.type, read_extern_type(in));
  return item;
}

// export ::= n:<nameattributes> si:<sortidx> et?:<externtype>?
Result<ast::Export> read_export(Reader& in) {
  ast::Export item;
  WC_TRY(item.name, read_extern_name(in));
  WC_TRY(item.item, read_sort_index(in));
  WC_TRY(item.type, read_optional(in, "optional component export type", read_extern_type));
  return item;
}

// instance     ::= ie:<instanceexpr>
// instanceexpr ::= 0x00 c:<componentidx> arg*:vec(<instantiatearg>)
//                | 0x01 e*:vec(<inlineexport>)
Result<ast::Instance> read_instance(Reader& in) {
  ast::Instance instance;
  instance.offset = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  if (kind == 0x00) {
    ast::Instantiate body;
    WC_TRY(body.component, in.leb_u32());
    WC_TRY(body.args, read_vec(in, kMaxArgs, read_arg));
    instance.body = std::move(body);
    return instance;
  }
  if (kind == 0x01) {
    WC_TRY(instance.body, read_vec(in, kMaxInlineExports, read_inline_export));
    return instance;
  }
  return invalid_leading_byte(instance.offset, kind, "instance");
}

}  // namespace wasmcloud::component::internal
