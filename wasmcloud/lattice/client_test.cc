// The client against a host that is played here, over a real server.
#include "wasmcloud/lattice/client.h"

#include <functional>
#include <map>

#include <gtest/gtest.h>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::lattice {
namespace {

using namespace std::chrono_literals;
using nats::Connection;

class ClientTest : public nats::ConnectedFixture {
 protected:
  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(open(host_, blocking(), options_for(*server_)));
      client_.emplace(*connection_, *ControlSubjects::create("default"),
                      ClientTimeouts{.request = 2s, .gather = 200ms});
    }
  }

  void TearDown() override {
    client_.reset();
    if (host_) {
      run(host_->close());
    }
    ConnectedFixture::TearDown();
  }

  // Runs `body` while each message on `subject` is answered with `replies`, one after the other.
  void with_host(std::string subject, std::vector<std::string> replies,
                 const std::function<Task<>()>& body) {
    run(play(*host_, std::move(subject), std::move(replies), body));
  }

  static Task<> play(Connection& host, std::string subject, std::vector<std::string> replies,
                     const std::function<Task<>()>& body) {
    WC_CO_TRY(nats::Subscription asked, host.subscribe({.subject = std::move(subject)}));
    WC_CO_CHECK(host.flush(nats::soon()));
    TaskScope tasks(co_await asio::this_coro::executor);
    tasks.spawn("a host", answer(host, std::move(asked), std::move(replies)));
    Result<> done = co_await body();
    WC_CO_CHECK(tasks.join());
    co_return done;
  }

  static Task<> answer(Connection& host, nats::Subscription asked,
                       std::vector<std::string> replies) {
    WC_CO_TRY(const auto request, asked.next(nats::soon()));
    seen = request->text();
    for (std::string& reply : replies) {
      const nats::Outgoing message{.subject = std::string(request->reply()),
                                   .payload = std::move(reply)};
      WC_CO_CHECK_VALUE(host.publish(message));
    }
    co_return Result<>();
  }

  static inline std::string seen;  // the last request's body
  std::unique_ptr<Connection> host_;
  std::optional<ControlClient> client_;
};

template <typename T>
Task<> expect(Task<T> task, std::function<void(const T&)> check) {
  WC_CO_TRY(const T value, std::move(task));
  check(value);
  co_return Result<>();
}

template <typename T>
Task<> expect_error(Task<T> task, ErrorKind kind, std::string text) {
  const Result<T> result = co_await std::move(task);
  EXPECT_FALSE(result);
  if (!result) {
    EXPECT_EQ(result.error().kind(), kind) << result.error().describe();
    EXPECT_NE(result.error().describe().find(text), std::string::npos) << result.error().describe();
  }
  co_return Result<>();
}

TEST_F(ClientTest, ScalesAComponent) {
  with_host("wasmbus.ctl.v1.default.component.scale.NA", {R"({"success":true,"message":""})"}, [&] {
    ScaleComponent request;
    request.component_ref = "file:///c.wasm";
    request.component_id = "c";
    request.host_id = "NA";
    request.count = 3;
    return expect<std::string>(client_->scale_component(request),
                               [](const std::string& text) { EXPECT_EQ(text, ""); });
  });
  EXPECT_EQ(
      seen,
      R"({"component_ref":"file:///c.wasm","component_id":"c","count":3,"host_id":"NA","config":[],)"
      R"("allow_update":false})");
}

TEST_F(ClientTest, ARefusalIsTold) {
  with_host("wasmbus.ctl.v1.default.provider.stop.NA",
            {R"({"success":false,"message":"provider with that ID is not running"})"}, [&] {
              return expect_error(client_->stop_provider({.host_id = "NA", .provider_id = "p"}),
                                  ErrorKind::conflict, "provider with that ID is not running");
            });
}

TEST_F(ClientTest, AnAnswerThatIsNoneIsInvalid) {
  for (const std::string body : {"", "x", "[]", R"({"success":true})"}) {
    with_host("wasmbus.ctl.v1.default.link.get", {body},
              [&] { return expect_error(client_->links(), ErrorKind::invalid, "answer"); });
  }
  with_host("wasmbus.ctl.v1.default.link.get", {R"({"success":true,"message":""})"},
            [&] { return expect_error(client_->links(), ErrorKind::invalid, "missing field"); });
}

TEST_F(ClientTest, NobodyThereIsUnavailable) {
  run(expect_error(client_->claims(), ErrorKind::unavailable, ""));
  run(expect<std::vector<Host>>(
      client_->hosts(), [](const std::vector<Host>& hosts) { EXPECT_TRUE(hosts.empty()); }));
}

TEST_F(ClientTest, BlankIdsAreNotSent) {
  run(expect_error(client_->inventory(" "), ErrorKind::invalid, "Host ID cannot be empty"));
  run(expect_error(client_->start_provider({.provider_id = "p",
                                            .provider_ref = "",
                                            .host_id = "N",
                                            .config = {},
                                            .annotations = {}}),
                   ErrorKind::invalid, "Provider OCI reference cannot be empty"));
}

// Existing clients stop at the first answer that they cannot read.
TEST_F(ClientTest, PingCollectsWhoeverAnswers) {
  const auto host = [](std::string id) {
    Host made;
    made.id = std::move(id);
    made.lattice = "default";
    return reply_with(made);
  };
  with_host("wasmbus.ctl.v1.default.host.ping", {host("N1"), "nonsense", host("N2")}, [&] {
    return expect<std::vector<Host>>(client_->hosts(), [](const std::vector<Host>& hosts) {
      ASSERT_EQ(hosts.size(), 2U);
      EXPECT_EQ(hosts[0].id, "N1");
      EXPECT_EQ(hosts[1].id, "N2");
    });
  });
}

TEST_F(ClientTest, AnAuctionMayEndWithTheFirstOffer) {
  // A gathering that would go on for longer than the test may.
  ControlClient patient(*connection_, client_->subjects(), {.request = 2s, .gather = 10min});
  const std::string offer =
      R"({"success":true,"message":"","response":{"component_ref":"r","component_id":"c",)"
      R"("host_id":"NA","constraints":{}}})";
  with_host("wasmbus.ctl.v1.default.component.auction", {offer}, [&] {
    return expect<std::vector<ComponentAuctionAck>>(
        patient.component_auction({.component_ref = "r", .component_id = "c", .constraints = {}},
                                  Wanted::first),
        [](const auto& offers) {
          ASSERT_EQ(offers.size(), 1U);
          EXPECT_EQ(offers[0].host_id, "NA");
        });
  });
}

TEST_F(ClientTest, AConfigMayBeAbsent) {
  with_host("wasmbus.ctl.v1.default.config.get.app",
            {R"({"success":true,"message":"Configuration not found"})"}, [&] {
              return expect<std::optional<StringMap>>(
                  client_->config("app"),
                  [](const std::optional<StringMap>& config) { EXPECT_FALSE(config); });
            });
  with_host("wasmbus.ctl.v1.default.config.get.app",
            {R"({"success":true,"message":"","response":{"a":"b"}})"}, [&] {
              return expect<std::optional<StringMap>>(client_->config("app"),
                                                      [](const std::optional<StringMap>& config) {
                                                        EXPECT_EQ(config, (StringMap{{"a", "b"}}));
                                                      });
            });
}

}  // namespace
}  // namespace wasmcloud::lattice
