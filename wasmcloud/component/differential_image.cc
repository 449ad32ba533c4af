#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "wasmcloud/component/differential_types.h"
#include "wasmcloud/component/differential_values.h"

namespace wasmcloud::component::differential {
namespace {

using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;
using Encoding = ast::StringEncoding;

constexpr std::uint32_t kUtf16 = 1U << 31U;  // in a length of latin1+utf16

class ImageMaker {
 public:
  ImageMaker(Random& random, Encoding encoding) : random_(random), encoding_(encoding) {}

  std::vector<std::uint8_t> memory_form(const ValueType& type) {
    reserve(layout_of(type).size);
    fill(type, 0);
    return std::move(bytes_);
  }

  std::vector<std::uint8_t> flat_form(const ValueType& type) {
    const std::size_t count = layout_of(type).flat.size();
    reserve(static_cast<std::uint32_t>(8 * count));
    std::vector<std::uint64_t> cells;
    flatten(type, cells);
    for (std::size_t i = 0; i < count; ++i) {
      put(static_cast<std::uint32_t>(8 * i), cells[i], 8);
    }
    return std::move(bytes_);
  }

 private:
  // Room at the end of what there is so far; its offset.
  std::uint32_t reserve(std::uint32_t size) {
    const auto at = round_up(static_cast<std::uint32_t>(bytes_.size()), 8);
    bytes_.resize(at + size);
    return at;
  }

  void put(std::uint32_t at, std::uint64_t value, std::uint32_t size) {
    std::memcpy(bytes_.data() + at, &value, size);
  }

  std::uint64_t discriminant(const ValueType& type) {
    const auto count = static_cast<std::uint32_t>(cases_of(type).size());
    if (random_.one_in(12)) {
      return random_.pick({count, 255U, 256U, 65536U, 0xffffffffU});
    }
    return random_.below(count);
  }

  std::uint64_t plain(Kind kind) {
    if (kind == Kind::character && !random_.one_in(10)) {
      return random_.one_in(2) ? U'\ud7ff' : random_.below(0xd800);
    }
    if (kind == Kind::character) {
      return random_.pick({0xd800U, 0xdfffU, 0x110000U, 0xffffffffU, 0x10ffffU, 0xe000U});
    }
    return random_.one_in(3) ? random_.pick({0ULL, 1ULL, 2ULL, 256ULL, ~0ULL, 1ULL << 63U})
                             : random_.bits();
  }

  struct Pair {
    std::uint32_t pointer;
    std::uint32_t length;
  };

  // Text that may be none: any units, the edges among them more often than not.
  Pair text() {
    bool wide = encoding_ == Encoding::utf16;
    Pair out{0, random_.pick({0U, 1U, 2U, 3U, 8U, 33U})};
    std::uint32_t tag = 0;
    if (encoding_ == Encoding::latin1_utf16 && random_.one_in(2)) {
      wide = true;
      tag = kUtf16;
    }
    const std::uint32_t size = wide ? 2 : 1;
    out.pointer = reserve(out.length * size);
    const bool strange = random_.one_in(4);
    for (std::uint32_t i = 0; i < out.length; ++i) {
      put(out.pointer + i * size, strange ? strange_unit(wide) : 0x20 + random_.below(0x5f), size);
    }
    out.pointer += kImageAt;
    out.length |= tag;
    return out;
  }

  std::uint32_t strange_unit(bool wide) {
    if (wide) {
      return random_.pick({0x41U, 0xe9U, 0x20acU, 0xd800U, 0xdbffU, 0xdc00U, 0xdfffU, 0xffffU});
    }
    return random_.pick({0x41U, 0x80U, 0xbfU, 0xc0U, 0xc3U, 0xa9U, 0xe0U, 0xe2U, 0x82U, 0xacU,
                         0xedU, 0xa0U, 0xf0U, 0x90U, 0xf4U, 0xffU});
  }

  Pair list(const ValueType& element) {
    const Layout layout = layout_of(element);
    Pair out{0, bytes_.size() > 8000 ? 0 : random_.pick({0U, 1U, 2U, 5U})};
    out.pointer = reserve(out.length * layout.size);
    for (std::uint32_t i = 0; i < out.length; ++i) {
      fill(element, out.pointer + i * layout.size);
    }
    out.pointer += kImageAt;
    return out;
  }

  Pair pair(const ValueType& type) {
    Pair out = type.kind() == Kind::string ? text() : list(type.element());
    if (random_.one_in(16)) {
      out.pointer = edge_address(random_);
    }
    if (random_.one_in(16)) {
      out.length = random_.pick({0U, 1U, 0x10000000U, 0x20000001U, 0x7fffffffU, 0x80000000U,
                                 0x80000001U, 0xffffffffU, kMemoryEnd - kImageAt});
    }
    return out;
  }

  // The memory form.
  void fill(const ValueType& type, std::uint32_t at) {
    const Layout layout = layout_of(type);
    if (type.kind() == Kind::string || type.kind() == Kind::list) {
      const Pair made = pair(type);
      put(at, made.pointer, 4);
      put(at + 4, made.length, 4);
    } else if (has_cases(type)) {
      const std::uint64_t which = discriminant(type);
      put(at, which, tag_size(type));
      const auto cases = cases_of(type);
      if (which < cases.size() && cases[which] != nullptr) {
        fill(*cases[which], at + layout.payload);
      }
    } else if (type.kind() == Kind::tuple || type.kind() == Kind::record) {
      for (const ValueTypePtr& part : type.parts()) {
        const Layout inner = layout_of(*part);
        at = round_up(at, inner.align);
        fill(*part, at);
        at += inner.size;
      }
    } else {
      put(at, plain(type.kind()), layout.size);
    }
  }

  // The flat form. Bits above a value's own are whatever chance gives: a guest may leave anything
  // there.
  void flatten(const ValueType& type, std::vector<std::uint64_t>& cells) {
    if (type.kind() == Kind::string || type.kind() == Kind::list) {
      const Pair made = pair(type);
      cells.push_back(made.pointer);
      cells.push_back(made.length);
    } else if (has_cases(type)) {
      const std::size_t end = cells.size() + layout_of(type).flat.size();
      const std::uint64_t which = discriminant(type);
      cells.push_back(which | (random_.bits() << 32U));
      const auto cases = cases_of(type);
      if (which < cases.size() && cases[which] != nullptr) {
        flatten(*cases[which], cells);
      }
      while (cells.size() < end) {
        cells.push_back(random_.bits());
      }
    } else if (type.kind() == Kind::tuple || type.kind() == Kind::record) {
      for (const ValueTypePtr& part : type.parts()) {
        flatten(*part, cells);
      }
    } else {
      cells.push_back(plain(type.kind()));
    }
  }

  Random& random_;
  Encoding encoding_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

std::vector<std::uint8_t> random_image(Random& random, const ValueType& type, Form form,
                                       Encoding encoding) {
  ImageMaker maker(random, encoding);
  return form == Form::memory ? maker.memory_form(type) : maker.flat_form(type);
}

std::uint32_t edge_address(Random& random) {
  return random.pick({0U, 1U, 2U, 3U, 4U, kImageAt + 1, kImageAt + 2, kImageAt + 4, kMemoryEnd - 8,
                      kMemoryEnd - 1, kMemoryEnd, kMemoryEnd + 1, kMemoryEnd + 8, 0x7fffffffU,
                      0x80000000U, 0xfffffff8U, 0xffffffffU});
}

}  // namespace wasmcloud::component::differential
