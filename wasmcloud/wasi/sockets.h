// wasi:sockets (0.2), without any network behind it: what a component without allowances sees.
// Sockets can be made and asked for their options; every address is refused (access-denied), every
// lookup fails (permanent-resolver-failure).
#pragma once

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

// wasi:sockets/network, instance-network, ip-name-lookup, tcp, tcp-create-socket, udp,
// udp-create-socket
void add_sockets(component::Host& host);

}  // namespace wasmcloud::wasi
