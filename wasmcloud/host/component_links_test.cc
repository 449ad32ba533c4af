// Components that call each other by links: in one host, over NATS, and from one to the other.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/host/component_links_testing.h"
#include "wasmcloud/host/peer_provider_testing.h"
#include "wasmcloud/nats/key_value.h"
#include "wasmcloud/wrpc/invoke.h"

#include "keyvalue_links.h"

namespace wasmcloud::host {
namespace {

TEST_F(LinkedComponents, OnOneHostNoMessageIsSent) {
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

TEST_F(LinkedComponents, BetweenTwoHostsCallsGoOverNats) {
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

TEST_F(LinkedComponents, ScalingMovesTheSameLink) {
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

TEST_F(LinkedComponents, WithoutALinkTheCallFailsAndTheHostLives) {
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

TEST_F(LinkedComponents, ATrapFailsTheCallAndNothingElse) {
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
TEST_F(LinkedComponents, AtMostSoManyInstancesRun) {
  scale_on(*host_, "echo", 1);
  scale_on(*host_, "relay", 1);
  link_echo();
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(relay("again"), "again");
  }
}

// --- traces ---

// Answers with what it gets.
class FakeRelay : public FakeProvider {
 public:
  using Bytes = std::vector<std::uint8_t>;

  FakeRelay() : FakeProvider("far") {
    dispatcher.add<&FakeRelay::relay>({"wc:test/relay@0.1.0", "relay"}, *this);
  }

  Task<Bytes> relay(wrpc::Context context, Bytes data) {
    trace = trace_text(context.headers);
    co_return std::move(data);
  }
};

// The relay's, with the two interfaces in each other's place.
std::string relay_back_text() {
  std::string text = bridge::testing::relay_text();
  const std::string echo = "echo";
  const std::string relay = "relay";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, echo.size(), echo) == 0) {
      text.replace(at, echo.size(), relay);
      at += relay.size() - 1;
    } else if (text.compare(at, relay.size(), relay) == 0) {
      text.replace(at, relay.size(), echo);
      at += echo.size() - 1;
    }
  }
  return text;
}

// From one to the next in process, and from there over NATS.
TEST_F(LinkedComponents, ACallsTraceGoesWithAllThatItCalls) {
  FakeRelay provider;
  run(provider.start(*transport_));
  write("next", relay_back_text());
  scale_on(*host_, "relay", 10);
  scale_on(*host_, "next", 10);
  put_link_to("next", "wc", "test", "echo");
  put_link_to("far", "wc", "test", "relay", "next");
  EXPECT_TRUE(eventually([this] { return relay("abc") == "abc"; }));
  EXPECT_EQ(provider.trace, kNoTrace);
  EXPECT_EQ(relay("abc", traced()), "abc");
  EXPECT_EQ(provider.trace, kept_trace());
  EXPECT_EQ(relay("abc", traced("00-0af7")), "abc");
  EXPECT_EQ(provider.trace, kNoTrace);
  EXPECT_EQ(relay("abc", {{"tracestate", "a=1"}}), "abc");
  EXPECT_EQ(provider.trace, kNoTrace);
  run(provider.stop());
}

// --- interfaces that have a form of their own on the wire ---

class FakeKeyValue : public FakeProvider {
 public:
  using Bytes = std::vector<std::uint8_t>;
  using Found = std::expected<std::optional<Bytes>, links::wrpc::keyvalue::store::Error>;

  FakeKeyValue() : FakeProvider("kv") {
    dispatcher.add<&FakeKeyValue::get>({"wrpc:keyvalue/store@0.2.0-draft", "get"}, *this);
    dispatcher.add<&FakeKeyValue::erase>({"wrpc:keyvalue/store@0.2.0-draft", "delete"}, *this);
  }

  Task<Found> get(wrpc::Context context, std::string bucket, std::string key) {
    note(context, bucket, key);
    if (key == "denied") {
      co_return wrpc::failure(links::wrpc::keyvalue::store::Error::access_denied());
    }
    co_return Bytes{'v', 'a', 'l', 'u', 'e'};
  }

  Task<std::expected<void, links::wrpc::keyvalue::store::Error>> erase(wrpc::Context context,
                                                                       std::string bucket,
                                                                       std::string key) {
    note(context, bucket, key);
    co_return wrpc::kSuccess;
  }

 private:
  void note(const wrpc::Context& context, const std::string& bucket, const std::string& key) {
    asked = fmt::format("{} {} {} {}", context.headers.get("source-id").value_or("?"),
                        context.headers.get("link-name").value_or("?"), bucket, key);
    trace = trace_text(context.headers);
  }
};

TEST_F(LinkedComponents, AKeyValueStoreIsCalledByTheNameOfItsBucket) {
  FakeKeyValue provider;
  run(provider.start(*transport_));
  write("relay", bridge::testing::keyvalue_text());
  scale_on(*host_, "relay", 10);
  EXPECT_EQ(relay("key"), std::nullopt);  // there is no link
  put_link_to("kv", "wasi", "keyvalue", "store");
  EXPECT_TRUE(eventually([this] { return relay("key") == "value"; }));
  EXPECT_EQ(provider.asked, "relay default things key");
  EXPECT_EQ(relay("denied"), std::nullopt);  // the guest is told, and traps
  run(provider.stop());
}

Task<> put_value(nats::Connection& connection, std::string bucket, std::string key,
                 std::string value) {
  nats::BucketConfig config{.bucket = std::move(bucket)};
  WC_CO_TRY(nats::Bucket opened,
            nats::open_or_create_bucket(connection, std::move(config), soon()));
  WC_CO_CHECK(opened.put(std::move(key), std::move(value), soon()));
  co_return Result<>();
}

// As a program of 1.9.2, which knows a bucket by the name of a link.
TEST_F(LinkedComponents, AnExistingKeyValueStoreIsCalled) {
  WC_NEED_PEER("keyvalue-nats-provider");
  run(put_value(*connection_, "kept", "key", "value"));
  const PeerProvider provider(
      {.program = "keyvalue-nats-provider",
       .id = "kv",
       .links = {{.source = "relay",
                  .target = "kv",
                  .name = "things",
                  .wit_namespace = "wasi",
                  .wit_package = "keyvalue",
                  .interface = "store",
                  .target_config =
                      fmt::format(R"({{"bucket":"kept","cluster_uri":"{}"}})", server_->url())}}},
      *server_, folder_);
  write("relay", bridge::testing::keyvalue_text());
  scale_on(*host_, "relay", 10);
  put_link_to("kv", "wasi", "keyvalue", "store");
  EXPECT_TRUE(eventually([this] { return relay("key") == "value"; })) << provider.log();
  run(put_value(*connection_, "kept", "key", "changed"));
  EXPECT_EQ(relay("key"), "changed");
}

// Exports wasi:keyvalue/watcher: deletes in the bucket that it gets what was set (the value), or
// what was deleted (the key); traps on nothing.
constexpr std::string_view kWatch = R"(
  (import "wasi:keyvalue/store@0.2.0-draft" (instance $kv
    (export "bucket" (type $bucket (sub resource)))
    (type $causes (variant (case "no-such-store") (case "access-denied") (case "other" string)))
    (export "error" (type $error (eq $causes)))
    (export "[method]bucket.delete" (func (param "self" (borrow $bucket)) (param "key" string)
      (result (result (error $error)))))))
  (alias export $kv "bucket" (type $bucket))
  (core func $delete (canon lower (func $kv "[method]bucket.delete")
    (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
  (core module $Main
    (import "host" "delete" (func $delete (param i32 i32 i32 i32)))
    (func (export "on-set") (param i32 i32 i32 i32 i32)
      (if (i32.eqz (local.get 4)) (then unreachable))
      (call $delete (local.get 0) (local.get 3) (local.get 4) (i32.const 128)))
    (func (export "on-delete") (param i32 i32 i32)
      (call $delete (local.get 0) (local.get 1) (local.get 2) (i32.const 128))))
  (core instance $i (instantiate $Main
    (with "host" (instance (export "delete" (func $delete))))))
  (func $set (param "bucket" (own $bucket)) (param "key" string) (param "value" (list u8))
    (canon lift (core func $i "on-set") (memory (core memory $m "memory"))
                (realloc (core func $m "realloc"))))
  (func $deleted (param "bucket" (own $bucket)) (param "key" string)
    (canon lift (core func $i "on-delete") (memory (core memory $m "memory"))
                (realloc (core func $m "realloc"))))
  (instance $out (export "on-set" (func $set)) (export "on-delete" (func $deleted)))
  (export "wasi:keyvalue/watcher@0.2.0-draft" (instance $out))
)";

// As a provider of 1.x does it. `told`: what is said of the call in the end.
Task<> tell(wrpc::Client& client, std::string function, Result<wrpc::Encoded> params,
            std::string& told) {
  const wrpc::FunctionName name{"wrpc:keyvalue/watcher@0.2.0-draft", std::move(function)};
  wrpc::CallOptions options;
  options.headers = traced();
  const Result<> done = co_await wrpc::invoke<void>(client, name, std::move(params), options);
  told = done ? "ok" : done.error().describe();
  co_return Result<>();
}

TEST_F(LinkedComponents, AWatcherIsToldWhatHasChanged) {
  FakeKeyValue provider;
  run(provider.start(*transport_));
  write("relay", bridge::testing::component_text(kWatch));
  scale_on(*host_, "relay", 10);
  put_link_to("kv", "wasi", "keyvalue", "store");
  const std::string bucket = "0";
  const std::string key = "key";
  const FakeKeyValue::Bytes value = {'v', 'a', 'l', 'u', 'e'};
  std::string told;
  EXPECT_TRUE(eventually([&] {
    run(tell(*client_of_relay_, "on-set", wrpc::encode(bucket, key, value), told));
    return provider.asked == "relay default 0 value";
  }));
  EXPECT_EQ(told, "ok");
  run(tell(*client_of_relay_, "on-delete", wrpc::encode(bucket, key), told));
  EXPECT_EQ(told, "ok");
  EXPECT_EQ(provider.asked, "relay default 0 key");
  EXPECT_EQ(provider.trace, kept_trace());
  run(provider.stop());
}

// Exports wc:test/relay: tells a watcher that the key it gets was deleted from "things".
constexpr std::string_view kTellWatcher = R"(
  (import "wrpc:keyvalue/watcher@0.2.0-draft" (instance $watcher
    (export "on-delete" (func (param "bucket" string) (param "key" string)))))
  (core func $deleted (canon lower (func $watcher "on-delete")
    (memory (core memory $m "memory"))))
  (core module $Main
    (import "m" "memory" (memory 1))
    (import "host" "deleted" (func $deleted (param i32 i32 i32 i32)))
    (func (export "relay") (param i32 i32) (result i32)
      (call $deleted (i32.const 64) (i32.const 6) (local.get 0) (local.get 1))
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16)))
  (core instance $i (instantiate $Main (with "m" (instance $m))
    (with "host" (instance (export "deleted" (func $deleted))))))
)";

// What stands in another form on the wire is called in process, too.
TEST_F(LinkedComponents, AWatcherMayBeAComponentsOfTheSameHost) {
  FakeKeyValue provider;
  run(provider.start(*transport_));
  write("watch", bridge::testing::component_text(kWatch));
  write("relay", bridge::testing::component_text(kTellWatcher, bridge::testing::kExportRelay));
  scale_on(*host_, "watch", 10);
  scale_on(*host_, "relay", 10);
  put_link_to("kv", "wasi", "keyvalue", "store", "watch");
  put_link_to("watch", "wrpc", "keyvalue", "watcher");
  EXPECT_TRUE(eventually([&] { return relay("a key") == "a key"; }));
  EXPECT_EQ(provider.asked, "watch default things a key");
  EXPECT_EQ(provider.trace, kNoTrace);
  EXPECT_EQ(relay("a key", traced()), "a key");
  EXPECT_EQ(provider.trace, kept_trace());
  run(provider.stop());
}

}  // namespace
}  // namespace wasmcloud::host
