// Doc comments: `///` and `/** */`. Pure.
#pragma once

#include <string>
#include <string_view>

namespace wasmcloud::wit {

// The docs in what lies between two tokens: lines joined by '\n', without the marks of comments,
// the indentation that they have in common, and empty lines at either end. Other comments are
// passed over. Written as `///` lines and read again, the text is the same.
std::string read_docs(std::string_view between_tokens);

}  // namespace wasmcloud::wit
