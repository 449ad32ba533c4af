// The binary format as far as fusing needs it: what cutting modules and putting them together
// share. Internal to module_fusion*.cc.
#pragma once

#include <array>
#include <vector>

#include "wasmcloud/base/byte_writer.h"
#include "wasmcloud/component/module_fusion.h"

namespace wasmcloud::component::fusion {

// Where each index of a part went.
struct Translation {
  std::array<std::vector<std::uint32_t>, kSpaces> to;

  Result<std::uint32_t> operator()(Space space, std::uint32_t index) const;
};

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

inline constexpr std::array<std::uint8_t, 8> kPreamble{0x00, 'a', 's', 'm', 0x01, 0x00, 0x00, 0x00};
inline constexpr std::size_t kMaxName = 100'000;

inline std::uint32_t& of(std::array<std::uint32_t, kSpaces>& counts, Space space) {
  return counts[static_cast<std::size_t>(space)];
}

inline std::uint32_t of(const std::array<std::uint32_t, kSpaces>& counts, Space space) {
  return counts[static_cast<std::size_t>(space)];
}

Error cannot_fuse(const ByteReader& at, std::string_view what);

// A value type that names no other type: its byte.
Result<std::uint8_t> read_simple_type(ByteReader& in);
Result<> skip_table_type(ByteReader& in);
Result<> skip_memory_type(ByteReader& in);
Result<> skip_global_type(ByteReader& in);

// `read` consumes something; gives what it was.
template <typename Read>
Result<Bytes> written(ByteReader& in, Read read) {
  const Bytes rest = in.rest();
  WC_CHECK(read(in));
  return rest.first(rest.size() - in.remaining());
}

// Appends a function body (locals and instructions, to the end of `in`) to `out`.
Result<> translate_body(ByteReader in, const Translation& translation, ByteWriter& out);
// Appends a constant expression, up to and with its `end`.
Result<> translate_const_expr(ByteReader& in, const Translation& translation, ByteWriter& out);

}  // namespace wasmcloud::component::fusion
