#include "wasmcloud/http/raw_peer.h"

#include <array>
#include <charconv>
#include <stdexcept>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wasmcloud::http {
namespace {

constexpr timeval kLimit{.tv_sec = 30, .tv_usec = 0};

sockaddr_in loopback(std::uint16_t port) noexcept {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void check(bool good, const char* what) {
  if (!good) {
    throw std::runtime_error(what);
  }
}

std::size_t announced_length(std::string_view head) {
  constexpr std::string_view kName = "content-length: ";
  const std::size_t at = head.find(kName);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
  }
  return length;
}

}  // namespace

RawPeer RawPeer::connect(std::uint16_t port) {
  RawPeer peer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(port);
  check(::connect(peer.socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
        "connect");
  return peer;
}

RawPeer::~RawPeer() {
  if (socket_ >= 0) {
    ::close(socket_);
  }
}

bool RawPeer::send(std::string_view bytes) {
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kLimit, sizeof(kLimit));
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t RawPeer::send_some(std::string_view bytes) {
  const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void RawPeer::end() { ::shutdown(socket_, SHUT_WR); }

bool RawPeer::receive() {
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof(kLimit));
  std::array<char, 65536> buffer;
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    throw std::runtime_error("nothing was received in time");
  }
  if (size <= 0) {
    return false;
  }
  received_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

std::string RawPeer::read_until(std::string_view mark) {
  std::size_t at = received_.find(mark);
  while (at == std::string::npos && receive()) {
    at = received_.find(mark);
  }
  return read_exactly(at == std::string::npos ? received_.size() : at + mark.size());
}

std::string RawPeer::read_exactly(std::size_t size) {
  while (received_.size() < size && receive()) {
  }
  std::string result = received_.substr(0, size);
  received_.erase(0, size);
  return result;
}

std::string RawPeer::read_response() {
  std::string head = read_until("\r\n\r\n");
  return head + read_exactly(announced_length(head));
}

std::string RawPeer::read_to_end() {
  while (receive()) {
  }
  return std::exchange(received_, {});
}

RawListener::RawListener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof(address);
  check(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0, "bind");
  check(::listen(socket_, 16) == 0, "listen");
  check(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { close(); }

RawPeer RawListener::accept() {
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kLimit, sizeof(kLimit));
  const int socket = ::accept(socket_, nullptr, nullptr);
  check(socket >= 0, "nobody connected in time");
  return RawPeer(socket);
}

void RawListener::close() {
  if (socket_ >= 0) {
    ::close(std::exchange(socket_, -1));
  }
}

std::uint16_t port_of(std::string_view address) {
  const std::string_view digits = address.substr(address.rfind(':') + 1);
  std::uint16_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return port;
}

}  // namespace wasmcloud::http
