// Components for the differential test, as text.
#pragma once

#include <cstdint>
#include <string>

#include "wasmcloud/component/ast.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::component::differential {

// What a component does with values of its type T. All export `f`; functions named raw take what
// random_image made, and the address to give out as a pointer.
//
//   f: func(x: T) -> T                          value
//   f: func(bytes: list<u8>, at: u32) -> T      raw
enum class Shape : std::uint8_t {
  echo,        // value: gives back what it takes
  host,        // value: through the host's `g: func(x: T) -> T`
  pair,        // value: one guest through another
  raw_result,  // raw: gives the bytes out as its result
  raw_host,    // raw: gives the bytes to the host's `g`, and what that gives to its caller
  raw_pair,    // raw: gives the bytes to another guest, which echoes them
  raw_callee,  // raw: one guest has them of another
};
inline constexpr std::uint32_t kShapes = 7;

constexpr bool is_raw(Shape shape) { return shape >= Shape::raw_result; }

constexpr bool uses_host(Shape shape) { return shape == Shape::host || shape == Shape::raw_host; }

constexpr bool is_pair(Shape shape) {
  return shape == Shape::pair || shape == Shape::raw_pair || shape == Shape::raw_callee;
}

const char* name_of(Shape shape);

struct Spec {
  Shape shape = Shape::echo;
  wit::ValueTypePtr type;
  ast::StringEncoding encoding = ast::StringEncoding::utf8;  // of who exports `f`
  ast::StringEncoding callee = ast::StringEncoding::utf8;    // of the other guest
  bool spread = false;       // value: a tuple comes as one parameter for each part
  bool post_return = false;  // free what the call has allocated

  // Whose bytes random_image is to make.
  ast::StringEncoding image_encoding() const {
    return shape == Shape::raw_callee ? callee : encoding;
  }
};

// Besides `f` each guest exports, for the test,
//   lie: func(after: u32, gives: u32)   the call of realloc after so many gives this, no memory
//   trace: func() -> u64                a number made of the arguments of all calls of realloc
// A pair exports two instances, `caller` and `callee`.
std::string component_text(const Spec& spec);

}  // namespace wasmcloud::component::differential
