// A host in this process on a real nats-server, and what tools see of it.
#include "wasmcloud/host/lattice_host.h"

#include <algorithm>
#include <future>

#include "wasmcloud/host/lattice_host_testing.h"
#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/lattice/stored.h"
#include "wasmcloud/nats/key_value.h"

namespace wasmcloud::host {
namespace {

using lattice::StringMap;
using testing::HasSubstr;

TEST_F(LatticeHostTest, SaysThatItStartedAndAnswers) {
  EXPECT_EQ(event<lattice::HostStarted>().version, "1.2.3");
  const auto hosts = result(client_->hosts());
  ASSERT_EQ(hosts.size(), 1U);
  EXPECT_EQ(hosts[0].id, host_->id());
  EXPECT_EQ(hosts[0].friendly_name, host_->friendly_name());
  EXPECT_EQ(hosts[0].ctl_host, server_->url());
  EXPECT_EQ(hosts[0].rpc_host, server_->url());
  EXPECT_EQ(hosts[0].lattice, "default");
  EXPECT_EQ(hosts[0].labels.at("zone"), "a");
  EXPECT_EQ(hosts[0].labels.at("hostcore.os"), "linux");
  const auto inventory = result(client_->inventory(host_->id()));
  EXPECT_EQ(inventory.host_id, host_->id());
  EXPECT_TRUE(inventory.components.empty());
  EXPECT_TRUE(inventory.providers.empty());
}

TEST_F(LatticeHostTest, ServesAComponentFromTheLinkOnUntilItGoes) {
  const std::uint16_t port = serve_guest(scale_of(10));
  EXPECT_EQ(get(port, "/there").body, "hello /there");

  const auto inventory = result(client_->inventory(host_->id()));
  ASSERT_EQ(inventory.components.size(), 1U);
  EXPECT_EQ(inventory.components[0].id, "guest");
  EXPECT_EQ(inventory.components[0].image_ref, kGuest);
  EXPECT_EQ(inventory.components[0].max_instances, 10U);
  ASSERT_EQ(inventory.providers.size(), 1U);
  EXPECT_EQ(inventory.providers[0].image_ref, "wasmcloud+builtin://http-server");

  scale(scale_of(0));
  EXPECT_EQ(event<lattice::ComponentScaled>().max_instances, 0U);
  EXPECT_EQ(get(port, "/").status, 503);
  scale(scale_of(1));
  EXPECT_EQ(event<lattice::ComponentScaled>().max_instances, 1U);
  EXPECT_EQ(get(port, "/").status, 200);

  EXPECT_EQ(
      request("link.del", R"({"source_id":"web","wit_namespace":"wasi","wit_package":"http"})"),
      R"({"success":true,"message":"successfully deleted link"})");
  EXPECT_EQ(event<lattice::LinkDeleted>().target, "guest");
  wait_for_no_listener(port);
  put_link("web", "guest", "web");
  wait_for_listener(port);
  EXPECT_EQ(get(port, "/").status, 200);

  EXPECT_EQ(request(on_host("provider.stop"), R"({"provider_id":"web","host_id":""})"),
            R"({"success":true,"message":"successfully stopped provider"})");
  EXPECT_FALSE(can_connect(port));
}

TEST_F(LatticeHostTest, AListenerFollowsItsConfiguration) {
  const std::uint16_t port = serve_guest(scale_of(1));
  const std::uint16_t other = http::RawListener().port();
  put_address("web", other);
  wait_for_listener(other);
  EXPECT_EQ(get(other, "/").status, 200);
  wait_for_no_listener(port);
}

TEST_F(LatticeHostTest, AComponentReadsItsConfigurationAsItIsNow) {
  request("config.put.one", R"({"key":"old","other":"x"})");
  request("config.put.two", R"({"key":"new"})");
  lattice::ScaleComponent how = scale_of(1);
  how.config = {"one", "two"};
  const std::uint16_t port = serve_guest(how);
  EXPECT_EQ(get(port, "/config/key").body, "new");
  EXPECT_EQ(get(port, "/config/none").body, "nothing among 2");
  request("config.put.two", R"({"key":"newer"})");
  EXPECT_TRUE(eventually([port] { return get(port, "/config/key").body == "newer"; }));
  request("config.del.two");
  EXPECT_TRUE(eventually([port] { return get(port, "/config/key").body == "old"; }));

  how.config = {"absent"};
  scale(how);
  EXPECT_EQ(event<lattice::ComponentScaleFailed>().error,
            "Unable to fetch requested config: Config absent does not exist");
  how.config = {"SECRET_x"};
  scale(how);
  EXPECT_THAT(event<lattice::ComponentScaleFailed>().error, HasSubstr("secret store"));
  EXPECT_EQ(get(port, "/config/key").body, "old");
}

TEST_F(LatticeHostTest, AsManyCallsRunAsTheComponentMayHave) {
  const std::uint16_t port = serve_guest(scale_of(1));
  http::RawPeer first = http::RawPeer::connect(port);
  first.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  first.read_until("\r\n\r\n");  // it runs
  auto second = std::async(std::launch::async, [port] { return get(port, "/second"); });
  EXPECT_EQ(second.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);
  EXPECT_TRUE(parse_answer("HTTP/1.1 200 OK\r\n\r\n" + first.read_to_end()).status == 200);
  EXPECT_EQ(second.get().body, "hello /second");
}

TEST_F(LatticeHostTest, AnUpdateFailsNoRequest) {
  const std::filesystem::path copy = server_->directory() / "copy.wasm";
  std::filesystem::copy_file(WC_TEST_GUEST, copy);
  const std::uint16_t port = serve_guest(scale_of(100));
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0};
  auto load = std::async(std::launch::async, [&] {
    int answered = 0;
    while (!stop) {
      if (get(port, "/").status != 200) {
        ++failed;
      }
      ++answered;
    }
    return answered;
  });
  for (int i = 0; i < 10; ++i) {
    const std::string ref = i % 2 == 0 ? "file://" + copy.string() : kGuest;
    EXPECT_THAT(request(on_host("component.update"),
                        fmt::format(R"({{"component_id":"guest","new_component_ref":"{}"}})", ref)),
                HasSubstr("component guest updating from "));
    EXPECT_EQ(event<lattice::ComponentScaled>().image_ref, ref);
  }
  stop = true;
  EXPECT_GT(load.get(), 0);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(request(on_host("component.update"),
                    fmt::format(R"({{"component_id":"guest","new_component_ref":"{}"}})", kGuest)),
            fmt::format(R"({{"success":true,"message":"component guest already updated to {}"}})",
                        kGuest));
}

TEST_F(LatticeHostTest, WhatCannotBeStartedIsToldWithItsReason) {
  lattice::ScaleComponent how = scale_of(1);
  for (const auto& [ref, reason] :
       {std::pair("registry.example/a:1", "does not fetch images"),
        std::pair("file:///nonexistent.wasm", "no such file"),
        std::pair("wasmcloud+builtin://http-server", "nothing to fetch for a builtin"),
        std::pair("file://relative.wasm", "absolute path")}) {
    how.component_ref = ref;
    scale(how);
    const auto failed = event<lattice::ComponentScaleFailed>();
    EXPECT_EQ(failed.image_ref, ref);
    EXPECT_THAT(failed.error, HasSubstr(reason));
  }
  for (const auto& [ref, reason] :
       {std::pair("wasmcloud+builtin://nothing", "unknown builtin name: nothing"),
        std::pair("registry.example/p:1", "no provider processes")}) {
    request(on_host("provider.start"),
            fmt::format(R"({{"provider_id":"p","provider_ref":"{}"}})", ref));
    const auto failed = event<lattice::ProviderStartFailed>();
    EXPECT_EQ(failed.provider_ref, ref);
    EXPECT_THAT(failed.error, HasSubstr(reason));
  }
}

TEST_F(LatticeHostTest, FilesAreLoadedOnlyIfAllowed) {
  host_.reset();
  LatticeHostConfig config = host_config();
  config.allow_file_load = false;
  start_host(std::move(config));
  scale(scale_of(1));
  EXPECT_EQ(event<lattice::ComponentScaleFailed>().error,
            "unable to start component from file, file loading is disabled");
}

TEST_F(LatticeHostTest, LinksAndConfigurationsOutliveTheHost) {
  request("config.put.web", R"({ "address": "127.0.0.1:1" })");
  put_link("web", "guest", "web");
  const std::string links = request("link.get");
  const std::string first = host_->id();
  host_.reset();
  start_host();
  EXPECT_NE(host_->id(), first);
  EXPECT_EQ(request("link.get"), links);
  EXPECT_EQ(request("config.get.web"),
            R"({"success":true,"message":"","response":{"address":"127.0.0.1:1"}})");
  EXPECT_TRUE(result(client_->inventory(host_->id())).components.empty());
}

TEST_F(LatticeHostTest, ALinkIsThereWhenItsAnswerIs) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(
        request("link.put", fmt::format(R"({{"source_id":"a{}","target":"b","wit_namespace":"n",)"
                                        R"("wit_package":"p","interfaces":["i"]}})",
                                        i)),
        HasSubstr("true"));
    EXPECT_EQ(result(client_->links()).size(), static_cast<std::size_t>(i) + 1);
  }
  EXPECT_EQ(event<lattice::LinkSet>().link.source_id, "a0");
  EXPECT_EQ(request("link.put", R"({"source_id":"a0","target":"c","wit_namespace":"n",)"
                                R"("wit_package":"p","interfaces":["i"]})"),
            R"({"success":false,"message":"link already exists with different target, consider )"
            R"(deleting the existing link or using a different link name"})");
  EXPECT_EQ(request("link.put", R"({"source_id":"a0","target":"c","wit_namespace":"n",)"
                                R"("wit_package":"q","interfaces":[],"source_config":["x","y"],)"
                                R"("target_config":["SECRET_z"]})"),
            R"({"success":false,"message":"Failed to validate configuration and secrets. )"
            R"(Configuration x not found in config store. Configuration y not found in config )"
            R"(store. Secret reference SECRET_z not found in config store. "})");
  EXPECT_EQ(event<lattice::LinkSetFailed>().link.target, "c");
}

TEST_F(LatticeHostTest, LabelsChange) {
  EXPECT_EQ(request(on_host("label.put"), R"({"key":"k","value":"v"})"),
            R"({"success":true,"message":"successfully put label"})");
  EXPECT_EQ(event<lattice::LabelsChanged>().labels.at("k"), "v");
  const std::string auction =
      R"({"component_ref":"r","component_id":"c","constraints":{"k":"v","zone":"a"}})";
  const auto ask = [&](std::string key, std::string value) {
    lattice::ComponentAuction body;
    body.component_id = "c";
    body.component_ref = "r";
    body.constraints = {{std::move(key), std::move(value)}};
    return result(client_->component_auction(std::move(body)));
  };
  const auto won = ask("k", "v");
  ASSERT_EQ(won.size(), 1U);
  EXPECT_EQ(won[0].host_id, host_->id());
  EXPECT_EQ(won[0].component_id, "c");
  EXPECT_TRUE(ask("k", "w").empty());
  EXPECT_EQ(request(on_host("label.put"), R"({"key":"HostCore.os","value":"v"})"),
            R"({"success":false,"message":"hostcore.* labels cannot be set dynamically"})");
  EXPECT_EQ(request(on_host("label.del"), R"({"key":"k"})"),
            R"({"success":true,"message":"successfully deleted label"})");
  EXPECT_EQ(request(on_host("label.del"), R"({"key":"k"})"),
            R"x({"success":true,"message":"successfully deleted label (no such label)"})x");
  EXPECT_TRUE(ask("k", "v").empty());
}

TEST_F(LatticeHostTest, LabelsHaveRoomInAnAnswer) {
  const std::string large(40'000, 'x');
  const auto put = [&](std::string_view key) {
    return request(on_host("label.put"), fmt::format(R"({{"key":"{}","value":"{}"}})", key, large));
  };
  EXPECT_THAT(put("a"), HasSubstr("\"success\":true"));
  EXPECT_EQ(put("b"), R"({"success":false,"message":"too many labels"})");
  EXPECT_THAT(put("a"), HasSubstr("\"success\":true"));
  EXPECT_FALSE(result(client_->hosts()).at(0).labels.contains("b"));
}

// As the sheet has it: tools wait for the event after the answer.
TEST_F(LatticeHostTest, AScaleIsAnsweredBeforeItsEvent) {
  struct Order {
    static Task<> of(nats::Connection& connection, std::string subject, std::string body,
                     std::vector<std::string>& seen) {
      WC_CO_TRY(nats::Subscription all, connection.subscribe({.subject = ">"}));
      WC_CO_CHECK(connection.flush(soon()));
      WC_CO_CHECK_VALUE(connection.publish(
          {.subject = std::move(subject), .payload = std::move(body), .reply = "the.answer"}));
      while (seen.size() < 2) {
        WC_CO_TRY(const std::optional<nats::Message> message, all.next(soon()));
        const std::string name(message.value().subject());
        if (name == "the.answer" || name == "wasmbus.evt.default.component_scaled") {
          seen.push_back(name);
        }
      }
      co_return Result<>();
    }
  };

  std::vector<std::string> seen;
  run(Order::of(*connection_, "wasmbus.ctl.v1.default." + on_host("component.scale"),
                lattice::to_json(scale_of(0)), seen));
  EXPECT_EQ(seen, (std::vector<std::string>{"the.answer", "wasmbus.evt.default.component_scaled"}));
}

TEST_F(LatticeHostTest, ALimitOfZeroIsNone) {
  lattice::ScaleComponent how = scale_of(1);
  how.component_limits = StringMap{{"max_memory_limit", "0"}, {"max_execution_time", "0"}};
  const std::uint16_t port = serve_guest(how);
  EXPECT_EQ(get(port, "/").status, 200);
  how.component_limits = StringMap{{"max_memory_limit", "65536"}};
  scale(how);
  event<lattice::ComponentScaled>();
  EXPECT_NE(get(port, "/").status, 200);
}

TEST_F(LatticeHostTest, StopsWhileThereIsMuchToDoAndNatsIsGone) {
  for (int i = 0; i < 200; ++i) {
    lattice::ScaleComponent how = scale_of(static_cast<std::uint32_t>(i % 2) + 1);
    how.component_id = fmt::format("guest{}", i % 3);
    how.config = {"absent"};
    scale(how);
  }
  server_->kill();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(host_->stop(Deadline::after({})));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
  server_->start();
}

TEST_F(LatticeHostTest, AProviderThatRunsIsNotStartedAgain) {
  serve_guest(scale_of(1));
  EXPECT_EQ(request(on_host("provider.start"),
                    R"({"provider_id":"web","provider_ref":"wasmcloud+builtin://http-server"})"),
            R"({"success":false,"message":"provider with that ID is already running"})");
  lattice::ProviderAuction auction;
  auction.provider_id = "web";
  auction.provider_ref = "wasmcloud+builtin://http-server";
  EXPECT_TRUE(result(client_->provider_auction(auction)).empty());
  auction.provider_id = "another";
  EXPECT_EQ(result(client_->provider_auction(auction)).size(), 1U);
  EXPECT_EQ(request(on_host("provider.stop"), R"({"provider_id":"absent"})"),
            R"({"success":false,"message":"provider with that ID is not running"})");
}

// Each request of the interface with a body that it cannot have.
TEST_F(LatticeHostTest, ABodyThatCannotBeIsAnsweredAndLifeGoesOn) {
  const auto text = [](std::string_view what) {
    return fmt::format(R"({{"success":false,"message":"failed to deserialize {}"}})", what);
  };
  const std::vector<std::pair<std::string, std::string>> operations = {
      {on_host("component.scale"), "component scale command"},
      {on_host("component.update"), "component update command"},
      {on_host("provider.start"), "provider start command"},
      {on_host("provider.stop"), "provider stop command"},
      {on_host("label.put"), "put label request"},
      {on_host("label.del"), "delete label request"},
      {"component.auction", "component auction command"},
      {"provider.auction", "provider auction command"},
      {"link.put", "wrpc link definition"},
      {"link.del", "wrpc link definition"},
      {on_host("host.stop"), "stop command"},
  };
  for (const auto& [subject, what] : operations) {
    for (const std::string& body : {std::string("nonsense"), std::string("[]"), std::string("\"\""),
                                    std::string("null"), std::string("{"),
                                    std::string("{\"host_id\":1,\"key\":1,\"component_id\":1,"
                                                "\"provider_id\":1,\"source_id\":1}"),
                                    std::string("\xff\xfe"), std::string(40'000, '['),
                                    std::string("{\"host_id\":\"\",\"host_id\":\"\"}")}) {
      EXPECT_EQ(request(subject, body), text(what)) << subject << ' ' << body.substr(0, 60);
    }
    if (!what.starts_with("stop")) {
      EXPECT_EQ(request(subject, ""), text(what)) << subject;
    }
  }
  for (const std::string_view body : {"", "[]", "{\"a\":1}", "{\"a\":null}", "\xff"}) {
    EXPECT_EQ(request("config.put.a", std::string(body)),
              R"({"success":false,"message":"config data should be a map of string -> string"})");
  }
  EXPECT_EQ(request("config.get.a"), R"({"success":true,"message":"Configuration not found"})");
  EXPECT_EQ(request("config.del.a"), R"({"success":true,"message":"successfully deleted config"})");
  for (const std::string& subject :
       {std::string("link.foo"), std::string("config.get.a.b"), std::string("config.foo.a"),
        on_host("component.foo"), on_host("host.foo"), on_host("label.foo"),
        on_host("provider.foo")}) {
    EXPECT_EQ(request(subject, "{}"), R"({"success":false,"message":"unsupported subject"})")
        << subject;
  }
  EXPECT_EQ(request(on_host("component.update"), R"({})"),
            R"({"success":false,"message":"component  not found"})");
  EXPECT_EQ(request("link.put", R"({"source_id":"a b","target":"b","wit_namespace":"n",)"
                                R"("wit_package":"p","interfaces":[]})")
                .substr(0, 16),
            R"({"success":false)");
  EXPECT_EQ(request("link.del", R"({"source_id":"x","wit_namespace":"n","wit_package":"p"})"),
            R"x({"success":true,"message":"successfully deleted link (spec doesn't exist)"})x");
  EXPECT_EQ(result(client_->hosts()).size(), 1U);
}

TEST_F(LatticeHostTest, WhatOthersPutIntoTheStoreHarmsNobody) {
  struct Write {
    static Task<> garbage(nats::Connection& connection) {
      WC_CO_TRY(nats::Bucket data,
                nats::open_bucket(connection, lattice::lattice_bucket("default"), "", soon()));
      WC_CO_TRY(nats::Bucket configs,
                nats::open_bucket(connection, lattice::config_bucket("default"), "", soon()));
      WC_CO_CHECK(data.put("COMPONENT_broken", "not JSON", soon()));
      WC_CO_CHECK(data.put("COMPONENT_list", "[1]", soon()));
      WC_CO_CHECK(data.put("CLAIMS_x", "{}", soon()));
      WC_CO_CHECK(data.put("else", "\xff", soon()));
      WC_CO_CHECK(configs.put("broken", "not JSON", soon()));
      WC_CO_CHECK(data.put("COMPONENT_web",
                           R"({"url":"","links":[{"source_id":"web","target":"guest",)"
                           R"("wit_namespace":"n","wit_package":"p","interfaces":[]}]})",
                           soon()));
      co_return Result<>();
    }
  };

  run(Write::garbage(*connection_));
  const Deadline deadline = soon();
  while (result(client_->links()).size() != 1 && !deadline.expired()) {
  }
  EXPECT_EQ(result(client_->links()).size(), 1U);
  EXPECT_EQ(request("config.get.broken"),
            R"({"success":false,"message":"config data should be a map of string -> string"})");
  EXPECT_THAT(request("link.put", R"({"source_id":"broken","target":"b","wit_namespace":"n",)"
                                  R"("wit_package":"p","interfaces":[]})"),
              HasSubstr("\"success\":false"));
  host_.reset();
  start_host();
  EXPECT_EQ(result(client_->links()).size(), 1U);
}

struct Buckets {
  static Task<> remove(nats::Connection& connection) {
    WC_CO_CHECK(nats::delete_bucket(connection, lattice::config_bucket("default"), "", soon()));
    co_return co_await nats::delete_bucket(connection, lattice::lattice_bucket("default"), "",
                                           soon());
  }

  // As another host does it that was faster.
  static Task<> make_anew(nats::Connection& connection) {
    WC_CO_CHECK(remove(connection));
    for (std::string name :
         {lattice::config_bucket("default"), lattice::lattice_bucket("default")}) {
      nats::BucketConfig config{.bucket = std::move(name)};
      WC_CO_CHECK(nats::open_or_create_bucket(connection, std::move(config), soon()));
    }
    co_return Result<>();
  }
};

// Whoever deletes the buckets: revisions begin at 1 again, and what comes then is heard.
TEST_F(LatticeHostTest, AStoreThatWasMadeAnewIsHeardAgain) {
  request("config.put.web", "{}");
  request("config.put.one", R"({"key":"old"})");
  lattice::ScaleComponent how = scale_of(1);
  how.config = {"one"};
  const std::uint16_t port = serve_guest(how);
  const auto put = [this](std::string_view value) {
    request("config.put.one", fmt::format(R"({{"key":"{}"}})", value));
    request("link.put", fmt::format(R"({{"source_id":"other","target":"{}","wit_namespace":"n",)"
                                    R"("wit_package":"p","interfaces":[]}})",
                                    value));
  };
  const auto is_heard = [&](std::string_view value) {
    const auto has_it = [&](const lattice::Link& link) { return link.target == value; };
    for (const Deadline deadline = soon(); !deadline.expired();) {
      put(value);
      if (std::ranges::any_of(result(client_->links()), has_it) &&
          get(port, "/config/key").body == value) {
        return true;
      }
    }
    return false;
  };
  for (int i = 0; i < 20; ++i) {
    put(fmt::format("old{}", i));  // so that it is long until the revisions are as high again
  }
  run(Buckets::remove(*connection_));
  EXPECT_TRUE(is_heard("first"));
  run(Buckets::make_anew(*connection_));
  EXPECT_TRUE(is_heard("second"));
}

TEST_F(LatticeHostTest, ServesOnWhileNatsIsGone) {
  const std::uint16_t port = serve_guest(scale_of(10));
  server_->kill();
  EXPECT_EQ(get(port, "/").status, 200);
  server_->start();
  run(connection_->wait_connected(soon()));
  const Deadline deadline = soon();
  while (result(client_->hosts()).empty() && !deadline.expired()) {
  }
  EXPECT_EQ(result(client_->hosts()).size(), 1U);
  EXPECT_EQ(get(port, "/").status, 200);
  EXPECT_EQ(result(client_->links()).size(), 1U);
}

TEST_F(LatticeHostTest, HeartbeatsTellTheInventory) {
  host_.reset();
  LatticeHostConfig config = host_config();
  config.heartbeat = std::chrono::seconds(1);
  start_host(std::move(config));
  scale(scale_of(7));
  event<lattice::ComponentScaled>();
  const auto beat = event<lattice::HostHeartbeat>();
  EXPECT_EQ(beat.inventory.host_id, host_->id());
  EXPECT_EQ(beat.inventory.components.at(0).max_instances, 7U);
}

TEST_F(LatticeHostTest, StopsWhenItIsAsked) {
  EXPECT_EQ(request(on_host("host.stop"), R"({"host_id":"NOTHER"})"),
            R"({"success":false,"message":"invalid host_id [NOTHER]"})");
  auto asked = stop_asked_.get_future();
  EXPECT_EQ(request(on_host("host.stop"), R"({"host_id":"","timeout":1500})"),
            R"({"success":true,"message":"successfully handled stop host"})");
  const auto time = asked.get();
  ASSERT_TRUE(time);
  EXPECT_EQ(*time, std::chrono::milliseconds(1500));
  EXPECT_TRUE(host_->stop(soon()));
  EXPECT_EQ(event<lattice::HostStopped>().labels.at("zone"), "a");
  EXPECT_TRUE(result(client_->hosts()).empty());
}

TEST_F(LatticeHostTest, ReadinessEndsWithTheHost) {
  host_.reset();
  LatticeHostConfig config = host_config();
  config.http_admin = "127.0.0.1:0";
  start_host(std::move(config));
  const std::uint16_t port = http::port_of(host_->admin_address());
  EXPECT_EQ(get(port, "/livez").body, R"({"status":"ok"})");
  EXPECT_EQ(get(port, "/readyz").body, R"({"status":"ok"})");
  EXPECT_EQ(get(port, "/elsewhere").status, 404);
  auto asked = stop_asked_.get_future();
  request(on_host("host.stop"));
  asked.wait();
  EXPECT_EQ(get(port, "/readyz").status, 500);
  EXPECT_EQ(get(port, "/livez").status, 200);
}

TEST_F(LatticeHostTest, ASeedIsAnIdentity) {
  host_.reset();
  const auto key = identity::KeyPair::generate(identity::KeyType::host);
  LatticeHostConfig config = host_config();
  config.host_seed = key.seed();
  start_host(std::move(config));
  EXPECT_EQ(host_->id(), key.public_key().text());
}

TEST_F(LatticeHostTest, WhatIsWrongAtTheStartIsSaid) {
  const auto failure = [](LatticeHostConfig config) {
    const auto started = start_lattice_host(std::move(config), {});
    return started ? "it started" : started.error().describe();
  };
  LatticeHostConfig config = host_config();
  config.control.urls = {fmt::format("127.0.0.1:{}", http::RawListener().port())};
  EXPECT_THAT(failure(std::move(config)), HasSubstr("connecting to NATS for control"));
  config = host_config();
  config.lattice = "a.b";
  EXPECT_THAT(failure(std::move(config)), HasSubstr("lattice `a.b`"));
  config = host_config();
  config.host_seed = SecretString("SUAAA");
  EXPECT_THAT(failure(std::move(config)), HasSubstr("host seed"));
  const nats::NatsServer without("jetstream: disabled");
  config = host_config();
  config.control.urls = config.rpc.urls = {without.url()};
  EXPECT_THAT(failure(std::move(config)), HasSubstr("JetStream"));
}

}  // namespace
}  // namespace wasmcloud::host
