#include "wasmcloud/http/loopback.h"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/beast/core/string.hpp>

namespace wasmcloud::http {

std::vector<boost::asio::ip::address> loopback_addresses(std::string_view host) {
  constexpr std::string_view kName = "localhost";
  if (host.ends_with('.')) {
    host.remove_suffix(1);
  }
  if (host.size() < kName.size() ||
      !boost::beast::iequals(host.substr(host.size() - kName.size()), kName)) {
    return {};
  }
  host.remove_suffix(kName.size());
  if (!host.empty() && !host.ends_with('.')) {
    return {};
  }
  return {boost::asio::ip::address_v4::loopback(), boost::asio::ip::address_v6::loopback()};
}

}  // namespace wasmcloud::http
