// What `wash call` is given behind the function: a text for each parameter.
#pragma once

#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wash {

// Each text is WAVE, with these besides: a stream is `[1, 2]`, or for bytes also `@FILE`, or `-`
// for stdin, which is read while the call goes on; a future is its value. Options at the end may be
// left out. Errors `invalid`: too many or too few, with what is wanted; the WAVE error, with its
// place and the parameter. `not_found`, `denied`: a file.
Result<std::vector<wit::Value>> parse_arguments(const std::vector<std::string>& texts,
                                                const wit::FuncSignature& signature);

// Whether a parameter is a stream or future, at its root.
bool has_async_params(const wit::FuncSignature& signature);

// "name: string, age: option<u8>"
std::string describe_params(const wit::FuncSignature& signature);

}  // namespace wasmcloud::wash
