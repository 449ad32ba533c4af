// The commands of a lattice, as a user types them, against a real host on a real NATS server.
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/lattice/testing/host_process.h"
#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/wash/lattice_testing.h"

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

// --- with a host ---

struct Pair {
  WashProgram wash;
  lattice::HostProgram host;
};

void PrintTo(const Pair& pair, std::ostream* out) {
  *out << pair.wash.name << " on " << pair.host.name;
}

std::string name_of(const testing::TestParamInfo<Pair>& tested) {
  return tested.param.wash.name + "_on_" + tested.param.host.name;
}

class OnHost : public OnLattice, public testing::WithParamInterface<Pair> {
 protected:
  OnHost() : OnLattice(GetParam().wash) {}

  void SetUp() override {
    WC_NEED_HOST(GetParam().host);
    OnLattice::SetUp();
    if (!IsSkipped()) {
      host_ = start_host(GetParam().host);
    }
  }

  std::unique_ptr<lattice::HostProcess> host_;
};

const Pair kOursOnOurs{.wash = our_wash(), .host = lattice::our_host()};
const Pair kOursOnPeer{.wash = our_wash(), .host = lattice::peer_host()};
const Pair kPeerOnOurs{.wash = peer_wash(), .host = lattice::our_host()};

// That the existing wash works on the existing host is not ours to test.
INSTANTIATE_TEST_SUITE_P(Matrix, OnHost, testing::Values(kOursOnOurs, kOursOnPeer, kPeerOnOurs),
                         name_of);

// What the existing wash does otherwise, or only on a terminal.
class OurWash : public OnHost {};

INSTANTIATE_TEST_SUITE_P(Matrix, OurWash, testing::Values(kOursOnOurs, kOursOnPeer), name_of);

TEST_P(OnHost, GetHostsShowsIt) {
  EXPECT_THAT(text({"get", "hosts"}),
              MatchesRegex("\n *\n  Host ID +Friendly name +Uptime \\(seconds\\) *\n  " +
                           host_->id() + " +[a-z]+-[a-z]+-[0-9]+ +[0-9]+ *\n *\n\n"));
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
  EXPECT_THAT(
      table(text({"get", "inventory", host_->id()})),
      AllOf(HasSubstr(table("\n  Host labels\n")),
            HasSubstr(table("\n  Component ID   Name   Max count\n  hello          N/A    3\n")),
            HasSubstr(table("\n  No providers found\n"))));
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
  EXPECT_EQ(object({"update", "component", "hello", reference("hello.wasm")})["result"],
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
  EXPECT_EQ(
      text({"update", "component", "hello", reference("other.wasm"), "--host-id", host_->id()}),
      framed("Host [" + host_->id() + "]: component hello updating from " +
             reference("hello.wasm") + " to " + reference("other.wasm")));
  EXPECT_TRUE(soon([&] {
    json inventory = object({"get", "inventory", host_->id()})["inventories"][0];
    return inventory["components"][0]["image_ref"] == reference("other.wasm");
  }));
}

TEST_P(OurWash, AnUpdateNamesAFileAsAStartDoes) {
  text({"start", "component", "hello.wasm", "hello"});
  EXPECT_THAT(text({"update", "component", "hello", "./other.wasm"}),
              EndsWith(" to " + reference("other.wasm") + "\n"));
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
  EXPECT_EQ(failure({"stop", "provider", "none"}),
            framed(by_wash("No host found running provider [none]",
                           "No matches found with the provided search term")));
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
  EXPECT_EQ(text({"config", "put", "web", "a=b=c"}),
            framed("Configuration 'web' put successfully."));
  EXPECT_EQ(text({"config", "get", "web"}), framed(R"({"a": "b=c"})"));
  text({"config", "create", "web", "address=127.0.0.1:0", "a=b=c"});
  const json map{{"a", "b=c"}, {"address", "127.0.0.1:0"}};
  EXPECT_EQ(object({"config", "get", "web"}), map);
  EXPECT_EQ(text({"config", "delete", "web"}), framed("configuration 'web' deleted successfully."));
  EXPECT_EQ(failure({"config", "get", "web"}), framed("No configuration found for name: web"));
}

TEST_P(OurWash, AConfigurationIsShownInTheOrderOfItsKeys) {
  text({"config", "put", "web", "b=2", "c=3", "a=1"});
  EXPECT_EQ(text({"config", "get", "web"}), framed(R"({"a": "1", "b": "2", "c": "3"})"));
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
  EXPECT_EQ(table(text({"get", "links"})),
            table("\n\n  Source ID   Target   Interface(s)                 Name\n"
                  "  http        hello    wasi:http/incoming-handler   first\n\n\n"));
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

TEST_P(OnHost, AllLinksAreDeleted) {
  for (const char* const name : {"one", "two"}) {
    text({"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler", "-l",
          name});
  }
  EXPECT_EQ(text({"link", "del", "--all", "--force"}),
            framed("Deleted all links (2) successfully"));
  EXPECT_EQ(text({"link", "del", "--all", "--force"}),
            framed("Deleted all links (0) successfully"));
}

TEST_P(OurWash, AllLinksAreDeletedAfterAQuestion) {
  text({"link", "put", "http", "hello", "wasi", "http", "--interface", "incoming-handler"});
  EXPECT_THAT(failure({"link", "del", "--all"}, "2\n"), EndsWith("\nLink deletion cancelled\n"));
  EXPECT_THAT(failure({"link", "del", "--all"}), HasSubstr("there is no more input"));
  const Ended ended = wash({"link", "del", "--all"}, "1\n");
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, framed("Deleted all links (1) successfully"));
}

TEST_P(OnHost, ClaimsAreShown) {
  EXPECT_EQ(table(text({"get", "claims"})), table("\n\n  Claims\n\n\n"));
  const json none{{"success", true}, {"claims", json::array()}};
  EXPECT_EQ(object({"get", "claims"}), none);
}

TEST_P(OnHost, LabelsArePutAndTakenAway) {
  EXPECT_EQ(text({"label", host_->id(), "a=b,c=d", "e=f"}),
            framed("Host `" + host_->id() + "` labeled with `a=b,c=d,e=f`"));
  json labels = object({"get", "inventory", host_->id()})["inventories"][0]["labels"];
  EXPECT_EQ(labels["a"], "b");
  EXPECT_EQ(labels["e"], "f");
  const json removed{{"success", true}, {"deleted", true}, {"processed", json::array({{"a", ""}})}};
  EXPECT_EQ(object({"tag", host_->id(), "a", "--delete"}), removed);
  EXPECT_FALSE(object({"get", "inventory", host_->id()})["inventories"][0]["labels"].contains("a"));
}

TEST_P(OurWash, AHostsOwnLabelsAreRefused) {
  EXPECT_EQ(failure({"label", host_->id(), "hostcore.os=x"}),
            framed("hostcore.* labels ('hostcore.os') cannot be set manually"));
}

TEST_P(OnHost, IsStopped) {
  EXPECT_EQ(text({"stop", "host", host_->id()}),
            framed("Host " + host_->id() + " acknowledged stop request"));
  EXPECT_EQ(host_->wait(), 0);
  EXPECT_EQ(table(text({"get", "hosts"})),
            table("\n\n  Host ID   Friendly name   Uptime (seconds)\n\n\n"));
  EXPECT_EQ(failure({"get", "inventory"}), framed("No hosts are available for inventory query."));
  EXPECT_EQ(failure({"config", "put", "a", "b=c"}),
            framed("No responders found for config put request. Is a host running?"));
  EXPECT_THAT(failure({"link", "query"}), StartsWith("\nDid not receive a response to get links"));
  EXPECT_THAT(failure({"stop", "host", host_->id()}),
              StartsWith("\nCould not stop host, ensure a host with that ID is running"));
}

TEST_P(OnHost, InventoryIsWatchedUntilASignal) {
  Program watching(wash_program(),
                   home_.options({"get", "inventory", host_->id(), "--watch", "100ms"}));
  ASSERT_TRUE(watching.wait_for_out("No components found"));
  text({"start", "component", "hello.wasm", "hello", "--host-id", host_->id()});
  ASSERT_TRUE(watching.wait_for_out("\n  hello "));
  watching.signal(SIGINT);
  EXPECT_EQ(watching.wait(), 0);
  EXPECT_THAT(watching.out(), EndsWith("\nCompleted Watching Inventory\n"));
}

TEST_P(OurWash, WatchingNeedsNoInterval) {
  Program watching(wash_program(), home_.options({"-o", "json", "get", "inventory", "--watch"}));
  ASSERT_TRUE(watching.wait_for_out("}\n"));
  EXPECT_EQ(json::parse(watching.out())["inventories"][0]["host_id"], host_->id());
  watching.signal(SIGTERM);
  EXPECT_EQ(watching.wait(), 0);
}

// --- contexts and keys ---

// --- calls ---

TEST_P(OnHost, AFunctionIsCalled) {
  text({"start", "component", "talk.wasm", "talk"});
  EXPECT_EQ(text({"call", "talk", "wc:test/plain.say"}), framed("Hello"));
  const json wanted{{"success", true}, {"result", "Hello"}};
  EXPECT_EQ(object({"call", "talk", "wc:test/plain.say"}), wanted);
}

TEST_P(OurWash, WithWitAFunctionTakesAndGivesValues) {
  text({"start", "component", "talk.wasm", "talk"});
  EXPECT_EQ(text({"call", "talk", "wc:test/talk@0.1.0.say"}), framed("Hello"));
  const auto call = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"call", "--wit", "talk.wasm", "talk"});
    return text(arguments);
  };
  EXPECT_EQ(call({"wc:test/talk.echo", "\"abc\""}), framed("\"abc\""));
  EXPECT_EQ(call({"add", "40", "2"}), framed("42"));  // of the world's root
}

TEST_P(OurWash, TheFileOfAComponentTellsItsTypes) {
  text({"start", "component", "talk.wasm", "talk"});
  EXPECT_EQ(text({"call", "talk", "wc:test/talk.echo", "\"abc\""}), framed("\"abc\""));
  EXPECT_EQ(text({"call", "talk", "add", "40", "2"}), framed("42"));
  // As the existing wash shows it, and by the version that there is.
  EXPECT_EQ(text({"call", "talk", "wc:test/talk.say"}), framed("Hello"));
  EXPECT_THAT(failure({"call", "talk", "add", "40"}), HasSubstr("expected 2 arguments"));
  Program spy(wash_program(), home_.options({"spy", "talk"}));
  ASSERT_TRUE(spy.wait_for_out("Spying on component talk"));
  text({"call", "talk", "add", "40", "2"});
  EXPECT_TRUE(spy.wait_for_out("Result of: add\nMessage: 42\n"));
}

// It was started from a path that is none of ours any more.
TEST_P(OurWash, WithoutAFileArgumentsNeedWit) {
  std::filesystem::copy(home_.path() / "talk.wasm", home_.path() / "moved.wasm");
  text({"start", "component", "moved.wasm", "talk"});
  std::filesystem::remove(home_.path() / "moved.wasm");
  EXPECT_THAT(failure({"call", "talk", "add", "40", "2"}),
              AllOf(HasSubstr("arguments need '--wit <PATH>'"), HasSubstr("which is not here")));
  EXPECT_EQ(text({"call", "talk", "wc:test/plain.say"}), framed("Hello"));
}

TEST_P(OurWash, ACallThatFailsTellsWhy) {
  text({"start", "component", "talk.wasm", "talk"});
  EXPECT_EQ(failure({"call", "none", "wc:test/plain.say"}),
            "\nNo component responded to your request, ensure component none is running in lattice "
            "default\n");
  EXPECT_EQ(failure({"call", "talk", "wc:test/talk.fail", "--wit", "talk.wasm"}),
            "\nError invoking component\n\nCaused by:\n"
            "    the peer ended without a value: it has failed\n");
  EXPECT_THAT(failure({"call", "talk", "wc:test/plain.say", "-p", "1"}),
              StartsWith("\nFailed to create NATS client\n"));
}

// Nobody answers, yet somebody listens.
TEST_P(OurWash, ACallThatIsNotAnsweredTimesOut) {
  Program spy(wash_program(), home_.options({"spy", "none"}));
  ASSERT_TRUE(spy.wait_for_out("Spying on component none"));
  EXPECT_EQ(failure({"call", "none", "wc:test/plain.say", "-t", "100"}),
            "\nError invoking component: timed out invoking component, is component [none] running "
            "in lattice [default]?\n");
  EXPECT_EQ(failure({"call", "none", "wasi:http/incoming-handler.handle", "-t", "100"}),
            "\ncomponent invocation timeout, is component [none] running in lattice [default]?\n");
}

TEST_P(OurWash, AnHttpRequestIsAnswered) {
  text({"start", "component", "hello.wasm", "hello"});
  EXPECT_EQ(text({"call", "hello", "wasi:http/incoming-handler.handle"}),
            framed("{\n  \"status\": 200,\n  \"headers\": {\n"
                   "    \"content-type\": \"text/plain; charset=utf-8\"\n  },\n"
                   "  \"body\": \"Hello from C++! You asked for /\\n\"\n}"));
  EXPECT_EQ(
      object({"call", "hello", "wrpc:http/incoming-handler@0.1.0.handle"})["response"]["status"],
      200);
  EXPECT_EQ(failure({"call", "hello", "wasi:http/incoming-handler.handle",
                     "--http-response-extract-json"}),
            "\nfailed to perform HTTP request\n\nCaused by:\n"
            "    failed to parse response body bytes into a valid JSON object\n");
}

TEST_P(OnHost, CallsAreSpiedOn) {
  text({"start", "component", "talk.wasm", "talk"});
  Program spy(wash_program(), home_.options({"spy", "talk", "--experimental"}));
  ASSERT_TRUE(spy.wait_for_out("Spying on component talk\n\n"));
  // The existing one says so before it listens.
  EXPECT_TRUE(soon([&] {
    text({"call", "talk", "wc:test/plain.say"});
    return spy.out().contains("Message: ");
  }));
  // Ours knows the types: the component's file is here.
  EXPECT_THAT(spy.out(),
              HasSubstr("]\nFrom: wash                      To: talk                     \n"
                        "\nOperation: wc:test/plain.say\nMessage: " +
                        std::string(by_wash("()\n", "\n"))));
}

TEST_P(OurWash, WithWitASpyDecodesCallsAndResults) {
  text({"start", "component", "talk.wasm", "talk"});
  Program spy(wash_program(), home_.options({"spy", "talk", "--wit", "talk.wasm"}));
  Program lines(wash_program(), home_.options({"spy", "talk", "--wit", "talk.wasm", "-o", "json"}));
  ASSERT_TRUE(spy.wait_for_out("Spying on component talk"));
  text({"call", "talk", "add", "40", "2", "--wit", "talk.wasm"});
  EXPECT_TRUE(spy.wait_for_out("Operation: add\nMessage: (40, 2)\n"));
  EXPECT_TRUE(spy.wait_for_out("Result of: add\nMessage: 42\n"));
  EXPECT_TRUE(soon([&] {  // it does not say when it listens
    text({"call", "talk", "add", "40", "2", "--wit", "talk.wasm"});
    return lines.out().contains("\"result\":\"42\"");
  }));
  const json first = json::parse(lines.out().substr(0, lines.out().find('\n')), nullptr, false);
  EXPECT_EQ(first["params"], (std::vector<std::string>{"40", "2"}));
  spy.signal(SIGINT);
  EXPECT_EQ(spy.wait(), 0);
}

// Ctrl-C ends what would go on for ever.
TEST_P(OurWash, ACallThatWaitsIsInterrupted) {
  Program spy(wash_program(), home_.options({"spy", "none"}));
  ASSERT_TRUE(spy.wait_for_out("Spying on component none"));
  Program call(wash_program(), home_.options({"call", "none", "wc:test/plain.say", "-t", "60000"}));
  ASSERT_TRUE(spy.wait_for_out("Operation: wc:test/plain.say"));
  call.signal(SIGINT);
  EXPECT_EQ(call.wait(), 128 + SIGINT);
}

TEST_P(OnHost, AContextLeadsToTheLattice) {
  home_.unset("WASMCLOUD_CTL_PORT");
  EXPECT_EQ(text({"ctx", "new", "near"}), framed("Created context near with default values"));
  text({"ctx", "edit", "near", "--editor", editor_of_ports()});
  EXPECT_EQ(object({"get", "hosts", "--context", "near"})["hosts"][0]["id"], host_->id());
  EXPECT_EQ(text({"ctx", "default", "near"}), framed("Set new context successfully"));
  const std::string directory = (home_.path() / ".config/wash/contexts").string();
  EXPECT_THAT(text({"ctx", "list"}),
              AllOf(StartsWith("\n== Contexts found in " + directory + " ==\n"),
                    HasSubstr("\nhost_config\n"), HasSubstr("\nnear (default)\n")));
  EXPECT_EQ(object({"get", "hosts"})["hosts"][0]["id"], host_->id());
  EXPECT_EQ(text({"ctx", "del", "near"}), framed("Removed file successfully"));
  const json left{{"success", true}, {"contexts", {"host_config"}}, {"default", "host_config"}};
  EXPECT_EQ(object({"ctx", "list"}), left);
}

TEST_P(OnHost, AKeyBecomesTheIdOfAHost) {
  json key = object({"keys", "gen", "host"});
  const auto seeded =
      start_host(GetParam().host, {.lattice = "seeded", .arguments = {"--host-seed", key["seed"]}});
  EXPECT_EQ(object({"get", "hosts", "-x", "seeded"})["hosts"][0]["id"], key["public_key"]);
  EXPECT_THAT(object({"keys", "list"})["keys"], IsEmpty());
  EXPECT_EQ(failure({"keys", "get", "none"}), framed("Key none doesn't exist"));
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
