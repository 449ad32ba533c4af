#include "wasmcloud/wash/nats_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

using testing::HasSubstr;

TEST(NatsConfig, HasJetStreamAndAWebsocket) {
  EXPECT_EQ(
      nats_config_text({.store_directory = "/tmp/wash-jetstream-4222", .websocket_port = 4223}),
      "jetstream {\n"
      "    domain=core\n"
      "    store_dir=\"/tmp/wash-jetstream-4222\"\n"
      "}\n"
      "websocket {\n"
      "    port: 4223\n"
      "    no_tls: true\n"
      "}\n");
}

TEST(NatsConfig, IsALeafNodeWhereARemoteIsGiven) {
  EXPECT_EQ(nats_config_text({.jetstream_domain = "edge",
                              .store_directory = "/s",
                              .remote = NatsRemote{.url = "tls://connect.example.com",
                                                   .credsfile = "/path/user.creds"}}),
            "jetstream {\n"
            "    domain=edge\n"
            "    store_dir=\"/s\"\n"
            "}\n"
            "leafnodes {\n"
            "    remotes = [\n"
            "        {\n"
            "            url: \"tls://connect.example.com\"\n"
            "            credentials: \"/path/user.creds\"\n"
            "        }\n"
            "    ]\n"
            "}\n");
}

TEST(NatsConfig, ARemoteNeedsNoCredentials) {
  const std::string text = nats_config_text(
      {.store_directory = "/s", .remote = NatsRemote{.url = "nats://127.0.0.1:7422"}});
  EXPECT_THAT(text, HasSubstr("            url: \"nats://127.0.0.1:7422\"\n        }\n"));
}

TEST(NatsConfig, NoTextCanEndItsQuotes) {
  const std::string text = nats_config_text({.store_directory = "/a \"b\"\\c\n} x"});
  EXPECT_THAT(text, HasSubstr("store_dir=\"/a \\\"b\\\"\\\\c\\n} x\"\n"));
}

TEST(NatsConfig, ADomainThatReadsAsSomethingElseIsQuoted) {
  for (const char* const domain : {"42", "true", "Off", "a.b", "", "-x"}) {
    EXPECT_THAT(nats_config_text({.jetstream_domain = domain, .store_directory = "/s"}),
                HasSubstr("domain=\"" + std::string(domain) + "\"\n"));
  }
  EXPECT_THAT(nats_config_text({.jetstream_domain = "leaf-1_x", .store_directory = "/s"}),
              HasSubstr("domain=leaf-1_x\n"));
}

}  // namespace
}  // namespace wasmcloud::wash
