// Components that call each other by links: in one host, over NATS, and from one to the other.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/component/validator_testing.h"
#include "wasmcloud/host/lattice_host_testing.h"
#include "wasmcloud/wrpc/nats_transport.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::host {
namespace {

// Memory, and a realloc that only ever takes more of it.
constexpr std::string_view kMemory = R"(
  (core module $Memory
    (memory (export "memory") 160)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next)
      (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7))
                                 (i32.const -8)))))
  (core instance $m (instantiate $Memory))
)";

// Exports wc:test/echo: gives back what it gets, traps on nothing, never ends for one byte.
constexpr std::string_view kEcho = R"(
  (core module $Main
    (import "m" "memory" (memory 1))
    (func (export "echo") (param i32 i32) (result i32)
      (if (i32.eqz (local.get 1)) (then unreachable))
      (if (i32.eq (local.get 1) (i32.const 1)) (then (loop (br 0))))
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16)))
  (core instance $i (instantiate $Main (with "m" (instance $m))))
  (func $echo (param "data" (list u8)) (result (list u8))
    (canon lift (core func $i "echo") (memory (core memory $m "memory"))
                (realloc (core func $m "realloc"))))
  (instance $out (export "echo" (func $echo)))
  (export "wc:test/echo@0.1.0" (instance $out))
)";

// Exports wc:test/relay, which passes on what it gets to the wc:test/echo that it imports.
constexpr std::string_view kRelay = R"(
  (import "wc:test/echo@0.1.0" (instance $echo
    (export "echo" (func (param "data" (list u8)) (result (list u8))))))
  (core func $lower (canon lower (func $echo "echo") (memory (core memory $m "memory"))
                                 (realloc (core func $m "realloc"))))
  (core module $Main
    (import "host" "echo" (func $echo (param i32 i32 i32)))
    (func (export "relay") (param i32 i32) (result i32)
      (call $echo (local.get 0) (local.get 1) (i32.const 16))
      (i32.const 16)))
  (core instance $i (instantiate $Main
    (with "host" (instance (export "echo" (func $lower))))))
  (func $relay (param "data" (list u8)) (result (list u8))
    (canon lift (core func $i "relay") (memory (core memory $m "memory"))
                (realloc (core func $m "realloc"))))
  (instance $out (export "relay" (func $relay)))
  (export "wc:test/relay@0.1.0" (instance $out))
)";

std::string component_text(std::string_view body) {
  return fmt::format("(component {} {})", kMemory, body);
}

class ComponentLinks : public LatticeHostTest {
 protected:
  void SetUp() override {
    LatticeHostTest::SetUp();
    if (!IsSkipped()) {
      folder_ = std::filesystem::temp_directory_path() /
                fmt::format("wc-links-{}-{}", ::getpid(), static_cast<const void*>(this));
      std::filesystem::create_directories(folder_);
      write("echo", component_text(kEcho));
      write("relay", component_text(kRelay));
      run(start_wrpc(this));
    }
  }

  void TearDown() override {
    run(stop_wrpc(this));
    second_.reset();
    std::filesystem::remove_all(folder_);
    LatticeHostTest::TearDown();
  }

  static Task<> start_wrpc(ComponentLinks* test) {
    WC_CO_TRY(test->transport_, wrpc::NatsTransport::create(*test->connection_));
    test->client_of_relay_ = test->transport_->client("default.relay");
    WC_CO_TRY(nats::Subscription spied,
              test->connection_->subscribe({.subject = "default.echo.wrpc.>"}));
    test->spied_.emplace(std::move(spied));
    co_return co_await test->connection_->flush(soon());
  }

  static Task<> stop_wrpc(ComponentLinks* test) {
    test->spied_.reset();
    test->client_of_relay_.reset();
    if (test->transport_) {
      WC_CO_CHECK(test->transport_->stop());
      test->transport_.reset();
    }
    co_return Result<>();
  }

  void write(std::string_view name, const std::string& text) {
    const auto made = component::testing::check(text);
    std::ofstream file(folder_ / fmt::format("{}.wasm", name), std::ios::binary);
    file.write(reinterpret_cast<const char*>(made.bytes.data()),
               static_cast<std::streamsize>(made.bytes.size()));
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

  void link_echo(std::string_view operation = "put") {
    EXPECT_THAT(request(fmt::format("link.{}", operation),
                        R"({"source_id":"relay","target":"echo","name":"default",)"
                        R"("wit_namespace":"wc","wit_package":"test","interfaces":["echo"]})"),
                testing::HasSubstr("\"success\":true"));
  }

  // What relay gives; nothing if the call fails.
  std::optional<std::string> relay(std::string data) {
    std::optional<std::string> result;
    run(do_relay(*client_of_relay_, std::move(data), result));
    return result;
  }

  static Task<> do_relay(wrpc::Client& client, std::string data, std::optional<std::string>& into) {
    wrpc::WireWriter params;
    params.byte_list({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()});
    Result<std::unique_ptr<wrpc::Session>> session = co_await client.call(
        {.instance = "wc:test/relay@0.1.0", .function = "relay", .params = params.take()}, soon());
    if (!session) {
      co_return Result<>();
    }
    std::string bytes;
    for (;;) {
      WC_CO_TRY(const std::optional<std::string> more, (*session)->read({}, soon()));
      if (!more) {
        break;
      }
      bytes += *more;
    }
    wrpc::WireReader in({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    const auto list = in.byte_list();
    if (!in.failed()) {
      into.emplace(list.begin(), list.end());
    }
    co_return Result<>();
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

TEST_F(ComponentLinks, OnOneHostNoMessageIsSent) {
  scale_on(*host_, "echo", 10);
  scale_on(*host_, "relay", 10);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  (void)spied();
  EXPECT_EQ(relay("in process"), "in process");
  const std::string large(std::size_t{1} << 20U, 'x');
  EXPECT_EQ(relay(large), large);
  EXPECT_FALSE(spied());
}

TEST_F(ComponentLinks, BetweenTwoHostsCallsGoOverNats) {
  start_second_host();
  scale_on(*second_, "echo", 10);
  scale_on(*host_, "relay", 10);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  EXPECT_TRUE(spied());
  const std::string large(std::size_t{3} << 20U, 'x');  // beyond max_payload
  EXPECT_EQ(relay(large), large);
  EXPECT_TRUE(spied());
}

TEST_F(ComponentLinks, ScalingMovesTheSameLink) {
  start_second_host();
  scale_on(*second_, "echo", 10);
  scale_on(*host_, "relay", 10);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  scale_on(*host_, "echo", 10);
  (void)spied();
  EXPECT_EQ(relay("here"), "here");
  EXPECT_FALSE(spied());
  scale_on(*host_, "echo", 0);
  EXPECT_EQ(relay("there"), "there");
  EXPECT_TRUE(spied());
}

TEST_F(ComponentLinks, WithoutALinkTheCallFailsAndTheHostLives) {
  scale_on(*host_, "echo", 10);
  scale_on(*host_, "relay", 10);
  EXPECT_EQ(relay("abc"), std::nullopt);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  EXPECT_THAT(request("link.del", R"({"source_id":"relay","name":"default","wit_namespace":"wc",)"
                                  R"("wit_package":"test"})"),
              testing::HasSubstr("\"success\":true"));
  EXPECT_TRUE(eventually([this] { return !relay("abc"); }));
}

TEST_F(ComponentLinks, ATrapFailsTheCallAndNothingElse) {
  start_second_host();
  scale_on(*second_, "echo", 10);
  scale_on(*host_, "relay", 10);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  EXPECT_EQ(relay(""), std::nullopt);  // over NATS
  scale_on(*host_, "echo", 10);
  EXPECT_EQ(relay(""), std::nullopt);  // in process
  EXPECT_EQ(relay("abc"), "abc");
}

// Both ends at their limit of instances: calls wait for their turn, and all are answered.
TEST_F(ComponentLinks, AtMostSoManyInstancesRun) {
  scale_on(*host_, "echo", 1);
  scale_on(*host_, "relay", 1);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(relay("again"), "again");
  }
}

// --- HTTP over links ---

// An HTTP server on the first host, its component on the second.
class RemoteHttp : public ComponentLinks {
 protected:
  void SetUp() override {
    ComponentLinks::SetUp();
    if (IsSkipped()) {
      return;
    }
    start_second_host();
    port_ = http::RawListener().port();
    put_address("web", port_);
    start_http_server("[]");
    lattice::ScaleComponent scale = scale_of(10);
    scale.host_id = second_->id();
    EXPECT_THAT(request(fmt::format("component.scale.{}", second_->id()), lattice::to_json(scale)),
                testing::HasSubstr("\"success\":true"));
    event<lattice::ComponentScaled>();
    put_link("web", "guest", "web");
    wait_for_listener(port_);
  }

  Answer post(std::string_view path, const std::string& body) {
    http::RawPeer peer = http::RawPeer::connect(port_);
    peer.send(
        fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    "Content-Length: {}\r\n\r\n{}",
                    path, body.size(), body));
    return parse_answer(peer.read_to_end());
  }

  std::uint16_t port_ = 0;
};

TEST_F(RemoteHttp, RequestsReachAComponentOnAnotherHost) {
  const Answer hello = get(port_, "/over-there");
  EXPECT_EQ(hello.status, 200);
  EXPECT_EQ(hello.body, "hello /over-there");
  const std::string large(std::size_t{5} << 20U, 'x');  // beyond max_payload
  EXPECT_EQ(post("/echo", large).body, large);
}

TEST_F(RemoteHttp, AFailureThereIsAnsweredHere) {
  EXPECT_GE(get(port_, "/trap").status, 500);
  EXPECT_GE(get(port_, "/error").status, 500);
  EXPECT_GE(get(port_, "/never-set").status, 500);
  EXPECT_EQ(get(port_, "/still-there").status, 200);
}

TEST_F(RemoteHttp, WithoutTheComponentThereIsNobody) {
  lattice::ScaleComponent scale = scale_of(0);
  scale.host_id = second_->id();
  request(fmt::format("component.scale.{}", second_->id()), lattice::to_json(scale));
  event<lattice::ComponentScaled>();
  EXPECT_EQ(get(port_, "/").status, 503);
}

}  // namespace
}  // namespace wasmcloud::host
