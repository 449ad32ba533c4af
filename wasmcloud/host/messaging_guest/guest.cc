// Does with a message what its body says: what messaging_v3_test.cc needs from a guest.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "bindings.h"

namespace {

using Client = wasmcloud_messaging_types_own_client_t;
using Message = wasmcloud_messaging_types_own_message_t;
using Failure = wasmcloud_messaging_types_error_t;

bindings_string_t text(std::string& from) {
  return {reinterpret_cast<std::uint8_t*>(from.data()), from.size()};
}

std::string data_of(Message message) {
  bindings_list_u8_t bytes;
  wasmcloud_messaging_types_method_message_data(wasmcloud_messaging_types_borrow_message(message),
                                                &bytes);
  std::string made(reinterpret_cast<const char*>(bytes.ptr), bytes.len);
  bindings_list_u8_free(&bytes);
  return made;
}

Message message_of(std::string data) {
  bindings_list_u8_t bytes{reinterpret_cast<std::uint8_t*>(data.data()), data.size()};
  return wasmcloud_messaging_types_constructor_message(&bytes);
}

Client connect(std::string name) {
  bindings_string_t to = text(name);
  Client client;
  Failure error;
  if (!wasmcloud_messaging_types_static_client_connect(&to, &client, &error)) {
    __builtin_trap();
  }
  return client;
}

bool send(const std::string& link, Message message, Failure* error) {
  std::string topic = "out";
  bindings_string_t to = text(topic);
  return wasmcloud_messaging_producer_send(wasmcloud_messaging_types_borrow_client(connect(link)),
                                           &to, message, error);
}

bool send_with_metadata(bool removed, Failure* error) {
  std::string key = "key";
  std::string value = "value";
  bindings_string_t name = text(key);
  bindings_string_t what = text(value);
  const Message message = message_of("sent");
  const auto self = wasmcloud_messaging_types_borrow_message(message);
  wasmcloud_messaging_types_method_message_add_metadata(self, &name, &what);
  if (removed) {
    wasmcloud_messaging_types_method_message_remove_metadata(self, &name);
  }
  return send("", message, error);
}

// What was set can be seen, and the topic of one's own message is none.
bool send_changed(Failure* error) {
  std::string data = "changed";
  std::string type = "text/plain";
  bindings_list_u8_t bytes{reinterpret_cast<std::uint8_t*>(data.data()), data.size()};
  bindings_string_t name = text(type);
  const Message message = message_of("sent");
  const auto self = wasmcloud_messaging_types_borrow_message(message);
  wasmcloud_messaging_types_method_message_set_data(self, &bytes);
  wasmcloud_messaging_types_method_message_set_content_type(self, &name);
  bindings_string_t seen;
  const bool has_topic = wasmcloud_messaging_types_method_message_topic(self, &seen);
  const bool has_type = wasmcloud_messaging_types_method_message_content_type(self, &seen);
  if (has_topic || !has_type || seen.len != type.size()) {
    __builtin_trap();
  }
  return send("", message, error);
}

bool request(bool with_options, Failure* error) {
  std::string topic = "asked";
  bindings_string_t to = text(topic);
  const Message message = message_of("question");
  wasmcloud_messaging_request_reply_own_request_options_t options{};
  if (with_options) {
    options = wasmcloud_messaging_request_reply_constructor_request_options();
  }
  wasmcloud_messaging_request_reply_list_own_message_t answers;
  return wasmcloud_messaging_request_reply_request(
      wasmcloud_messaging_types_borrow_client(connect("")), &to,
      wasmcloud_messaging_types_borrow_message(message), with_options ? &options : nullptr,
      &answers, error);
}

bool reply(Message to, Failure* error) {
  return wasmcloud_messaging_request_reply_reply(wasmcloud_messaging_types_borrow_message(to),
                                                 message_of("answer"), error);
}

// The topic of what came, sent on.
bool tell_topic(Message message, Failure* error) {
  bindings_string_t topic;
  if (!wasmcloud_messaging_types_method_message_topic(
          wasmcloud_messaging_types_borrow_message(message), &topic)) {
    return true;
  }
  return send("", message_of(std::string(reinterpret_cast<const char*>(topic.ptr), topic.len)),
              error);
}

bool refuse(Failure* error) {
  constexpr std::string_view kWhy = "not \"me\"";
  error->tag = WASMCLOUD_MESSAGING_TYPES_ERROR_PERMISSION_DENIED;
  auto* const copy = static_cast<std::uint8_t*>(std::malloc(kWhy.size()));
  std::memcpy(copy, kWhy.data(), kWhy.size());
  error->val.permission_denied = {copy, kWhy.size()};
  return false;
}

bool set_type(Message message) {
  std::string type = "text/plain";
  bindings_string_t name = text(type);
  wasmcloud_messaging_types_method_message_set_content_type(
      wasmcloud_messaging_types_borrow_message(message), &name);
  return true;
}

}  // namespace

extern "C" bool exports_wasmcloud_messaging_incoming_handler_handle(Message message, Failure* err) {
  const std::string verb = data_of(message);
  if (verb == "send") {
    return send("", message_of("sent"), err);
  }
  if (verb == "send on") {
    return send("default", message, err);
  }
  if (verb == "send elsewhere") {
    return send("other", message_of("sent"), err);
  }
  if (verb == "send changed") {
    return send_changed(err);
  }
  if (verb == "send metadata" || verb == "send no metadata") {
    return send_with_metadata(verb == "send no metadata", err);
  }
  if (verb == "request" || verb == "request with options") {
    return request(verb == "request with options", err);
  }
  if (verb == "reply") {
    return reply(message, err);
  }
  if (verb == "reply to itself") {
    return reply(message_of("question"), err);
  }
  if (verb == "topic") {
    return tell_topic(message, err);
  }
  if (verb == "set type") {
    return set_type(message);
  }
  return verb != "refuse" || refuse(err);
}
