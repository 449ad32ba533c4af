// WAVE, the text form of WIT values (wasm-tools crates/wasm-wave): `{name: "x", tags: [1, 2]}`.
// Reading is led by the type, which says what a label or an omission means. Pure.
//
// What reads leniently: fields and flags in any order, options that are `none` left out of a record
// or off the end of a call's arguments, `some(..)` and `ok(..)` left out unless what is inside is
// itself an option or result, commas before a closing bracket, `//` comments.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wit {

// How deep a value nests is limited by its type (ValueType::kMaxDepth).
struct WaveLimits {
  std::size_t text_bytes = std::size_t{16} << 20U;
  std::size_t value_bytes = std::size_t{256} << 20U;  // about what the value takes in memory
};

// The whole of `text` as one value of `type`; it fits() that type. Errors: `invalid` with the place
// and what the type expects ("1:6: expected u8, found a string", then the line with a caret below,
// see error_at); `exhausted` beyond `limits`; `unsupported` for a type without text.
Result<Value> parse_wave(std::string_view text, const ValueType& type, WaveLimits limits = {});

struct WaveCall {
  std::string name;  // as it is written: "f", "ns:pkg/interface.f@1.0.0"
  std::vector<Value> args;
};

// What the function of that name takes. Its error becomes that of the call.
using FindSignature = std::function<Result<FuncSignature>(std::string_view name)>;

// `name(argument, argument)`: errors as parse_wave. The name is whatever stands before the bracket,
// without white space.
Result<WaveCall> parse_wave_call(std::string_view text, const FindSignature& find,
                                 WaveLimits limits = {});

// On one line. Read with the value's type it gives the same value (NaN as any NaN). Recurses as
// deep as the value. What no type has a text for is not read back: bytes that are not UTF-8 become
// U+FFFD, a handle `<handle>`.
std::string to_wave(const Value& value);
// The same for a value that fits(); else its error, or `unsupported` if it holds a handle.
Result<std::string> to_wave(const Value& value, const ValueType& type);

}  // namespace wasmcloud::wit
