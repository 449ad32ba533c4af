// wasi:http/types: the resource `fields`, which headers and trailers are.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "wasmcloud/component/abi.h"
#include "wasmcloud/http/message.h"

namespace wasmcloud::wasi {

namespace component = wasmcloud::component;
using component::Unit;

struct HeaderError {
  std::variant<Unit, Unit, Unit> value;  // invalid-syntax forbidden immutable

  static HeaderError invalid_syntax() { return make<0>(); }

  static HeaderError forbidden() { return make<1>(); }

  static HeaderError immutable() { return make<2>(); }

 private:
  template <std::size_t I>
  static HeaderError make() {
    HeaderError error;
    error.value.emplace<I>();
    return error;
  }
};

// Fields that belong to the connection: the host's affair. In any case.
bool is_forbidden_header(std::string_view name) noexcept;
// The digits of the only content-length field: nothing if there is none, an error if it is not a
// number.
std::expected<std::optional<std::uint64_t>, Unit> content_length_of(const http::Headers& headers);

// resource fields. Names are kept in lower case, in order of insertion.
class Fields final : public component::HostResource {
 public:
  enum class Access : std::uint8_t { read_write, read_only };
  using FieldValue = std::span<const std::uint8_t>;
  using Entry = std::tuple<std::string_view, FieldValue>;
  using Change = std::expected<void, HeaderError>;

  // Names and values together, with 32 bytes for each field; more traps.
  static constexpr std::size_t kMaxBytes = 128 * 1024;

  Fields() = default;
  // Takes fields that a peer sent, or that another Fields held: valid ones.
  explicit Fields(http::Headers headers, Access access);

  std::vector<FieldValue> get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::vector<Entry> entries() const;
  // The error of the Result, here and below, is for a trap: the limit was passed.
  Result<Change> set(std::string_view name, std::span<const FieldValue> values);
  Result<Change> append(std::string_view name, FieldValue value);
  Change remove(std::string_view name);
  // append() for a new one: no `immutable`.
  static Result<std::expected<std::unique_ptr<Fields>, HeaderError>> from_list(
      std::span<const std::tuple<std::string, FieldValue>> entries);

  const http::Headers& headers() const noexcept { return headers_; }

  http::Headers take() && noexcept { return std::move(headers_); }

 private:
  std::optional<HeaderError> refuse(std::string_view name) const;
  Result<> add(std::string name, FieldValue value);

  http::Headers headers_;
  std::size_t bytes_ = 0;
  Access access_ = Access::read_write;
};

// What a guest may see of the fields that a peer sent.
http::Headers visible_fields(const http::Headers& headers);

}  // namespace wasmcloud::wasi

WC_COMPONENT_RESOURCE(wasmcloud::wasi::Fields, "fields");
WC_WIT_VARIANT(wasmcloud::wasi::HeaderError, "invalid-syntax", "forbidden", "immutable");
