// The trace that an HTTP request belongs to, in its headers.
#pragma once

#include <optional>

#include "wasmcloud/base/tracing.h"
#include "wasmcloud/http/message.h"

namespace wasmcloud::wasi {

// Unless they have a traceparent by now: whoever has set one knows better.
void add_trace(http::Headers& headers, const TraceContext& trace);

// Nothing if they are without one, or have one that is malformed.
std::optional<TraceContext> trace_of(const http::Headers& headers);

}  // namespace wasmcloud::wasi
