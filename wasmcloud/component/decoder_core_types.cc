// The core specification's types (WebAssembly 3.0, binary format, "Types"), as core modules and the
// core type section of a component write them.
#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component::internal {

namespace {

constexpr std::uint8_t kSharedPrefix = 0x65;

// absheaptype ::= 0x68 cont | 0x69 exn | 0x6A array | 0x6B struct | 0x6C i31 | 0x6D eq | 0x6E any
//               | 0x6F extern | 0x70 func | 0x71 none | 0x72 noextern | 0x73 nofunc | 0x74 noexn
//               | 0x75 nocont
constexpr bool is_abstract_heap_type(std::uint8_t byte) { return byte >= 0x68 && byte <= 0x75; }

// The value of a one-byte s33.
constexpr std::int64_t s33_code(std::uint8_t byte) { return std::int64_t{byte} - 0x80; }

// limits with the flag byte that came before: 0x01 has a maximum, 0x02 shared, 0x04 64-bit.
Result<CoreLimits> read_limits(Reader& in, std::uint8_t flags) {
  const bool is64 = (flags & 0x04) != 0;
  const auto bound = [&]() -> Result<std::uint64_t> {
    if (is64) {
      return in.leb_u64();
    }
    return in.leb_u32();
  };
  CoreLimits limits;
  const std::size_t at = in.offset();
  WC_TRY(limits.min, bound());
  if ((flags & 0x01) != 0) {
    WC_TRY(limits.max, bound());
    if (limits.min > *limits.max) {
      return error_at(at, fmt::format("size minimum ({}) must not be greater than maximum ({})",
                                      limits.min, *limits.max));
    }
  }
  return limits;
}

Result<> check_memory_size(const CoreMemoryType& memory, std::size_t at) {
  const unsigned address_bits = memory.is64 ? 64 : 32;
  if (memory.page_size_log2 != 0 && memory.page_size_log2 != 16) {
    return error_at(at, fmt::format("invalid custom page size 2**{}: only 2**0 and 2**16 are known",
                                    memory.page_size_log2));
  }
  const unsigned page_bits = address_bits - memory.page_size_log2;
  const std::uint64_t most = page_bits >= 64 ? ~std::uint64_t{0} : std::uint64_t{1} << page_bits;
  if (memory.limits.min > most || memory.limits.max.value_or(0) > most) {
    return error_at(at, fmt::format("memory size must be at most {} pages of 2**{} bytes, not {}",
                                    most, memory.page_size_log2,
                                    std::max(memory.limits.min, memory.limits.max.value_or(0))));
  }
  if (memory.shared && !memory.limits.max) {
    return error_at(at, "a shared memory must have a maximum size");
  }
  return {};
}

Result<bool> read_mutability(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t byte, in.u8());
  if (byte > 1) {
    return error_at(at, fmt::format("malformed mutability ({:#x})", byte));
  }
  return byte == 1;
}

// fieldtype   ::= st:storagetype m:mut
// storagetype ::= 0x78 i8 | 0x77 i16 | valtype
Result<bool> skip_field_type(Reader& in) {
  WC_TRY(const std::uint8_t lead, in.peek());
  if (lead == 0x78 || lead == 0x77) {
    WC_CHECK(in.u8());
  } else {
    WC_CHECK(read_core_val_type(in));
  }
  return read_mutability(in);
}

// comptype ::= 0x60 functype | 0x5F vec(fieldtype) | 0x5E fieldtype | 0x5D cont | 0x65 comptype
Result<std::optional<CoreFuncType>> read_composite(Reader& in) {
  std::size_t at = in.offset();
  WC_TRY(std::uint8_t lead, in.u8());
  if (lead == kSharedPrefix) {
    at = in.offset();
    WC_TRY(lead, in.u8());
  }
  switch (lead) {
    case 0x60: {
      WC_TRY(CoreFuncType func, read_core_func_type(in));
      return std::optional<CoreFuncType>(std::move(func));
    }
    case 0x5f:
      WC_CHECK(read_vec(in, kMaxStructFields, skip_field_type));
      return std::optional<CoreFuncType>();
    case 0x5e:
      WC_CHECK(skip_field_type(in));
      return std::optional<CoreFuncType>();
    case 0x5d:
      WC_CHECK(in.leb_s33());
      return std::optional<CoreFuncType>();
    default:
      return invalid_leading_byte(at, lead, "type");
  }
}

// subtype ::= 0x50 vec(typeidx) comptype | 0x4F vec(typeidx) comptype | comptype
Result<std::optional<CoreFuncType>> read_sub_type(Reader& in) {
  WC_TRY(const std::uint8_t lead, in.peek());
  if (lead == 0x50 || lead == 0x4f) {
    WC_CHECK(in.u8());
    WC_CHECK(read_vec(in, kMaxSupertypes, read_index));
  }
  return read_composite(in);
}

}  // namespace

// heaptype ::= absheaptype | 0x65 absheaptype | x:s33 (where x is not negative)
Result<std::int64_t> read_core_heap_type(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(std::uint8_t lead, in.peek());
  if (lead == kSharedPrefix) {
    WC_CHECK(in.u8());
    WC_TRY(lead, in.peek());
    if (!is_abstract_heap_type(lead)) {
      return invalid_leading_byte(at + 1, lead, "heap type");
    }
  }
  if (is_abstract_heap_type(lead)) {
    WC_CHECK(in.u8());
    return s33_code(lead);
  }
  WC_TRY(const std::int64_t index, in.leb_s33());
  if (index < 0) {
    return invalid_leading_byte(at, lead, "heap type");
  }
  return index;
}

// valtype ::= 0x7F i32 | 0x7E i64 | 0x7D f32 | 0x7C f64 | 0x7B v128
//           | 0x64 heaptype (ref ht) | 0x63 heaptype (ref null ht) | absheaptype (ref null ht)
Result<CoreValType> read_core_val_type(Reader& in) {
  using Code = CoreValType::Code;
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t lead, in.peek());
  switch (lead) {
    case 0x7f:
    case 0x7e:
    case 0x7d:
    case 0x7c:
    case 0x7b:
      WC_CHECK(in.u8());
      return CoreValType{.code = static_cast<Code>(0x7f - lead)};
    case 0x64:
    case 0x63: {
      WC_CHECK(in.u8());
      WC_TRY(const std::int64_t heap, read_core_heap_type(in));
      return CoreValType{.code = Code::ref, .nullable = lead == 0x63, .heap = heap};
    }
    default:
      break;
  }
  if (!is_abstract_heap_type(lead) && lead != kSharedPrefix) {
    return invalid_leading_byte(at, lead, "value type");
  }
  WC_TRY(const std::int64_t heap, read_core_heap_type(in));
  return CoreValType{.code = Code::ref, .nullable = true, .heap = heap};
}

// functype ::= 0x60 vec(valtype) vec(valtype), of which the first byte has been read
Result<CoreFuncType> read_core_func_type(Reader& in) {
  CoreFuncType func;
  WC_TRY(func.params, read_vec(in, kMaxParams, read_core_val_type));
  WC_TRY(func.results, read_vec(in, kMaxResults, read_core_val_type));
  return func;
}

// rectype ::= 0x4E vec(subtype) | subtype
Result<CoreTypeGroup> read_core_rec_type(Reader& in) {
  WC_TRY(const std::uint8_t lead, in.peek());
  if (lead == 0x4e) {
    WC_CHECK(in.u8());
    return read_vec(in, kMaxTypes, read_sub_type);
  }
  WC_TRY(auto only, read_sub_type(in));
  CoreTypeGroup group;
  group.push_back(std::move(only));
  return group;
}

// tabletype ::= reftype limits
Result<CoreTableType> read_core_table_type(Reader& in) {
  CoreTableType table;
  std::size_t at = in.offset();
  WC_TRY(table.element, read_core_val_type(in));
  if (table.element.code != CoreValType::Code::ref) {
    return error_at(at, "malformed reference type: a table holds references");
  }
  at = in.offset();
  WC_TRY(const std::uint8_t flags, in.u8());
  if (flags > 0x07) {
    return error_at(at, fmt::format("invalid table resizable limits flags ({:#x})", flags));
  }
  table.shared = (flags & 0x02) != 0;
  table.is64 = (flags & 0x04) != 0;
  WC_TRY(table.limits, read_limits(in, flags));
  return table;
}

// memtype ::= limits, with the flag 0x08 for a custom page size (its logarithm) after the bounds
Result<CoreMemoryType> read_core_memory_type(Reader& in) {
  CoreMemoryType memory;
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t flags, in.u8());
  if (flags > 0x0f) {
    return error_at(at, fmt::format("invalid memory limits flags ({:#x})", flags));
  }
  memory.shared = (flags & 0x02) != 0;
  memory.is64 = (flags & 0x04) != 0;
  WC_TRY(memory.limits, read_limits(in, flags));
  if ((flags & 0x08) != 0) {
    WC_TRY(memory.page_size_log2, in.leb_u32());
  }
  WC_CHECK(check_memory_size(memory, at));
  return memory;
}

// globaltype ::= valtype mut, where mut's bit 0x02 says shared
Result<CoreGlobalType> read_core_global_type(Reader& in) {
  CoreGlobalType global;
  WC_TRY(global.type, read_core_val_type(in));
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t flags, in.u8());
  if (flags > 0x03) {
    return error_at(at, fmt::format("malformed mutability ({:#x})", flags));
  }
  global.mutable_ = (flags & 0x01) != 0;
  global.shared = (flags & 0x02) != 0;
  return global;
}

// tagtype ::= 0x00 typeidx
Result<std::uint32_t> read_core_tag_type(Reader& in) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t attribute, in.u8());
  if (attribute != 0) {
    return invalid_leading_byte(at, attribute, "tag attribute");
  }
  return in.leb_u32();
}

}  // namespace wasmcloud::component::internal
