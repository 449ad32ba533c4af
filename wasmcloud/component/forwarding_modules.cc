// Whether a core module, of which the outline is known, forwards or fills. Whatever is not
// understood makes it neither.
#include <algorithm>
#include <vector>

#include "wasmcloud/component/forwarding.h"
#include "wasmcloud/component/module_fusion_binary.h"

namespace wasmcloud::component {
namespace {

using fusion::Outline;
using fusion::Space;

constexpr std::uint8_t kFuncRef = 0x70;
constexpr std::uint8_t kLocalGet = 0x20;
constexpr std::uint8_t kI32Const = 0x41;
constexpr std::uint8_t kCallIndirect = 0x11;
constexpr std::uint8_t kEnd = 0x0b;

Error other() { return Error(ErrorKind::unsupported, "another kind of module"); }

Result<> expect(ByteReader& reader, std::uint8_t byte) {
  WC_TRY(const std::uint8_t found, reader.u8());
  return found == byte ? Result<>() : other();
}

Result<> expect_u32(ByteReader& reader, std::uint32_t value) {
  WC_TRY(const std::uint32_t found, reader.leb_u32());
  return found == value ? Result<>() : other();
}

bool has_only(const Outline& outline, std::initializer_list<Space> spaces) {
  for (std::size_t space = 0; space < fusion::kSpaces; ++space) {
    if (outline.count[space] != 0 &&
        std::ranges::find(spaces, static_cast<Space>(space)) == spaces.end()) {
      return false;
    }
  }
  return !outline.start;
}

bool is_funcref(Bytes table_type) { return !table_type.empty() && table_type.front() == kFuncRef; }

// local.get 0 .. local.get n-1, i32.const slot, call_indirect of the function's own type in table
// 0, end: the slot.
Result<std::uint32_t> forwarded_slot(ByteReader body, std::uint32_t type, std::uint32_t params) {
  WC_CHECK(expect_u32(body, 0));  // no locals
  for (std::uint32_t i = 0; i < params; ++i) {
    WC_CHECK(expect(body, kLocalGet));
    WC_CHECK(expect_u32(body, i));
  }
  WC_CHECK(expect(body, kI32Const));
  WC_TRY(const std::int32_t slot, body.leb_s32());
  WC_CHECK(expect(body, kCallIndirect));
  WC_CHECK(expect_u32(body, type));
  WC_CHECK(expect_u32(body, 0));
  WC_CHECK(expect(body, kEnd));
  WC_CHECK(body.finish("code"));
  return static_cast<std::uint32_t>(slot);
}

Result<std::vector<std::uint32_t>> forwarded_slots(const Outline& outline) {
  std::vector<std::uint32_t> slots;
  ByteReader code = *outline.code;
  for (const std::uint32_t type : outline.funcs) {
    if (type >= outline.types.size()) {
      return other();
    }
    ByteReader type_reader(outline.types[type].subspan(1));  // after the form
    WC_TRY(const std::uint32_t params, type_reader.leb_u32());
    WC_TRY(const std::uint32_t size, code.leb_u32());
    WC_TRY(const ByteReader body, code.slice(size));
    WC_TRY(const std::uint32_t slot, forwarded_slot(body, type, params));
    slots.push_back(slot);
  }
  return slots;
}

Result<ForwardingModule> read_forwarding(const Outline& outline) {
  if (!has_only(outline, {Space::func, Space::table, Space::type}) || !outline.imports.empty() ||
      outline.count[static_cast<std::size_t>(Space::table)] != 1 || !outline.code ||
      !is_funcref(outline.tables->rest())) {
    return other();
  }
  WC_TRY(const auto slots, forwarded_slots(outline));
  ForwardingModule made;
  for (const auto& [name, item] : outline.exports) {
    if (item.space == Space::func && item.index < slots.size()) {
      made.slots.emplace(name, slots[item.index]);
    } else if (item.space == Space::table && made.table.empty() && !name.empty()) {
      made.table = name;
    } else {
      return other();
    }
  }
  return made.table.empty() ? Result<ForwardingModule>(other()) : std::move(made);
}

// One active segment of function indices, at a constant offset of table 0.
Result<FillingModule> read_filling(const Outline& outline) {
  const auto& tables = outline.imported[static_cast<std::size_t>(Space::table)];
  const auto& funcs = outline.imported[static_cast<std::size_t>(Space::func)];
  if (!has_only(outline, {Space::func, Space::table, Space::type, Space::element}) ||
      outline.code || !outline.exports.empty() || tables.size() != 1 ||
      outline.count[static_cast<std::size_t>(Space::table)] != 1 ||
      outline.count[static_cast<std::size_t>(Space::element)] != 1 ||
      !is_funcref(outline.imports[tables.front()].written)) {
    return other();
  }
  FillingModule made;
  made.table_import = tables.front();
  ByteReader segment = *outline.elements;
  WC_CHECK(expect_u32(segment, 0));
  WC_CHECK(expect(segment, kI32Const));
  WC_TRY(const std::int32_t offset, segment.leb_s32());
  WC_CHECK(expect(segment, kEnd));
  WC_TRY(const std::uint32_t count, segment.leb_u32());
  for (std::uint32_t i = 0; i < count; ++i) {
    WC_TRY(const std::uint32_t func, segment.leb_u32());
    if (func >= funcs.size()) {
      return other();
    }
    made.slot_imports.insert_or_assign(static_cast<std::uint32_t>(offset) + i, funcs[func]);
  }
  return made.slot_imports.empty() ? Result<FillingModule>(other()) : std::move(made);
}

template <typename T>
std::optional<T> optional(Result<T> result) {
  return result ? std::optional<T>(*std::move(result)) : std::nullopt;
}

}  // namespace

std::optional<ForwardingModule> read_forwarding_module(const Outline& outline) {
  return optional(read_forwarding(outline));
}

std::optional<FillingModule> read_filling_module(const Outline& outline) {
  return optional(read_filling(outline));
}

}  // namespace wasmcloud::component
