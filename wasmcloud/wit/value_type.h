// The structural type of a value: what a component's types and a WIT document's are alike in, apart
// from names of types. Immutable and shared; threads may share it. Pure.
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
#include "wasmcloud/wit/primitive.h"
#include "wasmcloud/wit/value.h"

namespace wasmcloud::wit {

class ValueType;
using ValueTypePtr = std::shared_ptr<const ValueType>;

class ValueType {
 public:
  // Deeper types are refused, so that whatever walks one may recurse.
  static constexpr std::uint32_t kMaxDepth = 100;
  static constexpr std::size_t kDescribed = 2000;

  enum class Kind : std::uint8_t {
    boolean,
    s8,
    u8,
    s16,
    u16,
    s32,
    u32,
    s64,
    u64,
    f32,
    f64,
    character,
    string,
    list,
    fixed_list,
    map,  // its values are lists of tuples of key and value
    tuple,
    record,
    variant,
    enumeration,
    option,
    result,
    flags,
    // What follows has no value but handles (Handle in value.h), and no text.
    own,
    borrow,
    stream,
    future,
    error_context,
  };

  struct Shape {
    Kind kind = Kind::boolean;
    std::vector<std::string>
        names{};  // of fields, cases, flags; own, borrow: the resource, if known
    // list, fixed_list, option: one; map: key, value; tuple, record: each; variant: for each case,
    // null without payload; result: ok and err, stream, future: one, null for none.
    std::vector<ValueTypePtr> parts{};
    std::uint32_t length = 0;  // fixed_list
  };

  // Error `invalid` if the shape is none of its kind's (a name that is no label or comes twice, an
  // empty record); `exhausted` if it is too deep.
  static Result<ValueTypePtr> create(Shape shape);
  // Of a kind without parts and names: bool, the numbers, char, string, error-context.
  static ValueTypePtr of(Kind kind);
  static ValueTypePtr of(Primitive primitive);

  Kind kind() const noexcept { return shape_.kind; }

  const std::vector<std::string>& names() const noexcept { return shape_.names; }

  const std::vector<ValueTypePtr>& parts() const noexcept { return shape_.parts; }

  // The only part of a list, an option.
  const ValueType& element() const noexcept { return *shape_.parts.front(); }

  std::uint32_t length() const noexcept { return shape_.length; }

  std::uint32_t depth() const noexcept { return depth_; }

  std::optional<std::size_t> index_of(std::string_view name) const noexcept;

  // As WIT writes it: `list<tuple<u8, string>>`, `record { a: u32 }`. Cut with "..." where it
  // exceeds `limit` bytes, for types may share parts and be huge when written out.
  std::string describe(std::size_t limit = kDescribed) const;

 private:
  ValueType(Shape shape, std::vector<std::uint32_t> by_name, std::uint32_t depth)
      : shape_(std::move(shape)), by_name_(std::move(by_name)), depth_(depth) {}

  Shape shape_;
  std::vector<std::uint32_t> by_name_;  // positions in the order of the names
  std::uint32_t depth_;
};

// What a function takes and gives.
struct FuncSignature {
  struct Param {
    std::string name;
    ValueTypePtr type;
  };

  std::vector<Param> params;
  ValueTypePtr result;  // null for none
};

// Whether `text` is a label of WIT: words of one case each, with hyphens between.
bool is_label(std::string_view text) noexcept;

// Whether `c` is a Unicode scalar value.
bool is_scalar(char32_t c) noexcept;

// Whether `value` is one of `type`, exactly as value.h has it: fields, flags in the order of the
// type, text in UTF-8. Of a handle it only knows that it is one. Error `invalid`, with the way to
// the part that is wrong: "field `x`, item 3: expected u8, found string".
Result<> fits(const Value& value, const ValueType& type);

}  // namespace wasmcloud::wit
