// The same requests to an existing host and to ours, each on a lattice of its own: what they answer
// is compared field by field. And both in one lattice.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/lattice/client.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/lattice/testing/host_process.h"
#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud {
namespace {

using nlohmann::json;
using testing::UnorderedElementsAre;

// What is no one's but a host's own.
const std::set<std::string> kOwn = {"id",           "host_id",        "friendly_name",
                                    "uptime_human", "uptime_seconds", "version"};

using Flat = std::map<std::string, std::string>;

void flatten(const json& value, const std::string& path, Flat& into) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) {
      if (kOwn.contains(key) && inner.is_string() && inner != "hello") {
        into[path + "." + key] = "(own)";
      } else if (kOwn.contains(key) && inner.is_number()) {
        into[path + "." + key] = "(own number)";
      } else {
        flatten(inner, path + "." + key, into);
      }
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      flatten(value[i], fmt::format("{}[{}]", path, i), into);
    }
    into[path + ".size"] = std::to_string(value.size());
  } else {
    into[path] = value.dump();
  }
}

// A host on a nats-server of its own, or with another one.
class Lattice {
 public:
  std::string url() const { return server.url(); }

  nats::NatsServer server;
};

struct Asked {
  std::string subject;  // "{}" for the host's id
  std::string body;
  std::string event = {};  // to wait for after the answer
};

Task<> ask_all(nats::Connection& connection, std::string host_id, const std::vector<Asked>& all,
               std::vector<std::string>& answers) {
  WC_CO_TRY(nats::Subscription events,
            connection.subscribe({.subject = lattice::event_subject("default", "*")}));
  for (const Asked& asked : all) {
    const std::string subject =
        "wasmbus.ctl.v1.default." + fmt::format(fmt::runtime(asked.subject), host_id);
    nats::Outgoing request{.subject = subject, .payload = asked.body};
    WC_CO_TRY(const nats::Message answer, connection.request(std::move(request), nats::soon()));
    answers.emplace_back(answer.text());
    while (!asked.event.empty()) {
      WC_CO_TRY(const auto message, events.next(nats::soon()), "after {}", asked.subject);
      WC_CO_TRY_VALUE(const auto event, lattice::parse_event(message.value().text()));
      if (event.name == asked.event) {
        break;
      }
    }
  }
  co_return Result<>();
}

class HostsCompared : public nats::ConnectionFixture {
 protected:
  void SetUp() override {
    WC_NEED_HOST(lattice::peer_host());
    ConnectionFixture::SetUp();
  }

  std::vector<std::string> answers_of(const lattice::HostProgram& program,
                                      const std::vector<Asked>& all) {
    const Lattice lattice;
    lattice::HostProcess host(program, lattice.server, {});
    std::unique_ptr<nats::Connection> connection;
    run(open(connection, blocking(), options_for(lattice.server)));
    std::vector<std::string> answers;
    run(ask_all(*connection, host.id(), all, answers));
    run(connection->close());
    return answers;
  }
};

TEST_F(HostsCompared, TheirAnswersAreTheSame) {
  const std::string component = "file://" WC_HELLO_COMPONENT;
  const std::string link = R"({"source_id":"web","target":"hello","wit_namespace":"wasi",)"
                           R"("wit_package":"http","interfaces":["incoming-handler"]})";
  const std::vector<Asked> all = {
      {"host.get.{}", ""},
      {"claims.get", ""},
      {"link.get", ""},
      {"config.get.none", ""},
      {"config.put.web", R"({"address":"127.0.0.1:0"})"},
      {"config.get.web", ""},
      {"config.put.web", "[]"},
      {"config.put.web", R"({"a":1})"},
      {"config.put.web", ""},
      {"config.del.web", ""},
      {"config.del.web", ""},
      {"config.get.a.b", ""},
      {"link.put", link},
      {"link.put", R"({"source_id":"web","target":"other","wit_namespace":"wasi",)"
                   R"("wit_package":"http","interfaces":["incoming-handler"]})"},
      {"link.put", R"({"source_id":"web","target":"x","wit_namespace":"n","wit_package":"p",)"
                   R"("interfaces":[],"source_config":["absent"],"target_config":["SECRET_x"]})"},
      {"link.put", "{}"},
      {"link.put", "nonsense"},
      {"link.del", "{}"},
      {"link.del", R"({"source_id":"web","wit_namespace":"wasi","wit_package":"http"})"},
      {"link.del", R"({"source_id":"web","wit_namespace":"wasi","wit_package":"http"})"},
      {"link.del", R"({"source_id":"none","wit_namespace":"wasi","wit_package":"http"})"},
      {"link.foo", "{}"},
      {"label.put.{}", R"({"key":"k","value":"v"})"},
      {"label.put.{}", R"({"key":"HOSTCORE.os","value":"v"})"},
      {"label.put.{}", R"({"key":"k"})"},
      {"label.del.{}", R"({"key":"k"})"},
      {"label.del.{}", R"({"key":"k"})"},
      {"label.foo.{}", "{}"},
      {"component.scale.{}", "{}"},
      {"component.scale.{}", R"({"component_id":"hello","count":-1})"},
      {"component.scale.{}", R"({"component_id":"none","count":0})", "component_scaled"},
      {"component.scale.{}",
       fmt::format(R"({{"component_id":"hello","component_ref":"{}","count":3,)"
                   R"("annotations":{{"k":"v"}}}})",
                   component),
       "component_scaled"},
      {"component.scale.{}",
       R"({"component_id":"hello","component_ref":"file:///other","count":3})", "component_scaled"},
      {"component.update.{}", R"({"component_id":"none","new_component_ref":"x"})"},
      {"component.update.{}",
       fmt::format(R"({{"component_id":"hello","new_component_ref":"{}"}})", component)},
      {"component.update.{}", "nonsense"},
      {"component.foo.{}", "{}"},
      {"host.get.{}", ""},
      {"provider.start.{}", "{}"},
      {"provider.start.{}",
       R"({"provider_id":"web","provider_ref":"wasmcloud+builtin://http-server"})",
       "provider_started"},
      {"provider.start.{}",
       R"({"provider_id":"web","provider_ref":"wasmcloud+builtin://http-server"})"},
      {"provider.stop.{}", R"({"provider_id":"none"})"},
      {"provider.stop.{}", R"({"provider_id":"web"})", "provider_stopped"},
      {"provider.stop.{}", "nonsense"},
      {"provider.foo.{}", ""},
      {"host.ping", ""},
      {"host.stop.{}", R"({"host_id":"NOTHER"})"},
      {"host.stop.{}", "nonsense"},
      {"host.foo.{}", ""},
      {"host.stop.{}", ""},
  };
  const std::vector<std::string> theirs = answers_of(lattice::peer_host(), all);
  const std::vector<std::string> ours = answers_of(lattice::our_host(), all);
  ASSERT_EQ(theirs.size(), all.size());
  ASSERT_EQ(ours.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto flat = [](const std::string& text) {
      Flat fields;
      flatten(json::parse(text, nullptr, false), "", fields);
      fields.erase(".response.rpc_host");  // each has a server of its own
      fields.erase(".response.ctl_host");
      return fields;
    };
    EXPECT_EQ(flat(ours[i]), flat(theirs[i]))
        << all[i].subject << ' ' << all[i].body << "\nours:   " << ours[i]
        << "\ntheirs: " << theirs[i];
  }
}

Task<> gather_hosts(nats::Connection& connection, std::vector<lattice::Host>& hosts,
                    std::vector<lattice::Link>& links) {
  WC_CO_TRY_VALUE(auto subjects, lattice::ControlSubjects::create("default"));
  lattice::ControlClient client(connection, std::move(subjects));
  WC_CO_TRY(hosts, client.hosts());
  lattice::Link link;
  link.source_id = "a";
  link.target = "b";
  link.wit_namespace = "n";
  link.wit_package = "p";
  for (int i = 0; i < 20; ++i) {  // whichever host answers, none is lost
    link.name = fmt::format("link-{}", i);
    WC_CO_CHECK(client.put_link(link));
  }
  const Deadline deadline = nats::soon();
  while (links.size() != 20 && !deadline.expired()) {
    WC_CO_TRY(links, client.links());
  }
  co_return Result<>();
}

TEST_F(HostsCompared, BothAreOfOneLattice) {
  const Lattice lattice;
  lattice::HostProcess theirs(lattice::peer_host(), lattice.server, {});
  lattice::HostProcess ours(lattice::our_host(), lattice.server, {});
  std::unique_ptr<nats::Connection> connection;
  run(open(connection, blocking(), options_for(lattice.server)));
  std::vector<lattice::Host> hosts;
  std::vector<lattice::Link> links;
  run(gather_hosts(*connection, hosts, links));
  run(connection->close());
  std::vector<std::string> ids;
  for (const lattice::Host& host : hosts) {
    ids.push_back(host.id);
  }
  EXPECT_THAT(ids, UnorderedElementsAre(theirs.id(), ours.id()));
  EXPECT_EQ(links.size(), 20U);
}

}  // namespace
}  // namespace wasmcloud
