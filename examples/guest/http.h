// wasi:http for components written in C++: the C bindings that wit-bindgen generates, behind types
// that own what they hold. Each handle is dropped when its object goes, so a resource is never
// leaked, used twice or dropped too late.
//
// A component defines http::handle() and nothing else:
//
//   void http::handle(http::Request request, http::Responder responder) {
//     auto body = std::move(responder).send(http::Response{.status = 200});
//     body.write("hello");
//     body.finish();
//   }
//
// Nothing throws (guests are built without exceptions). What can fail says so in its result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.h"

namespace http {

// The owner of one handle of a WASI resource. A handle of 0 is none: the table of handles starts
// at 1.
template <typename Own, auto kDrop>
class Resource {
 public:
  Resource() = default;

  explicit Resource(Own handle) : own_(handle) {}

  Resource(Resource&& other) noexcept : own_(other.release()) {}

  Resource& operator=(Resource&& other) noexcept {
    reset();
    own_ = other.release();
    return *this;
  }

  ~Resource() { reset(); }

  Own get() const { return own_; }

  explicit operator bool() const { return own_.__handle != 0; }

  // Hands the handle to someone who takes ownership of it: a WASI function with an `own` parameter.
  Own release() { return std::exchange(own_, Own{}); }

  void reset() {
    if (*this) {
      kDrop(release());
    }
  }

 private:
  Own own_{};
};

using Fields = Resource<wasi_http_types_own_fields_t, wasi_http_types_fields_drop_own>;
using RequestHandle =
    Resource<wasi_http_types_own_incoming_request_t, wasi_http_types_incoming_request_drop_own>;
using IncomingBodyHandle =
    Resource<wasi_http_types_own_incoming_body_t, wasi_http_types_incoming_body_drop_own>;
using OutgoingBodyHandle =
    Resource<wasi_http_types_own_outgoing_body_t, wasi_http_types_outgoing_body_drop_own>;
using ResponderHandle =
    Resource<wasi_http_types_own_response_outparam_t, wasi_http_types_response_outparam_drop_own>;
using InputStream =
    Resource<wasi_io_streams_own_input_stream_t, wasi_io_streams_input_stream_drop_own>;
using OutputStream =
    Resource<wasi_io_streams_own_output_stream_t, wasi_io_streams_output_stream_drop_own>;

struct Header {
  std::string name;
  std::string value;
};

struct Response {
  std::uint16_t status = 200;
  std::vector<Header> headers;
};

// The body of a request, as it arrives.
class RequestBody {
 public:
  RequestBody(IncomingBodyHandle body, InputStream stream);
  RequestBody(RequestBody&&) = default;
  RequestBody& operator=(RequestBody&&) = delete;  // would drop the body before its stream

  const InputStream& stream() const { return stream_; }

 private:
  IncomingBodyHandle body_;
  InputStream stream_;  // a child of the body: declared after it, dropped before it
};

class Request {
 public:
  explicit Request(RequestHandle handle) : handle_(std::move(handle)) {}

  // "/path?query", or "/" when the request names none.
  std::string path() const;

  // The first value of the header, if the request has it.
  std::optional<std::string> header(std::string_view name) const;

  // To be called once: a body can be taken only once.
  RequestBody body() const;

 private:
  RequestHandle handle_;
};

// How a copy from one stream to another ended.
enum class CopyEnd {
  complete,  // the source was read to its end, and all of it was handed on
  failed,    // either side broke off
};

// The body of a response, sent as it is written. One that goes away unfinished is broken off, and
// the client sees that.
class ResponseBody {
 public:
  ResponseBody(OutgoingBodyHandle body, OutputStream stream);
  ResponseBody(ResponseBody&&) = default;
  ResponseBody& operator=(ResponseBody&&) = delete;  // would drop the body before its stream

  // Writes all of `text`, and waits while the client is slower than we are. False: the client has
  // gone.
  bool write(std::string_view text);

  // Hands on all that `source` delivers, each piece as soon as there is room for it; holds none of
  // it in this component's memory.
  CopyEnd copy_from(const RequestBody& source);

  // Says that the body is whole.
  void finish();

 private:
  OutgoingBodyHandle body_;
  OutputStream stream_;  // a child of the body: declared after it, dropped before it
};

// The right to answer one request, once.
class Responder {
 public:
  explicit Responder(ResponderHandle handle) : handle_(std::move(handle)) {}

  // Sends status and headers. A header that HTTP forbids is left out.
  ResponseBody send(Response response) &&;

 private:
  ResponderHandle handle_;
};

// What the component does with a request. The component defines it.
void handle(Request request, Responder responder);

}  // namespace http
