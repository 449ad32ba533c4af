#include "wasmcloud/host/wrpc_http_messages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud::host::wire {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

// Of the connection it came by (RFC 9110 7.6.1).
bool is_of_connection(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames{
      "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"};
  return std::ranges::find(kNames, name) != kNames.end();
}

std::uint64_t nanoseconds(std::chrono::nanoseconds duration) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

}  // namespace

Fields fields_of(const http::Headers& headers) {
  Fields fields;
  for (const http::Header& header : headers.fields()) {
    std::string name = lower_case(header.name);
    if (is_of_connection(name)) {
      continue;
    }
    const auto bytes = as_u8(header.value);
    const auto known =
        std::ranges::find(fields, name, [](const auto& field) { return std::get<0>(field); });
    if (known == fields.end()) {
      std::vector<std::vector<std::uint8_t>> values;
      values.emplace_back(bytes.begin(), bytes.end());
      fields.emplace_back(std::move(name), std::move(values));
    } else {
      std::get<1>(*known).emplace_back(bytes.begin(), bytes.end());
    }
  }
  return fields;
}

Result<http::Headers> headers_of(const Fields& fields) {
  http::Headers headers;
  for (const auto& [name, values] : fields) {
    if (!http::is_token(name)) {
      return Error(ErrorKind::invalid, "a header name that HTTP does not allow");
    }
    if (headers.has(name)) {
      return Error(ErrorKind::invalid, "duplicate header entry `{}`", name);
    }
    for (const std::vector<std::uint8_t>& value : values) {
      std::string text(as_text(value));
      if (!http::is_field_value(text)) {
        return Error(ErrorKind::invalid, "header `{}` has a value that HTTP does not allow", name);
      }
      headers.add(name, std::move(text));
    }
  }
  return headers;
}

Request request_of(const http::RequestHead& head) {
  return {.body = {},
          .trailers = {},
          .method = wasi::method_from_name(head.method),
          .path_with_query = head.target,
          .scheme = wasi::scheme_from_name(head.scheme),
          .authority = head.authority,
          .headers = fields_of(head.headers)};
}

Result<http::RequestHead> head_of(Request& request) {
  if (!request.scheme) {
    return Error(ErrorKind::invalid, "scheme missing");
  }
  if (!request.authority) {
    return Error(ErrorKind::invalid, "authority missing");
  }
  http::RequestHead head;
  head.method = wasi::method_name(request.method);
  if (!http::is_token(head.method)) {
    return Error(ErrorKind::invalid, "a method that HTTP does not allow");
  }
  head.target = std::move(request.path_with_query).value_or("/");
  head.scheme = request.scheme->value.index() == 1   ? "https"
                : request.scheme->value.index() == 0 ? "http"
                                                     : std::get<2>(request.scheme->value);
  head.authority = *std::move(request.authority);
  WC_TRY(head.headers, headers_of(request.headers));
  return head;
}

RequestOptions options_of(const http::ClientTimeouts& timeouts) {
  return {.connect_timeout = nanoseconds(timeouts.connect),
          .first_byte_timeout = nanoseconds(timeouts.first_byte),
          .between_bytes_timeout = nanoseconds(timeouts.between_bytes)};
}

}  // namespace wasmcloud::host::wire
