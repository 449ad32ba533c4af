#include <fmt/format.h>

#include "wasmcloud/component/module_fusion_binary.h"

namespace wasmcloud::component::fusion {

namespace {

// What follows an opcode.
enum class Immediate : std::uint8_t {
  unsupported,
  none,
  block_type,
  local_or_label,
  labels,  // br_table
  func,
  func_type_and_table,  // call_indirect
  global,
  table,
  memory_argument,
  memory,
  s32,
  s64,
  bytes4,
  bytes8,
  heap_type,
  types,      // select
  prefix_fc,  // another opcode
  prefix_fd,
};

constexpr std::uint8_t kEnd = 0x0b;

consteval std::array<Immediate, 256> immediates() {
  std::array<Immediate, 256> of{};
  const auto set = [&of](unsigned first, unsigned last, Immediate what) {
    for (unsigned i = first; i <= last; ++i) {
      of[i] = what;
    }
  };
  set(0x00, 0x01, Immediate::none);            // unreachable, nop
  set(0x02, 0x04, Immediate::block_type);      // block, loop, if
  set(0x05, 0x05, Immediate::none);            // else
  set(0x0b, 0x0b, Immediate::none);            // end
  set(0x0c, 0x0d, Immediate::local_or_label);  // br, br_if
  set(0x0e, 0x0e, Immediate::labels);
  set(0x0f, 0x0f, Immediate::none);  // return
  set(0x10, 0x10, Immediate::func);
  set(0x11, 0x11, Immediate::func_type_and_table);
  set(0x12, 0x12, Immediate::func);                 // return_call
  set(0x13, 0x13, Immediate::func_type_and_table);  // return_call_indirect
  set(0x1a, 0x1b, Immediate::none);                 // drop, select
  set(0x1c, 0x1c, Immediate::types);
  set(0x20, 0x22, Immediate::local_or_label);
  set(0x23, 0x24, Immediate::global);
  set(0x25, 0x26, Immediate::table);
  set(0x28, 0x3e, Immediate::memory_argument);
  set(0x3f, 0x40, Immediate::memory);  // memory.size, memory.grow
  set(0x41, 0x41, Immediate::s32);
  set(0x42, 0x42, Immediate::s64);
  set(0x43, 0x43, Immediate::bytes4);
  set(0x44, 0x44, Immediate::bytes8);
  set(0x45, 0xc4, Immediate::none);  // comparisons, arithmetic, conversions
  set(0xd0, 0xd0, Immediate::heap_type);
  set(0xd1, 0xd1, Immediate::none);  // ref.is_null
  set(0xd2, 0xd2, Immediate::func);  // ref.func
  set(0xfc, 0xfc, Immediate::prefix_fc);
  set(0xfd, 0xfd, Immediate::prefix_fd);
  return of;
}

constexpr std::array<Immediate, 256> kImmediates = immediates();

constexpr bool is_simple_type(std::uint8_t byte) {
  return (byte >= 0x7b && byte <= 0x7f) || byte == 0x70 || byte == 0x6f;
}

// Copies instructions. What stays as it is is copied in runs, from one index that changes to the
// next.
class Translator {
 public:
  Translator(ByteReader& in, const Translation& translation, ByteWriter& out)
      : in_(in), translation_(translation), out_(out), copied_to_(in.rest().data()) {}

  Result<> locals() {
    WC_TRY(const std::uint32_t groups, in_.leb_u32());
    for (std::uint32_t i = 0; i < groups; ++i) {
      WC_CHECK(in_.leb_u32());
      WC_CHECK(read_simple_type(in_));
    }
    return {};
  }

  // The opcode of the instruction that was copied.
  Result<std::uint8_t> instruction() {
    WC_TRY(const std::uint8_t opcode, in_.u8());
    WC_CHECK(immediate(opcode));
    return opcode;
  }

  void finish() { copy_up_to(in_.rest().data()); }

 private:
  void copy_up_to(const std::uint8_t* end) {
    out_.bytes({copied_to_, end});
    copied_to_ = in_.rest().data();
  }

  Result<> index(Space space) {
    const std::uint8_t* const from = in_.rest().data();
    WC_TRY(const std::uint32_t old, in_.leb_u32());
    WC_TRY(const std::uint32_t now, translation_(space, old));
    if (now != old) {
      copy_up_to(from);
      out_.leb(now);
    }
    return {};
  }

  Result<> immediate(std::uint8_t opcode) {
    switch (kImmediates[opcode]) {
      case Immediate::none:
        return {};
      case Immediate::block_type:
        return block_type();
      case Immediate::local_or_label:
        WC_CHECK(in_.leb_u32());
        return {};
      case Immediate::labels:
        return labels();
      case Immediate::func:
        return index(Space::func);
      case Immediate::func_type_and_table:
        WC_CHECK(index(Space::type));
        return index(Space::table);
      case Immediate::global:
        return index(Space::global);
      case Immediate::table:
        return index(Space::table);
      case Immediate::memory_argument:
        return memory_argument();
      case Immediate::memory:
        return index(Space::memory);
      case Immediate::s32:
        WC_CHECK(in_.leb_s32());
        return {};
      case Immediate::s64:
        WC_CHECK(in_.leb_s64());
        return {};
      case Immediate::bytes4:
        return skip(4);
      case Immediate::bytes8:
        return skip(8);
      case Immediate::heap_type:
        WC_CHECK(read_simple_type(in_));
        return {};
      case Immediate::types:
        return types();
      case Immediate::prefix_fc:
        return bulk_instruction();
      case Immediate::prefix_fd:
        return vector_instruction();
      case Immediate::unsupported:
        break;
    }
    return cannot_fuse(in_, fmt::format("opcode {:#x}", opcode));
  }

  Result<> skip(std::size_t bytes) {
    WC_CHECK(in_.take(bytes));
    return {};
  }

  // 0x40, a value type, or a type index as s33
  Result<> block_type() {
    constexpr std::int64_t kFirstOfOneByte = -64;
    const std::uint8_t* const from = in_.rest().data();
    WC_TRY(const std::int64_t type, in_.leb_s33());
    if (type < 0) {
      const auto byte = static_cast<std::uint8_t>(type & 0x7f);
      return type >= kFirstOfOneByte && (byte == 0x40 || is_simple_type(byte))
                 ? Result<>()
                 : cannot_fuse(in_, "a block with a reference type");
    }
    WC_TRY(const std::uint32_t now, translation_(Space::type, static_cast<std::uint32_t>(type)));
    copy_up_to(from);
    out_.leb(std::int64_t{now});
    return {};
  }

  Result<> labels() {
    WC_TRY(const std::uint32_t count, in_.leb_u32());
    for (std::uint64_t i = 0; i <= count; ++i) {  // and the default
      WC_CHECK(in_.leb_u32());
    }
    return {};
  }

  Result<> types() {
    WC_TRY(const std::uint32_t count, in_.leb_u32());
    for (std::uint32_t i = 0; i < count; ++i) {
      WC_CHECK(read_simple_type(in_));
    }
    return {};
  }

  // There is one memory, so that its index stays out of the bytes.
  Result<> memory_argument() {
    constexpr std::uint32_t kHasMemoryIndex = 0x40;
    WC_TRY(const std::uint32_t align, in_.leb_u32());
    if (align >= kHasMemoryIndex) {
      return cannot_fuse(in_, "a memory argument with an index");
    }
    WC_CHECK(in_.leb_u64());
    return {};
  }

  Result<> bulk_instruction() {
    WC_TRY(const std::uint32_t opcode, in_.leb_u32());
    switch (opcode) {
      case 0:  // saturating conversions
      case 1:
      case 2:
      case 3:
      case 4:
      case 5:
      case 6:
      case 7:
        return {};
      case 8:  // memory.init
        WC_CHECK(index(Space::data));
        return index(Space::memory);
      case 9:  // data.drop
        return index(Space::data);
      case 10:  // memory.copy
        WC_CHECK(index(Space::memory));
        return index(Space::memory);
      case 11:  // memory.fill
        return index(Space::memory);
      case 12:  // table.init
        WC_CHECK(index(Space::element));
        return index(Space::table);
      case 13:  // elem.drop
        return index(Space::element);
      case 14:  // table.copy
        WC_CHECK(index(Space::table));
        return index(Space::table);
      case 15:  // table.grow, table.size, table.fill
      case 16:
      case 17:
        return index(Space::table);
      default:
        return cannot_fuse(in_, fmt::format("opcode 0xfc {:#x}", opcode));
    }
  }

  Result<> vector_instruction() {
    constexpr std::uint32_t kLastOfRelaxed = 0x113;
    WC_TRY(const std::uint32_t opcode, in_.leb_u32());
    if (opcode <= 11 || opcode == 92 || opcode == 93) {  // loads and the store
      return memory_argument();
    }
    if (opcode == 12 || opcode == 13) {  // v128.const, i8x16.shuffle
      return skip(16);
    }
    if (opcode >= 21 && opcode <= 34) {  // lanes
      return skip(1);
    }
    if (opcode >= 84 && opcode <= 91) {  // loads and stores of one lane
      WC_CHECK(memory_argument());
      return skip(1);
    }
    return opcode <= kLastOfRelaxed ? Result<>()
                                    : cannot_fuse(in_, fmt::format("opcode 0xfd {:#x}", opcode));
  }

  ByteReader& in_;
  const Translation& translation_;
  ByteWriter& out_;
  const std::uint8_t* copied_to_;  // everything before it is written
};

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

}  // namespace

Error cannot_fuse(const ByteReader& at, std::string_view what) {
  return Error(ErrorKind::unsupported, "offset {:#x}: {} cannot be fused", at.offset(), what);
}

Result<std::uint32_t> Translation::operator()(Space space, std::uint32_t index) const {
  const auto& map = to[static_cast<std::size_t>(space)];
  if (index >= map.size()) [[unlikely]] {
    return Error(ErrorKind::invalid, "index {} is out of bounds", index);
  }
  return map[index];
}

Result<std::uint8_t> read_simple_type(ByteReader& in) {
  WC_TRY(const std::uint8_t byte, in.u8());
  if (!is_simple_type(byte)) {
    return cannot_fuse(in, fmt::format("type {:#x}", byte));
  }
  return byte;
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

Result<> translate_body(ByteReader in, const Translation& translation, ByteWriter& out) {
  Translator translator(in, translation, out);
  WC_CHECK(translator.locals());
  while (!in.at_end()) {
    WC_CHECK(translator.instruction());
  }
  translator.finish();
  return {};
}

Result<> translate_const_expr(ByteReader& in, const Translation& translation, ByteWriter& out) {
  Translator translator(in, translation, out);
  for (;;) {
    WC_TRY(const std::uint8_t opcode, translator.instruction());
    if (opcode == kEnd) {
      translator.finish();
      return {};
    }
  }
}

}  // namespace wasmcloud::component::fusion
