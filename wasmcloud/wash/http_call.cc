#include "wasmcloud/wash/http_call.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/wave.h"

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kHandler = "wrpc:http/incoming-handler@0.1.0.handle";

constexpr std::string_view kHttpWit = R"(package wrpc:http@0.1.0;

interface incoming-handler {
  variant method { get, head, post, put, delete, connect, options, trace, patch, other(string) }
  variant scheme { HTTP, HTTPS, other(string) }
  type fields = list<tuple<string, list<list<u8>>>>;
  record request {
    body: stream<u8>,
    trailers: future<option<fields>>,
    method: method,
    path-with-query: option<string>,
    scheme: option<scheme>,
    authority: option<string>,
    headers: fields,
  }
  record response {
    body: stream<u8>,
    trailers: future<option<fields>>,
    status: u16,
    headers: fields,
  }
  record DNS-error-payload { rcode: option<string>, info-code: option<u16> }
  record TLS-alert-received-payload { alert-id: option<u8>, alert-message: option<string> }
  record field-size-payload { field-name: option<string>, field-size: option<u32> }
  variant error-code {
    DNS-timeout,
    DNS-error(DNS-error-payload),
    destination-not-found,
    destination-unavailable,
    destination-IP-prohibited,
    destination-IP-unroutable,
    connection-refused,
    connection-terminated,
    connection-timeout,
    connection-read-timeout,
    connection-write-timeout,
    connection-limit-reached,
    TLS-protocol-error,
    TLS-certificate-error,
    TLS-alert-received(TLS-alert-received-payload),
    HTTP-request-denied,
    HTTP-request-length-required,
    HTTP-request-body-size(option<u64>),
    HTTP-request-method-invalid,
    HTTP-request-URI-invalid,
    HTTP-request-URI-too-long,
    HTTP-request-header-section-size(option<u32>),
    HTTP-request-header-size(option<field-size-payload>),
    HTTP-request-trailer-section-size(option<u32>),
    HTTP-request-trailer-size(field-size-payload),
    HTTP-response-incomplete,
    HTTP-response-header-section-size(option<u32>),
    HTTP-response-header-size(field-size-payload),
    HTTP-response-body-size(option<u64>),
    HTTP-response-trailer-section-size(option<u32>),
    HTTP-response-trailer-size(field-size-payload),
    HTTP-response-transfer-coding(option<string>),
    HTTP-response-content-coding(option<string>),
    HTTP-response-timeout,
    HTTP-upgrade-failed,
    HTTP-protocol-error,
    loop-detected,
    configuration-error,
    internal-error(option<string>),
  }
  handle: func(request: request) -> result<response, error-code>;
}
)";

constexpr std::array<std::string_view, 9> kMethods{"get",     "head",    "post",  "put",  "delete",
                                                   "connect", "options", "trace", "patch"};

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

KnownFunction handler() {
  const std::vector<wit::SourceFile> files{{.path = "http.wit", .text = std::string(kHttpWit)}};
  Result<wit::Graph> graph = wit::resolve(files);
  WC_ASSERT(graph);
  Result<KnownFunction> function = WitFunctions(*std::move(graph)).find(kHandler);
  WC_ASSERT(function);
  return *std::move(function);
}

wit::Value text_value(std::string text) { return wit::Value{std::move(text)}; }

wit::Value some(wit::Value value) {
  wit::Option option;
  option.payload.push_back(std::move(value));
  return wit::Value{std::move(option)};
}

wit::Value case_of(std::string name) {
  return wit::Value{wit::Case{.name = std::move(name), .payload = {}}};
}

wit::Value other(std::string text) {
  wit::Case other{.name = "other", .payload = {}};
  other.payload.push_back(text_value(std::move(text)));
  return wit::Value{std::move(other)};
}

wit::Value method_value(const std::string& method) {
  const std::string name = lower_case(method);
  return std::ranges::find(kMethods, name) == kMethods.end() ? other(method) : case_of(name);
}

wit::Value scheme_value(const std::string& scheme) {
  const std::string name = lower_case(scheme);
  if (name == "http" || name == "https") {
    return case_of(name == "http" ? "HTTP" : "HTTPS");
  }
  return other(scheme);
}

wit::List bytes_list(std::string_view bytes) {
  wit::List list;
  list.reserve(bytes.size());
  for (const char byte : bytes) {
    list.push_back(wit::Value{static_cast<std::uint8_t>(byte)});
  }
  return list;
}

wit::Value handle_of(wrpc::Chunk contents) {
  return wit::Value{
      wit::Handle{.resource = std::make_shared<wrpc::AsyncPart>(std::move(contents))}};
}

wit::Value body_value(std::string_view body) {
  return handle_of({.count = static_cast<std::uint32_t>(body.size()), .items = bytes_list(body)});
}

wit::Value no_trailers() {
  wrpc::Chunk chunk{.count = 1, .items = {}};
  chunk.items.push_back(wit::Value{wit::Option{}});
  return handle_of(std::move(chunk));
}

wit::Value headers_value(const std::optional<std::string>& content_type) {
  wit::List headers;
  if (content_type) {
    wit::List values;
    values.push_back(wit::Value{bytes_list(*content_type)});
    wit::Tuple header;
    header.items.push_back(text_value("content-type"));
    header.items.push_back(wit::Value{std::move(values)});
    headers.push_back(wit::Value{std::move(header)});
  }
  return wit::Value{std::move(headers)};
}

std::string bytes_of(const wit::Value& list) {
  std::string bytes;
  for (const wit::Value& byte : std::get<wit::List>(list.rep)) {
    bytes += static_cast<char>(std::get<std::uint8_t>(byte.rep));
  }
  return bytes;
}

std::map<std::string, std::string> headers_of(const wit::Value& fields) {
  std::map<std::string, std::string> headers;
  for (const wit::Value& field : std::get<wit::List>(fields.rep)) {
    const std::vector<wit::Value>& pair = std::get<wit::Tuple>(field.rep).items;
    std::string& joined = headers[std::get<std::string>(pair[0].rep)];
    for (const wit::Value& value : std::get<wit::List>(pair[1].rep)) {
      joined += joined.empty() ? bytes_of(value) : ", " + bytes_of(value);
    }
  }
  return headers;
}

Task<std::string> read_body(wrpc::Receiver& receiver, Deadline deadline) {
  std::string body;
  for (wrpc::PartAt& part : receiver.take_parts()) {
    if (part.type->kind() != wit::ValueType::Kind::stream) {
      continue;  // trailers, which are not shown
    }
    for (;;) {
      WC_CO_TRY(wrpc::Chunk chunk, receiver.chunk(part, deadline));
      if (chunk.count == 0) {
        break;
      }
      body += bytes_of(wit::Value{std::move(chunk.items)});
    }
  }
  co_return body;
}

}  // namespace

bool is_http_handler(const Operation& function) {
  const std::string_view interface =
      std::string_view(function.instance).substr(0, function.instance.find('@'));
  return function.function == "handle" &&
         (interface == "wasi:http/incoming-handler" || interface == "wrpc:http/incoming-handler");
}

wrpc::DynamicRequest http_request(const HttpCall& call) {
  KnownFunction function = handler();
  wit::Record request{.names = function.signature.params.front().type->names(), .values = {}};
  request.values.push_back(body_value(call.body));
  request.values.push_back(no_trailers());
  request.values.push_back(method_value(call.method));
  request.values.push_back(some(text_value("/")));
  request.values.push_back(some(scheme_value(call.scheme)));
  request.values.push_back(some(text_value(fmt::format("{}:{}", call.host, call.port))));
  request.values.push_back(headers_value(call.content_type));
  wrpc::DynamicRequest made{.instance = function.operation.instance,
                            .function = function.operation.function,
                            .signature = std::move(function.signature),
                            .params = {}};
  made.params.push_back(wit::Value{std::move(request)});
  return made;
}

Task<HttpAnswer> http_answer(wrpc::DynamicCall& call, Deadline deadline) {
  WC_CO_TRY(const std::optional<wit::Value> value, call.result(deadline));
  const auto& result = std::get<wit::ResultValue>(value->rep);
  if (!result.ok) {
    co_return Error(ErrorKind::conflict, "the component answered with the error {}",
                    wit::to_wave(result.payload.front()));
  }
  const std::vector<wit::Value>& response =
      std::get<wit::Record>(result.payload.front().rep).values;
  HttpAnswer answer{.status = std::get<std::uint16_t>(response[2].rep),
                    .headers = headers_of(response[3]),
                    .body = {}};
  WC_CO_TRY(answer.body, read_body(call.receiver(), deadline));
  co_return answer;
}

}  // namespace wasmcloud::wash
