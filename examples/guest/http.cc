#include "guest/http.h"

#include <algorithm>
#include <cstdlib>

namespace http {
namespace {

// A view for the length of one call: the bindings take non-const pointers, and do not write through
// them.
template <typename List>
List borrowed(std::string_view text) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())), text.size()};
}

template <typename List>
std::string copied(const List& list) {
  return {reinterpret_cast<const char*>(list.ptr), list.len};
}

// Two kinds of stream error, one answer: this stream is over. What the failure was is in the host's
// log.
void discard(wasi_io_streams_stream_error_t& error) { wasi_io_streams_stream_error_free(&error); }

auto borrow(const InputStream& stream) { return wasi_io_streams_borrow_input_stream(stream.get()); }

auto borrow(const OutputStream& stream) {
  return wasi_io_streams_borrow_output_stream(stream.get());
}

Fields to_fields(const std::vector<Header>& headers) {
  Fields fields(wasi_http_types_constructor_fields());
  for (const auto& [name, value] : headers) {
    auto name_list = borrowed<wasi_http_types_field_name_t>(name);
    auto value_list = borrowed<wasi_http_types_field_value_t>(value);
    wasi_http_types_header_error_t error;
    if (!wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(fields.get()),
                                              &name_list, &value_list, &error)) {
      wasi_http_types_header_error_free(&error);
    }
  }
  return fields;
}

}  // namespace

RequestBody::RequestBody(IncomingBodyHandle body, InputStream stream)
    : body_(std::move(body)), stream_(std::move(stream)) {}

std::string Request::path() const {
  bindings_string_t path;
  if (!wasi_http_types_method_incoming_request_path_with_query(
          wasi_http_types_borrow_incoming_request(handle_.get()), &path)) {
    return "/";
  }
  std::string text = copied(path);
  bindings_string_free(&path);
  return text;
}

std::optional<std::string> Request::header(std::string_view name) const {
  const Fields fields(wasi_http_types_method_incoming_request_headers(
      wasi_http_types_borrow_incoming_request(handle_.get())));
  auto name_list = borrowed<wasi_http_types_field_name_t>(name);
  wasi_http_types_list_field_value_t values;
  wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(fields.get()), &name_list,
                                    &values);
  std::optional<std::string> first;
  if (values.len > 0) {
    first = copied(values.ptr[0]);
  }
  wasi_http_types_list_field_value_free(&values);
  return first;
}

RequestBody Request::body() const {
  wasi_http_types_own_incoming_body_t body;
  if (!wasi_http_types_method_incoming_request_consume(
          wasi_http_types_borrow_incoming_request(handle_.get()), &body)) {
    std::abort();  // taken twice: a bug in the component
  }
  IncomingBodyHandle handle(body);
  wasi_io_streams_own_input_stream_t stream;
  if (!wasi_http_types_method_incoming_body_stream(
          wasi_http_types_borrow_incoming_body(handle.get()), &stream)) {
    std::abort();  // the stream of a new body is always there
  }
  return {std::move(handle), InputStream(stream)};
}

ResponseBody::ResponseBody(OutgoingBodyHandle body, OutputStream stream)
    : body_(std::move(body)), stream_(std::move(stream)) {}

bool ResponseBody::write(std::string_view text) {
  constexpr std::size_t kMostAtOnce = 4096;  // what blocking-write-and-flush takes
  while (!text.empty()) {
    const auto piece = text.substr(0, kMostAtOnce);
    auto contents = borrowed<bindings_list_u8_t>(piece);
    wasi_io_streams_stream_error_t error;
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(borrow(stream_), &contents,
                                                                       &error)) {
      discard(error);
      return false;
    }
    text.remove_prefix(piece.size());
  }
  return true;
}

CopyEnd ResponseBody::copy_from(const RequestBody& source) {
  constexpr std::uint64_t kMostAtOnce = 64 * 1024;
  while (true) {
    std::uint64_t moved = 0;
    wasi_io_streams_stream_error_t error;
    if (wasi_io_streams_method_output_stream_blocking_splice(
            borrow(stream_), borrow(source.stream()), kMostAtOnce, &moved, &error)) {
      continue;
    }
    // "closed" is the source's end, or a client that has gone, to whom it makes no difference.
    const bool closed = error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
    discard(error);
    return closed ? CopyEnd::complete : CopyEnd::failed;
  }
}

void ResponseBody::finish() {
  stream_.reset();
  wasi_http_types_error_code_t error;
  if (!wasi_http_types_static_outgoing_body_finish(body_.release(), nullptr, &error)) {
    wasi_http_types_error_code_free(&error);  // the client has gone, and the host knows
  }
}

ResponseBody Responder::send(Response response) && {
  const wasi_http_types_own_outgoing_response_t handle =
      wasi_http_types_constructor_outgoing_response(to_fields(response.headers).release());
  const auto borrowed_response = wasi_http_types_borrow_outgoing_response(handle);
  wasi_http_types_own_outgoing_body_t body;
  wasi_io_streams_own_output_stream_t stream;
  if (!wasi_http_types_method_outgoing_response_set_status_code(borrowed_response,
                                                                response.status) ||
      !wasi_http_types_method_outgoing_response_body(borrowed_response, &body) ||
      !wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body),
                                                  &stream)) {
    std::abort();  // a status that is none: a bug in the component
  }
  wasi_http_types_result_own_outgoing_response_error_code_t result{};
  result.val.ok = handle;
  wasi_http_types_static_response_outparam_set(handle_.release(), &result);
  return {OutgoingBodyHandle(body), OutputStream(stream)};
}

}  // namespace http

// The export of wasi:http/incoming-handler.
void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t response_out) {
  http::handle(http::Request(http::RequestHandle(request)),
               http::Responder(http::ResponderHandle(response_out)));
}
