// Our wash beside the existing one, on the same host and in the same home: what they say is
// compared, and what one keeps is read by the other.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/lattice_testing.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::UnorderedElementsAre;

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

class BesidePeer : public OnLattice, public testing::WithParamInterface<lattice::HostProgram> {
 protected:
  BesidePeer() : OnLattice(our_wash()) {}

  void SetUp() override {
    WC_NEED_WASH(peer_wash());
    WC_NEED_HOST(GetParam());
    OnLattice::SetUp();
    if (!IsSkipped()) {
      host_ = start_host(GetParam());
      peer({"keys", "list"});  // it speaks of itself when it ends well for the first time
    }
  }

  Ended peer(std::vector<std::string> arguments) const { return run(peer_wash(), arguments); }

  Ended run(const WashProgram& program, std::vector<std::string> arguments) const {
    return home_.run(program.find().value(), std::move(arguments));
  }

  json object_of(const WashProgram& program, std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"-o", "json"});
    return json::parse(run(program, std::move(arguments)).out, nullptr, false);
  }

  std::unique_ptr<lattice::HostProcess> host_;
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
      {"stop", "provider", "none", "--host-id", host_->id()},
      {"link", "query"},
      {"keys", "gen", "module"},
      {"keys", "list"},
      {"ctx", "new", "near"},
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
      {"stop", "provider", "none", "--host-id", host_->id()},
      {"get", "inventory", host_->id()},
      {"get", "links"},
      {"get", "claims"},
      {"ctx", "list"},
      {"ctx", "new", "near"},
      {"ctx", "default", "near"},
      {"keys", "get", "none"},
      {"keys", "gen", "none"},
  };
  for (const auto& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    const Ended ours = wash(command);
    const Ended theirs = peer(command);
    EXPECT_EQ(ours.code, theirs.code);
    EXPECT_EQ(words(ours.out), words(theirs.out));  // in tables, blanks differ
    EXPECT_EQ(ours.err, theirs.err);
  }
}

TEST_P(BesidePeer, AContextOfOneLeadsTheOtherToTheLattice) {
  home_.unset("WASMCLOUD_CTL_PORT");
  for (const auto& [maker, reader] :
       {std::pair(our_wash(), peer_wash()), std::pair(peer_wash(), our_wash())}) {
    const std::string name = "of_" + maker.name;
    SCOPED_TRACE(name);
    EXPECT_EQ(run(maker, {"ctx", "new", name}).code, 0);
    EXPECT_EQ(run(maker, {"ctx", "edit", name, "--editor", editor_of_ports()}).code, 0);
    EXPECT_EQ(run(maker, {"ctx", "default", name}).code, 0);
    EXPECT_EQ(object_of(reader, {"get", "hosts"})["hosts"][0]["id"], host_->id());
    json listed = object_of(reader, {"ctx", "list"});
    EXPECT_THAT(listed["contexts"], UnorderedElementsAre("host_config", name));
    EXPECT_EQ(listed["default"], name);
    EXPECT_EQ(run(reader, {"ctx", "del", name}).code, 0);
    EXPECT_EQ(object_of(maker, {"ctx", "list"})["default"], "host_config");
  }
}

TEST_P(BesidePeer, KeysThatItKeepsAreOursToo) {
  ASSERT_EQ(peer({"claims", "sign", "hello.wasm", "--name", "Hello", "--ver", "1.0.0", "--rev", "1",
                  "-d", "signed.wasm"})
                .code,
            0);
  const auto names = object({"keys", "list"})["keys"].get<std::vector<std::string>>();
  EXPECT_THAT(names, UnorderedElementsAre("hello_module", "user_account"));
  for (const std::string& name : names) {
    EXPECT_EQ(text({"keys", "get", name}), peer({"keys", "get", name}).out);
  }
}

}  // namespace
}  // namespace wasmcloud::wash
