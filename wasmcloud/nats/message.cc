#include "wasmcloud/nats/message.h"

#include <algorithm>

#include "wasmcloud/nats/client_library.h"
#include "wasmcloud/nats/header_block.h"

namespace wasmcloud::nats {
namespace {

natsMsg* native(const std::unique_ptr<void, internal::DestroyMessage>& handle) noexcept {
  return static_cast<natsMsg*>(handle.get());
}

std::string_view view_of(const char* text) noexcept {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// The C client's own reading of headers (3.4) takes the line behind an empty value for that value,
// and all for malformed if the empty one is the last. It has no call for the bytes; they stand
// behind subject and reply, and before the payload, each with a NUL behind it, and nothing between
// them (natsMsg_create, to 3.9).
std::string_view header_block(natsMsg* message) noexcept {
  const char* const reply = natsMsg_GetReply(message);
  const std::string_view before = view_of(reply != nullptr ? reply : natsMsg_GetSubject(message));
  const char* const begin = before.data() + before.size() + 1;
  const char* const end = natsMsg_GetData(message);
  return begin < end ? std::string_view(begin, static_cast<std::size_t>(end - begin) - 1)
                     : std::string_view();
}

bool is_header_name_character(char c) noexcept { return c > ' ' && c < 127 && c != ':'; }

bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

void Headers::set(std::string name, std::string value) {
  std::erase_if(entries_, [&](const Header& header) { return header.name == name; });
  add(std::move(name), std::move(value));
}

std::optional<std::string_view> Headers::get(std::string_view name) const noexcept {
  for (const Header& header : entries_) {
    if (header.name == name) {
      return header.value;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const Header& header : entries_) {
    if (header.name == name) {
      found.push_back(header.value);
    }
  }
  return found;
}

Result<> Headers::check() const {
  for (const Header& header : entries_) {
    if (header.name.empty() || !std::ranges::all_of(header.name, is_header_name_character)) {
      return Error(ErrorKind::invalid,
                   "header name '{}': expected visible ASCII characters without ':'", header.name);
    }
    // No value in the message: it may be a secret.
    if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return Error(ErrorKind::invalid, "header {}: its value has a line end or a NUL", header.name);
    }
  }
  return {};
}

void internal::DestroyMessage::operator()(void* message) const noexcept {
  natsMsg_Destroy(static_cast<natsMsg*>(message));
}

std::string_view Message::subject() const noexcept {
  return view_of(natsMsg_GetSubject(native(handle_)));
}

std::string_view Message::reply() const noexcept {
  return view_of(natsMsg_GetReply(native(handle_)));
}

std::string_view Message::text() const noexcept {
  return {natsMsg_GetData(native(handle_)),
          static_cast<std::size_t>(natsMsg_GetDataLength(native(handle_)))};
}

std::span<const std::uint8_t> Message::payload() const noexcept {
  const std::string_view bytes = text();
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::optional<std::string_view> Message::header(std::string_view name) const {
  HeaderBlock block(header_block(native(handle_)));
  while (const auto header = block.next()) {
    if (header->name == name) {
      return header->value;
    }
  }
  return std::nullopt;
}

Headers Message::headers() const {
  Headers all;
  HeaderBlock block(header_block(native(handle_)));
  while (const auto header = block.next()) {
    all.add(std::string(header->name), std::string(header->value));
  }
  return all;
}

void SpentMessages::add(Message message) {
  constexpr std::size_t kMessages = 64;
  constexpr std::size_t kBytes = std::size_t{64} << 10U;
  bytes_ += message.payload().size();
  messages_.push_back(std::move(message));
  if (messages_.size() == kMessages || bytes_ > kBytes) {
    messages_.clear();
    bytes_ = 0;
  }
}

Result<> check_subject(std::string_view subject, Wildcards wildcards) {
  if (subject.empty()) {
    return Error(ErrorKind::invalid, "the subject is empty");
  }
  std::size_t start = 0;
  while (start <= subject.size()) {
    const std::size_t end = std::min(subject.find('.', start), subject.size());
    const std::string_view token = subject.substr(start, end - start);
    if (token.empty()) {
      return Error(ErrorKind::invalid, "subject '{}': it has an empty token", subject);
    }
    if (wildcards == Wildcards::refused && (token == "*" || token == ">")) {
      return Error(ErrorKind::invalid, "subject '{}': wildcards are for subscriptions only",
                   subject);
    }
    if (token == ">" && end != subject.size()) {
      return Error(ErrorKind::invalid, "subject '{}': '>' must be the last token", subject);
    }
    start = end + 1;
  }
  const auto is_bad = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 127; };
  if (std::ranges::any_of(subject, is_bad)) {
    return Error(ErrorKind::invalid, "subject '{}': it has a blank or a control character",
                 subject);
  }
  return {};
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

}  // namespace wasmcloud::nats
