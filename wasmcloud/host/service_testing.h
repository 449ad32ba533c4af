// For tests: a service on a port of its own, and what a client sees of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "wasmcloud/host/http_service.h"
#include "wasmcloud/http/raw_peer.h"

namespace wasmcloud::host {

// At 127.0.0.1, with a cache of compiled code that tests share.
HttpServiceConfig test_config();
std::uint16_t port_of(const HttpService& service);
http::RawPeer connect(const HttpService& service);

struct Answer {
  int status = 0;    // 0: none came
  std::string head;  // in lower case
  std::string body;
  bool whole = false;  // nothing is missing
};

// One request on a connection of its own. `fields`: lines of its head, each with its end.
Answer ask(const HttpService& service, std::string_view path, std::string_view method = "GET",
           std::string_view body = "", std::string_view fields = "");
// What `bytes`, read to the end of a connection, are.
Answer parse_answer(std::string_view bytes);

}  // namespace wasmcloud::host
