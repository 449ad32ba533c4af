#include "wasmcloud/host/host_arguments.h"

#include <cstdlib>
#include <map>
#include <optional>

#include <gmock/gmock.h>
#include <unistd.h>

namespace wasmcloud::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Without any WASMCLOUD_ variable but those that a test sets.
class HostArgumentsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* const* variable = environ; *variable != nullptr; ++variable) {
      const std::string text = *variable;
      if (text.starts_with("WASMCLOUD_")) {
        before_.emplace(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
      }
    }
    for (const auto& [name, value] : before_) {
      ::unsetenv(name.c_str());
    }
  }

  void TearDown() override {
    for (const std::string& name : set_) {
      ::unsetenv(name.c_str());
    }
    for (const auto& [name, value] : before_) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }

  void set(const std::string& name, const std::string& value) {
    set_.push_back("WASMCLOUD_" + name);
    ::setenv(set_.back().c_str(), value.c_str(), 1);
  }

  static HostArguments parse(std::vector<std::string> arguments) {
    auto parsed = parse_host_arguments(std::move(arguments), "1.2.3");
    if (!parsed || !std::holds_alternative<HostArguments>(*parsed)) {
      ADD_FAILURE() << (parsed ? "information instead" : parsed.error().describe());
      return {};
    }
    return std::get<HostArguments>(*std::move(parsed));
  }

  static LatticeHostConfig config(std::vector<std::string> arguments) {
    return parse(std::move(arguments)).config;
  }

  static std::string failure(std::vector<std::string> arguments) {
    const auto parsed = parse_host_arguments(std::move(arguments), "1.2.3");
    return parsed ? "it was parsed" : parsed.error().describe();
  }

  static std::string information(std::vector<std::string> arguments) {
    const auto parsed = parse_host_arguments(std::move(arguments), "1.2.3");
    return parsed && std::holds_alternative<HostInformation>(*parsed)
               ? std::get<HostInformation>(*parsed).text
               : "none";
  }

 private:
  std::map<std::string, std::string> before_;
  std::vector<std::string> set_;
};

TEST_F(HostArgumentsTest, TheDefaultsAreThoseOfTheSheet) {
  const HostArguments parsed = parse({});
  EXPECT_EQ(parsed.log_level, log::Level::info);
  EXPECT_EQ(parsed.log_format, log::Format::text);
  const LatticeHostConfig& config = parsed.config;
  EXPECT_EQ(config.lattice, "default");
  EXPECT_EQ(config.control_prefix, "wasmbus.ctl");
  EXPECT_EQ(config.version, "1.2.3");
  EXPECT_THAT(config.control.urls, ElementsAre("127.0.0.1:4222"));
  EXPECT_THAT(config.rpc.urls, ElementsAre("127.0.0.1:4222"));
  EXPECT_FALSE(config.host_seed);
  EXPECT_TRUE(config.labels.empty());
  EXPECT_FALSE(config.allow_file_load);
  EXPECT_TRUE(config.component_auctions);
  EXPECT_TRUE(config.provider_auctions);
  EXPECT_EQ(config.max_execution_time, std::chrono::minutes(10));
  EXPECT_EQ(config.max_memory_bytes, 268'435'456U);
  EXPECT_EQ(config.provider_shutdown_delay, std::chrono::milliseconds(300));
  EXPECT_EQ(config.heartbeat, std::chrono::seconds(30));
  EXPECT_TRUE(config.http_admin.empty());
}

TEST_F(HostArgumentsTest, TheEnvironmentCountsWhereNoFlagIsGiven) {
  set("LATTICE", "of-env");
  set("NATS_PORT", "4333");
  set("JS_DOMAIN", "core");
  set("HEARTBEAT_INTERVAL", "5");
  set("COMPONENT_AUCTION_ENABLED", "false");
  set("ALLOW_FILE_LOAD", "true");
  set("LOG_LEVEL", "DEBUG");
  set("STRUCTURED_LOGGING_ENABLED", "true");
  set("CLUSTER_SEED", "unknown variables are no errors");
  const HostArguments parsed = parse({"--nats-port", "4444"});
  EXPECT_EQ(parsed.config.lattice, "of-env");
  EXPECT_THAT(parsed.config.control.urls, ElementsAre("127.0.0.1:4444"));
  EXPECT_EQ(parsed.config.js_domain, "core");
  EXPECT_EQ(parsed.config.heartbeat, std::chrono::seconds(5));
  EXPECT_FALSE(parsed.config.component_auctions);
  EXPECT_TRUE(parsed.config.provider_auctions);
  EXPECT_TRUE(parsed.config.allow_file_load);
  EXPECT_EQ(parsed.log_level, log::Level::debug);
  EXPECT_EQ(parsed.log_format, log::Format::json);
}

TEST_F(HostArgumentsTest, AFlagOfTheEnvironmentMayBeOff) {
  set("ALLOW_FILE_LOAD", "false");
  EXPECT_FALSE(config({}).allow_file_load);
  EXPECT_TRUE(config({"--allow-file-load"}).allow_file_load);
  set("ALLOW_FILE_LOAD", "maybe");
  EXPECT_NE(failure({}), "it was parsed");
}

TEST_F(HostArgumentsTest, AConnectionOfItsOwnGoesBeforeTheCommonOne) {
  const LatticeHostConfig parsed = config(
      {"--nats-host", "a", "--nats-port", "1", "--ctl-host", "b", "--rpc-port", "2", "--rpc-tls"});
  EXPECT_THAT(parsed.control.urls, ElementsAre("b:1"));
  EXPECT_THAT(parsed.rpc.urls, ElementsAre("a:2"));
  EXPECT_FALSE(parsed.control.tls.required);
  EXPECT_TRUE(parsed.rpc.tls.required);
  EXPECT_THAT(config({"--nats-host", "::1"}).control.urls, ElementsAre("[::1]:4222"));
}

TEST_F(HostArgumentsTest, LabelsComeFromBothAndFlagsWin) {
  set("LABEL_zone", "env");
  set("LABEL_disk", "ssd=fast");
  EXPECT_EQ(config({"-l", "zone=flag", "--label", "empty="}).labels,
            (lattice::StringMap{{"zone", "flag"}, {"disk", "ssd=fast"}, {"empty", ""}}));
  for (const char* const wrong : {"=b", "a", "a=b=c"}) {
    EXPECT_THAT(failure({"--label", wrong}), HasSubstr("KEY=VALUE")) << wrong;
  }
}

TEST_F(HostArgumentsTest, FeaturesHaveTheNamesOfExistingHosts) {
  EXPECT_FALSE(config({}).messaging_v3);
  EXPECT_FALSE(config({"--feature", "builtin-http-server"}).messaging_v3);
  EXPECT_TRUE(config({"--feature", "a", "--feature", "WASMCLOUD_messaging_v3"}).messaging_v3);
  set("EXPERIMENTAL_FEATURES", "rpc-interface,wasmcloud-messaging-v3");
  EXPECT_TRUE(config({}).messaging_v3);
}

TEST_F(HostArgumentsTest, WhatIsWrongIsNamed) {
  EXPECT_THAT(failure({"--nats-port", "70000"}), HasSubstr("--nats-port"));
  EXPECT_THAT(failure({"--heartbeat-interval-seconds", "0"}), HasSubstr("--heartbeat-interval"));
  EXPECT_THAT(failure({"--max-execution-time-ms", "-1"}), HasSubstr("--max-execution-time-ms"));
  EXPECT_THAT(failure({"--log-level", "loud"}), HasSubstr("--log-level"));
  EXPECT_THAT(failure({"--nonsense"}), HasSubstr("--nonsense"));
  EXPECT_THAT(failure({"nonsense"}), HasSubstr("nonsense"));
  set("NATS_PORT", "many");
  EXPECT_NE(failure({}), "it was parsed");
}

TEST_F(HostArgumentsTest, SecretsAreNotInTheTextOfAFailure) {
  const std::string text = failure({"--nats-seed", "SUSECRET"});
  EXPECT_THAT(text, HasSubstr("cannot authenticate if only one of jwt or seed is specified"));
  EXPECT_THAT(text, Not(HasSubstr("SUSECRET")));
  EXPECT_THAT(failure({"--nats-seed", "SUSECRET", "--nats-jwt", "eyJSECRET", "--nats-creds", "c"}),
              Not(HasSubstr("SECRET")));
}

TEST_F(HostArgumentsTest, AServiceThatWouldBeMissedIsRefused) {
  set("POLICY_TOPIC", "wasmcloud.policy");
  EXPECT_THAT(failure({}), HasSubstr("WASMCLOUD_POLICY_TOPIC"));
}

TEST_F(HostArgumentsTest, HelpAndVersionAreTexts) {
  EXPECT_EQ(information({"--version"}), "wasmcloud 1.2.3\n");
  EXPECT_THAT(information({"--help"}), HasSubstr("--lattice"));
  EXPECT_THAT(information({"--help"}), Not(HasSubstr("--ctl-host")));
}

}  // namespace
}  // namespace wasmcloud::host
