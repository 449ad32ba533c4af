// Values for the differential test: of a type, at random and at the edges; and as bytes of a guest
// that does not keep to the rules.
#pragma once

#include <cstdint>
#include <vector>

#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/differential_random.h"
#include "wasmcloud/wit/value.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::component::differential {

wit::Value random_value(Random& random, const wit::ValueType& type);

// Whether they are one value of the component model: floats bit by bit, but any NaN is as good as
// another (CanonicalABI.md "Loading": NaN may be made canonical, or not).
bool same(const wit::Value& a, const wit::Value& b);

// Where images go in a guest's memory, and how much memory there is.
inline constexpr std::uint32_t kImageAt = 1U << 16U;
inline constexpr std::uint32_t kMemoryEnd = 4U << 16U;

// What a guest has in memory from kImageAt on and gives out for a value of `type`: in its memory
// form, or as flat values, each in eight bytes. Mostly right, now and then wrong in any way that a
// guest can be.
enum class Form : std::uint8_t { memory, flat };
std::vector<std::uint8_t> random_image(Random& random, const wit::ValueType& type, Form form,
                                       ast::StringEncoding encoding);

// An address with something about it: at an end of memory, beyond it, odd.
std::uint32_t edge_address(Random& random);

}  // namespace wasmcloud::component::differential
