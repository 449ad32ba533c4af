// For tests and fuzz targets: C++ types of each kind, and whether Codec<T> does with some bytes
// what the dynamic form does. Pure.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "wasmcloud/wrpc/codec.h"
#include "wasmcloud/wrpc/random_testing.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::wrpc::testing {

enum class Colour : std::uint8_t { red, green, blue };

struct Few {
  std::uint8_t bits = 0;
};

struct Nine {
  std::uint32_t bits = 0;  // more room than labels
};

struct Exact {
  std::uint64_t bits = 0;
};

struct Many {
  std::bitset<67> bits;
};

struct Point {
  std::int32_t x = 0;
  std::int64_t y = 0;

  friend bool operator==(const Point&, const Point&) = default;
};

struct Shape {
  std::variant<Unit, double, std::vector<Point>, std::string, Unit> value;

  friend bool operator==(const Shape&, const Shape&) = default;
};

struct Person {
  std::string name;
  std::optional<std::uint16_t> born;
  Shape shape;
  Colour colour{};
  Many many;
};

struct Upload {
  std::string name;
  Stream<std::uint8_t> body;
  Future<std::optional<std::vector<std::string>>> trailers;
};

// One case after another has a part at the same path.
struct Either {
  std::variant<Stream<std::string>, Unit, Upload, std::vector<Future<bool>>> value;
};

struct Bucket;

// Each is one type of the list.
using CodecTypes = std::tuple<
    bool, std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t,
    std::uint64_t, std::int64_t, float, double, char32_t, std::string, Colour, Few, Nine, Exact,
    Many, Point, Shape, Person, std::vector<std::uint8_t>, std::vector<std::int8_t>,
    std::vector<bool>, std::vector<float>, std::vector<double>, std::vector<std::uint64_t>,
    std::vector<std::string>, std::vector<Person>,
    std::vector<std::vector<std::optional<char32_t>>>, std::array<float, 3>,
    std::array<std::array<Colour, 2>, 2>, std::optional<std::optional<Few>>,
    std::expected<void, Unit>, std::expected<Unit, Unit>, std::expected<std::string, Colour>,
    std::expected<void, Shape>, std::expected<Point, Unit>, std::tuple<std::uint8_t>,
    std::tuple<std::tuple<std::uint8_t>, Point, std::string>,
    std::vector<std::tuple<std::string, std::uint64_t>>, Handle<Bucket>,
    std::vector<Handle<Bucket>>, Stream<std::uint8_t>, Stream<std::string>, Stream<float>,
    Stream<Unit>, Stream<Point>, Future<bool>, Future<Unit>, Future<Person>,
    Future<Stream<std::uint8_t>>, Stream<Stream<std::uint8_t>>, Future<Future<std::string>>, Upload,
    std::vector<Upload>, std::array<Stream<bool>, 2>, std::optional<Upload>,
    std::expected<Upload, Shape>, std::expected<Stream<Unit>, Future<Unit>>, Either,
    std::tuple<Upload, std::uint8_t, std::vector<Future<Upload>>>>;

// Aborts where the two forms differ, so that tests and fuzz targets can both ask. (A fuzz target
// has no GoogleTest.)
class SameAsDynamic {
 public:
  using Fail = void (*)(const std::string&);

  explicit SameAsDynamic(Fail fail) : fail_(fail) {}

  // Of any bytes: both refuse them for the same reason, or want more, or read the same value from
  // as many.
  template <typename T>
  void check(std::span<const std::uint8_t> bytes) const {
    constexpr DecodeLimits kLimits{.value_bytes = std::size_t{1} << 22U};
    const std::array types{wire_type<T>()};
    WireReader dynamic_in(bytes);
    ValueDecoder dynamic(dynamic_in, kLimits);
    const std::vector<wit::Value> values = dynamic.tuple(types);
    WireReader typed_in(bytes);
    Decoder typed(typed_in, kLimits);
    std::tuple<T> value = Codec<std::tuple<T>>::decode(typed);
    if (exhausted(dynamic_in) || exhausted(typed_in)) {
      return;
    }
    require(dynamic_in.incomplete() == typed_in.incomplete(), "incomplete or not");
    require(dynamic_in.failed() == typed_in.failed(), "failed or not");
    if (!dynamic_in.failed()) {
      require(dynamic_in.used() == typed_in.used(), "bytes used");
      check_same<T>(values, std::move(value));
    } else if (!dynamic_in.incomplete()) {
      require(dynamic_in.status().error().describe() == typed_in.status().error().describe(),
              "the error: " + typed_in.status().error().describe() + ", not " +
                  dynamic_in.status().error().describe());
    }
  }

 private:
  static bool exhausted(const WireReader& in) {
    return in.failed() && in.status().error().kind() == ErrorKind::exhausted;
  }

  // They become the same bytes again, with parts on the same channels.
  template <typename T>
  void check_same(const std::vector<wit::Value>& values, std::tuple<T> value) const {
    const std::array types{wire_type<T>()};
    WireWriter out;
    ValueEncoder dynamic(out);
    require(dynamic.tuple(values, types).has_value(), "the dynamic form encodes");
    Encoder typed;
    Codec<std::tuple<T>>::encode(typed, std::move(value));
    const Result<Encoded> encoded = typed.take();
    require(encoded.has_value(), "the typed form encodes");
    require(encoded->bytes == out.take(), "bytes");
    const std::vector<PartAt> parts = dynamic.take_parts();
    require(parts.size() == encoded->parts.size(), "number of parts");
    for (std::size_t i = 0; i < parts.size(); ++i) {
      require(parts[i].path == encoded->parts[i].path, "the path of a part");
    }
  }

  void require(bool holds, const std::string& what) const {
    if (!holds) {
      fail_(what);
    }
  }

  Fail fail_;
};

}  // namespace wasmcloud::wrpc::testing

WC_WIT_ENUM(wasmcloud::wrpc::testing::Colour, "red", "green", "blue");
WC_WIT_FLAGS(wasmcloud::wrpc::testing::Few, "a", "b", "c");
WC_WIT_FLAGS(wasmcloud::wrpc::testing::Nine, "a", "b", "c", "d", "e", "f", "g", "h", "i");
WC_WIT_FLAGS(wasmcloud::wrpc::testing::Exact, "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "b0",
             "b1", "b2", "b3", "b4", "b5", "b6", "b7", "c0", "c1", "c2", "c3", "c4", "c5", "c6",
             "c7", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "e0", "e1", "e2", "e3", "e4",
             "e5", "e6", "e7", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "g0", "g1", "g2",
             "g3", "g4", "g5", "g6", "g7", "h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7");
WC_WIT_FLAGS(wasmcloud::wrpc::testing::Many, "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "b0",
             "b1", "b2", "b3", "b4", "b5", "b6", "b7", "c0", "c1", "c2", "c3", "c4", "c5", "c6",
             "c7", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "e0", "e1", "e2", "e3", "e4",
             "e5", "e6", "e7", "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "g0", "g1", "g2",
             "g3", "g4", "g5", "g6", "g7", "h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "i0",
             "i1", "i2");
WC_WIT_RECORD(wasmcloud::wrpc::testing::Point,
              WC_MEMBERS(&wasmcloud::wrpc::testing::Point::x, &wasmcloud::wrpc::testing::Point::y),
              "x", "y");
WC_WIT_VARIANT(wasmcloud::wrpc::testing::Shape, "none", "circle", "line", "text", "last");
WC_WIT_RECORD(wasmcloud::wrpc::testing::Person,
              WC_MEMBERS(&wasmcloud::wrpc::testing::Person::name,
                         &wasmcloud::wrpc::testing::Person::born,
                         &wasmcloud::wrpc::testing::Person::shape,
                         &wasmcloud::wrpc::testing::Person::colour,
                         &wasmcloud::wrpc::testing::Person::many),
              "name", "born", "shape", "colour", "many");
WC_WIT_RECORD(wasmcloud::wrpc::testing::Upload,
              WC_MEMBERS(&wasmcloud::wrpc::testing::Upload::name,
                         &wasmcloud::wrpc::testing::Upload::body,
                         &wasmcloud::wrpc::testing::Upload::trailers),
              "name", "body", "trailers");
WC_WIT_VARIANT(wasmcloud::wrpc::testing::Either, "names", "none", "upload", "later");
