#include "wasmcloud/wrpc/trace.h"

#include <string>
#include <utility>

namespace wasmcloud::wrpc {

void add_trace(nats::Headers& headers, const TraceContext& trace) {
  headers.add(std::string(kTraceparent), trace.traceparent());
  // Peers of 1.x send an empty one, too; but the C client makes one header of it and what follows.
  if (std::string state = trace.tracestate(); !state.empty()) {
    headers.add(std::string(kTracestate), std::move(state));
  }
}

std::optional<TraceContext> trace_of(const nats::Headers& headers) {
  return trace_among(headers.entries());
}

}  // namespace wasmcloud::wrpc
