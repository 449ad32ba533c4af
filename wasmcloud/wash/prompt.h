// Questions to the user: asked on stderr, answered by a line on stdin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wash {

// The answer; `otherwise` if it is an empty line. Error `unavailable`: stdin is at its end.
Result<std::string> ask(std::string_view question, std::string_view otherwise);

// The place of one of `options` in the list, which is shown with numbers. Asks again until the
// answer is one of them.
Result<std::size_t> choose(std::string_view question, const std::vector<std::string>& options);

}  // namespace wasmcloud::wash
