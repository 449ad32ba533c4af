// Our wRPC and that of others call each other, each as client and as server, over NATS, TCP and
// Unix sockets.
#include <gtest/gtest.h>

#include "wasmcloud/nats/testing/nats_server.h"

#include "matrix.h"

namespace wasmcloud::interop {
namespace {

class Interop : public testing::TestWithParam<Pair> {
 protected:
  void SetUp() override {
    for (const Peer* const peer : {GetParam().client, GetParam().server}) {
      if (!peer->program) {
        GTEST_SKIP() << "no program of " << peer->name << ": see tests/interop/README.md";
      }
    }
    WC_NEED_NATS_SERVER();
  }
};

TEST_P(Interop, EachRowComesOutAsItIsStated) {
  for (const auto& [row, outcome] : run(GetParam())) {
    const Expected stated = expected(GetParam(), row);
    EXPECT_TRUE(is_as_stated(outcome, stated)) << row << ": " << outcome.kind << ", expected "
                                               << stated.kind << ": " << outcome.text << "\n"
                                               << stated.why;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Interop, testing::ValuesIn(all_pairs()), [](const auto& tested) {
  const Pair& pair = tested.param;
  return pair.client->name + "_to_" + pair.server->name + "_over_" + pair.transport;
});

}  // namespace
}  // namespace wasmcloud::interop
