#include "wasmcloud/wash/contexts.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ContextsTest : public testing::Test {
 protected:
  Contexts open() const {
    Result<Contexts> contexts = Contexts::open(directory_.path() / "contexts");
    EXPECT_TRUE(contexts) << contexts.error().describe();
    return *std::move(contexts);
  }

  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories(directory_.path() / "contexts");
    std::ofstream(directory_.path() / "contexts" / name) << content;
  }

  std::string read(const std::string& name) const {
    std::ifstream file(directory_.path() / "contexts" / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryDirectory directory_;
};

TEST_F(ContextsTest, FirstUseMakesADefaultOne) {
  const Contexts contexts = open();
  EXPECT_EQ(read("default"), "host_config");
  EXPECT_THAT(*contexts.names(), ElementsAre("host_config"));
  EXPECT_EQ(nlohmann::json::parse(read("host_config.json")), nlohmann::json::parse(R"({
    "name": "host_config", "cluster_seed": "",
    "ctl_host": "127.0.0.1", "ctl_port": 4222, "ctl_jwt": "", "ctl_seed": "", "ctl_credsfile": null,
    "ctl_timeout": 2000, "ctl_tls_ca_file": null, "ctl_tls_first": null,
    "lattice": "default", "js_domain": null,
    "rpc_host": "127.0.0.1", "rpc_port": 4222, "rpc_jwt": "", "rpc_seed": "", "rpc_credsfile": null,
    "rpc_timeout": 2000, "rpc_tls_ca_file": null, "rpc_tls_first": null })"));
  const auto mode = std::filesystem::status(contexts.path_of("host_config")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ContextsTest, AnOldIndexTellsTheDefaultAndIsNotListed) {
  write("index.json", R"({"name":"old"})");
  const Contexts contexts = open();
  EXPECT_EQ(*contexts.default_name(), "old");
  EXPECT_THAT(*contexts.names(), ElementsAre("host_config"));
}

TEST_F(ContextsTest, WhatWasSavedIsLoaded) {
  const Contexts contexts = open();
  Context context;
  context.name = "far";
  context.ctl.host = "nats.example";
  context.ctl.port = 4333;
  context.ctl.seed = SecretString("SU");
  context.ctl.tls_first = true;
  context.lattice = "prod";
  ASSERT_TRUE(contexts.save(context));
  const Result<Context> loaded = contexts.load("far");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(to_json(*loaded), to_json(context));
  EXPECT_THAT(*contexts.names(), ElementsAre("far", "host_config"));
}

TEST_F(ContextsTest, TheFirstOneIsTheDefaultAgainWhenTheDefaultGoes) {
  const Contexts contexts = open();
  Context context;
  context.name = "far";
  ASSERT_TRUE(contexts.save(context));
  ASSERT_TRUE(contexts.set_default("far"));
  EXPECT_EQ(read("default"), "far");
  ASSERT_TRUE(contexts.remove("far"));
  EXPECT_EQ(*contexts.default_name(), "host_config");
}

TEST_F(ContextsTest, OneThatIsMissingIsNamedByItsFile) {
  const Contexts contexts = open();
  EXPECT_THAT(contexts.load("none").error().describe(),
              HasSubstr("failed to open context file [" +
                        (directory_.path() / "contexts/none.json").string() + "]: "));
  EXPECT_EQ(contexts.set_default("none").error().kind(), ErrorKind::not_found);
  EXPECT_EQ(contexts.remove("none").error().kind(), ErrorKind::not_found);
}

TEST_F(ContextsTest, ABrokenFileIsAnError) {
  const Contexts contexts = open();
  write("bad.json", "{");
  EXPECT_THAT(contexts.load("bad").error().describe(), HasSubstr("failed to parse context ["));
}

TEST(Context, FieldsMayBeAbsentAndTheOldNameOfTheLatticeIsKnown) {
  const Result<Context> context = parse_context(R"({"name":"x","lattice_prefix":"l"})");
  ASSERT_TRUE(context);
  EXPECT_EQ(context->lattice, "l");
  EXPECT_EQ(context->ctl.port, 4222);
}

TEST(Context, AWrongTypeIsAnErrorThatShowsNoSecret) {
  EXPECT_EQ(parse_context(R"({"ctl_port":70000})").error().message(),
            "field `ctl_port`: expected a whole number up to 65535, found 70000");
  EXPECT_EQ(parse_context(R"({"ctl_seed":7})").error().message(),
            "field `ctl_seed`: expected a string");
}

TEST(Context, ItsNameBecomesTheNameOfAFile) {
  EXPECT_EQ(context_file_name("a/b:c d"), "a_b_c d");
  EXPECT_EQ(context_file_name(".."), "__");
}

}  // namespace
}  // namespace wasmcloud::wash
