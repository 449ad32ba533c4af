// wasmcloud:messaging@0.3.0 of a component, whose messages come and go as those of 0.2.0.
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/host/component_links_testing.h"
#include "wasmcloud/host/peer_provider_testing.h"

#include "messaging_provider.h"

namespace wasmcloud::host {
namespace {

namespace consumer = provided::wasmcloud::messaging::consumer;
namespace handler = provided::wasmcloud::messaging::handler;
using provided::wasmcloud::messaging::types::BrokerMessage;

BrokerMessage message_of(std::string_view subject, std::string_view body,
                         std::optional<std::string> reply_to = {}) {
  const auto bytes = as_u8(body);
  return {.subject = std::string(subject),
          .body = std::vector<std::uint8_t>(bytes.begin(), bytes.end()),
          .reply_to = std::move(reply_to)};
}

class FakeBroker final : public FakeProvider, public consumer::Server {
 public:
  FakeBroker() : FakeProvider("broker") { consumer::serve(dispatcher, *this); }

  Task<std::expected<BrokerMessage, std::string>> request(wrpc::Context, std::string,
                                                          std::vector<std::uint8_t>,
                                                          std::uint32_t) override {
    co_return wrpc::failure(std::string("hosts publish instead"));
  }

  Task<std::expected<void, std::string>> publish(wrpc::Context context,
                                                 BrokerMessage message) override {
    asked = fmt::format("{} {}: {} {} {}", context.headers.get("source-id").value_or("?"),
                        context.headers.get("link-name").value_or("?"), message.subject,
                        as_text(message.body), message.reply_to.value_or("-"));
    if (message.subject == "closed") {
      co_return wrpc::failure(std::string("no such subject"));
    }
    co_return wrpc::kSuccess;
  }
};

class MessagingV3 : public LinkedComponents {
 protected:
  void SetUp() override {
    LinkedComponents::SetUp();
    if (!IsSkipped()) {
      std::filesystem::copy_file(WC_MESSAGING_GUEST, folder_ / "relay.wasm",
                                 std::filesystem::copy_options::overwrite_existing);
      host_.reset();
      LatticeHostConfig config = host_config();
      config.messaging_v3 = true;
      start_host(std::move(config));
    }
  }

  // What the component says of a message; "trap" if the call fails.
  std::string tell(BrokerMessage message) {
    std::string told;
    run(hand_over(*client_of_relay_, std::move(message), told));
    return told;
  }

  std::string tell(std::string_view body) { return tell(message_of("in", body)); }

  static Task<> hand_over(wrpc::Client& client, BrokerMessage message, std::string& told) {
    handler::Client of(client);
    const auto handled = co_await of.handle_message(message);
    told = !handled ? "trap" : *handled ? "ok" : handled->error();
    co_return Result<>();
  }
};

TEST_F(MessagingV3, MessagesAreSentAndRepliedTo) {
  FakeBroker broker;
  run(broker.start(*transport_));
  scale_on(*host_, "relay", 10);
  put_link_to("broker", "wasmcloud", "messaging", "consumer");
  EXPECT_TRUE(eventually([this] { return tell("send") == "ok"; }));
  EXPECT_EQ(broker.asked, "relay default: out sent -");
  EXPECT_EQ(tell("send on"), "ok");
  EXPECT_EQ(broker.asked, "relay default: out send on -");
  EXPECT_EQ(tell("send changed"), "ok");
  EXPECT_EQ(broker.asked, "relay default: out changed -");
  EXPECT_EQ(tell("topic"), "ok");
  EXPECT_EQ(broker.asked, "relay default: out in -");
  EXPECT_EQ(tell(message_of("in", "reply", "back")), "ok");
  EXPECT_EQ(broker.asked, "relay default: back answer -");
  EXPECT_EQ(tell("nothing"), "ok");
  run(broker.stop());
}

TEST_F(MessagingV3, WhatCannotBeDoneIsTold) {
  FakeBroker broker;
  run(broker.start(*transport_));
  scale_on(*host_, "relay", 10);
  EXPECT_THAT(tell("send"), testing::StartsWith("Error::Other(\"failed to find a configured link"));
  put_link_to("broker", "wasmcloud", "messaging", "consumer");
  EXPECT_TRUE(eventually([this] { return tell("send") == "ok"; }));
  EXPECT_EQ(tell("send elsewhere"),
            "Error::Other(\"mismatch between link name and client connection name, `other` != "
            "`default`\")");
  EXPECT_EQ(tell("send metadata"),
            "Error::Other(\"`metadata` not currently supported by wRPC targets\")");
  EXPECT_EQ(tell("send no metadata"),  // a list without entries is one
            "Error::Other(\"`metadata` not currently supported by wRPC targets\")");
  EXPECT_EQ(tell("request"),
            "Error::Other(\"message sent, but returning responses is not currently supported by "
            "wRPC targets\")");
  EXPECT_EQ(broker.asked, "relay default: asked question -");
  EXPECT_EQ(tell("request with options"), "Error::Other(\"`options` not currently supported\")");
  EXPECT_EQ(tell("reply"), "Error::Other(\"reply not set in incoming wRPC message\")");
  EXPECT_EQ(tell("reply to itself"), "Error::Other(\"cannot reply to guest message\")");
  EXPECT_EQ(tell(message_of("in", "reply", "closed")), "Error::Other(\"no such subject\")");
  EXPECT_EQ(tell("refuse"), R"(Error::PermissionDenied("not \"me\""))");
  EXPECT_EQ(tell("set type"), "trap");
  run(broker.stop());
}

TEST_F(MessagingV3, WithoutTheFeatureNobodyAnswers) {
  host_.reset();
  start_host();
  scale_on(*host_, "relay", 10);
  EXPECT_EQ(tell("nothing"), "trap");
}

// --- the provider of 1.9.2 ---

class PeerMessaging : public MessagingV3 {
 protected:
  void SetUp() override {
    WC_NEED_PEER("messaging-nats-provider");
    MessagingV3::SetUp();
  }

  // Brings what is sent to "in", and sends what the component wants.
  PeerOptions provider() const {
    const std::string at = fmt::format(R"("cluster_uris":"{}")", server_->url());
    PeerLink link{.source = "broker",
                  .target = "relay",
                  .wit_namespace = "wasmcloud",
                  .wit_package = "messaging",
                  .interface = "handler",
                  .source_config = fmt::format(R"({{"subscriptions":"in",{}}})", at)};
    PeerLink back{.source = "relay",
                  .target = "broker",
                  .wit_namespace = "wasmcloud",
                  .wit_package = "messaging",
                  .interface = "consumer",
                  .target_config = fmt::format("{{{}}}", at)};
    return {.program = "messaging-nats-provider", .id = "broker", .links = {link, back}};
  }

  // What the component answers to a message; nothing while it gets none.
  std::string answer(std::string body) {
    std::string text;
    run(ask(*connection_, std::move(body), text));
    return text;
  }

  static Task<> ask(nats::Connection& connection, std::string body, std::string& text) {
    const auto message =
        co_await connection.request({.subject = "in", .payload = std::move(body)}, soon());
    if (message) {
      text = message->text();
    }
    co_return Result<>();
  }

  static Task<> tell_topic(PeerMessaging* test, std::string& sent) {
    WC_CO_TRY(nats::Subscription out, test->connection_->subscribe({.subject = "out"}));
    WC_CO_CHECK_VALUE(test->connection_->publish({.subject = "in", .payload = "topic"}));
    WC_CO_TRY(const std::optional<nats::Message> message, out.next(soon()));
    sent = message.value().text();
    co_return Result<>();
  }
};

TEST_F(PeerMessaging, MessagesComeAndGo) {
  scale_on(*host_, "relay", 10);
  put_link_to("broker", "wasmcloud", "messaging", "consumer");
  const PeerProvider program(provider(), *server_, folder_);
  EXPECT_TRUE(eventually([this] { return tell("send") == "ok"; })) << program.log();
  EXPECT_TRUE(eventually([this] { return answer("reply") == "answer"; })) << program.log();
  std::string sent;
  run(tell_topic(this, sent));
  EXPECT_EQ(sent, "in");
}

}  // namespace
}  // namespace wasmcloud::host
