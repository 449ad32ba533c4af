// How commands prove who they are: the whole program against servers that want to know.
#include "wasmcloud/wash/lattice_options.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/nats/testing/identities.h"
#include "wasmcloud/nats/testing/nats_server.h"
#include "wasmcloud/wash/home_testing.h"

namespace wasmcloud::wash {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Guarded : public testing::Test {
 protected:
  void SetUp() override { WC_NEED_NATS_SERVER(); }

  void start(const std::string& config) {
    server_.emplace(config);
    home_.set("WASMCLOUD_CTL_PORT", std::to_string(server_->port()));
  }

  // No host is there: it is over as soon as NATS says so.
  Ended get_hosts(std::vector<std::string> flags) const {
    flags.insert(flags.begin(), {"get", "hosts"});
    return home_.run(WC_WASH_PROGRAM, std::move(flags));
  }

  void expect_works(std::vector<std::string> flags) const {
    const Ended ended = get_hosts(std::move(flags));
    EXPECT_EQ(ended.code, 0) << ended.err;
  }

  // Of a failure.
  std::string error(std::vector<std::string> flags) const {
    const Ended ended = get_hosts(std::move(flags));
    EXPECT_EQ(ended.code, 1);
    EXPECT_THAT(ended.err, StartsWith("\nFailed to create NATS client\n\nCaused by:\n    0: "));
    return ended.err;
  }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(home_.path() / name) << content;
    return (home_.path() / name).string();
  }

  Home home_;
  std::optional<nats::NatsServer> server_;
};

TEST_F(Guarded, ByAPassword) {
  start("authorization { user: alice, password: open-sesame }");
  expect_works({"--ctl-host", "alice:open-sesame@127.0.0.1"});
  const std::string text = error({"--ctl-host", "alice:close-sesame@127.0.0.1"});
  EXPECT_THAT(text, HasSubstr("Failed to connect to NATS 127.0.0.1:"));
  EXPECT_THAT(text, Not(HasSubstr("sesame")));
}

TEST_F(Guarded, ByAJwt) {
  const nats::JwtWorld world = nats::make_jwt_world();
  start(world.server_config + "jetstream: disabled\n");
  expect_works({"--ctl-jwt", world.user_jwt, "--ctl-seed", world.user_seed});
  expect_works({"--ctl-jwt", write("jwt", world.user_jwt + "\n"), "--ctl-seed",
                write("seed", world.user_seed + "\n")});
  // The seed is another one where none is given.
  EXPECT_THAT(error({"--ctl-jwt", world.user_jwt}),
              HasSubstr("Failed to connect to NATS server 127.0.0.1:"));
}

TEST_F(Guarded, ByAFileOfCredentials) {
  const nats::JwtWorld world = nats::make_jwt_world();
  start(world.server_config + "jetstream: disabled\n");
  const std::string file = write("user.creds", world.credentials_file());
  expect_works({"--ctl-credsfile", file});
  EXPECT_THAT(error({"--ctl-credsfile", file + ".none"}),
              HasSubstr("with credentials file \"" + file + ".none\""));
}

TEST_F(Guarded, WhatAContextSaysIsNotMixedWithAFlag) {
  const nats::JwtWorld world = nats::make_jwt_world();
  start(world.server_config + "jetstream: disabled\n");
  const nlohmann::json context{
      {"name", "known"}, {"ctl_jwt", world.user_jwt}, {"ctl_seed", world.user_seed}};
  home_.run(WC_WASH_PROGRAM, {"ctx", "list"});
  write(".config/wash/contexts/known.json", context.dump());
  home_.set("WASMCLOUD_CTL_HOST", "127.0.0.1");
  expect_works({"--context", "known"});
  EXPECT_THAT(error({"--context", "known", "--ctl-credsfile", "/none.creds"}),
              HasSubstr("with credentials file \"/none.creds\""));
}

TEST_F(Guarded, ByTls) {
  const nats::NatsServer folder;  // only for its folder: the server needs the files when it starts
  const std::string at = folder.directory().string();
  nats::write_certificates(folder.directory());
  start("tls { cert_file: \"" + at + "/server.pem\", key_file: \"" + at + "/server.key\" }");
  expect_works({"--ctl-tls-ca-file", at + "/ca.pem", "--ctl-tls-first", "false"});
  error({"--ctl-tls-ca-file", at + "/none.pem"});
  const Ended first = get_hosts({"--ctl-tls-ca-file", at + "/ca.pem", "--ctl-tls-first", "true"});
  EXPECT_EQ(first.code, 1);
  EXPECT_THAT(first.err, HasSubstr("TLS before the server's greeting is not possible yet"));
}

TEST_F(Guarded, AControlPrefixThatIsNoneIsRefused) {
  start("");
  home_.set("WASMCLOUD_CTL_TOPIC_PREFIX", "my ctl");
  const Ended ended = get_hosts({});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("my ctl"));
}

}  // namespace
}  // namespace wasmcloud::wash
