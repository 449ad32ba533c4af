// One lattice with a host of ours and an existing one, operated by either wash.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/lattice_testing.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

using Ids = std::set<std::string>;

class MixedLattice : public OnLattice, public testing::WithParamInterface<WashProgram> {
 protected:
  MixedLattice() : OnLattice(GetParam()) {}

  void SetUp() override {
    WC_NEED_HOST(lattice::our_host());
    WC_NEED_HOST(lattice::peer_host());
    OnLattice::SetUp();
    if (!IsSkipped()) {
      ours_ = start_host(lattice::our_host(), {.arguments = {"--label", "made=here"}});
      theirs_ = start_host(lattice::peer_host(), {.arguments = {"--label", "made=there"}});
    }
  }

  // All that `kind` of them runs: "components", "providers".
  Ids running(const lattice::HostProcess& host, const std::string& kind) const {
    return ids(object({"get", "inventory", host.id()})["inventories"][0][kind], "id");
  }

  Ids hosts() const { return ids(object({"get", "hosts"})["hosts"], "id"); }

  Ids links() const { return ids(object({"link", "query"})["links"], "target"); }

  void put_link(const std::string& target, const std::string& name) const {
    EXPECT_EQ(text({"link", "put", "http", target, "wasi", "http", "--interface",
                    "incoming-handler", "-l", name}),
              framed("Published link (http) -> (" + target + ") successfully"));
  }

  static Ids ids(const json& list, const char* key) {
    Ids found;
    for (const json& element : list) {
      found.insert(element.at(key).get<std::string>());
    }
    return found;
  }

  std::unique_ptr<lattice::HostProcess> ours_;
  std::unique_ptr<lattice::HostProcess> theirs_;
};

INSTANTIATE_TEST_SUITE_P(Wash, MixedLattice, testing::Values(our_wash(), peer_wash()),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(MixedLattice, BothHostsAreShown) {
  EXPECT_EQ(hosts(), (Ids{ours_->id(), theirs_->id()}));
  EXPECT_THAT(words(text({"get", "inventory"})),
              AllOf(HasSubstr(ours_->id()), HasSubstr(theirs_->id()), HasSubstr("\nmade here\n"),
                    HasSubstr("\nmade there\n")));
}

TEST_P(MixedLattice, AComponentIsStartedOnTheHostThatIsMeant) {
  text({"start", "component", "hello.wasm", "a", "--host-id", ours_->id()});
  text({"start", "component", "hello.wasm", "b", "--host-id", theirs_->id()});
  text({"start", "component", "hello.wasm", "c", "-c", "made=here"});
  text({"start", "component", "hello.wasm", "d", "-c", "made=there"});
  EXPECT_EQ(running(*ours_, "components"), (Ids{"a", "c"}));
  EXPECT_EQ(running(*theirs_, "components"), (Ids{"b", "d"}));

  text({"label", ours_->id(), "made=there"});
  text({"label", theirs_->id(), "made", "--delete"});
  text({"start", "component", "hello.wasm", "e", "-c", "made=there"});
  EXPECT_EQ(running(*ours_, "components"), (Ids{"a", "c", "e"}));

  for (const char* const id : {"a", "b"}) {  // found by what runs on which
    EXPECT_EQ(text({"stop", "component", id}),
              framed(std::string("Component [") + id + "] stopped"));
  }
  EXPECT_EQ(running(*ours_, "components"), (Ids{"c", "e"}));
  EXPECT_EQ(running(*theirs_, "components"), Ids{"d"});
}

TEST_P(MixedLattice, AComponentOnBothIsScaledAndUpdatedOnOne) {
  for (const auto* const host : {ours_.get(), theirs_.get()}) {
    text({"start", "component", "hello.wasm", "hello", "--host-id", host->id()});
  }
  const std::string other = reference("other.wasm");
  EXPECT_THAT(failure({"update", "component", "hello", other}),
              StartsWith("\nComponent [hello] cannot be updated because multiple hosts are running "
                         "it: ["));
  text({"scale", "component", ours_->id(), reference("hello.wasm"), "hello", "-c", "7"});
  EXPECT_EQ(text({"update", "component", "hello", other, "--host-id", theirs_->id()}),
            framed("Host [" + theirs_->id() + "]: component hello updating from " +
                   reference("hello.wasm") + " to " + other));
  const auto component = [&](const lattice::HostProcess& host) {
    return object({"get", "inventory", host.id()})["inventories"][0]["components"][0];
  };
  EXPECT_TRUE(soon([&] { return component(*theirs_)["image_ref"] == other; }));
  EXPECT_EQ(component(*theirs_)["max_instances"], 1);
  EXPECT_EQ(component(*ours_)["image_ref"], reference("hello.wasm"));
  EXPECT_EQ(component(*ours_)["max_instances"], 7);
}

TEST_P(MixedLattice, AProviderIsStartedOnEach) {
  const std::string builtin = "wasmcloud+builtin://http-server";
  text({"start", "provider", builtin, "here", "-c", "made=here"});
  // The existing host tells the start of a built-in in other words than its own wash waits for.
  text({"start", "provider", builtin, "there", "--host-id", theirs_->id(), "--skip-wait"});
  EXPECT_EQ(running(*ours_, "providers"), Ids{"here"});
  EXPECT_TRUE(soon([&] { return running(*theirs_, "providers") == Ids{"there"}; }));
  EXPECT_EQ(text({"stop", "provider", "here"}), framed("Provider [here] stopped successfully"));
  EXPECT_EQ(text({"stop", "provider", "there", "--host-id", theirs_->id()}),
            framed("Provider [there] stopped successfully"));
}

// Whichever host takes a request, the other one knows of it too: each is asked alone in the end.
TEST_P(MixedLattice, LinksAndConfigurationsAreOfBoth) {
  for (const char* const target : {"a", "b", "c", "d"}) {
    put_link(target, target);
  }
  EXPECT_TRUE(soon([&] { return links() == Ids{"a", "b", "c", "d"}; }));
  text({"link", "del", "http", "wasi", "http", "-l", "b"});
  text({"config", "put", "web", "a=b"});
  text({"stop", "host", theirs_->id()});
  EXPECT_EQ(theirs_->wait(), 0);
  EXPECT_EQ(hosts(), Ids{ours_->id()});
  EXPECT_TRUE(soon([&] { return links() == Ids{"a", "c", "d"}; }));
  EXPECT_EQ(object({"config", "get", "web"}), json({{"a", "b"}}));

  theirs_ = start_host(lattice::peer_host());
  put_link("e", "e");
  text({"config", "put", "web", "a=c"});
  text({"stop", "host", ours_->id()});
  EXPECT_EQ(ours_->wait(), 0);
  EXPECT_EQ(hosts(), Ids{theirs_->id()});
  EXPECT_TRUE(soon([&] { return links() == Ids{"a", "c", "d", "e"}; }));
  EXPECT_EQ(object({"config", "get", "web"}), json({{"a", "c"}}));
}

TEST_P(MixedLattice, OurHostKnowsTheClaimsOfWhatTheOtherHasStarted) {
  WC_NEED_WASH(peer_wash());
  const Ended sign =
      home_.run(peer_wash().find().value(), {"claims", "sign", "hello.wasm", "--name", "Hello",
                                             "--ver", "1.2.3", "--rev", "4", "-d", "signed.wasm"});
  ASSERT_EQ(sign.code, 0) << sign.err;
  text({"start", "component", "signed.wasm", "hello", "--host-id", theirs_->id()});
  text({"stop", "host", theirs_->id()});
  EXPECT_EQ(theirs_->wait(), 0);
  ASSERT_TRUE(soon([&] { return object({"get", "claims"})["claims"].size() == 1; }));
  json claims = object({"get", "claims"})["claims"][0];
  EXPECT_EQ(claims["name"], "Hello");
  EXPECT_THAT(table(text({"get", "claims"})),
              HasSubstr(table("\n  Issuer         " + claims["issuer"].get<std::string>() +
                              "\n  Subject        " + claims["subject"].get<std::string>() +
                              "\n  Capabilities\n  Version        1.2.3\n  Revision       4\n")));
}

}  // namespace
}  // namespace wasmcloud::wash
