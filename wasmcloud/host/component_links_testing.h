// For tests: components with links, on hosts of this process, and providers that they lead to.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wasmcloud/bridge/link_testing.h"
#include "wasmcloud/host/lattice_host_testing.h"
#include "wasmcloud/wrpc/dispatcher.h"
#include "wasmcloud/wrpc/nats_transport.h"

namespace wasmcloud::host {

// Components are files of a folder; the one that is called is `relay`.
class LinkedComponents : public LatticeHostTest {
 protected:
  void SetUp() override {
    LatticeHostTest::SetUp();
    if (!IsSkipped()) {
      folder_ = std::filesystem::temp_directory_path() /
                fmt::format("wc-links-{}-{}", ::getpid(), static_cast<const void*>(this));
      std::filesystem::create_directories(folder_);
      write("echo", bridge::testing::echo_text());
      write("relay", bridge::testing::relay_text());
      run(start_wrpc(this));
    }
  }

  void TearDown() override {
    run(stop_wrpc(this));
    second_.reset();
    std::filesystem::remove_all(folder_);
    LatticeHostTest::TearDown();
  }

  static Task<> start_wrpc(LinkedComponents* test) {
    WC_CO_TRY(test->transport_, wrpc::NatsTransport::create(*test->connection_));
    test->client_of_relay_ = test->transport_->client("default.relay");
    WC_CO_TRY(nats::Subscription spied,
              test->connection_->subscribe({.subject = "default.echo.wrpc.>"}));
    test->spied_.emplace(std::move(spied));
    co_return co_await test->connection_->flush(soon());
  }

  static Task<> stop_wrpc(LinkedComponents* test) {
    test->spied_.reset();
    test->client_of_relay_.reset();
    if (test->transport_) {
      WC_CO_CHECK(test->transport_->stop());
      test->transport_.reset();
    }
    co_return Result<>();
  }

  void write(std::string_view name, const std::string& text) {
    bridge::testing::write_component(folder_ / fmt::format("{}.wasm", name), text);
  }

  void start_second_host() {
    auto started = start_lattice_host(host_config(), [](auto) {});
    ASSERT_TRUE(started) << started.error().describe();
    second_ = *std::move(started);
  }

  // Returns when it is done.
  void scale_on(const LatticeHost& host, std::string_view name, std::uint32_t count) {
    lattice::ScaleComponent scale;
    scale.component_id = name;
    scale.component_ref =
        fmt::format("file://{}", (folder_ / fmt::format("{}.wasm", name)).string());
    scale.count = count;
    scale.host_id = host.id();
    EXPECT_THAT(request(fmt::format("component.scale.{}", host.id()), lattice::to_json(scale)),
                testing::HasSubstr("\"success\":true"));
    const auto scaled = event<lattice::ComponentScaled>();
    EXPECT_EQ(scaled.component_id, name);
    EXPECT_EQ(scaled.host_id, host.id());
  }

  void link_echo() { put_link_to("echo", "wc", "test", "echo"); }

  // The link of `source` for an interface, by the name "default".
  void put_link_to(std::string_view target, std::string_view wit_namespace,
                   std::string_view wit_package, std::string_view interface,
                   std::string_view source = "relay") {
    const std::string link =
        fmt::format(R"({{"source_id":"{}","target":"{}","name":"default","wit_namespace":"{}",)"
                    R"("wit_package":"{}","interfaces":["{}"]}})",
                    source, target, wit_namespace, wit_package, interface);
    EXPECT_THAT(request("link.put", link), testing::HasSubstr("\"success\":true"));
  }

  // What relay gives; nothing if the call fails.
  std::optional<std::string> relay(std::string data, nats::Headers headers = {}) {
    std::optional<std::string> result;
    run(bridge::testing::call_relay(*client_of_relay_, std::move(data), result,
                                    std::move(headers)));
    return result;
  }

  // Whether a call of echo has gone over NATS since the last time.
  bool spied() {
    bool seen = false;
    run(look(*connection_, *spied_, seen));
    return seen;
  }

  static Task<> look(nats::Connection& connection, nats::Subscription& spied, bool& seen) {
    WC_CO_CHECK(connection.flush(soon()));  // what was sent before has come
    for (;;) {
      const auto next = co_await spied.next(Deadline::after({}));
      if (!next) {
        co_return Result<>();
      }
      seen = true;
    }
  }

  std::filesystem::path folder_;
  std::unique_ptr<LatticeHost> second_;
  std::unique_ptr<wrpc::NatsTransport> transport_;
  std::unique_ptr<wrpc::Client> client_of_relay_;
  std::optional<nats::Subscription> spied_;
};

// What is said of a trace, "-" for what is not.
inline std::string trace_text(const nats::Headers& headers) {
  return fmt::format("{} {}", headers.get("traceparent").value_or("-"),
                     headers.get("tracestate").value_or("-"));
}

inline constexpr std::string_view kTrace =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";
inline constexpr std::string_view kNoTrace = "- -";

inline nats::Headers traced(std::string_view parent = kTrace) {
  return {{"traceparent", std::string(parent)}, {"tracestate", "a=1,b=2"}};
}

inline std::string kept_trace() { return trace_text(traced()); }

// Bytes of which each has its place.
inline std::string pattern(std::size_t size) {
  std::string made(size, '\0');
  for (std::size_t i = 0; i < size; ++i) {
    made[i] = static_cast<char>(i % 251);
  }
  return made;
}

// A provider, as far as links are concerned.
class FakeProvider {
 public:
  explicit FakeProvider(std::string_view id) : prefix_(fmt::format("default.{}", id)) {}

  Task<> start(wrpc::NatsTransport& transport) {
    server_ = std::make_unique<wrpc::NatsServer>(
        transport, wrpc::NatsServerOptions{.prefix = prefix_, .queue_group = prefix_}, dispatcher);
    co_return co_await server_->start(dispatcher.functions());
  }

  Task<> stop() { co_return co_await server_->stop(soon()); }

  wrpc::Dispatcher dispatcher;
  std::string asked;
  std::string trace;  // of the last call, where it minds

 private:
  const std::string prefix_;
  std::unique_ptr<wrpc::NatsServer> server_;
};

}  // namespace wasmcloud::host
