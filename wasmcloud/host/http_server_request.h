// One request to the built-in HTTP server, from its head to the component that answers it.
#pragma once

#include <memory>

#include "wasmcloud/base/task.h"
#include "wasmcloud/host/http_routes.h"
#include "wasmcloud/host/http_server_settings.h"

namespace wasmcloud::http {
class ResponseWriter;
struct Request;
}  // namespace wasmcloud::http

namespace wasmcloud::host {

// What the requests of a listener see. Immutable; the handlers outlive the listener.
struct HttpView {
  HttpRoutes routes;
  HttpServerSettings settings;
};

// Has `request` answered, by a component or by us. Where the settings change nothing it only calls
// the component's handler: no allocation, no lock, no count of references. `request` and `response`
// must stay until the task ends, `view` only until this returns.
Task<> serve_http(const std::shared_ptr<const HttpView>& view, http::Request& request,
                  http::ResponseWriter& response);

}  // namespace wasmcloud::host
