// From syntax to types: every rule of the Component Model's static semantics (Explainer.md,
// Binary.md and, where they are silent, the reference validator's behaviour; section 2 of the fact
// sheet). Pure.
#pragma once

#include <memory>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

struct Validated {
  TypeArena arena;
  TypedComponent root;
};

// What beyond the 0.2 line is accepted. A gate that is shut makes the construct `invalid`, naming
// it.
struct Features {
  bool async =
      true;  // async function types, streams, futures, tasks: validated, refused when compiled
  bool async_stackful = true;
  bool more_async_builtins = true;
  bool threading = true;
  bool error_context = true;
  bool fixed_length_lists = true;
  bool map = true;
  bool implements = true;
};

// `component` must outlive what is returned. Error `invalid`, with the byte offset and the rule:
// "offset 0x4a: unknown type 7: type index out of bounds", "offset 0x72: type mismatch for import
// `a`: expected u32, found tuple". Error `unsupported`: component values and start functions. Error
// `exhausted`: its types are so large that checking them would take seconds (subtype.h WorkBudget).
// Core modules' code is not checked here (Wasmtime does that when it compiles), but whatever
// components require of their imports and exports is.
Result<std::unique_ptr<Validated>> validate(const ast::Component& component,
                                            const Features& features = {});

}  // namespace wasmcloud::component
