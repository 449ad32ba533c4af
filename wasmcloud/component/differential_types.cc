#include "wasmcloud/component/differential_types.h"

#include <algorithm>

#include <fmt/format.h>

namespace wasmcloud::component::differential {
namespace {

using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// Makes one type; its leaves are limited, so that no type grows without measure.
class TypeMaker {
 public:
  explicit TypeMaker(Random& random) : random_(random) {}

  ValueTypePtr make(std::uint32_t depth) {
    if (depth <= 1 || leaves_ <= 0 || random_.one_in(4)) {
      return leaf();
    }
    constexpr Kind kKinds[] = {Kind::list,    Kind::list,   Kind::tuple,  Kind::record,
                               Kind::variant, Kind::option, Kind::result, Kind::result};
    ValueType::Shape shape{.kind = random_.pick(kKinds)};
    switch (shape.kind) {
      case Kind::list:
      case Kind::option:
        shape.parts = {make(depth - 1)};
        break;
      case Kind::result:
        shape.parts = {maybe(depth - 1), maybe(depth - 1)};
        break;
      case Kind::variant:
        fill_cases(shape, depth - 1);
        break;
      default:
        fill_sequence(shape, depth - 1);
        break;
    }
    return finish(std::move(shape));
  }

 private:
  static ValueTypePtr finish(ValueType::Shape shape) {
    return ValueType::create(std::move(shape)).value();
  }

  ValueTypePtr leaf() {
    --leaves_;
    const std::uint32_t which = random_.below(17);
    if (which < 2) {
      return named(Kind::flags, random_.pick({1U, 2U, 7U, 8U, 9U, 16U, 17U, 31U, 32U}));
    }
    if (which == 2) {
      return named(Kind::enumeration, random_.pick({1U, 2U, 3U, 17U, 256U, 257U}));
    }
    constexpr auto kPlain = static_cast<std::uint32_t>(Kind::string) + 1;
    return which < 5 ? ValueType::of(Kind::string)
                     : ValueType::of(static_cast<Kind>(random_.below(kPlain)));
  }

  static std::string label(std::size_t index) {
    return index % 3 == 1 ? fmt::format("N{}-x", index) : fmt::format("n{}", index);
  }

  static ValueTypePtr named(Kind kind, std::size_t count) {
    ValueType::Shape shape{.kind = kind};
    for (std::size_t i = 0; i < count; ++i) {
      shape.names.push_back(label(i));
    }
    return finish(std::move(shape));
  }

  ValueTypePtr maybe(std::uint32_t depth) { return random_.one_in(3) ? nullptr : make(depth); }

  void fill_cases(ValueType::Shape& shape, std::uint32_t depth) {
    // Beyond 256 the discriminant takes two bytes.
    const std::uint32_t count = random_.one_in(40) ? 257 : 1 + random_.below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      shape.names.push_back(label(i));
      shape.parts.push_back(i < 4 ? maybe(depth) : nullptr);
    }
  }

  void fill_sequence(ValueType::Shape& shape, std::uint32_t depth) {
    // Wide ones do not fit the flat parameters.
    const std::uint32_t count = random_.one_in(8) ? 15 + random_.below(5) : 1 + random_.below(4);
    for (std::uint32_t i = 0; i < count; ++i) {
      shape.parts.push_back(make(depth));
      if (shape.kind == Kind::record) {
        shape.names.push_back(label(i));
      }
    }
  }

  Random& random_;
  int leaves_ = 24;
};

std::uint32_t plain_size(Kind kind) {
  switch (kind) {
    case Kind::boolean:
    case Kind::s8:
    case Kind::u8:
      return 1;
    case Kind::s16:
    case Kind::u16:
      return 2;
    case Kind::s64:
    case Kind::u64:
    case Kind::f64:
      return 8;
    default:
      return 4;
  }
}

FlatType plain_flat(Kind kind) {
  switch (kind) {
    case Kind::s64:
    case Kind::u64:
      return FlatType::i64;
    case Kind::f32:
      return FlatType::f32;
    case Kind::f64:
      return FlatType::f64;
    default:
      return FlatType::i32;
  }
}

Layout sequence_layout(const ValueType& type) {
  Layout out;
  for (const ValueTypePtr& part : type.parts()) {
    const Layout inner = layout_of(*part);
    out.size = round_up(out.size, inner.align) + inner.size;
    out.align = std::max(out.align, inner.align);
    out.flat.insert(out.flat.end(), inner.flat.begin(), inner.flat.end());
  }
  out.size = round_up(out.size, out.align);
  return out;
}

Layout cases_layout(const ValueType& type) {
  Layout out;
  out.flat = {FlatType::i32};
  std::uint32_t largest = 0;
  for (const ValueTypePtr& held : cases_of(type)) {
    if (held == nullptr) {
      continue;
    }
    const Layout inner = layout_of(*held);
    largest = std::max(largest, inner.size);
    out.align = std::max(out.align, inner.align);
    for (std::size_t i = 0; i < inner.flat.size(); ++i) {
      if (i + 1 == out.flat.size()) {
        out.flat.push_back(inner.flat[i]);
      } else {
        out.flat[i + 1] = join(out.flat[i + 1], inner.flat[i]);
      }
    }
  }
  const std::uint32_t tag = tag_size(type);
  out.payload = round_up(tag, out.align);
  out.align = std::max(out.align, tag);
  out.size = round_up(out.payload + largest, out.align);
  return out;
}

}  // namespace

ValueTypePtr random_type(Random& random, std::uint32_t depth) {
  return TypeMaker(random).make(depth);
}

bool has_cases(const ValueType& type) {
  return type.kind() == Kind::variant || type.kind() == Kind::option ||
         type.kind() == Kind::result || type.kind() == Kind::enumeration;
}

std::vector<ValueTypePtr> cases_of(const ValueType& type) {
  switch (type.kind()) {
    case Kind::option:
      return {nullptr, type.parts().front()};
    case Kind::enumeration:
      return std::vector<ValueTypePtr>(type.names().size());
    default:
      return type.parts();
  }
}

std::uint32_t tag_size(const ValueType& type) {
  if (type.kind() == Kind::flags) {
    return type.names().size() <= 8 ? 1 : type.names().size() <= 16 ? 2 : 4;
  }
  return cases_of(type).size() <= 256 ? 1 : 2;
}

Layout layout_of(const ValueType& type) {
  if (has_cases(type)) {
    return cases_layout(type);
  }
  switch (type.kind()) {
    case Kind::string:
    case Kind::list:
      return {.size = 8, .align = 4, .payload = 0, .flat = {FlatType::i32, FlatType::i32}};
    case Kind::tuple:
    case Kind::record:
      return sequence_layout(type);
    case Kind::flags:
      return {
          .size = tag_size(type), .align = tag_size(type), .payload = 0, .flat = {FlatType::i32}};
    default:
      return {.size = plain_size(type.kind()),
              .align = plain_size(type.kind()),
              .payload = 0,
              .flat = {plain_flat(type.kind())}};
  }
}

}  // namespace wasmcloud::component::differential
