// The W3C trace context (w3.org/TR/trace-context): which trace and which span a piece of work
// belongs to, and its two headers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

inline constexpr std::string_view kTraceparent = "traceparent";
inline constexpr std::string_view kTracestate = "tracestate";

// A value; copied down the calls that do its work. As it is, it is handed on by those who make no
// span of their own.
struct TraceContext {
  TraceId trace;
  SpanId span;
  std::uint8_t flags = 0;  // as they came, those that mean nothing to us too
  // Vendors' entries, the last writer's first.
  std::vector<std::pair<std::string, std::string>> state;

  // A new trace with its first span.
  static TraceContext start(bool sampled) noexcept;
  // The same trace and state with a new span: what a call to somewhere else carries if this span
  // is ours.
  TraceContext child() const;

  bool sampled() const noexcept { return (flags & 0x01U) != 0; }

  // "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  std::string traceparent() const;
  // "vendor=value,other=value"; empty where there is no state.
  std::string tracestate() const;
};

// Reads a caller's headers (tracestate may be empty; several headers of that name are joined with
// ','). Error `invalid` for a traceparent that must be ignored: start a new trace then. A malformed
// tracestate is dropped, as the standard asks, and the rest kept.
Result<TraceContext> parse_trace_context(std::string_view traceparent, std::string_view tracestate);

// The two headers among the fields of a message, in whatever case their names are. `fields` must
// outlive it. Allocates nothing where they are not.
class TraceFields {
 public:
  void note(std::string_view name, std::string_view value);
  // Nothing if there is no traceparent, more than one, or one that must be ignored.
  std::optional<TraceContext> context() const;

 private:
  std::string_view parent_;
  std::size_t parents_ = 0;
  std::string state_;
};

// Of any list of fields with a `name` and a `value`.
template <typename Fields>
std::optional<TraceContext> trace_among(const Fields& fields) {
  TraceFields found;
  for (const auto& [name, value] : fields) {
    found.note(name, value);
  }
  return found.context();
}

}  // namespace wasmcloud
