#include "wasmcloud/lattice/messages.h"

#include "wasmcloud/lattice/message_fields.h"

namespace wasmcloud::lattice {
namespace {

using json::Json;

// What every reply has, whatever it carries.
template <typename T>
Result<Reply<T>> read_reply(const Json& body, bool with_response) {
  if (!body.is_object()) {
    return json::wrong_type("an object", body);
  }
  Reply<T> reply;
  json::Reader reader(body);
  reader.required("success", reply.success);
  reader.required("message", reply.message);
  if (with_response) {
    reader.maybe("response", reply.response);
  }
  WC_CHECK(std::move(reader).outcome());
  return reply;
}

}  // namespace

template <typename T>
Result<T> parse(std::string_view body) {
  WC_TRY(const Json value, json::parse_text(body));
  T message{};
  WC_CHECK(json::read(value, message));
  return message;
}

template <typename T>
std::string to_json(const T& message) {
  return json::to_text(json::write(message));
}

std::string reply(bool success, std::string_view message) {
  return json::to_text(Json{{"success", success}, {"message", message}});
}

template <typename T>
std::string reply_with(const T& response) {
  return json::to_text(
      Json{{"success", true}, {"message", ""}, {"response", json::write(response)}});
}

template <typename T>
Result<Reply<T>> parse_reply(std::string_view body) {
  WC_TRY(const Json value, json::parse_text(body));
  return read_reply<T>(value, true);
}

Result<Reply<StringMap>> parse_command_reply(std::string_view body) {
  WC_TRY(const Json value, json::parse_text(body));
  return read_reply<StringMap>(value, false);
}

// What is sent and what is answered, each in both directions: a host and its clients are one code.
#define WC_LATTICE_BODY(...)                                 \
  template Result<__VA_ARGS__> parse(std::string_view body); \
  template std::string to_json(const __VA_ARGS__& message)
#define WC_LATTICE_RESPONSE(...)                                \
  template std::string reply_with(const __VA_ARGS__& response); \
  template Result<Reply<__VA_ARGS__>> parse_reply(std::string_view body)

WC_LATTICE_BODY(ScaleComponent);
WC_LATTICE_BODY(UpdateComponent);
WC_LATTICE_BODY(StartProvider);
WC_LATTICE_BODY(StopProvider);
WC_LATTICE_BODY(StopHost);
WC_LATTICE_BODY(Label);
WC_LATTICE_BODY(LabelKey);
WC_LATTICE_BODY(ComponentAuction);
WC_LATTICE_BODY(ComponentAuctionAck);
WC_LATTICE_BODY(ProviderAuction);
WC_LATTICE_BODY(ProviderAuctionAck);
WC_LATTICE_BODY(Link);
WC_LATTICE_BODY(ResolvedLink);
WC_LATTICE_BODY(LinkDelete);
WC_LATTICE_BODY(RegistryCredentials);
WC_LATTICE_BODY(StringMap);
WC_LATTICE_BODY(Host);
WC_LATTICE_BODY(HostInventory);

WC_LATTICE_RESPONSE(Host);
WC_LATTICE_RESPONSE(HostInventory);
WC_LATTICE_RESPONSE(ComponentAuctionAck);
WC_LATTICE_RESPONSE(ProviderAuctionAck);
WC_LATTICE_RESPONSE(std::vector<Link>);
WC_LATTICE_RESPONSE(std::vector<StringMap>);
WC_LATTICE_RESPONSE(StringMap);

}  // namespace wasmcloud::lattice
