// What canonical_abi.h says of the types of an arena: their layout in linear memory, the core
// values they are passed as, and the core signature that a function is lifted from or lowered to.
// Pure; constant time for types that are in an arena.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "wasmcloud/component/canonical_abi.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

Layout layout(const TypeArena& arena, ValType type, PointerSize pointers = PointerSize::bits32);
std::uint64_t size(const TypeArena& arena, ValType type);
std::uint32_t align(const TypeArena& arena, ValType type);

// With 32-bit pointers. `fits` is false if there are more than kMaxFlatParams.
FlatTypes flatten(const TypeArena& arena, ValType type);
// The concatenation, as for the parameters of a function.
FlatTypes flatten(const TypeArena& arena, const std::vector<types::Param>& params);

enum class Direction : std::uint8_t { lift, lower };

enum class CallStyle : std::uint8_t { sync, async_callback, async_stackful };

struct FlatSignature {
  std::vector<FlatType> params;
  std::vector<FlatType> results;
  friend auto operator<=>(const FlatSignature&, const FlatSignature&) = default;
};

// Of the core function that `canon lift` expects, or that `canon lower` makes. For `lower`, the two
// async styles are the same.
FlatSignature flatten_function(const TypeArena& arena, const types::Func& func, Direction direction,
                               CallStyle style);
CoreFuncType core_type(const FlatSignature& signature);
// Nothing if it has types that no flat form has.
std::optional<FlatSignature> flat_signature(const CoreFuncType& type);

// Used by the arena to work out its facts; elements must be in the arena.
Layout compute_layout(const TypeArena& arena, const types::Defined& type, PointerSize pointers);
FlatTypes compute_flat(const TypeArena& arena, const types::Defined& type);

}  // namespace wasmcloud::component
