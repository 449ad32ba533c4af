#include "wasmcloud/wasi/http.h"

#include <utility>

#include "wasmcloud/wasi/http_incoming.h"
#include "wasmcloud/wasi/http_outgoing.h"

namespace wasmcloud::wasi {
namespace {

using component::Borrow;
using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
using FieldValue = Fields::FieldValue;

// A copy that the guest may only read.
Own<Fields> read_only(http::Headers headers) {
  return make_own<Fields>(std::move(headers), Fields::Access::read_only);
}

http::Headers take_headers(Own<Fields> fields) { return std::move(*fields).take(); }

void add_fields(HostInterface& types) {
  using FromList = std::expected<Own<Fields>, HeaderError>;
  types.resource<Fields>("fields");
  types.function("[constructor]fields", [](Store&) { return make_own<Fields>(); });
  types.function(
      "[static]fields.from-list",
      [](Store&, std::vector<std::tuple<std::string, FieldValue>> entries) -> Result<FromList> {
        WC_TRY(auto made, Fields::from_list(entries));
        if (!made) {
          return FromList(std::unexpected(made.error()));
        }
        return FromList(Own<Fields>(*std::move(made)));
      });
  types.function("[method]fields.get", [](Store&, Borrow<Fields> self, std::string_view name) {
    return self->get(name);
  });
  types.function("[method]fields.has", [](Store&, Borrow<Fields> self, std::string_view name) {
    return self->has(name);
  });
  types.function("[method]fields.set",
                 [](Store&, Borrow<Fields> self, std::string_view name,
                    std::vector<FieldValue> values) { return self->set(name, values); });
  types.function("[method]fields.delete", [](Store&, Borrow<Fields> self, std::string_view name) {
    return self->remove(name);
  });
  types.function("[method]fields.append",
                 [](Store&, Borrow<Fields> self, std::string_view name, FieldValue value) {
                   return self->append(name, value);
                 });
  types.function("[method]fields.entries",
                 [](Store&, Borrow<Fields> self) { return self->entries(); });
  types.function("[method]fields.clone", [](Store&, Borrow<Fields> self) {
    return make_own<Fields>(self->headers(), Fields::Access::read_write);
  });
}

void add_incoming_request(HostInterface& types) {
  types.resource<IncomingRequest>("incoming-request");
  types.function("[method]incoming-request.method", [](Store&, Borrow<IncomingRequest> self) {
    return method_from_name(self->head().method);
  });
  types.function("[method]incoming-request.path-with-query",
                 [](Store&, Borrow<IncomingRequest> self) {
                   const std::string& target = self->head().target;
                   return target.empty() || self->head().method == "CONNECT"
                              ? std::nullopt
                              : std::optional<std::string_view>(target);
                 });
  types.function("[method]incoming-request.scheme", [](Store&, Borrow<IncomingRequest> self) {
    return std::optional<Scheme>(scheme_from_name(self->head().scheme));
  });
  types.function("[method]incoming-request.authority", [](Store&, Borrow<IncomingRequest> self) {
    const std::string& authority = self->head().authority;
    return authority.empty() ? std::nullopt : std::optional<std::string_view>(authority);
  });
  types.function("[method]incoming-request.headers", [](Store&, Borrow<IncomingRequest> self) {
    return read_only(visible_fields(self->head().headers));
  });
  types.function("[method]incoming-request.consume",
                 [](Store&, Borrow<IncomingRequest> self) { return self->consume(); });
}

void add_outgoing_request(HostInterface& types) {
  types.resource<OutgoingRequest>("outgoing-request");
  types.function("[constructor]outgoing-request", [](Store&, Own<Fields> headers) {
    return make_own<OutgoingRequest>(take_headers(std::move(headers)));
  });
  types.function("[method]outgoing-request.body",
                 [](Store&, Borrow<OutgoingRequest> self) { return self->body(); });
  types.function("[method]outgoing-request.method",
                 [](Store&, Borrow<OutgoingRequest> self) { return self->method(); });
  types.function("[method]outgoing-request.set-method",
                 [](Store&, Borrow<OutgoingRequest> self, Method method) {
                   return self->set_method(std::move(method));
                 });
  types.function("[method]outgoing-request.path-with-query",
                 [](Store&, Borrow<OutgoingRequest> self) { return self->path_with_query(); });
  types.function("[method]outgoing-request.set-path-with-query",
                 [](Store&, Borrow<OutgoingRequest> self, std::optional<std::string_view> path) {
                   return self->set_path_with_query(path);
                 });
  types.function("[method]outgoing-request.scheme",
                 [](Store&, Borrow<OutgoingRequest> self) { return self->scheme(); });
  types.function("[method]outgoing-request.set-scheme",
                 [](Store&, Borrow<OutgoingRequest> self, std::optional<Scheme> scheme) {
                   return self->set_scheme(std::move(scheme));
                 });
  types.function("[method]outgoing-request.authority",
                 [](Store&, Borrow<OutgoingRequest> self) { return self->authority(); });
  types.function(
      "[method]outgoing-request.set-authority",
      [](Store&, Borrow<OutgoingRequest> self, std::optional<std::string_view> authority) {
        return self->set_authority(authority);
      });
  types.function("[method]outgoing-request.headers",
                 [](Store&, Borrow<OutgoingRequest> self) { return read_only(self->headers()); });
}

// A getter and a setter of one time limit; all are supported.
void add_timeout(HostInterface& types, const std::string& name,
                 std::optional<std::uint64_t> RequestOptions::* member) {
  types.function("[method]request-options." + name,
                 [member](Store&, Borrow<RequestOptions> self) { return *self.*member; });
  types.function(
      "[method]request-options.set-" + name,
      [member](Store&, Borrow<RequestOptions> self, std::optional<std::uint64_t> duration) {
        *self.*member = duration;
        return std::expected<void, Unit>();
      });
}

void add_request_options(HostInterface& types) {
  types.resource<RequestOptions>("request-options");
  types.function("[constructor]request-options", [](Store&) { return make_own<RequestOptions>(); });
  add_timeout(types, "connect-timeout", &RequestOptions::connect_timeout);
  add_timeout(types, "first-byte-timeout", &RequestOptions::first_byte_timeout);
  add_timeout(types, "between-bytes-timeout", &RequestOptions::between_bytes_timeout);
}

void add_incoming_response(HostInterface& types) {
  types.resource<IncomingResponse>("incoming-response");
  types.function("[method]incoming-response.status",
                 [](Store&, Borrow<IncomingResponse> self) { return self->status(); });
  types.function("[method]incoming-response.headers", [](Store&, Borrow<IncomingResponse> self) {
    return read_only(visible_fields(self->headers()));
  });
  types.function("[method]incoming-response.consume",
                 [](Store&, Borrow<IncomingResponse> self) { return self->consume(); });
  types.resource<FutureIncomingResponse>("future-incoming-response");
  types.function("[method]future-incoming-response.subscribe",
                 [](Store&, Borrow<FutureIncomingResponse> self) { return self->subscribe(); });
  types.function("[method]future-incoming-response.get",
                 [](Store&, Borrow<FutureIncomingResponse> self) { return self->get(); });
}

void add_outgoing_response(HostInterface& types) {
  using Answer = std::expected<Own<OutgoingResponse>, ErrorCode>;
  types.resource<OutgoingResponse>("outgoing-response");
  types.function("[constructor]outgoing-response", [](Store&, Own<Fields> headers) {
    return make_own<OutgoingResponse>(take_headers(std::move(headers)));
  });
  types.function("[method]outgoing-response.status-code",
                 [](Store&, Borrow<OutgoingResponse> self) { return self->status(); });
  types.function("[method]outgoing-response.set-status-code",
                 [](Store&, Borrow<OutgoingResponse> self, std::uint16_t status) {
                   return self->set_status(status);
                 });
  types.function("[method]outgoing-response.headers",
                 [](Store&, Borrow<OutgoingResponse> self) { return read_only(self->headers()); });
  types.function("[method]outgoing-response.body",
                 [](Store&, Borrow<OutgoingResponse> self) { return self->body(); });
  types.resource<ResponseOutparam>("response-outparam");
  types.function("[static]response-outparam.set",
                 [](Store&, Own<ResponseOutparam> param, Answer answer) {
                   if (answer) {
                     param->cell().set(**answer);
                   } else {
                     param->cell().set(std::move(answer).error());
                   }
                 });
}

void add_bodies(HostInterface& types) {
  using Finished = std::expected<void, ErrorCode>;
  types.resource<IncomingBody>("incoming-body");
  types.function("[method]incoming-body.stream",
                 [](Store&, Borrow<IncomingBody> self) { return self->stream(); });
  types.function("[static]incoming-body.finish",
                 [](Store&, Own<IncomingBody> body) -> Result<Own<FutureTrailers>> {
                   if (body->stream_alive()) {
                     return Error(ErrorKind::trap,
                                  "incoming-body.finish: the body's stream is still there");
                   }
                   return make_own<FutureTrailers>(body->content());
                 });
  types.resource<FutureTrailers>("future-trailers");
  types.function("[method]future-trailers.subscribe",
                 [](Store&, Borrow<FutureTrailers> self) { return self->subscribe(); });
  types.function("[method]future-trailers.get",
                 [](Store&, Borrow<FutureTrailers> self) { return self->get(); });
  types.resource<OutgoingBody>("outgoing-body");
  types.function("[method]outgoing-body.write",
                 [](Store&, Borrow<OutgoingBody> self) { return self->write(); });
  types.function(
      "[static]outgoing-body.finish",
      [](Store&, Own<OutgoingBody> body, std::optional<Own<Fields>> trailers) -> Result<Finished> {
        if (body->stream_alive()) {
          return Error(ErrorKind::trap, "outgoing-body.finish: the body's stream is still there");
        }
        return body->content().finish(trailers ? take_headers(*std::move(trailers))
                                               : http::Headers());
      });
}

}  // namespace

void add_http(component::Host& host) {
  HostInterface types("wasi:http/types@0.2.12");
  // By the names under which the interface uses them.
  types.resource<InputStream>("input-stream");
  types.resource<OutputStream>("output-stream");
  types.resource<IoError>("io-error");
  types.resource<Pollable>("pollable");
  types.resource<Fields>("headers");
  types.resource<Fields>("trailers");
  add_fields(types);
  add_incoming_request(types);
  add_outgoing_request(types);
  add_request_options(types);
  add_incoming_response(types);
  add_outgoing_response(types);
  add_bodies(types);
  types.function("http-error-code",
                 [](Store&, Borrow<IoError> error) { return error_code_of(*error); });
  host.add(std::move(types));

  HostInterface handler("wasi:http/outgoing-handler@0.2.12");
  handler.resource<OutgoingRequest>("outgoing-request");
  handler.resource<RequestOptions>("request-options");
  handler.resource<FutureIncomingResponse>("future-incoming-response");
  handler.function("handle", [](Store& store, Own<OutgoingRequest> request,
                                std::optional<Own<RequestOptions>> options) {
    return send_request(store.host<Context>(), *request, options ? options->get() : nullptr);
  });
  host.add(std::move(handler));
}

}  // namespace wasmcloud::wasi
