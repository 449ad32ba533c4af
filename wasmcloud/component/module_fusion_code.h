// Instructions with other indices. Internal to module_fusion.cc.
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

Error cannot_fuse(const ByteReader& at, std::string_view what);

// A value type that names no other type: its byte.
Result<std::uint8_t> read_simple_type(ByteReader& in);

// Appends a function body (locals and instructions, to the end of `in`) to `out`.
Result<> translate_body(ByteReader in, const Translation& translation, ByteWriter& out);
// Appends a constant expression, up to and with its `end`.
Result<> translate_const_expr(ByteReader& in, const Translation& translation, ByteWriter& out);

}  // namespace wasmcloud::component::fusion
