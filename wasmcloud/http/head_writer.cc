#include "wasmcloud/http/head_writer.h"

#include <array>
#include <charconv>

namespace wasmcloud::http {
namespace {

template <int base = 10>
void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, base);
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// What belongs to the connection and not to the message, and the framing, which is ours.
bool is_ours(std::string_view name) noexcept {
  switch (name.size()) {
    case 10:
      return equal_ignoring_case(name, "connection") || equal_ignoring_case(name, "keep-alive");
    case 14:
      return equal_ignoring_case(name, "content-length");
    case 16:
      return equal_ignoring_case(name, "proxy-connection");
    case 17:
      return equal_ignoring_case(name, "transfer-encoding");
    default:
      return false;
  }
}

Result<> check_fields(const Headers& headers) {
  for (const Header& field : headers.fields()) {
    if (!is_token(field.name)) {
      return Error(ErrorKind::invalid, "a header field's name is not a token: \"{}\"", field.name);
    }
    if (!is_field_value(field.value)) {
      return Error(ErrorKind::invalid, "the value of header field {} has a control character",
                   field.name);
    }
  }
  return {};
}

Result<std::optional<std::uint64_t>> find_content_length(const Headers& headers) {
  std::optional<std::uint64_t> found;
  for (const Header& field : headers.fields()) {
    if (field.name.size() != 14 || !equal_ignoring_case(field.name, "content-length")) {
      continue;
    }
    std::uint64_t length = 0;
    const char* const end = field.value.data() + field.value.size();
    const auto [stopped, error] = std::from_chars(field.value.data(), end, length);
    if (error != std::errc() || stopped != end) {
      return Error(ErrorKind::invalid, "Content-Length: expected digits, found \"{}\"",
                   field.value);
    }
    if (found && *found != length) {
      return Error(ErrorKind::invalid, "Content-Length is given twice: {} and {}", *found, length);
    }
    found = length;
  }
  return found;
}

void append_framing(std::string& out, const BodyPlan& plan) {
  if (plan.framing == Framing::length) {
    out.append("content-length: ");
    append_number(out, plan.length);
    out.append("\r\n");
  } else if (plan.framing == Framing::chunked) {
    out.append("transfer-encoding: chunked\r\n");
  }
}

bool is_target(std::string_view target) noexcept {
  for (const char c : target) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) {
      return false;
    }
  }
  return !target.empty();
}

}  // namespace

Result<BodyPlan> plan_response(const ResponseHead& head, const ResponseContext& context,
                               std::optional<std::uint64_t> body_size) {
  if (head.status < 200 || head.status > 999) {
    return Error(ErrorKind::invalid, "expected a final status of three digits, found {}",
                 head.status);
  }
  WC_CHECK(check_fields(head.headers));
  WC_TRY(const auto announced, find_content_length(head.headers));
  BodyPlan plan;
  if (head.status == 204 || (head.status == 304 && !announced)) {
    plan.dropped = true;
    return plan;
  }
  plan.dropped = context.to_head || head.status == 304;
  if (announced && body_size && *announced != *body_size && !plan.dropped) {
    return Error(ErrorKind::invalid, "Content-Length is {}, the body has {} bytes", *announced,
                 *body_size);
  }
  const auto length = announced ? announced : body_size;
  if (length) {
    plan.framing = Framing::length;
    plan.length = *length;
  } else {
    plan.framing = context.http_1_0 ? Framing::until_close : Framing::chunked;
  }
  return plan;
}

Result<BodyPlan> plan_request(const RequestHead& head, bool has_body) {
  if (!is_token(head.method)) {
    return Error(ErrorKind::invalid, "the method is not a token: \"{}\"", head.method);
  }
  if (!is_target(head.target)) {
    return Error(ErrorKind::invalid, "the target is empty or has a space or control character");
  }
  WC_CHECK(check_fields(head.headers));
  WC_TRY(const auto announced, find_content_length(head.headers));
  BodyPlan plan;
  if (has_body) {
    plan.framing = announced ? Framing::length : Framing::chunked;
    plan.length = announced.value_or(0);
    return plan;
  }
  if (announced.value_or(0) != 0) {
    return Error(ErrorKind::invalid, "Content-Length is {}, the request has no body", *announced);
  }
  // RFC 9110 8.6: a method that gives a body a meaning says that there is none.
  if (announced || head.method == "POST" || head.method == "PUT" || head.method == "PATCH") {
    plan.framing = Framing::length;
  }
  return plan;
}

bool asks_to_close(const Headers& headers) noexcept {
  for (const Header& field : headers.fields()) {
    if (field.name.size() == 10 && equal_ignoring_case(field.name, "connection") &&
        equal_ignoring_case(field.value, "close")) {
      return true;
    }
  }
  return false;
}

void append_response_head(std::string& out, const ResponseHead& head, const BodyPlan& plan,
                          const ResponseContext& context) {
  out.append("HTTP/1.1 ");
  append_number(out, head.status);
  out.append(" ").append(reason_phrase(head.status)).append("\r\n");
  for (const Header& field : head.headers.fields()) {
    if (!is_ours(field.name)) {
      append_field(out, field.name, field.value);
    }
  }
  append_framing(out, plan);
  if (!context.keep_alive) {
    out.append("connection: close\r\n");
  } else if (context.http_1_0) {
    out.append("connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

void append_request_head(std::string& out, const RequestHead& head, const BodyPlan& plan) {
  out.append(head.method).append(" ").append(head.target).append(" HTTP/1.1\r\n");
  append_field(out, "host", head.authority);
  for (const Header& field : head.headers.fields()) {
    if (!is_ours(field.name) && !equal_ignoring_case(field.name, "host")) {
      append_field(out, field.name, field.value);
    }
  }
  append_framing(out, plan);
  if (asks_to_close(head.headers)) {
    out.append("connection: close\r\n");
  }
  out.append("\r\n");
}

void append_chunk_head(std::string& out, std::uint64_t size) {
  append_number<16>(out, size);
  out.append("\r\n");
}

Result<> append_last_chunk(std::string& out, const Headers& trailers) {
  WC_CHECK(check_fields(trailers), "trailers");
  out.append("0\r\n");
  for (const Header& field : trailers.fields()) {
    if (is_ours(field.name) || equal_ignoring_case(field.name, "host")) {
      return Error(ErrorKind::invalid, "{} may not stand in trailers", field.name);
    }
    append_field(out, field.name, field.value);
  }
  out.append("\r\n");
  return {};
}

}  // namespace wasmcloud::http
