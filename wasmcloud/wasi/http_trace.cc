#include "wasmcloud/wasi/http_trace.h"

#include <string>
#include <utility>

namespace wasmcloud::wasi {

void add_trace(http::Headers& headers, const TraceContext& trace) {
  if (headers.has(kTraceparent)) {
    return;
  }
  headers.remove(kTracestate);  // of no trace
  headers.add(std::string(kTraceparent), trace.traceparent());
  if (std::string state = trace.tracestate(); !state.empty()) {
    headers.add(std::string(kTracestate), std::move(state));
  }
}

std::optional<TraceContext> trace_of(const http::Headers& headers) {
  return trace_among(headers.fields());
}

}  // namespace wasmcloud::wasi
