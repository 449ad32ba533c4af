#include "wasmcloud/component/differential_host.h"

#include <concepts>
#include <type_traits>

namespace wasmcloud::component::differential {
namespace {

struct Point {
  std::int32_t x = 0;
  double y = 0;
};

struct Person {
  std::string name;
  std::uint8_t age = 0;
  std::vector<Point> path;
  std::optional<char32_t> initial;
};

struct Fields {
  std::uint8_t a = 0;
  std::int16_t b = 0;
  std::uint32_t c = 0;
  std::int64_t d = 0;
  float e = 0;
  double f = 0;
  bool g = false;
  char32_t h = 0;
};

struct Shape3 {
  std::variant<Unit, Point, std::string> value;
};

struct Number {
  std::variant<std::uint8_t, float, std::int64_t, double, char32_t> value;
};

enum class Colour : std::uint8_t { red, green, blue };

struct Access {
  std::uint32_t bits = 0;
};

struct Wide {
  std::uint32_t bits = 0;
};

}  // namespace
}  // namespace wasmcloud::component::differential

namespace differential = wasmcloud::component::differential;

WC_WIT_RECORD(differential::Point, WC_MEMBERS(&differential::Point::x, &differential::Point::y),
              "x", "y");
WC_WIT_RECORD(differential::Person,
              WC_MEMBERS(&differential::Person::name, &differential::Person::age,
                         &differential::Person::path, &differential::Person::initial),
              "name", "age", "path", "initial");
WC_WIT_RECORD(differential::Fields,
              WC_MEMBERS(&differential::Fields::a, &differential::Fields::b,
                         &differential::Fields::c, &differential::Fields::d,
                         &differential::Fields::e, &differential::Fields::f,
                         &differential::Fields::g, &differential::Fields::h),
              "a", "b", "c", "d", "e", "f", "g", "h");
WC_WIT_VARIANT(differential::Shape3, "none", "point", "text");
WC_WIT_VARIANT(differential::Number, "byte", "single", "long", "double", "char");
WC_WIT_ENUM(differential::Colour, "red", "green", "blue");
WC_WIT_FLAGS(differential::Access, "read", "write", "run");
WC_WIT_FLAGS(differential::Wide, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
             "n", "o", "p", "q");

namespace wasmcloud::component::differential {
namespace {

using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// The type that a C++ type stands for (the table in abi.h, once more).
template <typename T>
struct TypeOf;

template <typename T>
ValueTypePtr type_of() {
  if constexpr (std::is_void_v<T> || std::same_as<T, Unit>) {
    return nullptr;
  } else {
    return TypeOf<T>::make();
  }
}

ValueTypePtr finish(Kind kind, std::vector<ValueTypePtr> parts,
                    std::span<const std::string_view> names = {}) {
  return ValueType::create(
             {.kind = kind, .names = {names.begin(), names.end()}, .parts = std::move(parts)})
      .value();
}

template <typename T, Kind K>
struct Plain {
  static ValueTypePtr make() { return ValueType::of(K); }
};

template <>
struct TypeOf<bool> : Plain<bool, Kind::boolean> {};

template <>
struct TypeOf<std::int8_t> : Plain<std::int8_t, Kind::s8> {};

template <>
struct TypeOf<std::uint8_t> : Plain<std::uint8_t, Kind::u8> {};

template <>
struct TypeOf<std::int16_t> : Plain<std::int16_t, Kind::s16> {};

template <>
struct TypeOf<std::uint16_t> : Plain<std::uint16_t, Kind::u16> {};

template <>
struct TypeOf<std::int32_t> : Plain<std::int32_t, Kind::s32> {};

template <>
struct TypeOf<std::uint32_t> : Plain<std::uint32_t, Kind::u32> {};

template <>
struct TypeOf<std::int64_t> : Plain<std::int64_t, Kind::s64> {};

template <>
struct TypeOf<std::uint64_t> : Plain<std::uint64_t, Kind::u64> {};

template <>
struct TypeOf<float> : Plain<float, Kind::f32> {};

template <>
struct TypeOf<double> : Plain<double, Kind::f64> {};

template <>
struct TypeOf<char32_t> : Plain<char32_t, Kind::character> {};

template <>
struct TypeOf<std::string> : Plain<std::string, Kind::string> {};

template <typename T>
struct TypeOf<std::vector<T>> {
  static ValueTypePtr make() { return finish(Kind::list, {type_of<T>()}); }
};

template <typename T>
struct TypeOf<std::optional<T>> {
  static ValueTypePtr make() { return finish(Kind::option, {type_of<T>()}); }
};

template <typename T, typename E>
struct TypeOf<std::expected<T, E>> {
  static ValueTypePtr make() { return finish(Kind::result, {type_of<T>(), type_of<E>()}); }
};

template <typename... Ts>
struct TypeOf<std::tuple<Ts...>> {
  static ValueTypePtr make() { return finish(Kind::tuple, {type_of<Ts>()...}); }
};

template <wit::NativeRecord T>
struct TypeOf<T> {
  template <typename Member>
  static ValueTypePtr part(Member T::* /*member*/) {
    return type_of<Member>();
  }

  static ValueTypePtr make() {
    auto parts = std::apply([](auto... members) { return std::vector{part(members)...}; },
                            wit::RecordTraits<T>::kMembers);
    return finish(Kind::record, std::move(parts), wit::RecordTraits<T>::kNames);
  }
};

template <wit::NativeVariant T>
struct TypeOf<T> {
  template <typename... Ts>
  static std::vector<ValueTypePtr> parts(const std::variant<Ts...>* /*unused*/) {
    return {type_of<Ts>()...};
  }

  static ValueTypePtr make() {
    return finish(Kind::variant, parts(static_cast<decltype(T::value)*>(nullptr)),
                  wit::VariantTraits<T>::kNames);
  }
};

template <wit::NativeEnum T>
struct TypeOf<T> {
  static ValueTypePtr make() { return finish(Kind::enumeration, {}, wit::EnumTraits<T>::kNames); }
};

template <wit::NativeFlags T>
struct TypeOf<T> {
  static ValueTypePtr make() { return finish(Kind::flags, {}, wit::FlagsTraits<T>::kNames); }
};

template <typename T>
void add(std::vector<HostType>& to) {
  HostType made{.type = type_of<T>(), .host = {}};
  made.host.root().function("g", [](Store&, T value) { return value; });
  to.push_back(std::move(made));
}

template <typename... Ts>
std::vector<HostType> list_of() {
  std::vector<HostType> out;
  (add<Ts>(out), ...);
  return out;
}

template <typename T>
using List = std::vector<T>;
using Text = std::string;
using Sixteen = std::tuple<Fields, Fields>;
using Seventeen = std::tuple<Fields, Fields, Text>;

}  // namespace

std::span<const HostType> host_types() {
  static const std::vector<HostType> types =
      list_of<bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
              std::uint32_t, std::int64_t, std::uint64_t, float, double, char32_t, Text, Point,
              Person, Fields, Shape3, Number, Colour, Access, Wide, Sixteen, Seventeen,
              List<std::uint8_t>, List<std::uint16_t>, List<std::int64_t>, List<float>,
              List<double>, List<char32_t>, List<bool>, List<Text>, List<Person>, List<Shape3>,
              List<Number>, List<Colour>, List<Access>, List<List<Text>>, std::optional<Text>,
              std::optional<std::optional<std::uint8_t>>, std::optional<Number>,
              std::expected<void, Unit>, std::expected<Text, Unit>, std::expected<void, Text>,
              std::expected<List<Person>, Number>, std::expected<float, std::uint64_t>,
              std::tuple<std::uint8_t>, std::tuple<Text, Text>,
              std::tuple<Number, std::optional<double>, List<Wide>>,
              List<std::tuple<std::uint8_t, std::optional<std::expected<Point, Colour>>>>>();
  return types;
}

}  // namespace wasmcloud::component::differential
