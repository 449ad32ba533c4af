// Links across hosts of two makes: what is called on one by the other, over NATS.
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/bridge/link_testing.h"
#include "wasmcloud/http/raw_peer.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/lattice/testing/host_process.h"
#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/wrpc/nats_transport.h"

namespace wasmcloud {
namespace {

using lattice::HostProgram;

// The host that calls, the host that is called.
using Pair = std::tuple<HostProgram, HostProgram>;

class LinksAcross : public nats::ConnectedFixture, public testing::WithParamInterface<Pair> {
 protected:
  void SetUp() override {
    WC_NEED_HOST(std::get<0>(GetParam()));
    WC_NEED_HOST(std::get<1>(GetParam()));
    ConnectedFixture::SetUp();
    if (IsSkipped()) {
      return;
    }
    run(begin(this));
    caller_ = std::make_unique<lattice::HostProcess>(std::get<0>(GetParam()), *server_,
                                                     lattice::HostProcess::Options());
    callee_ = std::make_unique<lattice::HostProcess>(std::get<1>(GetParam()), *server_,
                                                     lattice::HostProcess::Options());
  }

  void TearDown() override {
    caller_.reset();
    callee_.reset();
    if (transport_) {
      run(end(this));
    }
    events_.reset();
    ConnectedFixture::TearDown();
  }

  static Task<> begin(LinksAcross* test) {
    WC_CO_TRY(nats::Subscription events,
              test->connection_->subscribe({.subject = lattice::event_subject("default", "*")}));
    test->events_.emplace(std::move(events));
    WC_CO_TRY(test->transport_, wrpc::NatsTransport::create(*test->connection_));
    test->relay_ = test->transport_->client("default.relay");
    co_return co_await test->connection_->flush(nats::soon());
  }

  static Task<> end(LinksAcross* test) {
    test->relay_.reset();
    WC_CO_CHECK(test->transport_->stop());
    test->transport_.reset();
    co_return Result<>();
  }

  // Asks, and waits for the event if there is a name.
  void ask(std::string subject, std::string body, std::string_view event = {}) {
    run(do_ask(this, std::move(subject), std::move(body), event));
  }

  static Task<> do_ask(LinksAcross* test, std::string subject, std::string body,
                       std::string_view event) {
    nats::Outgoing request{.subject = "wasmbus.ctl.v1.default." + subject, .payload = body};
    WC_CO_TRY(const nats::Message answer,
              test->connection_->request(std::move(request), nats::soon()));
    EXPECT_THAT(answer.text(), testing::HasSubstr("\"success\":true")) << subject;
    while (!event.empty()) {
      WC_CO_TRY(const auto message, test->events_->next(nats::soon()), "after {}", subject);
      WC_CO_TRY_VALUE(const auto came, lattice::parse_event(message.value().text()));
      if (came.name == event) {
        break;
      }
    }
    co_return Result<>();
  }

  void start(const lattice::HostProcess& host, std::string_view id, const std::string& file) {
    lattice::ScaleComponent scale;
    scale.component_id = id;
    scale.component_ref = "file://" + file;
    scale.count = 10;
    scale.host_id = host.id();
    ask("component.scale." + host.id(), lattice::to_json(scale), "component_scaled");
  }

  std::string written(std::string_view name, const std::string& text) {
    const auto path = folder_.path() / fmt::format("{}.wasm", name);
    bridge::testing::write_component(path, text);
    return path.string();
  }

  void put_link(std::string_view source, std::string_view target, std::string_view what,
                std::string_view more = "") {
    ask("link.put", fmt::format(R"({{"source_id":"{}","target":"{}","name":"default",{}{}}})",
                                source, target, what, more));
  }

  std::optional<std::string> relay(const std::string& data) {
    std::optional<std::string> result;
    run(bridge::testing::call_relay(*relay_, data, result));
    return result;
  }

  // A host knows of a link a moment after it was put. The existing one may lose a link of a
  // component that it has just started (it writes what it knows of the component once more), so it
  // is put until it counts.
  bool eventually_linked(const std::string& data) {
    const Deadline deadline = nats::soon();
    while (!deadline.expired()) {
      put_link("relay", "echo",
               R"("wit_namespace":"wc","wit_package":"test","interfaces":["echo"])");
      if (relay(data) == data) {
        return true;
      }
    }
    return false;
  }

  TemporaryDirectory folder_;
  std::optional<nats::Subscription> events_;
  std::unique_ptr<wrpc::NatsTransport> transport_;
  std::unique_ptr<wrpc::Client> relay_;
  std::unique_ptr<lattice::HostProcess> caller_;
  std::unique_ptr<lattice::HostProcess> callee_;
};

TEST_P(LinksAcross, OneComponentCallsAnother) {
  start(*callee_, "echo", written("echo", bridge::testing::echo_text()));
  start(*caller_, "relay", written("relay", bridge::testing::relay_text()));
  EXPECT_TRUE(eventually_linked("abc"));
  const std::string large(std::size_t{3} << 20U, 'x');  // beyond max_payload
  EXPECT_EQ(relay(large), large);
  EXPECT_EQ(relay(""), std::nullopt);  // a trap there
  EXPECT_EQ(relay("good again"), "good again");
}

// Behind a built-in HTTP server, which of the existing hosts knows only components of its own.
TEST_P(LinksAcross, ARequestReachesAComponentOnTheOtherHost) {
  if (std::get<0>(GetParam()).name != lattice::our_host().name) {
    GTEST_SKIP() << "its built-in HTTP server calls components of its own host only";
  }
  const std::uint16_t port = http::RawListener().port();
  ask("config.put.web", fmt::format(R"({{"address":"127.0.0.1:{}"}})", port));
  ask("provider.start." + caller_->id(),
      fmt::format(R"({{"provider_id":"web","provider_ref":"wasmcloud+builtin://http-server",)"
                  R"("host_id":"{}","config":[]}})",
                  caller_->id()),
      "provider_started");
  start(*callee_, "hello", WC_HELLO_COMPONENT);
  put_link("web", "hello",
           R"("wit_namespace":"wasi","wit_package":"http","interfaces":["incoming-handler"])",
           R"(,"source_config":["web"])");
  std::string answer;
  const Deadline deadline = nats::soon();
  while (!answer.starts_with("HTTP/1.1 200") && !deadline.expired()) {
    try {
      http::RawPeer peer = http::RawPeer::connect(port);
      peer.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      answer = peer.read_to_end();
    } catch (const std::exception&) {  // it does not listen yet
      std::this_thread::yield();
    }
  }
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, testing::HasSubstr("Hello"));
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, LinksAcross,
    testing::Combine(testing::Values(lattice::our_host(), lattice::peer_host()),
                     testing::Values(lattice::our_host(), lattice::peer_host())),
    [](const auto& info) {
      return std::get<0>(info.param).name + "_" + std::get<1>(info.param).name;
    });

}  // namespace
}  // namespace wasmcloud
