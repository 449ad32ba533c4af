// The bodies of the control interface, against what the fact sheet says of existing hosts and
// tools.
#include "wasmcloud/lattice/messages.h"

#include <gtest/gtest.h>

namespace wasmcloud::lattice {
namespace {

template <typename T>
std::string complaint(std::string_view body) {
  const auto parsed = parse<T>(body);
  return parsed ? "none" : parsed.error().describe();
}

TEST(Messages, AScaleRequestIsReadAndWrittenAsTheyDo) {
  constexpr std::string_view kBody =
      R"({"component_ref":"reg.example/acme/echo:1.0.0","component_id":"app-echo","annotations":{"k":"v"},)"
      R"("count":5,"host_id":"NA","config":["app-echo_cfg"],"allow_update":false})";
  const auto parsed = parse<ScaleComponent>(kBody);
  ASSERT_TRUE(parsed) << parsed.error().describe();
  EXPECT_EQ(parsed->count, 5U);
  EXPECT_EQ(parsed->annotations->at("k"), "v");
  EXPECT_EQ(parsed->config, std::vector<std::string>{"app-echo_cfg"});
  EXPECT_EQ(to_json(*parsed), kBody);
}

TEST(Messages, WhatIsAbsentHasItsDefault) {
  const auto parsed = parse<ScaleComponent>(R"({"component_id":"a","annotations":null})");
  ASSERT_TRUE(parsed);
  ScaleComponent expected;
  expected.component_id = "a";
  EXPECT_EQ(*parsed, expected);
  const auto link = parse<Link>(
      R"({"source_id":"s","target":"t","wit_namespace":"wasi","wit_package":"http","interfaces":[]})");
  ASSERT_TRUE(link);
  EXPECT_EQ(link->name, "default");
}

TEST(Messages, TheInstanceLimitIsCalledCount) {
  const auto parsed = parse<ScaleComponent>(R"({"component_id":"a","max_instances":5})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->count, 0U);
}

TEST(Messages, AnotherNameOfAFieldCounts) {
  EXPECT_EQ(parse<StopProvider>(R"({"provider_ref":"p"})")->provider_id, "p");
  const auto inventory = parse<HostInventory>(R"({"actors":[],"providers":[],"host_id":"N"})");
  ASSERT_TRUE(inventory) << inventory.error().describe();
  EXPECT_EQ(complaint<HostInventory>(R"({"providers":[]})"), "missing field `actors`");
}

TEST(Messages, UnknownFieldsAreIgnored) {
  EXPECT_EQ(complaint<LabelKey>(R"({"key":"a","value":"b","more":{"x":[1,2]}})"), "none");
}

TEST(Messages, WhatIsWrongIsNamed) {
  EXPECT_EQ(complaint<ScaleComponent>("{}"), "missing field `component_id`");
  EXPECT_EQ(complaint<ScaleComponent>(R"({"component_id":1})"),
            "field `component_id`: expected a string, found another integer");
  for (const std::string_view count : {"-1", "4294967296", "1.0", "\"5\"", "null", "true"}) {
    const std::string body = R"({"component_id":"a","count":)" + std::string(count) + "}";
    EXPECT_TRUE(complaint<ScaleComponent>(body).starts_with(
        "field `count`: expected an integer from 0 to 4294967295, found "))
        << body;
  }
  EXPECT_EQ(complaint<ScaleComponent>(R"({"component_id":"a","config":null})"),
            "field `config`: expected an array, found null");
  EXPECT_EQ(complaint<ScaleComponent>(R"({"component_id":"a","config":["x",2]})"),
            "field `config`: item 1: expected a string, found another integer");
  EXPECT_EQ(complaint<ScaleComponent>(R"({"component_id":"a","annotations":{"k":null}})"),
            "field `annotations`: `k`: expected a string, found null");
  EXPECT_EQ(complaint<Link>("[]"), "expected an object, found an array");
  EXPECT_EQ(complaint<StringMap>(R"({"a":1})"), "`a`: expected a string, found another integer");
}

TEST(Messages, AKeyThatStandsTwiceIsAnError) {
  EXPECT_EQ(complaint<LabelKey>(R"({"key":"a","key":"b"})"), "duplicate field `key`");
  // In different objects it is another key.
  EXPECT_EQ(complaint<StringMap>(R"({"a":"x","b":"y"})"), "none");
}

TEST(Messages, WhatIsNotJsonIsAnErrorWithItsPlace) {
  EXPECT_EQ(complaint<LabelKey>(""), "not JSON: wrong at byte 1");
  EXPECT_EQ(complaint<LabelKey>(R"({"key":"a"}x)"), "not JSON: wrong at byte 12");
  EXPECT_TRUE(complaint<LabelKey>("{\"key\":\"\xff\"}").starts_with("not JSON"));
  EXPECT_EQ(complaint<LabelKey>(std::string(100, '[') + std::string(100, ']')),
            "nested deeper than 32");
}

TEST(Messages, AHostAnswersAPingAsTheyDo) {
  Host host;
  host.rpc_host = "nats://127.0.0.1:4222";
  host.ctl_host = "nats://127.0.0.1:4222";
  host.friendly_name = "quiet-fog-0042";
  host.id = "NA";
  host.js_domain = "core";
  host.labels = {{"hostcore.os", "linux"}};
  host.lattice = "default";
  host.uptime_human = "2m 21s";
  host.uptime_seconds = 141;
  host.version = "1.9.2";
  const std::string body = reply_with(host);
  EXPECT_EQ(
      body,
      R"({"success":true,"message":"","response":{"rpc_host":"nats://127.0.0.1:4222",)"
      R"("ctl_host":"nats://127.0.0.1:4222","friendly_name":"quiet-fog-0042","id":"NA","js_domain":"core",)"
      R"("labels":{"hostcore.os":"linux"},"lattice":"default","uptime_human":"2m 21s","uptime_seconds":141,)"
      R"("version":"1.9.2"}})");
  const auto back = parse_reply<Host>(body);
  ASSERT_TRUE(back) << back.error().describe();
  EXPECT_TRUE(back->success);
  EXPECT_EQ(back->response, host);
}

TEST(Messages, AnInventoryIsWrittenAsTheyDo) {
  ComponentDescription component;
  component.id = "app-echo";
  component.image_ref = "r";
  component.name = "echo";
  component.max_instances = 5;
  ProviderDescription provider;
  provider.id = "app-http";
  provider.image_ref = "h";
  HostInventory inventory;
  inventory.components.push_back(component);
  inventory.providers.push_back(provider);
  inventory.host_id = "NA";
  EXPECT_EQ(
      to_json(inventory),
      R"({"components":[{"id":"app-echo","image_ref":"r","name":"echo","annotations":{},"revision":0,)"
      R"("max_instances":5,"limits":null}],"providers":[{"id":"app-http","image_ref":"h","revision":0,)"
      R"("annotations":{}}],"host_id":"NA","friendly_name":"","labels":{},"version":"","uptime_human":"",)"
      R"("uptime_seconds":0})");
  EXPECT_EQ(*parse<HostInventory>(to_json(inventory)), inventory);
}

TEST(Messages, RepliesAreReadWithAndWithoutAResponse) {
  EXPECT_EQ(reply(false, "unsupported subject"),
            R"({"success":false,"message":"unsupported subject"})");
  const auto absent =
      parse_reply<StringMap>(R"({"success":true,"message":"Configuration not found"})");
  ASSERT_TRUE(absent);
  EXPECT_FALSE(absent->response);
  EXPECT_FALSE(
      parse_reply<StringMap>(R"({"success":true,"message":"","response":null})")->response);
  EXPECT_FALSE(parse_reply<StringMap>(R"({"success":true})"));
  EXPECT_FALSE(parse_reply<StringMap>(R"({"success":true,"message":"","response":[]})"));
  EXPECT_TRUE(parse_command_reply(R"({"success":true,"message":"","response":[]})"));
}

TEST(Messages, CredentialsHaveACamelCaseKey) {
  const auto parsed = parse<RegistryCredentials>(R"({"r.io":{"username":"u","password":"p"}})");
  ASSERT_TRUE(parsed) << parsed.error().describe();
  EXPECT_EQ(parsed->at("r.io").registry_type, "oci");
  EXPECT_EQ(to_json(*parsed), R"({"r.io":{"username":"u","password":"p","registryType":"oci"}})");
}

TEST(Messages, AResolvedLinkCarriesSecretsAsNumbers) {
  ResolvedLink link{.source_id = "web",
                    .target = "hello",
                    .wit_namespace = "wasi",
                    .wit_package = "http",
                    .interfaces = {"incoming-handler"},
                    .source_config = {{"address", "0.0.0.0:8080"}},
                    .target_config = {},
                    .source_secrets = {},
                    .target_secrets = {}};
  link.target_secrets = {0, 255};
  const std::string text =
      R"({"source_id":"web","target":"hello","name":"default","wit_namespace":"wasi","wit_package":"http",)"
      R"("interfaces":["incoming-handler"],"source_config":{"address":"0.0.0.0:8080"},"target_config":{},)"
      R"("source_secrets":null,"target_secrets":[0,255]})";
  EXPECT_EQ(to_json(link), text);
  EXPECT_EQ(parse<ResolvedLink>(text).value(), link);
}

TEST(Messages, BytesThatAreNoUtf8CanBeWritten) {
  EXPECT_EQ(to_json(StringMap{{"a", "\xff"}}), "{\"a\":\"\xEF\xBF\xBD\"}");
}

}  // namespace
}  // namespace wasmcloud::lattice
