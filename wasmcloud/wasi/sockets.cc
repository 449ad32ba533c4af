#include "wasmcloud/wasi/sockets.h"

#include <concepts>
#include <string>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/io_streams.h"
#include "wasmcloud/wasi/sockets_types.h"

namespace wasmcloud::wasi {
namespace {

using component::Borrow;
using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
using sockets::AddressFamily;
using sockets::AddressUse;
using sockets::ErrorCode;
using sockets::IncomingDatagram;
using sockets::IncomingDatagramStream;
using sockets::IpAddress;
using sockets::NetResult;
using sockets::Network;
using sockets::OutgoingDatagram;
using sockets::OutgoingDatagramStream;
using sockets::ResolveAddressStream;
using sockets::ShutdownType;
using sockets::SocketAddress;
using sockets::TcpSocket;
using sockets::UdpSocket;

// What T stands for is never there: nothing is in progress, bound or connected.
template <typename T>
NetResult<T> refuse(ErrorCode code) {
  return NetResult<T>(std::unexpect, code);
}

Own<Pollable> ready_pollable() {
  return make_own<Pollable>(std::make_shared<AlwaysReady<Waitable>>());
}

// An address that could be used is refused by policy, another for what it is.
template <typename Socket>
NetResult<> refuse_address(const Socket& socket, const SocketAddress& address, AddressUse use) {
  const NetResult<> usable = check_address(socket.family(), address, use);
  return usable ? refuse<void>(ErrorCode::access_denied) : usable;
}

template <typename Member>
struct MemberOf;

template <typename S, typename V>
struct MemberOf<V S::*> {
  using Socket = S;
  using Value = V;
};

// "name" and "set-name" of an option that the socket keeps. No number may be 0.
template <auto Option>
void add_option(HostInterface& interface, const std::string& resource, const std::string& name) {
  using Socket = typename MemberOf<decltype(Option)>::Socket;
  using Value = typename MemberOf<decltype(Option)>::Value;
  interface.function("[method]" + resource + "." + name, [](Store&, Borrow<Socket> self) {
    return NetResult<Value>(self.get()->*Option);
  });
  interface.function("[method]" + resource + ".set-" + name,
                     [](Store&, Borrow<Socket> self, Value value) -> NetResult<> {
                       if (!std::same_as<Value, bool> && value == Value{}) {
                         return refuse<void>(ErrorCode::invalid_argument);
                       }
                       self.get()->*Option = value;
                       return {};
                     });
}

HostInterface make_network() {
  HostInterface interface("wasi:sockets/network@0.2.12");
  interface.resource<Network>("network");
  interface.resource<IoError>("error");
  interface.function("network-error-code",
                     [](Store&, Borrow<IoError>) { return std::optional<ErrorCode>(); });
  return interface;
}

HostInterface make_instance_network() {
  HostInterface interface("wasi:sockets/instance-network@0.2.12");
  interface.resource<Network>("network");
  interface.function("instance-network", [](Store&) { return make_own<Network>(); });
  return interface;
}

HostInterface make_ip_name_lookup() {
  HostInterface interface("wasi:sockets/ip-name-lookup@0.2.12");
  interface.resource<Network>("network");
  interface.resource<Pollable>("pollable");
  interface.resource<ResolveAddressStream>("resolve-address-stream");
  interface.function("resolve-addresses", [](Store&, Borrow<Network>, std::string_view name) {
    return refuse<Own<ResolveAddressStream>>(sockets::is_lookup_name(name)
                                                 ? ErrorCode::permanent_resolver_failure
                                                 : ErrorCode::invalid_argument);
  });
  interface.function(
      "[method]resolve-address-stream.resolve-next-address",
      [](Store&, Borrow<ResolveAddressStream>) {
        return refuse<std::optional<IpAddress>>(ErrorCode::permanent_resolver_failure);
      });
  interface.function("[method]resolve-address-stream.subscribe",
                     [](Store&, Borrow<ResolveAddressStream>) { return ready_pollable(); });
  return interface;
}

// What tcp-socket and udp-socket have in common.
template <typename Socket>
void add_socket(HostInterface& interface, const std::string& resource) {
  const std::string method = "[method]" + resource + ".";
  interface.resource<Network>("network");
  interface.resource<Pollable>("pollable");
  interface.resource<Socket>(resource);
  interface.function(method + "start-bind",
                     [](Store&, Borrow<Socket> self, Borrow<Network>, SocketAddress address) {
                       return refuse_address(*self, address, AddressUse::local);
                     });
  interface.function(method + "finish-bind", [](Store&, Borrow<Socket>) {
    return refuse<void>(ErrorCode::not_in_progress);
  });
  interface.function(method + "local-address", [](Store&, Borrow<Socket>) {
    return refuse<SocketAddress>(ErrorCode::invalid_state);
  });
  interface.function(method + "remote-address", [](Store&, Borrow<Socket>) {
    return refuse<SocketAddress>(ErrorCode::invalid_state);
  });
  interface.function(method + "address-family",
                     [](Store&, Borrow<Socket> self) { return self->family(); });
  interface.function(method + "subscribe", [](Store&, Borrow<Socket>) { return ready_pollable(); });
  add_option<&Socket::receive_buffer_size>(interface, resource, "receive-buffer-size");
  add_option<&Socket::send_buffer_size>(interface, resource, "send-buffer-size");
}

void add_tcp_connections(HostInterface& interface) {
  using Streams = std::tuple<Own<InputStream>, Own<OutputStream>>;
  using Accepted = std::tuple<Own<TcpSocket>, Own<InputStream>, Own<OutputStream>>;
  interface.function("[method]tcp-socket.start-connect",
                     [](Store&, Borrow<TcpSocket> self, Borrow<Network>, SocketAddress address) {
                       return refuse_address(*self, address, AddressUse::remote);
                     });
  interface.function("[method]tcp-socket.finish-connect", [](Store&, Borrow<TcpSocket>) {
    return refuse<Streams>(ErrorCode::not_in_progress);
  });
  interface.function("[method]tcp-socket.start-listen", [](Store&, Borrow<TcpSocket>) {
    return refuse<void>(ErrorCode::invalid_state);
  });
  interface.function("[method]tcp-socket.finish-listen", [](Store&, Borrow<TcpSocket>) {
    return refuse<void>(ErrorCode::not_in_progress);
  });
  interface.function("[method]tcp-socket.accept", [](Store&, Borrow<TcpSocket>) {
    return refuse<Accepted>(ErrorCode::invalid_state);
  });
  interface.function("[method]tcp-socket.is-listening",
                     [](Store&, Borrow<TcpSocket>) { return false; });
  interface.function("[method]tcp-socket.shutdown", [](Store&, Borrow<TcpSocket>, ShutdownType) {
    return refuse<void>(ErrorCode::invalid_state);
  });
}

HostInterface make_tcp() {
  HostInterface interface("wasi:sockets/tcp@0.2.12");
  interface.resource<InputStream>("input-stream");
  interface.resource<OutputStream>("output-stream");
  add_socket<TcpSocket>(interface, "tcp-socket");
  add_tcp_connections(interface);
  interface.function("[method]tcp-socket.set-listen-backlog-size",
                     [](Store&, Borrow<TcpSocket>, std::uint64_t size) {
                       return size == 0 ? refuse<void>(ErrorCode::invalid_argument) : NetResult<>();
                     });
  add_option<&TcpSocket::keep_alive_enabled>(interface, "tcp-socket", "keep-alive-enabled");
  add_option<&TcpSocket::keep_alive_idle_time>(interface, "tcp-socket", "keep-alive-idle-time");
  add_option<&TcpSocket::keep_alive_interval>(interface, "tcp-socket", "keep-alive-interval");
  add_option<&TcpSocket::keep_alive_count>(interface, "tcp-socket", "keep-alive-count");
  add_option<&TcpSocket::hop_limit>(interface, "tcp-socket", "hop-limit");
  return interface;
}

void add_datagram_streams(HostInterface& interface) {
  interface.resource<IncomingDatagramStream>("incoming-datagram-stream");
  interface.resource<OutgoingDatagramStream>("outgoing-datagram-stream");
  interface.function("[method]incoming-datagram-stream.receive",
                     [](Store&, Borrow<IncomingDatagramStream>, std::uint64_t) {
                       return NetResult<std::vector<IncomingDatagram>>();
                     });
  interface.function("[method]incoming-datagram-stream.subscribe",
                     [](Store&, Borrow<IncomingDatagramStream>) { return ready_pollable(); });
  interface.function("[method]outgoing-datagram-stream.check-send",
                     [](Store&, Borrow<OutgoingDatagramStream>) {
                       return refuse<std::uint64_t>(ErrorCode::access_denied);
                     });
  interface.function(
      "[method]outgoing-datagram-stream.send",
      [](Store&, Borrow<OutgoingDatagramStream>, const std::vector<OutgoingDatagram>&) {
        return refuse<std::uint64_t>(ErrorCode::access_denied);
      });
  interface.function("[method]outgoing-datagram-stream.subscribe",
                     [](Store&, Borrow<OutgoingDatagramStream>) { return ready_pollable(); });
}

HostInterface make_udp() {
  using Streams = std::tuple<Own<IncomingDatagramStream>, Own<OutgoingDatagramStream>>;
  HostInterface interface("wasi:sockets/udp@0.2.12");
  add_socket<UdpSocket>(interface, "udp-socket");
  add_datagram_streams(interface);
  interface.function("[method]udp-socket.stream",
                     [](Store&, Borrow<UdpSocket>, std::optional<SocketAddress>) {
                       return refuse<Streams>(ErrorCode::invalid_state);
                     });
  add_option<&UdpSocket::unicast_hop_limit>(interface, "udp-socket", "unicast-hop-limit");
  return interface;
}

template <typename Socket>
HostInterface make_create_socket(std::string name, std::string resource, std::string function) {
  HostInterface interface(std::move(name));
  interface.resource<Network>("network");
  interface.resource<Socket>(std::move(resource));
  interface.function(std::move(function), [](Store&, AddressFamily family) {
    return NetResult<Own<Socket>>(make_own<Socket>(family));
  });
  return interface;
}

}  // namespace

void add_sockets(component::Host& host) {
  host.add(make_network());
  host.add(make_instance_network());
  host.add(make_ip_name_lookup());
  host.add(make_tcp());
  host.add(make_create_socket<TcpSocket>("wasi:sockets/tcp-create-socket@0.2.12", "tcp-socket",
                                         "create-tcp-socket"));
  host.add(make_udp());
  host.add(make_create_socket<UdpSocket>("wasi:sockets/udp-create-socket@0.2.12", "udp-socket",
                                         "create-udp-socket"));
}

}  // namespace wasmcloud::wasi
