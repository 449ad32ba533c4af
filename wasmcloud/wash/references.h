// Where a component or a provider comes from.
#pragma once

#include <string>

namespace wasmcloud::wash {

// What a host is sent for what a user wrote: a relative path that exists, bare or behind "file://",
// becomes the "file://" of its canonical form, a path from the root gets "file://", and the rest is
// left as it is. Looks at files.
std::string resolve_reference(const std::string& text);

}  // namespace wasmcloud::wash
