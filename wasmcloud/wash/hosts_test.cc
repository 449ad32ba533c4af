#include "wasmcloud/wash/hosts.h"

#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

std::vector<lattice::Host> two_hosts() {
  std::vector<lattice::Host> hosts(2);
  hosts[0].id = "NAAA";
  hosts[0].friendly_name = "quiet-fog-0042";
  hosts[1].id = "NABB";
  hosts[1].friendly_name = "bold-Sun-0007";
  return hosts;
}

TEST(PickHost, TakesTheBeginningOfAnIdInAnyCase) {
  EXPECT_EQ(pick_host(two_hosts(), "nab")->id, "NABB");
}

TEST(PickHost, TakesAnyPartOfAFriendlyNameInAnyCase) {
  const HostName wanted{.id = "NABB", .name = "bold-Sun-0007"};
  EXPECT_EQ(*pick_host(two_hosts(), "SUN"), wanted);
}

TEST(PickHost, ComplainsOfNone) {
  const auto found = pick_host(two_hosts(), "rain");
  EXPECT_EQ(found.error().kind(), ErrorKind::not_found);
  EXPECT_EQ(found.error().message(), "No matches found with the provided search term");
}

TEST(PickHost, NamesAllOfSeveral) {
  EXPECT_EQ(pick_host(two_hosts(), "NA").error().message(),
            "Multiple matches found with the provided search term: [NAAA (quiet-fog-0042), NABB "
            "(bold-Sun-0007)]");
}

TEST(HostId, IsNAnd55CharactersOfBase32) {
  EXPECT_TRUE(is_host_id("N" + std::string(55, 'A')));
  EXPECT_FALSE(is_host_id("N" + std::string(54, 'A')));
  EXPECT_FALSE(is_host_id("M" + std::string(55, 'A')));
  EXPECT_FALSE(is_host_id("N" + std::string(55, '1')));
}

}  // namespace
}  // namespace wasmcloud::wash
