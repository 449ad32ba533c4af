// The commands of a lattice, as a user types them, against a real host on a real NATS server.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/testing/peers.h"
#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/lattice/testing/host_process.h"
#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/wash/home_testing.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

std::filesystem::path component(const std::string& name) {
  const char* const named = std::getenv("WASMCLOUD_COMPONENTS_DIR");
  return std::filesystem::path(named == nullptr ? WC_COMPONENTS_DIR : named) / name;
}

// --- with a host ---

class OnHost : public testing::TestWithParam<lattice::HostProgram> {
 protected:
  void SetUp() override {
    WC_NEED_NATS_SERVER();
    WC_NEED_HOST(GetParam());
    if (!std::filesystem::exists(component("hello_c.wasm"))) {
      GTEST_SKIP() << "no hello_c.wasm in the folder that WASMCLOUD_COMPONENTS_DIR names";
    }
    server_.emplace();
    host_ = std::make_unique<lattice::HostProcess>(GetParam(), *server_,
                                                   lattice::HostProcess::Options{});
    home_.set("WASMCLOUD_CTL_PORT", std::to_string(server_->port()));
    std::filesystem::copy_file(component("hello_c.wasm"), home_.path() / "hello.wasm");
    std::filesystem::copy_file(component("hello_c.wasm"), home_.path() / "other.wasm");
  }

  Ended wash(std::vector<std::string> arguments, std::string input = {}) const {
    return home_.run(WC_WASH_PROGRAM, std::move(arguments), std::move(input));
  }

  // Of a command that goes well.
  std::string text(std::vector<std::string> arguments) const {
    const Ended ended = wash(std::move(arguments));
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.err, IsEmpty());
    return ended.out;
  }

  json object(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-o", "json"});
    return json::parse(text(std::move(arguments)), nullptr, false);
  }

  // Of one that fails.
  std::string failure(std::vector<std::string> arguments, std::string input = {}) const {
    const Ended ended = wash(std::move(arguments), std::move(input));
    EXPECT_EQ(ended.code, 1) << ended.out;
    EXPECT_THAT(ended.out, IsEmpty());
    return ended.err;
  }

  std::string reference(const std::string& name) const {
    return "file://" + std::filesystem::canonical(home_.path() / name).string();
  }

  Home home_;
  std::optional<nats::NatsServer> server_;
  std::unique_ptr<lattice::HostProcess> host_;
};

INSTANTIATE_TEST_SUITE_P(Hosts, OnHost, testing::Values(lattice::peer_host(), lattice::our_host()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(OnHost, GetHostsShowsIt) {
  EXPECT_THAT(text({"get", "hosts"}),
              MatchesRegex("\n\n  Host ID +Friendly name +Uptime \\(seconds\\)\n  " + host_->id() +
                           "   [a-z]+-[a-z]+-[0-9]+ +[0-9]+\n\n\n"));
  const json shown = object({"get", "hosts"});
  EXPECT_EQ(shown["success"], true);
  ASSERT_EQ(shown["hosts"].size(), 1U);
  EXPECT_EQ(shown["hosts"][0]["id"], host_->id());
  EXPECT_EQ(shown["hosts"][0]["lattice"], "default");
}

TEST_P(OnHost, AComponentIsStartedScaledAndStopped) {
  const std::string on_host = " on host [" + host_->id() + "]";
  EXPECT_EQ(text({"start", "component", "hello.wasm", "hello", "--max-instances", "2"}),
            framed("Component [hello] (ref: [" + reference("hello.wasm") + "]) started" + on_host));
  EXPECT_EQ(text({"scale", "component", host_->id(), "hello.wasm", "hello", "-c", "3"}),
            framed("Component [hello] (ref: [" + reference("hello.wasm") + "]) scaled" + on_host +
                   " to 3 max concurrent instances"));
  EXPECT_THAT(text({"get", "inventory", host_->id()}),
              AllOf(HasSubstr("  Host labels\n  hostcore.arch "),
                    HasSubstr("\n  Component ID   Name   Max count\n  hello          N/A    3\n"),
                    HasSubstr("\n  No providers found\n")));
  EXPECT_EQ(text({"stop", "component", "hello", "--host-id", host_->id()}),
            framed("Component [hello] stopped"));
  EXPECT_THAT(object({"get", "inventory", host_->id()})["inventories"][0]["components"], IsEmpty());
}

TEST_P(OnHost, WhatIsDoneToAComponentIsToldAsJsonToo) {
  json wanted{{"success", true},
              {"result", "Component [hello] (ref: [" + reference("hello.wasm") +
                             "]) started on host [" + host_->id() + "]"},
              {"component_ref", reference("hello.wasm")},
              {"component_id", "hello"},
              {"host_id", host_->id()}};
  EXPECT_EQ(object({"start", "component", "./hello.wasm", "hello"}), wanted);
  wanted["result"] = "Component [hello] (ref: [" + reference("hello.wasm") + "]) scaled on host [" +
                     host_->id() + "] to unbounded concurrency";
  // The host by a part of its id.
  EXPECT_EQ(object({"scale", "component", host_->id().substr(0, 10), "hello.wasm", "hello"}),
            wanted);
  EXPECT_EQ(object({"update", "component", "hello", "./hello.wasm"})["result"],
            "Component hello already updated to " + reference("hello.wasm") + " on host [" +
                host_->id() + "]");
  const json stopped{{"success", true},
                     {"result", "Component [hello] stopped"},
                     {"component_id", "hello"},
                     {"host_id", host_->id()}};
  EXPECT_EQ(object({"stop", "component", "hello"}), stopped);
}

TEST_P(OnHost, AComponentIsUpdated) {
  text({"start", "component", "hello.wasm", "hello"});
  EXPECT_EQ(text({"update", "component", "hello", "other.wasm", "--host-id", host_->id()}),
            framed("Host [" + host_->id() + "]: component hello updating from " +
                   reference("hello.wasm") + " to " + reference("other.wasm")));
}

TEST_P(OnHost, AFailedStartTellsTheHostsReason) {
  const Ended ended = wash({"start", "component", "/none.wasm", "hello"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, StartsWith("\nFailed to scale component [hello] on host [" + host_->id() +
                                    "]\n\nCaused by:\n    "));
  EXPECT_THAT(ended.err, testing::ContainsRegex("[Nn]o such file"));
}

TEST_P(OnHost, NobodyOffersToStartWhatNoHostIsFitFor) {
  const std::vector<std::string> start{"start", "component", "hello.wasm", "hello"};
  auto constrained = start;
  constrained.insert(constrained.end(), {"-c", "zone=none", "--auction-timeout-ms", "500"});
  EXPECT_EQ(failure(constrained),
            framed("No suitable hosts found for component " + reference("hello.wasm")));
  auto elsewhere = start;
  elsewhere.insert(elsewhere.end(), {"--host-id", "nowhere"});
  EXPECT_EQ(failure(elsewhere), framed("No matches found with the provided search term"));
}

TEST_P(OnHost, WhatDoesNotRunCannotBeStoppedOrUpdated) {
  EXPECT_EQ(failure({"stop", "component", "none"}),
            framed("No host found running component [none]"));
  EXPECT_EQ(failure({"stop", "component", "none", "--host-id", host_->id()}),
            framed("No component with id [none] found on host [" + host_->id() + "]"));
  EXPECT_EQ(failure({"update", "component", "none", "other.wasm"}),
            framed("No host found running component [none]"));
  EXPECT_EQ(failure({"update", "component", "none", "other.wasm", "--host-id", host_->id()}),
            framed("Component none not found on host [" + host_->id() + "]"));
  EXPECT_EQ(failure({"stop", "provider", "none"}), framed("No host found running provider [none]"));
  EXPECT_EQ(failure({"stop", "provider", "none", "--host-id", host_->id()}),
            framed("Operation failed: provider with that ID is not running"));
}

TEST_P(OnHost, AProviderIsStartedAndStopped) {
  const std::string builtin = "wasmcloud+builtin://http-server";
  EXPECT_EQ(
      text({"start", "provider", builtin, "http"}),
      framed("Provider [http] (ref: [" + builtin + "]) started on host [" + host_->id() + "]"));
  EXPECT_EQ(failure({"start", "provider", builtin, "http", "--host-id", host_->id()}),
            framed("Start provider ack not accepted: provider with that ID is already running"));
  const json stopped{{"success", true},
                     {"result", "Provider [http] stopped successfully"},
                     {"provider_id", "http"},
                     {"host_id", host_->id()}};
  EXPECT_EQ(object({"stop", "provider", "http", "--host-id", host_->id()}), stopped);
  const json accepted{{"success", true},
                      {"result", "Start provider request received: " + builtin},
                      {"provider_ref", builtin},
                      {"link_name", "default"},
                      {"host_id", host_->id()}};
  EXPECT_EQ(object({"start", "provider", builtin, "http", "--skip-wait"}), accepted);
}

TEST_P(OnHost, ConfigurationsArePutShownAndDeleted) {
  EXPECT_EQ(text({"config", "put", "web", "address=127.0.0.1:0", "a=b=c"}),
            framed("Configuration 'web' put successfully."));
  EXPECT_EQ(text({"config", "get", "web"}), framed(R"({"a": "b=c", "address": "127.0.0.1:0"})"));
  const json map{{"a", "b=c"}, {"address", "127.0.0.1:0"}};
  EXPECT_EQ(object({"config", "get", "web"}), map);
  EXPECT_EQ(text({"config", "delete", "web"}), framed("configuration 'web' deleted successfully."));
  EXPECT_EQ(failure({"config", "get", "web"}), framed("No configuration found for name: web"));
}

TEST_P(OnHost, AConfigurationThatCannotBeIsRefused) {
  EXPECT_EQ(failure({"config", "put", "SECRET_x", "a=b"}),
            framed("Configuration names cannot start with 'SECRET'. Did you mean to use the "
                   "'secrets' command?"));
  EXPECT_EQ(failure({"config", "create", "web", "no-equals"}),
            framed("Input values were not properly formatted. Ensure they are formatted as "
                   "key=value"));
  // The host's refusal: exit code 1 and no success.
  const Ended ended = wash({"config", "put", "not a key", "a=b", "-o", "json"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_EQ(json::parse(ended.err)["success"], false);
}

TEST_P(OnHost, LinksArePutShownAndDeleted) {
  const std::vector<std::string> put{"link", "put",  "http",        "hello",
                                     "wasi", "http", "--interface", "incoming-handler",
                                     "-l",   "first"};
  EXPECT_EQ(text(put), framed("Published link (http) -> (hello) successfully"));
  EXPECT_EQ(text({"get", "links"}),
            "\n\n  Source ID   Target   Interface(s)                 Name\n"
            "  http        hello    wasi:http/incoming-handler   first\n\n\n");
  EXPECT_EQ(text({"links", "get"}), text({"link", "query"}));
  EXPECT_EQ(failure({"link", "put", "http", "other", "wasi", "http", "--interface",
                     "incoming-handler", "-l", "first"}),
            framed("Error putting link: link already exists with different target, consider "
                   "deleting the existing link or using a different link name"));
  EXPECT_EQ(text({"link", "del", "http", "wasi", "http", "-l", "first"}),
            framed("Deleted link for http on wasi:http (first) successfully"));
  EXPECT_THAT(object({"link", "query"})["links"], IsEmpty());
}

TEST_P(OnHost, OneOfSeveralLinksIsDeletedByName) {
  for (const char* const name : {"one", "two"}) {
    text({"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler", "-l",
          name});
  }
  EXPECT_EQ(failure({"link", "del", "http", "wasi", "http"}),
            framed("More than one similar link found, please specify link name explicitly"));
}

TEST_P(OnHost, AllLinksAreDeletedAfterAQuestion) {
  text({"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler"});
  EXPECT_THAT(failure({"link", "del", "--all"}, "2\n"), EndsWith("\nLink deletion cancelled\n"));
  EXPECT_THAT(failure({"link", "del", "--all"}), HasSubstr("there is no more input"));
  const Ended ended = wash({"link", "del", "--all"}, "1\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, framed("Deleted all links (1) successfully"));
  EXPECT_EQ(text({"link", "del", "--all", "--force"}),
            framed("Deleted all links (0) successfully"));
}

TEST_P(OnHost, LabelsArePutAndTakenAway) {
  EXPECT_EQ(text({"label", host_->id(), "a=b,c=d", "e=f"}),
            framed("Host `" + host_->id() + "` labeled with `a=b,c=d,e=f`"));
  const json labels = object({"get", "inventory", host_->id()})["inventories"][0]["labels"];
  EXPECT_EQ(labels["a"], "b");
  EXPECT_EQ(labels["e"], "f");
  const json removed{{"success", true}, {"deleted", true}, {"processed", json::array({{"a", ""}})}};
  EXPECT_EQ(object({"tag", host_->id(), "a", "--delete"}), removed);
  EXPECT_EQ(failure({"label", host_->id(), "hostcore.os=x"}),
            framed("hostcore.* labels ('hostcore.os') cannot be set manually"));
}

TEST_P(OnHost, IsStopped) {
  EXPECT_EQ(text({"stop", "host", host_->id()}),
            framed("Host " + host_->id() + " acknowledged stop request"));
  EXPECT_EQ(host_->wait(), 0);
  EXPECT_EQ(text({"get", "hosts"}), "\n\n  Host ID   Friendly name   Uptime (seconds)\n\n\n");
  EXPECT_EQ(failure({"get", "inventory"}), framed("No hosts are available for inventory query."));
  EXPECT_EQ(failure({"config", "put", "a", "b=c"}),
            framed("No responders found for config put request. Is a host running?"));
  EXPECT_THAT(failure({"link", "query"}),
              StartsWith("\nDid not receive a response to get links\n\nCaused by:\n"));
  EXPECT_THAT(failure({"stop", "host", host_->id()}),
              StartsWith("\nCould not stop host, ensure a host with that ID is running\n"));
}

TEST_P(OnHost, InventoryIsWatchedUntilASignal) {
  Program watching(WC_WASH_PROGRAM,
                   home_.options({"get", "inventory", host_->id(), "--watch", "100ms"}));
  ASSERT_TRUE(watching.wait_for_out("No components found"));
  text({"start", "component", "hello.wasm", "hello", "--host-id", host_->id()});
  ASSERT_TRUE(watching.wait_for_out("Max count\n  hello "));
  watching.signal(SIGINT);
  EXPECT_EQ(watching.wait(), 0);
  EXPECT_THAT(watching.out(), EndsWith("\nCompleted Watching Inventory\n"));
}

TEST_P(OnHost, WatchingNeedsNoInterval) {
  Program watching(WC_WASH_PROGRAM, home_.options({"-o", "json", "get", "inventory", "--watch"}));
  ASSERT_TRUE(watching.wait_for_out("}\n"));
  EXPECT_EQ(json::parse(watching.out())["inventories"][0]["host_id"], host_->id());
  watching.signal(SIGTERM);
  EXPECT_EQ(watching.wait(), 0);
}

// --- beside the existing shell ---

// Every key, with the path to it; those of one element of a list stand for all.
void add_keys(const json& value, const std::string& path, std::set<std::string>& keys) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) {
      keys.insert(path + "." + key);
      add_keys(inner, path + "." + key, keys);
    }
  } else if (value.is_array() && !value.empty()) {
    add_keys(value.front(), path + "[]", keys);
  }
}

std::set<std::string> keys_of(const std::string& text) {
  std::set<std::string> keys;
  add_keys(json::parse(text, nullptr, false), "", keys);
  return keys;
}

class BesidePeer : public OnHost {
 protected:
  void SetUp() override {
    WC_NEED_PEER("wash");
    OnHost::SetUp();
  }

  Ended peer(std::vector<std::string> arguments) const {
    return home_.run(*peer_program("wash"), std::move(arguments));
  }
};

INSTANTIATE_TEST_SUITE_P(Hosts, BesidePeer,
                         testing::Values(lattice::peer_host(), lattice::our_host()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(BesidePeer, JsonHasTheSameFields) {
  text({"start", "component", "hello.wasm", "hello"});
  text({"config", "put", "web", "a=b"});
  text({"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler"});
  const std::vector<std::vector<std::string>> commands{
      {"get", "hosts"},
      {"get", "inventory"},
      {"get", "links"},
      {"get", "claims"},
      {"config", "put", "web", "a=b"},
      {"config", "get", "web"},
      {"config", "get", "none"},
      {"label", host_->id(), "a=b"},
      {"start", "component", "hello.wasm", "hello"},
      {"scale", "component", host_->id(), reference("hello.wasm"), "hello", "-c", "2"},
      {"update", "component", "hello", reference("hello.wasm")},
      {"link", "del", "http", "wasi", "http"},
      {"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler"},
      {"stop", "component", "none"},
      {"keys", "gen", "module"},
      {"ctx", "list"},
  };
  for (auto command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    command.insert(command.end(), {"-o", "json"});
    const Ended ours = wash(command);
    const Ended theirs = peer(command);
    EXPECT_EQ(ours.code, theirs.code);
    EXPECT_EQ(keys_of(ours.out), keys_of(theirs.out)) << ours.out << theirs.out;
    EXPECT_EQ(keys_of(ours.err), keys_of(theirs.err)) << ours.err << theirs.err;
  }
}

TEST_P(BesidePeer, TextIsTheSame) {
  const std::vector<std::vector<std::string>> commands{
      {"start", "component", "hello.wasm", "hello"},
      {"start", "component", "hello.wasm", "hello", "--skip-wait"},
      {"scale", "component", host_->id(), reference("hello.wasm"), "hello", "-c", "2"},
      {"update", "component", "hello", reference("hello.wasm")},
      {"config", "put", "web", "a=b"},
      {"config", "get", "web"},
      {"config", "get", "none"},
      {"config", "del", "web"},
      {"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler"},
      {"link", "put", "http", "none", "wasi", "http", "--interface", "incoming-handler"},
      {"link", "del", "http", "wasi", "http"},
      {"label", host_->id(), "a=b"},
      {"update", "component", "none", reference("hello.wasm")},
      {"stop", "component", "none"},
      {"keys", "get", "none"},
      {"keys", "gen", "none"},
  };
  peer({"keys", "list"});  // it speaks of itself when it ends well for the first time
  for (const auto& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    const Ended ours = wash(command);
    const Ended theirs = peer(command);
    EXPECT_EQ(ours.code, theirs.code);
    EXPECT_EQ(ours.out, theirs.out);
    EXPECT_EQ(ours.err, theirs.err);
  }
}

// --- without a host ---

class OnNats : public nats::ConnectedFixture {
 protected:
  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      home_.set("WASMCLOUD_CTL_PORT", std::to_string(server_->port()));
    }
  }

  // Starts a command, and signals it when it has asked the hosts who they are: none answers.
  static Task<> interrupt_when_it_asks(nats::Connection& connection,
                                       std::optional<Program>& program, Program::Options options,
                                       int signal) {
    WC_CO_TRY(nats::Subscription asked,
              connection.subscribe({.subject = "my.ctl.v1.far.host.ping"}));
    WC_CO_CHECK(connection.flush(nats::soon()));
    program.emplace(WC_WASH_PROGRAM, options);
    WC_CO_CHECK(asked.next(nats::soon()));
    program->signal(signal);
    co_return Result<>();
  }

  Home home_;
};

// And the lattice and the prefix of its subjects are those that were asked for.
TEST_F(OnNats, ASignalEndsACommandThatWaits) {
  home_.set("WASMCLOUD_CTL_TOPIC_PREFIX", "my.ctl");
  for (const int signal : {SIGINT, SIGTERM}) {
    std::optional<Program> program;
    run(interrupt_when_it_asks(
        *connection_, program,
        home_.options({"get", "hosts", "--timeout-ms", "60000", "-x", "far"}), signal));
    EXPECT_EQ(program->wait(), 128 + signal);
    EXPECT_THAT(program->out(), IsEmpty());
    EXPECT_THAT(program->err(), IsEmpty());
  }
}

}  // namespace
}  // namespace wasmcloud::wash
