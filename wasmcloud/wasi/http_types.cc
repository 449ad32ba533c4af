#include "wasmcloud/wasi/http_types.h"

#include <algorithm>

namespace wasmcloud::wasi {
namespace {

// As they are written in requests; `other` has none.
constexpr auto kMethods = std::to_array<std::string_view>(
    {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"});
constexpr auto& kErrorNames = wit::VariantTraits<ErrorCode>::kNames;

static_assert(std::variant_size_v<decltype(ErrorCode::value)> == kErrorNames.size());
static_assert(kErrorNames[static_cast<std::size_t>(ErrorCase::internal_error)] == "internal-error");
static_assert(kErrorNames[static_cast<std::size_t>(ErrorCase::http_response_body_size)] ==
              "HTTP-response-body-size");
static_assert(kMethods.size() + 1 == wit::VariantTraits<Method>::kNames.size());

template <std::size_t I = 0, typename Variant>
void emplace_empty(Variant& variant, std::size_t index) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (I == index) {
      variant.template emplace<I>();
    } else {
      emplace_empty<I + 1>(variant, index);
    }
  }
}

struct DescribePayload {
  std::string operator()(Unit) const { return {}; }

  std::string operator()(const DnsErrorPayload& payload) const {
    return payload.rcode.value_or(std::string());
  }

  std::string operator()(const TlsAlertReceivedPayload& payload) const {
    return payload.alert_message.value_or(std::string());
  }

  std::string operator()(const std::optional<FieldSizePayload>& payload) const {
    return payload ? (*this)(*payload) : std::string();
  }

  std::string operator()(const FieldSizePayload& payload) const {
    return payload.field_name.value_or(std::string());
  }

  std::string operator()(const ErrorCode::U32& payload) const {
    return payload ? std::to_string(*payload) : std::string();
  }

  std::string operator()(const ErrorCode::U64& payload) const {
    return payload ? std::to_string(*payload) : std::string();
  }

  std::string operator()(const ErrorCode::Text& payload) const {
    return payload.value_or(std::string());
  }
};

}  // namespace

Method method_from_name(std::string_view name) {
  Method method;
  const auto found = std::ranges::find(kMethods, name);
  if (found == kMethods.end()) {
    method.value.emplace<std::string>(name);
  } else {
    emplace_empty(method.value, static_cast<std::size_t>(found - kMethods.begin()));
  }
  return method;
}

std::string method_name(const Method& method) {
  const auto* const other = std::get_if<std::string>(&method.value);
  return other != nullptr ? *other : std::string(kMethods[method.value.index()]);
}

Scheme scheme_from_name(std::string_view name) {
  Scheme scheme;
  if (name == "https") {
    scheme.value.emplace<1>();
  } else if (name != "http") {
    scheme.value.emplace<std::string>(name);
  }
  return scheme;
}

std::string_view ErrorCode::name() const noexcept { return kErrorNames[value.index()]; }

std::string ErrorCode::describe() const {
  const std::string payload = std::visit(DescribePayload{}, value);
  return payload.empty() ? std::string(name()) : fmt::format("{}: {}", name(), payload);
}

ErrorCode body_size_error(MessageKind kind, std::uint64_t size) {
  return kind == MessageKind::request ? make_error<ErrorCase::http_request_body_size>(size)
                                      : make_error<ErrorCase::http_response_body_size>(size);
}

ErrorCode from_client(http::ClientFailure failure, const Error& error) {
  using enum http::ClientFailure;
  switch (failure) {
    case name_resolution:
      return make_error<ErrorCase::dns_error>(DnsErrorPayload{"address not available", 0});
    case connect_refused:
    case connect_failed:
      return make_error<ErrorCase::connection_refused>();
    case connect_timeout:
      return make_error<ErrorCase::connection_timeout>();
    case tls_protocol:
      return make_error<ErrorCase::tls_protocol_error>();
    case tls_certificate:
      return make_error<ErrorCase::tls_certificate_error>();
    case first_byte_timeout:
    case between_bytes_timeout:
      return make_error<ErrorCase::connection_read_timeout>();
    case response_protocol:
      return make_error<ErrorCase::http_protocol_error>();
    case connection_lost:
      return make_error<ErrorCase::connection_terminated>();
    case request_invalid:
      return make_error<ErrorCase::http_request_uri_invalid>();
    case none:
      break;
  }
  return make_error<ErrorCase::internal_error>(error.describe());
}

ErrorCode from_transport(MessageKind kind, const Error& error) {
  const bool response = kind == MessageKind::response;
  switch (error.kind()) {
    case ErrorKind::timeout:
      return make_error<ErrorCase::connection_read_timeout>();
    case ErrorKind::unavailable:
      return response ? make_error<ErrorCase::http_response_incomplete>()
                      : make_error<ErrorCase::connection_terminated>();
    case ErrorKind::invalid:
      return make_error<ErrorCase::http_protocol_error>();
    case ErrorKind::exhausted:
      return response ? make_error<ErrorCase::http_response_body_size>(std::nullopt)
                      : make_error<ErrorCase::http_request_body_size>(std::nullopt);
    case ErrorKind::cancelled:
      return make_error<ErrorCase::connection_terminated>();
    default:
      return make_error<ErrorCase::internal_error>(error.describe());
  }
}

HttpIoError::HttpIoError(ErrorCode code, ErrorKind kind)
    : IoError(Error(kind, "{}", code.describe())), code_(std::move(code)) {}

StreamFailure to_stream_failure(ErrorCode code, ErrorKind kind) {
  return std::make_unique<HttpIoError>(std::move(code), kind);
}

std::optional<ErrorCode> error_code_of(const IoError& error) {
  const auto* const ours = dynamic_cast<const HttpIoError*>(&error);
  return ours == nullptr ? std::nullopt : std::optional<ErrorCode>(ours->code());
}

}  // namespace wasmcloud::wasi
