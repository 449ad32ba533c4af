#include "wasmcloud/wit/value_type.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace wasmcloud::wit {
namespace {

using Kind = ValueType::Kind;

constexpr std::array<std::string_view, 28> kKindNames = {
    "bool",   "s8",    "u8",    "s16",    "u16",     "s32",    "u32",
    "s64",    "u64",   "f32",   "f64",    "char",    "string", "list",
    "list",   "map",   "tuple", "record", "variant", "enum",   "option",
    "result", "flags", "own",   "borrow", "stream",  "future", "error-context"};
static_assert(kKindNames.size() == static_cast<std::size_t>(Kind::error_context) + 1);

std::string_view name_of(Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

bool is_plain(Kind kind) { return kind <= Kind::string || kind == Kind::error_context; }

bool has_labels(Kind kind) {
  return kind == Kind::record || kind == Kind::variant || kind == Kind::enumeration ||
         kind == Kind::flags;
}

// How many parts a shape must have; none: any number but zero.
std::optional<std::size_t> wanted_parts(const ValueType::Shape& shape) {
  switch (shape.kind) {
    case Kind::list:
    case Kind::fixed_list:
    case Kind::option:
    case Kind::stream:
    case Kind::future:
      return 1;
    case Kind::map:
    case Kind::result:
      return 2;
    case Kind::record:
    case Kind::variant:
      return shape.names.size();
    case Kind::tuple:
      return std::nullopt;
    default:
      return 0;
  }
}

bool may_lack_part(Kind kind) {
  return kind == Kind::variant || kind == Kind::result || kind == Kind::stream ||
         kind == Kind::future;
}

Result<> check_parts(const ValueType::Shape& shape) {
  const auto wanted = wanted_parts(shape);
  if (wanted ? shape.parts.size() != *wanted : shape.parts.empty()) {
    return Error(ErrorKind::invalid, "type {}: {} parts are not what it is made of",
                 name_of(shape.kind), shape.parts.size());
  }
  if (!may_lack_part(shape.kind) && std::ranges::find(shape.parts, nullptr) != shape.parts.end()) {
    return Error(ErrorKind::invalid, "type {}: a part is missing", name_of(shape.kind));
  }
  return {};
}

Result<> check_names(const ValueType::Shape& shape) {
  if (!has_labels(shape.kind)) {
    return {};
  }
  if (shape.names.empty()) {
    return Error(ErrorKind::invalid, "type {}: it must not be empty", name_of(shape.kind));
  }
  for (const std::string& name : shape.names) {
    if (!is_label(name)) {
      return Error(ErrorKind::invalid, "type {}: `{}` is no label", name_of(shape.kind), name);
    }
  }
  return {};
}

// Writes a type as long as there is room.
class Describer {
 public:
  explicit Describer(std::size_t limit) : limit_(limit) {}

  std::string take() && {
    if (text_.size() > limit_) {
      text_.resize(limit_);
      text_ += "...";
    }
    return std::move(text_);
  }

  void write(const ValueType& type) {
    text_ += name_of(type.kind());
    switch (type.kind()) {
      case Kind::record:
      case Kind::variant:
      case Kind::enumeration:
      case Kind::flags:
        labels(type);
        break;
      case Kind::own:
      case Kind::borrow:
        if (!type.names().empty()) {
          text_ += '<';
          text_ += type.names().front();
          text_ += '>';
        }
        break;
      default:
        arguments(type);
        break;
    }
  }

 private:
  bool full() const { return text_.size() > limit_; }

  void labels(const ValueType& type) {
    text_ += " { ";
    for (std::size_t i = 0; i < type.names().size() && !full(); ++i) {
      text_ += i == 0 ? "" : ", ";
      text_ += type.names()[i];
      if (type.kind() == Kind::record) {
        text_ += ": ";
        write(*type.parts()[i]);
      } else if (type.kind() == Kind::variant && type.parts()[i] != nullptr) {
        text_ += '(';
        write(*type.parts()[i]);
        text_ += ')';
      }
    }
    text_ += " }";
  }

  // What is absent at the end is not written: `result`, `result<u8>`, but `result<_, u8>`.
  void arguments(const ValueType& type) {
    std::size_t count = type.parts().size();
    while (count > 0 && type.parts()[count - 1] == nullptr) {
      --count;
    }
    if (count == 0) {
      return;
    }
    text_ += '<';
    for (std::size_t i = 0; i < count && !full(); ++i) {
      text_ += i == 0 ? "" : ", ";
      if (type.parts()[i] == nullptr) {
        text_ += '_';
      } else {
        write(*type.parts()[i]);
      }
    }
    if (type.kind() == Kind::fixed_list) {
      text_ += fmt::format(", {}", type.length());
    }
    text_ += '>';
  }

  std::size_t limit_;
  std::string text_;
};

bool is_word(std::string_view word, bool first) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (word.empty() || (first && is_digit(word.front()))) {
    return false;
  }
  return std::ranges::all_of(word, [&](char c) { return is_digit(c) || is_lower(c); }) ||
         std::ranges::all_of(word, [&](char c) { return is_digit(c) || is_upper(c); });
}

}  // namespace

bool is_label(std::string_view text) noexcept {
  bool first = true;
  for (;;) {
    const std::size_t end = text.find('-');
    if (!is_word(text.substr(0, end), first)) {
      return false;
    }
    if (end == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(end + 1);
    first = false;
  }
}

bool is_scalar(char32_t c) noexcept { return c < 0xd800 || (c > 0xdfff && c < 0x110000); }

Result<ValueTypePtr> ValueType::create(Shape shape) {
  WC_CHECK(check_names(shape));
  WC_CHECK(check_parts(shape));
  std::uint32_t depth = 1;
  for (const ValueTypePtr& part : shape.parts) {
    depth = std::max(depth, part == nullptr ? 1 : part->depth() + 1);
  }
  if (depth > kMaxDepth) {
    return Error(ErrorKind::exhausted, "type {}: nested deeper than {}", name_of(shape.kind),
                 kMaxDepth);
  }
  std::vector<std::uint32_t> by_name(shape.names.size());
  std::iota(by_name.begin(), by_name.end(), 0U);
  const auto name = [&](std::uint32_t i) -> const std::string& { return shape.names[i]; };
  std::ranges::sort(by_name, {}, name);
  if (const auto twice = std::ranges::adjacent_find(by_name, {}, name); twice != by_name.end()) {
    return Error(ErrorKind::invalid, "type {}: `{}` comes twice", name_of(shape.kind),
                 name(*twice));
  }
  return ValueTypePtr(new ValueType(std::move(shape), std::move(by_name), depth));
}

ValueTypePtr ValueType::of(Kind kind) {
  static const auto made = [] {
    std::array<ValueTypePtr, kKindNames.size()> types;
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (const auto each = static_cast<Kind>(i); is_plain(each)) {
        types[i] = ValueTypePtr(new ValueType(Shape{.kind = each}, {}, 1));
      }
    }
    return types;
  }();
  return made[static_cast<std::size_t>(kind)];
}

ValueTypePtr ValueType::of(Primitive primitive) {
  // The plain kinds stand in the same order here and there, but for the last.
  static_assert(static_cast<int>(Primitive::boolean) == static_cast<int>(Kind::boolean));
  static_assert(static_cast<int>(Primitive::u64) == static_cast<int>(Kind::u64));
  static_assert(static_cast<int>(Primitive::string) == static_cast<int>(Kind::string));
  return of(primitive == Primitive::error_context ? Kind::error_context
                                                  : static_cast<Kind>(primitive));
}

std::optional<std::size_t> ValueType::index_of(std::string_view name) const noexcept {
  const auto name_at = [this](std::uint32_t i) { return std::string_view(shape_.names[i]); };
  const auto found = std::ranges::lower_bound(by_name_, name, {}, name_at);
  if (found == by_name_.end() || name_at(*found) != name) {
    return std::nullopt;
  }
  return *found;
}

std::string ValueType::describe(std::size_t limit) const {
  Describer describer(limit);
  describer.write(*this);
  return std::move(describer).take();
}

}  // namespace wasmcloud::wit
