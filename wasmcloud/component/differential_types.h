// Types for the differential test: made by chance, and how they lie in memory and as flat values
// (CanonicalABI.md "Alignment", "Element Size", "Flattening"). Worked out here once more, from the
// specification and not with the code under test.
#pragma once

#include <cstdint>
#include <vector>

#include "wasmcloud/component/canonical_abi.h"
#include "wasmcloud/component/differential_random.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::component::differential {

// All kinds but maps, fixed-length lists, streams and the like; `depth` counts levels, a leaf is
// one.
wit::ValueTypePtr random_type(Random& random, std::uint32_t depth);

// Whether it is a variant to the canonical ABI: variant, option, result, enum.
bool has_cases(const wit::ValueType& type);
// What each case holds; null for nothing.
std::vector<wit::ValueTypePtr> cases_of(const wit::ValueType& type);

struct Layout {
  std::uint32_t size = 0;
  std::uint32_t align = 1;
  std::uint32_t payload = 0;  // offset, of what has cases
  std::vector<FlatType> flat;
};

// To a multiple of `align`, a power of two.
constexpr std::uint32_t round_up(std::uint32_t at, std::uint32_t align) {
  return (at + align - 1) & ~(align - 1);
}

Layout layout_of(const wit::ValueType& type);
// Bytes of a discriminant or of flags.
std::uint32_t tag_size(const wit::ValueType& type);

}  // namespace wasmcloud::component::differential
