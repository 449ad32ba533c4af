#include "wasmcloud/nats/cork.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wasmcloud::nats::internal {
namespace {

struct Address {
  std::string ip;
  int port = 0;

  bool operator==(const Address&) const = default;
};

std::optional<Address> address_of(natsConnection* connection) {
  char* ip = nullptr;
  Address address;
  if (natsConnection_GetLocalIPAndPort(connection, &ip, &address.port) != NATS_OK) {
    return std::nullopt;
  }
  address.ip = ip;
  std::free(ip);
  return address;
}

// Of the end of a TCP connection.
std::optional<Address> address_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    return std::nullopt;
  }
  char ip[INET6_ADDRSTRLEN] = {};
  if (storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    ::inet_ntop(AF_INET, &v4.sin_addr, ip, sizeof(ip));
    return Address{.ip = ip, .port = ntohs(v4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, ip, sizeof(ip));
    return Address{.ip = ip, .port = ntohs(v6.sin6_port)};
  }
  return std::nullopt;
}

// A descriptor of our own for the socket with that address, or -1. That it has it is asked of ours:
// another thread may have closed the other meanwhile.
int open_socket_at(const Address& address) {
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    if (number < 0 || address_of(number) != address) {
      continue;
    }
    const int ours = ::fcntl(number, F_DUPFD_CLOEXEC, 0);
    if (ours >= 0 && address_of(ours) == address) {
      return ours;
    }
    if (ours >= 0) {
      ::close(ours);
    }
  }
  return -1;
}

}  // namespace

Cork::~Cork() { detach(); }

void Cork::attach(natsConnection* connection) {
  const std::optional<Address> address = address_of(connection);
  const int found = address ? open_socket_at(*address) : -1;
  detach();
  const std::scoped_lock lock(mutex_);
  socket_ = found;
}

void Cork::detach() noexcept {
  const std::scoped_lock lock(mutex_);
  if (socket_ >= 0) {
    set(false);
    ::close(socket_);
    socket_ = -1;
  }
}

void Cork::hold() noexcept {
  const std::scoped_lock lock(mutex_);
  if (holders_++ == 0) {
    set(true);
  }
}

void Cork::release() noexcept {
  const std::scoped_lock lock(mutex_);
  set(false);
  if (--holders_ != 0) {
    set(true);
  }
}

void Cork::set(bool held) noexcept {
  const int value = held ? 1 : 0;
  if (socket_ >= 0) {
    ::setsockopt(socket_, IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
  }
}

}  // namespace wasmcloud::nats::internal
