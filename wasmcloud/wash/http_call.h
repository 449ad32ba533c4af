// An HTTP request that a component answers, as `wash call` sends it (wrpc:http, fact sheet "wrpc",
// 5.8.1).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wash/wit_functions.h"
#include "wasmcloud/wrpc/exchange.h"

namespace wasmcloud::wash {

// Whether `function`, as the user wrote it, is answered to HTTP requests: `handle` of wasi:http or
// wrpc:http, in any version. Pure.
bool is_http_handler(const Operation& function);

struct HttpCall {
  std::string scheme = "http";
  std::string host = "localhost";
  std::uint16_t port = 8080;
  std::string method = "GET";
  std::string body = {};
  std::optional<std::string> content_type = {};
};

// Pure.
wrpc::DynamicRequest http_request(const HttpCall& call);

struct HttpAnswer {
  std::uint16_t status = 0;
  std::map<std::string, std::string> headers;  // several values of one joined by ", "
  std::string body;
};

// What the call of http_request() gives, with all of its body. Error `conflict` with the error code
// where the component answered with one; those of Receiver.
Task<HttpAnswer> http_answer(wrpc::DynamicCall& call, Deadline deadline);

}  // namespace wasmcloud::wash
