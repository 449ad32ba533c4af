// For tests: a host in this process on a real nats-server, and what tools see of it.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "wasmcloud/host/lattice_host.h"
#include "wasmcloud/host/service_testing.h"
#include "wasmcloud/lattice/client.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::host {

using nats::soon;

class LatticeHostTest : public nats::ConnectedFixture {
 protected:
  using StopTime = std::optional<std::chrono::milliseconds>;

  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(subscribe(this));
      start_host();
    }
  }

  void TearDown() override {
    host_.reset();
    events_.reset();
    client_.reset();
    ConnectedFixture::TearDown();
  }

  LatticeHostConfig host_config() const;

  void start_host() { start_host(host_config()); }

  void start_host(LatticeHostConfig config) {
    stop_asked_ = {};
    auto started = start_lattice_host(
        std::move(config), [this](auto time) { stop_asked_.set_value(std::move(time)); });
    ASSERT_TRUE(started) << started.error().describe();
    host_ = *std::move(started);
  }

  static Task<> subscribe(LatticeHostTest* test) {
    WC_CO_TRY(nats::Subscription events,
              test->connection_->subscribe({.subject = lattice::event_subject("default", "*")}));
    test->events_.emplace(std::move(events));
    WC_CO_TRY_VALUE(auto subjects, lattice::ControlSubjects::create("default"));
    lattice::ClientTimeouts timeouts{.request = std::chrono::seconds(20),
                                     .gather = std::chrono::milliseconds(300)};
    test->client_.emplace(*test->connection_, std::move(subjects), timeouts);
    co_return co_await test->connection_->flush(soon());
  }

  // The answer to a request as it is sent.
  std::string request(std::string subject, std::string body = "") {
    std::string answer;
    run(do_request(*connection_, "wasmbus.ctl.v1.default." + subject, std::move(body), answer));
    return answer;
  }

  static Task<> do_request(nats::Connection& connection, std::string subject, std::string body,
                           std::string& answer) {
    WC_CO_TRY(
        const nats::Message message,
        connection.request({.subject = std::move(subject), .payload = std::move(body)}, soon()));
    answer = message.text();
    co_return Result<>();
  }

  // Of the next event with that name; others before it are dropped.
  std::string event(std::string_view name) {
    std::string data;
    run(next_event(*events_, name, data));
    return data;
  }

  template <typename Data>
  Data event() {
    return lattice::parse_event_data<Data>(event(Data::kName)).value_or(Data());
  }

  static Task<> next_event(nats::Subscription& events, std::string_view name, std::string& data) {
    for (;;) {
      WC_CO_TRY(const std::optional<nats::Message> message, events.next(soon()));
      WC_CO_TRY_VALUE(lattice::ReceivedEvent event, lattice::parse_event(message.value().text()));
      if (event.name == name) {
        data = std::move(event.data);
        co_return Result<>();
      }
    }
  }

  template <typename T>
  T result(Task<T> task) {
    std::optional<T> value;
    run(keep(std::move(task), value));
    return value ? *std::move(value) : T();
  }

  template <typename T>
  static Task<> keep(Task<T> task, std::optional<T>& into) {
    WC_CO_TRY(into, std::move(task));
    co_return Result<>();
  }

  std::string on_host(std::string_view operation) const {
    return fmt::format("{}.{}", operation, host_->id());
  }

  lattice::ScaleComponent scale_of(std::uint32_t count) const {
    lattice::ScaleComponent scale;
    scale.component_id = "guest";
    scale.component_ref = kGuest;
    scale.count = count;
    scale.host_id = host_->id();
    return scale;
  }

  void scale(const lattice::ScaleComponent& scale) {
    EXPECT_THAT(request(on_host("component.scale"), lattice::to_json(scale)),
                testing::HasSubstr("\"success\":true"));
  }

  // A component behind an HTTP server; where.
  std::uint16_t serve_guest(const lattice::ScaleComponent& how) {
    const std::uint16_t port = http::RawListener().port();
    put_address("web", port);
    start_http_server("[]");
    scale(how);
    event<lattice::ComponentScaled>();
    put_link("web", "guest", "web");
    wait_for_listener(port);
    return port;
  }

  void put_address(std::string_view config, std::uint16_t port) {
    request(fmt::format("config.put.{}", config),
            fmt::format(R"({{"address":"127.0.0.1:{}"}})", port));
  }

  // As `web`; `config`: names in JSON.
  void start_http_server(std::string_view config) {
    request(on_host("provider.start"),
            fmt::format(R"({{"provider_id":"web","provider_ref":"wasmcloud+builtin://http-server",)"
                        R"("host_id":"{}","config":{}}})",
                        host_->id(), config));
    event<lattice::ProviderStarted>();
  }

  void put_link(std::string_view source, std::string_view target, std::string_view config) {
    EXPECT_EQ(request("link.put",
                      fmt::format(R"({{"source_id":"{}","target":"{}","wit_namespace":"wasi",)"
                                  R"("wit_package":"http","interfaces":["incoming-handler"],)"
                                  R"("source_config":["{}"]}})",
                                  source, target, config)),
              R"({"success":true,"message":"successfully set link"})");
  }

  // What happens a moment after the answer to a request. Whether it did.
  static bool eventually(const std::function<bool()>& happened) {
    const Deadline deadline = soon();
    while (!happened()) {
      if (deadline.expired()) {
        return false;
      }
      std::this_thread::yield();
    }
    return true;
  }

  static void wait_for_listener(std::uint16_t port) {
    EXPECT_TRUE(eventually([port] { return can_connect(port); }));
  }

  static void wait_for_no_listener(std::uint16_t port) {
    EXPECT_TRUE(eventually([port] { return !can_connect(port); }));
  }

  static bool can_connect(std::uint16_t port) {
    try {
      http::RawPeer::connect(port);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  static Answer get(std::uint16_t port, std::string_view path) {
    http::RawPeer peer = http::RawPeer::connect(port);
    peer.send(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", path));
    return parse_answer(peer.read_to_end());
  }

  // The reference of test_guest/.
  static const std::string kGuest;

  std::optional<nats::Subscription> events_;
  std::optional<lattice::ControlClient> client_;
  std::unique_ptr<LatticeHost> host_;
  std::promise<Result<StopTime>> stop_asked_;
};

}  // namespace wasmcloud::host
