#include "wasmcloud/host/service_testing.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace wasmcloud::host {
namespace {

std::string to_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return lower;
}

// Takes chunks from `bytes`; whether the last one was there.
bool take_chunks(std::string_view bytes, std::string& body) {
  for (;;) {
    std::size_t size = 0;
    const auto parsed = std::from_chars(bytes.data(), bytes.data() + bytes.size(), size, 16);
    const std::size_t line = bytes.find("\r\n");
    if (parsed.ec != std::errc() || line == std::string_view::npos) {
      return false;
    }
    bytes.remove_prefix(line + 2);
    if (size == 0) {
      return bytes.ends_with("\r\n");
    }
    if (bytes.size() < size + 2) {
      body.append(bytes);
      return false;
    }
    body.append(bytes.substr(0, size));
    bytes.remove_prefix(size + 2);
  }
}

}  // namespace

HttpServiceConfig test_config() {
  HttpServiceConfig config;
  config.address = "127.0.0.1:0";
  config.cache_dir = WC_TEST_CACHE;
  config.shards = 2;
  return config;
}

std::uint16_t port_of(const HttpService& service) {
  const std::string& address = service.address();
  std::uint16_t port = 0;
  std::from_chars(address.data() + address.rfind(':') + 1, address.data() + address.size(), port);
  return port;
}

http::RawPeer connect(const HttpService& service) {
  return http::RawPeer::connect(port_of(service));
}

Answer parse_answer(std::string_view bytes) {
  Answer answer;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || !bytes.starts_with("HTTP/1.1 ")) {
    return answer;
  }
  answer.head = to_lower(bytes.substr(0, end + 2));
  std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
  bytes.remove_prefix(end + 4);
  constexpr std::string_view kLength = "\r\ncontent-length: ";
  const std::size_t length = answer.head.find(kLength);
  if (answer.head.find("\r\ntransfer-encoding: chunked\r\n") != std::string::npos) {
    answer.whole = take_chunks(bytes, answer.body);
  } else if (length != std::string::npos) {
    std::size_t size = 0;
    const char* const digits = answer.head.data() + length + kLength.size();
    std::from_chars(digits, answer.head.data() + answer.head.size(), size);
    answer.body = bytes;
    answer.whole = bytes.size() == size;
  }
  return answer;
}

Answer ask(const HttpService& service, std::string_view path, std::string_view method,
           std::string_view body, std::string_view fields) {
  http::RawPeer peer = connect(service);
  peer.send(fmt::format("{} {} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n{}", method,
                        path, fields));
  if (!body.empty()) {
    peer.send(fmt::format("Content-Length: {}\r\n", body.size()));
  }
  peer.send("\r\n");
  peer.send(body);
  return parse_answer(peer.read_to_end());
}

}  // namespace wasmcloud::host
