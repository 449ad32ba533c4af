// The values and resources of wasi:sockets (0.2).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "wasmcloud/component/abi.h"

namespace wasmcloud::wasi::sockets {

enum class ErrorCode : std::uint8_t {
  unknown,
  access_denied,
  not_supported,
  invalid_argument,
  out_of_memory,
  timeout,
  concurrency_conflict,
  not_in_progress,
  would_block,
  invalid_state,
  new_socket_limit,
  address_not_bindable,
  address_in_use,
  remote_unreachable,
  connection_refused,
  connection_reset,
  connection_aborted,
  datagram_too_large,
  name_unresolvable,
  temporary_resolver_failure,
  permanent_resolver_failure,
};

template <typename T = void>
using NetResult = std::expected<T, ErrorCode>;

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };
enum class ShutdownType : std::uint8_t { receive, send, both };

using Ipv4Address = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t>;
using Ipv6Address = std::tuple<std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t,
                               std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t>;

struct IpAddress {
  std::variant<Ipv4Address, Ipv6Address> value;
};

struct Ipv4SocketAddress {
  std::uint16_t port = 0;
  Ipv4Address address;
};

struct Ipv6SocketAddress {
  std::uint16_t port = 0;
  std::uint32_t flow_info = 0;
  Ipv6Address address;
  std::uint32_t scope_id = 0;
};

struct SocketAddress {
  std::variant<Ipv4SocketAddress, Ipv6SocketAddress> value;
};

struct IncomingDatagram {
  std::vector<std::uint8_t> data;
  SocketAddress remote_address;
};

struct OutgoingDatagram {
  std::vector<std::uint8_t> data;
  std::optional<SocketAddress> remote_address;
};

// What an address is asked to be good for.
enum class AddressUse : std::uint8_t { local, remote };

// invalid-argument for an address that no socket of `family` could use so.
NetResult<> check_address(AddressFamily family, const SocketAddress& address, AddressUse use);
// Whether `name` could be a host name or an address.
bool is_lookup_name(std::string_view name);

class Network final : public component::HostResource {};

// No component is allowed to reach anything through a socket yet: a socket keeps what the guest
// sets, and every bind or connect is refused.
class TcpSocket final : public component::HostResource {
 public:
  explicit TcpSocket(AddressFamily family) : family_(family) {}

  AddressFamily family() const noexcept { return family_; }

  // In nanoseconds; the defaults are Linux's.
  bool keep_alive_enabled = false;
  std::uint64_t keep_alive_idle_time = 7'200'000'000'000;
  std::uint64_t keep_alive_interval = 75'000'000'000;
  std::uint32_t keep_alive_count = 9;
  std::uint8_t hop_limit = 64;
  std::uint64_t receive_buffer_size = 131'072;
  std::uint64_t send_buffer_size = 131'072;

 private:
  AddressFamily family_;
};

class UdpSocket final : public component::HostResource {
 public:
  explicit UdpSocket(AddressFamily family) : family_(family) {}

  AddressFamily family() const noexcept { return family_; }

  std::uint8_t unicast_hop_limit = 64;
  std::uint64_t receive_buffer_size = 212'992;
  std::uint64_t send_buffer_size = 212'992;

 private:
  AddressFamily family_;
};

// Nobody gets one of these: they come from what is refused.
class ResolveAddressStream final : public component::HostResource {};

class IncomingDatagramStream final : public component::HostResource {};

class OutgoingDatagramStream final : public component::HostResource {};

}  // namespace wasmcloud::wasi::sockets

WC_WIT_ENUM(wasmcloud::wasi::sockets::ErrorCode, "unknown", "access-denied", "not-supported",
            "invalid-argument", "out-of-memory", "timeout", "concurrency-conflict",
            "not-in-progress", "would-block", "invalid-state", "new-socket-limit",
            "address-not-bindable", "address-in-use", "remote-unreachable", "connection-refused",
            "connection-reset", "connection-aborted", "datagram-too-large", "name-unresolvable",
            "temporary-resolver-failure", "permanent-resolver-failure");
WC_WIT_ENUM(wasmcloud::wasi::sockets::AddressFamily, "ipv4", "ipv6");
WC_WIT_ENUM(wasmcloud::wasi::sockets::ShutdownType, "receive", "send", "both");
WC_WIT_VARIANT(wasmcloud::wasi::sockets::IpAddress, "ipv4", "ipv6");
WC_WIT_RECORD(wasmcloud::wasi::sockets::Ipv4SocketAddress,
              WC_MEMBERS(&wasmcloud::wasi::sockets::Ipv4SocketAddress::port,
                         &wasmcloud::wasi::sockets::Ipv4SocketAddress::address),
              "port", "address");
WC_WIT_RECORD(wasmcloud::wasi::sockets::Ipv6SocketAddress,
              WC_MEMBERS(&wasmcloud::wasi::sockets::Ipv6SocketAddress::port,
                         &wasmcloud::wasi::sockets::Ipv6SocketAddress::flow_info,
                         &wasmcloud::wasi::sockets::Ipv6SocketAddress::address,
                         &wasmcloud::wasi::sockets::Ipv6SocketAddress::scope_id),
              "port", "flow-info", "address", "scope-id");
WC_WIT_VARIANT(wasmcloud::wasi::sockets::SocketAddress, "ipv4", "ipv6");
WC_WIT_RECORD(wasmcloud::wasi::sockets::IncomingDatagram,
              WC_MEMBERS(&wasmcloud::wasi::sockets::IncomingDatagram::data,
                         &wasmcloud::wasi::sockets::IncomingDatagram::remote_address),
              "data", "remote-address");
WC_WIT_RECORD(wasmcloud::wasi::sockets::OutgoingDatagram,
              WC_MEMBERS(&wasmcloud::wasi::sockets::OutgoingDatagram::data,
                         &wasmcloud::wasi::sockets::OutgoingDatagram::remote_address),
              "data", "remote-address");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::sockets::Network, "network");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::sockets::TcpSocket, "tcp-socket");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::sockets::UdpSocket, "udp-socket");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::sockets::ResolveAddressStream, "resolve-address-stream");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::sockets::IncomingDatagramStream, "incoming-datagram-stream");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::sockets::OutgoingDatagramStream, "outgoing-datagram-stream");
