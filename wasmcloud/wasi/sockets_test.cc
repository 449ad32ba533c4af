#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/wasi/sockets_types.h"

namespace wasmcloud::wasi::sockets {
namespace {

SocketAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                 std::uint16_t port) {
  return {Ipv4SocketAddress{.port = port, .address = {a, b, c, d}}};
}

SocketAddress v6(Ipv6Address address, std::uint16_t port) {
  return {Ipv6SocketAddress{.port = port, .address = address}};
}

bool usable(AddressFamily family, const SocketAddress& address, AddressUse use) {
  return check_address(family, address, use).has_value();
}

TEST(SocketAddress, MustBeOfTheSocketsFamily) {
  EXPECT_TRUE(usable(AddressFamily::ipv4, v4(127, 0, 0, 1, 80), AddressUse::remote));
  EXPECT_FALSE(usable(AddressFamily::ipv6, v4(127, 0, 0, 1, 80), AddressUse::remote));
  EXPECT_FALSE(usable(AddressFamily::ipv4, v6({0, 0, 0, 0, 0, 0, 0, 1}, 80), AddressUse::remote));
}

TEST(SocketAddress, MayBeUnspecifiedOnlyHere) {
  EXPECT_TRUE(usable(AddressFamily::ipv4, v4(0, 0, 0, 0, 0), AddressUse::local));
  EXPECT_FALSE(usable(AddressFamily::ipv4, v4(0, 0, 0, 0, 80), AddressUse::remote));
  EXPECT_FALSE(usable(AddressFamily::ipv4, v4(127, 0, 0, 1, 0), AddressUse::remote));
}

TEST(SocketAddress, MustBeUnicast) {
  EXPECT_FALSE(usable(AddressFamily::ipv4, v4(224, 0, 0, 1, 80), AddressUse::local));
  EXPECT_FALSE(usable(AddressFamily::ipv4, v4(255, 255, 255, 255, 80), AddressUse::remote));
  EXPECT_FALSE(
      usable(AddressFamily::ipv6, v6({0xff02, 0, 0, 0, 0, 0, 0, 1}, 80), AddressUse::remote));
}

TEST(SocketAddress, MustNotBeAMappedOne) {
  const Ipv6Address mapped{0, 0, 0, 0, 0, 0xffff, 0x7f00, 1};
  EXPECT_FALSE(usable(AddressFamily::ipv6, v6(mapped, 80), AddressUse::remote));
}

TEST(LookupName, IsAHostNameOrAnAddress) {
  for (const char* const name :
       {"example.com", "127.0.0.1", "::1", "host_name", "b\u00fccher.de"}) {
    EXPECT_TRUE(is_lookup_name(name)) << name;
  }
  for (const char* const name : {"", "a b", "http://x", "x:80", "[::1]", "a\tb"}) {
    EXPECT_FALSE(is_lookup_name(name)) << name;
  }
  EXPECT_FALSE(is_lookup_name(std::string(300, 'a')));
}

}  // namespace
}  // namespace wasmcloud::wasi::sockets
