#include "wasmcloud/component/differential_values.h"

#include <bit>
#include <cmath>
#include <type_traits>

namespace wasmcloud::component::differential {
namespace {

using wit::Value;
using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto more = [&](unsigned shift) { put(0x80U | (c >> shift & 0x3fU)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0U | c >> 6U);
    more(0);
  } else if (c < 0x10000) {
    put(0xe0U | c >> 12U);
    more(6);
    more(0);
  } else {
    put(0xf0U | c >> 18U);
    more(12);
    more(6);
    more(0);
  }
}

char32_t scalar_below(Random& random, std::uint32_t limit) {
  const char32_t c = random.below(limit);
  return wit::is_scalar(c) ? c : U'\ue000';
}

char32_t random_char(Random& random) {
  if (random.one_in(2)) {
    return random.pick({0x0U, 0x7fU, 0x80U, 0xffU, 0x100U, 0x7ffU, 0x800U, 0xd7ffU, 0xe000U,
                        0xfffdU, 0xffffU, 0x10000U, 0x10ffffU});
  }
  return scalar_below(random, 0x110000);
}

// Makes values whose parts are limited together, so that lists of lists do not explode.
class ValueMaker {
 public:
  explicit ValueMaker(Random& random) : random_(random) {}

  Value make(const ValueType& type) {
    --parts_;
    switch (type.kind()) {
      case Kind::boolean:
        return {random_.one_in(2)};
      case Kind::s8:
        return {integer<std::int8_t>()};
      case Kind::u8:
        return {integer<std::uint8_t>()};
      case Kind::s16:
        return {integer<std::int16_t>()};
      case Kind::u16:
        return {integer<std::uint16_t>()};
      case Kind::s32:
        return {integer<std::int32_t>()};
      case Kind::u32:
        return {integer<std::uint32_t>()};
      case Kind::s64:
        return {integer<std::int64_t>()};
      case Kind::u64:
        return {integer<std::uint64_t>()};
      case Kind::f32:
        return {f32()};
      case Kind::f64:
        return {f64()};
      case Kind::character:
        return {random_char(random_)};
      case Kind::string:
        return {text()};
      default:
        return composite(type);
    }
  }

  std::string text() {
    // The longest forms of one, two, three and four bytes; some texts mix them.
    constexpr std::uint32_t kLimits[] = {0x80, 0x100, 0x10000, 0x110000};
    const std::uint32_t limit = random_.pick(kLimits);
    const std::uint32_t length =
        random_.one_in(50) ? 3000 : random_.pick({0U, 1U, 2U, 3U, 7U, 16U, 17U, 60U});
    const bool mixed = random_.one_in(2);
    std::string out;
    for (std::uint32_t i = 0; i < length; ++i) {
      // A wide character late in a narrow text is where transcoding has to begin anew.
      const bool narrow = mixed && !random_.one_in(length);
      append_utf8(out, scalar_below(random_, narrow ? 0x80 : limit));
    }
    return out;
  }

 private:
  template <typename T>
  T integer() {
    using Limits = std::numeric_limits<T>;
    const T edges[] = {0, 1, static_cast<T>(-1), Limits::min(), Limits::max()};
    return random_.one_in(2) ? random_.pick(edges) : static_cast<T>(random_.bits());
  }

  float f32() {
    constexpr std::uint32_t kEdges[] = {0,          0x80000000, 0x7f800000, 0xff800000,
                                        0x7fc00000, 0x7f800001, 0xffffffff, 0x7fa00000,
                                        0x00000001, 0x7f7fffff, 0x3f800000};
    return std::bit_cast<float>(random_.one_in(2) ? random_.pick(kEdges)
                                                  : static_cast<std::uint32_t>(random_.bits()));
  }

  double f64() {
    constexpr std::uint64_t kEdges[] = {0,
                                        0x8000000000000000,
                                        0x7ff0000000000000,
                                        0xfff0000000000000,
                                        0x7ff8000000000000,
                                        0x7ff0000000000001,
                                        0xffffffffffffffff,
                                        1,
                                        0x7fefffffffffffff};
    return std::bit_cast<double>(random_.one_in(2) ? random_.pick(kEdges) : random_.bits());
  }

  std::vector<Value> held(const ValueTypePtr& type) {
    std::vector<Value> out;
    if (type != nullptr) {
      out.push_back(make(*type));
    }
    return out;
  }

  wit::List list(const ValueType& element) {
    const bool plain = element.kind() < Kind::string;
    std::uint32_t length =
        plain && random_.one_in(10) ? 1000 : random_.pick({0U, 0U, 1U, 1U, 2U, 3U, 5U, 9U});
    wit::List out;
    for (; length > 0 && (plain || parts_ > 0); --length) {
      out.push_back(make(element));
    }
    return out;
  }

  wit::FlagSet flags(const ValueType& type) {
    const std::uint64_t bits = random_.one_in(3) ? 0 : random_.one_in(3) ? ~0ULL : random_.bits();
    wit::FlagSet out;
    for (std::size_t i = 0; i < type.names().size(); ++i) {
      if ((bits >> i & 1U) != 0) {
        out.names.push_back(type.names()[i]);
      }
    }
    return out;
  }

  std::vector<Value> all(const ValueType& type) {
    std::vector<Value> out;
    for (const ValueTypePtr& part : type.parts()) {
      out.push_back(make(*part));
    }
    return out;
  }

  std::uint32_t which(std::size_t count) {
    return random_.below(static_cast<std::uint32_t>(count));
  }

  Value composite(const ValueType& type) {
    switch (type.kind()) {
      case Kind::list:
        return {list(type.element())};
      case Kind::tuple:
        return {wit::Tuple{all(type)}};
      case Kind::record:
        return {wit::Record{type.names(), all(type)}};
      case Kind::variant: {
        const std::uint32_t index = which(type.names().size());
        return {wit::Case{type.names()[index], held(type.parts()[index])}};
      }
      case Kind::enumeration:
        return {wit::EnumCase{type.names()[which(type.names().size())]}};
      case Kind::option:
        return {wit::Option{held(random_.one_in(3) ? nullptr : type.parts().front())}};
      case Kind::result: {
        const bool ok = random_.one_in(2);
        return {wit::ResultValue{ok, held(type.parts()[ok ? 0 : 1])}};
      }
      default:
        return {flags(type)};
    }
  }

  Random& random_;
  int parts_ = 300;
};

bool same_parts(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::ranges::equal(a, b, same);
}

struct Same {
  template <typename T>
  bool operator()(const T& a, const T& b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
    } else {
      return a == b;
    }
  }

  template <typename T, typename U>
  bool operator()(const T& /*a*/, const U& /*b*/) const {
    return false;
  }

  bool operator()(const wit::List& a, const wit::List& b) const { return same_parts(a, b); }

  bool operator()(const wit::Tuple& a, const wit::Tuple& b) const {
    return same_parts(a.items, b.items);
  }

  bool operator()(const wit::Record& a, const wit::Record& b) const {
    return a.names == b.names && same_parts(a.values, b.values);
  }

  bool operator()(const wit::Case& a, const wit::Case& b) const {
    return a.name == b.name && same_parts(a.payload, b.payload);
  }

  bool operator()(const wit::Option& a, const wit::Option& b) const {
    return same_parts(a.payload, b.payload);
  }

  bool operator()(const wit::ResultValue& a, const wit::ResultValue& b) const {
    return a.ok == b.ok && same_parts(a.payload, b.payload);
  }
};

}  // namespace

Value random_value(Random& random, const ValueType& type) { return ValueMaker(random).make(type); }

bool same(const Value& a, const Value& b) { return std::visit(Same{}, a.rep, b.rep); }

}  // namespace wasmcloud::component::differential
