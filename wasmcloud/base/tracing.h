// The W3C trace context (w3.org/TR/trace-context, level 1): which trace and which span a piece of
// work belongs to, and its two headers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud {

struct TraceId {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const TraceId&, const TraceId&) = default;
};

struct SpanId {
  std::array<std::uint8_t, 8> bytes{};
  friend bool operator==(const SpanId&, const SpanId&) = default;
};

// 32 and 16 hex digits.
std::string to_string(const TraceId& id);
std::string to_string(const SpanId& id);

// A value; copied down the calls that do its work.
struct TraceContext {
  TraceId trace;
  SpanId span;
  bool sampled = false;
  // Vendors' entries, the last writer's first.
  std::vector<std::pair<std::string, std::string>> state;

  // A new trace with its first span.
  static TraceContext start(bool sampled) noexcept;
  // The same trace and state with a new span: what a call to somewhere else carries.
  TraceContext child() const;

  // "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  std::string traceparent() const;
  // "vendor=value,other=value"; empty where there is no state.
  std::string tracestate() const;
};

// Reads a caller's headers (tracestate may be empty; several headers of that name are joined with
// ','). Error `invalid` for a traceparent that must be ignored: start a new trace then. A malformed
// tracestate is dropped, as the standard asks, and the rest kept.
Result<TraceContext> parse_trace_context(std::string_view traceparent, std::string_view tracestate);

}  // namespace wasmcloud
