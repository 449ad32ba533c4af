#include "wasmcloud/component/module_fusion.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/base/byte_writer.h"
#include "wasmcloud/component/module_fusion_code.h"

namespace wasmcloud::component::fusion {
namespace {

enum class Section : std::uint8_t {
  custom = 0,
  type = 1,
  import = 2,
  function = 3,
  table = 4,
  memory = 5,
  global = 6,
  export_ = 7,
  start = 8,
  element = 9,
  code = 10,
  data = 11,
  data_count = 12,
};

constexpr std::array<std::uint8_t, 8> kPreamble{0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00};
constexpr std::size_t kMaxName = 100'000;
constexpr std::uint8_t kFuncType = 0x60;
constexpr std::uint8_t kFuncRef = 0x70;
constexpr std::uint8_t kFunctionNames = 1;  // of the name section

std::uint32_t& of(std::array<std::uint32_t, kSpaces>& counts, Space space) {
  return counts[static_cast<std::size_t>(space)];
}

// `read` consumes something; gives what it was.
template <typename Read>
Result<Bytes> written(ByteReader& in, Read read) {
  const Bytes rest = in.rest();
  WC_CHECK(read(in));
  return rest.first(rest.size() - in.remaining());
}

Result<> skip_limits(ByteReader& in, std::uint8_t allowed_flags) {
  WC_TRY(const std::uint8_t flags, in.u8());
  if ((flags & ~allowed_flags) != 0) {
    return cannot_fuse(in, fmt::format("limits {:#x}", flags));
  }
  WC_CHECK(in.leb_u64());
  if ((flags & 1U) != 0) {
    WC_CHECK(in.leb_u64());
  }
  return {};
}

Result<> skip_table_type(ByteReader& in) {
  WC_CHECK(read_simple_type(in));
  return skip_limits(in, 0x01);
}

Result<> skip_memory_type(ByteReader& in) { return skip_limits(in, 0x05); }

Result<> skip_global_type(ByteReader& in) {
  WC_CHECK(read_simple_type(in));
  WC_CHECK(in.u8());
  return {};
}

// --- cutting a module ---

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

// --- putting modules together ---

// One function's name, as it is written.
struct FunctionName {
  std::uint32_t func = 0;
  std::string_view name;
};

class Fuser {
 public:
  Fuser(const std::vector<Part>& parts, const std::vector<Binding>& exports)
      : parts_(parts), exports_(exports), translations_(parts.size()) {}

  Result<std::vector<std::uint8_t>> fuse() {
    WC_CHECK(assign());
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
  // --- where everything goes ---

  Result<> assign() {
    std::array<std::uint32_t, kSpaces> next{};
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const Outline& outline = parts_[p].outline;
      for (std::size_t space = 0; space < kSpaces; ++space) {
        translations_[p].to[space].resize(outline.count[space], kUnknown);
      }
      assign_imports(p, next);
    }
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      const Outline& outline = parts_[p].outline;
      for (std::size_t space = 0; space < kSpaces; ++space) {
        auto& to = translations_[p].to[space];
        const std::size_t first = space < kImportable ? outline.imported[space].size() : 0;
        for (std::size_t i = first; i < to.size(); ++i) {
          to[i] = next[space]++;
        }
      }
    }
    total_ = next;
    if (of(total_, Space::memory) > 1) {
      return Error(ErrorKind::unsupported, "modules with several memories cannot be fused");
    }
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      WC_CHECK(bind_imports(p));
    }
    return {};
  }

  // Those that remain.
  void assign_imports(std::size_t p, std::array<std::uint32_t, kSpaces>& next) {
    std::array<std::uint32_t, kSpaces> seen{};
    const Part& part = parts_[p];
    for (std::size_t i = 0; i < part.outline.imports.size(); ++i) {
      const Space space = part.outline.imports[i].space;
      const std::uint32_t index = of(seen, space)++;
      if (!part.imports[i]) {
        translations_[p].to[static_cast<std::size_t>(space)][index] = of(next, space)++;
      }
    }
  }

  // Those that another part fulfils.
  Result<> bind_imports(std::size_t p) {
    std::array<std::uint32_t, kSpaces> seen{};
    const Part& part = parts_[p];
    for (std::size_t i = 0; i < part.outline.imports.size(); ++i) {
      const Import& import = part.outline.imports[i];
      const std::uint32_t index = of(seen, import.space)++;
      if (!part.imports[i]) {
        continue;
      }
      WC_TRY(const auto found, find(*part.imports[i]));
      const auto [owner, item] = found;
      if (item.space != import.space) {
        return Error(ErrorKind::invalid, "`{}` is bound to another kind of thing",
                     part.imports[i]->name);
      }
      if (import.space == Space::func) {
        WC_CHECK(same_type(part.outline, import.type, parts_[owner].outline, item.index));
      }
      WC_TRY(const std::uint32_t now, translations_[owner](item.space, item.index));
      translations_[p].to[static_cast<std::size_t>(import.space)][index] = now;
    }
    return {};
  }

  // Follows a binding to the part where the item is defined or imported from outside.
  Result<std::pair<std::size_t, Item>> find(const Binding& binding) const {
    const Binding* at = &binding;
    for (std::size_t steps = 0; steps <= parts_.size(); ++steps) {
      const Part& part = parts_[at->part];
      const auto found = part.outline.exports.find(at->name);
      if (found == part.outline.exports.end()) {
        return Error(ErrorKind::invalid, "no export `{}`", at->name);
      }
      const Item item = found->second;
      const Binding* const next = bound(part, item);
      if (next == nullptr) {
        return std::pair(std::size_t{at->part}, item);
      }
      at = next;
    }
    return Error(ErrorKind::unsupported, "`{}` is exported in a circle", binding.name);
  }

  // What an imported item is bound to; null if it is the part's own, or remains an import.
  static const Binding* bound(const Part& part, Item item) {
    const auto& positions = part.outline.imported[static_cast<std::size_t>(item.space)];
    if (item.index >= positions.size() || !part.imports[positions[item.index]]) {
      return nullptr;
    }
    return &*part.imports[positions[item.index]];
  }

  static Result<> same_type(const Outline& wants, std::uint32_t type, const Outline& has,
                            std::uint32_t func) {
    if (func >= has.funcs.size() || has.funcs[func] >= has.types.size() ||
        type >= wants.types.size()) {
      return Error(ErrorKind::invalid, "a function or type index is out of bounds");
    }
    if (!std::ranges::equal(wants.types[type], has.types[has.funcs[func]])) {
      return Error(ErrorKind::unsupported, "functions of different types cannot be fused");
    }
    return {};
  }

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
      WC_CHECK(write_part(parts_[p], translations_[p], content));
    }
    write_section(id, content);
    return {};
  }

  void write_types() {
    ByteWriter content;
    content.leb(of(total_, Space::type));
    for (const Part& part : parts_) {
      for (const Bytes type : part.outline.types) {
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
        const Import& import = parts_[p].outline.imports[i];
        content.name("");
        content.name(std::to_string(count++));
        content.u8(static_cast<std::uint8_t>(import.space));
        if (import.space == Space::func) {
          WC_TRY(const std::uint32_t type, translations_[p](Space::type, import.type));
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

  std::uint32_t defined(Space space) const {
    const auto at = static_cast<std::size_t>(space);
    std::uint32_t count = 0;
    for (const Part& part : parts_) {
      count +=
          part.outline.count[at] - static_cast<std::uint32_t>(part.outline.imported[at].size());
    }
    return count;
  }

  Result<> write_functions() {
    return write_items(
        Section::function, defined(Space::func),
        [](const Part& part, const Translation& to, ByteWriter& content) -> Result<> {
          const auto& funcs = part.outline.funcs;
          for (std::size_t i = part.outline.imported[0].size(); i < funcs.size(); ++i) {
            WC_TRY(const std::uint32_t type, to(Space::type, funcs[i]));
            content.leb(type);
          }
          return {};
        });
  }

  // Tables may begin with 0x40 0x00 and end with an expression.
  Result<> write_tables() {
    constexpr std::uint8_t kWithExpression = 0x40;
    return write_defined(
        Section::table, Space::table, &Outline::tables,
        [](ByteReader& in, const Translation& to, ByteWriter& content) -> Result<> {
          WC_TRY(const std::uint8_t first, in.peek());
          const bool initialized = first == kWithExpression;
          if (initialized) {
            WC_TRY(const Bytes lead, in.take(2));
            content.bytes(lead);
          }
          WC_TRY(const Bytes type, written(in, skip_table_type));
          content.bytes(type);
          return initialized ? translate_const_expr(in, to, content) : Result<>();
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
    return write_items(id, at < kImportable ? defined(space) : total_[at],
                       [&](const Part& part, const Translation& to, ByteWriter& content) {
                         return write_each(part.outline, at, section, to, content, write_one);
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
      WC_TRY(const auto found, find(exports_[i]));
      const auto [owner, item] = found;
      WC_TRY(const std::uint32_t index, translations_[owner](item.space, item.index));
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
      if (!parts_[p].outline.start) {
        continue;
      }
      if (p + 1 != parts_.size()) {
        return Error(ErrorKind::unsupported, "a start function before another part's segments");
      }
      WC_TRY(start, translations_[p](Space::func, *parts_[p].outline.start));
    }
    return start;
  }

  // Bits of a segment's form: passive or declared, with a table (or declared), of expressions.
  Result<> write_elements() {
    return write_defined(Section::element, Space::element, &Outline::elements, write_element);
  }

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
    const auto counts = [](const Part& part) { return part.outline.counts_data; };
    if (std::ranges::any_of(parts_, counts)) {
      ByteWriter content;
      content.leb(of(total_, Space::data));
      write_section(Section::data_count, content);
    }
  }

  Result<> write_code() {
    ByteWriter body;
    return write_items(
        Section::code, defined(Space::func),
        [&body](const Part& part, const Translation& to, ByteWriter& content) -> Result<> {
          const std::size_t count = part.outline.funcs.size() - part.outline.imported[0].size();
          if (count != 0 && !part.outline.code) {
            return Error(ErrorKind::invalid, "functions without code");
          }
          return write_bodies(part.outline, count, to, body, content);
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
    std::vector<FunctionName> names;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      // A name section that is not well-formed is as good as none.
      const Result<> read = read_names(p, names);
      (void)read.has_value();
    }
    if (names.empty()) {
      return;
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
    content.u8(kFunctionNames);
    content.sized(functions);
    write_section(Section::custom, content);
  }

  // Of the functions that a part defines or still imports: another part knows the rest better.
  Result<> read_names(std::size_t p, std::vector<FunctionName>& names) const {
    const Outline& outline = parts_[p].outline;
    ByteReader in(outline.names);
    while (!in.at_end()) {
      WC_TRY(const std::uint8_t id, in.u8());
      WC_TRY(const std::uint32_t size, in.leb_u32());
      WC_TRY(ByteReader section, in.slice(size));
      if (id != kFunctionNames) {
        continue;
      }
      WC_TRY(const std::uint32_t count, section.leb_u32());
      for (std::uint32_t i = 0; i < count; ++i) {
        WC_TRY(const std::uint32_t func, section.leb_u32());
        WC_TRY(const std::string_view name, section.name(kMaxName));
        WC_TRY(const std::uint32_t now, translations_[p](Space::func, func));
        if (bound(parts_[p], Item{Space::func, func}) == nullptr) {
          names.push_back(FunctionName{now, name});
        }
      }
    }
    return {};
  }

  static constexpr std::uint32_t kUnknown = 0xffffffff;

  const std::vector<Part>& parts_;
  const std::vector<Binding>& exports_;
  std::vector<Translation> translations_;
  std::array<std::uint32_t, kSpaces> total_{};
  ByteWriter out_;
};

}  // namespace

Result<Outline> outline(Bytes bytes) { return Cutter().cut(bytes); }

Result<std::vector<std::uint8_t>> fuse(const std::vector<Part>& parts,
                                       const std::vector<Binding>& exports) {
  return Fuser(parts, exports).fuse();
}

}  // namespace wasmcloud::component::fusion
