// The trace that a call belongs to, in the headers of its invocation: what a server hands on from
// its Context to the CallOptions of what it calls. A framed transport has no headers: there a trace
// ends.
#pragma once

#include <optional>

#include "wasmcloud/base/tracing.h"
#include "wasmcloud/nats/message.h"

namespace wasmcloud::wrpc {

// `headers` name no trace yet.
void add_trace(nats::Headers& headers, const TraceContext& trace);

// Nothing if they are without one, or have one that is malformed.
std::optional<TraceContext> trace_of(const nats::Headers& headers);

}  // namespace wasmcloud::wrpc
