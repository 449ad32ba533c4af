// wasi:http/types and outgoing-handler: requests that a guest sends, and their responses.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "wasmcloud/http/client.h"
#include "wasmcloud/wasi/http_bodies.h"

namespace wasmcloud::wasi {

// An exchange whose other side may speak of errors in the words of wasi:http.
class CodedExchange : public http::Exchange {
 public:
  // After response() failed: what it said, if it did.
  virtual const std::optional<ErrorCode>& error_code() const noexcept = 0;
};

// resource outgoing-request.
class OutgoingRequest final : public component::HostResource {
 public:
  using Change = std::expected<void, Unit>;

  explicit OutgoingRequest(http::Headers headers) : headers_(std::move(headers)) {}

  ~OutgoingRequest() override;

  // Once; not if content-length is not a number.
  std::expected<component::Own<OutgoingBody>, Unit> body();

  const Method& method() const noexcept { return method_; }

  const std::optional<Scheme>& scheme() const noexcept { return scheme_; }

  const std::optional<std::string>& path_with_query() const noexcept { return path_with_query_; }

  const std::optional<std::string>& authority() const noexcept { return authority_; }

  const http::Headers& headers() const noexcept { return headers_; }

  Change set_method(Method method);
  Change set_scheme(std::optional<Scheme> scheme);
  Change set_path_with_query(std::optional<std::string_view> path);
  Change set_authority(std::optional<std::string_view> authority);

  // For the handler: the request as the client wants it, and its body if there is one. Once.
  std::expected<http::RequestHead, ErrorCode> take_head();

  std::shared_ptr<OutgoingContent> take_content() noexcept { return std::move(content_); }

 private:
  Method method_;
  std::optional<Scheme> scheme_;
  std::optional<std::string> path_with_query_;
  std::optional<std::string> authority_;
  http::Headers headers_;
  std::shared_ptr<OutgoingContent> content_;
  bool body_given_ = false;
};

// resource request-options. Durations in nanoseconds.
class RequestOptions final : public component::HostResource {
 public:
  std::optional<std::uint64_t> connect_timeout;
  std::optional<std::uint64_t> first_byte_timeout;
  std::optional<std::uint64_t> between_bytes_timeout;

  http::ClientTimeouts timeouts() const;
};

// resource incoming-response.
class IncomingResponse final : public component::HostResource {
 public:
  IncomingResponse(http::ResponseHead head, std::shared_ptr<IncomingContent> content)
      : head_(std::move(head)), content_(std::move(content)) {}

  std::uint16_t status() const noexcept { return static_cast<std::uint16_t>(head_.status); }

  const http::Headers& headers() const noexcept { return head_.headers; }

  // Once.
  std::expected<component::Own<IncomingBody>, Unit> consume();

 private:
  http::ResponseHead head_;
  std::shared_ptr<IncomingContent> content_;
};

// What a request that is under way will give; shared with the task that waits for it.
class PendingResponse final : public Waitable {
 public:
  using Outcome = std::expected<std::unique_ptr<IncomingResponse>, ErrorCode>;

  bool ready() override { return outcome.has_value() || given; }

  void arm(Waker& waker) override;

  void disarm(Waker& waker) noexcept override { arrived.remove(waker); }

  void settle(Outcome result);

  std::optional<Outcome> outcome;
  bool given = false;
  Signal arrived;
};

// resource future-incoming-response.
class FutureIncomingResponse final : public component::HostResource {
 public:
  using Response = std::expected<component::Own<IncomingResponse>, ErrorCode>;

  explicit FutureIncomingResponse(std::shared_ptr<PendingResponse> pending)
      : pending_(std::move(pending)) {}

  component::Own<Pollable> subscribe() const;
  std::optional<std::expected<Response, Unit>> get();

 private:
  std::shared_ptr<PendingResponse> pending_;
};

// outgoing-handler.handle: starts the exchange beside the guest, on `context`'s client. It goes
// with `context`'s trace, unless the guest has named one.
std::expected<component::Own<FutureIncomingResponse>, ErrorCode> send_request(
    Context& context, OutgoingRequest& request, const RequestOptions* options);

}  // namespace wasmcloud::wasi

WC_COMPONENT_RESOURCE(wasmcloud::wasi::OutgoingRequest, "outgoing-request");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::RequestOptions, "request-options");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::IncomingResponse, "incoming-response");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::FutureIncomingResponse, "future-incoming-response");
