// wasmcloud:messaging@0.3.0 of a component, whose messages come and go as those of 0.2.0.
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/host/component_links_testing.h"

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

}  // namespace
}  // namespace wasmcloud::host
