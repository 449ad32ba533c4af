// Does what the path of the request says: what http_service_test.cc needs from a guest, good and
// bad.
#include <cstdlib>

#include "guest/http.h"

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;

http::Response text_head(std::uint16_t status = 200) {
  return {.status = status, .headers = {{"content-type", "text/plain"}}};
}

void answer(http::Responder responder, std::string_view text, std::uint16_t status = 200) {
  http::ResponseBody body = std::move(responder).send(text_head(status));
  if (body.write(text)) {
    body.finish();
  }
}

void wait(wasi_io_poll_own_pollable_t pollable) {
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
}

void sleep(std::uint64_t milliseconds) {
  wait(wasi_clocks_monotonic_clock_subscribe_duration(milliseconds * kMillisecond));
}

[[noreturn]] void compute_forever() {
  for (volatile std::uint64_t turns = 0;;) {
    turns = turns + 1;
  }
}

// Until memory.grow fails; what the host lets it have is then in use.
std::size_t take_all_memory() {
  constexpr std::size_t kPage = 65536;
  std::size_t pages = 0;
  while (__builtin_wasm_memory_grow(0, 16) != SIZE_MAX) {
    pages += 16;
    const std::size_t size = __builtin_wasm_memory_size(0) * kPage;
    for (std::size_t at = size - 16 * kPage; at < size; at += 4096) {
      *reinterpret_cast<volatile char*>(at) = 1;
    }
  }
  return pages;
}

void unfinished(http::Responder responder) {
  http::ResponseBody body = std::move(responder).send(text_head());
  body.write("part");
}

void wrong_length(http::Responder responder) {
  http::Response head = text_head();
  head.headers.push_back({"content-length", "10"});
  http::ResponseBody body = std::move(responder).send(std::move(head));
  body.write("short");
  body.finish();
}

void stream_slowly(http::Responder responder) {
  http::ResponseBody body = std::move(responder).send(text_head());
  for (const char* const part : {"one ", "two ", "three"}) {
    body.write(part);
    sleep(20);
  }
  body.finish();
}

void trap_in_stream(http::Responder responder) {
  http::ResponseBody body = std::move(responder).send(text_head());
  body.write("part");
  sleep(50);
  __builtin_trap();
}

void large(http::Responder responder) {
  http::ResponseBody body = std::move(responder).send(text_head());
  const std::string block(4096, 'x');
  for (int i = 0; i < 1024; ++i) {
    body.write(block);
  }
  body.finish();
}

void echo(const http::Request& request, http::Responder responder) {
  http::ResponseBody body = std::move(responder).send(text_head());
  if (body.copy_from(request.body()) == http::CopyEnd::complete) {
    body.finish();
  }
}

// Answers with the first three bytes of the body while the host waits for more of it.
void read_some(const http::Request& request, http::Responder responder) {
  const http::RequestBody body = request.body();
  const auto stream = wasi_io_streams_borrow_input_stream(body.stream().get());
  bindings_list_u8_t bytes;
  wasi_io_streams_stream_error_t error;
  if (!wasi_io_streams_method_input_stream_blocking_read(stream, 3, &bytes, &error)) {
    wasi_io_streams_stream_error_free(&error);
    return answer(std::move(responder), "no bytes", 400);
  }
  const std::string first(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
  bindings_list_u8_free(&bytes);
  if (!wasi_io_streams_method_input_stream_read(stream, 100, &bytes, &error)) {
    wasi_io_streams_stream_error_free(&error);
    return answer(std::move(responder), "no more bytes", 400);
  }
  bindings_list_u8_free(&bytes);
  answer(std::move(responder), first);
}

void give_error(http::Responder responder) {
  static_assert(sizeof(responder) == sizeof(http::ResponderHandle));
  auto& handle = reinterpret_cast<http::ResponderHandle&>(responder);  // it offers no errors
  wasi_http_types_result_own_outgoing_response_error_code_t result{};
  result.is_err = true;
  result.val.err.tag = WASI_HTTP_TYPES_ERROR_CODE_LOOP_DETECTED;
  wasi_http_types_static_response_outparam_set(handle.release(), &result);
}

bindings_string_t borrowed(std::string_view text) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())), text.size()};
}

// The trace that the request has in mind for those that the guest sends.
void set_own_trace(const http::Fields& headers, const http::Request& request) {
  const std::optional<std::string> trace = request.header("x-own-traceparent");
  if (!trace) {
    return;
  }
  bindings_string_t name = borrowed("traceparent");
  const bindings_string_t text = borrowed(*trace);
  wasi_http_types_field_value_t value{text.ptr, text.len};
  wasi_http_types_header_error_t error;
  wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(headers.get()), &name, &value,
                                       &error);
}

// Posts the body of the request to AUTHORITY/PATH and sends back what comes.
void forward(const http::Request& request, http::Responder responder, std::string_view url) {
  const std::size_t slash = url.find('/');
  const http::Fields headers(wasi_http_types_constructor_fields());
  set_own_trace(headers, request);
  http::Fields moved(
      wasi_http_types_method_fields_clone(wasi_http_types_borrow_fields(headers.get())));
  const auto outgoing = wasi_http_types_constructor_outgoing_request(moved.release());
  const auto borrow = wasi_http_types_borrow_outgoing_request(outgoing);
  wasi_http_types_method_t method{};
  method.tag = WASI_HTTP_TYPES_METHOD_POST;
  wasi_http_types_scheme_t scheme{};
  scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTP;
  bindings_string_t authority = borrowed(url.substr(0, slash));
  bindings_string_t path = borrowed(url.substr(slash));
  wasi_http_types_own_outgoing_body_t body;
  wasi_io_streams_own_output_stream_t sink;
  if (!wasi_http_types_method_outgoing_request_set_method(borrow, &method) ||
      !wasi_http_types_method_outgoing_request_set_scheme(borrow, &scheme) ||
      !wasi_http_types_method_outgoing_request_set_authority(borrow, &authority) ||
      !wasi_http_types_method_outgoing_request_set_path_with_query(borrow, &path) ||
      !wasi_http_types_method_outgoing_request_body(borrow, &body) ||
      !wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body),
                                                  &sink)) {
    return answer(std::move(responder), "bad url", 400);
  }
  wasi_http_outgoing_handler_own_future_incoming_response_t future;
  wasi_http_outgoing_handler_error_code_t error;
  if (!wasi_http_outgoing_handler_handle(outgoing, nullptr, &future, &error)) {
    return answer(std::move(responder), "refused", 502);
  }
  {
    http::ResponseBody upload{http::OutgoingBodyHandle(body), http::OutputStream(sink)};
    if (upload.copy_from(request.body()) == http::CopyEnd::complete) {
      upload.finish();
    }
  }
  const auto borrowed_future = wasi_http_types_borrow_future_incoming_response(future);
  wait(wasi_http_types_method_future_incoming_response_subscribe(borrowed_future));
  wasi_http_types_result_result_own_incoming_response_error_code_void_t outcome{};
  if (!wasi_http_types_method_future_incoming_response_get(borrowed_future, &outcome) ||
      outcome.is_err || outcome.val.ok.is_err) {
    const auto code = static_cast<char>('0' + outcome.val.ok.val.err.tag);
    return answer(std::move(responder), std::string("error-code ") + code, 502);
  }
  const auto response = wasi_http_types_borrow_incoming_response(outcome.val.ok.val.ok);
  wasi_http_types_own_incoming_body_t incoming;
  wasi_io_streams_own_input_stream_t source;
  if (!wasi_http_types_method_incoming_response_consume(response, &incoming) ||
      !wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(incoming),
                                                   &source)) {
    std::abort();
  }
  http::Response head = text_head(wasi_http_types_method_incoming_response_status(response));
  http::ResponseBody back = std::move(responder).send(std::move(head));
  const http::RequestBody download{http::IncomingBodyHandle(incoming), http::InputStream(source)};
  if (back.copy_from(download) == http::CopyEnd::complete) {
    back.finish();
  }
}

bindings_string_t to_wit(std::string_view text) {
  bindings_string_t wit;
  bindings_string_dup_n(&wit, text.data(), text.size());
  return wit;
}

// The value of a key of its configuration, and a line in the log.
void configured(http::Responder responder, std::string_view key) {
  bindings_string_t wit_key = to_wit(key);
  bindings_option_string_t value;
  wasi_config_store_error_t error;
  if (!wasi_config_store_get(&wit_key, &value, &error)) {
    answer(std::move(responder), "error", 500);
    return;
  }
  bindings_string_t context = to_wit("test");
  bindings_string_t message = to_wit("asked for configuration");
  wasi_logging_logging_log(WASI_LOGGING_LOGGING_LEVEL_WARN, &context, &message);
  bindings_list_tuple2_string_string_t all;
  wasi_config_store_get_all(&all, &error);
  const std::string text =
      value.is_some ? std::string(reinterpret_cast<const char*>(value.val.ptr), value.val.len)
                    : "nothing among " + std::to_string(all.len);
  answer(std::move(responder), text);
}

constexpr std::string_view kConfig = "/config/";
constexpr std::string_view kForward = "/forward/";
constexpr std::string_view kHeader = "/header/";

}  // namespace

void http::handle(Request request, Responder responder) {
  const std::string path = request.path();
  if (path == "/trap") {
    __builtin_trap();
  } else if (path == "/loop") {
    compute_forever();
  } else if (path == "/loop-after-set") {
    ResponseBody body = std::move(responder).send(text_head());
    body.write("part");
    compute_forever();
  } else if (path == "/hog") {
    answer(std::move(responder), std::to_string(take_all_memory()));
  } else if (path == "/never-set") {
    // nothing
  } else if (path == "/error") {
    give_error(std::move(responder));
  } else if (path == "/unfinished") {
    unfinished(std::move(responder));
  } else if (path == "/wrong-length") {
    wrong_length(std::move(responder));
  } else if (path == "/trap-after-set") {
    ResponseBody body = std::move(responder).send(text_head());
    body.write("part");
    __builtin_trap();
  } else if (path == "/trap-after-finish") {
    answer(std::move(responder), "whole");
    __builtin_trap();
  } else if (path == "/trap-in-stream") {
    trap_in_stream(std::move(responder));
  } else if (path == "/stream") {
    stream_slowly(std::move(responder));
  } else if (path == "/sleep") {
    sleep(60'000);
    answer(std::move(responder), "awake");
  } else if (path == "/nap") {
    sleep(30);
    answer(std::move(responder), "awake");
  } else if (path == "/work-after") {
    answer(std::move(responder), "done");
    sleep(30);
  } else if (path == "/large") {
    large(std::move(responder));
  } else if (path == "/echo") {
    echo(request, std::move(responder));
  } else if (path == "/read-some") {
    read_some(request, std::move(responder));
  } else if (path.starts_with(kHeader)) {
    const std::string_view name = std::string_view(path).substr(kHeader.size());
    answer(std::move(responder), request.header(name).value_or("none"));
  } else if (path.starts_with(kConfig)) {
    configured(std::move(responder), std::string_view(path).substr(kConfig.size()));
  } else if (path.starts_with(kForward)) {
    forward(request, std::move(responder), std::string_view(path).substr(kForward.size()));
  } else {
    answer(std::move(responder), "hello " + path);
  }
}
