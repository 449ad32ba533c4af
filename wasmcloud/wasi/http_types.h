// wasi:http/types (0.2), the values: methods, schemes and error codes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "wasmcloud/component/abi.h"
#include "wasmcloud/http/client.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi {

namespace component = wasmcloud::component;
using component::Unit;

struct Method {
  // get head post put delete connect options trace patch other
  std::variant<Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit, std::string> value;
};

Method method_from_name(std::string_view name);
std::string method_name(const Method& method);

struct Scheme {
  std::variant<Unit, Unit, std::string> value;  // HTTP HTTPS other
};

Scheme scheme_from_name(std::string_view name);

struct DnsErrorPayload {
  std::optional<std::string> rcode;
  std::optional<std::uint16_t> info_code;
};

struct TlsAlertReceivedPayload {
  std::optional<std::uint8_t> alert_id;
  std::optional<std::string> alert_message;
};

struct FieldSizePayload {
  std::optional<std::string> field_name;
  std::optional<std::uint32_t> field_size;
};

// The cases of error-code, in order.
enum class ErrorCase : std::uint8_t {
  dns_timeout,
  dns_error,
  destination_not_found,
  destination_unavailable,
  destination_ip_prohibited,
  destination_ip_unroutable,
  connection_refused,
  connection_terminated,
  connection_timeout,
  connection_read_timeout,
  connection_write_timeout,
  connection_limit_reached,
  tls_protocol_error,
  tls_certificate_error,
  tls_alert_received,
  http_request_denied,
  http_request_length_required,
  http_request_body_size,
  http_request_method_invalid,
  http_request_uri_invalid,
  http_request_uri_too_long,
  http_request_header_section_size,
  http_request_header_size,
  http_request_trailer_section_size,
  http_request_trailer_size,
  http_response_incomplete,
  http_response_header_section_size,
  http_response_header_size,
  http_response_body_size,
  http_response_trailer_section_size,
  http_response_trailer_size,
  http_response_transfer_coding,
  http_response_content_coding,
  http_response_timeout,
  http_upgrade_failed,
  http_protocol_error,
  loop_detected,
  configuration_error,
  internal_error,
};

struct ErrorCode {
  using U32 = std::optional<std::uint32_t>;
  using U64 = std::optional<std::uint64_t>;
  using Text = std::optional<std::string>;
  std::variant<Unit, DnsErrorPayload, Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit, Unit,
               Unit, Unit, TlsAlertReceivedPayload, Unit, Unit, U64, Unit, Unit, Unit, U32,
               std::optional<FieldSizePayload>, U32, FieldSizePayload, Unit, U32, FieldSizePayload,
               U64, U32, FieldSizePayload, Text, Text, Unit, Unit, Unit, Unit, Unit, Text>
      value;

  ErrorCase which() const noexcept { return static_cast<ErrorCase>(value.index()); }

  // "HTTP-protocol-error"
  std::string_view name() const noexcept;
  // With what the payload says: "internal-error: no route".
  std::string describe() const;
};

// make_error<ErrorCase::internal_error>("no route")
template <ErrorCase Case, typename... Payload>
ErrorCode make_error(Payload&&... payload) {
  return ErrorCode{decltype(ErrorCode::value)(std::in_place_index<static_cast<std::size_t>(Case)>,
                                              std::forward<Payload>(payload)...)};
}

// Whether a body or its failure belongs to a request or to a response.
enum class MessageKind : std::uint8_t { request, response };

// More or fewer bytes than content-length said.
ErrorCode body_size_error(MessageKind kind, std::uint64_t size);
// What the client met when it opened an exchange, or waited for its head.
ErrorCode from_client(http::ClientFailure failure, const Error& error);
// What a body reader or writer met.
ErrorCode from_transport(MessageKind kind, const Error& error);

// resource error, as HTTP's streams give it.
class HttpIoError final : public IoError {
 public:
  HttpIoError(ErrorCode code, ErrorKind kind);

  const ErrorCode& code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

StreamFailure to_stream_failure(ErrorCode code, ErrorKind kind);
// Nothing if the error did not come from HTTP.
std::optional<ErrorCode> error_code_of(const IoError& error);

}  // namespace wasmcloud::wasi

WC_WIT_VARIANT(wasmcloud::wasi::Method, "get", "head", "post", "put", "delete", "connect",
               "options", "trace", "patch", "other");
WC_WIT_VARIANT(wasmcloud::wasi::Scheme, "HTTP", "HTTPS", "other");
WC_WIT_RECORD(wasmcloud::wasi::DnsErrorPayload,
              WC_MEMBERS(&wasmcloud::wasi::DnsErrorPayload::rcode,
                         &wasmcloud::wasi::DnsErrorPayload::info_code),
              "rcode", "info-code");
WC_WIT_RECORD(wasmcloud::wasi::TlsAlertReceivedPayload,
              WC_MEMBERS(&wasmcloud::wasi::TlsAlertReceivedPayload::alert_id,
                         &wasmcloud::wasi::TlsAlertReceivedPayload::alert_message),
              "alert-id", "alert-message");
WC_WIT_RECORD(wasmcloud::wasi::FieldSizePayload,
              WC_MEMBERS(&wasmcloud::wasi::FieldSizePayload::field_name,
                         &wasmcloud::wasi::FieldSizePayload::field_size),
              "field-name", "field-size");
WC_WIT_VARIANT(wasmcloud::wasi::ErrorCode, "DNS-timeout", "DNS-error", "destination-not-found",
               "destination-unavailable", "destination-IP-prohibited", "destination-IP-unroutable",
               "connection-refused", "connection-terminated", "connection-timeout",
               "connection-read-timeout", "connection-write-timeout", "connection-limit-reached",
               "TLS-protocol-error", "TLS-certificate-error", "TLS-alert-received",
               "HTTP-request-denied", "HTTP-request-length-required", "HTTP-request-body-size",
               "HTTP-request-method-invalid", "HTTP-request-URI-invalid",
               "HTTP-request-URI-too-long", "HTTP-request-header-section-size",
               "HTTP-request-header-size", "HTTP-request-trailer-section-size",
               "HTTP-request-trailer-size", "HTTP-response-incomplete",
               "HTTP-response-header-section-size", "HTTP-response-header-size",
               "HTTP-response-body-size", "HTTP-response-trailer-section-size",
               "HTTP-response-trailer-size", "HTTP-response-transfer-coding",
               "HTTP-response-content-coding", "HTTP-response-timeout", "HTTP-upgrade-failed",
               "HTTP-protocol-error", "loop-detected", "configuration-error", "internal-error");
