// The messages of wrpc:http@0.1.0, and what they are as HTTP. Internal to wrpc_http.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "wasmcloud/http/client.h"
#include "wasmcloud/http/message.h"
#include "wasmcloud/wasi/http_types.h"
#include "wasmcloud/wrpc/codec.h"
#include "wasmcloud/wrpc/stream.h"

namespace wasmcloud::host::wire {

// One entry for each name, with all its values.
using Fields = std::vector<std::tuple<std::string, std::vector<std::vector<std::uint8_t>>>>;

struct Request {
  wrpc::Stream<std::uint8_t> body;
  wrpc::Future<std::optional<Fields>> trailers;
  wasi::Method method;
  std::optional<std::string> path_with_query;
  std::optional<wasi::Scheme> scheme;
  std::optional<std::string> authority;
  Fields headers;
};

struct Response {
  wrpc::Stream<std::uint8_t> body;
  wrpc::Future<std::optional<Fields>> trailers;
  std::uint16_t status = 0;
  Fields headers;
};

// In nanoseconds.
struct RequestOptions {
  std::optional<std::uint64_t> connect_timeout;
  std::optional<std::uint64_t> first_byte_timeout;
  std::optional<std::uint64_t> between_bytes_timeout;
};

// Names in lower case. Fields that are a connection's own are left out.
Fields fields_of(const http::Headers& headers);
// Errors `invalid`: a name twice, a name or value that HTTP does not know.
Result<http::Headers> headers_of(const Fields& fields);

Request request_of(const http::RequestHead& head);
// `invalid` without scheme or authority, which existing hosts want too.
Result<http::RequestHead> head_of(Request& request);
RequestOptions options_of(const http::ClientTimeouts& timeouts);

}  // namespace wasmcloud::host::wire

WC_WIT_RECORD(wasmcloud::host::wire::Request,
              WC_MEMBERS(&wasmcloud::host::wire::Request::body,
                         &wasmcloud::host::wire::Request::trailers,
                         &wasmcloud::host::wire::Request::method,
                         &wasmcloud::host::wire::Request::path_with_query,
                         &wasmcloud::host::wire::Request::scheme,
                         &wasmcloud::host::wire::Request::authority,
                         &wasmcloud::host::wire::Request::headers),
              "body", "trailers", "method", "path-with-query", "scheme", "authority", "headers");
WC_WIT_RECORD(wasmcloud::host::wire::Response,
              WC_MEMBERS(&wasmcloud::host::wire::Response::body,
                         &wasmcloud::host::wire::Response::trailers,
                         &wasmcloud::host::wire::Response::status,
                         &wasmcloud::host::wire::Response::headers),
              "body", "trailers", "status", "headers");
WC_WIT_RECORD(wasmcloud::host::wire::RequestOptions,
              WC_MEMBERS(&wasmcloud::host::wire::RequestOptions::connect_timeout,
                         &wasmcloud::host::wire::RequestOptions::first_byte_timeout,
                         &wasmcloud::host::wire::RequestOptions::between_bytes_timeout),
              "connect-timeout", "first-byte-timeout", "between-bytes-timeout");
