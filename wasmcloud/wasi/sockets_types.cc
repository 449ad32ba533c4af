#include "wasmcloud/wasi/sockets_types.h"

#include <algorithm>
#include <string>

#include <arpa/inet.h>

namespace wasmcloud::wasi::sockets {
namespace {

bool is_unspecified(const Ipv4Address& address) { return address == Ipv4Address{}; }

bool is_unspecified(const Ipv6Address& address) { return address == Ipv6Address{}; }

bool is_unicast(const Ipv4Address& address) {
  constexpr std::uint8_t kMulticast = 224;  // 224.0.0.0/4
  constexpr std::uint8_t kReserved = 240;
  const std::uint8_t first = std::get<0>(address);
  const bool multicast = first >= kMulticast && first < kReserved;
  return !multicast && address != Ipv4Address{255, 255, 255, 255};
}

bool is_unicast(const Ipv6Address& address) {
  return (std::get<0>(address) & 0xff00U) != 0xff00U;  // ff00::/8
}

bool is_mapped(const Ipv4Address&) { return false; }

bool is_mapped(const Ipv6Address& address) {  // ::ffff:0:0/96
  const auto& [a, b, c, d, e, f, g, h] = address;
  return (a | b | c | d | e) == 0 && f == 0xffff;
}

}  // namespace

NetResult<> check_address(AddressFamily family, const SocketAddress& address, AddressUse use) {
  if (address.value.index() != static_cast<std::size_t>(family)) {
    return std::unexpected(ErrorCode::invalid_argument);
  }
  const bool usable = std::visit(
      [use](const auto& found) {
        const bool named = !is_unspecified(found.address) && found.port != 0;
        return is_unicast(found.address) && !is_mapped(found.address) &&
               (use == AddressUse::local || named);
      },
      address.value);
  return usable ? NetResult<>() : std::unexpected(ErrorCode::invalid_argument);
}

bool is_lookup_name(std::string_view name) {
  constexpr std::size_t kLongest = 253;
  constexpr std::string_view kForbidden = " #%/:<>?@[\\]^|\x7f";
  in6_addr address{};
  if (::inet_pton(AF_INET6, std::string(name).c_str(), &address) == 1) {
    return true;
  }
  return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, [&](char c) {
    return static_cast<unsigned char>(c) > 0x1f && !kForbidden.contains(c);
  });
}

}  // namespace wasmcloud::wasi::sockets
