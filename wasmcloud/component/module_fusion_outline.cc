#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/component/module_fusion_binary.h"

namespace wasmcloud::component::fusion {
namespace {

constexpr std::uint8_t kFuncType = 0x60;

class Cutter {
 public:
  Result<Outline> cut(Bytes bytes) {
    ByteReader in(bytes);
    WC_TRY(const auto preamble, in.take(kPreamble.size()));
    if (!std::ranges::equal(preamble, kPreamble)) {
      return cannot_fuse(in, "what is no module");
    }
    while (!in.at_end()) {
      WC_TRY(const std::uint8_t id, in.u8());
      WC_TRY(const std::uint32_t size, in.leb_u32());
      WC_TRY(ByteReader section, in.slice(size));
      WC_CHECK(read(static_cast<Section>(id), section));
    }
    if (of(made_.count, Space::memory) > 1) {
      return cannot_fuse(in, "a module with several memories");
    }
    return std::move(made_);
  }

 private:
  Result<> read(Section id, ByteReader& section) {
    switch (id) {
      case Section::custom:
        return read_custom(section);
      case Section::type:
        return each(section, [this](ByteReader& in) { return read_type(in); });
      case Section::import:
        return each(section, [this](ByteReader& in) { return read_import(in); });
      case Section::function:
        return each(section, [this](ByteReader& in) { return read_function(in); });
      case Section::table:
        return keep(section, made_.tables, Space::table);
      case Section::memory:
        return keep(section, made_.memories, Space::memory);
      case Section::global:
        return keep(section, made_.globals, Space::global);
      case Section::export_:
        return each(section, [this](ByteReader& in) { return read_export(in); });
      case Section::start: {
        WC_TRY(made_.start, section.leb_u32());
        return {};
      }
      case Section::element:
        return keep(section, made_.elements, Space::element);
      case Section::code: {
        WC_CHECK(section.leb_u32());
        made_.code = section;
        return {};
      }
      case Section::data:
        return keep(section, made_.data, Space::data);
      case Section::data_count:
        made_.counts_data = true;
        return {};
    }
    return cannot_fuse(section, fmt::format("section {}", static_cast<unsigned>(id)));
  }

  template <typename ReadOne>
  static Result<> each(ByteReader& section, ReadOne read_one) {
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_CHECK(read_one(section));
    }
    return {};
  }

  Result<> keep(ByteReader& section, std::optional<ByteReader>& place, Space space) {
    WC_TRY(const std::uint32_t count, section.leb_u32());
    // Each takes a byte at least.
    if (count > section.remaining()) {
      return Error(ErrorKind::invalid, "{} items in {} bytes", count, section.remaining());
    }
    of(made_.count, space) += count;
    place = section;
    return {};
  }

  Result<> read_custom(ByteReader& section) {
    WC_TRY(const std::string_view name, section.name(kMaxName));
    if (name == "name") {
      made_.names = section.rest();
    }
    return {};
  }

  Result<> read_type(ByteReader& in) {
    WC_TRY(const Bytes type, written(in, [](ByteReader& type_in) -> Result<> {
             WC_TRY(const std::uint8_t form, type_in.u8());
             if (form != kFuncType) {
               return cannot_fuse(type_in, fmt::format("type {:#x}", form));
             }
             for (int list = 0; list < 2; ++list) {
               WC_CHECK(each(type_in, [](ByteReader& one) -> Result<> {
                 WC_CHECK(read_simple_type(one));
                 return {};
               }));
             }
             return {};
           }));
    made_.types.push_back(type);
    of(made_.count, Space::type) += 1;
    return {};
  }

  Result<> read_import(ByteReader& in) {
    WC_CHECK(in.name(kMaxName));
    WC_CHECK(in.name(kMaxName));
    WC_TRY(const std::uint8_t kind, in.u8());
    Import import;
    import.space = static_cast<Space>(kind);
    switch (import.space) {
      case Space::func: {
        WC_TRY(import.type, in.leb_u32());
        made_.funcs.push_back(import.type);
        break;
      }
      case Space::table: {
        WC_TRY(import.written, written(in, skip_table_type));
        break;
      }
      case Space::memory: {
        WC_TRY(import.written, written(in, skip_memory_type));
        break;
      }
      case Space::global: {
        WC_TRY(import.written, written(in, skip_global_type));
        break;
      }
      default:
        return cannot_fuse(in, fmt::format("an import of kind {}", kind));
    }
    of(made_.count, import.space) += 1;
    made_.imported[kind].push_back(static_cast<std::uint32_t>(made_.imports.size()));
    made_.imports.push_back(import);
    return {};
  }

  Result<> read_function(ByteReader& in) {
    WC_TRY(const std::uint32_t type, in.leb_u32());
    made_.funcs.push_back(type);
    of(made_.count, Space::func) += 1;
    return {};
  }

  Result<> read_export(ByteReader& in) {
    WC_TRY(const std::string_view name, in.name(kMaxName));
    WC_TRY(const std::uint8_t kind, in.u8());
    if (kind >= kImportable) {
      return cannot_fuse(in, fmt::format("an export of kind {}", kind));
    }
    WC_TRY(const std::uint32_t index, in.leb_u32());
    made_.exports.emplace(name, Item{static_cast<Space>(kind), index});
    return {};
  }

  Outline made_;
};

}  // namespace

Result<Outline> outline(Bytes bytes) { return Cutter().cut(bytes); }

Result<> check_code(const Outline& outline) {
  if (!outline.code) {
    return {};
  }
  Translation unchanged;
  for (std::size_t space = 0; space < kSpaces; ++space) {
    unchanged.to[space].resize(outline.count[space]);
    std::iota(unchanged.to[space].begin(), unchanged.to[space].end(), 0U);
  }
  ByteReader in = *outline.code;
  ByteWriter unused;
  for (std::size_t i = outline.imported[0].size(); i < outline.funcs.size(); ++i) {
    WC_TRY(const std::uint32_t size, in.leb_u32());
    WC_TRY(const ByteReader body, in.slice(size));
    unused.clear();
    WC_CHECK(translate_body(body, unchanged, unused));
  }
  return {};
}

}  // namespace wasmcloud::component::fusion
