// Several core modules, each instantiated once and bound to the others, as one module (WebAssembly
// core specification 3.0, "Binary Format"): their index spaces one after the other, each index in
// each body rewritten, imports that another one fulfils gone. What it does when it runs is what its
// parts did; a call between them is a direct one. Pure. Internal to the module.
//
// Not everything is fused: `unsupported` names what stands in the way. Reference types with a type
// index, exceptions, garbage collection, atomics, more than one memory, tables with an initializer,
// a start function anywhere but in the last part. Debug information is left out, names of functions
// are kept.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/byte_reader.h"
#include "wasmcloud/base/result.h"
#include "wasmcloud/component/ast.h"

namespace wasmcloud::component::fusion {

// What an index refers to. The first four can be imported and exported; the numbers are those of
// the binary format.
enum class Space : std::uint8_t { func, table, memory, global, type, element, data };
inline constexpr std::size_t kSpaces = 7;
inline constexpr std::size_t kImportable = 4;

struct Item {
  Space space = Space::func;
  std::uint32_t index = 0;
};

struct Import {
  Space space = Space::func;
  std::uint32_t type = 0;  // a function's
  Bytes written;           // the type of anything else
};

// A module cut into its sections, with what its index spaces hold. Views into its bytes.
struct Outline {
  std::vector<Bytes> types;  // each a function type
  std::vector<Import> imports;
  std::vector<std::uint32_t> funcs;  // the type of each function, imported ones first
  std::map<std::string_view, Item> exports;
  std::array<std::vector<std::uint32_t>, kImportable> imported;  // by space: positions in `imports`
  std::array<std::uint32_t, kSpaces> count{};                    // imported ones included
  std::optional<std::uint32_t> start;
  std::optional<ByteReader> tables, memories, globals, elements, code, data;  // after their count
  bool counts_data = false;
  Bytes names;  // the section's content
};

// `bytes` are a module that is valid, or every index that is out of bounds is an error here or in
// fuse().
Result<Outline> outline(Bytes bytes);

// Whether its bodies, which outline() does not look at, hold only instructions that can be fused.
Result<> check_code(const Outline& outline);

// What a part's import is bound to: an export of some part.
struct Binding {
  std::uint32_t part = 0;
  std::string name;
};

struct Part {
  const Outline* outline = nullptr;
  std::vector<std::optional<Binding>> imports;  // by position; nothing: remains an import
};

inline constexpr std::string_view kStart = "start";

// One module out of `parts`. Its imports are those that remain, part by part, in order; its exports
// are `exports`, each named by its position in decimal. Imports are named the same way, in a module
// "". A start function is not started: it is exported as kStart, for the host to call when the
// instance is made, since what it calls of the host may need the instance. The memory budget is
// that of the parts: the result is about as large as they are together.
Result<std::vector<std::uint8_t>> fuse(const std::vector<Part>& parts,
                                       const std::vector<Binding>& exports);

}  // namespace wasmcloud::component::fusion
