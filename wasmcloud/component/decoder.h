// From bytes to syntax (Binary.md). Stops at the first byte that is not as the grammar wants it.
// Pure.
#pragma once

#include <memory>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/ast.h"

namespace wasmcloud::component {

// What a hostile file may cost. The counts are Wasmtime's parser's where it has one.
struct DecodeLimits {
  std::size_t component_bytes = std::size_t{1} << 30;
  std::uint32_t nesting = 100;  // of components in components, and of types in types
  // Of the syntax tree that is made, which for a file of one-byte definitions is some hundred times
  // the file.
  std::size_t tree_bytes = std::size_t{256} << 20;
};

// `bytes` must outlive what is returned. Error `invalid`: "offset 0x1f: invalid leading byte (0x2e)
// for canonical function"; a core module instead of a component is told as such. Error `exhausted`:
// `limits` were reached.
Result<std::unique_ptr<ast::Component>> decode(Bytes bytes, const DecodeLimits& limits = {});

// Reads what a core module imports and exports, and checks the rules that components add to the
// core specification (section 2.10 of the fact sheet). `offset` is added to offsets in errors.
Result<CoreModule> read_core_module(Bytes bytes, std::size_t offset);

// Whether the bytes start like a component, or like a core module.
bool is_component(Bytes bytes) noexcept;
bool is_core_module(Bytes bytes) noexcept;

}  // namespace wasmcloud::component
