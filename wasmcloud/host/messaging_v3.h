// wasmcloud:messaging@0.3.0 for components: types, producer and request-reply, by links to those
// who speak 0.2.0, which is what stands on the wire (wrpc.md 5.8.4).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/component/host.h"

namespace wasmcloud::host::messaging {

using Bytes = std::vector<std::uint8_t>;
using Metadata = std::vector<std::tuple<std::string, std::string>>;

// record broker-message of 0.2.0
struct BrokerMessage {
  std::string subject;
  Bytes body;
  std::optional<std::string> reply_to;
};

// variant error
struct MessagingError {
  std::variant<component::Unit, std::string, std::string, std::string> value;

  static MessagingError other(std::string why) {
    return {decltype(value)(std::in_place_index<3>, std::move(why))};
  }

  // As hosts of 1.x give it to who sent the message.
  std::string describe() const;
};

// What a component has made.
struct GuestMessage {
  std::optional<std::string> content_type;
  Bytes data;
  std::optional<Metadata> metadata;
};

// resource message: the guest's own, or one that has come. Of the latter the wire has neither
// content-type nor metadata: to set them is a trap.
class Message final : public component::HostResource {
 public:
  explicit Message(GuestMessage made) : value_(std::move(made)) {}

  explicit Message(BrokerMessage received) : value_(std::move(received)) {}

  std::optional<std::string> topic() const;
  std::optional<std::string> content_type() const;
  Result<> set_content_type(std::string type);
  const Bytes& data() const noexcept;
  void set_data(Bytes data);
  std::optional<Metadata> metadata() const;
  Result<> add_metadata(std::string key, std::string value);
  Result<> set_metadata(Metadata metadata);
  void remove_metadata(const std::string& key);

  // What goes over the wire: metadata cannot, a content-type is dropped.
  std::expected<Bytes, MessagingError> body() const;
  // Whom a reply goes to.
  std::expected<std::string, MessagingError> reply_subject() const;

 private:
  std::variant<GuestMessage, BrokerMessage> value_;
};

inline constexpr std::string_view kTypes = "wasmcloud:messaging/types@0.3.0";

// The stores' HostState must be a GuestContext.
void add_messaging_v3(component::Host& host);

}  // namespace wasmcloud::host::messaging

WC_WIT_RECORD(wasmcloud::host::messaging::BrokerMessage,
              WC_MEMBERS(&wasmcloud::host::messaging::BrokerMessage::subject,
                         &wasmcloud::host::messaging::BrokerMessage::body,
                         &wasmcloud::host::messaging::BrokerMessage::reply_to),
              "subject", "body", "reply-to");
WC_WIT_VARIANT(wasmcloud::host::messaging::MessagingError, "timeout", "connection",
               "permission-denied", "other");
WC_COMPONENT_RESOURCE(wasmcloud::host::messaging::Message, "message");
