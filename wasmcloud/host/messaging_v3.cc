#include "wasmcloud/host/messaging_v3.h"

#include <memory>
#include <string_view>

#include <fmt/format.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/guest_context.h"
#include "wasmcloud/wrpc/codec_parts.h"
#include "wasmcloud/wrpc/invoke.h"

namespace wasmcloud::host::messaging {

// resource client: the name of a link.
class Connection final : public component::HostResource {
 public:
  explicit Connection(std::string name) : name_(std::move(name)) {}

  const std::string& name() const noexcept { return name_; }

 private:
  const std::string name_;
};

// resource request-options. None of them can be had over the wire.
class RequestOptions final : public component::HostResource {};

}  // namespace wasmcloud::host::messaging

WC_COMPONENT_RESOURCE(wasmcloud::host::messaging::Connection, "client");
WC_COMPONENT_RESOURCE(wasmcloud::host::messaging::RequestOptions, "request-options");

namespace wasmcloud::host::messaging {
namespace {

using component::Borrow;
using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
template <typename T = void>
using Outcome = std::expected<T, MessagingError>;
using Messages = std::vector<Own<Message>>;

wrpc::Failure<MessagingError> refuse(std::string why) {
  return wrpc::failure(MessagingError::other(std::move(why)));
}

Task<Outcome<>> publish(Store& store, BrokerMessage message) {
  const Result<Way> by = way(store, Bridged::messaging);
  if (!by) {
    co_return refuse(by.error().describe());
  }
  wrpc::FunctionName name{.instance = "wasmcloud:messaging/consumer@0.2.0", .function = "publish"};
  const auto sent = co_await wrpc::invoke<std::expected<void, std::string>>(
      *by->route.client, std::move(name), wrpc::encode(message), by->options);
  if (!sent) {
    co_return refuse(sent.error().describe());
  }
  if (!*sent) {
    co_return refuse(sent->error());
  }
  co_return wrpc::kSuccess;
}

// A client is connected to the link that the component has chosen for the interface, or not at all.
Outcome<> check_link(Store& store, const Connection& client, std::string_view interface) {
  const std::string_view chosen = store.host<GuestContext>().link_name(interface);
  const std::string_view name = client.name().empty() ? LinkRoutes::kDefaultName : client.name();
  if (name != chosen) {
    return refuse(fmt::format("mismatch between link name and client connection name, `{}` != `{}`",
                              name, chosen));
  }
  return {};
}

Task<Outcome<>> send(Store& store, Borrow<Connection> client, std::string topic,
                     Own<Message> message) {
  if (Outcome<> linked = check_link(store, *client, "wasmcloud:messaging/producer"); !linked) {
    co_return wrpc::failure(std::move(linked).error());
  }
  Outcome<Bytes> body = message->body();
  if (!body) {
    co_return wrpc::failure(std::move(body).error());
  }
  BrokerMessage sent{.subject = std::move(topic), .body = *std::move(body), .reply_to = {}};
  co_return co_await publish(store, std::move(sent));
}

Task<Outcome<Messages>> request(Store& store, Borrow<Connection> client, std::string topic,
                                Borrow<Message> message,
                                std::optional<Own<RequestOptions>> options) {
  if (options) {
    co_return refuse("`options` not currently supported");
  }
  if (Outcome<> linked = check_link(store, *client, "wasmcloud:messaging/request-reply"); !linked) {
    co_return wrpc::failure(std::move(linked).error());
  }
  Outcome<Bytes> body = message->body();
  if (!body) {
    co_return wrpc::failure(std::move(body).error());
  }
  BrokerMessage asked{.subject = std::move(topic), .body = *std::move(body), .reply_to = {}};
  WC_CO_TRY(Outcome<> sent, publish(store, std::move(asked)));
  if (!sent) {
    co_return wrpc::failure(std::move(sent).error());
  }
  co_return refuse(
      "message sent, but returning responses is not currently supported by wRPC targets");
}

Task<Outcome<>> reply(Store& store, Borrow<Message> to, Own<Message> message) {
  Outcome<Bytes> body = message->body();
  if (!body) {
    co_return wrpc::failure(std::move(body).error());
  }
  Outcome<std::string> subject = to->reply_subject();
  if (!subject) {
    co_return wrpc::failure(std::move(subject).error());
  }
  BrokerMessage answer{.subject = *std::move(subject), .body = *std::move(body), .reply_to = {}};
  co_return co_await publish(store, std::move(answer));
}

void add_message(HostInterface& made) {
  using Self = Borrow<Message>;
  made.resource<Message>("message");
  made.function("[constructor]message", [](Store&, Bytes data) {
    return make_own<Message>(
        GuestMessage{.content_type = {}, .data = std::move(data), .metadata = {}});
  });
  made.function("[method]message.topic", [](Store&, Self self) { return self->topic(); });
  made.function("[method]message.content-type",
                [](Store&, Self self) { return self->content_type(); });
  made.function("[method]message.set-content-type", [](Store&, Self self, std::string type) {
    return self->set_content_type(std::move(type));
  });
  made.function("[method]message.data", [](Store&, Self self) { return self->data(); });
  made.function("[method]message.set-data",
                [](Store&, Self self, Bytes data) { self->set_data(std::move(data)); });
  made.function("[method]message.metadata", [](Store&, Self self) { return self->metadata(); });
  made.function("[method]message.add-metadata",
                [](Store&, Self self, std::string key, std::string value) {
                  return self->add_metadata(std::move(key), std::move(value));
                });
  made.function("[method]message.set-metadata", [](Store&, Self self, Metadata metadata) {
    return self->set_metadata(std::move(metadata));
  });
  made.function("[method]message.remove-metadata",
                [](Store&, Self self, const std::string& key) { self->remove_metadata(key); });
}

HostInterface types_interface() {
  HostInterface made{std::string(kTypes)};
  made.resource<Connection>("client");
  made.function("[static]client.connect", [](Store&, std::string name) -> Outcome<Own<Connection>> {
    return make_own<Connection>(std::move(name));
  });
  made.function("[method]client.disconnect",
                [](Store&, Borrow<Connection>) -> Outcome<> { return {}; });
  add_message(made);
  return made;
}

HostInterface producer_interface() {
  HostInterface made("wasmcloud:messaging/producer@0.3.0");
  made.resource<Connection>("client");
  made.resource<Message>("message");
  made.function("send", send);
  return made;
}

HostInterface request_reply_interface() {
  HostInterface made("wasmcloud:messaging/request-reply@0.3.0");
  made.resource<Connection>("client");
  made.resource<Message>("message");
  made.resource<RequestOptions>("request-options");
  made.function("[constructor]request-options", [](Store&) { return make_own<RequestOptions>(); });
  made.function("[method]request-options.set-timeout-ms",
                [](Store&, Borrow<RequestOptions>, std::uint32_t) {});
  made.function("[method]request-options.set-expected-replies",
                [](Store&, Borrow<RequestOptions>, std::uint32_t) {});
  made.function("request", request);
  made.function("reply", reply);
  return made;
}

}  // namespace

std::string MessagingError::describe() const {
  switch (value.index()) {
    case 0:
      return "Error::Timeout";
    case 1:
      return fmt::format("Error::Connection({:?})", std::get<1>(value));
    case 2:
      return fmt::format("Error::PermissionDenied({:?})", std::get<2>(value));
    default:
      return fmt::format("Error::Other({:?})", std::get<3>(value));
  }
}

std::optional<std::string> Message::topic() const {
  const auto* const received = std::get_if<BrokerMessage>(&value_);
  return received == nullptr ? std::nullopt : std::optional(received->subject);
}

std::optional<std::string> Message::content_type() const {
  const auto* const made = std::get_if<GuestMessage>(&value_);
  return made == nullptr ? std::nullopt : made->content_type;
}

Result<> Message::set_content_type(std::string type) {
  auto* const made = std::get_if<GuestMessage>(&value_);
  if (made == nullptr) {
    return Error(ErrorKind::trap, "content-type not currently supported by wRPC messages");
  }
  made->content_type = std::move(type);
  return {};
}

const Bytes& Message::data() const noexcept {
  const auto* const made = std::get_if<GuestMessage>(&value_);
  return made == nullptr ? std::get_if<BrokerMessage>(&value_)->body : made->data;
}

void Message::set_data(Bytes data) {
  auto* const made = std::get_if<GuestMessage>(&value_);
  (made == nullptr ? std::get<BrokerMessage>(value_).body : made->data) = std::move(data);
}

std::optional<Metadata> Message::metadata() const {
  const auto* const made = std::get_if<GuestMessage>(&value_);
  return made == nullptr ? std::nullopt : made->metadata;
}

Result<> Message::add_metadata(std::string key, std::string value) {
  Metadata all = metadata().value_or(Metadata());
  all.emplace_back(std::move(key), std::move(value));
  return set_metadata(std::move(all));
}

Result<> Message::set_metadata(Metadata metadata) {
  auto* const made = std::get_if<GuestMessage>(&value_);
  if (made != nullptr) {
    made->metadata = std::move(metadata);
  } else if (!metadata.empty()) {
    return Error(ErrorKind::trap, "metadata not currently supported by wRPC messages");
  }
  return {};
}

void Message::remove_metadata(const std::string& key) {
  auto* const made = std::get_if<GuestMessage>(&value_);
  if (made != nullptr && made->metadata) {
    std::erase_if(*made->metadata, [&key](const auto& each) { return std::get<0>(each) == key; });
  }
}

std::expected<Bytes, MessagingError> Message::body() const {
  if (metadata()) {
    return refuse("`metadata` not currently supported by wRPC targets");
  }
  if (const auto type = content_type()) {
    log::warn("the content-type of a message is dropped: links do not carry it",
              {{"content_type", *type}});
  }
  return data();
}

std::expected<std::string, MessagingError> Message::reply_subject() const {
  const auto* const received = std::get_if<BrokerMessage>(&value_);
  if (received == nullptr) {
    return refuse("cannot reply to guest message");
  }
  if (!received->reply_to) {
    return refuse("reply not set in incoming wRPC message");
  }
  return *received->reply_to;
}

void add_messaging_v3(component::Host& host) {
  host.add(types_interface());
  host.add(producer_interface());
  host.add(request_reply_interface());
}

}  // namespace wasmcloud::host::messaging
