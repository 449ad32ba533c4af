// For fuzz targets: a component around one random type, in which two guests hand values of that
// type to each other and to the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "wasmcloud/component/canonical_abi.h"

namespace wasmcloud::component::fuzzing {

// Bytes that decide; zeroes when there are no more.
class Choices {
 public:
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::uint8_t next() {
    if (bytes_.empty()) {
      return 0;
    }
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }

  std::span<const std::uint8_t> rest() const { return bytes_; }

 private:
  std::span<const std::uint8_t> bytes_;
};

struct Type {
  enum class Kind : std::uint8_t {
    primitive,
    record,
    variant,
    list,
    fixed_list,
    tuple,
    flags,
    enumeration,
    option,
    result,
    map,
  };

  Kind kind = Kind::primitive;
  Primitive primitive = Primitive::boolean;
  std::size_t count = 0;                     // names, elements of a fixed list
  std::vector<std::unique_ptr<Type>> parts;  // null: a case without a payload
};

// At most four levels, and few parts.
std::unique_ptr<Type> choose_type(Choices& choices);

struct Shape {
  ast::StringEncoding a = ast::StringEncoding::utf8;
  ast::StringEncoding b = ast::StringEncoding::utf8;
  // What a guest's realloc gives is not room, but what lies at kReallocAnswer.
  bool lying_realloc = false;
};

// Where things lie in a guest's memory.
inline constexpr std::uint32_t kReallocAnswer = 136;
inline constexpr std::uint32_t kMemoryBytes = 4096;  // of what the input decides

// With guests `a` and `b`, and `T` the type, it exports of each guest (as "a-recv" and so on):
//   recv: func(p: T)    keeps the core values it gets, at 8 bytes each from address 0
//   give: func() -> T   returns the core value that lies at address 0
//   send: func()        calls its import `sink: func(p: T)` with core values from address 0
//   fetch: func()       of b only: calls a's `give`, and keeps the result for its own `give`
// The sink of a is the host's, that of b is a's `recv`.
std::vector<std::uint8_t> make_component(const Type& type, const Shape& shape);

// What a guest's memory is to hold: the bytes, over and over. `small`: only small numbers, so that
// pointers and lengths are within memory.
std::vector<std::uint8_t> make_memory(std::span<const std::uint8_t> bytes, bool small);

}  // namespace wasmcloud::component::fuzzing
