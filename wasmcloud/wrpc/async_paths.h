// Which channels the parameters or results of a function may need besides the root, and what a
// channel carries (wrpc.md 2.3). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/path.h"

namespace wasmcloud::wrpc {

// None stands for any index: of an element of a list or stream.
using PathPattern = std::vector<std::optional<std::uint32_t>>;

// Types may share parts and have more paths than memory could hold.
inline constexpr std::size_t kMaxAsyncPaths = 1000;

// Of values of these types in a row, such as a function's parameters: each path once, in order, any
// index before all others. `exhausted` beyond kMaxAsyncPaths.
Result<std::vector<PathPattern>> async_paths(std::span<const wit::ValueTypePtr> types);
Result<std::vector<PathPattern>> param_paths(const wit::FuncSignature& function);
Result<std::vector<PathPattern>> result_paths(const wit::FuncSignature& function);

// What a root channel carries.
std::vector<wit::ValueTypePtr> param_types(const wit::FuncSignature& function);
std::vector<wit::ValueTypePtr> result_types(const wit::FuncSignature& function);

// The streams and futures whose channel has that path, the outer one of those that follow each
// other on it; none if the path names no channel. More than one only if a variant or result has
// several at the same place: then it is the value that decides.
std::vector<wit::ValueTypePtr> channel_types(std::span<const wit::ValueTypePtr> types,
                                             std::span<const std::uint32_t> path);

}  // namespace wasmcloud::wrpc
