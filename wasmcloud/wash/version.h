// What `wash --version` prints.
#pragma once

#include <string>

#include "wasmcloud/wash/output.h"

namespace wasmcloud::wash {

// With the newline at its end, and without the frame of other output.
std::string version_text(OutputFormat format);

}  // namespace wasmcloud::wash
