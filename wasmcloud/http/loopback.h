// Names that mean this machine.
#pragma once

#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace wasmcloud::http {

// The addresses of `localhost` and of names below it, IPv4 first, which no file and no name server
// has a say in (RFC 6761, 6.3); empty for any other name.
std::vector<boost::asio::ip::address> loopback_addresses(std::string_view host);

}  // namespace wasmcloud::http
