#include "wasmcloud/wasi/http_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace wasmcloud::wasi {
namespace {

constexpr std::size_t kFieldOverhead = 32;
constexpr auto kForbidden = std::to_array<std::string_view>(
    {"connection", "host", "http2-settings", "keep-alive", "proxy-authenticate",
     "proxy-authorization", "proxy-connection", "transfer-encoding", "upgrade"});

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

std::string_view as_text(Fields::FieldValue value) noexcept {
  return {reinterpret_cast<const char*>(value.data()), value.size()};
}

Fields::FieldValue as_bytes(const std::string& value) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()};
}

std::size_t cost(std::size_t name, std::size_t value) noexcept {
  return name + value + kFieldOverhead;
}

}  // namespace

bool is_forbidden_header(std::string_view name) noexcept {
  return std::ranges::any_of(kForbidden, [name](std::string_view forbidden) {
    return forbidden.size() == name.size() && http::equal_ignoring_case(forbidden, name);
  });
}

std::expected<std::optional<std::uint64_t>, Unit> content_length_of(const http::Headers& headers) {
  std::optional<std::uint64_t> length;
  for (const http::Header& field : headers.fields()) {
    if (!http::equal_ignoring_case(field.name, "content-length")) {
      continue;
    }
    std::uint64_t value = 0;
    const char* const end = field.value.data() + field.value.size();
    const auto parsed = std::from_chars(field.value.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || (length && *length != value)) {
      return std::unexpected(Unit{});
    }
    length = value;
  }
  return length;
}

Fields::Fields(http::Headers headers, Access access)
    : headers_(std::move(headers)), access_(access) {
  for (http::Header& field : headers_.fields()) {
    std::ranges::transform(field.name, field.name.begin(), lower);
    bytes_ += cost(field.name.size(), field.value.size());
  }
}

std::vector<Fields::FieldValue> Fields::get(std::string_view name) const {
  std::vector<FieldValue> values;
  for (const http::Header& field : headers_.fields()) {
    if (http::equal_ignoring_case(field.name, name)) {
      values.push_back(as_bytes(field.value));
    }
  }
  return values;
}

bool Fields::has(std::string_view name) const { return headers_.has(name); }

std::vector<Fields::Entry> Fields::entries() const {
  std::vector<Entry> entries;
  entries.reserve(headers_.fields().size());
  for (const http::Header& field : headers_.fields()) {
    entries.emplace_back(field.name, as_bytes(field.value));
  }
  return entries;
}

std::optional<HeaderError> Fields::refuse(std::string_view name) const {
  if (!http::is_token(name)) {
    return HeaderError::invalid_syntax();
  }
  if (is_forbidden_header(name)) {
    return HeaderError::forbidden();
  }
  if (access_ == Access::read_only) {
    return HeaderError::immutable();
  }
  return std::nullopt;
}

Result<> Fields::add(std::string name, FieldValue value) {
  bytes_ += cost(name.size(), value.size());
  if (bytes_ > kMaxBytes) {
    return Error(ErrorKind::trap, "wasi:http fields: more than {} bytes of names and values",
                 kMaxBytes);
  }
  headers_.add(std::move(name), std::string(as_text(value)));
  return {};
}

Result<Fields::Change> Fields::set(std::string_view name, std::span<const FieldValue> values) {
  if (auto refused = refuse(name)) {
    return Change(std::unexpected(*refused));
  }
  if (!std::ranges::all_of(values,
                           [](FieldValue value) { return http::is_field_value(as_text(value)); })) {
    return Change(std::unexpected(HeaderError::invalid_syntax()));
  }
  const Change removed = remove(name);
  if (!removed) {
    return removed;
  }
  const std::string lower_name = to_lower(name);
  for (const FieldValue value : values) {
    WC_CHECK(add(lower_name, value));
  }
  return Change();
}

Result<Fields::Change> Fields::append(std::string_view name, FieldValue value) {
  if (auto refused = refuse(name)) {
    return Change(std::unexpected(*refused));
  }
  if (!http::is_field_value(as_text(value))) {
    return Change(std::unexpected(HeaderError::invalid_syntax()));
  }
  WC_CHECK(add(to_lower(name), value));
  return Change();
}

Fields::Change Fields::remove(std::string_view name) {
  if (auto refused = refuse(name)) {
    return std::unexpected(*refused);
  }
  for (const FieldValue value : get(name)) {
    bytes_ -= cost(name.size(), value.size());
  }
  headers_.remove(name);
  return {};
}

Result<std::expected<std::unique_ptr<Fields>, HeaderError>> Fields::from_list(
    std::span<const std::tuple<std::string, FieldValue>> entries) {
  using Outcome = std::expected<std::unique_ptr<Fields>, HeaderError>;
  auto fields = std::make_unique<Fields>();
  fields->headers_.fields().reserve(entries.size());
  for (const auto& [name, value] : entries) {
    WC_TRY(const Change added, fields->append(name, value));
    if (!added) {
      return Outcome(std::unexpected(added.error()));
    }
  }
  return Outcome(std::move(fields));
}

http::Headers visible_fields(const http::Headers& headers) {
  http::Headers visible;
  visible.fields().reserve(headers.fields().size());
  for (const http::Header& field : headers.fields()) {
    if (!is_forbidden_header(field.name)) {
      visible.add(to_lower(field.name), field.value);
    }
  }
  return visible;
}

}  // namespace wasmcloud::wasi
