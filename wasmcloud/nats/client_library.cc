#include "wasmcloud/nats/client_library.h"

#include <algorithm>
#include <chrono>

namespace wasmcloud::nats::internal {

ErrorKind kind_of(natsStatus status) noexcept {
  switch (status) {
    case NATS_TIMEOUT:
    case NATS_INVALID_TIMEOUT:
      return ErrorKind::timeout;
    case NATS_NO_RESPONDERS:
    case NATS_CONNECTION_CLOSED:
    case NATS_CONNECTION_DISCONNECTED:
    case NATS_NOT_YET_CONNECTED:
    case NATS_NO_SERVER:
    case NATS_IO_ERROR:
    case NATS_STALE_CONNECTION:
    case NATS_DRAINING:
    case NATS_SSL_ERROR:
    case NATS_PROTOCOL_ERROR:  // also: the server hung up during the handshake
      return ErrorKind::unavailable;
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
      return ErrorKind::denied;
    case NATS_NOT_FOUND:
      return ErrorKind::not_found;
    case NATS_ADDRESS_MISSING:
    case NATS_INVALID_SUBJECT:
    case NATS_INVALID_ARG:
    case NATS_INVALID_SUBSCRIPTION:
    case NATS_INVALID_QUEUE_NAME:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
      return ErrorKind::invalid;
    case NATS_MAX_PAYLOAD:
    case NATS_SLOW_CONSUMER:
    case NATS_INSUFFICIENT_BUFFER:
    case NATS_NO_MEMORY:
      return ErrorKind::exhausted;
    case NATS_NO_SERVER_SUPPORT:
      return ErrorKind::unsupported;
    default:
      return ErrorKind::internal;
  }
}

std::string text_of(natsStatus status) {
  natsStatus last = NATS_OK;
  const char* const text = nats_GetLastError(&last);
  if (last == status && text != nullptr && *text != '\0') {
    return text;
  }
  return natsStatus_GetText(status);
}

Error to_error(natsStatus status, std::string_view doing) {
  return Error(kind_of(status), "{}: {}", doing, text_of(status));
}

std::int64_t milliseconds_left(Deadline deadline) noexcept {
  constexpr std::int64_t kLongest = 3'600'000;
  if (deadline.is_never()) {
    return kLongest;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining());
  return std::clamp<std::int64_t>(left.count(), 1, kLongest);
}

}  // namespace wasmcloud::nats::internal
