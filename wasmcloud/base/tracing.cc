#include "wasmcloud/base/tracing.h"

#include <algorithm>
#include <optional>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/random.h"

namespace wasmcloud {
namespace {

// version-format = trace-id "-" parent-id "-" trace-flags, behind a version of two digits.
constexpr std::size_t kTraceparentSize = 55;
constexpr std::size_t kMaxStateMembers = 32;
constexpr std::uint8_t kSampled = 0x01;
constexpr std::uint8_t kRandomId = 0x02;  // of level 2: holds for the whole trace

template <typename Id>
Id new_id() noexcept {
  Id id;
  do {  // all zeros means "no id"
    fill_random(id.bytes);
  } while (id == Id());
  return id;
}

// The standard allows lower case only.
template <std::size_t N>
Result<std::array<std::uint8_t, N>> parse_hex(std::string_view field, std::string_view digits) {
  if (std::ranges::any_of(digits, [](char c) { return c >= 'A' && c <= 'F'; })) {
    return Error(ErrorKind::invalid, "traceparent: {} \"{}\": expected lower case", field, digits);
  }
  WC_TRY(const auto decoded, decode_hex(digits), "traceparent: {} \"{}\"", field, digits);
  std::array<std::uint8_t, N> bytes{};
  std::copy_n(decoded.begin(), N, bytes.begin());
  return bytes;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// key = lcalpha 0*255( lcalpha / DIGIT / "_" / "-" / "*" / "/" ), with at most one "@" before a
// system name; level 2 lets a key begin with a digit, which costs nothing to accept.
bool is_state_key(std::string_view key) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*' ||
           c == '/' || c == '@';
  };
  const auto starts_well = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !key.empty() && key.size() <= 256 && starts_well(key.front()) &&
         std::ranges::all_of(key, allowed) && std::ranges::count(key, '@') <= 1 &&
         key.back() != '@';
}

// value = 0*255(chr) nblk-chr, printable ASCII but "," and "=".
bool is_state_value(std::string_view value) {
  const auto allowed = [](char c) { return c >= 0x20 && c <= 0x7e && c != ',' && c != '='; };
  return !value.empty() && value.size() <= 256 && value.back() != ' ' &&
         std::ranges::all_of(value, allowed);
}

using State = std::vector<std::pair<std::string, std::string>>;

std::optional<State> parse_state(std::string_view text) {
  State state;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view member = trim(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    if (member.empty()) {  // empty members are allowed, for tools that build lists carelessly
      continue;
    }
    const std::size_t equals = member.find('=');
    if (equals == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view key = member.substr(0, equals);
    const std::string_view value = member.substr(equals + 1);
    const bool repeated =
        std::ranges::any_of(state, [key](const auto& entry) { return entry.first == key; });
    if (!is_state_key(key) || !is_state_value(value) || repeated ||
        state.size() == kMaxStateMembers) {
      return std::nullopt;
    }
    state.emplace_back(key, value);
  }
  return state;
}

}  // namespace

std::string to_string(const TraceId& id) { return encode_hex(id.bytes); }

std::string to_string(const SpanId& id) { return encode_hex(id.bytes); }

TraceContext TraceContext::start(bool sampled) noexcept {
  TraceContext context;
  context.trace = new_id<TraceId>();
  context.span = new_id<SpanId>();
  context.flags = sampled ? kSampled : std::uint8_t{0};
  return context;
}

TraceContext TraceContext::child() const {
  TraceContext context = *this;
  context.span = new_id<SpanId>();
  context.flags &= kSampled | kRandomId;  // a span of ours has no others
  return context;
}

std::string TraceContext::traceparent() const {
  return fmt::format("00-{}-{}-{:02x}", to_string(trace), to_string(span), flags);
}

std::string TraceContext::tracestate() const {
  std::string text;
  for (const auto& [key, value] : state) {
    if (!text.empty()) {
      text += ',';
    }
    text += key;
    text += '=';
    text += value;
  }
  return text;
}

Result<TraceContext> parse_trace_context(std::string_view traceparent,
                                         std::string_view tracestate) {
  const std::string_view text = trim(traceparent);
  if (text.size() < kTraceparentSize || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return Error(ErrorKind::invalid,
                 "traceparent: expected VERSION-TRACE-SPAN-FLAGS with 2, 32, 16 and 2 hex digits, "
                 "found {} characters",
                 text.size());
  }
  WC_TRY(const auto version, parse_hex<1>("version", text.substr(0, 2)));
  if (version[0] == 0xff) {
    return Error(ErrorKind::invalid, "traceparent: version ff is not allowed");
  }
  // A later version may append fields, behind a further dash.
  if (text.size() > kTraceparentSize && (version[0] == 0 || text[kTraceparentSize] != '-')) {
    return Error(ErrorKind::invalid, "traceparent: {} unexpected characters at the end",
                 text.size() - kTraceparentSize);
  }
  TraceContext context;
  WC_TRY(context.trace.bytes, parse_hex<16>("trace id", text.substr(3, 32)));
  WC_TRY(context.span.bytes, parse_hex<8>("span id", text.substr(36, 16)));
  WC_TRY(const auto flags, parse_hex<1>("flags", text.substr(53, 2)));
  if (context.trace == TraceId() || context.span == SpanId()) {
    return Error(ErrorKind::invalid, "traceparent: an id of zeros is not allowed");
  }
  context.flags = flags[0];
  if (version[0] != 0) {
    context.flags &= kSampled;  // of a later version only this one is known to mean the same
  }
  context.state = parse_state(tracestate).value_or(State());
  return context;
}

namespace {

// `wanted`: lower-case letters.
bool is_named(std::string_view name, std::string_view wanted) noexcept {
  return std::ranges::equal(name, wanted, {}, [](char c) { return static_cast<char>(c | 0x20); });
}

}  // namespace

void TraceFields::note(std::string_view name, std::string_view value) {
  if (is_named(name, kTraceparent)) {
    parent_ = value;
    ++parents_;
  } else if (is_named(name, kTracestate)) {
    state_.append(state_.empty() ? "" : ",").append(value);
  }
}

std::optional<TraceContext> TraceFields::context() const {
  if (parents_ != 1) {
    return std::nullopt;
  }
  Result<TraceContext> parsed = parse_trace_context(parent_, state_);
  return parsed ? std::optional(*std::move(parsed)) : std::nullopt;
}

}  // namespace wasmcloud
