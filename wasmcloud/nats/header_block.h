// The headers of a message as they are on the wire (NATS client protocol, HMSG). Pure.
#pragma once

#include <optional>
#include <string_view>

namespace wasmcloud::nats {

struct HeaderView {
  std::string_view name;
  std::string_view value;  // without blanks around it; may be empty, as peers of 1.x have it
};

// Goes over "NATS/1.0 503 No Responders\r\nname: value\r\n\r\n". What the first line says comes as
// headers too: "Status" and, if there is more, "Description". A line that is none is left out. The
// block must outlive it.
class HeaderBlock {
 public:
  static constexpr std::string_view kStart = "NATS/1.0";

  // Empty: nothing.
  explicit HeaderBlock(std::string_view block);

  std::optional<HeaderView> next();

 private:
  std::string_view take_line();

  std::string_view rest_;
  std::string_view status_;
  std::string_view description_;
};

}  // namespace wasmcloud::nats
