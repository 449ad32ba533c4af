// wasi:http/incoming-handler: one request of the server's, answered by a component.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "wasmcloud/component/component.h"
#include "wasmcloud/http/server.h"
#include "wasmcloud/wasi/http_bodies.h"

namespace wasmcloud::wasi {

// resource incoming-request. Makes what the guest asks for when it asks.
class IncomingRequest final : public component::HostResource {
 public:
  // Both must outlive the store.
  IncomingRequest(http::Request& request, Context& context)
      : request_(request), context_(context) {}

  const http::RequestHead& head() const noexcept { return request_.head; }

  // Once.
  std::expected<component::Own<IncomingBody>, Unit> consume();

 private:
  http::Request& request_;
  Context& context_;
  bool consumed_ = false;
};

// resource outgoing-response.
class OutgoingResponse final : public component::HostResource {
 public:
  explicit OutgoingResponse(http::Headers headers) { head_.headers = std::move(headers); }

  ~OutgoingResponse() override;

  std::uint16_t status() const noexcept { return static_cast<std::uint16_t>(head_.status); }

  std::expected<void, Unit> set_status(std::uint16_t status);

  const http::Headers& headers() const noexcept { return head_.headers; }

  // Once; not if content-length is not a number.
  std::expected<component::Own<OutgoingBody>, Unit> body();

  http::ResponseHead take_head() noexcept { return std::move(head_); }

  std::shared_ptr<OutgoingContent> take_content() noexcept { return std::move(content_); }

 private:
  http::ResponseHead head_;
  std::shared_ptr<OutgoingContent> content_;
  bool body_given_ = false;
};

// Where the guest's answer arrives.
class ResponseCell {
 public:
  enum class State : std::uint8_t { unset, response, error };

  // `body_dropped`: a response to HEAD.
  explicit ResponseCell(bool body_dropped) : body_dropped_(body_dropped) {}

  void set(OutgoingResponse& response);
  void set(ErrorCode error);

  State state() const noexcept { return state_; }

  // Whether head and whole body are there.
  bool complete() const noexcept {
    return state_ == State::response &&
           (!content_ || content_->state() == OutgoingContent::State::finished);
  }

  http::ResponseHead take_head() noexcept { return std::move(head_); }

  // Null for an empty body.
  const std::shared_ptr<OutgoingContent>& content() const noexcept { return content_; }

  const ErrorCode& error() const noexcept { return *error_; }

  // Told when the state changes. Null to remove.
  void set_waker(Waker* waker) noexcept { waker_ = waker; }

 private:
  void change(State state) noexcept;

  bool body_dropped_;
  State state_ = State::unset;
  http::ResponseHead head_;
  std::shared_ptr<OutgoingContent> content_;
  std::optional<ErrorCode> error_;
  Waker* waker_ = nullptr;
};

// resource response-outparam. The cell must outlive the store.
class ResponseOutparam final : public component::HostResource {
 public:
  explicit ResponseOutparam(ResponseCell& cell) : cell_(cell) {}

  ResponseCell& cell() noexcept { return cell_; }

 private:
  ResponseCell& cell_;
};

using IncomingHandler =
    component::Export<void(component::Own<IncomingRequest>, component::Own<ResponseOutparam>)>;

// `not_found` if the component exports no incoming-handler of 0.2.
Result<IncomingHandler> find_incoming_handler(const component::Component& component);

// Kept by whoever runs requests, on their shard.
struct RequestCounts {
  std::uint64_t cancelled = 0;  // before they were answered
};

// For those whose answers are not HTTP: what is said in place of a response of ours.
class FailureReply {
 public:
  // `code`: what the guest gave instead of a response; null: it failed.
  virtual Task<> reply(const ErrorCode* code) = 0;

 protected:
  ~FailureReply() = default;
};

// What a request runs in. All pointers must outlive the request.
struct RequestRun {
  std::shared_ptr<const component::Component> component;
  const IncomingHandler* handler = nullptr;  // of `component`
  std::unique_ptr<Context> context;          // the store's
  asio::any_io_executor executor;            // the shard's
  std::uint64_t memory_bytes = 256ULL << 20U;
  std::chrono::milliseconds timeout = std::chrono::minutes(10);
  RequestCounts* counts = nullptr;
  FailureReply* failures = nullptr;  // null: failures are answered with a status
  // What is given back when the guest is gone.
  std::unique_ptr<void, void (*)(void*)> lease{nullptr, [](void*) {}};
};

// Runs the component in a store of its own and answers. The guest's trace is that of `run.context`,
// else the request's. What goes wrong in the guest is logged here
// and answered with 500, 503 (no room for another instance) or 504 (the time limit); if a part of
// the answer has been sent, the connection is aborted. An error is for the server: `cancelled` says
// that there is nothing to add. For an http::Handler to return: it awaits it at once.
Task<> serve_request(RequestRun run, http::Request& request, http::ResponseWriter& response);

}  // namespace wasmcloud::wasi

WC_COMPONENT_RESOURCE(wasmcloud::wasi::IncomingRequest, "incoming-request");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::OutgoingResponse, "outgoing-response");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::ResponseOutparam, "response-outparam");
