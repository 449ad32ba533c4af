// What travels: a message that came, and one to send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::nats {

struct Header {
  std::string name;  // compared as it is: NATS does not fold case
  std::string value;

  bool operator==(const Header&) const = default;
};

// Names may repeat. The values of one name keep their order, on the wire too; the order of
// different names is kept here but not by the C client, which groups by name.
class Headers {
 public:
  Headers() = default;

  Headers(std::initializer_list<Header> entries) : entries_(entries) {}

  void add(std::string name, std::string value) {
    entries_.push_back({std::move(name), std::move(value)});
  }

  // Takes the place of all values of that name.
  void set(std::string name, std::string value);
  // The first value. The view lives until the headers change.
  std::optional<std::string_view> get(std::string_view name) const noexcept;
  std::vector<std::string_view> values(std::string_view name) const;

  bool empty() const noexcept { return entries_.empty(); }

  const std::vector<Header>& entries() const noexcept { return entries_; }

  // `invalid` if a name is empty or has other characters than visible ASCII without ':', or a value
  // has a line end or NUL.
  Result<> check() const;

 private:
  std::vector<Header> entries_;
};

namespace internal {
struct DestroyMessage {
  void operator()(void* message) const noexcept;
};
}  // namespace internal

// A message that came. Owns the C client's buffer: subject, reply and payload are views into it,
// good for as long as the Message or what it was moved to lives. Move-only; one thread at a time.
class Message {
 public:
  // Takes over a natsMsg*, not null.
  explicit Message(void* handle) noexcept : handle_(handle) {}

  std::string_view subject() const noexcept;
  // Empty if no reply is wanted.
  std::string_view reply() const noexcept;
  std::span<const std::uint8_t> payload() const noexcept;
  // The same bytes.
  std::string_view text() const noexcept;
  // The first value of a header.
  std::optional<std::string_view> header(std::string_view name) const;
  // A copy of all headers.
  Headers headers() const;

 private:
  std::unique_ptr<void, internal::DestroyMessage> handle_;
};

// Messages that nobody needs any more. The C client frees each on a thread of its own, which it
// wakes for that: here they wait until they are many, so that it is not woken for each.
class SpentMessages {
 public:
  void add(Message message);

 private:
  std::vector<Message> messages_;
  std::size_t bytes_ = 0;
};

// A message to send.
struct Outgoing {
  std::string subject;
  std::string payload = {};
  Headers headers = {};
  std::string reply = {};  // where answers go; not for request(), which has its own
};

// `invalid` if `subject` cannot be published to: empty, an empty token, blanks, control characters
// or (unless `wildcards`) a token that is '*' or '>'.
enum class Wildcards : std::uint8_t { refused, allowed };
Result<> check_subject(std::string_view subject, Wildcards wildcards);

// Whether it can be a token of a subject and a part of a stream's or bucket's name: A-Z a-z 0-9 _
// and -, and at least one.
bool is_name(std::string_view text) noexcept;

}  // namespace wasmcloud::nats
