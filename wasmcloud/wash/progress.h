// A moving line on stderr while something takes its time. For terminals only: ask is_terminal().
#pragma once

#include <string>

#include "wasmcloud/base/task.h"

namespace wasmcloud::wash {

// Shows `message` until it is cancelled, then clears the line. Quick work shows nothing.
Task<> show_progress(std::string message);

// Clears the line that show_progress draws on.
void clear_progress() noexcept;

}  // namespace wasmcloud::wash
