#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "wasmcloud/component/component_reader.h"
#include "wasmcloud/component/decoder.h"

namespace wasmcloud::component {

namespace internal {
namespace {

// Sections in the order in which they must come, if they come (custom ones may stand anywhere).
// Tag and DataCount are not where their ids would have them.
enum SectionId : std::uint8_t {
  custom_section = 0,
  type_section = 1,
  import_section = 2,
  function_section = 3,
  table_section = 4,
  memory_section = 5,
  global_section = 6,
  export_section = 7,
  start_section = 8,
  element_section = 9,
  code_section = 10,
  data_section = 11,
  data_count_section = 12,
  tag_section = 13,
};

constexpr std::array<SectionId, 13> kSectionOrder{
    type_section,       import_section, function_section, table_section, memory_section,
    tag_section,        global_section, export_section,   start_section, element_section,
    data_count_section, code_section,   data_section};

std::size_t section_rank(std::uint8_t id) {
  return static_cast<std::size_t>(std::ranges::find(kSectionOrder, id) - kSectionOrder.begin());
}

// module ::= <magic> <version> section*, read as far as it tells what is imported and exported
class ModuleReader {
 public:
  explicit ModuleReader(Reader in) : in_(in) {}

  Result<CoreModule> read(Bytes bytes) {
    module_.bytes = bytes;
    module_.offset = in_.offset();
    WC_CHECK(expect_preamble(in_, Layer::module));
    while (!in_.at_end()) {
      WC_CHECK(read_section());
    }
    return std::move(module_);
  }

 private:
  // section_N(B) ::= N:byte size:u32 B
  Result<> read_section() {
    const std::size_t at = in_.offset();
    WC_TRY(const std::uint8_t id, in_.u8());
    WC_TRY(const std::uint32_t size, in_.leb_u32());
    WC_TRY(Reader section, in_.section(size));
    if (id == custom_section) {
      WC_CHECK(section.name());
      return {};
    }
    const std::size_t rank = section_rank(id);
    if (rank == kSectionOrder.size()) {
      return error_at(at, fmt::format("malformed section id: {:#x}", id));
    }
    if (rank < next_rank_) {
      return error_at(at, fmt::format("section out of order: {:#x}", id));
    }
    next_rank_ = rank + 1;
    return read_content(section, id);
  }

  Result<> read_content(Reader& section, std::uint8_t id) {
    switch (id) {
      case type_section:
        return read_items(section, [this](Reader& in) { return read_type(in); });
      case import_section:
        return read_items(section, [this](Reader& in) { return read_import(in); });
      case function_section:
        return read_items(section, [this](Reader& in) { return read_function(in); });
      case table_section:
        return read_items(section, [this](Reader& in) { return read_table(in); });
      case memory_section:
        return read_items(section, [this](Reader& in) { return read_memory(in); });
      case tag_section:
        return read_items(section, [this](Reader& in) { return read_tag(in); });
      case global_section:
        return read_items(section, [this](Reader& in) { return read_global(in); });
      case export_section:
        return read_items(section, [this](Reader& in) { return read_export(in); });
      default:
        return {};  // start, elements, code and data do not show
    }
  }

  // vec(B), which must fill its section
  template <typename ReadOne>
  Result<> read_items(Reader& section, ReadOne read_one) {
    WC_TRY(const std::uint32_t count, read_count(section, kMaxCoreItems));
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_CHECK(read_one(section));
    }
    return section.finish("section size mismatch: unexpected data at the end of the section");
  }

  template <typename T>
  Result<> append(std::vector<T>& space, T item, const Reader& in) {
    WC_CHECK(in.budget().charge(sizeof(T), in.offset()));
    space.push_back(std::move(item));
    return {};
  }

  Result<> read_type(Reader& in) {
    WC_TRY(CoreTypeGroup group, read_core_rec_type(in));
    for (auto& type : group) {
      WC_CHECK(append(types_, std::move(type), in));
    }
    return {};
  }

  // The signature of type `index`. What it costs is charged, as each import and export has a copy.
  Result<CoreFuncType> signature(std::uint32_t index, std::size_t at, const Reader& in) {
    WC_CHECK(check_func_type(index, at));
    const CoreFuncType& type = *types_[index];
    WC_CHECK(
        in.budget().charge((type.params.size() + type.results.size()) * sizeof(CoreValType), at));
    return type;
  }

  Result<> check_func_type(std::uint32_t index, std::size_t at) const {
    if (index >= types_.size()) {
      return error_at(at, fmt::format("unknown type {}: type index out of bounds", index));
    }
    if (!types_[index]) {
      return error_at(at, fmt::format("type index {} is not a function type", index));
    }
    return {};
  }

  // import     ::= m:name n:name d:importdesc
  Result<> read_import(Reader& in) {
    const std::size_t at = in.offset();
    CoreImport item;
    WC_TRY(item.module, in.name());
    WC_TRY(item.name, in.name());
    WC_TRY(item.type, read_import_desc(in));
    if (!import_names_.emplace(item.module, item.name).second) {
      return error_at(at, fmt::format("duplicate import name `{}:{}`", item.module, item.name));
    }
    return append(module_.imports, std::move(item), in);
  }

  // importdesc ::= 0x00 typeidx | 0x01 tabletype | 0x02 memtype | 0x03 globaltype | 0x04 tagtype
  Result<CoreExternType> read_import_desc(Reader& in) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint8_t kind, in.u8());
    switch (kind) {
      case 0x00: {
        WC_TRY(const std::uint32_t index, in.leb_u32());
        WC_TRY(CoreFuncType type, signature(index, at, in));
        WC_CHECK(append(funcs_, index, in));
        return CoreExternType(std::move(type));
      }
      case 0x01: {
        WC_TRY(const CoreTableType type, read_core_table_type(in));
        WC_CHECK(append(tables_, type, in));
        return CoreExternType(type);
      }
      case 0x02: {
        WC_TRY(const CoreMemoryType type, read_core_memory_type(in));
        WC_CHECK(append(memories_, type, in));
        return CoreExternType(type);
      }
      case 0x03: {
        WC_TRY(const CoreGlobalType type, read_core_global_type(in));
        WC_CHECK(append(globals_, type, in));
        return CoreExternType(type);
      }
      case 0x04: {
        WC_TRY(const std::uint32_t index, read_core_tag_type(in));
        WC_TRY(CoreFuncType type, signature(index, at, in));
        WC_CHECK(append(tags_, index, in));
        return CoreExternType(CoreTagType{std::move(type)});
      }
      default:
        return invalid_leading_byte(at, kind, "external kind");
    }
  }

  // funcsec ::= section_3(vec(typeidx))
  Result<> read_function(Reader& in) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint32_t index, in.leb_u32());
    WC_CHECK(check_func_type(index, at));
    return append(funcs_, index, in);
  }

  // table ::= tabletype | 0x40 0x00 tabletype expr
  Result<> read_table(Reader& in) {
    WC_TRY(const std::uint8_t lead, in.peek());
    const bool has_init = lead == 0x40;
    if (has_init) {
      WC_CHECK(in.u8());
      const std::size_t at = in.offset();
      WC_TRY(const std::uint8_t reserved, in.u8());
      if (reserved != 0) {
        return error_at(at, fmt::format("invalid table encoding: {:#x} after 0x40", reserved));
      }
    }
    WC_TRY(const CoreTableType type, read_core_table_type(in));
    if (has_init) {
      WC_CHECK(skip_const_expr(in));
    }
    return append(tables_, type, in);
  }

  Result<> read_memory(Reader& in) {
    WC_TRY(const CoreMemoryType type, read_core_memory_type(in));
    return append(memories_, type, in);
  }

  Result<> read_tag(Reader& in) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint32_t index, read_core_tag_type(in));
    WC_CHECK(check_func_type(index, at));
    return append(tags_, index, in);
  }

  // global ::= gt:globaltype e:expr
  Result<> read_global(Reader& in) {
    WC_TRY(const CoreGlobalType type, read_core_global_type(in));
    WC_CHECK(skip_const_expr(in));
    return append(globals_, type, in);
  }

  // export ::= n:name d:exportdesc
  Result<> read_export(Reader& in) {
    const std::size_t at = in.offset();
    CoreExport item;
    WC_TRY(item.name, in.name());
    WC_TRY(item.type, read_export_desc(in));
    if (!export_names_.insert(item.name).second) {
      return error_at(at, fmt::format("duplicate export name `{}` already defined", item.name));
    }
    return append(module_.exports, std::move(item), in);
  }

  template <typename T>
  static Result<> check_index(const std::vector<T>& space, std::uint32_t index,
                              std::string_view what, std::size_t at) {
    if (index >= space.size()) {
      return error_at(
          at, fmt::format("unknown {} {}: exported {} index out of bounds", what, index, what));
    }
    return {};
  }

  // exportdesc ::= 0x00 funcidx | 0x01 tableidx | 0x02 memidx | 0x03 globalidx | 0x04 tagidx
  Result<CoreExternType> read_export_desc(Reader& in) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint8_t kind, in.u8());
    if (kind > 0x04) {
      return invalid_leading_byte(at, kind, "external kind");
    }
    WC_TRY(const std::uint32_t index, in.leb_u32());
    switch (kind) {
      case 0x00: {
        WC_CHECK(check_index(funcs_, index, "function", at));
        WC_TRY(CoreFuncType type, signature(funcs_[index], at, in));
        return CoreExternType(std::move(type));
      }
      case 0x01:
        WC_CHECK(check_index(tables_, index, "table", at));
        return CoreExternType(tables_[index]);
      case 0x02:
        WC_CHECK(check_index(memories_, index, "memory", at));
        return CoreExternType(memories_[index]);
      case 0x03:
        WC_CHECK(check_index(globals_, index, "global", at));
        return CoreExternType(globals_[index]);
      default: {
        WC_CHECK(check_index(tags_, index, "tag", at));
        WC_TRY(CoreFuncType type, signature(tags_[index], at, in));
        return CoreExternType(CoreTagType{std::move(type)});
      }
    }
  }

  Reader in_;
  CoreModule module_;
  std::size_t next_rank_ = 0;
  CoreTypeGroup types_;               // nullopt: not a function type
  std::vector<std::uint32_t> funcs_;  // type indices
  std::vector<CoreTableType> tables_;
  std::vector<CoreMemoryType> memories_;
  std::vector<CoreGlobalType> globals_;
  std::vector<std::uint32_t> tags_;  // type indices
  std::set<std::pair<std::string_view, std::string_view>> import_names_;
  std::set<std::string_view> export_names_;
};

}  // namespace

Result<CoreModule> read_core_module(Reader in, Bytes bytes) { return ModuleReader(in).read(bytes); }

}  // namespace internal

Result<CoreModule> read_core_module(Bytes bytes, std::size_t offset) {
  const DecodeLimits limits;
  internal::Budget budget(limits);
  return internal::read_core_module(internal::Reader(ByteReader(bytes, offset), budget), bytes);
}

}  // namespace wasmcloud::component
