#include "wasmcloud/wash/host_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

HostSettings plain() {
  return {.lattice = "default",
          .host_seed = "SNA",
          .ctl = {.host = "127.0.0.1", .port = 4222},
          .rpc = {.host = "127.0.0.1", .port = 4222}};
}

TEST(HostEnvironment, OfTheDefaultsIsWhatTheShellBeforeUsGave) {
  EXPECT_THAT(
      host_environment(plain(), {}),
      ElementsAre("WASMCLOUD_ALLOW_FILE_LOAD=true", "WASMCLOUD_CTL_HOST=127.0.0.1",
                  "WASMCLOUD_CTL_PORT=4222", "WASMCLOUD_HOST_SEED=SNA", "WASMCLOUD_LATTICE=default",
                  "WASMCLOUD_LOG_LEVEL=info", "WASMCLOUD_MAX_EXECUTION_TIME_MS=600000",
                  "WASMCLOUD_NATS_HOST=127.0.0.1", "WASMCLOUD_NATS_PORT=4222",
                  "WASMCLOUD_PROV_SHUTDOWN_DELAY_MS=300", "WASMCLOUD_RPC_HOST=127.0.0.1",
                  "WASMCLOUD_RPC_PORT=4222", "WASMCLOUD_RPC_TIMEOUT_MS=2000"));
}

TEST(HostEnvironment, HoldsEachSetting) {
  HostSettings settings = plain();
  settings.ctl = {.host = "c", .port = 1, .jwt = "cj", .seed = "cs", .tls = true};
  settings.rpc = {.host = "r", .port = 2, .jwt = "rj", .seed = "rs", .tls = true};
  settings.rpc_timeout_ms = 3;
  settings.provider_delay_ms = 4;
  settings.max_execution_time_ms = 5;
  settings.js_domain = "core";
  settings.cluster_seed = "SC";
  settings.cluster_issuers = {"CA", "CB"};
  settings.allowed_insecure = {"localhost:5000", "registry"};
  settings.policy_topic = "policy";
  settings.secrets_topic = "secrets";
  settings.allow_latest = true;
  settings.config_service = true;
  settings.structured_logging = true;
  settings.ipv6 = true;
  settings.log_level = "debug";
  settings.labels = {{"a", "b=c"}, {"zone", "eu"}};
  const auto environment = host_environment(settings, {});
  for (const char* const variable : {"WASMCLOUD_CTL_HOST=c",
                                     "WASMCLOUD_CTL_PORT=1",
                                     "WASMCLOUD_CTL_JWT=cj",
                                     "WASMCLOUD_CTL_SEED=cs",
                                     "WASMCLOUD_CTL_TLS=true",
                                     "WASMCLOUD_RPC_HOST=r",
                                     "WASMCLOUD_RPC_PORT=2",
                                     "WASMCLOUD_RPC_JWT=rj",
                                     "WASMCLOUD_RPC_SEED=rs",
                                     "WASMCLOUD_RPC_TLS=true",
                                     "WASMCLOUD_RPC_TIMEOUT_MS=3",
                                     "WASMCLOUD_PROV_SHUTDOWN_DELAY_MS=4",
                                     "WASMCLOUD_MAX_EXECUTION_TIME_MS=5",
                                     "WASMCLOUD_JS_DOMAIN=core",
                                     "WASMCLOUD_CLUSTER_SEED=SC",
                                     "WASMCLOUD_CLUSTER_ISSUERS=CA,CB",
                                     "WASMCLOUD_OCI_ALLOWED_INSECURE=localhost:5000,registry",
                                     "WASMCLOUD_POLICY_TOPIC=policy",
                                     "WASMCLOUD_SECRETS_TOPIC=secrets",
                                     "WASMCLOUD_OCI_ALLOW_LATEST=true",
                                     "WASMCLOUD_CONFIG_SERVICE=true",
                                     "WASMCLOUD_STRUCTURED_LOGGING_ENABLED=true",
                                     "WASMCLOUD_ENABLE_IPV6=true",
                                     "WASMCLOUD_LOG_LEVEL=debug",
                                     "WASMCLOUD_LABEL_a=b=c",
                                     "WASMCLOUD_LABEL_zone=eu"}) {
    EXPECT_THAT(environment, Contains(variable));
  }
}

TEST(HostEnvironment, PassesOnWhatItSaysNothingOf) {
  EXPECT_THAT(
      host_environment(plain(), {"PATH=/bin", "OTEL_X=1", "WASMCLOUD_LABEL_b=2"}),
      testing::AllOf(Contains("PATH=/bin"), Contains("OTEL_X=1"), Contains("WASMCLOUD_LABEL_b=2")));
}

TEST(HostEnvironment, ItsOwnValuesReplaceInheritedOnes) {
  HostSettings settings = plain();
  settings.allow_file_load = false;
  const auto environment =
      host_environment(settings, {"WASMCLOUD_LATTICE=other", "WASMCLOUD_ALLOW_FILE_LOAD=true",
                                  "WASMCLOUD_CTL_JWT=old", "WASMCLOUD_CTL_TLS=true"});
  EXPECT_THAT(environment, Contains("WASMCLOUD_LATTICE=default"));
  for (const char* const prefix : {"WASMCLOUD_LATTICE=other", "WASMCLOUD_ALLOW_FILE_LOAD",
                                   "WASMCLOUD_CTL_JWT", "WASMCLOUD_CTL_TLS"}) {
    EXPECT_THAT(environment, Not(Contains(StartsWith(prefix))));
  }
}

TEST(HostEnvironment, LeavesCredentialsThatWereSetForTheHostAlone) {
  const std::vector<std::string> inherited{"WASMCLOUD_NATS_CREDS=/x.creds"};
  EXPECT_THAT(host_environment(plain(), inherited), Contains("WASMCLOUD_NATS_CREDS=/x.creds"));
  HostSettings settings = plain();
  settings.ctl.jwt = "j";
  settings.ctl.seed = "s";
  EXPECT_THAT(host_environment(settings, inherited),
              Not(Contains(StartsWith("WASMCLOUD_NATS_CREDS"))));
}

TEST(HostEnvironment, LeavesOutEmptyVariablesThatAHostWouldReadAsValues) {
  const auto environment = host_environment(plain(), {"WASMCLOUD_HTTP_ADMIN=", "EMPTY="});
  EXPECT_THAT(environment, Contains("EMPTY="));
  EXPECT_THAT(environment, Not(Contains(StartsWith("WASMCLOUD_HTTP_ADMIN"))));
}

TEST(Label, IsSplitAtTheFirstEqualsSign) {
  EXPECT_EQ(*parse_label("a=b"), std::pair(std::string("a"), std::string("b")));
  EXPECT_EQ(*parse_label("a=b=c"), std::pair(std::string("a"), std::string("b=c")));
  EXPECT_EQ(*parse_label("a="), std::pair(std::string("a"), std::string()));
}

TEST(Label, WithoutKeyOrEqualsSignIsNone) {
  for (const char* const text : {"", "a", "=b"}) {
    const auto label = parse_label(text);
    ASSERT_FALSE(label) << text;
    EXPECT_EQ(label.error().message(),
              "invalid label format `" + std::string(text) + "`. Expected `key=value`");
  }
}

TEST(Label, OfTheHostItselfCannotBeSet) {
  const auto label = parse_label("hostcore.os=linux");
  ASSERT_FALSE(label);
  EXPECT_THAT(label.error().message(), HasSubstr("hostcore.* labels cannot be set manually"));
}

}  // namespace
}  // namespace wasmcloud::wash
