// What HTTP messages are made of, apart from how they travel (RFC 9110).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasmcloud::http {

struct Header {
  std::string name;   // as it came or was given; compared without regard to case
  std::string value;  // bytes, without surrounding white space
};

// Fields in the order in which they came. Not more than a list: look-ups are linear, which is
// quickest at this size.
class Headers {
 public:
  Headers() = default;

  void add(std::string name, std::string value) {
    fields_.push_back({std::move(name), std::move(value)});
  }

  // The first value of `name`, or nothing.
  std::optional<std::string_view> get(std::string_view name) const noexcept;

  bool has(std::string_view name) const noexcept { return get(name).has_value(); }

  // Removes every field of that name; how many there were.
  std::size_t remove(std::string_view name);

  std::vector<Header>& fields() noexcept { return fields_; }

  const std::vector<Header>& fields() const noexcept { return fields_; }

 private:
  std::vector<Header> fields_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
// Whether `text` is a token of RFC 9110 5.6.2 (methods, field names).
bool is_token(std::string_view text) noexcept;
// Whether `text` is a field value: no NUL, CR, LF or other control byte but tab.
bool is_field_value(std::string_view text) noexcept;
// "Not Found" for 404; empty if it has none.
std::string_view reason_phrase(unsigned status) noexcept;

struct RequestHead {
  std::string method;  // "GET"
  std::string target;  // origin form: path and query; "*" for OPTIONS; authority form for CONNECT
  std::string scheme;  // "http" or "https"
  std::string authority;  // host and optional port, from the absolute target or the Host field
  Headers headers;        // Host is not among them when sent by us: it is made of `authority`
  bool authority_in_target = false;  // of a received request: `authority` is not the Host field's
};

struct ResponseHead {
  unsigned status = 200;
  Headers headers;
};

}  // namespace wasmcloud::http
