// Constant expressions, of which only the end is of interest here: whether one has the right type
// is for Wasmtime to say when it compiles the module.
#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component::internal {

namespace {

Error not_constant(std::size_t at, std::string_view opcode) {
  return error_at(at,
                  fmt::format("constant expression required: opcode {} is not constant", opcode));
}

// 0xFB op:u32 (garbage collection): struct.new, struct.new_default, array.new, array.new_default,
// array.new_fixed, any.convert_extern, extern.convert_any, ref.i31
Result<> skip_gc_instruction(Reader& in, std::size_t at) {
  WC_TRY(const std::uint32_t op, in.leb_u32());
  switch (op) {
    case 0x00:
    case 0x01:
    case 0x06:
    case 0x07:
      WC_CHECK(in.leb_u32());
      return {};
    case 0x08:
      WC_CHECK(in.leb_u32());
      WC_CHECK(in.leb_u32());
      return {};
    case 0x1a:
    case 0x1b:
    case 0x1c:
      return {};
    default:
      return not_constant(at, fmt::format("0xfb {:#x}", op));
  }
}

// 0xFD 12 v128.const
Result<> skip_vector_instruction(Reader& in, std::size_t at) {
  WC_TRY(const std::uint32_t op, in.leb_u32());
  if (op != 12) {
    return not_constant(at, fmt::format("0xfd {:#x}", op));
  }
  WC_CHECK(in.take(16));
  return {};
}

// 0xFE 0x72 ref.i31_shared
Result<> skip_atomic_instruction(Reader& in, std::size_t at) {
  WC_TRY(const std::uint32_t op, in.leb_u32());
  if (op != 0x72) {
    return not_constant(at, fmt::format("0xfe {:#x}", op));
  }
  return {};
}

// The immediates of the instruction `opcode`.
Result<> skip_instruction(Reader& in, std::uint8_t opcode, std::size_t at) {
  switch (opcode) {
    case 0x41:  // i32.const
      WC_CHECK(in.leb_s32());
      return {};
    case 0x42:  // i64.const
      WC_CHECK(in.leb_s64());
      return {};
    case 0x43:  // f32.const
      WC_CHECK(in.take(4));
      return {};
    case 0x44:  // f64.const
      WC_CHECK(in.take(8));
      return {};
    case 0x23:  // global.get
    case 0xd2:  // ref.func
      WC_CHECK(in.leb_u32());
      return {};
    case 0xd0:  // ref.null
      WC_CHECK(read_core_heap_type(in));
      return {};
    case 0x6a:  // i32.add, i32.sub, i32.mul
    case 0x6b:
    case 0x6c:
    case 0x7c:  // i64.add, i64.sub, i64.mul
    case 0x7d:
    case 0x7e:
      return {};
    case 0xfb:
      return skip_gc_instruction(in, at);
    case 0xfd:
      return skip_vector_instruction(in, at);
    case 0xfe:
      return skip_atomic_instruction(in, at);
    default:
      return not_constant(at, fmt::format("{:#x}", opcode));
  }
}

}  // namespace

// expr ::= instr* 0x0B
Result<> skip_const_expr(Reader& in) {
  constexpr std::uint8_t kEnd = 0x0b;
  while (true) {
    const std::size_t at = in.offset();
    WC_TRY(const std::uint8_t opcode, in.u8());
    if (opcode == kEnd) {
      return {};
    }
    WC_CHECK(skip_instruction(in, opcode, at));
  }
}

}  // namespace wasmcloud::component::internal
