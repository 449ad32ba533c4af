#include "wasmcloud/component/module_fusion.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/base/byte_writer.h"
#include "wasmcloud/component/module_fusion_layout.h"

namespace wasmcloud::component::fusion {
namespace {

constexpr std::uint8_t kFuncRef = 0x70;
// Subsections of the name section.
constexpr std::uint8_t kModuleName = 0;
constexpr std::uint8_t kFunctionNames = 1;

// One function's name, as it is written.
struct FunctionName {
  std::uint32_t func = 0;
  std::string_view name;
};

// What a part's name section says.
struct Names {
  std::string_view module;
  std::vector<FunctionName> functions;
};

class Fuser {
 public:
  Fuser(const std::vector<Part>& parts, const std::vector<Binding>& exports, const Layout& layout)
      : parts_(parts), exports_(exports), layout_(layout) {}

  Result<std::vector<std::uint8_t>> fuse() {
    out_.bytes(kPreamble);
    write_types();
    WC_CHECK(write_imports());
    WC_CHECK(write_functions());
    WC_CHECK(write_tables());
    WC_CHECK(write_memories());
    WC_CHECK(write_globals());
    WC_CHECK(write_exports());
    WC_CHECK(write_elements());
    write_data_count();
    WC_CHECK(write_code());
    WC_CHECK(write_data());
    write_names();
    return std::move(out_).take();
  }

 private:
  // --- sections ---

  void write_section(Section id, const ByteWriter& content) {
    out_.u8(static_cast<std::uint8_t>(id));
    out_.sized(content);
  }

  // A section that holds so many items, which `write_part` appends part by part.
  template <typename WritePart>
  Result<> write_items(Section id, std::uint32_t count, WritePart write_part) {
    if (count == 0) {
      return {};
    }
    ByteWriter content;
    content.leb(count);
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      WC_CHECK(write_part(parts_[p], layout_.of_part(p), content));
    }
    write_section(id, content);
    return {};
  }

  void write_types() {
    ByteWriter content;
    content.leb(layout_.total(Space::type));
    for (const Part& part : parts_) {
      for (const Bytes type : part.outline->types) {
        content.bytes(type);
      }
    }
    write_section(Section::type, content);
  }

  Result<> write_imports() {
    ByteWriter content;
    std::uint32_t count = 0;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      for (std::size_t i = 0; i < parts_[p].imports.size(); ++i) {
        if (parts_[p].imports[i]) {
          continue;
        }
        const Import& import = parts_[p].outline->imports[i];
        content.name("");
        content.name(std::to_string(count++));
        content.u8(static_cast<std::uint8_t>(import.space));
        if (import.space == Space::func) {
          WC_TRY(const std::uint32_t type, layout_.of_part(p)(Space::type, import.type));
          content.leb(type);
        } else {
          content.bytes(import.written);
        }
      }
    }
    if (count != 0) {
      ByteWriter section;
      section.leb(count);
      section.bytes(content.view());
      write_section(Section::import, section);
    }
    return {};
  }

  Result<> write_functions() {
    return write_items(
        Section::function, layout_.defined(Space::func),
        [](const Part& part, const Translation& to, ByteWriter& content) -> Result<> {
          const auto& funcs = part.outline->funcs;
          for (std::size_t i = part.outline->imported[0].size(); i < funcs.size(); ++i) {
            WC_TRY(const std::uint32_t type, to(Space::type, funcs[i]));
            content.leb(type);
          }
          return {};
        });
  }

  // Of those with an initializer, one could name what is not imported any more.
  Result<> write_tables() {
    return write_defined(Section::table, Space::table, &Outline::tables,
                         [](ByteReader& in, const Translation&, ByteWriter& content) -> Result<> {
                           WC_TRY(const Bytes type, written(in, skip_table_type));
                           content.bytes(type);
                           return {};
                         });
  }

  Result<> write_memories() {
    return write_defined(Section::memory, Space::memory, &Outline::memories,
                         [](ByteReader& in, const Translation&, ByteWriter& content) -> Result<> {
                           WC_TRY(const Bytes type, written(in, skip_memory_type));
                           content.bytes(type);
                           return {};
                         });
  }

  Result<> write_globals() {
    return write_defined(
        Section::global, Space::global, &Outline::globals,
        [](ByteReader& in, const Translation& to, ByteWriter& content) -> Result<> {
          WC_TRY(const Bytes type, written(in, skip_global_type));
          content.bytes(type);
          return translate_const_expr(in, to, content);
        });
  }

  // Each item of a section that defines items of `space`.
  template <typename WriteOne>
  Result<> write_defined(Section id, Space space, std::optional<ByteReader> Outline::* section,
                         WriteOne write_one) {
    const auto at = static_cast<std::size_t>(space);
    return write_items(id, at < kImportable ? layout_.defined(space) : layout_.total(space),
                       [&](const Part& part, const Translation& to, ByteWriter& content) {
                         return write_each(*part.outline, at, section, to, content, write_one);
                       });
  }

  template <typename WriteOne>
  static Result<> write_each(const Outline& outline, std::size_t space,
                             std::optional<ByteReader> Outline::* section, const Translation& to,
                             ByteWriter& content, WriteOne write_one) {
    if (!(outline.*section)) {
      return {};
    }
    ByteReader in = *(outline.*section);
    const std::size_t imported = space < kImportable ? outline.imported[space].size() : 0;
    for (std::size_t i = imported; i < outline.count[space]; ++i) {
      WC_CHECK(write_one(in, to, content));
    }
    return {};
  }

  Result<> write_exports() {
    ByteWriter content;
    const auto write = [&content](std::string_view name, Space space, std::uint32_t index) {
      content.name(name);
      content.u8(static_cast<std::uint8_t>(space));
      content.leb(index);
    };
    WC_TRY(const std::optional<std::uint32_t> start, start_function());
    content.leb(exports_.size() + (start ? 1 : 0));
    for (std::size_t i = 0; i < exports_.size(); ++i) {
      WC_TRY(const auto found, layout_.find(exports_[i]));
      const auto [owner, item] = found;
      WC_TRY(const std::uint32_t index, layout_.of_part(owner)(item.space, item.index));
      write(std::to_string(i), item.space, index);
    }
    if (start) {
      write(kStart, Space::func, *start);
    }
    write_section(Section::export_, content);
    return {};
  }

  Result<std::optional<std::uint32_t>> start_function() const {
    std::optional<std::uint32_t> start;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (!parts_[p].outline->start) {
        continue;
      }
      if (p + 1 != parts_.size()) {
        return Error(ErrorKind::unsupported, "a start function before another part's segments");
      }
      WC_CHECK(check_start(*parts_[p].outline));
      WC_TRY(start, layout_.of_part(p)(Space::func, *parts_[p].outline->start));
    }
    return start;
  }

  // The host calls it without room for parameters or results.
  static Result<> check_start(const Outline& outline) {
    constexpr std::array<std::uint8_t, 3> kNullary{0x60, 0, 0};
    const bool known = *outline.start < outline.funcs.size() &&
                       outline.funcs[*outline.start] < outline.types.size();
    return known && std::ranges::equal(outline.types[outline.funcs[*outline.start]], kNullary)
               ? Result<>()
               : Error(ErrorKind::unsupported, "a start function of this type");
  }

  // Behind those of the parts, a segment that declares what they export: an export allows
  // `ref.func`, and not all remain.
  Result<> write_elements() {
    WC_TRY(const ByteWriter declared, declared_functions());
    const std::uint32_t extra = declared.size() == 0 ? 0 : 1;
    std::size_t parts_left = parts_.size();
    return write_items(
        Section::element, layout_.total(Space::element) + extra,
        [&](const Part& part, const Translation& to, ByteWriter& content) -> Result<> {
          WC_CHECK(write_each(*part.outline, static_cast<std::size_t>(Space::element),
                              &Outline::elements, to, content, write_element));
          if (--parts_left == 0) {
            content.bytes(declared.view());
          }
          return {};
        });
  }

  Result<ByteWriter> declared_functions() const {
    constexpr std::uint32_t kDeclared = 3;
    std::set<std::uint32_t> funcs;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      for (const auto& [name, item] : parts_[p].outline->exports) {
        if (item.space == Space::func) {
          WC_TRY(const std::uint32_t func, layout_.of_part(p)(Space::func, item.index));
          funcs.insert(func);
        }
      }
    }
    ByteWriter segment;
    if (!funcs.empty()) {
      segment.leb(kDeclared);
      segment.u8(0);  // of functions
      segment.leb(funcs.size());
      std::ranges::for_each(funcs, [&segment](std::uint32_t func) { segment.leb(func); });
    }
    return segment;
  }

  // Bits of a segment's form: passive or declared, with a table (or declared), of expressions.
  static Result<> write_element(ByteReader& in, const Translation& to, ByteWriter& content) {
    constexpr std::uint32_t kPassive = 1;
    constexpr std::uint32_t kExplicit = 2;
    constexpr std::uint32_t kExpressions = 4;
    WC_TRY(const std::uint32_t form, in.leb_u32());
    if (form > (kPassive | kExplicit | kExpressions)) {
      return cannot_fuse(in, fmt::format("an element segment of form {}", form));
    }
    const bool active = (form & kPassive) == 0;
    const bool of_expressions = (form & kExpressions) != 0;
    // The short form of an active segment means table 0 and functions.
    const bool is_short = active && (form & kExplicit) == 0;
    std::uint32_t table = 0;
    if (active && !is_short) {
      WC_TRY(table, in.leb_u32());
    }
    if (active) {
      WC_TRY(table, to(Space::table, table));
    }
    const bool write_short = is_short && table == 0;
    content.leb(is_short && !write_short ? form | kExplicit : form);
    if (active) {
      if (!write_short) {
        content.leb(table);
      }
      WC_CHECK(translate_const_expr(in, to, content));
    }
    std::uint8_t kind = of_expressions ? kFuncRef : 0;
    if (!is_short) {
      WC_TRY(kind, in.peek());
      WC_CHECK(of_expressions ? written(in, read_simple_type) : in.take(1));
    }
    if (!write_short) {
      content.u8(kind);
    }
    return write_element_items(in, of_expressions, to, content);
  }

  static Result<> write_element_items(ByteReader& in, bool of_expressions, const Translation& to,
                                      ByteWriter& content) {
    WC_TRY(const std::uint32_t count, in.leb_u32());
    content.leb(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (of_expressions) {
        WC_CHECK(translate_const_expr(in, to, content));
      } else {
        WC_TRY(const std::uint32_t func, in.leb_u32());
        WC_TRY(const std::uint32_t now, to(Space::func, func));
        content.leb(now);
      }
    }
    return {};
  }

  void write_data_count() {
    const auto counts = [](const Part& part) { return part.outline->counts_data; };
    if (std::ranges::any_of(parts_, counts)) {
      ByteWriter content;
      content.leb(layout_.total(Space::data));
      write_section(Section::data_count, content);
    }
  }

  Result<> write_code() {
    ByteWriter body;
    return write_items(
        Section::code, layout_.defined(Space::func),
        [&body](const Part& part, const Translation& to, ByteWriter& content) -> Result<> {
          const std::size_t count = part.outline->funcs.size() - part.outline->imported[0].size();
          if (count != 0 && !part.outline->code) {
            return Error(ErrorKind::invalid, "functions without code");
          }
          return write_bodies(*part.outline, count, to, body, content);
        });
  }

  static Result<> write_bodies(const Outline& outline, std::size_t count, const Translation& to,
                               ByteWriter& body, ByteWriter& content) {
    if (count == 0) {
      return {};
    }
    ByteReader in = *outline.code;
    for (std::size_t i = 0; i < count; ++i) {
      WC_TRY(const std::uint32_t size, in.leb_u32());
      WC_TRY(const ByteReader code, in.slice(size));
      body.clear();
      WC_CHECK(translate_body(code, to, body));
      content.sized(body);
    }
    return {};
  }

  Result<> write_data() {
    return write_defined(
        Section::data, Space::data, &Outline::data,
        [](ByteReader& in, const Translation& to, ByteWriter& content) -> Result<> {
          constexpr std::uint32_t kPassive = 1;
          constexpr std::uint32_t kWithMemory = 2;
          WC_TRY(const std::uint32_t form, in.leb_u32());
          if (form > kWithMemory) {
            return cannot_fuse(in, fmt::format("a data segment of form {}", form));
          }
          content.leb(form);
          if (form == kWithMemory) {
            WC_TRY(const std::uint32_t memory, in.leb_u32());
            WC_TRY(const std::uint32_t now, to(Space::memory, memory));
            content.leb(now);
          }
          if (form != kPassive) {
            WC_CHECK(translate_const_expr(in, to, content));
          }
          WC_TRY(const std::uint32_t size, in.leb_u32());
          WC_TRY(const Bytes bytes, in.take(size));
          content.leb(size);
          content.bytes(bytes);
          return {};
        });
  }

  // --- names of functions, for backtraces ---

  void write_names() {
    std::string_view module;
    std::vector<FunctionName> names;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      // A name section that is not well-formed is as good as none.
      if (const auto read = read_names(p)) {
        if (p == largest_part()) {
          module = read->module;
        }
        names.insert(names.end(), read->functions.begin(), read->functions.end());
      }
    }
    std::ranges::sort(names, {}, &FunctionName::func);
    const auto repeated = std::ranges::unique(names, {}, &FunctionName::func);
    names.erase(repeated.begin(), repeated.end());
    ByteWriter functions;
    functions.leb(names.size());
    for (const FunctionName& each : names) {
      functions.leb(each.func);
      functions.name(each.name);
    }
    ByteWriter content;
    content.name("name");
    if (!module.empty()) {
      ByteWriter name;
      name.name(module);
      content.u8(kModuleName);
      content.sized(name);
    }
    content.u8(kFunctionNames);
    content.sized(functions);
    write_section(Section::custom, content);
  }

  // Of the functions that a part defines or still imports: another part knows the rest better.
  std::size_t largest_part() const {
    const auto functions = [](const Part& part) { return part.outline->funcs.size(); };
    return static_cast<std::size_t>(std::ranges::max_element(parts_, {}, functions) -
                                    parts_.begin());
  }

  Result<Names> read_names(std::size_t p) const {
    Names names;
    ByteReader in(parts_[p].outline->names);
    while (!in.at_end()) {
      WC_TRY(const std::uint8_t id, in.u8());
      WC_TRY(const std::uint32_t size, in.leb_u32());
      WC_TRY(ByteReader section, in.slice(size));
      if (id == kModuleName) {
        WC_TRY(names.module, section.name(kMaxName));
      } else if (id == kFunctionNames) {
        WC_TRY(names.functions, read_function_names(p, section));
      }
    }
    return names;
  }

  Result<std::vector<FunctionName>> read_function_names(std::size_t p, ByteReader& section) const {
    std::vector<FunctionName> names;
    WC_TRY(const std::uint32_t count, section.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_TRY(const std::uint32_t func, section.leb_u32());
      WC_TRY(const std::string_view name, section.name(kMaxName));
      WC_TRY(const std::uint32_t now, layout_.of_part(p)(Space::func, func));
      if (Layout::bound(parts_[p], Item{Space::func, func}) == nullptr) {
        names.push_back(FunctionName{now, name});
      }
    }
    return names;
  }

  const std::vector<Part>& parts_;
  const std::vector<Binding>& exports_;
  const Layout& layout_;
  ByteWriter out_;
};

}  // namespace

Result<std::vector<std::uint8_t>> fuse(const std::vector<Part>& parts,
                                       const std::vector<Binding>& exports) {
  WC_TRY(const Layout layout, Layout::make(parts));
  return Fuser(parts, exports, layout).fuse();
}

}  // namespace wasmcloud::component::fusion
